package paste

import "strings"

// The classes of ASCII bytes.
const (
	classDigit = 1 << iota
	classLower
	classUpper
	classUnder
	classHexLetter
	classDash // - and .
	classHigh // bytes of runes over U+007F
	classB64  // + / - _
)

var charClass = func() *[256]uint8 {
	var t [256]uint8
	for i := range 256 {
		switch c := byte(i); {
		case c >= '0' && c <= '9':
			t[i] = classDigit
		case c >= 'a' && c <= 'z':
			t[i] = classLower
		case c >= 'A' && c <= 'Z':
			t[i] = classUpper
		case c == '_':
			t[i] = classUnder | classB64
		case c == '-':
			t[i] = classDash | classB64
		case c == '.':
			t[i] = classDash
		case c == '+' || c == '/':
			t[i] = classB64
		case c >= 0x80:
			t[i] = classHigh
		}
	}
	for _, c := range "abcdefABCDEF" {
		t[c] |= classHexLetter
	}
	return &t
}()

func isDigit(c byte) bool { return charClass[c]&classDigit != 0 }

func isLower(c byte) bool { return charClass[c]&classLower != 0 }

func isUpper(c byte) bool { return charClass[c]&classUpper != 0 }

func isLetter(c byte) bool { return charClass[c]&(classLower|classUpper) != 0 }

func isAlnum(c byte) bool { return charClass[c]&(classDigit|classLower|classUpper) != 0 }

// isWord accepts what identifiers are made of.
func isWord(c byte) bool {
	return charClass[c]&(classDigit|classLower|classUpper|classUnder) != 0
}

func isHex(c byte) bool { return charClass[c]&(classDigit|classHexLetter) != 0 }

// isBase64 accepts both base64 alphabets without padding.
func isBase64(c byte) bool {
	return charClass[c]&(classDigit|classLower|classUpper|classB64) != 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func lower(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}

// byteSet is a set of bytes for tight loops.
type byteSet [256]bool

func setOf(chars string) *byteSet {
	var s byteSet
	for i := range len(chars) {
		s[chars[i]] = true
	}
	return &s
}

// printableWithout has the visible ASCII characters but for some.
func printableWithout(chars string) *byteSet {
	var s byteSet
	for c := '!'; c <= '~'; c++ {
		s[c] = strings.IndexByte(chars, byte(c)) < 0
	}
	return &s
}

// run gives the end of the run of bytes from i on for which is holds, at most
// limit bytes long.
func run(s string, i, limit int, is func(byte) bool) int {
	end := min(len(s), i+limit)
	for i < end && is(s[i]) {
		i++
	}
	return i
}

// runBack gives the start of the run that ends before i.
func runBack(s string, i, limit int, is func(byte) bool) int {
	start := max(0, i-limit)
	for i > start && is(s[i-1]) {
		i--
	}
	return i
}

// lineStart gives the offset of the line that holds i.
func lineStart(s string, i int) int {
	for i > 0 && s[i-1] != '\n' {
		i--
	}
	return i
}

// hasAt reports whether s holds lit at i.
func hasAt(s string, i int, lit string) bool {
	return i >= 0 && i+len(lit) <= len(s) && s[i:i+len(lit)] == lit
}

// hasFoldAt reports the same without regard to ASCII case; lit is lower case.
func hasFoldAt(s string, i int, lit string) bool {
	if i < 0 || i+len(lit) > len(s) {
		return false
	}
	for j := range len(lit) {
		if lower(s[i+j]) != lit[j] {
			return false
		}
	}
	return true
}
