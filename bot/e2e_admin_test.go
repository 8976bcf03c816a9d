package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
)

// kept starts a world whose bot has a store on disk.
func kept(t *testing.T, change func(*config.Config)) (w *world, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), store.FileName)
	w = emptyWorld(t, playground.Options{}, func(o *Options) {
		if change != nil {
			change(&o.Config)
		}
	})
	w.startOn(file)
	return w, file
}

// restart ends the bot and starts another on the same file.
func (w *world) restart(file string) {
	w.t.Helper()
	w.stop()
	w.startOn(file)
}

func (w *world) startOn(file string) {
	w.t.Helper()
	s, err := store.Open(w.t.Context(), file)
	if err != nil {
		w.t.Fatal(err)
	}
	w.start(s)
}

// admin uses a subcommand of /medic in #general and waits for an answer that
// holds the texts.
func (w *world) admin(p *playground.Person, sub string, texts ...string) playground.Message {
	w.t.Helper()
	if _, err := p.Slash("general", medicName+" "+sub); err != nil {
		w.t.Fatal(err)
	}
	m := w.reply(p, "general", texts...)
	if !m.Ephemeral() {
		w.t.Errorf("the answer to /medic %s is public", sub)
	}
	return m
}

// set uses a control of the settings' message and waits for the texts.
func (w *world) set(p *playground.Person, m playground.Message, a panelAction, values []string, texts ...string) {
	w.t.Helper()
	if _, err := p.Press("general", m.ID(), a.customID(), values...); err != nil {
		w.t.Fatal(err)
	}
	w.reply(p, "general", texts...)
}

func (w *world) channelID(name string) string {
	w.t.Helper()
	c, err := w.local.As("Root").Channel(name)
	if err != nil {
		w.t.Fatal(err)
	}
	return c.ID
}

// answersWith is how many messages of the bot a person sees that hold a text.
func answersWith(p *playground.Person, channel, text string) int {
	n := 0
	for _, m := range p.Sees(channel) {
		if m.FromBot() && strings.Contains(m.Text(), text) {
			n++
		}
	}
	return n
}

// TestSetupInForceAtOnce moves the bot from #help to #general, switches it
// off and on, and restarts it.
func TestSetupInForceAtOnce(t *testing.T) {
	w, file := kept(t, nil)
	root, ada := w.local.As("Root"), w.local.As("Ada")
	panel := w.admin(root, "setup", "Settings of this server")
	w.set(root, panel, panelChannels, []string{"general"}, "**Channels to answer in**: <#"+w.channelID("general")+">")
	w.say(ada, "general", badMember)
	w.reply(ada, "general", "etcd pod crashes")
	w.say(ada, "help", badMember)
	w.logged(`"reason":"channel not watched"`)

	w.set(root, panel, panelChannels, []string{"help"}, "**Channels to answer in**: <#"+w.channelID("help")+">")
	w.set(root, panel, panelAutoReply, nil, "**Answer unasked**: off")
	w.say(ada, "help", badMember)
	w.logged(`"reason":"channel not watched"`)
	w.restart(file)
	w.admin(root, "status", "**Answer unasked**: off", "Database:")
	panel = w.admin(root, "setup", "Settings of this server", "**Answer unasked**: off")
	w.set(root, panel, panelAutoReply, nil, "**Answer unasked**: on")
	w.set(root, panel, panelDryRun, nil, "**Dry run**: on")
	w.say(ada, "help", badMember)
	w.logged(`"msg":"dry run"`)
	if n := answersWith(ada, "help", "member_id"); n != 0 {
		t.Errorf("%d answers in #help", n)
	}
	w.set(root, panel, panelReset, nil, "**Answer unasked**: on", "**Dry run**: off")
}

func TestSetupForumsStaffLanguage(t *testing.T) {
	w, _ := kept(t, nil)
	root := w.local.As("Root")
	panel := w.admin(root, "setup")
	w.set(root, panel, panelForums, []string{"support-forum"}, "**Forums to answer in**: <#"+w.channelID("support-forum")+">")
	w.set(root, panel, panelStaff, []string{"Moderator"}, "**Staff roles**: <@&")
	w.set(root, panel, panelStaff, nil, "**Staff roles**: none")
	w.set(root, panel, panelLanguage, []string{"ko"}, "**Language**: 한국어")
	w.say(w.local.As("Ada"), "help", badMember) // no interaction, Latin script
	w.reply(w.local.As("Ada"), "help", "원인")
	if _, err := root.Slash("general", medicName+" setup", playground.Opt(optionLanguage, "ja"), playground.Opt(optionChannel, "general")); err != nil {
		t.Fatal(err)
	}
	w.reply(root, "general", "<#"+w.channelID("general")+">**: 日本語")
	w.say(w.local.As("Ada"), "general", "<@"+w.local.BotID()+"> "+nonsense)
	w.reply(w.local.As("Ada"), "general", "既知の問題ではありません")
	if _, err := root.Slash("general", medicName+" setup", playground.Opt(optionChannel, "general")); err != nil {
		t.Fatal(err)
	}
	w.reply(root, "general", "Choose the language for that channel too")
}

