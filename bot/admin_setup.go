package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
)

const (
	// maxChosen is how many channels or roles one select takes.
	maxChosen = 25
	// languageOpen is the value of a select that leaves the language open.
	languageOpen = "open"
	// maxRepository is the longest "owner/name" on GitHub.
	maxRepository = 140
)

// errNoChange says that what was chosen cannot be; its text is the id of the
// sentence for the reader.
type errNoChange string

func (e errNoChange) Error() string { return "setting refused: " + string(e) }

// panelAction is one control of the settings' message. Its custom id holds no
// authority: who pressed is looked at each time.
type panelAction string

func (a panelAction) customID() string { return action{name: string(a)}.customID("0") }

// The controls.
const (
	panelChannels   panelAction = "set-channels"
	panelForums     panelAction = "set-forums"
	panelStaff      panelAction = "set-staff"
	panelLanguage   panelAction = "set-language"
	panelAutoReply  panelAction = "set-auto"
	panelDryRun     panelAction = "set-dry"
	panelRepository panelAction = "set-repo"
	panelReset      panelAction = "set-reset"
	panelForget     panelAction = "forget"
)

// panelChange is what a control does to the settings. force are those in force.
type panelChange func(s *store.Settings, force inForce, values []string)

// panelChanges are the controls that change settings at once.
var panelChanges = map[panelAction]panelChange{
	panelChannels: func(s *store.Settings, _ inForce, values []string) { s.Channels = values },
	panelForums:   func(s *store.Settings, _ inForce, values []string) { s.Forums = values },
	panelStaff:    func(s *store.Settings, _ inForce, values []string) { s.StaffRoles = values },
	panelLanguage: func(s *store.Settings, _ inForce, values []string) {
		s.Language = ""
		if lang := firstOf(values); slices.Contains(config.Languages, lang) {
			s.Language = lang
		}
	},
	panelAutoReply: func(s *store.Settings, force inForce, _ []string) { on := !force.autoReply; s.AutoReply = &on },
	panelDryRun:    func(s *store.Settings, force inForce, _ []string) { on := !force.dryRun; s.DryRun = &on },
	panelReset: func(s *store.Settings, _ inForce, _ []string) {
		*s = store.Settings{Languages: map[string]string{}}
	},
}

// panelPress returns what the control with this custom id does, or nil.
func panelPress(customID string) func(*Bot, context.Context, *session.Interaction) error {
	name, _, ok := parseCustomID(customID)
	a := panelAction(name)
	switch {
	case !ok:
		return nil
	case a == panelRepository:
		return (*Bot).askRepository
	case a == panelForget:
		return (*Bot).pressForget
	case panelChanges[a] != nil:
		return func(b *Bot, ctx context.Context, i *session.Interaction) error {
			return b.pressPanel(ctx, i, panelChanges[a])
		}
	}
	return nil
}

// pressPanel changes a setting and shows the settings as they are now.
func (b *Bot) pressPanel(ctx context.Context, i *session.Interaction, change panelChange) error {
	say := b.speakerFor(i)
	if refusal := b.refuseAdmin(i, say); refusal != "" {
		return b.session.Respond(ctx, i, session.Message{Content: refusal, Ephemeral: true})
	}
	d, _ := i.Component()
	err := b.changeSettings(ctx, i, func(s *store.Settings) error {
		change(s, b.programSettings().with(*s), append([]string{}, d.Values...))
		return nil
	})
	if err != nil {
		return err
	}
	return b.session.UpdateMessage(ctx, i, b.panel(ctx, i, b.speakerFor(i)))
}

// changeSettings alters the settings of the guild of an interaction.
func (b *Bot) changeSettings(ctx context.Context, i *session.Interaction, change func(*store.Settings) error) error {
	_, err := b.store.ChangeSettings(ctx, i.GuildID, i.User.ID, time.Now(), change)
	if err == nil {
		i.Log.Info("settings changed")
	}
	return err
}

