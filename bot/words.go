package bot

import (
	"embed"
	"fmt"
	"strings"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed locales/*.yaml
var locales embed.FS

// words are the sentences of the interface in every language.
type words struct{ bundle *i18n.Bundle }

func newWords() (*words, error) {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("yaml", func(src []byte, into any) error { return yaml.Unmarshal(src, into) })
	files, err := locales.ReadDir("locales")
	if err != nil {
		return nil, fmt.Errorf("bot: locales: %w", err)
	}
	for _, f := range files {
		if _, err := b.LoadMessageFileFS(locales, "locales/"+f.Name()); err != nil {
			return nil, fmt.Errorf("bot: locales/%s: %w", f.Name(), err)
		}
	}
	return &words{b}, nil
}

// data are the values of a sentence's placeholders.
type data map[string]any

// say returns the sentence id in lang, in English where lang has none.
func (w *words) say(lang, id string, values ...data) string {
	cfg := &i18n.LocalizeConfig{MessageID: id}
	if len(values) > 0 {
		cfg.TemplateData = values[0]
	}
	s, err := i18n.NewLocalizer(w.bundle, lang).Localize(cfg)
	if s == "" && err != nil {
		return id // a missing sentence is found by the tests, not by users
	}
	return s
}

// languages returns the languages that the interface speaks.
func (w *words) languages() []string {
	var tags []string
	for _, t := range w.bundle.LanguageTags() {
		tags = append(tags, t.String())
	}
	return tags
}

// languageOf picks the language of a reply: what the interaction says, else
// the script of the text, else the fallback. The interface and the entries
// each fall back to English where they lack it.
func languageOf(locale, text, fallback string) string {
	for _, want := range []string{locale, scriptLanguage(text), fallback} {
		if want == "" {
			continue
		}
		if base, _, _ := strings.Cut(want, "-"); base != "zh" && base != "pt" {
			return base // en-US and en-GB, es-ES and es-419 read alike
		}
		return want
	}
	return "en"
}

// scriptLanguage guesses a language from the letters of a text that belong
// to one language's script; error texts are Latin in every language.
func scriptLanguage(text string) string {
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh-CN"
	}
	return ""
}
