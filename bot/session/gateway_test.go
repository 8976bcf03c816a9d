package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

func TestReadyAndEventsInOrder(t *testing.T) {
	f := newFake(t)
	h, texts, states := messages(10)
	b := startBot(t, f, Options{Handler: h, Workers: 1, Intents: discordgo.IntentGuildMessages})
	c := f.accept()
	c.hello(50 * time.Millisecond)
	var id struct {
		Token   string           `json:"token"`
		Intents discordgo.Intent `json:"intents"`
	}
	if err := json.Unmarshal(c.expect(opIdentify), &id); err != nil {
		t.Fatal(err)
	}
	if id.Token != "Bot "+testToken || id.Intents != discordgo.IntentGuildMessages {
		t.Errorf("identified as %+v", id)
	}
	if b.Ready() {
		t.Error("ready before READY")
	}
	c.ready("one")
	if got := receive(t, states, "READY"); got != "ready" {
		t.Errorf("got %s", got)
	}
	for i := range 5 {
		c.message(i+2, fmt.Sprint(100+i), fmt.Sprint("text ", i))
	}
	for i := range 5 {
		if got := receive(t, texts, "a message"); got != fmt.Sprint("text ", i) {
			t.Errorf("message %d is %q", i, got)
		}
	}
	if b.AppID() != "201" || b.Me().ID != "200" || !b.Ready() || b.LastEvent().IsZero() || b.Alive(time.Now()) != nil {
		t.Error("health or identity wrong")
	}
	eventually(t, "a heartbeat with the last sequence number", func() bool { return c.lastSeq.Load() == 6 })
	b.cancel()
	if code := c.gone(); code != 1000 {
		t.Errorf("closed with %d on shutdown, want 1000", code)
	}
	if err := b.wait(t); err != nil {
		t.Errorf("Run returned %v", err)
	}
	if b.Ready() || b.Alive(time.Now()) == nil {
		t.Error("still ready or alive after the end")
	}
}

func TestReconnectAsFirstPacketDoesNotDeadlock(t *testing.T) {
	f := newFake(t)
	h, texts, _ := messages(1)
	startBot(t, f, Options{Handler: h})
	for range 3 {
		c := f.accept()
		c.send(`{"op":7}`)
		c.gone()
	}
	c := f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opIdentify)
	c.send(`{"op":7}`) // in place of READY
	c.gone()
	c = f.start("one")
	c.message(2, "100", "after all")
	receive(t, texts, "the message")
}

func TestResumeAfterCutReplaysWithoutRepeats(t *testing.T) {
	f := newFake(t)
	h, texts, states := messages(10)
	b := startBot(t, f, Options{Handler: h, Workers: 1})
	c := f.start("one")
	receive(t, states, "READY")
	c.message(2, "100", "before")
	receive(t, texts, "the first message")
	c.cut()

	c = f.accept()
	if c.path != "/ws/resume-one" {
		t.Errorf("resumed at %s, not at the address that READY named", c.path)
	}
	c.hello(50 * time.Millisecond)
	var r struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int    `json:"seq"`
	}
	if err := json.Unmarshal(c.expect(opResume), &r); err != nil {
		t.Fatal(err)
	}
	if r.Token != "Bot "+testToken || r.SessionID != "one" || r.Seq != 2 {
		t.Errorf("resumed with session %q at %d", r.SessionID, r.Seq)
	}
	c.message(2, "100", "before") // Discord may repeat
	c.message(3, "101", "missed")
	c.event(4, "RESUMED", `{}`)
	c.message(5, "102", "after")
	for _, want := range []string{"missed", "after"} {
		if got := receive(t, texts, want); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := receive(t, states, "RESUMED"); got != "resumed" {
		t.Errorf("got %s", got)
	}
	if s := b.Stats(); s.Identifies != 1 || s.Resumes != 1 || s.Dropped["duplicate"] != 1 {
		t.Errorf("stats %+v", s)
	}
	if strings.Contains(b.logs.String(), "missed") {
		t.Error("the text of a replayed event was logged")
	}
}

func TestReconnectWhileIdleResumes(t *testing.T) {
	f := newFake(t)
	startBot(t, f, Options{})
	c := f.start("one")
	c.send(`{"op":7,"d":null}`)
	if code := c.gone(); code != closeKeepSession {
		t.Errorf("closed with %d, which ends the session", code)
	}
	c = f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opResume)
	c.event(2, "RESUMED", `{}`) // with nothing to replay
	eventually(t, "heartbeats", func() bool { return c.beats.Load() > 2 })
}

