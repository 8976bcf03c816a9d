package search

import (
	"math/bits"
	"sync"
)

// vocabulary holds the choices of a set of signatures, each once. Entries ask
// for thousands of words, of which a paste has a few: it is read once, and
// what begins like a word is compared with it.
type vocabulary struct {
	byText  map[string]choice
	choices []*choiceWords // by number

	once  sync.Once // for what follows, which a start of the program does not need
	words []vocable
	// The words by how they begin, as they stand in the text and in the
	// squeezed text; and by what a cut may leave of them, see cutWords.
	plain, squeezed *wordStarts
	cutEnd, cutHead windowTable
	tiny            []uint32 // those too short for the tables
}

// vocable is a word with the numbers of the choices that have it.
type vocable struct {
	choiceWord
	choices []uint32
}

func newVocabulary() *vocabulary { return &vocabulary{byText: map[string]choice{}} }

// choicesOf returns the choices of a list, numbered.
func (x *vocabulary) choicesOf(list []string) []choice {
	out := make([]choice, len(list))
	for i, s := range list {
		c, ok := x.byText[s]
		if !ok {
			c = newChoice(s)
			c.number, c.from = len(x.choices), x
			x.byText[s] = c
			x.choices = append(x.choices, c.choiceWords)
		}
		out[i] = c
	}
	return out
}

// learn makes the tables.
func (x *vocabulary) learn() {
	numbers := map[choiceWord]int{}
	for number, c := range x.choices {
		for _, w := range c.parsed() {
			k, known := numbers[w]
			if !known {
				k = len(x.words)
				numbers[w] = k
				x.words = append(x.words, vocable{choiceWord: w})
				if len(w.lower) < tinyStart {
					x.tiny = append(x.tiny, uint32(k))
				}
			}
			x.words[k].choices = append(x.words[k].choices, uint32(number))
		}
	}
	texts := func(of func(w choiceWord) string) []string {
		list := make([]string, len(x.words))
		for k, w := range x.words {
			list[k] = of(w.choiceWord)
		}
		return list
	}
	x.plain = newWordStarts(texts(func(w choiceWord) string { return w.lower }))
	x.squeezed = newWordStarts(texts(func(w choiceWord) string { return w.squeezed }))
	x.cutHead = newWindowTable(minLast, texts(func(w choiceWord) string { return w.lower }))
	x.cutEnd = newWindowTable(minFirst, texts(func(w choiceWord) string { return w.lower[max(0, len(w.lower)-minFirst):] }))
}

// heard says which words and which choices of a vocabulary a paste has.
type heard struct {
	of             *vocabulary
	words, choices bitSet
}

// bitSet is a set of small numbers.
type bitSet []uint64

func (s bitSet) has(n int) bool { return s[n/64]>>(n%64)&1 != 0 }

func (s bitSet) add(n int) { s[n/64] |= 1 << (n % 64) }

// hear reads the paste for the words of x.
func (v *view) hear(x *vocabulary) {
	x.once.Do(x.learn)
	words := (len(x.words) + 63) / 64
	room := make(bitSet, words+(len(x.choices)+63)/64)
	h := heard{x, room[:words], room[words:]}
	add := func(word uint32) {
		h.words.add(int(word))
		for _, number := range x.words[word].choices {
			h.choices.add(int(number))
		}
	}
	lower := v.lowered()
	x.plain.each(bytesOf(lower), func(word uint32, at int) {
		if w := &x.words[word]; !h.words.has(int(word)) && stands(lower, at, w.lower) && (!w.alone || standsAlone(lower, at, at+len(w.lower))) {
			add(word)
		}
	})
	squeezed := stringOf(v.squeezed)
	x.squeezed.each(v.squeezed, func(word uint32, at int) {
		if !h.words.has(int(word)) && stands(squeezed, at, x.words[word].squeezed) {
			add(word)
		}
	})
	for at := range v.cut.starts() {
		for _, word := range x.cutHead.of(windowAt(bytesOf(v.cut.tail), at, ^uint64(0))) {
			if v.cut.hold(x.words[word].lower) {
				add(word)
			}
		}
	}
	if left := v.cut.first; left != "" {
		for _, word := range x.cutEnd.of(windowAt(bytesOf(left), len(left)-minFirst, ^uint64(0))) {
			if v.cut.hold(x.words[word].lower) {
				add(word)
			}
		}
	}
	for _, word := range x.tiny {
		if v.hasWord(&x.words[word].choiceWord) {
			add(word)
		}
	}
	v.heard = h
}

// has tells whether one word of the choice occurs in the paste.
func (v *view) has(c choice) bool {
	if c.from == nil {
		return v.hasAny(c.parsed())
	}
	if v.heard.of != c.from {
		v.hear(c.from)
	}
	return v.heard.choices.has(c.number)
}

