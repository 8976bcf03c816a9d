package bot

import (
	"slices"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
)

// TestWhoMayPress is the matrix of every action and everybody who could
// press: what they are told, "" where the press goes through.
func TestWhoMayPress(t *testing.T) {
	const owner, other, mod, admin, bot = "1", "2", "3", "4", "5"
	type who struct {
		name, user, guild, channel string
		permissions                int64
		bot                        bool
	}
	people := []who{
		{name: "owner", user: owner, guild: "g", channel: "c"},
		{name: "other member", user: other, guild: "g", channel: "c", permissions: discordgo.PermissionSendMessages},
		{name: "moderator", user: mod, guild: "g", channel: "c", permissions: discordgo.PermissionManageMessages},
		{name: "administrator", user: admin, guild: "g", channel: "c", permissions: discordgo.PermissionAdministrator},
		{name: "owner in a DM", user: owner, channel: "dm"},
		{name: "owner in another channel", user: owner, guild: "g", channel: "d"},
		{name: "owner in another guild", user: owner, guild: "h", channel: "c"},
		{name: "moderator of another guild", user: mod, guild: "h", channel: "c", permissions: discordgo.PermissionAdministrator},
		{name: "bot", user: bot, guild: "g", channel: "c", permissions: discordgo.PermissionAdministrator, bot: true},
	}
	staffToo := []string{"", "foreign", "", "", "expired", "expired", "expired", "expired", "foreign"}
	ownerOnly := []string{"", "foreign", "foreign", "foreign", "expired", "expired", "expired", "expired", "foreign"}
	matrix := map[string][]string{
		"solved": staffToo, "dismiss": staffToo, "reveal": staffToo, "where": staffToo, "original": staffToo,
		"wrong": ownerOnly, "reason": ownerOnly, "issue": ownerOnly, "share": ownerOnly, "pick": ownerOnly,
	}
	var names []string
	for _, a := range actions() {
		names = append(names, a.name)
		if matrix[a.name] == nil {
			t.Errorf("the matrix lacks %q", a.name)
		}
	}
	r := &report{owner: owner, guild: "g", channel: "c"}
	for name, wants := range matrix {
		if !slices.Contains(names, name) {
			t.Errorf("there is no action %q", name)
		}
		for k, p := range people {
			i := &session.Interaction{User: &discordgo.User{ID: p.user, Bot: p.bot}, Interaction: &discordgo.Interaction{GuildID: p.guild, ChannelID: p.channel}}
			if p.guild != "" {
				i.Member = &discordgo.Member{User: i.User, Permissions: p.permissions}
			}
			act, got := permit(name, r, i)
			if got != wants[k] || (got == "") != (act.run != nil) {
				t.Errorf("%s pressed by %s: %q, want %q", name, p.name, got, wants[k])
			}
			if _, got := permit(name, nil, i); got != "expired" {
				t.Errorf("%s of a forgotten report, pressed by %s: %q", name, p.name, got)
			}
		}
		// In a direct message there is nobody but the one who asked.
		dm := &report{owner: owner, channel: "dm"}
		for user, want := range map[string]string{owner: "", other: "foreign"} {
			i := &session.Interaction{User: &discordgo.User{ID: user}, Interaction: &discordgo.Interaction{ChannelID: "dm"}}
			if _, got := permit(name, dm, i); got != want {
				t.Errorf("%s pressed in a DM by %s: %q, want %q", name, user, got, want)
			}
		}
	}
	if _, got := permit("format_disk", r, &session.Interaction{User: &discordgo.User{ID: owner}, Interaction: &discordgo.Interaction{GuildID: "g", ChannelID: "c"}}); got != "expired" {
		t.Errorf("an unknown action: %q", got)
	}
}

// TestPressesOverTheWire presses every control of a public answer as
// everybody: a refusal is one private line and changes nothing.
func TestPressesOverTheWire(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	before := string(m.Raw())
	values := map[string][]string{"where": {"helm"}, "pick": {"etcd-bad-member-id"}}
	pressed := 0
	for _, a := range actions() {
		if !slices.ContainsFunc(m.Buttons(), func(c playground.Component) bool { return c.CustomID == a.customID(reportOf(m)) }) {
			continue
		}
		for _, name := range []string{"Grace", "Mod", "Root"} {
			if a.moderators && name != "Grace" {
				continue
			}
			pressed++
			person := w.local.As(name)
			seen := len(person.Sees("help"))
			w.press(person, "help", m, a.action, values[a.name]...)
			w.until(func() bool { return len(person.Sees("help")) > seen })
			line := person.Sees("help")[seen]
			if !line.Ephemeral() || line.Text() != "Only the person who asked can do that." {
				t.Errorf("%s pressed by %s: %q", a.name, name, line.Text())
			}
		}
	}
	if pressed < 6 {
		t.Errorf("only %d presses were refused", pressed)
	}
	for _, seen := range ada.Sees("help") {
		if seen.ID() == m.ID() && string(seen.Raw()) != before {
			t.Error("a refused press changed the answer")
		}
	}
	w.press(w.local.As("Mod"), "help", m, actReveal)
	w.reply(w.local.As("Mod"), "help", deleting)
}

