package bot

import (
	"embed"
	"fmt"
	"sync"

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
