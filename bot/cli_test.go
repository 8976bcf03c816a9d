package bot

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run the program's own main in a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		loadCommand: runLoaded,
		"medic": func() {
			os.Exit(Main(context.Background(), Process{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv}))
		},
	})
}

// TestScript runs testdata/script/*.txt, one behaviour each.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"code": wantCode,
	}})
}

// wantCode runs "code N medic args…" with the file "stdin" of the script as
// input, if there is one, and wants exit code N.
func wantCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || args[1] != "medic" {
		ts.Fatalf("usage: code N medic args…")
	}
	var in io.Reader = strings.NewReader("")
	if data, err := os.ReadFile(ts.MkAbs("stdin")); err == nil {
		in = bytes.NewReader(data)
	}
	env := func(name string) (string, bool) { v := ts.Getenv(name); return v, v != "" }
	args2 := append([]string(nil), args[2:]...)
	for i, a := range args2 {
		if _, err := os.Stat(ts.MkAbs(a)); err == nil && !strings.HasPrefix(a, "-") {
			args2[i] = ts.MkAbs(a)
		}
	}
	var out, errs bytes.Buffer
	code := Main(context.Background(), Process{Args: args2, Stdin: in, Stdout: &out, Stderr: &errs, Env: env})
	ts.Logf("%s%s", out.String(), errs.String())
	ts.Check(os.WriteFile(ts.MkAbs("out"), out.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), errs.Bytes(), 0o600))
	if got := string(rune('0' + code)); got != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// endless is a reader of n bytes of one line.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.n)
	for i := range p[:n] {
		p[i] = 'x'
	}
	e.n -= n
	return n, nil
}

// TestAskGiantLine wants one clear sentence for a line of 200 MB.
func TestAskGiantLine(t *testing.T) {
	var out, errs bytes.Buffer
	code := Main(context.Background(), Process{Args: []string{"ask"}, Stdin: &endless{200 << 20}, Stdout: &out, Stderr: &errs, Env: func(string) (string, bool) { return "", false }})
	if code != ExitFailure || out.Len() > 0 || strings.Count(strings.TrimSpace(errs.String()), "\n") > 0 || errs.Len() == 0 {
		t.Errorf("code %d, out %d bytes, err %q", code, out.Len(), errs.String())
	}
	t.Log(errs.String())
}
