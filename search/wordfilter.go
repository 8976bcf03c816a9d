package search

import (
	"strings"
	"unicode/utf8"
)

// wordFilter says quickly that a word does not stand in a text: it holds one
// bit for each group of three bytes of the text. Entries ask for thousands
// of words; nearly all of them end here.
type wordFilter struct {
	bits  []uint64
	shift uint
}

// The filter has 1<<bits bits: a small one stays in the cache, a large one
// stays sparse on a log of megabytes.
const (
	smallFilter = 15
	largeFilter = 20
	largeText   = 16 << 10
)

func newWordFilter(text string) wordFilter {
	bits := uint(smallFilter)
	if len(text) > largeText {
		bits = largeFilter
	}
	f := wordFilter{bits: make([]uint64, 1<<bits/64), shift: 32 - bits}
	for i := 0; i+3 <= len(text); i++ {
		h := f.hash(text[i], text[i+1], text[i+2])
		f.bits[h/64] |= 1 << (h % 64)
	}
	return f
}

func (f wordFilter) hash(a, b, c byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16) * 0x9E3779B1 >> f.shift
}

// mayHold is false only if the text does not contain w.
func (f wordFilter) mayHold(w string) bool {
	for i := 0; i+3 <= len(w); i++ {
		h := f.hash(w[i], w[i+1], w[i+2])
		if f.bits[h/64]&(1<<(h%64)) == 0 {
			return false
		}
	}
	return true
}

// choice is a condition "a|b|c", taken apart once: one of its words stands
// in a paste.
type choice []choiceWord

// choiceWord is one word of a choice, as it is looked for.
type choiceWord struct {
	lower    string
	squeezed string // set for words that are looked for in the squeezed paste too
	alone    bool   // short: must be no part of a longer word
}

// newChoice takes a choice apart and puts in the words that a macro stands for.
func newChoice(s string) choice {
	var c choice
	for _, w := range strings.Split(s, "|") {
		if words, ok := macros[w]; ok {
			for _, m := range words {
				c = append(c, newChoiceWord(m))
			}
			continue
		}
		if w != "" {
			c = append(c, newChoiceWord(w))
		}
	}
	return c
}

func newChoiceWord(w string) choiceWord {
	c := choiceWord{lower: strings.ToLower(w), alone: utf8.RuneCountInString(w) <= shortWord}
	if len(w) >= longWord {
		c.squeezed = string(squeeze(w))
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
