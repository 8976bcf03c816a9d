package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/milvus-medic/medic/kb"
)

const (
	// queryTerms is how many of the rarest words make a query. A whole paste
	// as a query takes seconds (one searcher a word).
	queryTerms = 12
	// queryText is how much text the words are taken from.
	queryText = 4 << 10
	// textHits is how many documents one query returns.
	textHits = 8
	// batchSize is how many documents are indexed at once.
	batchSize = 1000
	// minShared is how many of a query's words a document must hold, and
	// minWeight how much of their weight, to count as related.
	minShared = 2
	minWeight = 0.35
)

// textIndex is the full text of entries and sections. Terms of error texts
// (titles, templates, code) go through one analyser in every language; prose
// through the analyser of its script.
type textIndex struct {
	index     bleve.Index
	docs      []kb.Doc
	entryOf   []int // index of the entry of a doc, -1 for a section
	standard  analysis.Analyzer
	cjk       analysis.Analyzer
	frequency map[string]int // documents a term occurs in
	near      *nearIndex
}

// indexed is what bleve sees of a Doc.
type indexed struct {
	Words string `json:"words"`
	CJK   string `json:"cjk,omitempty"`
}

func newTextIndex(entries []*kb.Entry, sections []kb.Doc) (*textIndex, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = "bm25"
	m.StoreDynamic, m.DocValuesDynamic, m.IndexDynamic = false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("words", textField(standard.Name))
	doc.AddFieldMappingsAt("cjk", textField(cjk.AnalyzerName))
	m.DefaultMapping = doc
	// NewMemOnly would use a store that ignores the scoring model.
	index, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("search: text index: %w", err)
	}
	x := &textIndex{index: index, frequency: map[string]int{}, near: newNearIndex(entries),
		standard: m.AnalyzerNamed(standard.Name), cjk: m.AnalyzerNamed(cjk.AnalyzerName)}
	for i, e := range entries {
		for _, d := range e.AsDocs() {
			x.docs, x.entryOf = append(x.docs, d), append(x.entryOf, i)
		}
	}
	for _, d := range sections {
		x.docs, x.entryOf = append(x.docs, d), append(x.entryOf, -1)
	}
	if err := x.fill(); err != nil {
		return nil, fmt.Errorf("search: text index: %w", err)
	}
	return x, nil
}

func textField(analyzer string) *mapping.FieldMapping {
	f := bleve.NewTextFieldMapping()
	f.Analyzer = analyzer
	f.Store, f.DocValues, f.IncludeTermVectors, f.IncludeInAll = false, false, false, false
	return f
}

func (x *textIndex) fill() error {
	batch := x.index.NewBatch()
	for i, d := range x.docs {
		row := x.row(d)
		x.countTerms(row)
		if err := batch.Index(strconv.Itoa(i), row); err != nil {
			return err
		}
		if batch.Size() >= batchSize || i == len(x.docs)-1 {
			if err := x.index.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return nil
}

func (x *textIndex) row(d kb.Doc) indexed {
	var words strings.Builder
	words.WriteString(d.Title + "\n")
	if e := d.Entry; e != nil {
		words.WriteString(strings.Join(e.Aliases, "\n") + "\n" + e.Component + "\n")
		for _, s := range e.Signatures {
			words.WriteString(s.Text + "\n")
		}
	}
	words.WriteString(d.Body + "\n" + strings.Join(d.Code, "\n"))
	row := indexed{Words: words.String()}
	if hasCJK(row.Words) {
		row.CJK = row.Words
	}
	return row
}

func (x *textIndex) countTerms(row indexed) {
	seen := map[string]bool{}
	for _, t := range x.terms(row.Words) {
		if !seen[t.key()] {
			seen[t.key()] = true
			x.frequency[t.key()]++
		}
	}
}

// term is one word of a query in the field in which it is looked up.
type term struct{ field, text string }

func (t term) key() string { return t.field + ":" + t.text }

// terms returns the words of a text, with repeats.
func (x *textIndex) terms(text string) []term {
	var out []term
	for _, tok := range x.standard.Analyze([]byte(text)) {
		if t := string(tok.Term); len(t) > 1 && !hasCJK(t) {
			out = append(out, term{"words", t})
		}
	}
	if hasCJK(text) {
		for _, tok := range x.cjk.Analyze([]byte(text)) {
			if t := string(tok.Term); hasCJK(t) {
				out = append(out, term{"cjk", t})
			}
		}
	}
	return out
}

func hasCJK(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
	})
}

