package bot

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"
)

//go:embed locales/*.yaml
var locales embed.FS

// words are the sentences of the interface in every language.
type words struct {
	// spoken has the languages there are. Each is read when it is first
	// spoken: a start of the program that reads all takes noticeably longer.
	spoken map[string]func() (*i18n.Localizer, error)
	// fixed are the sentences without placeholders, by "language\x00id".
	fixed sync.Map
}

func newWords() (*words, error) {
	files, err := locales.ReadDir("locales")
	if err != nil {
		return nil, fmt.Errorf("bot: locales: %w", err)
	}
	w := &words{spoken: map[string]func() (*i18n.Localizer, error){}}
	for _, f := range files {
		lang := strings.TrimSuffix(f.Name(), ".yaml")
		w.spoken[lang] = sync.OnceValues(func() (*i18n.Localizer, error) { return newLocalizer(lang) })
	}
	if _, err := w.spoken["en"](); err != nil {
		return nil, err
	}
	return w, nil
}

// newLocalizer reads the sentences of lang, and the English ones for those
// that it lacks.
func newLocalizer(lang string) (*i18n.Localizer, error) {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("yaml", func(src []byte, into any) error { return yaml.Unmarshal(src, into) })
	for _, name := range slices.Compact([]string{"en", lang}) {
		if _, err := b.LoadMessageFileFS(locales, "locales/"+name+".yaml"); err != nil {
			return nil, fmt.Errorf("bot: locales/%s.yaml: %w", name, err)
		}
	}
	return i18n.NewLocalizer(b, lang), nil
}

// data are the values of a sentence's placeholders.
type data map[string]any

// say returns the sentence id in lang, in English where lang has none.
func (w *words) say(lang, id string, values ...data) string {
	if w.spoken[lang] == nil {
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
	l, err := w.spoken[lang]()
	if err != nil {
		return c.MessageID // a file that cannot be read is found by the tests
	}
	s, err := l.Localize(c)
	if s == "" && err != nil {
		return c.MessageID // so is a missing sentence
	}
	return s
}
