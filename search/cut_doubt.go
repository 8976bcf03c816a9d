package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// doubtReach is how near to an end of the paste, in squeezed text, a match
// stands that what was cut off there may have told from another problem.
const doubtReach = cutWindow

// brokenEnds are the ends of a paste at which it looks cut off.
type brokenEnds struct{ start, end bool }

// brokenEnds looks at the first and the last character of the paste, and at
// the brackets and quotes of the first and the last line.
func (v *view) brokenEnds() brokenEnds {
	text := strings.TrimRightFunc(v.text, unicode.IsSpace)
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	end := v.match[len(v.match)-1]
	return brokenEnds{
		start: strings.ContainsRune(" ,.;:)]}>=+-…", first) || startsInNumber(text) || unclosed(v.match[0], false),
		end:   strings.ContainsRune(",;:([{<=+-*/\\…", last) || unclosed(end, true) || unicode.IsLetter(last) && quoteOpen(end),
	}
}

// startsInNumber tells whether a text begins with a number that is no date.
func startsInNumber(text string) bool {
	rest := strings.TrimLeft(text, "0123456789")
	n := len(text) - len(rest)
	return n > 0 && !(n == 4 && rest != "" && strings.ContainsRune("-/", rune(rest[0])))
}

// near tells whether a match stands so near to a broken end that what is
// missing there belongs to it.
func (b brokenEnds) near(f firing, v *view) bool {
	return b.start && f.from < doubtReach || b.end && f.to > len(v.squeezed)-doubtReach
}

// doubtful tells which of the templates that fire stand where a template of
// another entry does, which asks for a word that the paste may have had before
// it was cut off; or stand at the cut itself, within a quote.
func (s *signatures) doubtful(v *view, fired, withheld []firing) []bool {
	if len(fired) == 0 || len(withheld) == 0 && fired[len(fired)-1].to < len(v.squeezed) {
		return nil
	}
	broken, doubts := v.brokenEnds(), make([]bool, len(fired))
	for i, f := range fired {
		if s.asksMore(f) {
			continue
		}
		doubts[i] = broken.end && f.to == len(v.squeezed) || slices.ContainsFunc(withheld, func(w firing) bool {
			return w.from < f.to && f.from < w.to && s.templates[w.template].entry != s.templates[f.template].entry &&
				(broken.near(f, v) || f.from < doubtReach && s.beginsWithin(v, w))
		})
	}
	return doubts
}

// beginsWithin tells whether the paste begins with the end of a word that the
// template asks for, however little of it is left.
func (s *signatures) beginsWithin(v *view, w firing) bool {
	lower := v.lowered()
	n := 0
	for n < len(lower) && isWordByte(lower[n]) {
		n++
	}
	t := &s.templates[w.template]
	return n > 0 && slices.ContainsFunc(s.entries[t.entry].Signatures[t.signature].With, func(words string) bool {
		for word := range strings.SplitSeq(strings.ToLower(words), "|") {
			if len(word) > n && strings.HasSuffix(word, lower[:n]) && isWordByte(word[len(word)-n-1]) {
				return true
			}
		}
		return false
	})
}

// asksMore tells whether a template that fires asks for a word beside its
// text, which the paste has: what else a cut took makes it no less sure.
func (s *signatures) asksMore(f firing) bool {
	t := &s.templates[f.template]
	return slices.ContainsFunc(s.entries[t.entry].Signatures[t.signature].With, func(words string) bool {
		return !slices.ContainsFunc(strings.Split(words, "|"), func(w string) bool {
			return w == "@milvus" || w == "milvus" || w == "pymilvus" // which pastes about either hold
		})
	})
}

// quoteOpen tells whether a line ends within a quote.
func quoteOpen(line string) bool {
	return strings.Count(line, "'")%2 == 1 || strings.Count(line, `"`)%2 == 1
}

// mayHold tells whether only words that the paste lacks keep a condition from
// holding, and none that it has.
func (c *condition) mayHold(v *view) bool {
	return !slices.ContainsFunc(c.without, v.has)
}
