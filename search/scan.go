package search

import (
	"encoding/binary"
	"math/bits"
)

// scanner finds many literals in one pass over a text, without allocating.
//
// It looks at the text only every few bytes. The window of bytes there is
// looked up in a filter, which ends most lookups, and then in a table that
// holds of each literal one window for every way in which it can lie between
// the places that are looked at. What the table names is compared in full.
// Long literals allow wide steps, so they are kept apart from the short ones.
type scanner struct {
	literals    [][]byte
	long, short grams
}

const (
	// minAnchor is the shortest literal that a scanner takes.
	minAnchor = 7
	// scanWidth is the width of a window where literals are long enough.
	scanWidth = 8
	// longStep and shortStep are how far apart the places are that are looked
	// at for long and for short literals.
	longStep  = 8
	shortStep = 4
	// longAnchor is the shortest literal of which a full window begins at one
	// place out of longStep, wherever the literal lies.
	longAnchor = scanWidth + longStep - 1
	// scanBlock is how much is scanned for long and then for short literals,
	// so little that it is still in the nearest cache.
	scanBlock = 4 << 10
)

// grams are the windows of the literals of one class.
type grams struct {
	step, width int
	mask        uint64 // keeps width bytes
	seen        filter // the hashes of the windows
	// around holds, where windows are narrower than all literals, the bytes
	// around each window; aroundMask keeps as many as there are.
	around     filter
	aroundMask uint64
	starts     []uint32 // where in windows those of one hash begin
	shift      uint     // of a hash, gives the index into starts
	windows    []window
}

// window is a window of a literal, with enough of what is around it to refuse
// nearly every text that is not the literal.
type window struct {
	literal     uint32
	before      uint16 // bytes of the literal before the window
	after       uint16 // from the window's first byte to the byte last
	check       uint16 // hash bits, and in the lowest two the side
	first, last byte   // of the literal
}

// Windows that many literals share are entered together with the eight bytes
// after or before them, and with a window of seePairs that says so.
const (
	alone = iota
	withNext
	withPrevious
	sideBits = 3
)

// seePairs stands for a literal: look the pairs up, too.
const seePairs = 1<<32 - 1

func hashPair(w, next uint64) uint64 {
	hi, lo := bits.Mul64(w^0x9E3779B97F4A7C15, next^0xD6E8FEB86659FD93)
	return hi ^ lo
}

func hashWindow(w uint64) uint64 { return hashPair(w, 0) }

// filter holds two bits of one word for each hash that is in it.
type filter struct {
	words []uint64
	shift uint
}

// has returns a number whose lowest bit is set if h may be in the filter.
func (f *filter) has(h uint64) uint64 {
	w := f.words[h>>(f.shift&63)]
	return w >> (h & 63) & (w >> (h >> 6 & 63))
}

func (f *filter) add(h uint64) { f.words[h>>f.shift] |= 1<<(h&63) | 1<<(h>>6&63) }

// places are the places of a block that are worth a lookup, as offsets in it.
type places [scanBlock / shortStep]uint16

// note adds a place if the lowest bit of hit is set and returns the number of
// places. There is no branch, as processors would guess it wrong.
func (p *places) note(n, place int, hit uint64) int {
	p[uint(n)%uint(len(p))] = uint16(place)
	return n + int(hit&1)
}

// scan calls found with the literal's index and its start for every
// occurrence in text. Occurrences of one literal come in order, unless they
// overlap.
func (s *scanner) scan(text []byte, found func(literal, at int)) {
	var p places
	for from := 0; from < len(text); from += scanBlock {
		block := text[from:min(len(text), from+scanBlock)]
		for _, g := range [...]*grams{&s.long, &s.short} {
			if len(g.windows) == 0 {
				continue
			}
			n := p.pick(g, block)
			if g.around.words != nil {
				n = p.refine(g, text, from, n)
			}
			for _, place := range p[:n] {
				s.lookUp(g, text, from+int(place), found)
			}
		}
	}
}

// pick notes the places of a block that pass the filter, and unseen the few
// at its end whose windows may reach into the next block.
func (p *places) pick(g *grams, block []byte) (n int) {
	i := 0
	if g.step == longStep {
		n, i = p.pickLong(g.seen, block)
	} else {
		n, i = p.pickShort(g.seen, g.mask, block)
	}
	for ; i < len(block); i += g.step {
		n = p.note(n, i, 1)
	}
	return n
}

