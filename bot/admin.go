package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
)

// The name of the admins' command and its options.
const (
	medicName      = "medic"
	optionChannel  = "channel"
	optionLanguage = "language"
	optionDays     = "days"
)

const (
	// defaultDays and maxDays are how far back the statistics go.
	defaultDays, maxDays = 30, 365
	// topEntries and topGaps are how many are listed.
	topEntries, topGaps = 10, 10
	// maxGapLine is how much of a masked line is shown.
	maxGapLine = 160
)

// manage is what a member must be allowed to do for the admins' command.
const manage = discordgo.PermissionManageGuild | discordgo.PermissionAdministrator

// adminCommand is one subcommand of /medic. Adding one is a row, a function,
// and a description in the locales (see localise).
type adminCommand struct {
	name    string
	options []*discordgo.ApplicationCommandOption
	run     func(*Bot, context.Context, *session.Interaction, speaker) (session.Message, error)
}

// speaker says sentences in the language of one reader.
type speaker func(id string, values ...data) string

func adminCommands() []adminCommand {
	return []adminCommand{
		{"setup", setupOptions(), (*Bot).setup},
		{"status", nil, (*Bot).status},
		{"stats", statsOptions(), (*Bot).stats},
		{"gaps", nil, (*Bot).gaps},
		{"reload", nil, (*Bot).reload},
	}
}

// medicDef is /medic, which Discord offers to those who manage the server.
func medicDef() *discordgo.ApplicationCommand {
	need := int64(discordgo.PermissionManageGuild)
	def := &discordgo.ApplicationCommand{
		Type: discordgo.ChatApplicationCommand, Name: medicName,
		DefaultMemberPermissions: &need,
	}
	for _, c := range adminCommands() {
		def.Options = append(def.Options, &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionSubCommand, Name: c.name, Options: c.options,
		})
	}
	return def
}

func statsOptions() []*discordgo.ApplicationCommandOption {
	one := 1.0
	return []*discordgo.ApplicationCommandOption{{
		Type: discordgo.ApplicationCommandOptionInteger, Name: optionDays, MinValue: &one, MaxValue: maxDays,
	}}
}

// manages tells whether a member may change settings, as Discord computed it
// just now. The permission of the command itself is only a default, which a
// server may change.
func manages(i *session.Interaction) bool {
	return i.GuildID != "" && i.Member != nil && i.Member.Permissions&manage != 0
}

// speakerFor speaks to who acted.
func (b *Bot) speakerFor(i *session.Interaction) speaker {
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	return func(id string, values ...data) string { return b.words.say(lang, id, values...) }
}

// medic answers /medic, privately.
func (b *Bot) medic(ctx context.Context, i *session.Interaction) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	say := b.speakerFor(i)
	d, _ := i.Command()
	if refusal := b.refuseAdmin(i, say); refusal != "" || len(d.Options) == 0 {
		return b.edit(ctx, i, session.Message{Content: refusal})
	}
	for _, c := range adminCommands() {
		if c.name != d.Options[0].Name {
			continue
		}
		m, err := c.run(b, ctx, i, say)
		if err != nil {
			i.Log.Error("admin command failed", "command", c.name, "err", err)
			m = session.Message{Content: say("failed") + "\n" + fence("text", cutText(err.Error(), 1000))}
		}
		return b.edit(ctx, i, m)
	}
	return b.edit(ctx, i, session.Message{Content: say("expired")})
}

// refuseAdmin returns why somebody may not administer here, or "".
func (b *Bot) refuseAdmin(i *session.Interaction, say speaker) string {
	switch {
	case i.GuildID == "":
		return say("adminGuild")
	case !manages(i):
		i.Log.Warn("admin command refused")
		return say("adminOnly")
	}
	return ""
}

// suboption returns an option of the subcommand, or nil.
func suboption(i *session.Interaction, name string) *discordgo.ApplicationCommandInteractionDataOption {
	d, _ := i.Command()
	for _, sub := range d.Options {
		for _, o := range sub.Options {
			if o.Name == name {
				return o
			}
		}
	}
	return nil
}

func subtext(i *session.Interaction, name string) string {
	if o := suboption(i, name); o != nil {
		s, _ := o.Value.(string)
		return s
	}
	return ""
}

// stats shows what was asked and what helped.
func (b *Bot) stats(ctx context.Context, i *session.Interaction, say speaker) (session.Message, error) {
	days := defaultDays
	if o := suboption(i, optionDays); o != nil {
		if n, ok := o.Value.(float64); ok && n >= 1 && n <= maxDays {
			days = int(n)
		}
	}
	s, err := b.store.Stats(ctx, i.GuildID, time.Now().AddDate(0, 0, -days), topEntries)
	if err != nil {
		return session.Message{}, err
	}
	lines := []string{
		fmt.Sprintf("%s: %d", say("statsAnswered"), s.Outcomes[store.Answered]), fmt.Sprintf("%s: %d", say("statsUnknown"), s.Outcomes[store.Unknown]),
		fmt.Sprintf("%s: %d", say("statsDrafted"), s.Outcomes[store.Drafted]), fmt.Sprintf("%s: %d", say("buttonSolved"), s.Verdicts[store.Solved]),
		fmt.Sprintf("%s: %d", say("buttonWrong"), s.Verdicts[store.Wrong]),
	}
	if len(s.Entries) > 0 {
		lines = append(lines, "\n**"+say("statsEntries")+"**")
	}
	for _, e := range s.Entries {
		lines = append(lines, say("statsEntry", data{"Entry": "`" + e.Entry + "`", "Answered": e.Answered, "Solved": e.Solved, "Wrong": e.Wrong}))
	}
	return adminMessage(say("statsTitle", data{"Days": days}), lines), nil
}

