package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/milvus-medic/medic/config"
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

// TestLogHoldsNoSecret logs every secret of the settings.
func TestLogHoldsNoSecret(t *testing.T) {
	var out bytes.Buffer
	c := &cli{Process: Process{Stderr: &out}}
	cfg := config.Default()
	for n, secret := range []*config.Secret{&cfg.Discord.Token, &cfg.GitHub.Token, &cfg.GitHub.AppKey, &cfg.GitHub.WebhookSecret, &cfg.Model.Key} {
		*secret = config.Secret("canary-of-the-" + strconv.Itoa(n))
	}
	log := c.logger(cfg)
	for _, secret := range []config.Secret{cfg.Discord.Token, cfg.GitHub.Token, cfg.GitHub.AppKey, cfg.GitHub.WebhookSecret, cfg.Model.Key} {
		log.Error("refused: "+secret.Reveal(), "err", errors.New(secret.Reveal()))
	}
	if strings.Contains(out.String(), "canary") || strings.Count(out.String(), "\n") != 5 {
		t.Errorf("the log holds a secret, or not all lines:\n%s", out.String())
	}
}
