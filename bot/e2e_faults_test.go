package bot

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
)

// stillAnswers wants the bot to answer a DM.
func (w *world) stillAnswers(text string) {
	w.t.Helper()
	ada := w.local.As("Ada")
	asked := w.say(ada, "@bot", text+" "+badMember)
	m, err := ada.WaitMessage(w.ctx(), "@bot", func(m playground.Message) bool { return m.FromBot() && m.ReplyTo() == asked.ID() })
	if err != nil {
		w.t.Fatalf("no answer: %v; log:\n%s", err, w.log.String())
	}
	if !strings.Contains(m.Text(), "--copy-to=etcd-shell") {
		w.t.Errorf("answered with %.200s", m.Text())
	}
}

// TestResumeAfterCut cuts the connection; what was said meanwhile is
// answered once, without a new IDENTIFY.
func TestResumeAfterCut(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.stillAnswers("before")
	identifies := w.local.Gateway().Stats().Identifies
	w.local.Gateway().Drop()
	w.stillAnswers("while it is away")
	stats := w.local.Gateway().Stats()
	if stats.Identifies != identifies || stats.Resumes == 0 {
		t.Errorf("identifies %d to %d, resumes %d", identifies, stats.Identifies, stats.Resumes)
	}
}

func TestReconnectRequest(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.local.Gateway().Reconnect()
	w.until(func() bool { return w.local.Gateway().Stats().Resumes > 0 })
	w.stillAnswers("after op 7")
}

func TestInvalidSession(t *testing.T) {
	for name, resumable := range map[string]bool{"resumable": true, "not resumable": false} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, playground.Options{}, nil)
			before := w.local.Gateway().Stats()
			w.local.Gateway().Invalidate(resumable)
			w.until(func() bool {
				now := w.local.Gateway().Stats()
				return resumable && now.Resumes > before.Resumes || !resumable && now.Identifies > before.Identifies
			})
			w.stillAnswers("after op 9")
		})
	}
}

// TestSilentGateway wants the watchdog to find a gateway that says nothing.
func TestSilentGateway(t *testing.T) {
	w := newWorld(t, playground.Options{HeartbeatInterval: 200 * time.Millisecond}, nil)
	w.stillAnswers("before")
	w.local.Gateway().Silence(true)
	w.logged("the gateway does not answer heartbeats")
	w.local.Gateway().Silence(false)
	if err := w.local.Gateway().WaitConnected(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.stillAnswers("after")
}

// TestReplyRateLimited wants the reply after the wait that a 429 asks for.
func TestReplyRateLimited(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	limited := w.local.Fail(playground.Fault{Method: http.MethodPost, Path: "/channels/*/messages", Status: http.StatusTooManyRequests, RetryAfter: 100 * time.Millisecond})
	w.stillAnswers("hello")
	if limited.Hits() != 1 {
		t.Errorf("the limit struck %d times", limited.Hits())
	}
	edits := w.local.Fail(playground.Fault{Method: http.MethodPatch, Path: "/webhooks/**", Status: http.StatusTooManyRequests, RetryAfter: 100 * time.Millisecond})
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", "--copy-to=etcd-shell")
	if edits.Hits() != 1 {
		t.Errorf("the limit struck %d edits", edits.Hits())
	}
}

// TestBadGatewayPostsOnce wants one reply when Discord took the message and
// answered with an error.
func TestBadGatewayPostsOnce(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.local.Fail(playground.Fault{Method: http.MethodPost, Path: "/channels/*/messages", Status: http.StatusBadGateway, AfterEffect: true})
	w.stillAnswers("hello")
	w.stillAnswers("again")
	n := 0
	for _, m := range w.local.As("Ada").Sees("@bot") {
		if m.FromBot() {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d replies to 2 messages", n)
	}
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

// TestWrongToken wants Run to end with a sentence that says what to do.
func TestWrongToken(t *testing.T) {
	local := playground.New(playground.Options{})
	if err := local.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	w := newWorld(t, playground.Options{}, nil)
	cfg := w.bot.cfg
	cfg.Discord.Token, cfg.Discord.APIURL = "not-the-token", local.APIURL()
	b, err := New(Options{Config: cfg, Index: sharedIndex(t), Timings: fast})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Run(w.ctx()); err == nil || !strings.Contains(err.Error(), "token") || strings.Contains(err.Error(), "not-the-token") {
		t.Errorf("ended with %v", err)
	}
}
