package bot

import (
	"fmt"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestCommandsAreInstallable registers every command for servers and users,
// and for the three places where they can be.
func TestCommandsAreInstallable(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for _, c := range w.local.Commands() {
		if types, in := fmt.Sprint(c["integration_types"]), fmt.Sprint(c["contexts"]); types != "[0 1]" || in != "[0 1 2]" {
			t.Errorf("%v: installed by %s, in %s", c["name"], types, in)
		}
	}
	// A second start finds them as they are.
	w.stop()
	w.start(nil)
	w.logged(`"changed":false`)
}

// TestCommandsOfOneServer registers them for one server only, which takes no
// word of where they can be.
func TestCommandsOfOneServer(t *testing.T) {
	w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Guild = playground.GuildID })
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", fixMember)
}

// TestUserInstall uses the commands in a server where the bot is no member,
// and among friends.
func TestUserInstall(t *testing.T) {
	w := newWorld(t, playground.Options{UserInstall: true}, func(c *config.Config) { c.Discord.Channels = nil })
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	for _, where := range []string{"general", "@Grace"} {
		w.slash(ada, where, playground.OptFile(optionFile, "etcd.log", []byte(badMember)))
		m := w.reply(ada, where, fixMember)
		if !m.Ephemeral() {
			t.Errorf("%s: the answer is public", where)
		}
		theirs := where
		if where == "@Grace" {
			theirs = "@Ada"
		}
		if n := len(fromBot(grace, theirs)); n != 0 {
			t.Errorf("%s: others see %d messages", where, n)
		}
		// Sharing is up to the person.
		w.press(ada, where, m, actShare)
		w.reply(ada, where, "Shared in the channel")
		if m := w.reply(grace, theirs, fixMember, "Shared by"); m.Ephemeral() {
			t.Errorf("%s: the shared answer is private", where)
		}
	}
	asked := w.say(grace, "general", badMember)
	if _, err := ada.Menu("general", menuName, asked.ID()); err != nil {
		t.Fatal(err)
	}
	w.reply(ada, "general", fixMember)
	// Nothing was tried that only a member may do.
	for _, r := range w.local.Requests() {
		if r.Status == 403 {
			t.Errorf("refused: %s %s", r.Method, r.Path)
		}
	}
}