const (
	// tinyStart, shortStart and longStart are how many bytes of a word are
	// looked up, of one that has as many. Longer starts fit by chance less
	// often.
	tinyStart  = 2
	shortStart = 3
	longStart  = 6
)

// wordStarts finds words by how they begin.
type wordStarts struct {
	// kinds says for three bytes which words may begin with them: most places
	// of a text need no more than this.
	kinds [1 << startBits]startKind
	// pairs are the two bytes of the words that are no longer.
	pairs             bitSet
	tiny, short, long windowTable
}

// startKind is a set of the tables of wordStarts.
type startKind uint8

const (
	beginsShort startKind = 1 << iota
	beginsLong

	startBits = 14
)

// startSlot returns where in kinds the first three bytes of a window are.
func startSlot(window uint64) uint32 {
	return uint32(window&(1<<(8*shortStart)-1)) * 0x9E3779B1 >> (32 - startBits)
}

// newWordStarts makes the tables of a list of words. Those of less than
// tinyStart bytes are left out.
func newWordStarts(list []string) *wordStarts {
	s := &wordStarts{pairs: make(bitSet, 1<<16/64)}
	tiny, short, long := make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	for i, w := range list {
		slot := startSlot(windowAt(bytesOf(w), 0, ^uint64(0)))
		switch {
		case len(w) >= longStart:
			long[i] = w
			s.kinds[slot] |= beginsLong
		case len(w) >= shortStart:
			short[i] = w
			s.kinds[slot] |= beginsShort
		case len(w) == tinyStart:
			tiny[i] = w
			s.pairs.add(int(w[0]) | int(w[1])<<8)
		}
	}
	s.tiny, s.short, s.long = newWindowTable(tinyStart, tiny), newWindowTable(shortStart, short), newWindowTable(longStart, long)
	return s
}

// each calls found with each word that may begin at a place, and the place.
func (s *wordStarts) each(text []byte, found func(word uint32, at int)) {
	i := 0
	for ; i+scanWidth <= len(text); i++ {
		if w := le64(text[i:]); s.kinds[startSlot(w)] != 0 || s.pairs.has(int(uint16(w))) {
			s.lookUp(w, i, found)
		}
	}
	for ; i < len(text); i++ {
		s.lookUp(windowAt(text, i, ^uint64(0)), i, found)
	}
}

// lookUp looks the window at a place up in the tables that may have it.
func (s *wordStarts) lookUp(window uint64, at int, found func(word uint32, at int)) {
	if s.pairs.has(int(uint16(window))) {
		for _, word := range s.tiny.of(window) {
			found(word, at)
		}
	}
	kind := s.kinds[startSlot(window)]
	if kind&beginsLong != 0 {
		for _, word := range s.long.of(window) {
			found(word, at)
		}
	}
	if kind&beginsShort != 0 {
		for _, word := range s.short.of(window) {
			found(word, at)
		}
	}
}

// windowTable finds the indices of texts by their first bytes.
type windowTable struct {
	mask   uint64 // keeps those bytes
	seen   filter // the hashes that are in the table
	shift  uint   // of a hash, gives the index into starts
	starts []uint32
	list   []uint32
}

// newWindowTable enters the texts of at least width bytes, at most scanWidth.
func newWindowTable(width int, texts []string) windowTable {
	t := windowTable{mask: ^uint64(0) >> (64 - 8*width)}
	t.seen = newFilter(max(4, len(texts)))
	t.shift = 64 - uint(bits.Len(uint(len(texts))))
	t.starts = make([]uint32, 1<<(64-t.shift)+1)
	hashes := make([]uint64, len(texts))
	for i, text := range texts {
		if len(text) >= width {
			hashes[i] = hashWindow(windowAt(bytesOf(text), 0, t.mask))
			t.seen.add(hashes[i])
			t.starts[hashes[i]>>t.shift]++
		}
	}
	// Sums are where the runs end; filled backwards, they are where they begin.
	sum := uint32(0)
	for i, n := range t.starts {
		sum += n
		t.starts[i] = sum
	}
	t.list = make([]uint32, sum)
	for i := len(texts) - 1; i >= 0; i-- {
		if len(texts[i]) >= width {
			at := &t.starts[hashes[i]>>t.shift]
			*at--
			t.list[*at] = uint32(i)
		}
	}
	return t
}

// of returns the indices of the texts that may begin with a window.
func (t *windowTable) of(window uint64) []uint32 {
	h := hashWindow(window & t.mask)
	if t.seen.has(h)&1 == 0 {
		return nil
	}
	k := h >> (t.shift & 63)
	return t.list[t.starts[k]:t.starts[k+1]]
}
