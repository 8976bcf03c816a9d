package bot

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// installable lets servers and single users install the commands: who installs
// them for themselves has them in every server, in direct messages and in
// private channels, whether or not the bot is there. Discord takes that only
// of commands that are not registered for one server.
func installable(defs []*discordgo.ApplicationCommand) {
	for _, d := range defs {
		d.IntegrationTypes = &[]discordgo.ApplicationIntegrationType{
			discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall}
		d.Contexts = &[]discordgo.InteractionContextType{
			discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM, discordgo.InteractionContextPrivateChannel}
	}
}

// present tells whether the bot itself is where an interaction comes from.
// Where only the user has installed it, it can answer interactions and do
// nothing else.
func present(i *session.Interaction) bool {
	_, installed := i.AuthorizingIntegrationOwners[discordgo.ApplicationIntegrationGuildInstall]
	return installed
}

// publish posts a message where an acknowledged interaction comes from, for
// all to see, and says so to who asked for it. Where the bot is not, it does
// so as a further answer to the interaction, of which the first fills in the
// placeholder.
func (b *Bot) publish(ctx context.Context, i *session.Interaction, m session.Message, done string) error {
	if !present(i) {
		if err := b.edit(ctx, i, session.Message{Content: done, Ephemeral: true}); err != nil {
			return err
		}
		_, err := b.session.FollowUp(ctx, i, m)
		return err
	}
	if _, err := b.session.Send(ctx, i.ChannelID, m, ""); err != nil {
		return err
	}
	return b.edit(ctx, i, session.Message{Content: done, Ephemeral: true})
}
