package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestStaffAnswered keeps the bot from talking where staff has.
func TestStaffAnswered(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada, mod := w.local.As("Ada"), w.local.As("Mod")
	post, _ := w.openPost(ada, "Odd", "my load does not finish")
	w.say(mod, post.ID, "let me have a look")
	w.logged(`"reason":"staff"`)
	w.say(ada, post.ID, badMember)
	w.logged(`"reason":"staff answered"`)
	// In a channel only to whom staff has answered.
	asked := w.say(ada, "help", "etcd is down")
	w.handled(asked)
	w.say(mod, "help", "which version?", playground.ReplyTo(asked.ID()))
	w.soon(func() bool { return strings.Count(w.log.String(), `"reason":"staff"`) == 2 })
	w.say(ada, "help", badMember)
	other := w.say(w.local.As("Grace"), "help", badMember)
	w.reply(ada, "help", fixMember)
	if said := fromBot(ada, "help"); len(said) != 1 || said[0].ReplyTo() != other.ID() {
		t.Errorf("the bot answered %d times, want Grace only", len(said))
	}
	// Whoever speaks to the bot is answered all the same.
	w.say(ada, post.ID, "<@"+w.local.BotID()+"> "+badMember)
	w.reply(ada, post.ID, fixMember)
	if n := len(fromBot(ada, post.ID)); n != 1 {
		t.Errorf("%d messages of the bot in the post", n)
	}
}

// TestStaffAsks lets staff ask the bot in a post: that answers nobody.
func TestStaffAsks(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada, mod := w.local.As("Ada"), w.local.As("Mod")
	post, _ := w.openPost(ada, "Odd", "it does not work since today")
	w.say(mod, post.ID, "<@"+w.local.BotID()+"> "+nonsense)
	w.reply(ada, post.ID, "I do not know this problem")
	w.say(ada, post.ID, badMember)
	w.reply(ada, post.ID, fixMember)
}

// TestSolvedThread keeps the bot silent after the question is solved, by its
// button or by a tag of the forum.
func TestSolvedThread(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	post, _ := w.openPost(ada, "etcd", badMember)
	m := w.reply(ada, post.ID, fixMember)
	w.press(ada, post.ID, m, actSolved)
	w.logged(`"msg":"event handled","event":"INTERACTION_CREATE"`)
	w.say(ada, post.ID, trace2)
	w.logged(`"reason":"solved"`)

	tagged, _ := w.openPost(ada, "other", nonsense)
	if err := w.local.As("Mod").ChangeThread(tagged.ID, map[string]any{"applied_tags": []string{playground.SolvedTagID}}); err != nil {
		t.Fatal(err)
	}
	w.say(ada, tagged.ID, badMember)
	w.settled()
	if n := len(fromBot(ada, tagged.ID)); n != 0 {
		t.Errorf("%d answers in a post that is tagged as solved", n)
	}
	if n := len(fromBot(ada, post.ID)); n != 1 {
		t.Errorf("%d answers in a post that is solved", n)
	}
}

// TestGapIsReadAgain loses what is said while the session is gone. A new
// session answers it, and nothing twice.
func TestGapIsReadAgain(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	w.say(ada, "@bot", badMember)
	w.reply(ada, "@bot", fixMember)
	w.say(ada, "help", badMember)
	w.reply(ada, "help", fixMember)

	g := w.local.Gateway()
	g.Lose(1000)
	w.say(grace, "help", trace2)
	w.say(ada, "@bot", trace2)
	post, _ := w.openPost(grace, "while it was away", badMember)
	answeredByStaff, _ := w.openPost(grace, "staff was faster", "it does not start")
	w.say(w.local.As("Mod"), answeredByStaff.ID, "look at the log")
	w.say(grace, answeredByStaff.ID, badMember)
	g.Lose(0)
	g.Invalidate(false)

	w.reply(grace, "help", "load")
	w.reply(grace, post.ID, fixMember)
	w.reply(ada, "@bot", "load")
	w.loggedTimes(`"msg":"caught up"`, 2)
	w.settled()
	if n := len(fromBot(ada, "help")); n != 2 {
		t.Errorf("%d answers in the channel, want 2", n)
	}
	if n := len(fromBot(ada, "@bot")); n != 1 {
		t.Errorf("%d replies to two direct messages in a row, want one that was changed", n)
	}
	if n := len(fromBot(grace, answeredByStaff.ID)); n != 0 {
		t.Errorf("%d answers where staff had answered", n)
	}
}

// TestEarlierReplyIsKnown starts a second bot on what the first one has answered.
func TestEarlierReplyIsKnown(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	asked := w.say(ada, "help", badMember)
	m := w.reply(ada, "help", fixMember)
	post, _ := w.openPost(ada, "etcd", badMember)
	w.reply(ada, post.ID, fixMember)

	w.stop()
	w.start(nil)
	if w.bot.talks.of(asked.ID()) == nil {
		t.Fatal("the second bot does not know of the message")
	}
	w.say(ada, "help", "thanks")
	if err := ada.Delete("help", asked.ID()); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "help", m.ID()); err != nil {
		t.Error("the reply of the first bot is not removed")
	}
	w.settled()
	if a, b := len(fromBot(ada, "help")), len(fromBot(ada, post.ID)); a != 0 || b != 1 {
		t.Errorf("%d answers in the channel and %d in the post, want 0 and 1", a, b)
	}
}

// TestTogetherIsAtMost reads messages apart that come after the time in which
// they are one.
func TestTogetherIsAtMost(t *testing.T) {
	w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Together = time.Nanosecond })
	ada := w.local.As("Ada")
	w.say(ada, "help", badMember)
	w.reply(ada, "help", fixMember)
	w.say(ada, "help", trace2)
	w.reply(ada, "help", "load")
	if n := len(fromBot(ada, "help")); n != 2 {
		t.Errorf("%d answers to two questions", n)
	}
}
