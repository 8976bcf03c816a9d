package paste

import (
	"encoding/binary"
	"sort"
	"strings"
	"unicode/utf8"
)

// A folded text is the match view of a text: one ASCII byte for each
// typographic quote and each full-width form. Redaction runs on this view, so
// that password：“x” is found too, and its spans are carried back.
type folded struct {
	text  string
	marks []foldMark
}

// foldMark notes that from the folded offset at on, the original is longer by
// shift bytes.
type foldMark struct{ at, shift int }

// fold makes the match view. Line breaks are untouched.
func fold(s string) folded {
	first := nextFoldable(s, 0)
	if first < 0 {
		return folded{text: s}
	}
	var b strings.Builder
	b.Grow(len(s))
	var marks []foldMark
	done, shift := 0, 0
	for i := first; i >= 0; i = nextFoldable(s, i) {
		r, size := utf8.DecodeRuneInString(s[i:])
		c, ok := foldRune(r)
		if !ok {
			i += size
			continue
		}
		b.WriteString(s[done:i])
		b.WriteByte(c)
		shift += size - 1
		marks = append(marks, foldMark{b.Len(), shift})
		i += size
		done = i
	}
	b.WriteString(s[done:])
	return folded{b.String(), marks}
}

// original gives the offset in the original of an offset in the view.
func (f folded) original(at int) int {
	i := sort.Search(len(f.marks), func(i int) bool { return f.marks[i].at > at })
	if i == 0 {
		return at
	}
	return at + f.marks[i-1].shift
}

// nextFoldable finds the next byte that can start a rune to fold: all of them
// lie in U+00AB, U+00BB, U+2018 to U+203A, U+3001 to U+3015 and U+FF01 to
// U+FF5E.
func nextFoldable(s string, from int) int {
	for i := from; i < len(s); i++ {
		if i = skipASCII(s, i); i == len(s) {
			break
		}
		switch s[i] {
		case 0xC2, 0xE2, 0xE3, 0xEF:
			return i
		}
	}
	return -1
}

// skipASCII gives the offset of the first byte from i on that is not ASCII,
// looking at eight bytes at a time.
func skipASCII(s string, i int) int {
	const high = 0x8080808080808080
	b := bytesOf(s)
	for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:])&high == 0 {
		i += 8
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// foldRune gives the ASCII form of typographic quotes and full-width forms.
func foldRune(r rune) (byte, bool) {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return byte(r - 0xFF01 + '!'), true
	case r < 0xAB:
		return 0, false
	}
	switch r {
	case '«', '»', '“', '”', '„', '‟', '″', '〝', '〞', '〟', '「', '」', '『', '』':
		return '"', true
	case '‘', '’', '‚', '‛', '′', '‹', '›':
		return '\'', true
	case '‐', '‑', '‒', '–', '—', '−':
		return '-', true
	case '、':
		return ',', true
	case '。':
		return '.', true
	case '【':
		return '[', true
	case '】':
		return ']', true
	}
	return 0, false
}