func setupOptions() []*discordgo.ApplicationCommandOption {
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	for _, lang := range config.Languages {
		choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: languageNames[lang], Value: lang})
	}
	return []*discordgo.ApplicationCommandOption{
		{
			Type: discordgo.ApplicationCommandOptionString, Name: optionLanguage, Choices: choices,
		},
		{
			Type: discordgo.ApplicationCommandOptionChannel, Name: optionChannel,
			ChannelTypes: []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildForum},
		},
	}
}

// languageNames are the languages of the interface, each in itself.
var languageNames = map[string]string{
	"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "it": "Italiano", "ja": "日本語", "ko": "한국어",
	"pt-BR": "Português (Brasil)", "ru": "Русский", "zh-CN": "简体中文", "zh-TW": "繁體中文",
}

// setup sets what its options say and shows the settings.
func (b *Bot) setup(ctx context.Context, i *session.Interaction, say speaker) (session.Message, error) {
	lang, channel := subtext(i, optionLanguage), subtext(i, optionChannel)
	err := b.setLanguage(ctx, i, lang, channel)
	var refused errNoChange
	if errors.As(err, &refused) {
		return session.Message{Content: say(string(refused))}, nil
	}
	if err != nil {
		return session.Message{}, err
	}
	return b.panel(ctx, i, b.speakerFor(i)), nil
}

func (b *Bot) setLanguage(ctx context.Context, i *session.Interaction, lang, channel string) error {
	switch {
	case lang == "" && channel == "":
		return nil
	case !slices.Contains(config.Languages, lang):
		return errNoChange("setupNeedsLanguage")
	}
	return b.changeSettings(ctx, i, func(s *store.Settings) error {
		if channel == "" {
			s.Language = lang
			return nil
		}
		s.Languages[channel] = lang
		return nil
	})
}

// panel is the settings' message.
func (b *Bot) panel(ctx context.Context, i *session.Interaction, say speaker) session.Message {
	set := b.settings(ctx, i.GuildID)
	lines := append([]string{say("setupText"), ""}, settingLines(set, say)...)
	if !b.cfg.Discord.MessageContent {
		lines = append(lines, "⚠️ "+say("setupNoContent"))
	}
	m := adminMessage(say("setupTitle"), lines)
	row := func(c ...discordgo.MessageComponent) discordgo.ActionsRow { return discordgo.ActionsRow{Components: c} }
	text := []discordgo.ChannelType{discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews}
	m.Components = []discordgo.MessageComponent{
		row(chooser(panelChannels, discordgo.ChannelSelectMenu, say("setupChannels"), set.stored.Channels, text...)),
		row(chooser(panelForums, discordgo.ChannelSelectMenu, say("setupForums"), set.stored.Forums, discordgo.ChannelTypeGuildForum)),
		row(chooser(panelStaff, discordgo.RoleSelectMenu, say("setupStaff"), set.stored.StaffRoles)),
		row(languageChooser(set.stored.Language, say)),
		row(
			toggle(panelAutoReply, say("setupAutoReply"), set.autoReply), toggle(panelDryRun, say("setupDryRun"), set.dryRun),
			discordgo.Button{Label: cutText(say("setupRepository"), maxButtonLabel), Style: discordgo.SecondaryButton, CustomID: panelRepository.customID()},
			discordgo.Button{Label: cutText(say("setupReset"), maxButtonLabel), Style: discordgo.DangerButton, CustomID: panelReset.customID()},
		),
	}
	return m
}

// maxButtonLabel is how long the label of a button may be.
const maxButtonLabel = 80

// chooser is a select of any number of channels or roles.
func chooser(a panelAction, kind discordgo.SelectMenuType, placeholder string, have []string, types ...discordgo.ChannelType) discordgo.SelectMenu {
	none := 0
	menu := discordgo.SelectMenu{
		MenuType: kind, CustomID: a.customID(), Placeholder: cutText(placeholder, maxPlaceholder), MinValues: &none, MaxValues: maxChosen, ChannelTypes: types,
	}
	value := discordgo.SelectMenuDefaultValueChannel
	if kind == discordgo.RoleSelectMenu {
		value = discordgo.SelectMenuDefaultValueRole
	}
	for _, id := range have[:min(len(have), maxChosen)] {
		menu.DefaultValues = append(menu.DefaultValues, discordgo.SelectMenuDefaultValue{ID: id, Type: value})
	}
	return menu
}