// reportOf returns the report that the controls of a message work on.
func reportOf(m playground.Message) string {
	for _, c := range m.Buttons() {
		if _, id, ok := parseCustomID(c.CustomID); ok {
			return id
		}
	}
	return ""
}

func TestDismiss(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for _, who := range []string{"Ada", "Mod"} {
		w.say(w.local.As("Ada"), "general", "<@"+w.local.BotID()+"> "+badMember)
		m := w.reply(w.local.As("Ada"), "general", "etcd pod crashes")
		w.press(w.local.As(who), "general", m, actDismiss)
		if err := w.local.As("Grace").WaitGone(w.ctx(), "general", m.ID()); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// TestReasons wants each reason counted once, and the next candidates.
func TestReasons(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for n, name := range []string{"Ada", "Grace", "Mod", "Root"} { // private answers, each alone in its view
		ada, reason := w.local.As(name), reasons[n]
		w.slash(ada, "general", playground.Opt(optionProblem, unreachable+"\n"+badMember))
		m := w.reply(ada, "general", "etcd pod crashes")
		w.press(ada, "general", m, actWrong)
		why := w.reply(ada, "general", "What is wrong with this answer?")
		w.press(ada, "general", why, actReason, reason.id)
		next := w.reply(ada, "general", "Noted. Another entry that could fit")
		if next.ID() != why.ID() {
			t.Error("the question stays beside its answer")
		}
		w.press(ada, "general", next, actPick, "etcd-unreachable-startup")
		w.reply(ada, "general", "Reviewed entry etcd-unreachable-startup")
		w.logged(`"reason":"` + reason.id + `"`)
	}
}

// post opens a forum post about a known problem and returns the answer.
func (w *world) post(p *playground.Person, opts ...playground.SayOption) (playground.Channel, playground.Message) {
	w.t.Helper()
	thread, _, err := p.Post("support-forum", "etcd is down", "<@"+w.local.BotID()+"> "+badMember, opts...)
	if err != nil {
		w.t.Fatal(err)
	}
	return thread, w.reply(p, thread.ID, "etcd pod crashes")
}

// solve presses Solved and returns the tags of the post after it.
func (w *world) solve(p *playground.Person, thread playground.Channel, m playground.Message) []string {
	w.t.Helper()
	w.press(p, thread.ID, m, actSolved)
	w.reply(p, thread.ID, "✅")
	w.logged(`"msg":"solved"`)
	after, err := p.Channel(thread.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return after.Tags
}

// TestSolvedTagsThePost wants the forum's own tag, whatever it is called, and
// the tags that were there.
func TestSolvedTagsThePost(t *testing.T) {
	for _, name := range []string{"Solved", "✅ Resolved", "해결됨"} {
		w := newWorld(t, playground.Options{}, nil)
		if err := w.local.SetForum("support-forum", true, name, "Bug"); err != nil {
			t.Fatal(err)
		}
		ada := w.local.As("Ada")
		thread, m := w.post(ada, playground.WithTags("Bug"))
		if tags := w.solve(ada, thread, m); len(tags) != 2 {
			t.Errorf("%s: tags %v", name, tags)
		}
	}
}

// TestSolvedWithoutTheRight wants no request that Discord would refuse.
func TestSolvedWithoutTheRight(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	if err := w.local.SetPermission("support-forum", w.local.BotID(), 0, playground.PermissionManageThreads); err != nil {
		t.Fatal(err)
	}
	ada := w.local.As("Ada")
	thread, m := w.post(ada)
	if tags := w.solve(ada, thread, m); len(tags) != 0 {
		t.Errorf("tags %v", tags)
	}
	if n := w.local.Invalid(); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
	// A forum without such a tag is left alone.
	w = newWorld(t, playground.Options{}, nil)
	if err := w.local.SetForum("support-forum", false, "Bug"); err != nil {
		t.Fatal(err)
	}
	thread, m = w.post(w.local.As("Ada"))
	if tags := w.solve(w.local.As("Ada"), thread, m); len(tags) != 0 {
		t.Errorf("tags %v", tags)
	}
}
