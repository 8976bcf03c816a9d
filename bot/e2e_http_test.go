package bot

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
)

// freeAddr is an address that nobody listens on just now.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestRunWithInteractionsEndpoint runs the program with --interactions-addr. A
// local Discord verifies the address and sends commands, presses and choices
// there; messages still come over the gateway.
func TestRunWithInteractionsEndpoint(t *testing.T) {
	w := &world{t: t, log: &lockedBuffer{wrote: make(chan struct{})}}
	w.local = playground.New(playground.Options{Observe: w.calls.add})
	if err := w.local.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.local.Close)
	env := map[string]string{"DISCORD_TOKEN": w.local.Token(), "DISCORD_API_URL": w.local.APIURL(), "DISCORD_PUBLIC_KEY": w.local.PublicKey(),
		"MEDIC_ADDR": "", "MEDIC_LOG_LEVEL": "debug"}
	addr := freeAddr(t)
	ctx, stop := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- Main(ctx, Process{Args: []string{"run", "--interactions-addr", addr}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: w.log,
			Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	}()
	t.Cleanup(func() {
		stop()
		if c := <-code; c != ExitAnswered {
			t.Errorf("exit code %d; log:\n%s", c, w.log)
		}
		w.check()
	})
	w.logged(`"msg":"interactions endpoint"`)
	if err := w.local.SetInteractionsEndpoint(w.ctx(), "http://"+addr+"/"); err != nil {
		t.Fatal(err)
	}
	w.until(func() bool { return len(w.local.Commands()) == len(definitions()) })
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	reply := w.reply(ada, "general", remedy)
	if !reply.Ephemeral() {
		t.Error("the answer is not private")
	}
	w.press(ada, "general", reply, actSolved)
	if c, err := ada.Autocomplete(w.ctx(), "general", commandName, optionProblem, "etcd"); err != nil || len(c) == 0 {
		t.Errorf("suggestions %v, %v", c, err)
	}
	w.stillAnswers("by message")
}

// TestInteractionsAddrNeedsAKey wants a sentence, before anything is connected.
func TestInteractionsAddrNeedsAKey(t *testing.T) {
	for _, key := range []string{"", strings.Repeat("x", 64)} {
		var errs bytes.Buffer
		env := map[string]string{"DISCORD_TOKEN": "a.b.c", "DISCORD_API_URL": "http://127.0.0.1:1", "MEDIC_ADDR": "", "DISCORD_PUBLIC_KEY": key}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		c := Main(ctx, Process{Args: []string{"run", "--interactions-addr", "127.0.0.1:0"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs,
			Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
		if c != ExitFailure || !strings.Contains(errs.String(), "public_key") || !strings.Contains(errs.String(), "General Information") {
			t.Errorf("key %q: exit code %d, %s", key, c, errs.String())
		}
	}
}

// TestInteractionByBothWays delivers one interaction by HTTP and another over
// the gateway while the endpoint is there: each is answered once.
func TestInteractionByBothWays(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	key, err := session.ParsePublicKey(w.local.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	addr := freeAddr(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.bot.serveInteractions(ctx, addr, key) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	w.logged(`"msg":"interactions endpoint"`)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", remedy)
	if err := w.local.SetInteractionsEndpoint(w.ctx(), "http://"+addr+"/any/path"); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	w.slash(grace, "general", playground.Opt(optionProblem, badMember))
	w.reply(grace, "general", remedy)
	n := 0
	for _, r := range w.local.Requests() {
		if strings.HasSuffix(r.Path, "/callback") && r.At.After(start) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d first answers to one command", n)
	}
}
