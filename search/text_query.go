package search

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/milvus-medic/medic/search/paste"
)

const (
	// queryTerms is how many of the rarest words of a text are looked up. A
	// whole paste looked up word by word takes seconds.
	queryTerms = 16
	// queryWords is how many different words of a text are looked at.
	queryWords = 200
	// unknownWeight is what a word that no document holds counts against a
	// match, in words of the rarest kind: most are names and values.
	unknownWeight = 0.5
	// minShared is how many words of a query a document must hold, and
	// minWeight how much of their weight, to count as related.
	minShared = 2
	minWeight = 0.35
	// minError and minProse are how much the shared words must weigh in all,
	// in words of the rarest kind: of an error text, and of what people write,
	// in which more words meet by chance. A title that the prose holds does as
	// well, for it is what the document is about.
	minError = 1.2
	minProse = 2
	// minHeld is the part of an error text, words and their order, that may be
	// made of common words; minWhole is that of prose.
	minHeld, minWhole = 0.6, 0.8
)

// query is one text that is looked for.
type query struct {
	words            []queryWord
	byText           map[string]int
	seq              []int   // running words by index, -1 between lines
	ofWords, ofPairs float64 // weight of all running words, and of all pairs
	rare             float64 // weight of the rarest word there can be
	prose            bool    // what a person wrote, no error text
	lang             string  // of the text
}

type queryWord struct {
	text    string
	hash    uint16
	running bool  // counts for how much of the query a document holds
	freq    int   // documents that hold it
	freqs   []int // the same by shelf
	weight  float64
	next    []wordPair // words that follow it in the query
}

// wordPair is two words that follow each other.
type wordPair struct {
	second int
	id     int
	weight float64
}

// newQuery reads the words of a text. Numbers differ from one paste to the
// next: they help to find a document and do not count against one.
func newQuery(text string, prose bool) *query {
	q := &query{byText: map[string]int{}, prose: prose, lang: guessLang(text)}
	for line := range strings.Lines(paste.Mask(text)) {
		eachWord(withoutInstances(line), func(w []byte, kind wordKind) {
			if i := q.add(w, kind == wordPart); kind == wordPart && i >= 0 {
				q.seq = append(q.seq, i)
			}
		})
		if n := len(q.seq); n > 0 && q.seq[n-1] >= 0 {
			q.seq = append(q.seq, -1)
		}
	}
	eachWord(text, func(w []byte, kind wordKind) {
		if kind == wordPart && strings.ContainsAny(string(w), "0123456789") {
			q.add(w, false)
		}
	})
	return q
}

// withoutInstances takes the numbered names of things out of a masked line:
// by-dev-rootcoord-dml_#, my-release-etcd-#.
func withoutInstances(line string) string {
	var out []byte
	rest := line
	for {
		at := strings.Index(rest, "#")
		if at < 0 {
			return string(append(out, rest...))
		}
		from := at
		if at > 0 && (rest[at-1] == '_' || rest[at-1] == '-') {
			for from > 0 && (rest[from-1] == '-' || isWordByte(rest[from-1])) {
				from--
			}
		}
		out = append(append(out, rest[:from]...), ' ')
		rest = rest[at+1:]
	}
}

// add enters a word and returns its index, or -1 if there are too many.
func (q *query) add(w []byte, running bool) int {
	i, known := q.byText[string(w)]
	if !known {
		if len(q.words) == queryWords {
			return -1
		}
		i = len(q.words)
		s := string(w)
		q.words = append(q.words, queryWord{text: s, hash: hashWord(w)})
		q.byText[s] = i
	}
	q.words[i].running = q.words[i].running || running
	return i
}

// weigh looks up how rare the words are on all shelves together.
func (q *query) weigh(shelves []*shelf) error {
	docs := 0
	for _, s := range shelves {
		docs += s.len()
	}
	q.rare = weight(docs, 1)
	for i := range q.words {
		w := &q.words[i]
		for _, s := range shelves {
			n, err := s.frequency(w.text)
			if err != nil {
				return err
			}
			w.freq += n
			w.freqs = append(w.freqs, n)
		}
		if w.weight = weight(docs, w.freq); w.freq == 0 {
			w.weight = q.rare * unknownWeight
		}
		if w.running {
			q.ofWords += w.weight
		}
	}
	q.pairs()
	return nil
}

// weight returns how much a word tells that so many documents hold.
func weight(docs, holding int) float64 { return math.Log(1 + float64(docs)/float64(1+holding)) }

// pairs notes which words follow each other.
func (q *query) pairs() {
	n := 0
	for i := 1; i < len(q.seq); i++ {
		a, b := q.seq[i-1], q.seq[i]
		if a < 0 || b < 0 || a == b {
			continue
		}
		first := &q.words[a]
		if slices.ContainsFunc(first.next, func(p wordPair) bool { return p.second == b }) {
			continue
		}
		p := wordPair{second: b, id: n, weight: (first.weight + q.words[b].weight) / 2}
		first.next = append(first.next, p)
		q.ofPairs += p.weight
		n++
	}
}

// rarest returns the indexes of the known words to look up, rarest first.
func (q *query) rarest() []int {
	var known []int
	for i, w := range q.words {
		if w.freq > 0 {
			known = append(known, i)
		}
	}
	slices.SortFunc(known, func(a, b int) int {
		return cmp.Or(cmp.Compare(q.words[a].freq, q.words[b].freq), strings.Compare(q.words[a].text, q.words[b].text))
	})
	return known[:min(len(known), queryTerms)]
}

// related tells whether a match shares enough with the query to be shown.
// How rare its words are is judged by its own shelf, the one of this index:
// a word that only documents of another kind lack is not rare.
func (q *query) related(m match, shelf, docs int) bool {
	if len(m.shared) < minShared || m.cover < minWeight {
		return false
	}
	sum := 0.0
	for _, i := range m.shared {
		if q.words[i].running {
			sum += weight(docs, q.words[i].freqs[shelf])
		}
	}
	evidence := sum / weight(docs, 1)
	if q.prose {
		return evidence >= minProse || m.title == 1 || m.cover >= minWhole && m.pairs >= minWhole/2 && evidence >= minWhole
	}
	return evidence >= minError || m.held >= minHeld
}

// texts returns words of the query by their indexes.
func (q *query) texts(words []int) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = q.words[w].text
	}
	return strings.Join(list, " ")
}
