package bot

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

const (
	// The routes that faults of the REST API strike at.
	createRoute   = "/channels/*/messages"
	callbackRoute = "/interactions/*/*/callback"
	editRoute     = "/webhooks/*/*/messages/*"
)

// answer asks by command and waits for the private answer.
func (w *world) answer(p *playground.Person) {
	w.t.Helper()
	i, err := p.Slash("general", commandName, playground.Opt(optionProblem, badMember))
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := i.Reply(w.ctx())
	if err != nil || !m.Ephemeral() || !strings.Contains(m.Text(), remedy) {
		w.t.Fatalf("answered %q, %v; log:\n%s", m.Text(), err, w.log)
	}
}

// fails asks by command and wants Discord's own notice, in the time that the
// playground gives.
func (w *world) fails(p *playground.Person) {
	w.t.Helper()
	i, err := p.Slash("general", commandName, playground.Opt(optionProblem, badMember))
	if err != nil {
		w.t.Fatal(err)
	}
	if out, err := i.Wait(w.ctx()); err != nil || out.Failed == "" {
		w.t.Errorf("answered with %d, %v", out.Answer, err)
	}
}

// hits wants a fault to have struck n times.
func (w *world) hits(f playground.Scripted, n int) {
	w.t.Helper()
	if f.Hits() != n {
		w.t.Errorf("the fault struck %d times, want %d", f.Hits(), n)
	}
}

// TestR01RouteRateLimit wants the reply, the edit and the first answer after the
// wait that a 429 asks for.
func TestR01RouteRateLimit(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for _, route := range []string{createRoute, callbackRoute, editRoute} {
		f := w.local.Fail(playground.Fault{Path: route, Status: http.StatusTooManyRequests, RetryAfter: 100 * time.Millisecond})
		if route == createRoute {
			w.answersOnce("limited")
		} else {
			w.answer(w.local.As("Ada"))
		}
		w.hits(f, 1)
	}
	w.logged(`"msg":"rate limited"`)
	if n := reportCount(w.bot); n != 3 {
		t.Errorf("%d reports are kept of 3 answers", n)
	}
}

// TestR02GlobalRateLimit has all calls wait but those of interactions. The 429
// has no X-RateLimit-Reset-After, as in Discord's own example.
func TestR02GlobalRateLimit(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	const wait = time.Second
	f := w.local.Fail(playground.Fault{Method: http.MethodPost, Path: createRoute, Status: http.StatusTooManyRequests, RetryAfter: wait, Global: true})
	first := w.asks("limited")
	w.logged(`"global":true`)
	struck := time.Now()
	second := w.asks("meanwhile")
	w.answer(w.local.As("Grace"))
	w.answered(first)
	w.answered(second)
	w.answersOnce("afterwards")
	w.hits(f, 1)
	var callback bool
	for _, r := range w.local.Requests() {
		early := r.At.Before(struck.Add(wait - 200*time.Millisecond))
		if early && r.At.After(struck) && strings.HasPrefix(r.Path, "/channels/") && r.Method == http.MethodPost {
			t.Errorf("%s was sent %s after the limit", r.Path, r.At.Sub(struck))
		}
		callback = callback || strings.HasSuffix(r.Path, "/callback")
	}
	if !callback {
		t.Error("no interaction was answered")
	}
}

// TestR03RateLimitForEver gives one reply up after some attempts and goes on.
func TestR03RateLimitForEver(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	f := w.local.Fail(playground.Fault{Method: http.MethodPost, Path: createRoute, Status: http.StatusTooManyRequests, RetryAfter: 10 * time.Millisecond, Times: -1})
	asked := w.asks("limited")
	w.logged(`"msg":"event failed"`)
	w.hits(f, 6)
	f.Remove()
	w.stillAnswers("afterwards")
	for _, m := range w.local.As("Ada").Sees("@bot") {
		if m.ReplyTo() == asked.ID() {
			t.Errorf("answered with %s", m.Text())
		}
	}
	if _, known := w.bot.replies.get(w.ctx(), asked.ID()); known {
		t.Error("a reply that was never sent is kept")
	}
}

func TestR04ServerErrors(t *testing.T) {
	for _, status := range []int{http.StatusInternalServerError, http.StatusServiceUnavailable} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			w := newWorld(t, playground.Options{}, nil)
			for _, route := range []string{createRoute, callbackRoute, editRoute} {
				f := w.local.Fail(playground.Fault{Path: route, Status: status})
				w.answer(w.local.As("Ada"))
				w.answersOnce("failing once")
				w.hits(f, 1)
			}
			if n := reportCount(w.bot); n != 6 {
				t.Errorf("%d reports are kept of 6 answers", n)
			}
		})
	}
}

