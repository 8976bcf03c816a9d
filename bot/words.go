package bot

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed locales/*.yaml
var locales embed.FS

// words are the sentences of the interface in every language.
type words struct {
	bundle *i18n.Bundle
	// localizers are by language, made when first asked for: making one parses
	// language tags, which costs more than the sentence.
	localizers sync.Map
	// spoken are the languages there are, so that what a caller sends as its
	// language fills no memory.
	spoken map[string]bool
	// fixed are the sentences without placeholders, by "language\x00id".
	fixed sync.Map
}

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
	w := &words{bundle: b, spoken: map[string]bool{}}
	for _, t := range b.LanguageTags() {
		w.spoken[t.String()] = true
	}
	return w, nil
}

// data are the values of a sentence's placeholders.
type data map[string]any

// say returns the sentence id in lang, in English where lang has none.
func (w *words) say(lang, id string, values ...data) string {
	if !w.spoken[lang] {
		lang = "en"
	}
	if len(values) > 0 {
		return w.localize(lang, &i18n.LocalizeConfig{MessageID: id, TemplateData: values[0]})
	}
	key := lang + "\x00" + id
	if s, ok := w.fixed.Load(key); ok {
		return s.(string)
	}
	s := w.localize(lang, &i18n.LocalizeConfig{MessageID: id})
	w.fixed.Store(key, s)
	return s
}

func (w *words) localize(lang string, c *i18n.LocalizeConfig) string {
	l, ok := w.localizers.Load(lang)
	if !ok {
		l, _ = w.localizers.LoadOrStore(lang, i18n.NewLocalizer(w.bundle, lang))
	}
	s, err := l.(*i18n.Localizer).Localize(c)
	if s == "" && err != nil {
		return c.MessageID // a missing sentence is found by the tests, not by users
	}
	return s
}

// languageOf picks the language of a reply: what the interaction says, else
// the script of the text, else the fallback. The interface and the entries
// each fall back to English where they lack it.
func languageOf(locale, text, fallback string) string {
	for _, want := range []string{locale, scriptLanguage(text), fallback} {
		if want == "" {
			continue
		}
		switch base, region, _ := strings.Cut(want, "-"); {
		case base == "zh" && (region == "TW" || region == "HK" || region == "Hant"):
			return "zh-TW"
		case base == "zh":
			return "zh-CN"
		case base == "pt":
			return "pt-BR"
		default:
			return base // en-US and en-GB, es-ES and es-419 read alike
		}
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
