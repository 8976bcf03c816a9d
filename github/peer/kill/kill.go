// Package kill lets a test die as a program does that is killed: the test
// starts its own binary once more as a child, which kills itself at one of its
// steps. A step is whatever the child says is one, and each request.
package kill

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// What the child is started with.
const (
	envDir  = "KILL_TEST_CHILD_DIR"
	envAPI  = "KILL_TEST_CHILD_API"
	envStep = "KILL_TEST_CHILD_STEP"
)

// Child counts the steps of a child and kills it at one of them. The zero
// value never does. It is not safe for concurrent use.
type Child struct {
	Dir  string // where its files are
	API  string // the address of its GitHub
	left int
}

// Self returns the child that this process is; ok is false if [Run] did not
// start it.
func Self() (c *Child, ok bool, err error) {
	dir := os.Getenv(envDir)
	if dir == "" {
		return nil, false, nil
	}
	left, err := strconv.Atoi(os.Getenv(envStep))
	if err != nil {
		return nil, false, fmt.Errorf("kill: the step to die at: %w", err)
	}
	return &Child{dir, os.Getenv(envAPI), left}, true, nil
}

// Step is one step; if it is the one to die at, it does not return.
func (c *Child) Step() {
	if c.left--; c.left == 0 {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// Wire sends by base, with a step before each request and after each answer.
func (c *Child) Wire(base http.RoundTripper) http.RoundTripper { return wire{c, base} }

type wire struct {
	child *Child
	base  http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (w wire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.child.Step()
	resp, err := w.base.RoundTrip(req)
	w.child.Step()
	return resp, err
}

// Run starts the test of this name as a child that dies at a step, 0: none,
// and reports whether it did. The error of one that failed by itself holds
// what it printed.
func Run(ctx context.Context, test, dir, api string, step int) (died bool, err error) {
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+test+"$")
	cmd.Env = append(os.Environ(), envDir+"="+dir, envAPI+"="+api, envStep+"="+strconv.Itoa(step))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("kill: %s: %w\n%s", test, err, out)
	}
	return false, nil
}
