package bot

import (
	"context"
	"errors"
	"slices"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
)

// reasons are why an answer was not the reader's problem, and the ids of the
// sentences that say so.
var reasons = []struct{ id, sentence string }{
	{"problem", "reasonProblem"}, {"fix", "reasonFix"}, {"tried", "reasonTried"}, {"other", "reasonOther"},
}

// pressSolved marks the reply as solved, takes its buttons off and, in a
// forum, tags the post.
func (b *Bot) pressSolved(ctx context.Context, i *session.Interaction, r *report) error {
	r.mu.Lock()
	again := r.solved
	r.solved = true
	reply := r.answer.Reply
	r.mu.Unlock()
	if again {
		return b.session.AcknowledgeUpdate(ctx, i)
	}
	b.feedback(ctx, i, r, store.Solved, "")
	c := b.answerCard(reply, r.id, r.private)
	c.title, c.press, c.selects = "✅ "+c.title, nil, nil
	if err := b.session.UpdateMessage(ctx, i, b.render(c)); err != nil {
		return err
	}
	tagged, err := b.tagSolved(ctx, i)
	if err != nil {
		b.log.Warn("solved tag not applied", "channel", i.ChannelID, "err", err)
	}
	b.log.Info("solved", "channel", i.ChannelID, "by_owner", i.User.ID == r.owner, "tagged", tagged)
	return nil
}

// pressDismiss removes the reply.
func (b *Bot) pressDismiss(ctx context.Context, i *session.Interaction, r *report) error {
	if err := b.session.AcknowledgeUpdate(ctx, i); err != nil {
		return err
	}
	b.metrics.feedback("dismissed")
	b.log.Info("reply dismissed", "channel", i.ChannelID, "by_owner", i.User.ID == r.owner)
	err := b.session.DeleteOriginal(ctx, i)
	if errors.Is(err, session.ErrGone) {
		return nil
	}
	return err
}

// pressWrong asks what is wrong, privately, in one select.
func (b *Bot) pressWrong(ctx context.Context, i *session.Interaction, r *report) error {
	say := func(id string) string { return b.words.say(r.lang, id) }
	var options []discordgo.SelectMenuOption
	for _, w := range reasons {
		options = append(options, discordgo.SelectMenuOption{Label: cutText(say(w.sentence), maxOptionLabel), Value: w.id})
	}
	return b.session.Respond(ctx, i, session.Message{
		Content: say("wrongWhy"), Ephemeral: true,
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			menu(actReason, r.id, say("wrongWhy"), options),
		}}},
	})
}

// pressReason takes the reason and offers what else could help: the next
// entries, and the report.
func (b *Bot) pressReason(ctx context.Context, i *session.Interaction, r *report) error {
	d, _ := i.Component()
	reason := firstOf(d.Values)
	r.mu.Lock()
	known := slices.ContainsFunc(reasons, func(w struct{ id, sentence string }) bool { return w.id == reason })
	first := known && r.reason == ""
	if first {
		r.reason = reason
	}
	reply := r.answer.Reply
	r.mu.Unlock()
	if first {
		b.feedback(ctx, i, r, store.Wrong, reason)
	}
	if reply.Answer != nil {
		b.log.Info("not the reader's problem", "doc", reply.Answer.ID, "grade", reply.Grade.String(), "reason", reason)
	}
	say := func(id string, values ...data) string { return b.words.say(r.lang, id, values...) }
	row := func(c discordgo.MessageComponent) discordgo.MessageComponent {
		return discordgo.ActionsRow{Components: []discordgo.MessageComponent{c}}
	}
	m := session.Message{Content: say("wrongNone"), Ephemeral: true, Components: []discordgo.MessageComponent{
		row(discordgo.Button{Label: say(actIssue.label), Style: discordgo.PrimaryButton, CustomID: actIssue.customID(r.id)}),
	}}
	if rest := reply.entries(); len(rest) > 0 {
		m.Content = say("wrongNext") + "\n" + titles(rest)
		m.Components = append(m.Components, row(pickMenu(rest, r.id, say("listPick"))))
	}
	return b.session.UpdateMessage(ctx, i, m)
}
