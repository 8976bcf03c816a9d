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
	actSolved   = action{name: "solved", label: "buttonSolved", owner: true, moderators: true}
	actDismiss  = action{name: "dismiss", label: "buttonDismiss", owner: true, moderators: true}
	actReveal   = action{name: "reveal", label: "buttonReveal", owner: true, moderators: true}
	actWhere    = action{name: "where", label: "where", owner: true, moderators: true}
	actWrong    = action{name: "wrong", label: "buttonWrong", owner: true}
	actReason   = action{name: "reason", label: "wrongWhy", owner: true}
	actIssue    = action{name: "issue", label: "buttonIssue", owner: true}
	actShare    = action{name: "share", label: "buttonShare", owner: true}
	actOriginal = action{name: "original", label: "buttonOriginal", owner: true, moderators: true}
	actPick     = action{name: "pick", label: "listPick", owner: true}
)

// handler is what an action does.
type handler func(*Bot, context.Context, *session.Interaction, *report) error

// pressable is an action with what it does.
type pressable struct {
	action
	run handler
}

// actions are all that can be pressed.
func actions() []pressable {
	return []pressable{
		{actSolved, (*Bot).pressSolved}, {actDismiss, (*Bot).pressDismiss}, {actReveal, (*Bot).pressReveal}, {actWhere, (*Bot).pressWhere},
		{actWrong, (*Bot).pressWrong}, {actReason, (*Bot).pressReason}, {actIssue, (*Bot).pressIssue},
		{actShare, (*Bot).pressShare}, {actPick, (*Bot).pressPick}, {actOriginal, (*Bot).pressOriginal},
	}
}

// press answers a button or select. A stale, foreign or unknown press gets
// one private line.
func (b *Bot) press(ctx context.Context, i *session.Interaction) error {
	if run := panelPress(i.CustomID()); run != nil {
		return run(b, ctx, i)
	}
	name, id, _ := parseCustomID(i.CustomID())
	if step := filingStep(name); step != nil {
		return b.pressFiling(ctx, i, step, id)
	}
	r := b.reports.get(id)
	act, refusal := permit(name, r, i)
	if refusal != "" {
		lang := languageOf(string(i.Locale), "", b.cfg.Language)
		b.log.Debug("press refused", "action", name, "reason", refusal)
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(lang, refusal), Ephemeral: true})
	}
	return act.run(b, ctx, i, r)
}

// permit decides whether a press does anything: the action exists, its report
// is remembered and belongs to this server and channel, and whoever pressed
// may do it. Else it returns the id of the sentence that says why not. It
// believes Discord's own fields only: a custom id holds no authority.
func permit(name string, r *report, i *session.Interaction) (pressable, string) {
	table := actions()
	at := slices.IndexFunc(table, func(p pressable) bool { return p.name == name })
	if at < 0 || r == nil || r.guild != i.GuildID || r.channel != i.ChannelID {
		return pressable{}, "expired"
	}
	act := table[at]
	if i.User.Bot || !(act.owner && i.User.ID == r.owner) && !(act.moderators && moderates(i)) {
		return pressable{}, "foreign"
	}
	return act, ""
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

// pressShare posts a private answer in the channel.
func (b *Bot) pressShare(ctx context.Context, i *session.Interaction, r *report) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	public := b.reports.add(&report{owner: r.owner, guild: r.guild, channel: r.channel, lang: r.lang, paste: r.paste, answer: r.now()})
	c := b.answerCard(public.answer.Reply, public.id, false)
	c.lead = "-# " + b.words.say(r.lang, "shared")
	m := b.render(c)
	m.Nonce = r.id // one post, however often it is pressed
	if err := b.publish(ctx, i, m, b.words.say(r.lang, "sharedDone")); err != nil {
		b.log.Warn("share failed", "channel", i.ChannelID, "err", err)
		return b.edit(ctx, i, session.Message{Content: b.words.say(r.lang, "failed"), Ephemeral: true})
	}
	return nil
}

// pressPick shows the entry chosen in a select, privately.
func (b *Bot) pressPick(ctx context.Context, i *session.Interaction, r *report) error {
	d, _ := i.Component()
	index := b.known().index
	e := index.Entry(firstOf(d.Values))
	if e == nil {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(r.lang, "expired"), Ephemeral: true})
	}
	lang := languageOf(string(i.Locale), r.paste.Text(), b.cfg.Language)
	answer := r.now()
	answer.Reply = entryReply(e, lang, answer.Verdict.Env.Deployment)
	for _, h := range answer.Verdict.Hits {
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
