package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/milvus-medic/medic/kb"
)

// Translator shows reviewed entries in languages that they lack. Code never
// leaves the program; what is exact within a sentence is replaced by marks
// that must come back, each once and in their sentence.
type Translator struct {
	client *Client
	dir    string
}

// NewTranslator makes a Translator that keeps what it translated in dir, by
// the hash of the text, so that nothing is translated twice. With an empty dir
// it keeps nothing.
func (c *Client) NewTranslator(dir string) *Translator { return &Translator{client: c, dir: dir} }

// Translate returns t in lang, marked by its Lang. The title, and the prose of
// cause, fix and danger are translated; code is the same bytes. A translation
// that does not hold what it must is dropped with an *Error. It may come from
// the cache, which needs no server.
func (tr *Translator) Translate(ctx context.Context, guild string, t kb.Text, lang string) (kb.Text, error) {
	script, ok := scripts[strings.SplitN(lang, "-", 2)[0]]
	if !ok {
		return t, &Error{Fault: FaultRequest}
	}
	sentences := proseOf(t)
	path := tr.path(lang, sentences)
	if got, ok := readTranslation(path); ok && holdsAll(sentences, got, script) {
		return replaced(t, lang, got), nil
	}
	if !tr.client.CanChat() {
		return t, &Error{Fault: FaultUngrounded}
	}
	masked, marks := maskAll(sentences)
	in, err := json.Marshal(masked)
	if err != nil {
		return t, fmt.Errorf("model: a text to translate: %w", err)
	}
	var out translated
	ask := fmt.Sprintf("Translate each text of this JSON list into the language %q. Keep every mark such as ⟦1⟧ as it is, in the same text. Give as many texts, in the same order.\n%s", lang, in)
	if err := tr.client.ask(ctx, guild, translateInstructions, ask, "translation", &out); err != nil {
		return t, err
	}
	got, ok := unmaskAll(out.Texts, marks)
	if !ok || !holdsAll(sentences, got, script) {
		err := &Error{Fault: FaultUngrounded}
		tr.client.report(err)
		return t, err
	}
	if err := writeTranslation(path, got); err != nil {
		tr.client.opt.Log.Warn("translation not kept", "err", err)
	}
	return replaced(t, lang, got), nil
}

const translateInstructions = `You translate texts about the Milvus database for its users, plainly and exactly. You add nothing and leave nothing out.`

type translated struct {
	Texts []string `json:"texts" required:"true"`
}

// scripts tells how to see that a text is in a language: at least one
// character of its script. Nil: Latin letters are all that can be seen.
var scripts = map[string]*regexp.Regexp{
	"ja": regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`), "ko": regexp.MustCompile(`\p{Hangul}`), "zh": regexp.MustCompile(`\p{Han}`),
	"ru": regexp.MustCompile(`\p{Cyrillic}`), "de": nil, "fr": nil, "es": nil, "it": nil, "pt": nil,
}

// proseOf returns the title and every block of prose.
func proseOf(t kb.Text) []string {
	all := []string{t.Title}
	for _, b := range slices.Concat(t.Cause, t.Fix, t.Danger) {
		if !b.Code {
			all = append(all, b.Text)
		}
	}
	return all
}

// replaced returns t with other prose.
func replaced(t kb.Text, lang string, prose []string) kb.Text {
	t.Lang, t.Title, prose = lang, prose[0], prose[1:]
	for _, list := range []*[]kb.Block{&t.Cause, &t.Fix, &t.Danger} {
		*list = slices.Clone(*list)
		for i := range *list {
			if !(*list)[i].Code {
				(*list)[i].Text, prose = prose[0], prose[1:]
			}
		}
	}
	return t
}

// exactRE finds what a translation must leave alone: code spans, links,
// settings, paths, flags and numbers.
var exactRE = regexp.MustCompile("`[^`]*`" + `|\[[^\]]*\]\([^)]*\)|https?://[^\s)]+|--?[A-Za-z][\w-]+|[\w.~-]*/[\w./~-]+|\b\w+(?:[._]\w+)+\b|\d[\d.,]*`)

func maskAll(sentences []string) (masked []string, marks [][]string) {
	for _, s := range sentences {
		var m []string
		masked = append(masked, exactRE.ReplaceAllStringFunc(s, func(exact string) string {
			m = append(m, exact)
			return fmt.Sprintf("⟦%d⟧", len(m))
		}))
		marks = append(marks, m)
	}
	return masked, marks
}

var markRE = regexp.MustCompile(`⟦\d+⟧`)

// unmaskAll puts the marks' texts back. It is false unless every sentence is
// there and has each of its marks once and no other.
func unmaskAll(sentences []string, marks [][]string) ([]string, bool) {
	if len(sentences) != len(marks) {
		return nil, false
	}
	out := make([]string, len(sentences))
	for i, s := range sentences {
		found := markRE.FindAllString(s, -1)
		if len(found) != len(marks[i]) || strings.ContainsAny(markRE.ReplaceAllString(s, ""), "⟦⟧`") {
			return nil, false
		}
		for n, exact := range marks[i] {
			mark := fmt.Sprintf("⟦%d⟧", n+1)
			if strings.Count(s, mark) != 1 {
				return nil, false
			}
			s = strings.Replace(s, mark, exact, 1)
		}
		out[i] = s
	}
	return out, true
}

// holdsAll tells whether translations keep what is exact in the originals,
// add no link, mention, markup or destructive command, are of about the same
// length, and are in the language.
func holdsAll(originals, translations []string, script *regexp.Regexp) bool {
	if len(originals) != len(translations) {
		return false
	}
	for i, t := range translations {
		o := originals[i]
		rest := t
		for _, exact := range exactRE.FindAllString(o, -1) {
			if !strings.Contains(rest, exact) {
				return false
			}
			rest = strings.Replace(rest, exact, " ", 1)
		}
		if strings.TrimSpace(t) == "" || !plain(t) || linkRE.MatchString(rest) || contactRE.MatchString(rest) || markupRE.MatchString(rest) ||
			kb.Destroys(rest) || commandRE.MatchString(rest) && !commandRE.MatchString(o) || leaks(t) || orderRE.MatchString(t) && !orderRE.MatchString(o) {
			return false
		}
		if a, b := utf8.RuneCountInString(o), utf8.RuneCountInString(t); b > 3*a+20 || a > 8*b+20 {
			return false
		}
		if script != nil && !script.MatchString(t) && len(exactRE.ReplaceAllString(o, "")) > 20 {
			return false
		}
		if script == nil && t == o && len(strings.Fields(o)) > 6 {
			return false
		}
	}
	return true
}

func translationKey(model, lang string, sentences []string) string {
	h := sha256.Sum256([]byte(model + "\x00" + lang + "\x00" + strings.Join(sentences, "\x00")))
	return hex.EncodeToString(h[:16])
}

// path is where a translation is kept; empty: nowhere.
func (tr *Translator) path(lang string, sentences []string) string {
	if tr.dir == "" {
		return ""
	}
	return filepath.Join(tr.dir, translationKey(tr.client.opt.Chat, lang, sentences)+".json")
}

func readTranslation(path string) (sentences []string, ok bool) {
	if path == "" {
		return nil, false
	}
	b, err := os.ReadFile(path)
	return sentences, err == nil && json.Unmarshal(b, &sentences) == nil
}

// writeTranslation replaces the file at once, so that none is half written.
func writeTranslation(path string, sentences []string) error {
	if path == "" {
		return nil
	}
	b, err := json.Marshal(sentences)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
