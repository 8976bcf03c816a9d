package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// minWord and maxWord are the lengths in bytes of what counts as a word.
	// Longer runs are keys, hashes and encoded data.
	minWord, maxWord = 2, 40
	// maxDigits is the longest number that is a word: ports, codes and sizes
	// are, ids and times are not.
	maxDigits = 6
)

// wordKind tells what eachWord found.
type wordKind int

const (
	// wordPart is one word of running text, or one part of a name: "query" and
	// "node" of queryNode. The parts of a text, in order, are its sequence.
	wordPart wordKind = iota
	// wordWhole is a name of several parts as it was written, in lower case:
	// "querynode", "bad_member_id", "common.retentionduration".
	wordWhole
)

// eachWord calls found with every word of a text, in lower case. The bytes
// are valid during the call only.
//
// Names are given in parts and whole, so that query_node, queryNode and
// "query node" meet. Of plurals the singular is given. Words that carry no
// meaning of their own are left out, as are single letters, long numbers and
// other data. Scripts without spaces are given in pairs of letters.
func eachWord(text string, found func(w []byte, kind wordKind)) {
	s := splitter{found: found}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if wordClass[c] == 0 {
				i++
				continue
			}
			i = s.name(text, i)
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case isIdeographic(r):
			i = s.ideographs(text, i)
		case unicode.IsLetter(r) || unicode.IsMark(r):
			i = s.name(text, i)
		default:
			i += n
		}
	}
}

// The classes of ASCII bytes in names; 0 is none.
const (
	classLower = 1 + iota
	classUpper
	classDigit
	classJoin // stands within names only
)

var wordClass = func() (t [128]byte) {
	for c := 'a'; c <= 'z'; c++ {
		t[c] = classLower
		t[c-'a'+'A'] = classUpper
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = classDigit
	}
	t['_'] = classJoin
	return t
}()

// isIdeographic tells whether r is of a script that is cut into pairs.
func isIdeographic(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x11ff, 0x3040 <= r && r <= 0x30ff, 0x3130 <= r && r <= 0x318f, 0x3400 <= r && r <= 0x9fff, 0xac00 <= r && r <= 0xd7af, 0xf900 <= r && r <= 0xfaff:
		return true
	}
	return r >= 0x20000 && unicode.Is(unicode.Han, r)
}

// splitter takes one text apart.
type splitter struct {
	found  func(w []byte, kind wordKind)
	lower  []byte // the name at hand, in lower case
	parts  []int  // where its parts begin in lower
	joins  int    // parts that a dot joined
	single []byte // a word without its plural ending
}

// name reads the name that begins at i and returns where it ends.
func (s *splitter) name(text string, i int) int {
	s.lower, s.parts, s.joins = s.lower[:0], s.parts[:0], 0
	component := 0 // where the component between two dots begins in lower
	first := 0     // its first part
	before := byte(0)
	s.parts = append(s.parts, 0)
	for i < len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(text[i:])
			if isIdeographic(r) || !unicode.IsLetter(r) && !unicode.IsMark(r) {
				break
			}
			s.lower = utf8.AppendRune(s.lower, unicode.ToLower(r))
			i, before = i+n, classLower
			continue
		}
		class := wordClass[c]
		if class == 0 {
			if c != '.' || i+1 == len(text) || text[i+1] >= utf8.RuneSelf || wordClass[text[i+1]] == 0 || before == 0 {
				break
			}
			s.component(component, first, len(s.parts))
			s.lower = append(s.lower, '.')
			component, first = len(s.lower), len(s.parts)
			s.parts = append(s.parts, component)
			s.joins++
			i, before = i+1, 0
			continue
		}
		switch class {
		case classUpper:
			next := byte(0)
			if i+1 < len(text) && text[i+1] < utf8.RuneSelf {
				next = wordClass[text[i+1]]
			}
			if before == classLower && !isShortEnd(text[i:]) || before == classUpper && next == classLower {
				s.begin()
			}
			c |= 0x20
		case classJoin:
			s.lower = append(s.lower, c)
			s.begin()
			i, before = i+1, class
			continue
		}
		s.lower = append(s.lower, c)
		i, before = i+1, class
	}
	s.component(component, first, len(s.parts))
	if s.joins > 0 {
		s.whole(s.lower)
	}
	return i
}

