package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutWords are the pieces of words that a paste begins and ends with, in
// lower case: what a cut leaves of them.
type cutWords struct {
	first, last string
	// tail is what the paste ends with, for phrases that are cut off there and
	// for scripts that write words without spaces between them.
	tail    string
	spaced  string // last, behind a space
	foreign bool   // tail ends with a letter of another script than Latin
}

// minFirst and minLast are how many letters of a word must be left, which must
// also be half of it or longCutWord; half of a phrase must be. cutTail is how
// much of the paste's end is looked at for phrases, maxForeign three letters
// of East Asian scripts.
const (
	minFirst    = 3
	minLast     = 3
	longCutWord = 6
	cutTail     = 60
	maxForeign  = 9
)

func newCutWords(lower string) (c cutWords) {
	n := 0
	for n < len(lower) && isWordByte(lower[n]) {
		n++
	}
	c.first = lower[:n]
	for n = len(lower); n > 0 && isWordByte(lower[n-1]); {
		n--
	}
	c.last = lower[n:]
	if len(c.first) < minFirst {
		c.first = ""
	}
	c.tail = lower[max(0, len(lower)-cutTail):]
	if c.last != "" {
		c.spaced = " " + c.last
	} else if r, _ := utf8.DecodeLastRuneInString(lower); r >= utf8.RuneSelf {
		c.foreign = unicode.IsLetter(r)
	}
	if len(c.last) < minLast {
		c.last = ""
	}
	return c
}

// hold tells whether the paste begins with the end of word w, or ends with
// its beginning, cut in the middle of a word. A word may be a phrase, which is
// known by its beginning only.
func (c *cutWords) hold(w string) bool {
	return c.first != "" && c.holdFirst(w) || c.last != "" && c.holdLast(w) ||
		c.spaced != "" && c.holdPhrase(w) || c.foreign && c.holdForeign(w)
}

// enoughLeft tells whether this many letters stand for a word of so many.
func enoughLeft(left, of int) bool {
	return left > 0 && left < of && (of <= 2*left || left >= longCutWord)
}

func (c *cutWords) holdFirst(w string) bool {
	n := len(w) - len(c.first)
	return enoughLeft(len(c.first), len(w)) && w[n:] == c.first && w[n-1] != '_' && isWordByte(w[n-1]) && isWord(w[:n])
}

func (c *cutWords) holdLast(w string) bool {
	n := len(c.last)
	return enoughLeft(n, len(w)) && w[:n] == c.last && w[n] != '_' && isWordByte(w[n]) && isWord(w[n:])
}

// holdPhrase looks for a phrase that ends in the middle of its second word or
// of a later one.
func (c *cutWords) holdPhrase(w string) bool {
	at := strings.Index(w, c.spaced)
	if at < 0 {
		return false
	}
	n := at + len(c.spaced)
	return n < len(w) && len(w) <= 2*n && isWordByte(w[n]) && strings.HasSuffix(c.tail, w[:n])
}

// holdForeign looks for a short word of another script that lacks its last
// letter: what is left of a longer one is often a word itself.
func (c *cutWords) holdForeign(w string) bool {
	if w[0] < utf8.RuneSelf {
		return false
	}
	_, size := utf8.DecodeLastRuneInString(w)
	n := len(w) - size
	return n > 0 && len(w) <= maxForeign && strings.HasSuffix(c.tail, w[:n])
}

// isWord tells whether s is letters, digits and hyphens only.
func isWord(s string) bool {
	for i := range len(s) {
		if !isWordByte(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}