func TestInvalidSession(t *testing.T) {
	for _, test := range []struct {
		name, packet string
		want         int
	}{
		{"that can be resumed is resumed", `{"op":9,"d":true}`, opResume},
		{"that cannot gets a new one", `{"op":9,"d":false}`, opIdentify},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t)
			startBot(t, f, Options{})
			c := f.start("one")
			c.send(test.packet)
			c.gone()
			c = f.accept()
			c.hello(50 * time.Millisecond)
			c.expect(test.want)
		})
	}
}

func TestInvalidSessionInAnswerToResume(t *testing.T) {
	f := newFake(t)
	h, texts, _ := messages(1)
	b := startBot(t, f, Options{Handler: h})
	f.start("one").cut()
	c := f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opResume)
	c.send(`{"op":9,"d":false}`)
	c.gone()
	c = f.start("two")
	c.message(2, "100", "again")
	receive(t, texts, "a message on the new session")
	if s := b.Stats(); s.Identifies != 2 {
		t.Errorf("%d IDENTIFYs, want 2", s.Identifies)
	}
}

func TestFailedResumesAreGivenUp(t *testing.T) {
	f := newFake(t)
	startBot(t, f, Options{})
	f.start("one").cut()
	for i := range maxResumes {
		c := f.accept()
		if want := i == 0; strings.HasPrefix(c.path, "/ws/resume") != want {
			t.Errorf("attempt %d went to %s", i, c.path)
		}
		c.hello(50 * time.Millisecond)
		c.expect(opResume)
		c.cut()
	}
	f.start("two")
}

func TestSilentGatewayIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		shorten func(*Timings)
		play    func(*fakeConn)
	}{
		"before HELLO": {func(t *Timings) { t.Hello = 50 * time.Millisecond }, func(*fakeConn) {}},
		"before READY": {func(t *Timings) { t.Ready = 50 * time.Millisecond }, func(c *fakeConn) { c.hello(time.Minute) }},
		"with answers to heartbeats only": {func(t *Timings) { t.Ready = 50 * time.Millisecond }, func(c *fakeConn) {
			c.hello(time.Minute)
			for range 10 {
				c.send(`{"op":11}`)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			timings := quick()
			test.shorten(&timings)
			b := startBot(t, f, Options{Timings: timings})
			c := f.accept()
			test.play(c)
			c.gone()
			f.accept()
			if !strings.Contains(b.logs.String(), errSilent.Error()) {
				t.Errorf("the reason is not in the log: %s", b.logs)
			}
		})
	}
}

func TestDeadLinkIsResumed(t *testing.T) {
	f := newFake(t)
	b := startBot(t, f, Options{})
	c := f.start("one")
	eventually(t, "readiness", b.Ready)
	c.ack.Store(false)
	if code := c.gone(); code != closeKeepSession {
		t.Errorf("closed with %d", code)
	}
	c = f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opResume)
	c.event(2, "RESUMED", `{}`)
	eventually(t, "readiness again", b.Ready)
}

func TestDeadLinkIsFoundBeforeTheNextHeartbeatIsMissed(t *testing.T) {
	f := newFake(t)
	timings := quick()
	timings.Ack = 20 * time.Millisecond
	b := startBot(t, f, Options{Timings: timings})
	c := f.accept()
	c.hello(300 * time.Millisecond)
	c.expect(opIdentify)
	c.ready("one")
	eventually(t, "a heartbeat", func() bool { return c.beats.Load() == 1 })
	c.ack.Store(false)
	c.gone()
	f.accept()
	if !strings.Contains(b.logs.String(), errSilent.Error()) {
		t.Errorf("found only by missing answers: %s", b.logs)
	}
}

func TestMissingHeartbeatAnswersAreFoundThoughEventsCome(t *testing.T) {
	f := newFake(t)
	startBot(t, f, Options{})
	c := f.start("one")
	c.ack.Store(false)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for seq := 2; ; seq++ {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				c.event(seq, "TYPING_START", `{}`)
			}
		}
	}()
	c.gone()
	if n := c.beats.Load(); n > 3 {
		t.Errorf("noticed only after %d heartbeats", n)
	}
}

func TestRequestedHeartbeatIsSent(t *testing.T) {
	f := newFake(t)
	b := startBot(t, f, Options{})
	c := f.accept()
	c.send(`{"op":1,"d":null}`) // before HELLO nothing may be sent
	c.hello(time.Hour / 10)
	c.expect(opIdentify)
	c.send(`{"op":1,"d":null}`) // its answer reaches discordgo before READY
	eventually(t, "a heartbeat before READY", func() bool { return c.beats.Load() == 1 })
	c.ready("one")
	eventually(t, "readiness", b.Ready)
	eventually(t, "discordgo's first heartbeat", func() bool { return c.beats.Load() == 2 })
	c.send(`{"op":1,"d":null}`)
	eventually(t, "the requested one", func() bool { return c.beats.Load() == 3 })
}