// TestR05BadGatewayAfterEffect wants one reply when Discord took the message,
// or the acknowledgement, and answered with an error.
func TestR05BadGatewayAfterEffect(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for _, route := range []string{createRoute, callbackRoute, editRoute} {
		f := w.local.Fail(playground.Fault{Path: route, Status: http.StatusBadGateway, AfterEffect: true})
		w.answer(w.local.As("Ada"))
		w.answersOnce("it took effect")
		w.hits(f, 1)
	}
	if strings.Contains(w.log.String(), `"msg":"event failed"`) {
		t.Errorf("a handler failed:\n%s", w.log)
	}
}

// TestR06SlowFirstAnswer slows Discord's answer to the acknowledgement, just
// short of its three seconds and beyond. The scale is a fifth of Discord's.
func TestR06SlowFirstAnswer(t *testing.T) {
	const deadline = 600 * time.Millisecond
	for name, c := range map[string]struct {
		delay    time.Duration
		answered bool
	}{
		"2.5 of 3 s": {deadline * 25 / 30, true},
		"3.5 of 3 s": {deadline * 35 / 30, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, playground.Options{InteractionDeadline: deadline}, nil)
			f := w.local.Fail(playground.Fault{Path: callbackRoute, Delay: c.delay})
			if c.answered {
				w.answer(w.local.As("Ada"))
				if strings.Contains(w.log.String(), `"msg":"event failed"`) {
					t.Errorf("a handler failed:\n%s", w.log)
				}
			} else {
				w.fails(w.local.As("Ada"))
				w.logged(`"outcome":"late"`)
			}
			w.hits(f, 1)
			w.answersOnce("afterwards")
		})
	}
}

// TestR07Hang gives no answer at all to an acknowledgement, an edit and a
// message. Others are served meanwhile.
func TestR07Hang(t *testing.T) {
	w := newWorldWith(t, playground.Options{InteractionDeadline: 300 * time.Millisecond}, func(o *Options) {
		o.Timings.FirstResponse, o.Timings.Request = 200*time.Millisecond, 500*time.Millisecond
	})
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	hung := w.local.Fail(playground.Fault{Path: callbackRoute, Hang: true})
	w.fails(ada)
	w.answer(grace)
	w.logged(`"outcome":"late"`)
	w.hits(hung, 1)
	for _, route := range []string{createRoute, editRoute} {
		f := w.local.Fail(playground.Fault{Path: route, Hang: true})
		if route == createRoute {
			w.answersOnce("hanging")
		} else {
			w.answer(ada)
		}
		w.hits(f, 1)
	}
}

// TestR08TokenRefused ends the bot with a sentence: no call with that token can
// work any more.
func TestR08TokenRefused(t *testing.T) {
	t.Run("at the start", func(t *testing.T) {
		local, _, ended, _ := lonelyBot(t, func(c *config.Config) { c.Discord.Token = "not-the-token" }, false)
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "Reset Token") || strings.Contains(err.Error(), "not-the-token") {
			t.Errorf("ended with %v", err)
		}
		if n := local.Gateway().Stats().Connections; n != 0 {
			t.Errorf("%d connections", n)
		}
	})
	t.Run("later", func(t *testing.T) {
		local, b, ended, ctx := lonelyBot(t, func(*config.Config) {}, false)
		if err := local.Wait(ctx, func() bool { return len(local.Commands()) == len(definitions()) }); err != nil {
			t.Fatal(err)
		}
		for b.session.Stats().Running > 0 && ctx.Err() == nil { // it still catches up, and would read the message twice
			time.Sleep(5 * time.Millisecond)
		}
		f := local.Fail(playground.Fault{Method: http.MethodPost, Path: createRoute, Status: http.StatusUnauthorized, Times: -1})
		asked, err := local.As("Ada").Say("@bot", badMember)
		if err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "Reset Token") {
			t.Errorf("ended with %v", err)
		}
		if _, known := b.replies.get(ctx, asked.ID()); known || f.Hits() != 1 || local.Invalid() != 1 {
			t.Errorf("%d calls, %d refusals, kept a reply: %v", f.Hits(), local.Invalid(), known)
		}
	})
}

