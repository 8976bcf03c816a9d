package bot

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// remedy stands in the answer to badMember.
const remedy = "--copy-to=etcd-shell"

// The faults of the gateway are named G01 to G16 and tested in
// e2e_gateway_test.go, those of the REST API R01 to R16 in e2e_rest_test.go;
// each says what people see, what the log says and what is kept.

// stillAnswers wants the bot to answer a DM.
func (w *world) stillAnswers(text string) {
	w.t.Helper()
	w.answered(w.asks(text))
}

// asks says something in a DM that the bot knows an answer to.
func (w *world) asks(text string) playground.Message {
	w.t.Helper()
	return w.say(w.local.As("Ada"), "@bot", text+" "+badMember)
}

// answered waits for the reply to a DM.
func (w *world) answered(asked playground.Message) {
	w.t.Helper()
	m, err := w.local.As("Ada").WaitMessage(w.ctx(), "@bot", func(m playground.Message) bool { return m.FromBot() && m.ReplyTo() == asked.ID() })
	if err != nil {
		w.t.Fatalf("no answer: %v; log:\n%s", err, w.log.String())
	}
	if !strings.Contains(m.Text(), remedy) {
		w.t.Errorf("answered with %.200s", m.Text())
	}
}

// answersOnce wants an answer to a new question, and exactly one to every
// question so far, with one report kept for each.
func (w *world) answersOnce(text string) {
	w.t.Helper()
	w.stillAnswers(text)
	replies := map[string]int{}
	var asked []string
	for _, m := range w.local.As("Ada").Sees("@bot") {
		if m.FromBot() {
			replies[m.ReplyTo()]++
		} else {
			asked = append(asked, m.ID())
		}
	}
	for _, id := range asked {
		if replies[id] != 1 {
			w.t.Errorf("message %s has %d replies", id, replies[id])
		}
	}
}

// soon waits for something that changes in the bot alone, where until would
// not be woken.
func (w *world) soon(cond func() bool) {
	w.t.Helper()
	for ctx := w.ctx(); !cond(); time.Sleep(5 * time.Millisecond) {
		if ctx.Err() != nil {
			w.t.Fatalf("waited in vain; log:\n%s", w.log)
		}
	}
}

// idle waits until the bot has handled every event that it took.
func (w *world) idle() {
	w.t.Helper()
	w.soon(func() bool {
		s := w.bot.session.Stats()
		return s.Queued == 0 && s.Running == 0
	})
}

// handled waits until the bot has handled a message.
func (w *world) handled(m playground.Message) {
	w.t.Helper()
	w.logged(`"msg":"event handled","event":"MESSAGE_CREATE","message":"` + m.ID() + `"`)
}

// reportCount is how many reports a bot keeps for their buttons.
func reportCount(b *Bot) int {
	b.reports.mu.Lock()
	defer b.reports.mu.Unlock()
	return len(b.reports.byID)
}

// aftermath is what a fault of the gateway must leave behind.
type aftermath struct {
	logs       string // what the log says, if anything
	resumes    bool   // the session was continued
	identifies int    // how many new sessions it cost
}

// survives asks before a fault, during it and after it. Every question must be
// answered once and kept once, and no handler may fail.
func (w *world) survives(want aftermath, disturb, restore func(playground.Gateway)) {
	w.t.Helper()
	g := w.local.Gateway()
	w.stillAnswers("before")
	before := g.Stats()
	disturb(g)
	during := w.asks("during")
	if restore != nil {
		restore(g)
	}
	w.answered(during)
	for _, m := range w.local.As("Ada").Sees("@bot") { // whatever disturb asked
		if !m.FromBot() {
			w.answered(m)
		}
	}
	w.answersOnce("after")
	now := g.Stats()
	if n := now.Identifies - before.Identifies; n != want.identifies {
		w.t.Errorf("%d new sessions, want %d", n, want.identifies)
	}
	if want.resumes && now.Resumes == before.Resumes {
		w.t.Error("the session was not resumed")
	}
	if want.logs != "" {
		w.logged(want.logs)
	}
	if strings.Contains(w.log.String(), `"msg":"event failed"`) {
		w.t.Errorf("a handler failed:\n%s", w.log)
	}
	questions := 0
	for _, m := range w.local.As("Ada").Sees("@bot") {
		if !m.FromBot() {
			questions++
		}
	}
	if n := reportCount(w.bot); n < questions || n > questions+1 { // one may be asked in a channel
		w.t.Errorf("%d reports are kept of %d questions", n, questions)
	}
}

// lonelyBot runs a bot on a local Discord of its own that is expected to end by
// itself.
func lonelyBot(t *testing.T, change func(*config.Config), content bool) (*playground.Server, *Bot, <-chan error, context.Context) {
	t.Helper()
	local := playground.New(playground.Options{MessageContent: content})
	if err := local.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(local.Close)
	cfg := config.Default()
	cfg.Discord.Token, cfg.Discord.APIURL = config.Secret(local.Token()), local.APIURL()
	change(&cfg)
	b, err := New(Options{Config: cfg, Index: sharedIndex(t), Timings: fast, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return local, b, ended, ctx
}

// TestPanicInHandler wants one private sentence for the reader, the stack in
// the log, and a bot that goes on.
func TestPanicInHandler(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	index := w.bot.knows.index
	w.bot.knows.index = nil
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", "Something went wrong on my side")
	w.logged("nil pointer")
	w.bot.knows.index = index
	w.stillAnswers("after")
}
