package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/milvus-medic/medic/kb"
)

const (
	// textProblems is how many problems of a paste are looked up.
	textProblems = 4
	// queryText is how much of a paste without problems is looked up.
	queryText = 2 << 10
	// textHits is how many documents of one paste count as related.
	textHits = 8
)

// textIndex is the full text of entries and documentation.
//
// Entries are indexed in memory: in English, with the titles of all
// languages. What they say in another language is added when the first text
// in it comes. The documentation comes indexed.
type textIndex struct {
	entries []*kb.Entry
	base    *entryShelf
	docs    *Docs // may be nil
	near    *nearIndex

	mu    sync.Mutex
	langs map[string]*entryShelf // by language without region; nil: no entry has it
}

// entryShelf is what the entries say in one language.
type entryShelf struct {
	*shelf
	entryOf []int // the entry of each document
}

func newTextIndex(sigs *signatures, docs *Docs) (*textIndex, error) {
	c := newCollector()
	texts := make([]docWords, len(sigs.entries))
	for i, e := range sigs.entries {
		texts[i] = c.entry(e)
	}
	s, entryOf, err := newShelf(texts)
	if err != nil {
		return nil, err
	}
	return &textIndex{entries: sigs.entries, base: &entryShelf{s, entryOf}, docs: docs,
		near: newNearIndex(sigs), langs: map[string]*entryShelf{}}, nil
}

// entry returns the words of an entry in English, with those of its titles
// in all languages.
func (c *collector) entry(e *kb.Entry) docWords {
	c.begin()
	for _, t := range e.Titles() {
		c.add(t)
	}
	for _, a := range e.Aliases {
		c.add(a)
	}
	c.add(e.Component)
	for _, s := range e.Signatures {
		c.add(s.Text)
	}
	c.text(e.In("en"))
	return c.end()
}

// text adds what a text says of cause and fix.
func (c *collector) text(t kb.Text) {
	for _, blocks := range [][]kb.Block{t.Cause, t.Fix} {
		for _, b := range blocks {
			c.add(b.Text)
		}
	}
}

// shelfIn returns the shelf of what the entries say in a language, or nil if
// they say nothing in it.
func (x *textIndex) shelfIn(lang string) (*entryShelf, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if s, ok := x.langs[lang]; ok {
		return s, nil
	}
	c := newCollector()
	var texts []docWords
	var entryOf []int
	for i, e := range x.entries {
		for _, have := range e.Langs() {
			if baseLang(have) == lang {
				c.begin()
				c.text(e.In(have))
				texts, entryOf = append(texts, c.end()), append(entryOf, i)
			}
		}
	}
	if len(texts) == 0 {
		x.langs[lang] = nil
		return nil, nil
	}
	s, order, err := newShelf(texts)
	if err != nil {
		return nil, err
	}
	shelf := &entryShelf{s, make([]int, len(order))}
	for n, i := range order {
		shelf.entryOf[n] = entryOf[i]
	}
	x.langs[lang] = shelf
	return shelf, nil
}

func (x *textIndex) close() error {
	err := x.base.close()
	for _, s := range x.langs {
		if s != nil {
			err = errors.Join(err, s.close())
		}
	}
	return err
}

// find adds near matches and documents that share rare words.
func (x *textIndex) find(ctx context.Context, v *view, problems []Problem, cands *candidates) error {
	problems = worstFirst(problems)
	x.near.find(v, problems, cands)
	var queries []*query
	for _, p := range problems[:min(textProblems, len(problems))] {
		if p.Severity < problems[0].Severity && p.Severity == Warning {
			break // it tells less than what went wrong in earnest
		}
		queries = append(queries, newQuery(reason(p.Message), false))
	}
	if len(queries) == 0 {
		queries = append(queries, newQuery(head(strings.Join(v.match, "\n"), queryText), true))
	}
	var found []textMatch
	for _, q := range queries {
		got, err := x.search(ctx, q)
		if err != nil {
			return err
		}
		found = append(found, got...)
	}
	return x.add(found, cands)
}