func languageChooser(have string, say speaker) discordgo.SelectMenu {
	menu := discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: panelLanguage.customID(), Placeholder: cutText(say("setupLanguage"), maxPlaceholder)}
	menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: cutText(say("setupLanguageOpen"), maxOptionLabel), Value: languageOpen, Default: have == ""})
	for _, lang := range config.Languages {
		menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: languageNames[lang], Value: lang, Default: lang == have})
	}
	return menu
}

func toggle(a panelAction, label string, on bool) discordgo.Button {
	style := discordgo.SecondaryButton
	if on {
		style = discordgo.SuccessButton
	}
	return discordgo.Button{Label: cutText(label, maxButtonLabel), Style: style, CustomID: a.customID()}
}

// settingLines show what is in force.
func settingLines(s inForce, say speaker) []string {
	state := map[bool]string{true: say("setupOn"), false: say("setupOff")}
	line := func(name, value string) string { return "**" + name + "**: " + value }
	lines := []string{
		line(say("setupChannels"), mentions("#", s.channels, say)), line(say("setupForums"), mentions("#", s.forums, say)),
		line(say("setupStaff"), mentions("@&", s.staff, say)), line(say("setupLanguage"), languageNames[s.language]),
		line(say("setupAutoReply"), state[s.autoReply]), line(say("setupDryRun"), state[s.dryRun]),
		line(say("setupRepository"), "`"+s.target.String()+"`"),
	}
	var channels []string
	for id := range s.languages {
		channels = append(channels, id)
	}
	slices.Sort(channels)
	for _, id := range channels {
		lines = append(lines, line("<#"+id+">", languageNames[s.languages[id]]))
	}
	if s.stored.ChangedBy != "" {
		lines = append(lines, "-# "+say("setupChanged", data{"User": "<@" + s.stored.ChangedBy + ">", "When": fmt.Sprintf("<t:%d:R>", s.stored.ChangedAt.Unix())}))
	}
	return lines
}

func mentions(kind string, ids []string, say speaker) string {
	if len(ids) == 0 {
		return say("setupNone")
	}
	return "<" + kind + strings.Join(ids, "> <"+kind) + ">"
}

// askRepository opens the form for the repository.
func (b *Bot) askRepository(ctx context.Context, i *session.Interaction) error {
	say := b.speakerFor(i)
	if refusal := b.refuseAdmin(i, say); refusal != "" {
		return b.session.Respond(ctx, i, session.Message{Content: refusal, Ephemeral: true})
	}
	title := cutText(say("setupRepository"), session.MaxModalTitle)
	field := session.Label{Label: title, Component: session.TextInput{
		CustomID: string(panelRepository), Placeholder: "owner/name", Value: b.settings(ctx, i.GuildID).target.String(), Max: maxRepository,
	}}
	return b.session.Modal(ctx, i, session.Modal{CustomID: panelRepository.customID(), Title: title, Components: []discordgo.MessageComponent{field}})
}

// submitRepository stores the repository that was typed.
func (b *Bot) submitRepository(ctx context.Context, i *session.Interaction) error {
	say := b.speakerFor(i)
	if refusal := b.refuseAdmin(i, say); refusal != "" {
		return b.session.Respond(ctx, i, session.Message{Content: refusal, Ephemeral: true})
	}
	target, err := github.ParseRepo(strings.TrimSpace(i.Submit.Value(string(panelRepository))))
	if err != nil {
		return b.session.Respond(ctx, i, session.Message{Content: say("setupBadRepository"), Ephemeral: true})
	}
	if err := b.changeSettings(ctx, i, func(s *store.Settings) error { s.Repository = target.String(); return nil }); err != nil {
		return err
	}
	return b.session.UpdateMessage(ctx, i, b.panel(ctx, i, say))
}
