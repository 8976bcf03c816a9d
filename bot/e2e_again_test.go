package bot

import (
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestDismissedStaysAway edits a question whose answer was dismissed, also
// after a restart.
func TestDismissedStaysAway(t *testing.T) {
	w, file := kept(t, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "help", badMember)
	m := w.reply(ada, "help", fixMember)
	w.press(ada, "help", m, actDismiss)
	if err := ada.WaitGone(w.ctx(), "help", m.ID()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{badMember + " on Monday", trace2, badMember + " again"} {
		if _, err := ada.Edit("help", asked.ID(), text); err != nil {
			t.Fatal(err)
		}
		w.settled()
		if n := len(fromBot(ada, "help")); n != 0 {
			t.Fatalf("%d messages of the bot after the edit to %q", n, text)
		}
		w.restart(file)
	}
}

// TestSilentAfterRestart keeps the bot silent where staff had answered and
// where the question was solved before it was started.
func TestSilentAfterRestart(t *testing.T) {
	w, file := kept(t, func(c *config.Config) {
		c.Discord.Forums, c.Discord.StaffRoles = []string{playground.ForumID}, []string{playground.ModeratorRoleID}
	})
	ada, mod := w.local.As("Ada"), w.local.As("Mod")
	helped, _ := w.openPost(ada, "Odd", "my load does not finish")
	w.say(mod, helped.ID, "let me have a look")
	w.logged(`"reason":"staff"`)
	solved, _ := w.openPost(ada, "etcd", badMember)
	m := w.reply(ada, solved.ID, fixMember)
	w.press(ada, solved.ID, m, actSolved)
	w.logged(`"msg":"event handled","event":"INTERACTION_CREATE"`)
	w.restart(file)
	w.say(ada, helped.ID, badMember)
	w.logged(`"reason":"staff answered"`)
	w.say(ada, solved.ID, trace2)
	w.logged(`"reason":"solved"`)
	w.settled()
	if n := len(fromBot(ada, helped.ID)); n != 0 {
		t.Errorf("%d answers where staff had answered", n)
	}
	if n := len(fromBot(ada, solved.ID)); n != 1 {
		t.Errorf("%d messages of the bot where the question was solved, want the one answer", n)
	}
}

// TestLostInThread loses the answer in a forum post: neither the problem nor
// the cooldown is held against the next try.
func TestLostInThread(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	const blocked = 200000 // by automatic moderation
	status, body := playground.ErrorBody(blocked)
	post, _ := w.openPost(ada, "Odd", "my load does not finish")
	f := w.local.Fail(playground.Fault{Path: createRoute, Status: status, Body: body, Times: 1})
	asked := w.say(ada, post.ID, badMember)
	w.until(func() bool { return f.Hits() == 1 })
	w.settled()
	thread, err := w.bot.store.Thread(w.ctx(), post.ID)
	if err != nil || len(thread.Problems) != 0 {
		t.Errorf("the thread has answers to %v, %v", thread.Problems, err)
	}
	if _, err := ada.Edit(post.ID, asked.ID(), badMember+" (typing error mended)"); err != nil {
		t.Fatal(err)
	}
	w.reply(ada, post.ID, fixMember)
	w.soon(func() bool {
		thread, err = w.bot.store.Thread(w.ctx(), post.ID)
		return err != nil || len(thread.Problems) == 1
	})
	if err != nil {
		t.Error(err)
	}
}
