package search

import (
	"math"
	"math/bits"
)

// newScanner makes a scanner for literals of at least minAnchor bytes.
func newScanner(literals [][]byte) *scanner {
	s := &scanner{literals: literals}
	var long, short []uint32
	shortest := longAnchor
	for i, lit := range literals {
		if len(lit) >= longAnchor {
			long = append(long, uint32(i))
		} else {
			short = append(short, uint32(i))
			shortest = min(shortest, len(lit))
		}
	}
	b := &gramBuilder{literals: literals, model: newPairModel(routineText)}
	s.long = b.build(long, longStep, scanWidth)
	if width := shortest - shortStep + 1; width < scanWidth {
		s.short = b.build(short, shortStep, width)
		b.around(&s.short, min(scanWidth, shortest))
	} else {
		s.short = b.build(short, shortStep, scanWidth)
	}
	return s
}

// gramBuilder enters literals by the windows that cost least to look for:
// those that neither routine text nor other literals hold.
type gramBuilder struct {
	literals [][]byte
	model    *pairModel
	shared   []uint16 // how many literals hold a window or a pair, by its hash
	entries  []gramEntry
}

// gramEntry is a window to be entered.
type gramEntry struct {
	hash   uint64 // of the window
	pair   uint64 // of the window and a neighbour, as side says
	side   uint16
	window window
}

// key is the hash that the entry is found by.
func (e *gramEntry) key() uint64 {
	if e.side == alone {
		return e.hash
	}
	return e.pair
}

// build makes the table of some literals.
func (b *gramBuilder) build(members []uint32, step, width int) grams {
	g := grams{step: step, width: width, mask: ^uint64(0) >> (64 - 8*width)}
	if len(members) == 0 {
		return g
	}
	b.entries = make([]gramEntry, 0, len(members)*(step+1))
	b.count(&g, members)
	for _, m := range members {
		b.enter(&g, m)
	}
	b.markPairs()
	n := len(b.entries)
	g.seen = newFilter(n)
	g.shift = 64 - uint(bits.Len(uint(n)))
	g.starts = make([]uint32, 1<<(64-g.shift)+1)
	for i := range b.entries {
		e := &b.entries[i]
		g.seen.add(e.hash)
		g.starts[e.key()>>g.shift]++
	}
	// Sums are where the runs end; filled backwards, they are where they begin.
	sum := uint32(0)
	for i, n := range g.starts {
		sum += n
		g.starts[i] = sum
	}
	g.windows = make([]window, n)
	for i := n - 1; i >= 0; i-- {
		e := &b.entries[i]
		e.window.check = checkBits(e.key(), e.side)
		at := &g.starts[e.key()>>g.shift]
		*at--
		g.windows[*at] = e.window
	}
	return g
}

// newFilter returns a filter for n hashes, at least 4: two in a hundred others
// pass it.
func newFilter(n int) filter {
	shift := 64 - uint(bits.Len(uint(n/4)))
	return filter{make([]uint64, 1<<(64-shift)), shift}
}

// around makes the filter for what is around narrow windows: width bytes of
// the literal that the window is among.
func (b *gramBuilder) around(g *grams, width int) {
	g.around, g.aroundMask = newFilter(len(b.entries)), ^uint64(0)>>(64-8*width)
	for _, e := range b.entries {
		lit := b.literals[e.window.literal]
		from := min(int(e.window.before), len(lit)-width)
		g.around.add(hashWindow(windowAt(lit, from, g.aroundMask)))
	}
}

// count counts how many literals hold a window, and how many a pair. The
// counts of two with one hash add up, which does no harm.
func (b *gramBuilder) count(g *grams, members []uint32) {
	total := 0
	for _, m := range members {
		total += len(b.literals[m])
	}
	const most = 22 // bits: more counts would not fit into the caches
	b.shared = make([]uint16, 1<<min(most, bits.Len(uint(2*total))))
	add := func(h uint64) {
		if n := b.sharing(h); *n < math.MaxUint16 {
			*n++
		}
	}
	for _, m := range members {
		lit := b.literals[m]
		for off := 0; off+g.width <= len(lit); off++ {
			w := windowAt(lit, off, g.mask)
			add(hashWindow(w))
			if off+2*scanWidth <= len(lit) {
				add(hashPair(w, windowAt(lit, off+scanWidth, g.mask)))
			}
		}
	}
}

func (b *gramBuilder) sharing(h uint64) *uint16 { return &b.shared[h&uint64(len(b.shared)-1)] }

// enter enters, for each remainder of an offset by the step, the window of
// the literal that costs least. Wherever the literal occurs, the offsets that
// are looked at have one remainder, so they meet one of the windows entered.
func (b *gramBuilder) enter(g *grams, member uint32) {
	const (
		met  = 1e-7 // chance that a place has a window because of a literal that holds it
		look = 8    // what a lookup costs beside the literals that it compares
	)
	lit := b.literals[member]
	var least [longStep]float32
	var entries [longStep]gramEntry
	for off := 0; off+g.width <= len(lit) && off <= math.MaxUint16; off++ {
		h := hashWindow(windowAt(lit, off, g.mask))
		last := min(len(lit)-1, off+math.MaxUint16)
		e := gramEntry{hash: h, window: window{literal: member, before: uint16(off), after: uint16(last - off), first: lit[0], last: lit[last]}}
		shared := *b.sharing(h)
		compared := shared
		if g.width == scanWidth {
			compared = b.pairUp(lit, off, shared, &e)
		}
		cost := (b.model.chance(lit[off:off+g.width]) + met*float32(shared)) * (look + float32(compared))
		if r := off % g.step; off < g.step || cost < least[r] {
			least[r], entries[r] = cost, e
		}
	}
	b.entries = append(b.entries, entries[:g.step]...)
}

// pairUp chooses the neighbour with which the window at off is shared least,
// and returns by how many literals.
func (b *gramBuilder) pairUp(lit []byte, off int, shared uint16, e *gramEntry) uint16 {
	try := func(from int, side uint16) {
		if from < 0 || from+2*scanWidth > len(lit) {
			return
		}
		h := hashPair(le64(lit[from:]), le64(lit[from+scanWidth:]))
		if n := *b.sharing(h); n < shared {
			shared, e.pair, e.side = n, h, side
		}
	}
	try(off, withNext)
	try(off-scanWidth, withPrevious)
	return shared
}

// markPairs decides which windows go in with a neighbour: those that many
// literals are entered by. For each of these it adds the window that says so.
func (b *gramBuilder) markPairs() {
	const many = 7
	entered := make([]uint8, 1<<bits.Len(uint(2*len(b.entries))))
	at := func(h uint64) *uint8 { return &entered[h&uint64(len(entered)-1)] }
	for i := range b.entries {
		if n := at(b.entries[i].hash); *n < many {
			*n++
		}
	}
	marked := map[uint64]bool{}
	for i := range b.entries {
		switch e := &b.entries[i]; {
		case *at(e.hash) < many:
			e.side = alone
		case e.side != alone && !marked[e.hash]:
			marked[e.hash] = true
			b.entries = append(b.entries, gramEntry{hash: e.hash, window: window{literal: seePairs}})
		}
	}
}
