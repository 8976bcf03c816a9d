package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

func TestFatalCloseStops(t *testing.T) {
	for code, advice := range map[int]string{
		4004: "Reset Token", 4010: "report", 4011: "servers", 4012: "update", 4013: "report",
		4014: "MESSAGE CONTENT INTENT",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			b := startBot(t, f, Options{Intents: discordgo.IntentMessageContent | discordgo.IntentGuildMessages})
			c := f.accept()
			c.hello(50 * time.Millisecond)
			c.expect(opIdentify)
			c.close(code)
			var fatal *FatalError
			if err := b.wait(t); !errors.As(err, &fatal) || fatal.Code != code || !strings.Contains(err.Error(), advice) {
				t.Errorf("Run returned %v", err)
			}
			if n := f.dials.Load(); n != 1 {
				t.Errorf("connected %d times", n)
			}
		})
	}
}

func TestFatalCloseInMidSessionStops(t *testing.T) {
	f := newFake(t)
	b := startBot(t, f, Options{})
	f.start("one").close(4004)
	var fatal *FatalError
	if err := b.wait(t); !errors.As(err, &fatal) || fatal.Code != 4004 {
		t.Errorf("Run returned %v", err)
	}
}

// When Discord closes, a heartbeat may fail before the close frame has been read.
func TestFatalCloseIsFoundBehindAFailedWrite(t *testing.T) {
	l := newLink(&Session{}, nil, resume{}, nil)
	l.end(fmt.Errorf("%w: broken pipe", errWrite))
	go func() {
		l.readErr = &websocket.CloseError{Code: closeBadToken}
		close(l.read)
	}()
	l.settle()
	if fatalFor(l.cause, 0) == nil {
		t.Errorf("the cause is %v", l.cause)
	}
}

func TestRefusedTokenInLookupStopsWithoutIdentify(t *testing.T) {
	f := newFake(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message":"401: Unauthorized","code":0}`)
	})
	f.lookup.Store(&h)
	b := startBot(t, f, Options{})
	var fatal *FatalError
	if err := b.wait(t); !errors.As(err, &fatal) || fatal.Code != 401 || f.dials.Load() != 0 {
		t.Errorf("Run returned %v after %d connections", err, f.dials.Load())
	}
}

func TestResumableClosesResumeOthersIdentify(t *testing.T) {
	for code, want := range map[int]int{4000: opResume, 4001: opResume, 4008: opResume, 1001: opResume, 4007: opIdentify, 4009: opIdentify} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			startBot(t, f, Options{})
			f.start("one").close(code)
			c := f.accept()
			c.hello(50 * time.Millisecond)
			c.expect(want)
		})
	}
}

func TestBrokenPacketsDoNotEndTheSession(t *testing.T) {
	f := newFake(t)
	h, texts, _ := messages(1)
	b := startBot(t, f, Options{Handler: h})
	c := f.start("one")
	for _, p := range []string{`{`, `null`, `[]`, `"x"`, `{"op":"a"}`, `{"d":1}`, `{"op":99,"d":"canary"}`, `{"op":10,"d":{"heartbeat_interval":0}}`,
		`{"op":0,"s":2,"t":"MESSAGE_CREATE","d":null}`, `{"op":0,"s":3,"t":"MESSAGE_CREATE","d":[1]}`,
		`{"op":0,"s":4,"t":"MESSAGE_CREATE","d":{"id":5}}`, `{"op":0,"s":5,"t":"GUILD_CREATE","d":null}`,
		`{"op":0,"s":6,"t":"INTERACTION_CREATE","d":{"type":2}}`, `{"op":0,"s":7,"t":"READY","d":{}}`[:20]} {
		c.send(p)
	}
	c.mu.Lock()
	_ = c.ws.WriteMessage(2, []byte{0x78, 0x9c, 1, 2, 3})
	c.mu.Unlock()
	c.message(8, "100", "still here")
	receive(t, texts, "the message")
	if f.dials.Load() != 1 {
		t.Error("reconnected")
	}
	if b.Stats().Dropped["malformed"] < 8 {
		t.Errorf("dropped %v", b.Stats().Dropped)
	}
}

func TestUnknownEventsAreNotLogged(t *testing.T) {
	f := newFake(t)
	h, texts, _ := messages(1)
	b := startBot(t, f, Options{Handler: h})
	c := f.start("one")
	c.event(2, "SOMETHING_NEW_IN_2030", `{"content":"canary of a user"}`)
	c.message(3, "100", "next")
	receive(t, texts, "the message")
	if b.Stats().Events["other"] != 1 {
		t.Errorf("events %v", b.Stats().Events)
	} // startBot looks for the canary in the log
}

