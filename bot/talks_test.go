package bot

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/paste"
)

// offline is a bot with a session that is not open.
func offline(t *testing.T) *Bot {
	t.Helper()
	cfg := config.Default()
	cfg.Discord.Token = "offline"
	b, err := New(Options{Config: cfg, Index: sharedIndex(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if err := b.connect(); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTurnIsGivenBack: a handler whose time is up while it waits for the turn
// of a question of its own gives back the turn that it has, and no other.
func TestTurnIsGivenBack(t *testing.T) {
	b := offline(t)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	apart := 0
	for n := 0; n < 400; n += 2 { // which of two things that are ready is taken is by chance
		first, second := messageOf(n), messageOf(n+1)
		second.Author, second.ChannelID, second.Content = first.Author, first.ChannelID, "etcd"
		before := b.talks.join(first, manner{addressed: true, direct: true})
		b.talks.put(before, first.ID, &reading{paste: paste.FromText("it hums")})
		joined := b.talks.join(second, manner{addressed: true, direct: true})
		if joined != before {
			t.Fatal("the second message is no part of the talk")
		}
		done := make(chan error, 1)
		go func() { done <- b.hear(over, before, turn{message: second, explicit: true}) }()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, want that the time was up", err)
			}
		case <-time.After(patience):
			t.Fatal("the handler waits for a turn that it does not have")
		}
		after := b.talks.of(second.ID)
		if after != before {
			apart++
		}
		if len(before.turn) != 0 || len(after.turn) != 0 {
			t.Fatal("a turn is not given back")
		}
	}
	if apart == 0 {
		t.Error("no message was a question of its own: the test shows nothing")
	}
}

// TestDeletedWhileRead: of a message that is deleted while it is read nothing
// is kept, and nothing of it is counted for ever.
func TestDeletedWhileRead(t *testing.T) {
	b := offline(t)
	m := messageOf(1)
	k := b.talks.join(m, manner{})
	if err := k.hold(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- b.deleted(t.Context(), &session.DeleteEvent{MessageID: m.ID, ChannelID: m.ChannelID})
	}()
	for b.talks.of(m.ID) != nil { // until it is dropped
		time.Sleep(time.Millisecond)
	}
	b.talks.put(k, m.ID, &reading{paste: paste.FromText("it hums")})
	k.release()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if now := b.talks.state(k, ""); len(now.readings) != 0 || b.talks.weight != 0 {
		t.Errorf("%d texts are kept, %d bytes counted", len(now.readings), b.talks.weight)
	}
}

// TestForgottenWhileRead: a message that others push out while it is read is
// answered, and forgotten like any other later.
func TestForgottenWhileRead(t *testing.T) {
	s := newTalks(time.Minute)
	m := messageOf(0)
	slow := s.join(m, manner{})
	for n := range 2 * maxTalkMessages {
		if n == maxTalkMessages {
			s.put(slow, m.ID, &reading{paste: paste.FromText("it hums")})
			if len(s.state(slow, "").readings) != 1 {
				t.Fatal("what was read is not there to be answered")
			}
		}
		s.join(messageOf(n+1), manner{})
	}
	if s.weight != 0 || s.byID[m.ID] != nil {
		t.Errorf("%d bytes are counted for what is forgotten", s.weight)
	}
}

// TestAdoptedAskingWaits: after a start the bot does not ask for a log again
// where it had asked before.
func TestAdoptedAskingWaits(t *testing.T) {
	b := offline(t)
	m := messageOf(1)
	m.Content = "my milvus crashes"
	b.cfg.Discord.Channels = []string{m.ChannelID}
	b.languages = func(context.Context, string, string) (channel, guild string) { return "en", "en" }
	if err := b.adopt(t.Context(), b.session.Arrived(m, "7"), "99"); err != nil {
		t.Fatal(err)
	}
	if s := b.talks.state(b.talks.of(m.ID), ""); !s.asking {
		t.Fatalf("%+v is not taken as asking", s.said)
	}
	asking := said{asking: true}
	if b.cooldown.allow(m.ChannelID, asking.about(), time.Now(), time.Hour) {
		t.Error("it may be asked for at once")
	}
}

// TestTalksForget: nothing of what a person said stays, and what others said
// does.
func TestTalksForget(t *testing.T) {
	s := newTalks(time.Minute)
	mine, other := messageOf(0), messageOf(1)
	for _, m := range []*discordgo.Message{mine, other} {
		s.put(s.join(m, manner{}), m.ID, &reading{paste: paste.FromText("it hums")})
	}
	whole := s.weight
	s.forget(mine.Author.ID)
	if s.of(mine.ID) != nil || s.of(other.ID) == nil || s.weight != whole/2 || len(s.open) != 1 {
		t.Errorf("%d of %d bytes stay, %d talks are open", s.weight, whole, len(s.open))
	}
	if t2 := s.join(mine, manner{}); len(t2.parts) != 0 {
		t.Error("the talk is still there")
	}
}
