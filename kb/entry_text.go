package kb

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
)

// lazyText is a text whose body is parsed when it is first shown: a start of
// the program needs titles only.
type lazyText struct {
	lang, title string
	body        []byte
	file        string // of a built-in entry, where the body still is

	once sync.Once
	text Text
	err  error
}

func (l *lazyText) get() (Text, error) {
	l.once.Do(func() {
		if l.file != "" {
			if l.body, l.err = builtinBody(l.file); l.err != nil {
				l.text = Text{Lang: l.lang, Title: l.title}
				return
			}
		}
		l.text, l.err = readText(l.lang, l.title, l.body)
		l.body = nil
	})
	return l.text, l.err
}

// Langs returns the languages an entry has a text in, English first.
func (e *Entry) Langs() []string {
	langs := slices.Sorted(maps.Keys(e.texts))
	slices.SortStableFunc(langs, func(a, b string) int {
		switch {
		case a == "en" && b != "en":
			return -1
		case b == "en" && a != "en":
			return 1
		}
		return 0
	})
	return langs
}

// Titles returns the entry's title in each of its languages.
func (e *Entry) Titles() []string {
	var titles []string
	for _, lang := range e.Langs() {
		titles = append(titles, e.texts[lang].title)
	}
	return titles
}

// In returns the entry's text in lang, in another region's variant of it, or
// in English. Its Lang says which it is. A text whose body is malformed,
// which Lint reports, has what could be read of it.
func (e *Entry) In(lang string) Text {
	l, closest := e.texts[lang], ""
	if l == nil {
		want, _, _ := strings.Cut(lang, "-")
		for have := range e.texts {
			if base, _, _ := strings.Cut(have, "-"); base == want && have > closest {
				closest = have
			}
		}
		l = e.texts[cmp.Or(closest, "en")]
	}
	if l == nil {
		return Text{Lang: "en", Title: e.Title}
	}
	text, _ := l.get() // reported by Lint
	return text
}

// AsDocs returns the entry as one Doc per language, English first.
func (e *Entry) AsDocs() []Doc {
	var docs []Doc
	for _, lang := range e.Langs() {
		t := e.In(lang)
		d := Doc{ID: e.ID, Kind: KindEntry, Lang: lang, Title: t.Title, URL: e.URL(lang), Entry: e}
		var body strings.Builder
		for _, b := range slices.Concat(t.Cause, t.Fix) {
			if b.Code {
				d.Code = append(d.Code, b.Text)
				continue
			}
			body.WriteString(b.Text)
			body.WriteByte('\n')
		}
		d.Body = body.String()
		docs = append(docs, d)
	}
	return docs
}