func TestUnusableHelloIsRefusedWithoutPanic(t *testing.T) {
	f := newFake(t)
	startBot(t, f, Options{})
	for _, d := range []string{`{"heartbeat_interval":0}`, `{"heartbeat_interval":-5}`, `{}`, `null`, `{"heartbeat_interval":1e12}`} {
		c := f.accept()
		c.send(`{"op":10,"d":` + d + `}`)
		c.ready("one") // with which discordgo would start its ticker
		c.gone()
	}
	f.start("one")
}

func TestIdentifyBudgetHoldsWhenSessionsKeepDying(t *testing.T) {
	f := newFake(t)
	b := startBot(t, f, Options{IdentifiesPerHour: 4})
	for range 4 {
		c := f.accept()
		c.hello(50 * time.Millisecond)
		c.expect(opIdentify)
		c.send(`{"op":9,"d":false}`)
		c.gone()
	}
	eventually(t, "the pause", func() bool { return strings.Contains(b.logs.String(), "too many new gateway sessions") })
	if f.dials.Load() != 4 || b.Stats().Identifies != 4 {
		t.Errorf("%d connections, %d IDENTIFYs", f.dials.Load(), b.Stats().Identifies)
	}
	if err := b.Alive(time.Now()); err != nil {
		t.Errorf("a planned pause is no reason to restart: %v", err)
	}
}

func TestDiscordsOwnSessionLimitIsHeeded(t *testing.T) {
	f := newFake(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"url":%q,"session_start_limit":{"total":1000,"remaining":0,"reset_after":3600000}}`, f.gatewayURL())
	})
	f.lookup.Store(&h)
	b := startBot(t, f, Options{})
	eventually(t, "the pause", func() bool { return strings.Contains(b.logs.String(), "few new gateway sessions are left") })
	if f.dials.Load() != 0 {
		t.Error("connected all the same")
	}
}

func TestPublicLookupServesWhereTheBotsOwnDoesNot(t *testing.T) {
	f := newFake(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	f.lookup.Store(&h)
	f.answer(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, `{"url":%q}`, f.gatewayURL()) })
	startBot(t, f, Options{})
	f.start("one")
	f.waitCall("GET /api/v9/gateway")
}

func TestTokenIsNotSentToForeignGateways(t *testing.T) {
	g := &gateway{s: &Session{}}
	for address, want := range map[string]bool{
		"wss://gateway.discord.gg":             true,
		"wss://gateway-us-east1-b.discord.gg/": true,
		"ws://gateway.discord.gg":              false,
		"wss://discord.gg.evil.example":        false,
		"wss://evildiscord.gg":                 false,
		"wss://u:p@gateway.discord.gg":         false,
		"wss://localhost":                      false,
		"http://gateway.discord.gg":            false,
		"":                                     false,
	} {
		if got := g.permitted(address); got != want {
			t.Errorf("permitted(%q) = %v", address, got)
		}
	}
}

func TestConnectionsLeaveNothingBehind(t *testing.T) {
	f := newFake(t)
	startBot(t, f, Options{})
	c := f.start("one")
	before := runtime.NumGoroutine()
	for i := range 30 {
		switch i % 3 {
		case 0:
			c.cut()
		case 1:
			c.send(`{"op":7}`)
		case 2:
			c.close(4000)
		}
		c = f.accept()
		c.hello(50 * time.Millisecond)
		c.expect(opResume)
		c.event(2, "RESUMED", `{}`)
	}
	eventually(t, "the goroutines of 30 connections to end", func() bool { return runtime.NumGoroutine() <= before+5 })
}

func TestRunTwiceFails(t *testing.T) {
	f := newFake(t)
	b := startBot(t, f, Options{})
	f.accept()
	if err := b.Run(context.Background()); err == nil {
		t.Error("a second Run did not fail")
	}
}

// TestDeadLinkIsFoundWithinAMinute holds the defaults against the interval that
// Discord announces. That the rule is kept: TestDeadLinkIsFoundBeforeTheNextHeartbeatIsMissed.
func TestDeadLinkIsFoundWithinAMinute(t *testing.T) {
	const discords = 41250 * time.Millisecond
	var timings Timings
	timings.setDefaults()
	l := newLink(&Session{opt: Options{Timings: timings}}, nil, resume{}, nil)
	l.interval.Store(int64(discords))
	l.established = true
	now := time.Now()
	if silent := l.deadline(now).Sub(now); silent >= time.Minute {
		t.Errorf("a dead link is noticed after %s", silent)
	}
}