// isShortEnd tells whether a name ends with at most two capital letters
// here, as MinIO, OpenAI and RocksDB do: they are one word.
func isShortEnd(rest string) bool {
	n := 0
	for n < len(rest) && rest[n] < utf8.RuneSelf && wordClass[rest[n]] == classUpper {
		n++
	}
	return n <= 2 && (n == len(rest) || rest[n] < utf8.RuneSelf && wordClass[rest[n]] == 0)
}

// begin starts a part at the end of lower.
func (s *splitter) begin() {
	if s.parts[len(s.parts)-1] != len(s.lower) {
		s.parts = append(s.parts, len(s.lower))
	}
}

// component gives the parts from first on, and what they form if they are
// several.
func (s *splitter) component(start, first, end int) {
	given := 0
	for p := first; p < end; p++ {
		to := len(s.lower)
		if p+1 < end {
			to = s.parts[p+1]
		}
		part := s.lower[s.parts[p]:to]
		for len(part) > 0 && part[len(part)-1] == '_' {
			part = part[:len(part)-1]
		}
		for len(part) > 0 && part[0] == '_' {
			part = part[1:]
		}
		if len(part) > 0 {
			given++
			s.part(part)
		}
	}
	if given > 1 {
		s.whole(s.lower[start:])
	}
}

func (s *splitter) part(w []byte) {
	if len(w) < minWord || len(w) > maxWord || stopWords[string(w)] || isData(w) {
		return
	}
	s.found(s.singular(w), wordPart)
}

func (s *splitter) whole(w []byte) {
	for len(w) > 0 && w[len(w)-1] == '_' {
		w = w[:len(w)-1]
	}
	for len(w) > 0 && w[0] == '_' {
		w = w[1:]
	}
	if len(w) >= minWord && len(w) <= maxWord && !isData(w) {
		s.found(w, wordWhole)
	}
}

// ideographs gives the pairs of letters of a run that begins at i and returns
// where it ends. A letter alone is given alone.
func (s *splitter) ideographs(text string, i int) int {
	before, start := -1, i // where the letter before begins
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isIdeographic(r) {
			break
		}
		if before >= 0 {
			s.lower = append(s.lower[:0], text[before:i+n]...)
			if !stopWords[string(s.lower)] {
				s.found(s.lower, wordPart)
			}
		}
		before = i
		i += n
	}
	if before == start {
		s.lower = append(s.lower[:0], text[start:i]...)
		s.found(s.lower, wordPart)
	}
	return i
}

// isData tells whether a word is a long number or a mix of letters and digits
// that nobody would look up.
func isData(w []byte) bool {
	digits, changes := 0, 0
	before := false
	for i, c := range w {
		digit := '0' <= c && c <= '9'
		if digit {
			digits++
		}
		if i > 0 && digit != before {
			changes++
		}
		before = digit
	}
	return digits > maxDigits || changes > 3 && digits > 2
}

// singular cuts the plural ending of an English word of four letters and more.
func (s *splitter) singular(w []byte) []byte {
	n := len(w)
	if n < 4 || w[n-1] != 's' {
		return w
	}
	switch c := w[n-2]; {
	case c == 's' || c == 'u' || c == 'i' || c < 'a' || c > 'z':
		return w
	case c == 'e' && w[n-3] == 'i' && n > 4:
		s.single = append(append(s.single[:0], w[:n-3]...), 'y')
		return s.single
	case c == 'e' && endsHissing(w[:n-2]):
		return w[:n-2]
	}
	return w[:n-1]
}

// endsHissing tells whether a word takes "es" in the plural.
func endsHissing(w []byte) bool {
	for _, end := range []string{"x", "ss", "sh", "ch"} {
		if strings.HasSuffix(string(w), end) {
			return string(w) != "cach"
		}
	}
	return false
}
