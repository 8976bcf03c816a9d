package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
	"github.com/milvus-medic/medic/github/peer/kill"
)

// record is an intent on disk, with its draft.
type record struct {
	State   string
	Issue   int
	Changed time.Time
	Intent  Intent
}

// fileIntents keep one intent in a file that is replaced as a whole.
type fileIntents struct {
	*kill.Child
	name string
}

func readRecord(name string) (r record, err error) {
	content, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(content, &r)
	}
	return r, err
}

func (f *fileIntents) write(r record) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f.Step()
	tmp, err := os.Create(f.name + ".new")
	if err != nil {
		return err
	}
	if _, err = tmp.Write(content); err == nil {
		f.Step()
		err = errors.Join(tmp.Sync(), tmp.Close())
	}
	f.Step()
	if err == nil {
		err = os.Rename(tmp.Name(), f.name)
	}
	f.Step()
	return err
}

func (f *fileIntents) move(to string, at time.Time, issue int, changed *time.Time, from ...string) error {
	r, err := readRecord(f.name)
	if err != nil {
		return err
	}
	for _, s := range from {
		if r.State == s && (changed == nil || changed.Equal(r.Changed)) {
			r.State, r.Changed, r.Issue = to, at, issue
			return f.write(r)
		}
	}
	return errState
}

func (f *fileIntents) Post(_ context.Context, _ string, changed, at time.Time) error {
	return f.move("posting", at, 0, &changed, "confirmed")
}
func (f *fileIntents) Lost(_ context.Context, _ string, at time.Time) error {
	return f.move("unknown", at, 0, nil, "posting")
}
func (f *fileIntents) Refused(_ context.Context, _ string, at time.Time) error {
	return f.move("confirmed", at, 0, nil, "posting")
}
func (f *fileIntents) Absent(_ context.Context, _ string, changed, at time.Time) error {
	return f.move("confirmed", at, 0, &changed, "posting", "unknown")
}
func (f *fileIntents) Filed(_ context.Context, _ string, issue int, at time.Time) error {
	return f.move("filed", at, issue, nil, "posting", "unknown")
}

// killAbsent is long against the time in which the peer acts on a request
// that it has.
const killAbsent = 400 * time.Millisecond

// TestKillChild is the program that dies: it carries one intent on from
// wherever it stands until it is filed. The person always agrees.
func TestKillChild(t *testing.T) {
	self, ok, err := kill.Self()
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skip("started by TestKillAnywhere")
	}
	store := &fileIntents{self, filepath.Join(self.Dir, "intent.json")}
	c, err := New(Options{
		API: self.API, Token: func() string { return testToken }, Timeout: killAbsent / 4, MaxWait: -1, WriteGap: time.Nanosecond,
		Transport: self.Wire(&http.Transport{}),
	})
	if err != nil {
		t.Fatal(err)
	}
	f := NewFiler(c, store, FilerOptions{LookAfter: []time.Duration{time.Millisecond}, AbsentAfter: killAbsent})
	for range 200 {
		r, err := readRecord(store.name)
		if err != nil {
			t.Fatal(err)
		}
		r.Intent.Changed = r.Changed
		switch r.State {
		case "drafted":
			r.State = "confirmed"
			err = store.write(r)
		case "confirmed":
			_, err = f.File(t.Context(), r.Intent)
		case "filed":
			return
		default:
			if _, err = f.Settle(t.Context(), r.Intent); errors.Is(err, ErrAbsent) {
				_, err = f.FileAgain(t.Context(), r.Intent)
			}
		}
		if err != nil {
			t.Log(err)
			time.Sleep(20 * time.Millisecond)
		}
	}
	t.Fatal("never filed")
}

// killer runs children against one peer.
type killer struct {
	p     *peer.Server
	kills atomic.Int64
}

// run starts a child and reports whether it died at its step.
func (k *killer) run(t *testing.T, dir string, at int) bool {
	t.Helper()
	died, err := kill.Run(t.Context(), "TestKillChild", dir, k.p.API(), at)
	if err != nil {
		t.Fatal(err)
	}
	if died {
		k.kills.Add(1)
	}
	return died
}

// killFaults are what goes wrong on top of the first request to file.
var killFaults = map[string]*peer.Fault{
	"none":             nil,
	"dropped before":   {Drop: true},
	"dropped after":    {Drop: true, After: true},
	"502 after":        {Status: 502, After: true},
	"no answer after":  {Hang: true, After: true},
	"refused":          {Status: 503, Body: `{"message":"down"}`},
	"answer cut after": {Status: 201, Body: `{"numb`, After: true},
}

// TestKillAnywhere kills the program before and after every durable step and
// every request, then once more somewhere, and lets it finish: one issue,
// whatever happened, and the draft is whole at any time.
func TestKillAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of processes; left out with -short")
	}
	// A report without faults takes 21 steps; further ones are repeated
	// look-ups.
	const firsts, least = 24, 200
	var kills atomic.Int64
	t.Run("faults", func(t *testing.T) {
		for name, fault := range killFaults {
			t.Run(name, func(t *testing.T) {
				t.Parallel() // most of the time is waiting
				p, _ := newPeer(t, true)
				k := &killer{p: p}
				random := rand.New(rand.NewPCG(1, uint64(len(name))))
				for first := 1; first <= firsts; first++ {
					k.scenario(t, fmt.Sprintf("%d %s", first, name), first, 1+random.IntN(16), fault)
				}
				kills.Add(k.kills.Load())
			})
		}
	})
	if n := kills.Load(); n < least {
		t.Errorf("only %d kills", n)
	} else {
		t.Logf("%d reports, %d kills", firsts*len(killFaults), n)
	}
}

func (k *killer) scenario(t *testing.T, name string, first, second int, fault *peer.Fault) {
	t.Helper()
	dir := t.TempDir()
	in := sample("x")
	in.Title = "[Bug]: " + name
	store := &fileIntents{&kill.Child{}, filepath.Join(dir, "intent.json")}
	if err := store.write(record{State: "drafted", Intent: in}); err != nil {
		t.Fatal(err)
	}
	k.p.Clear()
	if fault != nil {
		f := *fault
		f.Method, f.Path, f.Times = "POST", issuesPath, 1
		k.p.Fail(f)
	}
	for _, at := range []int{first, second, 0} {
		died := k.run(t, dir, at)
		r, err := readRecord(store.name)
		if err != nil || r.Intent.Body != in.Body || r.Intent.Title != in.Title {
			t.Fatalf("%s, killed at %d: the draft is lost: %v", name, at, err)
		}
		if !died {
			break
		}
	}
	r, err := readRecord(store.name)
	if err != nil || r.State != "filed" {
		t.Fatalf("%s: %+v, %v", name, r, err)
	}
	found := 0
	for _, i := range k.p.Issues("milvus-io/milvus") {
		if strings.Contains(i.Body, Marker(in.Marker)) {
			found++
			if i.Number != r.Issue {
				t.Errorf("%s: noted as issue %d, is %d", name, r.Issue, i.Number)
			}
		}
	}
	if found != 1 {
		t.Errorf("%s, killed at %d and %d: %d issues", name, first, second, found)
	}
}