// rarest returns the n rarest known words of a text and their summed weight.
func (x *textIndex) rarest(text string, n int) (terms []term, total float64) {
	if len(text) > queryText {
		text = strings.ToValidUTF8(text[:queryText], "")
	}
	seen := map[string]bool{}
	for _, t := range x.terms(text) {
		if seen[t.key()] || isDigits(t.text) {
			continue
		}
		seen[t.key()] = true
		// Unknown words count against a match as the rarest known ones do.
		total += x.weight(t)
		if x.frequency[t.key()] > 0 {
			terms = append(terms, t)
		}
	}
	sort.SliceStable(terms, func(i, j int) bool {
		a, b := x.frequency[terms[i].key()], x.frequency[terms[j].key()]
		return a < b || a == b && terms[i].key() < terms[j].key()
	})
	return terms[:min(n, len(terms))], total
}

func (x *textIndex) weight(t term) float64 {
	return math.Log(1 + float64(len(x.docs))/float64(1+x.frequency[t.key()]))
}

// find adds near matches and documents that share rare words.
func (x *textIndex) find(ctx context.Context, v *view, problems []Problem, cands *candidates) error {
	problems = worstFirst(problems)
	x.near.find(v, problems, cands)
	x.near.findCut(v, cands)
	text := leading(problems)
	if text == "" {
		text = strings.Join(v.match, "\n")
	}
	return x.words(ctx, text, len(v.lines), cands)
}

// worstFirst returns the problems with the most severe first, without those
// that healthy systems print too.
func worstFirst(problems []Problem) []Problem {
	worst := slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity == Noise })
	slices.SortStableFunc(worst, func(a, b Problem) int { return int(b.Severity) - int(a.Severity) })
	return worst
}

// leading joins the messages of the first problems, one a line.
func leading(worst []Problem) string {
	var b strings.Builder
	for _, p := range worst[:min(3, len(worst))] {
		b.WriteString(p.Message[:min(len(p.Message), maxMessage)] + "\n")
	}
	return strings.ToValidUTF8(b.String(), "")
}

// words adds the documents that share enough of the text's rare words.
func (x *textIndex) words(ctx context.Context, text string, lines int, cands *candidates) error {
	terms, total := x.rarest(text, queryTerms)
	if len(terms) < minShared {
		return nil
	}
	queries := make([]query.Query, len(terms))
	for i, t := range terms {
		q := bleve.NewTermQuery(t.text)
		q.SetField(t.field)
		queries[i] = q
	}
	req := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(queries...), textHits, 0, false)
	req.SortBy([]string{"-_score", "_id"})
	res, err := x.index.SearchInContext(ctx, req)
	if err != nil {
		return fmt.Errorf("search: text: %w", err)
	}
	for rank, hit := range res.Hits {
		i, err := strconv.Atoi(hit.ID)
		if err != nil || i < 0 || i >= len(x.docs) {
			return fmt.Errorf("search: text: unknown document %q", hit.ID)
		}
		shared, weight := x.shared(i, terms)
		if len(shared) < minShared || weight < minWeight*total {
			continue
		}
		s := Signal{"words", strings.Join(shared, " "), pointsWords + textHits - rank}
		if e := x.entryOf[i]; e >= 0 {
			if _, known := cands.byEntry[e]; !known {
				cands.add(e, s, -1)
			}
			continue
		}
		cands.sections = append(cands.sections, candidate{base: s.Points, why: []Signal{s}, doc: &x.docs[i]})
	}
	return nil
}

// shared returns the words of a query that document i holds, and their weight.
func (x *textIndex) shared(i int, terms []term) (words []string, weight float64) {
	holds := map[string]bool{}
	for _, t := range x.terms(x.row(x.docs[i]).Words) {
		holds[t.key()] = true
	}
	for _, t := range terms {
		if holds[t.key()] {
			words = append(words, t.text)
			weight += x.weight(t)
		}
	}
	return words, weight
}

func (x *textIndex) close() error { return x.index.Close() }