// reason returns the part of a message that says what went wrong, without
// what clients and RPC wrap around it.
func reason(message string) string {
	for _, mark := range []string{"message=", "desc = "} {
		if _, rest, ok := strings.Cut(message, mark); ok && len(rest) >= nearLiteral {
			message = rest
		}
	}
	return head(message, maxMessage)
}

// head returns at most n bytes of the beginning of s.
func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// worstFirst returns the problems with the most severe first, without those
// that healthy systems print too.
func worstFirst(problems []Problem) []Problem {
	worst := slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity == Noise })
	slices.SortStableFunc(worst, func(a, b Problem) int { return cmp.Compare(b.Severity, a.Severity) })
	return worst
}

// textMatch is an entry or a section that shares words with a text.
type textMatch struct {
	entry   int // -1 for a section
	docs    *docsLang
	section int
	score   float64
	words   string // that it shares
}

// textShelf is one shelf to search with what its documents are.
type textShelf struct {
	*shelf
	of func(doc int) textMatch
}

// shelves returns what to search for a text in a language.
func (x *textIndex) shelves(lang string) ([]textShelf, error) {
	var list []textShelf
	entries := func(s *entryShelf) {
		list = append(list, textShelf{s.shelf, func(doc int) textMatch { return textMatch{entry: s.entryOf[doc]} }})
	}
	entries(x.base)
	if lang != "en" {
		s, err := x.shelfIn(lang)
		if err != nil {
			return nil, err
		}
		if s != nil {
			entries(s)
		}
	}
	if x.docs != nil {
		for _, l := range x.docs.readableIn(lang) {
			list = append(list, textShelf{l.shelf, func(doc int) textMatch { return textMatch{entry: -1, docs: l, section: doc} }})
		}
	}
	return list, nil
}

// search returns the entries and sections that share enough with a query.
func (x *textIndex) search(ctx context.Context, q *query) ([]textMatch, error) {
	if len(q.words) < minShared {
		return nil, nil
	}
	list, err := x.shelves(q.lang)
	if err != nil {
		return nil, err
	}
	shelves := make([]*shelf, len(list))
	for i, s := range list {
		shelves[i] = s.shelf
	}
	if err := q.weigh(shelves); err != nil {
		return nil, err
	}
	rarest := q.rarest()
	if len(rarest) < minShared {
		return nil, nil
	}
	var found []textMatch
	for n, s := range list {
		matches, err := s.search(ctx, q, rarest, n, textHits)
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			if !q.related(m, n, s.len()) {
				continue
			}
			t := s.of(m.doc)
			t.score, t.words = m.score, q.texts(m.shared)
			found = append(found, t)
		}
	}
	return found, nil
}

// add makes the best matches candidates.
func (x *textIndex) add(found []textMatch, cands *candidates) error {
	slices.SortStableFunc(found, func(a, b textMatch) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.entry, a.entry), cmp.Compare(a.section, b.section))
	})
	ranked := 0
	seen := map[string]bool{}
	for _, t := range found {
		if ranked == textHits {
			break
		}
		s := Signal{"words", t.words, pointsWords + textHits - ranked}
		if t.entry >= 0 {
			if _, known := cands.byEntry[t.entry]; !known {
				cands.add(t.entry, s, -1)
				ranked++
			}
			continue
		}
		if len(cands.sections) == MaxHits {
			continue // more are never shown
		}
		doc, err := t.docs.section(t.section)
		if err != nil {
			return err
		}
		// The same section in another language, or for another line.
		if seen[doc.ID] {
			continue
		}
		seen[doc.ID] = true
		cands.sections = append(cands.sections, candidate{base: s.Points, why: []Signal{s}, doc: &doc})
		ranked++
	}
	return nil
}
