package search

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/milvus-medic/medic/kb"
)

const (
	// nearErrors is how many characters of a template may differ: one in
	// nearErrors. More, and "not fully loaded" passes for "not loaded".
	nearErrors = 10
	// nearLiteral is how long a template must be for a near match to mean
	// something.
	nearLiteral = 24
	// nearShare is the part of a template's groups of three characters that a
	// line must hold to be compared in full. One changed character costs three.
	nearShare = 0.55
	// nearProblems is how many problems of a paste are compared.
	nearProblems = 8
	// nearCounted and nearCompared bound the work for one line: how many
	// templates with the most of their rarest groups have all groups looked
	// up, and how many of those with the most groups are compared in full.
	nearCounted, nearCompared = 256, 24
)

// nearIndex finds templates in error lines that differ in a few characters:
// by a typo, a changed word, a cut at the end of the paste.
//
// A line that nearly holds a template holds most of its groups of three
// characters, and therefore one of its rarest at least: only these are
// indexed.
type nearIndex struct {
	entries   []*kb.Entry
	templates []nearTemplate
	starts    []uint32 // by trigram: where its list begins in lists
	lists     []uint32 // templates
}

type nearTemplate struct {
	*template
	pattern []byte    // literals, with anyText for each variable
	grams   []trigram // rarest first
	indexed int       // how many of them are indexed
}

// anyText stands in a pattern for text of any length. Squeezed text never
// holds it: cleaning takes control characters out.
const anyText = 0

// trigram is a group of three characters, hashed.
type trigram uint16

func newNearIndex(s *signatures) *nearIndex {
	n := &nearIndex{entries: s.entries}
	frequency := make([]uint32, 1<<16)
	for i := range s.templates {
		t := nearTemplate{template: &s.templates[i]}
		for _, p := range t.parts {
			if p.literal == nil {
				t.pattern = append(t.pattern, anyText)
				continue
			}
			t.pattern = append(t.pattern, p.literal...)
			if t.literal >= nearLiteral {
				t.grams = appendGrams(t.grams, p.literal)
			}
		}
		slices.Sort(t.grams)
		t.grams = slices.Compact(t.grams)
		for _, g := range t.grams {
			frequency[g]++
		}
		n.templates = append(n.templates, t)
	}
	n.fill(frequency)
	return n
}

func appendGrams(grams []trigram, b []byte) []trigram {
	for i := 0; i+3 <= len(b); i++ {
		w := uint32(b[i]) | uint32(b[i+1])<<8 | uint32(b[i+2])<<16
		grams = append(grams, trigram(w*0x9E3779B1>>16))
	}
	return grams
}

// fill makes the lists of the rarest groups: as many of each template that a
// line which holds enough of its groups, even where it is cut, misses not all.
func (n *nearIndex) fill(frequency []uint32) {
	n.starts = make([]uint32, len(frequency)+1)
	for i := range n.templates {
		t := &n.templates[i]
		slices.SortFunc(t.grams, func(a, b trigram) int {
			return cmp.Or(cmp.Compare(frequency[a], frequency[b]), cmp.Compare(a, b))
		})
		if len(t.grams) > 0 {
			t.indexed = len(t.grams) - t.enough(true) + 1
		}
		for _, g := range t.grams[:t.indexed] {
			n.starts[int(g)+1]++
		}
	}
	for g := range frequency {
		n.starts[g+1] += n.starts[g]
	}
	n.lists = make([]uint32, n.starts[len(frequency)])
	next := slices.Clone(n.starts)
	for i, t := range n.templates {
		for _, g := range t.grams[:t.indexed] {
			n.lists[next[g]] = uint32(i)
			next[g]++
		}
	}
}

// enough returns how many of its groups a line must hold to be compared with
// the template; fewer if the line may be cut.
func (t *nearTemplate) enough(cut bool) int {
	share := nearShare
	if cut {
		share *= cutShare
	}
	return max(1, int(math.Ceil(share*float64(len(t.grams)))))
}

// nearScratch is what a search of one line needs, kept for the next one.
type nearScratch struct {
	grams  []trigram
	held   [1 << 16 / 64]uint64 // the line's groups, a bit each
	counts []uint16             // by template
	found  []nearCandidate
	table  []int32 // of compare
}

// nearCandidate is a template and how much of its groups a line holds.
type nearCandidate struct {
	template int
	share    float64
}

var nearScratches = sync.Pool{New: func() any { return &nearScratch{} }}

// find adds every entry a template of which is nearly in an error line.
func (n *nearIndex) find(v *view, problems []Problem, cands *candidates) {
	mem := nearScratches.Get().(*nearScratch)
	defer nearScratches.Put(mem)
	for _, p := range problems[:min(nearProblems, len(problems))] {
		line := squeeze(p.Message[:min(len(p.Message), maxMessage)])
		cut := p.line >= len(v.match)-1
		for _, c := range n.alike(mem, line, cut) {
			t := &n.templates[c.template]
			if cands.wants(t.entry, t.signature) && mem.nearly(t, line, cut) && t.words.holds(v) {
				cands.add(t.entry, Signal{"near", n.entries[t.entry].Signatures[t.signature].Text, pointsNear}, p.line)
			}
		}
	}
}

// alike returns the templates to compare with a line, those that share most
// with it first.
func (n *nearIndex) alike(mem *nearScratch, line []byte, cut bool) []nearCandidate {
	mem.grams = appendGrams(mem.grams[:0], line)
	slices.Sort(mem.grams)
	mem.grams = slices.Compact(mem.grams)
	if len(mem.counts) < len(n.templates) {
		mem.counts = make([]uint16, len(n.templates))
	}
	mem.found = mem.found[:0]
	for _, g := range mem.grams {
		for _, i := range n.lists[n.starts[g]:n.starts[int(g)+1]] {
			if mem.counts[i] == 0 {
				mem.found = append(mem.found, nearCandidate{template: int(i)})
			}
			mem.counts[i]++
		}
	}
	kept := mem.found[:0]
	for _, c := range mem.found {
		t := &n.templates[c.template]
		count := int(mem.counts[c.template])
		mem.counts[c.template] = 0
		// Those not indexed may all be in the line.
		if count+len(t.grams)-t.indexed >= t.enough(cut) {
			c.share = float64(count) / float64(t.indexed)
			kept = append(kept, c)
		}
	}
	mem.found = mostAlike(kept, nearCounted)
	for _, g := range mem.grams {
		mem.held[g/64] |= 1 << (g % 64)
	}
	kept = mem.found[:0]
	for _, c := range mem.found {
		t := &n.templates[c.template]
		count := 0
		for _, g := range t.grams {
			count += int(mem.held[g/64] >> (g % 64) & 1)
		}
		if count >= t.enough(cut) {
			c.share = float64(count) / float64(len(t.grams))
			kept = append(kept, c)
		}
	}
	for _, g := range mem.grams {
		mem.held[g/64] = 0
	}
	return mostAlike(kept, nearCompared)
}

// mostAlike returns the n candidates with the greatest share, sorted.
func mostAlike(list []nearCandidate, n int) []nearCandidate {
	slices.SortFunc(list, func(a, b nearCandidate) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.template, b.template))
	})
	return list[:min(n, len(list))]
}
