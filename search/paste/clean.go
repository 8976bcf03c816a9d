package paste

import (
	"strings"
	"unicode/utf8"
)

// maxCleanRounds bounds how often clean starts over: each wrapping taken off
// can bare another one. Twice-escaped JSON in a quoted code fence takes 5.
const maxCleanRounds = 16

// clean decodes to valid UTF-8, takes off what chat programs, terminals and
// encoders have put around the text, and drops what cannot be seen. It runs
// before redaction, always.
func clean(s string) string {
	for range maxCleanRounds {
		before := s
		s = stripResidue(scrub(s))
		s = unwrap(s)
		if s == before {
			break
		}
	}
	return s
}

// plainByte holds the bytes that scrub copies as they are.
var plainByte = func() *byteSet {
	set := setOf("\n\t")
	for c := 0x20; c < 0x7F; c++ {
		set[c] = true
	}
	return set
}()

// scrub gives valid UTF-8 with "\n" line ends, without terminal escapes,
// control characters and invisible characters, and with plain spaces.
func scrub(s string) string {
	i := nextSpecial(s, 0)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/16)
	done := 0
	for i < len(s) {
		b.WriteString(s[done:i])
		i = scrubOne(&b, s, i)
		done = i
		i = nextSpecial(s, i)
	}
	b.WriteString(s[done:])
	return b.String()
}

func nextSpecial(s string, i int) int {
	for i < len(s) && plainByte[s[i]] {
		i++
	}
	return i
}

// scrubOne handles the special byte or rune at i and returns where the rest
// starts.
func scrubOne(b *strings.Builder, s string, i int) int {
	switch c := s[i]; {
	case c == '\r':
		return scrubReturn(b, s, i)
	case c == 0x1B:
		return i + escapeLen(s[i:])
	case c == '\v' || c == '\f':
		b.WriteByte('\n')
		return i + 1
	case c < utf8.RuneSelf:
		return i + 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && size == 1 {
		// A run of broken bytes tells no more than one.
		for i < len(s) && brokenAt(s, i) {
			i++
		}
		b.WriteRune(utf8.RuneError)
		return i
	}
	switch runeUse(r) {
	case useSpace:
		b.WriteByte(' ')
	case useLine:
		b.WriteByte('\n')
	case useControl: // C1: U+009B opens what ESC [ opens
		if r == 0x9B {
			return i + size + csiLen(s[i+size:])
		}
	case useJoiner:
		if joinerNeeded(b.String(), s[i+size:], r) {
			b.WriteString(s[i : i+size])
		}
	case useKeep:
		b.WriteString(s[i : i+size])
	}
	return i + size
}

// scrubReturn turns "\r\n", "\r\r\n" and a lone "\r" into one "\n".
func scrubReturn(b *strings.Builder, s string, i int) int {
	j := i
	for j < len(s) && s[j] == '\r' {
		j++
	}
	b.WriteByte('\n')
	if j < len(s) && s[j] == '\n' {
		j++
	}
	return j
}

func brokenAt(s string, i int) bool {
	r, size := utf8.DecodeRuneInString(s[i:])
	return r == utf8.RuneError && size == 1
}

// use says what scrub does with a rune.
type use int

const (
	useKeep use = iota
	useDrop
	useSpace
	useLine
	useControl
	useJoiner
)

// runeUse classifies a rune from U+0080 on.
func runeUse(r rune) use {
	switch {
	case r < 0xA0:
		if r == 0x85 {
			return useLine
		}
		return useControl
	case r == 0xA0 || r == 0x1680 || r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000:
		return useSpace
	case r == 0x2028 || r == 0x2029:
		return useLine
	case r == 0x200C || r == 0x200D || r >= 0xFE00 && r <= 0xFE0F:
		return useJoiner
	case invisible(r):
		return useDrop
	}
	return useKeep
}

// invisible reports whether a rune shows nothing: format characters, bidi
// controls, tags, fillers, variation selectors and noncharacters.
func invisible(r rune) bool {
	switch {
	case r == 0xAD || r == 0x34F || r == 0x61C || r == 0x115F || r == 0x1160,
		r == 0x17B4 || r == 0x17B5 || r >= 0x180B && r <= 0x180F,
		r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F || r == 0x2800 || r == 0x3164,
		r == 0xFEFF || r == 0xFFA0 || r >= 0xFFF0 && r <= 0xFFFC,
		r >= 0xFDD0 && r <= 0xFDEF,
		r >= 0x13430 && r <= 0x1345F || r >= 0x1BCA0 && r <= 0x1BCA3 || r >= 0x1D173 && r <= 0x1D17A,
		r >= 0xE0000 && r <= 0xE0FFF,
		r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}

// joinerNeeded keeps joiners and variation selectors where the text would
// look different without them: between emoji, and in Arabic and Indic words.
func joinerNeeded(before, after string, r rune) bool {
	prev, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	if r >= 0xFE00 {
		keycap := next == 0x20E3 && (prev == '#' || prev == '*' || prev >= '0' && prev <= '9')
		return r >= 0xFE0E && (emojiLike(prev) || keycap)
	}
	if r == 0x200D && emojiLike(prev) && emojiLike(next) {
		return true
	}
	return joinedScript(prev) && joinedScript(next)
}

func emojiLike(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2190 && r <= 0x2BFF && r != 0x2800 || r == 0xFE0F || r == 0x20E3
}

func joinedScript(r rune) bool {
	return r >= 0x620 && r <= 0x8FF || r >= 0x900 && r <= 0xDFF || r >= 0xE80 && r <= 0x109F || r >= 0x1780 && r <= 0x17B3
}
