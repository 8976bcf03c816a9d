package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
)

// idVersion begins every custom id. A reply of an older program with another
// version is answered as expired.
const idVersion = "m1"

// action is one thing that a button or select does. The custom id holds the
// action and a random report id, and no authority: who may press is looked
// up in the report and in the interaction.
type action struct {
	name  string
	label string // of its button, in words
	// owner allows the asker, moderators those who manage messages.
	owner, moderators bool
}

func (a action) customID(report string) string { return idVersion + ":" + a.name + ":" + report }

// The actions and who may do them.
var (
	actSolved = action{name: "solved", label: "buttonSolved", owner: true, moderators: true}
	actWrong  = action{name: "wrong", label: "buttonWrong", owner: true}
	actIssue  = action{name: "issue", label: "buttonIssue", owner: true}
	actShare  = action{name: "share", label: "buttonShare", owner: true}
	actPick   = action{name: "pick", label: "listPick", owner: true}
)

// handler is what an action does.
type handler func(*Bot, context.Context, *session.Interaction, *report) error

// actions are all that can be pressed.
func actions() []struct {
	action
	run handler
} {
	return []struct {
		action
		run handler
	}{
		{actSolved, (*Bot).pressSolved}, {actWrong, (*Bot).pressWrong}, {actIssue, (*Bot).pressIssue},
		{actShare, (*Bot).pressShare}, {actPick, (*Bot).pressPick},
	}
}

// press answers a button or select. A stale, foreign or unknown press gets
// one private line.
func (b *Bot) press(ctx context.Context, i *session.Interaction) error {
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	refuse := func(sentence string) error {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(lang, sentence), Ephemeral: true})
	}
	name, id, ok := parseCustomID(i.CustomID())
	table := actions()
	at := 0
	for at < len(table) && table[at].name != name {
		at++
	}
	r := b.reports.get(id)
	if !ok || at == len(table) || r == nil || r.guild != i.GuildID || r.channel != i.ChannelID {
		return refuse("expired")
	}
	act := table[at]
	if !(act.owner && i.User.ID == r.owner) && !(act.moderators && moderates(i)) {
		return refuse("foreign")
	}
	return act.run(b, ctx, i, r)
}

func parseCustomID(s string) (action, report string, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 || parts[0] != idVersion {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// moderates tells whether who pressed may manage messages, as Discord
// computed it for this channel just now.
func moderates(i *session.Interaction) bool {
	const staff = discordgo.PermissionManageMessages | discordgo.PermissionAdministrator
	return i.Member != nil && i.Member.Permissions&staff != 0
}

// pressSolved marks the reply as solved and takes its buttons off.
func (b *Bot) pressSolved(ctx context.Context, i *session.Interaction, r *report) error {
	r.mu.Lock()
	again := r.solved
	r.solved = true
	r.mu.Unlock()
	if again {
		return b.session.AcknowledgeUpdate(ctx, i)
	}
	b.metrics.feedback("solved")
	m := b.renderDiscord(r.answer.Reply, r.id, r.private)
	m.Embeds[0].Title = cutText("✅ "+m.Embeds[0].Title, maxEmbedTitle)
	m.Components = nil
	return b.session.UpdateMessage(ctx, i, m)
}

// pressWrong offers the next candidates, privately.
func (b *Bot) pressWrong(ctx context.Context, i *session.Interaction, r *report) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	b.metrics.feedback("wrong")
	say := func(id string, values ...data) string { return b.words.say(r.lang, id, values...) }
	var rest []Candidate
	for _, c := range slices.Concat(r.answer.Reply.Follows, r.answer.Reply.Others) {
		if c.Entry {
			rest = append(rest, c)
		}
	}
	m := session.Message{Content: say("wrongNone"), Ephemeral: true}
	row := discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.Button{Label: say(actIssue.label), Style: discordgo.PrimaryButton, CustomID: actIssue.customID(r.id)},
	}}
	m.Components = []discordgo.MessageComponent{row}
	if len(rest) > 0 {
		m.Content = say("wrongNext") + "\n" + titles(rest)
		m.Components = append(m.Components, pickRow(rest, r.id, say("listPick")))
	}
	return b.edit(ctx, i, m)
}

// pressShare posts a private answer in the channel.
func (b *Bot) pressShare(ctx context.Context, i *session.Interaction, r *report) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	public := b.reports.add(&report{owner: r.owner, guild: r.guild, channel: r.channel, lang: r.lang, paste: r.paste, answer: r.answer})
	m := b.renderDiscord(r.answer.Reply, public.id, false)
	m.Content = "-# " + b.words.say(r.lang, "shared")
	m.Nonce = r.id // one post, however often it is pressed
	if _, err := b.session.Send(ctx, i.ChannelID, m, ""); err != nil {
		b.log.Warn("share failed", "channel", i.ChannelID, "err", err)
		return b.edit(ctx, i, session.Message{Content: b.words.say(r.lang, "failed"), Ephemeral: true})
	}
	return b.edit(ctx, i, session.Message{Content: b.words.say(r.lang, "sharedDone"), Ephemeral: true})
}

// pressPick shows the entry chosen in a select, privately.
func (b *Bot) pressPick(ctx context.Context, i *session.Interaction, r *report) error {
	d, _ := i.Component()
	e := b.index.Entry(firstOf(d.Values))
	if e == nil {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(r.lang, "expired"), Ephemeral: true})
	}
	lang := languageOf(string(i.Locale), r.paste.Text(), b.cfg.Language)
	answer := Answer{Verdict: r.answer.Verdict, Reply: entryReply(e, lang, r.answer.Verdict.Env.Deployment)}
	for _, h := range r.answer.Verdict.Hits {
		if h.Doc.ID == e.ID && h.Grade >= search.Likely {
			answer.Reply.show(h, lang)
		}
	}
	next := b.reports.add(&report{owner: r.owner, guild: r.guild, channel: r.channel, lang: lang, paste: r.paste, answer: answer, private: true})
	return b.session.Respond(ctx, i, b.renderDiscord(answer.Reply, next.id, true))
}

func firstOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
