package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
)

// guarded starts the workers of a scripted session inside a bubble.
func guarded(t *testing.T, opt Options) (*Session, *script, *logs) {
	t.Helper()
	s, sc, l := scripted(t, opt, func(_ int, r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/callback") {
			return reply(204, ""), nil
		}
		return reply(200, aMessage), nil
	})
	s.guard.start()
	t.Cleanup(s.guard.drain)
	return s, sc, l
}

// press delivers an interaction of a user as the gateway would.
func press(s *Session, id, user string, kind discordgo.InteractionType) {
	s.onEvent(&discordgo.Event{Type: typeInteraction, RawData: fmt.Appendf(nil,
		`{"id":%q,"application_id":"201","token":"canary-token-%s","type":%d,"data":{"name":"x"},"user":{"id":%q}}`, id, id, kind, user)})
}

func post(s *Session, id, user, text string) {
	s.onEvent(&discordgo.Event{Type: typeMessageCreate, RawData: fmt.Appendf(nil,
		`{"id":%q,"channel_id":"2","content":%q,"author":{"id":%q}}`, id, text, user)})
}

const command = discordgo.InteractionApplicationCommand

func TestPanicInHandlerIsLoggedAndAnswered(t *testing.T) {
	for _, test := range []struct {
		name   string
		kind   discordgo.InteractionType
		before func(*Session, context.Context, *Interaction) error
		want   []string // parts of the last call
	}{
		{"unanswered", command, nil, []string{"POST", "/callback", `{"type":4,"data":{"content":"Something went wrong`, `"flags":68`}},
		{"deferred", command, func(s *Session, ctx context.Context, i *Interaction) error { return s.Acknowledge(ctx, i, false) },
			[]string{"PATCH", "/messages/@original", "Something went wrong"}},
		{"answered", command, func(s *Session, ctx context.Context, i *Interaction) error {
			return s.Respond(ctx, i, Message{Content: "x"})
		}, []string{"POST", "/webhooks/201/", "Something went wrong", `"flags":68`}},
		{"component deferred", discordgo.InteractionMessageComponent, func(s *Session, ctx context.Context, i *Interaction) error {
			return s.AcknowledgeUpdate(ctx, i)
		}, []string{"POST", "/webhooks/201/", "Something went wrong", `"flags":68`}},
		{"autocompletion", discordgo.InteractionApplicationCommandAutocomplete, nil, []string{"POST", "/callback", `{"type":8,"data":{"choices":[]}}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var s *Session
				s, sc, l := guarded(t, Options{Handler: Handler{Interaction: func(ctx context.Context, i *Interaction) error {
					if test.before != nil {
						if err := test.before(s, ctx, i); err != nil {
							return err
						}
					}
					panic("with the token " + testToken)
				}}})
				press(s, "7", "9", test.kind)
				synctest.Wait()
				last := sc.call(sc.count() - 1)
				for _, want := range test.want {
					if got := last.method + " " + last.url + " " + last.body; !strings.Contains(got, want) {
						t.Errorf("the last call is %s, without %s", got, want)
					}
				}
				if !strings.Contains(l.String(), "guard_test.go") {
					t.Error("no stack in the log")
				}
				if st := s.Stats(); st.Interactions["panic"] != 1 || st.Running != 0 || s.guard.alive(time.Now()) != nil {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

func TestFailingHandlerIsAnsweredWithAFixedSentence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		texts := Texts{Failed: func(l discordgo.Locale) string { return "in " + string(l) }}
		s, sc, l := guarded(t, Options{Texts: texts, Handler: Handler{Interaction: func(context.Context, *Interaction) error {
			return errors.New("index: no such thing")
		}}})
		s.onEvent(&discordgo.Event{Type: typeInteraction, RawData: []byte(
			`{"id":"7","token":"canary","type":2,"data":{},"locale":"de","member":{"user":{"id":"9"}}}`)})
		synctest.Wait()
		if b := sc.call(0).body; !strings.Contains(b, `"in de"`) || strings.Contains(b, "no such thing") {
			t.Errorf("told %s", b)
		}
		if !strings.Contains(l.String(), "index: no such thing") {
			t.Error("the error is not in the log")
		}
	})
}

func TestLateAndForeignAnswersGetNoApology(t *testing.T) {
	for _, err := range []error{ErrExpired, ErrAnswered, &Error{Code: codeUnknownInteraction}} {
		synctest.Test(t, func(t *testing.T) {
			s, sc, _ := guarded(t, Options{Handler: Handler{Interaction: func(context.Context, *Interaction) error { return err }}})
			press(s, "7", "9", command)
			synctest.Wait()
			if sc.count() != 0 {
				t.Errorf("%v was followed by a call", err)
			}
		})
	}
}

func TestHandlersHaveADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := guarded(t, Options{Handler: Handler{Interaction: func(ctx context.Context, _ *Interaction) error {
			<-ctx.Done()
			return ctx.Err()
		}}})
		start := time.Now()
		press(s, "7", "9", command)
		for s.Stats().Interactions["timeout"] == 0 && time.Since(start) < time.Hour {
			time.Sleep(time.Second)
		}
		if took := time.Since(start); took > s.opt.Timings.Handler+time.Second {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestFullQueueTellsInteractionsAndDropsMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		wait := func() error { <-release; return nil }
		s, sc, l := guarded(t, Options{Workers: 1, QueueSize: 2, Handler: Handler{
			Interaction:   func(context.Context, *Interaction) error { return wait() },
			MessageCreate: func(context.Context, *MessageEvent) error { return wait() },
		}})
		press(s, "1", "u1", command)
		synctest.Wait() // now it runs
		for k := 2; k <= 3; k++ {
			press(s, fmt.Sprint(k), fmt.Sprint("u", k), command)
			post(s, fmt.Sprint(k), fmt.Sprint("u", k), "canary")
		}
		start := time.Now()
		press(s, "4", "u4", command)
		post(s, "4", "u4", "canary")
		synctest.Wait()
		if sc.count() != 1 || !strings.Contains(sc.call(0).url, "/interactions/4/") || !strings.Contains(sc.call(0).body, `"flags":68`) ||
			!sc.call(0).at.Equal(start) {
			t.Errorf("%d calls: %v", sc.count(), sc.calls)
		}
		st := s.Stats()
		if st.Dropped[reasonFull] != 2 || st.Interactions["busy"] != 1 || st.Queued != 4 || st.Running != 1 {
			t.Errorf("stats %+v", st)
		}
		if strings.Count(l.String(), reasonFull) != 2 {
			t.Error("the reason is not in the log")
		}
		close(release)
		synctest.Wait()
	})
}

func TestInteractionThatWaitsTooLongIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var ran atomic.Int64
		s, sc, _ := guarded(t, Options{Workers: 1, Handler: Handler{
			Interaction: func(context.Context, *Interaction) error { ran.Add(1); <-release; return nil },
		}})
		press(s, "1", "u1", command)
		synctest.Wait()
		press(s, "2", "u2", command)
		time.Sleep(s.opt.Timings.QueueWait)
		synctest.Wait()
		if sc.count() != 1 || s.Stats().Dropped[reasonLate] != 1 || s.Stats().Queued != 0 {
			t.Errorf("%d calls, stats %+v", sc.count(), s.Stats())
		}
		close(release)
		synctest.Wait()
		if ran.Load() != 1 {
			t.Error("it ran all the same")
		}
	})
}

func TestOneUserCannotKeepOthersOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var others atomic.Int64
		s, _, _ := guarded(t, Options{Workers: 4, PerUser: 5, Handler: Handler{
			MessageCreate: func(_ context.Context, e *MessageEvent) error {
				if e.Author.ID == "greedy" {
					<-release
				} else {
					others.Add(1)
				}
				return nil
			},
		}})
		for k := range 100 {
			post(s, fmt.Sprint("g", k), "greedy", "x")
		}
		for k := range 20 {
			post(s, fmt.Sprint("o", k), fmt.Sprint("other", k), "x")
		}
		synctest.Wait()
		if st := s.Stats(); others.Load() != 20 || st.Running != 1 || st.Dropped[reasonUser] < 90 {
			t.Errorf("%d others ran; stats %+v", others.Load(), st)
		}
		close(release)
		synctest.Wait()
	})
}

func TestDuplicatesAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n, m, e atomic.Int64
		s, _, _ := guarded(t, Options{Handler: Handler{
			Interaction:   func(context.Context, *Interaction) error { n.Add(1); return nil },
			MessageCreate: func(context.Context, *MessageEvent) error { m.Add(1); return nil },
			MessageUpdate: func(context.Context, *MessageEvent) error { e.Add(1); return nil },
		}})
		for range 3 {
			press(s, "1", "u1", command)
			post(s, "1", "u1", "x")
			for _, text := range []string{"first", "second"} {
				s.onEvent(&discordgo.Event{Type: typeMessageUpdate, RawData: fmt.Appendf(nil, `{"id":"1","channel_id":"2","content":%q}`, text)})
			}
		}
		synctest.Wait()
		if n.Load() != 1 || m.Load() != 1 || e.Load() != 2 || s.Stats().Dropped["duplicate"] != 8 {
			t.Errorf("%d interactions, %d messages, %d edits, %v", n.Load(), m.Load(), e.Load(), s.Stats().Dropped)
		}
	})
}

func TestSeenIsBounded(t *testing.T) {
	s := newSeen(10)
	for k := range 1000 {
		if !s.first(fmt.Sprint(k)) {
			t.Fatalf("%d is new", k)
		}
		if k > 0 && s.first(fmt.Sprint(k-1)) {
			t.Fatalf("%d was forgotten at once", k-1)
		}
	}
	if len(s.now)+len(s.old) > 20 {
		t.Errorf("%d remembered", len(s.now)+len(s.old))
	}
}

func TestDrainLetsHandlersFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var finished atomic.Int64
		s, _, _ := guarded(t, Options{Workers: 2, Handler: Handler{MessageCreate: func(ctx context.Context, _ *MessageEvent) error {
			time.Sleep(5 * time.Second)
			finished.Add(1)
			return ctx.Err()
		}}})
		for k := range 4 {
			post(s, fmt.Sprint(k), fmt.Sprint("u", k), "x")
		}
		s.guard.drain()
		post(s, "9", "u9", "x")
		if finished.Load() != 4 || s.Stats().Dropped[reasonClosing] != 1 {
			t.Errorf("%d finished, %v", finished.Load(), s.Stats().Dropped)
		}
	})
}

func TestDrainIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, _, l := guarded(t, Options{Workers: 2, Handler: Handler{MessageCreate: func(ctx context.Context, e *MessageEvent) error {
			if e.Author.ID == "deaf" {
				<-release
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}}})
		for k, user := range []string{"deaf", "heeds", "waits"} {
			post(s, fmt.Sprint(k), user, "x")
		}
		synctest.Wait()
		start := time.Now()
		s.guard.drain()
		if took := time.Since(start); took != s.opt.Timings.Drain+lastMoment {
			t.Errorf("took %s", took)
		}
		if !strings.Contains(l.String(), "left behind") || s.Stats().Dropped[reasonClosing] != 1 {
			t.Errorf("%v", s.Stats().Dropped)
		}
		close(release)
		synctest.Wait()
	})
}

func TestStuckWorkersAreReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s, _, _ := guarded(t, Options{Workers: 2, Handler: Handler{MessageCreate: func(context.Context, *MessageEvent) error {
			<-release
			return nil
		}}})
		s.health.begin()
		post(s, "1", "u1", "x")
		post(s, "2", "u2", "x")
		synctest.Wait()
		s.health.expect(time.Hour, "connected")
		if err := s.Alive(time.Now()); err != nil {
			t.Errorf("too early: %v", err)
		}
		if err := s.Alive(time.Now().Add(10 * time.Minute)); err == nil || !strings.Contains(err.Error(), "workers") {
			t.Errorf("got %v", err)
		}
		if err := s.Alive(time.Now().Add(2 * time.Hour)); err == nil || !strings.Contains(err.Error(), "supervisor") {
			t.Errorf("got %v", err)
		}
		close(release)
		synctest.Wait()
	})
}

// In a flood nobody is lost, through the real gateway and sockets. The deadlines
// are long here, so that a slow machine does not decide the outcome.
func TestFloodOfInteractionsIsAnswered(t *testing.T) {
	const flood = 1000
	f := newFake(t)
	timings := quick()
	timings.QueueWait, timings.FirstResponse = time.Minute, time.Minute
	var s atomic.Pointer[Session]
	b := startBot(t, f, Options{Workers: 32, QueueSize: flood, Timings: timings, Handler: Handler{
		Interaction: func(ctx context.Context, i *Interaction) error { return s.Load().Acknowledge(ctx, i, false) },
	}})
	s.Store(b.Session)
	c := f.accept()
	c.hello(time.Minute)
	c.expect(opIdentify)
	c.ready("one")
	for k := range flood {
		c.event(k+2, typeInteraction, fmt.Sprintf(`{"id":"%d","application_id":"201","token":"canary-%d","type":2,"data":{},"user":{"id":"u%d"}}`, k, k, k%200))
	}
	eventually(t, "an answer to each", func() bool { return b.Stats().Interactions["ok"] == flood })
	f.mu.Lock()
	defer f.mu.Unlock()
	answers := map[string]int{}
	for _, call := range f.calls {
		answers[call.path]++
	}
	if len(answers) != flood || len(f.calls) != flood {
		t.Errorf("%d of %d were answered, with %d calls", len(answers), flood, len(f.calls))
	}
}
