package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
)

// TestRestart follows an edit and a deletion of messages that another process
// answered, and answers none of them twice.
func TestRestart(t *testing.T) {
	w, file := kept(t, func(c *config.Config) { c.Discord.Cooldown = 0 })
	ada := w.local.As("Ada")
	asked := w.say(ada, "general", "<@"+w.local.BotID()+"> "+nonsense)
	first := w.reply(ada, "general", "I do not know this problem")
	overheard := w.say(ada, "help", badMember)
	w.reply(ada, "help", "etcd pod crashes")
	w.restart(file)
	if _, err := ada.Edit("general", asked.ID(), "<@"+w.local.BotID()+"> "+badMember); err != nil {
		t.Fatal(err)
	}
	if again := w.reply(ada, "general", "etcd pod crashes"); again.ID() != first.ID() {
		t.Error("the answer is a new message")
	}
	full, err := w.bot.session.Message(w.ctx(), w.channelID("help"), overheard.ID())
	if err != nil {
		t.Fatal(err)
	}
	full.GuildID = w.local.GuildID()
	if err := w.bot.message(w.ctx(), &session.MessageEvent{Log: w.bot.log, Message: full}); err != nil { // as after a gap
		t.Error(err)
	}
	if n := answersWith(ada, "help", "member_id"); n != 1 {
		t.Errorf("%d answers to one message", n)
	}
	w.restart(file)
	if err := ada.Delete("general", asked.ID()); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "general", first.ID()); err != nil {
		t.Error(err)
	}
}

// TestEditedLater changes a message that was answered so long ago that nobody
// reads it again after a restart: only the store knows of the reply.
func TestEditedLater(t *testing.T) {
	w, file := kept(t, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "general", "<@"+w.local.BotID()+"> "+nonsense)
	first := w.reply(ada, "general", "I do not know this problem")
	w.say(ada, "help", badMember)
	overheard := w.reply(ada, "help", "etcd pod crashes")
	said := w.lastOf(ada, "help")
	w.restart(file)
	w.bot.talks.drop(asked.ID())
	w.bot.talks.drop(said)
	if _, err := ada.Edit("general", asked.ID(), "<@"+w.local.BotID()+"> "+badMember); err != nil {
		t.Fatal(err)
	}
	if again := w.reply(ada, "general", "etcd pod crashes"); again.ID() != first.ID() || !again.Edited() {
		t.Error("the answer is a new message")
	}
	if _, err := ada.Edit("help", said, "never mind"); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "help", overheard.ID()); err != nil {
		t.Error(err)
	}
}

// lastOf is the id of the latest message of a person.
func (w *world) lastOf(p *playground.Person, channel string) (id string) {
	for _, m := range p.Sees(channel) {
		if !m.FromBot() {
			id = m.ID()
		}
	}
	return id
}

// TestClaimAfterCrash finds messages that a process claimed and did not answer
// any more: within the time that Discord knows the nonce, the reply is sent.
func TestClaimAfterCrash(t *testing.T) {
	w, _ := kept(t, nil)
	ada := w.local.As("Ada")
	m := w.say(ada, "general", badMember) // not watched
	w.logged(`"reason":"channel not watched"`)
	for _, c := range []struct {
		age  time.Duration
		want bool
	}{{time.Second, true}, {time.Hour, false}} {
		_, _, err := w.bot.store.Claim(t.Context(), store.Answer{Message: m.ID(), At: time.Now().Add(-c.age)})
		if err != nil {
			t.Fatal(err)
		}
		full, err := w.bot.session.Message(w.ctx(), w.channelID("general"), m.ID())
		if err != nil {
			t.Fatal(err)
		}
		if got := w.bot.replies.claim(w.ctx(), full, false); got != c.want {
			t.Errorf("claimed %s ago: %v", c.age, got)
		}
		if _, _, err := w.bot.store.DropAnswer(t.Context(), m.ID()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestForgetMe deletes what is tied to Ada, and leaves no trace in the file.
func TestForgetMe(t *testing.T) {
	w, file := kept(t, nil)
	ada, m := answered(w)
	w.press(ada, "help", m, actSolved)
	w.reply(ada, "help", "✅")
	if held(t, file, ada.ID()) == 0 {
		t.Fatal("nothing is kept about Ada before")
	}
	if _, err := ada.Slash("@bot", privacyName); err != nil {
		t.Fatal(err)
	}
	w.reply(ada, "@bot", "Kept for 90 days", "/forget-me")
	if _, err := ada.Slash("general", forgetName); err != nil {
		t.Fatal(err)
	}
	ask := w.reply(ada, "general", "cannot be undone")
	if !ask.Ephemeral() {
		t.Error("the question is public")
	}
	if _, err := ada.Press("general", ask.ID(), panelForget.customID()); err != nil {
		t.Fatal(err)
	}
	w.reply(ada, "general", "Deleted: 2 records")
	if n := held(t, file, ada.ID()); n != 0 {
		t.Errorf("Ada's id is in the files %d times", n)
	}
}

// held counts a text in a database and the files beside it.
func held(t *testing.T, file, text string) int {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += strings.Count(string(src), text)
	}
	return n
}

// TestPruned starts a bot on a store with an answer that is past its retention.
func TestPruned(t *testing.T) {
	w := emptyWorld(t, playground.Options{}, func(*Options) {})
	s, err := store.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, age := range map[string]time.Duration{"old": 91 * 24 * time.Hour, "young": 89 * 24 * time.Hour} {
		if _, _, err := s.Claim(t.Context(), store.Answer{Message: id, At: time.Now().Add(-age)}); err != nil {
			t.Fatal(err)
		}
	}
	w.start(s)
	w.logged(`"msg":"old rows removed","rows":1`)
	for id, want := range map[string]bool{"old": false, "young": true} {
		if _, ok, err := s.Answer(t.Context(), id); err != nil || ok != want {
			t.Errorf("%s: %v, %v", id, ok, err)
		}
	}
}

// TestStoreFails breaks the store under a running bot: it is silent where it
// was not asked, since it cannot know what the admins want, and answers where
// it was, and the log says why.
func TestStoreFails(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	if err := w.bot.store.Close(); err != nil {
		t.Fatal(err)
	}
	ada := w.local.As("Ada")
	w.say(ada, "help", badMember)
	w.logged(`"reason":"channel not watched"`)
	w.say(ada, "help", "<@"+w.local.BotID()+"> "+badMember)
	w.reply(ada, "help", "etcd pod crashes")
	w.logged("settings not read")
	w.logged("message not claimed")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", "etcd pod crashes")
}
