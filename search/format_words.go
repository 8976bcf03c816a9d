package search

// words finds many words in one pass over a text, by their first four bytes.
// Case makes no difference for finding a word; whoever cares compares again.
type words struct {
	list   []string // in lower case, at least four bytes each
	filter [wordSlots / 64]uint64
	byGram map[uint32][]int32
}

const (
	wordSlots = 1 << 13
	gramWidth = 4
)

// gram adds the next byte to the last three, in lower case.
func gram(last uint32, c byte) uint32 { return last<<8 | uint32(c|0x20) }

func gramSlot(g uint32) uint32 { return g * 0x9E3779B1 >> (32 - 13) }

// newWords makes a table of words in lower case of at least four bytes.
func newWords(list ...string) *words {
	w := &words{list: list, byGram: map[uint32][]int32{}}
	for i, word := range list {
		var g uint32
		for k := range gramWidth {
			g = gram(g, word[k])
		}
		w.byGram[g] = append(w.byGram[g], int32(i))
		slot := gramSlot(g)
		w.filter[slot/64] |= 1 << (slot % 64)
	}
	return w
}

// each calls found with the index and the start of every word in the text,
// in order of places, until it returns false.
func (w *words) each(text string, found func(word, at int) bool) {
	var g uint32
	for i := 0; i < len(text); i++ {
		g = gram(g, text[i])
		slot := gramSlot(g)
		if w.filter[slot/64]&(1<<(slot%64)) == 0 || i < 3 {
			continue
		}
		for _, k := range w.byGram[g] {
			if equalFold(text[i-3:], w.list[k]) && !found(int(k), i-3) {
				return
			}
		}
	}
}

// in tells whether the text holds one of the words.
func (w *words) in(text string) bool {
	any := false
	w.each(text, func(int, int) bool {
		any = true
		return false
	})
	return any
}

// equalFold tells whether text begins with the word, in any case of ASCII.
func equalFold(text, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
