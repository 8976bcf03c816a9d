package playground_test

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

func TestMessagesAreCapped(t *testing.T) {
	s := start(t, playground.Options{})
	ada := s.As("Ada")
	old := must(ada.Say("general", "first", playground.WithFile("a.log", []byte("x"))))(t)
	for i := range 500 {
		must(ada.Say("general", fmt.Sprint(i)))(t)
	}
	all := ada.Sees("general")
	if len(all) != 500 || all[0].Content() != "0" || all[499].Content() != "499" {
		t.Errorf("%d messages, from %s to %s", len(all), all[0].Content(), all[len(all)-1].Content())
	}
	if res, err := newBot(t, s, allIntents).Client.Get(old.Attachments()[0].URL); err != nil || res.StatusCode != 404 {
		t.Error("the file of a dropped message is still there")
	}
}

// A session that missed more than is kept cannot be resumed.
func TestReplayIsCapped(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	b.await("GUILD_CREATE", 1)
	s.Gateway().Lose(1100)
	for range 1100 {
		must(s.As("Ada").Say("general", "x"))(t)
	}
	s.Gateway().Drop()
	b.await("READY", 2)
}

func TestManyInteractionsAtOnce(t *testing.T) {
	// The deadline is out of the way of a slow machine.
	s := start(t, playground.Options{InteractionDeadline: time.Minute})
	b := newBot(t, s, allIntents)
	b.SyncEvents = false
	var errs sync.Map
	b.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		if err := b.InteractionRespond(i.Interaction, reply("ok", discordgo.MessageFlagsEphemeral)); err != nil {
			errs.Store(i.ID, err)
		}
	})
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	register(t, b, s, askCommand())
	var all []*playground.Interaction
	for range 300 {
		all = append(all, must(s.As("Ada").Slash("general", "ask"))(t))
	}
	for _, in := range all {
		if out := must(in.Wait(within(t)))(t); out.Answer != 4 {
			err, _ := errs.Load(in.ID())
			t.Fatalf("interaction %s: %+v %v", in.ID(), out, err)
		}
	}
	if n := len(s.As("Grace").Sees("general")); n != 0 {
		t.Errorf("Grace sees %d ephemeral messages", n)
	}
}

func TestCloseAndStart(t *testing.T) {
	s := start(t, playground.Options{})
	b := newBot(t, s, allIntents)
	b.ShouldReconnectOnError = false
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	hang := s.Fail(playground.Fault{Path: "/users/@me", Hang: true})
	failed := make(chan error, 1)
	go func() {
		_, err := b.User("@me")
		failed <- err
	}()
	if err := s.Wait(within(t), func() bool { return hang.Hits() == 1 }); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		s.Close()
		s.Close()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("Close hangs")
	}
	if err := <-failed; err == nil {
		t.Error("a call outlived the server")
	}
	if err := s.Wait(within(t), func() bool { return false }); err == nil {
		t.Error("Wait went on after Close")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if err := playground.New(playground.Options{}).Start(ln.Addr().String()); err == nil {
		t.Error("two servers share an address")
	}
}