// TestR09PermissionTaken takes the right to write away. Nothing is sent again
// and again; the log says which right to check.
func TestR09PermissionTaken(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	if err := w.local.SetPermission("help", "milvus-medic", 0, playground.PermissionSendMessages); err != nil {
		t.Fatal(err)
	}
	ada := w.local.As("Ada")
	asked := w.say(ada, "help", badMember)
	w.logged("check the bot's permissions in that channel")
	w.answersOnce("elsewhere")
	w.answer(ada)
	if n := w.local.Invalid(); n != 1 {
		t.Errorf("%d calls were refused", n)
	}
	for _, m := range ada.Sees("help") {
		if m.FromBot() {
			t.Errorf("said %s", m.Text())
		}
	}
	if _, known := w.bot.replies.get(w.ctx(), asked.ID()); known {
		t.Error("a reply that was never sent is kept")
	}
}

// TestR10Gone deletes the question, or its channel, while the reply is on its
// way. No error, no second attempt, nothing left behind.
func TestR10Gone(t *testing.T) {
	t.Run("message", func(t *testing.T) {
		w := newWorld(t, playground.Options{}, nil)
		ada := w.local.As("Ada")
		late := w.local.Fail(playground.Fault{Method: http.MethodPost, Path: createRoute, Delay: 200 * time.Millisecond})
		asked := w.say(ada, "help", badMember)
		w.until(func() bool { return late.Hits() == 1 })
		if err := ada.Delete("help", asked.ID()); err != nil {
			t.Fatal(err)
		}
		w.logged(`"event":"MESSAGE_DELETE"`)
		w.answersOnce("afterwards")
		w.until(func() bool { return len(ada.Sees("help")) == 0 })
	})
	t.Run("channel", func(t *testing.T) {
		var shortLived string
		w := newWorld(t, playground.Options{}, nil)
		id, err := w.local.AddChannel("short-lived", 0)
		if err != nil {
			t.Fatal(err)
		}
		shortLived = id
		late := w.local.Fail(playground.Fault{Method: http.MethodPost, Path: createRoute, Delay: 200 * time.Millisecond})
		asked := w.say(w.local.As("Ada"), "short-lived", "<@"+w.local.BotID()+"> "+badMember)
		w.until(func() bool { return late.Hits() == 1 })
		if err := w.local.RemoveChannel("short-lived"); err != nil {
			t.Fatal(err)
		}
		w.logged("code 10003")
		w.answersOnce("afterwards")
		if _, known := w.bot.replies.get(w.ctx(), asked.ID()); known {
			t.Errorf("a reply in the gone channel %s is kept", shortLived)
		}
	})
}

// refusesWith scripts one of Discord's error codes.
func (w *world) refusesWith(route string, code int, afterEffect bool) playground.Scripted {
	status, body := playground.ErrorBody(code)
	return w.local.Fail(playground.Fault{Path: route, Status: status, Body: body, AfterEffect: afterEffect})
}

// TestR11UnknownInteraction is a first answer that came too late: there is
// nobody to tell any more.
func TestR11UnknownInteraction(t *testing.T) {
	w := newWorld(t, playground.Options{InteractionDeadline: 300 * time.Millisecond}, nil)
	f := w.refusesWith(callbackRoute, 10062, false)
	w.fails(w.local.As("Ada"))
	w.logged(`"outcome":"late"`)
	w.hits(f, 1)
	if n := reportCount(w.bot); n != 0 {
		t.Errorf("%d reports are kept", n)
	}
	w.answersOnce("afterwards")
}

// TestR12AlreadyAnswered is what the second of two processes gets: the first
// one's answer stands, and nothing is added to it.
func TestR12AlreadyAnswered(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	f := w.refusesWith(callbackRoute, 40060, true)
	i, err := w.local.As("Ada").Slash("general", commandName, playground.Opt(optionProblem, badMember))
	if err != nil {
		t.Fatal(err)
	}
	w.logged("code 40060")
	w.answersOnce("afterwards")
	w.hits(f, 1)
	if out, err := i.Wait(w.ctx()); err != nil || out.Answer != 5 {
		t.Errorf("the other's answer became %+v, %v", out, err)
	}
	for _, r := range w.local.Requests() {
		if strings.HasPrefix(r.Path, "/webhooks/") {
			t.Errorf("%s %s was sent to the other's answer", r.Method, r.Path)
		}
	}
}

// TestR13TokenRanOut edits an answer after its fifteen minutes. That 401 is not
// about the bot's token and must not end it.
func TestR13TokenRanOut(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	f := w.refusesWith(editRoute, 50027, false)
	w.slash(w.local.As("Ada"), "general", playground.Opt(optionProblem, badMember))
	w.logged("code 50027")
	w.hits(f, 1)
	w.answer(w.local.As("Grace"))
	w.answersOnce("afterwards")
}
