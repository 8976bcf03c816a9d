package search

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// wordFilter says quickly that a word does not stand in a text: it holds one
// bit for each group of three and of five bytes of the text. Entries ask for
// thousands of words; nearly all of them end here, the long ones by the
// groups of five, which hardly ever fit by chance.
//
// Short words occur inside of longer ones all over a text, where they do not
// count. So it also knows the short words that stand alone (addAlone).
type wordFilter struct {
	bits  []uint64
	shift uint
}

// The filter has 1<<bits bits: a small one stays in the cache, a large one
// stays sparse on a log of megabytes.
const (
	smallFilter = 15
	largeFilter = 21
	largeText   = 16 << 10

	shortGroup, longGroup        = 3, 5
	shortMask, longMask   uint64 = 1<<(8*shortGroup) - 1, 1<<(8*longGroup) - 1
)

func newWordFilter(text []byte) wordFilter {
	bits := uint(smallFilter)
	if len(text) > largeText {
		bits = largeFilter
	}
	f := wordFilter{bits: make([]uint64, 1<<bits/64), shift: 64 - bits}
	i := 0
	for ; i+8 <= len(text); i++ {
		w := le64(text[i:])
		f.add(w & shortMask)
		f.add(w & longMask)
	}
	for ; i+shortGroup <= len(text); i++ {
		w := windowAt(text, i, longMask)
		f.add(w & shortMask)
		if i+longGroup <= len(text) {
			f.add(w)
		}
	}
	return f
}

// addAlone adds the words of at most shortWord letters that stand alone.
func (f *wordFilter) addAlone(text []byte) {
	var run uint64
	n := 0
	for _, c := range text {
		if 'a' <= c && c <= 'z' {
			run = run<<8 | uint64(c)
			n++
			continue
		}
		if n > 0 && n <= shortWord {
			f.addTwice(run)
		}
		run, n = 0, 0
	}
	if n > 0 && n <= shortWord {
		f.addTwice(run)
	}
}

// Two bits for a word that stands alone; its marks tell it from groups.
const aloneMark, secondMark = 1 << 63, 1 << 62

func (f *wordFilter) addTwice(run uint64) {
	f.add(run | aloneMark)
	f.add(run | secondMark)
}

func (f *wordFilter) hash(group uint64) uint64 {
	return (group ^ group>>32) * 0x9E3779B97F4A7C15 >> (f.shift & 63)
}

func (f *wordFilter) add(group uint64) {
	h := f.hash(group)
	f.bits[h/64] |= 1 << (h % 64)
}

func (f *wordFilter) has(group uint64) bool {
	h := f.hash(group)
	return f.bits[h/64]&(1<<(h%64)) != 0
}

// mayHold is false only if the text does not contain w.
func (f *wordFilter) mayHold(w *word) bool {
	if w.alone != 0 {
		return f.has(w.alone|aloneMark) && f.has(w.alone|secondMark)
	}
	if w.group == 0 || !f.has(w.group) {
		return w.group == 0
	}
	for i := 1; i+longGroup <= len(w.text); i++ {
		if !f.has(windowOf(w.text[i:], longMask)) {
			return false
		}
	}
	for i := 0; i+shortGroup <= len(w.text); i++ {
		if !f.has(windowOf(w.text[i:], shortMask)) {
			return false
		}
	}
	return true
}

// word is a word to look for.
type word struct {
	text  string
	group uint64 // its first group of bytes, 0 if it is shorter
	alone uint64 // the whole of it, if it has to stand alone and is of a few letters
}

func newWord(text string) word {
	w := word{text: text}
	if len(text) >= longGroup {
		w.group = windowOf(text, longMask)
	} else if len(text) >= shortGroup {
		w.group = windowOf(text, shortMask)
	}
	return w
}

// lettersOf returns the letters of a short word in one number, or 0 for a word
// of other characters or of too many.
func lettersOf(text string) (run uint64) {
	if len(text) > shortWord {
		return 0
	}
	for _, c := range []byte(text) {
		if c < 'a' || c > 'z' {
			return 0
		}
		run = run<<8 | uint64(c)
	}
	return run
}

// key is what to ask a filter first.
func (w *word) key() uint64 {
	if w.alone != 0 {
		return w.alone | aloneMark
	}
	return w.group
}

// windowOf returns the first bytes of s that mask keeps.
func windowOf(s string, mask uint64) (w uint64) {
	for i := range min(len(s), 8) {
		w |= uint64(s[i]) << (8 * i)
	}
	return w & mask
}

// choice is a condition "a|b|c": one of its words stands in a paste.
type choice struct {
	*choiceWords
	// number is the same for the same condition of one set of signatures, so
	// that a paste is asked once. 0 is for conditions that stand alone.
	number int
}

// choiceWords are taken apart when a paste is first asked for them: a start of
// the program needs none of the thousands that there are.
type choiceWords struct {
	text  string
	once  sync.Once
	words []choiceWord
	// keys are what the filters are asked for each word first. Most words end
	// here, so keys lie close together.
	keys []wordKeys
}

// choiceWord is one word of a choice, as it is looked for.
type choiceWord struct {
	lower    word
	squeezed word // set for words that are looked for in the squeezed paste too
	alone    bool // short: must be no part of a longer word
}

// wordKeys are groups of bytes without which a word stands neither in the text
// nor in the squeezed text. 0 stands for a word that is not known by groups,
// and in wrapped for one that is not looked for.
type wordKeys struct{ plain, wrapped uint64 }

func newChoice(s string) choice { return choice{choiceWords: &choiceWords{text: s}} }

// parse takes the choice apart and puts in the words that a macro stands for.
func (c *choiceWords) parse() {
	for w := range strings.SplitSeq(c.text, "|") {
		if words, ok := macros[w]; ok {
			for _, m := range words {
				c.words = append(c.words, newChoiceWord(m))
			}
			continue
		}
		if w != "" {
			c.words = append(c.words, newChoiceWord(w))
		}
	}
	for _, w := range c.words {
		c.keys = append(c.keys, wordKeys{w.lower.key(), w.squeezed.key()})
	}
}

func newChoiceWord(w string) choiceWord {
	c := choiceWord{lower: newWord(strings.ToLower(w)), alone: utf8.RuneCountInString(w) <= shortWord}
	c.lower.alone = lettersOf(c.lower.text)
	if len(w) >= longWord {
		c.squeezed = newWord(string(squeeze(w)))
	}
	return c
}

func newChoices(list []string) []choice {
	out := make([]choice, len(list))
	for i, s := range list {
		out[i] = newChoice(s)
	}
	return out
}

// choiceSet holds each choice once, by its text.
type choiceSet map[string]choice

// choices returns the choices of a list, numbered from 1 on.
func (set choiceSet) choices(list []string) []choice {
	out := make([]choice, len(list))
	for i, s := range list {
		c, ok := set[s]
		if !ok {
			c = newChoice(s)
			c.number = len(set) + 1
			set[s] = c
		}
		out[i] = c
	}
	return out
}
