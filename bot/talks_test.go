package bot

import (
	"context"
	"errors"
	"testing"
	"time"

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
