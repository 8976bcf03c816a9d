package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestCommandsAreLocalised wants every name and text of every command in all
// languages of the interface, as Discord stores them.
func TestCommandsAreLocalised(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	nameRE := regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)
	fields := 0
	var check func(at string, o map[string]any, menu bool)
	check = func(at string, o map[string]any, menu bool) {
		for _, field := range []string{"name", "description"} {
			if menu && field == "description" {
				continue
			}
			texts, _ := o[field+"_localizations"].(map[string]any)
			for lang, locales := range discordLocales {
				for _, locale := range locales {
					s, _ := texts[string(locale)].(string)
					fields++
					switch n := len([]rune(s)); {
					case n == 0 || n > 100 || strings.ContainsAny(s, "{}"):
						t.Errorf("%s.%s in %s (%s): %q", at, field, lang, locale, s)
					case field == "name" && menu && n > 32, field == "name" && !menu && !nameRE.MatchString(s),
						field == "name" && !menu && strings.ContainsFunc(s, unicode.IsUpper):
						t.Errorf("%s: %q cannot be a name", at, s)
					}
				}
			}
		}
		options, _ := o["options"].([]any)
		for _, v := range options {
			option := v.(map[string]any)
			check(at+"."+option["name"].(string), option, false)
		}
	}
	for _, c := range w.local.Commands() {
		check(c["name"].(string), c, fmt.Sprint(c["type"]) == "3")
	}
	if fields < 2*len(config.Languages) {
		t.Errorf("only %d texts", fields)
	}
	if got := w.bot.words.say("en", "slash.troubleshoot.name"); got != commandName {
		t.Errorf("the English name is %q, the words say %q", commandName, got)
	}
}

// TestEveryLanguageAnswers asks in each of Discord's locales of the interface
// and reads the cause's heading and the page in that language.
func TestEveryLanguageAnswers(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	folders := map[string]string{"en": "", "zh-CN": "zh/", "zh-TW": "zh-hant/", "pt-BR": "pt/"}
	for _, lang := range config.Languages {
		locale := discordgo.EnglishUS
		if lang != "en" {
			locale = discordLocales[lang][0]
		}
		person := ada.In(string(locale))
		w.slash(person, "general", playground.Opt(optionProblem, badMember))
		m := w.reply(person, "general", "--copy-to=etcd-shell", "**"+w.bot.words.say(lang, "fix")+"**")
		folder, known := folders[lang]
		if !known {
			folder = lang + "/"
		}
		if want := "https://milvus.io/docs/" + folder + "troubleshooting.md"; !strings.Contains(string(m.Raw()), want) {
			t.Errorf("%s: no link to %s", lang, want)
		}
	}
}

// TestLocaleChain follows the language of an answer down the chain: the
// reader's client, the script of the message, the channel, the server, what
// Discord says of the server, the program's setting.
func TestLocaleChain(t *testing.T) {
	var channel, guild string
	chosen := func(context.Context, string, string) (string, string) { return channel, guild }
	w := newWorldWith(t, playground.Options{}, func(o *Options) { o.Config.Language = "it" })
	heading := func(lang string) string { return "**" + w.bot.words.say(lang, "fix") + "**" }
	ask := func(a asked, text string) string { return w.bot.languageFor(w.ctx(), a, text) }
	here := asked{guild: w.local.GuildID(), channel: "1"}
	if got := ask(here, badMember); got != "it" {
		t.Errorf("nobody says one: %s", got)
	}
	mention := "<@" + w.local.BotID() + "> "
	w.say(w.local.As("Ada"), "general", mention+badMember)
	w.reply(w.local.As("Ada"), "general", heading("it"))
	w.say(w.local.As("Ada"), "general", mention+"왜 이런가요?\n"+badMember)
	w.reply(w.local.As("Ada"), "general", heading("ko"))

	w = newWorldWith(t, playground.Options{}, func(o *Options) { o.Config.Language, o.Languages = "it", chosen })
	if err := w.local.SetLanguage("fr"); err != nil {
		t.Fatal(err)
	}
	w.say(w.local.As("Ada"), "general", mention+badMember)
	w.reply(w.local.As("Ada"), "general", heading("fr"))
	for _, step := range []struct{ channel, guild, locale, text, want string }{
		{"", "es-ES", "", badMember, "es"},
		{"ja", "es-ES", "", badMember, "ja"},
		{"ja", "es-ES", "", "ошибка: " + badMember, "ru"},
		{"ja", "es-ES", "", "помилка їх: " + badMember, "ja"},
		{"ja", "es-ES", "", "連線錯誤 " + badMember, "zh-TW"},
		{"ja", "es-ES", "", "连接错误 " + badMember, "zh-CN"},
		{"ja", "es-ES", "de", "连接错误 " + badMember, "de"},
		{"", "", "", badMember, "fr"},
	} {
		channel, guild = step.channel, step.guild
		a := here
		a.locale = step.locale
		if got := ask(a, step.text); got != step.want {
			t.Errorf("%+v: %s", step, got)
		}
	}
	calls := slices.DeleteFunc(w.local.Requests(), func(r playground.Request) bool {
		return r.Method != "GET" || !strings.HasSuffix(r.Path, "/guilds/"+w.local.GuildID())
	})
	if len(calls) != 1 {
		t.Errorf("the server was asked %d times", len(calls))
	}
}