// gaps lists the errors that nobody knows yet.
func (b *Bot) gaps(ctx context.Context, i *session.Interaction, say speaker) (session.Message, error) {
	list, err := b.store.Gaps(ctx, i.GuildID, topGaps)
	if err != nil {
		return session.Message{}, err
	}
	if len(list) == 0 {
		return adminMessage(say("gapsTitle"), []string{say("gapsNone")}), nil
	}
	lines := []string{say("gapsText")}
	for _, g := range list {
		lines = append(lines, fmt.Sprintf("%d × <t:%d:R> %s", g.Times, g.Last.Unix(), g.Component), fence("text", cutLineTo(g.Masked, maxGapLine)))
	}
	return adminMessage(say("gapsTitle"), lines), nil
}

// cutLineTo puts a text on one line of at most n characters.
func cutLineTo(s string, n int) string { return cutText(strings.Join(strings.Fields(s), " "), n) }

// reload reads entries and documentation again.
func (b *Bot) reload(ctx context.Context, i *session.Interaction, say speaker) (session.Message, error) {
	if !b.reloading.TryLock() {
		return session.Message{Content: say("busy")}, nil
	}
	defer b.reloading.Unlock()
	entries, sections, err := b.relearn(ctx)
	if err != nil {
		i.Log.Error("reload failed", "err", err)
		text := err.Error()
		m := session.Message{Content: say("reloadFailed") + "\n" + fence("text", cutText(text, 1200))}
		m.Files = []session.File{{Name: "problems.txt", ContentType: "text/plain", Data: []byte(text)}}
		return m, nil
	}
	i.Log.Info("reloaded", "entries", entries, "sections", sections)
	return session.Message{Content: say("reloadDone", data{"Entries": entries, "Sections": sections})}, nil
}

// status shows the connection, the database, and what is missing to answer in
// the channels that are set.
func (b *Bot) status(ctx context.Context, i *session.Interaction, say speaker) (session.Message, error) {
	index := b.known().index
	size, err := b.store.Size(ctx)
	if err != nil {
		return session.Message{}, err
	}
	kept := say("statusMemory")
	if b.store.Path() != "" {
		kept = say("statusStore", data{"Size": (size + 1023) / 1024, "Schema": b.store.Version()})
	}
	lines := []string{
		"`" + versionText() + "`",
		say("statusEvent", data{"When": fmt.Sprintf("<t:%d:R>", b.session.LastEvent().Unix())}),
		say("statusKnowledge", data{"Entries": len(index.Entries()), "Sections": b.known().sections}), kept,
	}
	if !b.cfg.Discord.MessageContent {
		lines = append(lines, "⚠️ "+say("setupNoContent"))
	}
	set := b.settings(ctx, i.GuildID)
	for _, id := range append(append([]string{}, set.channels...), set.forums...) {
		if trouble := b.channelTrouble(ctx, id, i.GuildID, say); trouble != "" {
			lines = append(lines, "⚠️ "+trouble)
		}
	}
	return adminMessage(say("statusTitle"), append(lines, settingLines(set, say)...)), nil
}

// channelNeeds are what the bot must be allowed to do where it answers.
var channelNeeds = []struct {
	bit  int64
	name string // as Discord's settings call it
}{
	{discordgo.PermissionViewChannel, "View Channel"}, {discordgo.PermissionSendMessages, "Send Messages"},
	{discordgo.PermissionEmbedLinks, "Embed Links"}, {discordgo.PermissionAttachFiles, "Attach Files"},
	{discordgo.PermissionReadMessageHistory, "Read Message History"},
}

// channelTrouble says what keeps the bot from answering in a channel, or "".
// Channels of other guilds, which the program's settings may name, are passed over.
func (b *Bot) channelTrouble(ctx context.Context, id, guild string, say speaker) string {
	c, err := b.session.Channel(ctx, id)
	if errors.Is(err, session.ErrGone) || errors.Is(err, session.ErrForbidden) {
		return say("statusUnseen", data{"Channel": "<#" + id + ">"})
	}
	me := b.session.Me()
	if err != nil || me == nil || c.GuildID != guild {
		return ""
	}
	have, err := b.session.Permissions(ctx, id, me.ID)
	if err != nil {
		return ""
	}
	var missing []string
	for _, n := range channelNeeds {
		if have&n.bit == 0 {
			missing = append(missing, n.name)
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return say("statusMissing", data{"Channel": "<#" + id + ">", "What": strings.Join(missing, ", ")})
}

func adminMessage(title string, lines []string) session.Message {
	return session.Message{Ephemeral: true, Embeds: []*discordgo.MessageEmbed{{
		Title: cutText(title, maxEmbedTitle), Color: colourAnswer, Description: cutText(strings.Join(lines, "\n"), maxDescription),
	}}}
}
