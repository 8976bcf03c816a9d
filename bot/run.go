package bot

import (
	"context"
	"fmt"
	"net/url"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// connect makes the bot's session. It does not open it.
func (b *Bot) connect() error {
	if b.cfg.Discord.Token == "" {
		return errNoToken
	}
	if err := b.openMemory(); err != nil {
		return err
	}
	if b.languages == nil {
		b.languages = b.storedLanguages
	}
	o := session.Options{
		Token: b.cfg.Discord.Token.Reveal(), Log: b.log, Intents: b.intents(), Observe: b.metrics.observe, Timings: b.timings,
		Texts: session.Texts{
			Busy: func(l discordgo.Locale) string {
				return b.words.say(languageOf(string(l), "", b.cfg.Language), "busy")
			},
			Failed: func(l discordgo.Locale) string {
				return b.words.say(languageOf(string(l), "", b.cfg.Language), "failed")
			},
		},
		Handler: session.Handler{
			Ready: b.ready, MessageCreate: b.message, MessageUpdate: b.edited, MessageDelete: b.deleted,
			ThreadCreate: b.thread, Interaction: b.interaction,
		},
	}
	if b.cfg.Discord.APIURL != "" {
		u, err := url.Parse(b.cfg.Discord.APIURL)
		if err != nil {
			return fmt.Errorf("bot: DISCORD_API_URL: %w", err)
		}
		o.APIURL = u
	}
	s, err := session.New(o)
	if err != nil {
		return err
	}
	b.session = s
	b.metrics.watch(s)
	return nil
}

// intents are the events that the bot needs: messages that address it come
// without the privileged intent, others do not.
func (b *Bot) intents() discordgo.Intent {
	// New threads come with IntentsGuilds: forums can be set while the bot runs.
	intents := discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages
	if b.cfg.Discord.MessageContent {
		intents |= discordgo.IntentMessageContent
	}
	return intents
}

// Run connects to Discord and answers until ctx ends. It returns an error
// that only a person can mend, such as a refused token.
func (b *Bot) Run(ctx context.Context) error {
	if b.session == nil {
		if err := b.connect(); err != nil {
			return err
		}
	}
	b.log.Info("start", "version", versionText(), "entries", len(b.known().index.Entries()), "channels", len(b.cfg.Discord.Channels), "store", b.store.Path())
	ctx, cancel := context.WithCancel(ctx)
	done, followed := b.pruning(ctx), b.following(ctx)
	defer func() {
		cancel() // Run may end by itself, on an error that only a person can mend
		<-done
		<-followed
	}()
	return b.session.Run(ctx)
}

// ready registers the commands and reads what was missed.
func (b *Bot) ready(ctx context.Context, e *session.ReadyEvent) error {
	defs := b.words.localise(definitions())
	if b.cfg.Discord.Guild == "" {
		installable(defs)
	}
	changed, err := b.session.RegisterCommands(ctx, e.AppID, b.cfg.Discord.Guild, defs)
	if err != nil {
		return fmt.Errorf("bot: register commands: %w", err)
	}
	e.Log.Info("ready", "commands", len(defs), "changed", changed)
	return b.catchUp(ctx, e.Since)
}

// interaction hands an interaction to what it is for.
func (b *Bot) interaction(ctx context.Context, i *session.Interaction) error {
	switch i.Type {
	case discordgo.InteractionApplicationCommand:
		if c := commandOf(i); c != nil {
			return c.run(b, ctx, i)
		}
	case discordgo.InteractionApplicationCommandAutocomplete:
		if c := commandOf(i); c != nil && c.complete != nil {
			return b.session.Choices(ctx, i, c.complete(b, i))
		}
		return b.session.Choices(ctx, i, nil)
	case discordgo.InteractionMessageComponent:
		return b.pressed(ctx, i)
	case discordgo.InteractionModalSubmit:
		return b.submit(ctx, i)
	}
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	return b.session.Respond(ctx, i, session.Message{Content: b.words.say(lang, "expired"), Ephemeral: true})
}

// edit puts a message in the place of the deferred reply.
func (b *Bot) edit(ctx context.Context, i *session.Interaction, m session.Message) error {
	_, err := b.session.EditOriginal(ctx, i, m)
	return err
}
