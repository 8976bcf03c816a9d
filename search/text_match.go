package search

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

const (
	// maxPostings is how many places of words are walked on one shelf. The
	// rarest words come first, so that what is left out tells least.
	maxPostings = 8000
	// rescored is how many candidates are read in full.
	rescored = 256
	// titleWeight is how much a title in the prose counts beside the rest.
	titleWeight = 0.3
)

// match is a document that shares words with a query.
type match struct {
	doc    int
	score  float64 // by which matches are ordered
	held   float64 // part of the query's words and pairs that it holds, by weight
	cover  float64 // the same of its words alone
	pairs  float64 // the same of its pairs alone
	title  float64 // part of its title that is in the query; 0 of titles of one word
	shared []int   // words looked up that it holds, rarest first
}

// scratch is what one search needs beside the query, kept for the next one.
type scratch struct {
	weight  []float64 // by document
	holds   []uint32  // by document: which of the words looked up it holds
	docs    []int     // those with a weight
	enough  []int     // those of them that hold enough words
	matches []match
	byHash  []uint8 // by hash: index of a query's word, from 1
	seen    []int   // by word: the last document it was seen in
	pairs   []int   // by pair: the same
}

var scratches = sync.Pool{New: func() any { return &scratch{byHash: make([]uint8, 1<<16)} }}

// search returns the documents of a shelf that share most of the query's
// words, best first; number is the shelf's own among those of weigh.
func (s *shelf) search(ctx context.Context, q *query, rarest []int, number, most int) ([]match, error) {
	mem := scratches.Get().(*scratch)
	defer scratches.Put(mem)
	if len(mem.weight) < s.len() {
		mem.weight, mem.holds = make([]float64, s.len()), make([]uint32, s.len())
	}
	defer func() {
		for _, d := range mem.docs {
			mem.weight[d], mem.holds[d] = 0, 0
		}
		mem.docs = mem.docs[:0]
	}()
	walked, words := 0, 0
	for bit, i := range rarest {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w := q.words[i]
		if w.freqs[number] == 0 {
			continue
		}
		if walked += w.freqs[number]; walked > maxPostings && words >= minShared {
			break
		}
		words++
		err := s.each(w.text, func(doc int) {
			if mem.holds[doc] == 0 {
				mem.docs = append(mem.docs, doc)
			}
			mem.holds[doc] |= 1 << bit
			mem.weight[doc] += w.weight
		})
		if err != nil {
			return nil, err
		}
	}
	mem.prepare(q)
	for n, doc := range mem.best() {
		mem.matches = append(mem.matches, mem.match(q, s.seqs.of(doc), doc, n+1))
	}
	mem.forget(q)
	slices.SortFunc(mem.matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
	matches := slices.Clone(mem.matches[:min(len(mem.matches), most)])
	mem.matches = mem.matches[:0]
	for i := range matches {
		for bit, w := range rarest {
			if mem.holds[matches[i].doc]&(1<<bit) != 0 {
				matches[i].shared = append(matches[i].shared, w)
			}
		}
	}
	return matches, nil
}

// match reads what a document says. The stamp differs for every document of
// a query.
func (m *scratch) match(q *query, seq []uint16, doc, stamp int) match {
	words, pairs := m.read(q, seq, stamp)
	found := match{doc: doc, held: (words + pairs) / (q.ofWords + q.ofPairs), cover: words / q.ofWords}
	if found.score = found.held; q.ofPairs > 0 {
		found.pairs = pairs / q.ofPairs
	}
	if q.prose {
		found.title = m.title(seq)
		found.score += titleWeight * found.title
	}
	return found
}

// best returns the documents with the most weight that share enough words:
// the first rescored of them, less those that weigh as much as the next.
func (m *scratch) best() []int {
	m.enough = m.enough[:0]
	top := 0.0
	for _, d := range m.docs {
		if h := m.holds[d]; h&(h-1) != 0 {
			m.enough = append(m.enough, d)
			top = max(top, m.weight[d])
		}
	}
	if len(m.enough) <= rescored {
		return m.enough
	}
	var steps [1 << 8]int
	scale := float64(len(steps)-1) / top
	for _, d := range m.enough {
		steps[int(m.weight[d]*scale)]++
	}
	least, n := len(steps)-1, steps[len(steps)-1]
	for least > 0 && n+steps[least-1] <= rescored {
		least--
		n += steps[least]
	}
	best := m.enough[:0]
	for _, d := range m.enough {
		if int(m.weight[d]*scale) >= least {
			best = append(best, d)
		}
	}
	return best
}

// prepare enters the words of a query for read.
func (m *scratch) prepare(q *query) {
	m.seen = slices.Grow(m.seen[:0], len(q.words))[:len(q.words)]
	clear(m.seen)
	n := 0
	for i := range q.words {
		if q.words[i].running {
			m.byHash[q.words[i].hash] = uint8(i + 1)
		}
		n += len(q.words[i].next)
	}
	m.pairs = slices.Grow(m.pairs[:0], n)[:n]
	clear(m.pairs)
}

// title returns how much of the title, with which a sequence begins, is in
// the query. One word is no title: it is in too many texts.
func (m *scratch) title(seq []uint16) float64 {
	all, held := 0, 0
	for _, h := range seq {
		if h == seqBreak {
			break
		}
		all++
		if m.byHash[h] != 0 {
			held++
		}
	}
	if all < 2 {
		return 0
	}
	return float64(held) / float64(all)
}

// forget takes the words of a query out again.
func (m *scratch) forget(q *query) {
	for i := range q.words {
		m.byHash[q.words[i].hash] = 0
	}
}

// read returns the weight of the query's words and pairs that a sequence
// holds.
func (m *scratch) read(q *query, seq []uint16, stamp int) (words, pairs float64) {
	before := 0
	for _, h := range seq {
		at := int(m.byHash[h])
		if at == 0 {
			before = 0
			continue
		}
		if m.seen[at-1] != stamp {
			m.seen[at-1] = stamp
			words += q.words[at-1].weight
		}
		if before > 0 {
			for _, p := range q.words[before-1].next {
				if p.second == at-1 && m.pairs[p.id] != stamp {
					m.pairs[p.id] = stamp
					pairs += p.weight
				}
			}
		}
		before = at
	}
	return words, pairs
}
