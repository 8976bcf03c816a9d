package bot

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/store"
)

// TestEditedMessage adds the error to a message that was answered as
// unknown, and takes it out of one that was answered.
func TestEditedMessage(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "general", "<@"+w.local.BotID()+"> "+nonsense)
	first := w.reply(ada, "general", "I do not know this problem")
	if _, err := ada.Edit("general", asked.ID(), "<@"+w.local.BotID()+"> "+badMember); err != nil {
		t.Fatal(err)
	}
	if again := w.reply(ada, "general", "--copy-to=etcd-shell"); again.ID() != first.ID() || !again.Edited() {
		t.Error("the answer is a new message")
	}
	// A message in a watched channel that gets its error later is answered.
	late := w.say(ada, "help", "it does not start, log follows")
	if _, err := ada.Edit("help", late.ID(), "it does not start: "+badMember); err != nil {
		t.Fatal(err)
	}
	m := w.reply(ada, "help", "--copy-to=etcd-shell")
	// And one that loses it loses the answer.
	if _, err := ada.Edit("help", late.ID(), "never mind"); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "help", m.ID()); err != nil {
		t.Error(err)
	}
}

func TestDeletedMessage(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "help", badMember)
	m := w.reply(ada, "help", "--copy-to=etcd-shell")
	if err := ada.Delete("help", asked.ID()); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "help", m.ID()); err != nil {
		t.Error(err)
	}
}

// TestDeletedBeforeReply knows of the deletion before the reply.
func TestDeletedBeforeReply(t *testing.T) {
	s, err := store.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := newReplies(s, slog.New(slog.DiscardHandler))
	r.forget("1")
	if r.put(t.Context(), "1", sent{reply: "2"}) {
		t.Error("the reply to a deleted message stays")
	}
	if !r.put(t.Context(), "3", sent{reply: "4"}) {
		t.Error("the reply to a message that is there is withdrawn")
	}
}

// TestDeliveredTwice wants one answer to an event that comes twice.
func TestDeliveredTwice(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	w.local.Gateway().Duplicate(3)
	ada := w.local.As("Ada")
	w.say(ada, "@bot", badMember)
	w.reply(ada, "@bot", "--copy-to=etcd-shell")
	grace := w.local.As("Grace")
	w.say(grace, "@bot", nonsense)
	w.reply(grace, "@bot", "I do not know this problem")
	n := 0
	for _, m := range ada.Sees("@bot") {
		if m.FromBot() && strings.Contains(m.Text(), "member_id") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d answers", n)
	}
}