func (p *places) pickLong(f filter, block []byte) (n, i int) {
	for ; len(block)-i >= 4*longStep; i += 4 * longStep {
		b := block[i : i+4*longStep]
		n = p.note(n, i, f.has(hashWindow(le64(b))))
		n = p.note(n, i+longStep, f.has(hashWindow(le64(b[longStep:]))))
		n = p.note(n, i+2*longStep, f.has(hashWindow(le64(b[2*longStep:]))))
		n = p.note(n, i+3*longStep, f.has(hashWindow(le64(b[3*longStep:]))))
	}
	return n, i
}

func (p *places) pickShort(f filter, mask uint64, block []byte) (n, i int) {
	for ; len(block)-i >= 3*shortStep+scanWidth; i += 4 * shortStep {
		b := block[i : i+3*shortStep+scanWidth]
		n = p.note(n, i, f.has(hashWindow(le64(b)&mask)))
		n = p.note(n, i+shortStep, f.has(hashWindow(le64(b[shortStep:])&mask)))
		n = p.note(n, i+2*shortStep, f.has(hashWindow(le64(b[2*shortStep:])&mask)))
		n = p.note(n, i+3*shortStep, f.has(hashWindow(le64(b[3*shortStep:])&mask)))
	}
	return n, i
}

// refine keeps of the first n places those around which the text may be that
// of a literal: a narrow window alone lets too many pass.
func (p *places) refine(g *grams, text []byte, from, n int) (kept int) {
	f, mask := g.around, g.aroundMask
	for _, place := range p[:n] {
		i := from + int(place)
		if i < shortStep-1 || len(text)-i < scanWidth {
			kept = p.note(kept, int(place), 1)
			continue
		}
		t := text[i-(shortStep-1) : i+scanWidth]
		hit := f.has(hashWindow(le64(t)&mask)) | f.has(hashWindow(le64(t[1:])&mask)) |
			f.has(hashWindow(le64(t[2:])&mask)) | f.has(hashWindow(le64(t[3:])&mask))
		kept = p.note(kept, int(place), hit)
	}
	return kept
}

func le64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// lookUp looks the window at i up in the table.
func (s *scanner) lookUp(g *grams, text []byte, i int, found func(literal, at int)) {
	if i+g.width > len(text) {
		return
	}
	w := windowAt(text, i, g.mask)
	if !s.compare(g, hashWindow(w), alone, text, i, found) {
		return
	}
	if i+2*scanWidth <= len(text) {
		s.compare(g, hashPair(w, windowAt(text, i+scanWidth, g.mask)), withNext, text, i, found)
	}
	if i >= scanWidth {
		s.compare(g, hashPair(windowAt(text, i-scanWidth, g.mask), w), withPrevious, text, i, found)
	}
}

// windowAt returns the bytes of mask from b[i] on, wherever b ends.
func windowAt(b []byte, i int, mask uint64) uint64 {
	if len(b)-i >= scanWidth {
		return le64(b[i:]) & mask
	}
	var w [scanWidth]byte
	copy(w[:], b[i:])
	return le64(w[:]) & mask
}

// compare compares the text around the window at i with the literals that
// are entered with hash h, and tells whether there are pairs to look up.
func (s *scanner) compare(g *grams, h uint64, side uint16, text []byte, i int, found func(literal, at int)) (pairs bool) {
	k, check := h>>(g.shift&63), checkBits(h, side)
	for n := g.starts[k]; n < g.starts[k+1]; n++ {
		w := &g.windows[n]
		if w.check != check {
			continue
		}
		if w.literal == seePairs {
			pairs = true
			continue
		}
		// The ends first: near misses most often differ there, and the
		// literal itself is far away in memory.
		at, end := i-int(w.before), i+int(w.after)
		if at < 0 || end >= len(text) || text[end] != w.last || text[at] != w.first {
			continue
		}
		lit := s.literals[w.literal]
		if len(text)-at >= len(lit) && string(text[at:at+len(lit)]) == string(lit) {
			found(int(w.literal), at)
		}
	}
	return pairs
}

func checkBits(h uint64, side uint16) uint16 { return uint16(h>>12)&^sideBits | side }