func TestSetupRepository(t *testing.T) {
	w, _ := kept(t, nil)
	root, ada := w.local.As("Root"), w.local.As("Ada")
	panel := w.admin(root, "setup", "`milvus-io/milvus`")
	for typed, want := range map[string]string{"not a repository": "That is no repository", "zilliztech/attu": "`zilliztech/attu`"} {
		if _, err := root.Press("general", panel.ID(), panelRepository.customID()); err != nil {
			t.Fatal(err)
		}
		modal, err := root.WaitModal(w.ctx())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := root.Submit(modal, map[string]string{string(panelRepository): typed}); err != nil {
			t.Fatal(err)
		}
		w.reply(root, "general", want)
	}
	w.slash(ada, "general", playground.Opt(optionProblem, "ERROR sprocket 12 out of tune"))
	w.press(ada, "general", w.reply(ada, "general", "I do not know this problem"), actIssue)
	modal, err := ada.WaitModal(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, c := range modal.Components {
		if c.CustomID != "" {
			values[c.CustomID] = "tuning"
		}
	}
	if _, err := ada.Submit(modal, values); err != nil {
		t.Fatal(err)
	}
	w.reply(ada, "general", "https://github.com/zilliztech/attu/issues/new")
}

// TestAdminsOnly asks twice: Discord does not offer the command to members, and
// a panel that a member could press refuses.
func TestAdminsOnly(t *testing.T) {
	w, _ := kept(t, nil)
	for _, name := range []string{"Ada", "Mod"} {
		if _, err := w.local.As(name).Slash("general", medicName+" setup"); err == nil {
			t.Errorf("%s was offered the command", name)
		}
	}
	if _, err := w.local.As("Root").Slash("@bot", medicName+" status"); err != nil {
		t.Fatal(err)
	}
	w.reply(w.local.As("Root"), "@bot", "in a server only")
	// A server's admins may offer the command to everybody in its settings.
	open := w.bot.words.localise(definitions())
	for _, d := range open {
		d.DefaultMemberPermissions = nil
	}
	if _, err := w.bot.session.RegisterCommands(w.ctx(), "", "", open); err != nil {
		t.Fatal(err)
	}
	ada := w.local.As("Ada")
	for n, c := range adminCommands() {
		if _, err := ada.Slash("general", medicName+" "+c.name); err != nil {
			t.Fatal(err)
		}
		w.until(func() bool { return answersWith(ada, "general", "Only members who may manage this server") == n+1 })
		if n := answersWith(ada, "general", "Settings of this server"); n != 0 {
			t.Error("a member sees the settings")
		}
	}
}

// TestManages holds who may administer.
func TestManages(t *testing.T) {
	member := func(p int64) *discordgo.Member { return &discordgo.Member{Permissions: p} }
	for name, c := range map[string]struct {
		guild  string
		member *discordgo.Member
		want   bool
	}{
		"manages the server": {"g", member(discordgo.PermissionManageGuild), true},
		"administrator":      {"g", member(discordgo.PermissionAdministrator), true},
		"moderator":          {"g", member(discordgo.PermissionManageMessages | discordgo.PermissionManageChannels), false},
		"member":             {"g", member(discordgo.PermissionSendMessages), false},
		"direct message":     {"", nil, false},
		"no member":          {"g", nil, false},
		"member of nowhere":  {"", member(discordgo.PermissionManageGuild), false},
	} {
		i := &session.Interaction{Interaction: &discordgo.Interaction{GuildID: c.guild, Member: c.member}}
		if got := manages(i); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestStatsAndGaps(t *testing.T) {
	w, file := kept(t, nil)
	root := w.local.As("Root")
	w.admin(root, "gaps", "None so far")
	ada, m := answered(w)
	w.press(ada, "help", m, actSolved)
	w.reply(ada, "help", "✅")
	for _, n := range []string{"12", "7"} {
		w.slash(ada, "general", playground.Opt(optionProblem, "ERROR: sprocket "+n+" out of tune, password=hunter2hunter2"))
		w.until(func() bool { return answersWith(ada, "general", "I do not know this problem") > 0 })
		w.reply(ada, "general", "sprocket "+n)
	}
	w.restart(file)
	w.admin(root, "stats", "The last 30 days", "Answered: 1", "Not known: 2", "Solved: 1", "Not my problem: 0", "solved 1")
	gaps := w.admin(root, "gaps", "2 ×", "out of tune")
	if strings.Contains(gaps.Text(), "sprocket 12") || strings.Contains(gaps.Text(), "hunter2") {
		t.Errorf("not masked: %s", gaps.Text())
	}
}

func TestStatusNamesWhatIsMissing(t *testing.T) {
	w, _ := kept(t, func(c *config.Config) { c.Discord.Channels = append(c.Discord.Channels, "123456789012345678") })
	w.admin(w.local.As("Root"), "status", "entries", "<#123456789012345678>: I cannot see this channel")
}

// TestReload puts an entry into the directory of a running bot, then a bad one.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	w, _ := kept(t, func(c *config.Config) { c.KB.Dir = dir })
	root, ada := w.local.As("Root"), w.local.As("Ada")
	src, err := os.ReadFile("../kb/entries/etcd-bad-member-id.md")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(src), "## Cause\n", "## Cause\n\nA flock of geese.\n", 1)
	file := filepath.Join(dir, "etcd-bad-member-id.md")
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	w.admin(root, "reload", "Read again:")
	w.say(ada, "help", badMember)
	w.reply(ada, "help", "flock of geese")
	if err := os.WriteFile(file, []byte("no entry"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.admin(root, "reload", "What was in force stays in force", "etcd-bad-member-id.md")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", "flock of geese")
}
