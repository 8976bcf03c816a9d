package bot

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
)

// command is one application command. Adding one is a row in commands and a
// function; registration, dispatch and tests range over the table.
type command struct {
	def *discordgo.ApplicationCommand
	run func(*Bot, context.Context, *session.Interaction) error
	// complete suggests values while an option is typed; may be nil.
	complete func(*Bot, *session.Interaction) []session.Choice
}

// The names of the command and its options, in English.
const (
	commandName   = "troubleshoot"
	optionProblem = "problem"
	optionFile    = "file"
	menuName      = "Troubleshoot this message"
)

// maxProblemOption is how long the text option can be; Discord allows 6000.
const maxProblemOption = 6000

// commands are all application commands.
func commands() []command {
	return []command{
		{def: troubleshootDef(), run: (*Bot).troubleshoot, complete: (*Bot).suggest},
		{def: menuDef(), run: (*Bot).troubleshootMessage},
		{def: medicDef(), run: (*Bot).medic},
		{def: privacyDef(), run: (*Bot).privacy},
		{def: forgetDef(), run: (*Bot).forgetMe},
	}
}

func troubleshootDef() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{
		Type:        discordgo.ChatApplicationCommand,
		Name:        commandName,
		Description: "Find the fix for a Milvus error, or what is known about a topic",
		Options: []*discordgo.ApplicationCommandOption{
			{
				Type: discordgo.ApplicationCommandOptionString, Name: optionProblem, Autocomplete: true, MaxLength: maxProblemOption,
				Description: "The error text, or a topic such as etcd",
			},
			{
				Type: discordgo.ApplicationCommandOptionAttachment, Name: optionFile,
				Description: "A log file (.log, .txt, .gz, .zip)",
			},
		},
	}
}

func menuDef() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{
		Type: discordgo.MessageApplicationCommand,
		Name: menuName,
	}
}

// definitions are the commands as they are registered, in English.
func definitions() []*discordgo.ApplicationCommand {
	var defs []*discordgo.ApplicationCommand
	for _, c := range commands() {
		defs = append(defs, c.def)
	}
	return defs
}

// commandOf returns the command of an interaction, or nil.
func commandOf(i *session.Interaction) *command {
	d, _ := i.Command()
	for _, c := range commands() {
		if c.def.Name == d.Name {
			return &c
		}
	}
	return nil
}

// option returns the option with this name, or nil.
func option(i *session.Interaction, name string) *discordgo.ApplicationCommandInteractionDataOption {
	d, _ := i.Command()
	for _, o := range d.Options {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// textOption returns the value of a text option, "" without one.
func textOption(i *session.Interaction, name string) string {
	if o := option(i, name); o != nil {
		if s, ok := o.Value.(string); ok {
			return s
		}
	}
	return ""
}

// troubleshoot answers /troubleshoot with an error text, a topic or a file.
func (b *Bot) troubleshoot(ctx context.Context, i *session.Interaction) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	text := strings.TrimSpace(textOption(i, optionProblem))
	a := asked{locale: string(i.Locale), owner: i.User.ID, guild: i.GuildID, channel: i.ChannelID, private: true, topics: true}
	if o := option(i, optionFile); o != nil {
		id, _ := o.Value.(string)
		if d, _ := i.Command(); d.Resolved != nil && d.Resolved.Attachments[id] != nil {
			a.files = append(a.files, d.Resolved.Attachments[id])
		}
	}
	a.texts = []string{text}
	return b.answerInteraction(ctx, i, a)
}

// troubleshootMessage answers the context menu of a message.
func (b *Bot) troubleshootMessage(ctx context.Context, i *session.Interaction) error {
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	d, _ := i.Command()
	a := asked{locale: string(i.Locale), owner: i.User.ID, guild: i.GuildID, channel: i.ChannelID, private: true}
	if d.Resolved != nil {
		if m := d.Resolved.Messages[d.TargetID]; m != nil {
			a.addMessage(m)
		}
	}
	return b.answerInteraction(ctx, i, a)
}

// answerInteraction puts the answer in the place of the deferred reply, and
// what a model adds to it later.
func (b *Bot) answerInteraction(ctx context.Context, i *session.Interaction, a asked) error {
	m, r := b.answerQuestion(ctx, a)
	if err := b.edit(ctx, i, m); err != nil {
		return err
	}
	b.assist(r, func(ctx context.Context, m session.Message) error { return b.edit(ctx, i, m) })
	return nil
}

// suggest completes the problem option with entries that fit what is typed.
func (b *Bot) suggest(i *session.Interaction) []session.Choice {
	var typed string
	d, _ := i.Command()
	for _, o := range d.Options {
		if s, ok := o.Value.(string); ok && o.Focused {
			typed = strings.TrimSpace(s)
		}
	}
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	var choices []session.Choice
	add := func(name, value string) {
		if len(choices) < maxOptions && utf8.RuneCountInString(value) <= maxOptionLabel {
			choices = append(choices, session.Choice{Name: cutText(name, maxOptionLabel), Value: value})
		}
	}
	if typed == "" {
		for _, c := range kb.Components {
			if n := b.countOf(c); n > 0 {
				add(c, c)
			}
		}
		return choices
	}
	topics := b.known().topics
	for _, e := range topics.find(typed) {
		add(e.In(lang).Title, entryPrefix+e.ID)
	}
	return choices
}

func (b *Bot) countOf(component string) int {
	n := 0
	index := b.known().index
	for _, e := range index.Entries() {
		if e.Component == component {
			n++
		}
	}
	return n
}
