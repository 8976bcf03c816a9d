package bot

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// The commands of everybody about what the bot keeps.
const (
	privacyName = "privacy"
	forgetName  = "forget-me"
)

func privacyDef() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{Type: discordgo.ChatApplicationCommand, Name: privacyName}
}

func forgetDef() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{Type: discordgo.ChatApplicationCommand, Name: forgetName}
}

// privacy says what is kept.
func (b *Bot) privacy(ctx context.Context, i *session.Interaction) error {
	say := b.speakerFor(i)
	days := int(b.cfg.Data.Retention / (24 * time.Hour))
	shared := say("privacyShared")
	if b.cfg.Model.Used() {
		shared = say("privacySharedModel", data{"Host": b.model.Host()})
	}
	m := adminMessage(say("privacyTitle"), []string{
		say("privacyKept", data{"Days": days}), "", say("privacyFiled"), "", say("privacyNotKept"), "", shared, "", say("privacyForget"),
	})
	return b.session.Respond(ctx, i, m)
}

// forgetMe asks once more before it deletes, for drafts go too.
func (b *Bot) forgetMe(ctx context.Context, i *session.Interaction) error {
	say := b.speakerFor(i)
	button := discordgo.Button{Label: cutText(say("forgetButton"), maxButtonLabel), Style: discordgo.DangerButton, CustomID: panelForget.customID()}
	return b.session.Respond(ctx, i, session.Message{
		Content: say("forgetAsk"), Ephemeral: true,
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{button}}},
	})
}

// pressForget deletes what is tied to who pressed.
func (b *Bot) pressForget(ctx context.Context, i *session.Interaction) error {
	say := b.speakerFor(i)
	b.reports.forget(i.User.ID)
	b.talks.forget(i.User.ID)
	n, err := b.store.ForgetUser(ctx, i.User.ID, time.Now())
	if err != nil {
		return err
	}
	i.Log.Info("a user was forgotten", "rows", n)
	return b.session.UpdateMessage(ctx, i, session.Message{Content: say("forgetDone", data{"Count": n}), Ephemeral: true})
}
