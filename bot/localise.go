package bot

import (
	"maps"
	"slices"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/config"
)

// discordLocales are Discord's names of the interface's languages; English is
// what the commands are written in.
var discordLocales = map[string][]discordgo.Locale{
	"de": {discordgo.German}, "es": {discordgo.SpanishES, discordgo.SpanishLATAM}, "fr": {discordgo.French}, "it": {discordgo.Italian},
	"ja": {discordgo.Japanese}, "ko": {discordgo.Korean}, "pt-BR": {discordgo.PortugueseBR}, "ru": {discordgo.Russian},
	"zh-CN": {discordgo.ChineseCN}, "zh-TW": {discordgo.ChineseTW},
}

// english is the language that commands are written in.
const english = "en"

// slashKey begins the ids of the texts of commands: "slash.<command>.name",
// "slash.<command>.description", and with an option, a subcommand or the value
// of a choice in between, "slash.<command>.<option>.name".
const slashKey = "slash."

// localise adds to commands their names and descriptions in the languages
// of the interface, as far as they have them, and the English description
// where the command brings none. Message commands, whose names
// are sentences, share the word "menu".
func (w *words) localise(defs []*discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
	for _, d := range defs {
		key := slashKey + d.Name
		if d.Type == discordgo.MessageApplicationCommand {
			key = slashKey + "menu"
		}
		if names := w.everywhere(key + ".name"); len(names) > 0 {
			d.NameLocalizations = &names
		}
		if d.Description == "" && d.Type != discordgo.MessageApplicationCommand {
			d.Description = w.say(english, key+".description")
		}
		if texts := w.everywhere(key + ".description"); len(texts) > 0 && d.Description != "" {
			d.DescriptionLocalizations = &texts
		}
		w.localiseOptions(key, d.Options)
	}
	return defs
}

func (w *words) localiseOptions(key string, options []*discordgo.ApplicationCommandOption) {
	for _, o := range options {
		at := key + "." + o.Name
		if o.Description == "" {
			o.Description = w.say(english, at+".description")
		}
		o.NameLocalizations, o.DescriptionLocalizations = w.everywhere(at+".name"), w.everywhere(at+".description")
		for _, c := range o.Choices {
			if value, ok := c.Value.(string); ok {
				c.NameLocalizations = w.everywhere(at + "." + value + ".name")
			}
		}
		w.localiseOptions(at, o.Options)
	}
}

// everywhere returns a text in every language but English that has it.
func (w *words) everywhere(id string) map[discordgo.Locale]string {
	texts := map[discordgo.Locale]string{}
	for _, lang := range slices.Sorted(maps.Keys(discordLocales)) {
		if s := w.say(lang, id); s != id && slices.Contains(config.Languages, lang) {
			for _, l := range discordLocales[lang] {
				texts[l] = s
			}
		}
	}
	return texts
}
