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
	plain, squeezed             wordStarts
	cutEnds, cutPairs, cutHeads windowTable
	tiny                        []uint32 // those too short for the tables
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
	numbers := make(map[string]int, 4*len(x.choices))
	for number, c := range x.choices {
		c.each(func(word string) {
			k, known := numbers[word] // most words are in several choices
			if !known {
				k = len(x.words)
				numbers[word] = k
				x.words = append(x.words, vocable{choiceWord: newChoiceWord(word)})
				if len(x.words[k].lower) < startWidths[0] {
					x.tiny = append(x.tiny, uint32(k))
				}
			}
			x.words[k].choices = append(x.words[k].choices, uint32(number))
		})
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
	x.cutPairs = newWindowTable(cutPair, texts(func(w choiceWord) string { return w.lower }))
	x.cutHeads = newWindowTable(cutHead, texts(func(w choiceWord) string { return w.lower }))
	x.cutEnds = newWindowTable(minFirst, texts(func(w choiceWord) string { return w.lower[max(0, len(w.lower)-minFirst):] }))
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
	x.cutOff(&v.cut, add)
	for _, word := range x.tiny {
		if v.hasWord(&x.words[word].choiceWord) {
			add(word)
		}
	}
	v.heard = h
}

// cutOff calls found with the words of which a cut has left a part: what the
// text begins with ends them, or what it ends with begins them.
func (x *vocabulary) cutOff(cut *cutWords, found func(word uint32)) {
	if cut.first != "" {
		for _, word := range x.cutEnds.of(windowAt(bytesOf(cut.first), len(cut.first)-minFirst, ^uint64(0))) {
			if cut.hold(x.words[word].lower) {
				found(word)
			}
		}
	}
	for at := range max(0, len(cut.tail)-1) {
		left, table := cut.tail[at:], &x.cutHeads
		if len(left) < cutHead {
			table = &x.cutPairs
		}
		for _, word := range table.of(windowAt(bytesOf(left), 0, ^uint64(0))) {
			if w := x.words[word].lower; len(w) > len(left) && w[:len(left)] == left && cut.hold(w) {
				found(word)
			}
		}
	}
}

// cutPair and cutHead are how many bytes of a word are looked up in what a
// text ends with: two is the least that a cut leaves.
const cutPair, cutHead = 2, 3

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

// startWidths are how many bytes of a word are looked up, of one that has as
// many: longer starts fit by chance less often. A word of less than the first
// is not looked up.
var startWidths = [...]int{2, 3, 5}

// wordStarts finds words by how they begin, those of one width in one table.
type wordStarts []windowTable

func newWordStarts(list []string) wordStarts {
	var s wordStarts
	for k, width := range startWidths {
		some, any := make([]string, len(list)), false
		for i, w := range list {
			if len(w) >= width && (k+1 == len(startWidths) || len(w) < startWidths[k+1]) {
				some[i], any = w, true
			}
		}
		if any {
			s = append(s, newWindowTable(width, some))
		}
	}
	return s
}

// each calls found with each word that may begin at a place, and the place.
func (s wordStarts) each(text []byte, found func(word uint32, at int)) {
	for i := range s {
		s[i].each(text, found)
	}
}

// windowTable finds the indices of texts by their first bytes.
type windowTable struct {
	mask   uint64 // keeps those bytes
	seen   bitSet // the slots that are not empty, so small that it stays in the cache
	shift  uint   // of a hash, gives the slot
	starts []uint32
	list   []uint32
}

// tableSlots are the slots for one text: most windows of other texts meet an
// empty one.
const tableSlots = 8

// slotFactor spreads windows over the slots.
const slotFactor = 0x9E3779B97F4A7C15

// newWindowTable enters the texts of at least width bytes, at most scanWidth.
func newWindowTable(width int, texts []string) windowTable {
	t := windowTable{mask: ^uint64(0) >> (64 - 8*width)}
	entered := 0
	for _, text := range texts {
		if len(text) >= width {
			entered++
		}
	}
	slots := bits.Len(uint(entered*tableSlots + 64))
	t.shift = 64 - uint(slots)
	t.seen = make(bitSet, 1<<slots/64)
	t.starts = make([]uint32, 1<<slots+1)
	slot := make([]uint32, len(texts))
	for i, text := range texts {
		if len(text) >= width {
			slot[i] = uint32(t.slot(windowAt(bytesOf(text), 0, t.mask)))
			t.seen.add(int(slot[i]))
			t.starts[slot[i]]++
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
			at := &t.starts[slot[i]]
			*at--
			t.list[*at] = uint32(i)
		}
	}
	return t
}

func (t *windowTable) slot(window uint64) uint64 {
	return (window & t.mask) * slotFactor >> (t.shift & 63)
}

// of returns the indices of the texts that may begin with a window.
func (t *windowTable) of(window uint64) []uint32 {
	k := t.slot(window)
	return t.list[t.starts[k]:t.starts[k+1]]
}

// each calls found with the index of each text that may begin at a place, and
// the place.
func (t *windowTable) each(text []byte, found func(index uint32, at int)) {
	i := 0
	seen, mask, shift := t.seen, t.mask, t.shift&63 // in registers: this is most of the work
	for ; i+scanWidth <= len(text); i++ {
		w := le64(text[i:])
		slot := (w & mask) * slotFactor >> shift
		if seen[slot/64]>>(slot%64)&1 == 0 {
			continue
		}
		for _, k := range t.of(w) {
			found(k, i)
		}
	}
	for ; i < len(text); i++ {
		for _, k := range t.of(windowAt(text, i, t.mask)) {
			found(k, i)
		}
	}
}
