package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
)

// noteAbsent tells that a report did not reach GitHub; only its author can
// decide what now. Its detail is the report's id.
const noteAbsent store.NoteKind = "absent"

// standing shows a report whose text can no longer change.
func (b *Bot) standing(in store.Intent) session.Message {
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	if in.State == store.StateFiled {
		return b.filedMessage(in, github.Outcome{Issue: in.Issue}, say)
	}
	return session.Message{Content: say("filingUnknown"), Components: oneButton(discordgo.Button{
		Label: say(actCheck.label), Style: discordgo.SecondaryButton, CustomID: actCheck.customID(in.ID),
	})}
}

func oneButton(c discordgo.Button) []discordgo.MessageComponent {
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{c}}}
}

// filedMessage says where the issue is.
func (b *Bot) filedMessage(in store.Intent, out github.Outcome, say func(string, ...data) string) session.Message {
	id := "filed"
	if in.OnIssue != 0 {
		id = "filedComment"
	}
	text := "✅ " + say(id, data{"Issue": b.issueLink(in.Repository, out.Issue)})
	if len(out.Dropped) > 0 {
		text += "\n-# " + say("filedLabels", data{"Labels": plainText(strings.Join(out.Dropped, ", "))})
	}
	return session.Message{Content: text}
}

func (b *Bot) absentMessage(in store.Intent, say func(string, ...data) string) session.Message {
	return session.Message{Content: say("filingAbsent"), Components: oneButton(discordgo.Button{
		Label: say(actAgain.label), Style: discordgo.PrimaryButton, CustomID: actAgain.customID(in.ID),
	})}
}

// pressCheck looks up what became of a report.
func (b *Bot) pressCheck(ctx context.Context, i *session.Interaction, in store.Intent, _ string) error {
	if err := b.session.AcknowledgeUpdate(ctx, i); err != nil {
		return err
	}
	if !settled(in) || in.State == store.StateFiled || !b.mayFile(in.Repository) {
		return b.edit(ctx, i, b.now(ctx, in))
	}
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	m := b.standing(in)
	out, err := b.settleOne(ctx, in)
	switch {
	case out.Issue != 0:
		m = b.filedMessage(in, out, say)
	case errors.Is(err, github.ErrAbsent):
		m = b.absentMessage(in, say)
	case errors.Is(err, store.ErrState):
		m = b.now(ctx, in)
	}
	return b.edit(ctx, i, m)
}

// pressAgain files a report that did not reach GitHub, by its author's
// decision. It answers privately, as the button may stand in the channel.
func (b *Bot) pressAgain(ctx context.Context, i *session.Interaction, in store.Intent, _ string) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	if !settled(in) || in.State == store.StateFiled || !b.mayFile(in.Repository) {
		return b.edit(ctx, i, b.now(ctx, in))
	}
	d, err := draftOf(in)
	if err != nil {
		return err
	}
	m, mine, err := b.alone(in.ID, func() (session.Message, error) {
		return b.send(ctx, in.ID, i.User.ID, d, (*github.Filer).FileAgain)
	})
	if err != nil {
		return err
	}
	if !mine {
		m = b.standing(in)
	}
	return b.edit(ctx, i, m)
}

// settleOne looks up one report of which nobody knows whether it arrived.
func (b *Bot) settleOne(ctx context.Context, in store.Intent) (github.Outcome, error) {
	intent, err := intentOf(in, nil)
	if err != nil {
		return github.Outcome{}, err
	}
	out, err := b.filer().Settle(ctx, intent)
	if out.Issue != 0 && err == nil {
		b.metrics.filed("adopted")
		b.log.Info("found on GitHub", "repo", in.Repository, "issue", out.Issue)
		nudge(b.hub.tell)
	}
	return out, err
}

// settleAll looks up everything that was on its way when nobody saw the end:
// after a start, and until it is known.
func (b *Bot) settleAll(ctx context.Context) time.Duration {
	if b.hub.client.Rights() == github.RightsNone {
		return 0
	}
	open, err := b.store.Unsettled(ctx)
	if err != nil {
		b.log.Error("unsettled reports not read", "err", err)
		return 0
	}
	for _, in := range open {
		if _, busy := b.hub.busy.Load(in.ID); busy {
			continue // whoever files it looks by himself
		}
		if b.hub.looked && time.Since(in.ChangedAt) > settleFor {
			continue
		}
		_, err := b.settleOne(ctx, in)
		switch {
		case ctx.Err() != nil:
			return 0
		case errors.Is(err, github.ErrAbsent):
			b.askAgain(ctx, in)
		case err != nil && !errors.Is(err, github.ErrUnknown) && !errors.Is(err, store.ErrState):
			b.log.Warn("report not looked up", "report", in.ID, "err", err)
		}
	}
	b.hub.looked = true
	return 0
}

// askAgain tells the author, once for each try, that a report did not arrive.
func (b *Bot) askAgain(ctx context.Context, in store.Intent) {
	now := time.Now()
	n := store.Note{
		ID: "absent " + in.ID + " " + in.ChangedAt.Format(time.RFC3339Nano), Kind: noteAbsent, Repository: in.Repository, Detail: in.ID, Due: now,
		Place: store.Place{Guild: in.Guild, Channel: in.Channel, Language: in.Language},
	}
	if err := b.store.AddNote(ctx, n, now); err != nil {
		b.log.Error("note not kept", "report", in.ID, "err", err)
		return
	}
	nudge(b.hub.tell)
}
