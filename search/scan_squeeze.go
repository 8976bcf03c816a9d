package search

import (
	"slices"
	"sort"
)

// squeeze returns s as signatures see it: without white space, quotes,
// backslashes and escaped line ends, in ASCII lower case. Templates and
// pastes go through it alike, so that JSON escaping, hard wrapping, changed
// case and quotes make no difference.
func squeeze(s string) []byte {
	dst := make([]byte, 0, len(s))
	dst, _ = squeezeFew(dst, s, len(s))
	return dst
}

// squeezeMarks lead from a squeezed text back to where it comes from.
type squeezeMarks []squeezeMark

// squeezeMark says that squeezed byte at begins what source and the following
// bytes were squeezed to.
type squeezeMark struct{ at, source int }

// squeezeBlock is how much is squeezed between two marks. It is a power of
// two, so that an index cut to it needs no bounds check.
const squeezeBlock = 512

// squeezeText squeezes s and notes the way back.
func squeezeText(s string) ([]byte, squeezeMarks) {
	dst := make([]byte, 0, len(s)+squeezeBlock)
	marks := make(squeezeMarks, 0, len(s)/squeezeBlock+1)
	for i := 0; i < len(s); {
		marks = append(marks, squeezeMark{len(dst), i})
		for end := min(len(s), i+squeezeBlock); i < end; {
			read, wrote := squeezeRun((*[squeezeBlock]byte)(dst[len(dst):cap(dst)]), s[i:end])
			dst = dst[:len(dst)+wrote]
			if i += read; i < end {
				dst, read = squeezeFew(dst, s[i:], min(4, end-i))
				i += read
			}
		}
	}
	return dst, marks
}

// source returns the offset in s, the text that was squeezed, of squeezed
// byte at.
func (m squeezeMarks) source(s string, at int) int {
	k := sort.Search(len(m), func(k int) bool { return m[k].at > at }) - 1
	if k < 0 {
		return 0
	}
	done, i := m[k].at, m[k].source
	for ; i < len(s); i++ {
		switch t := squeezeTable[s[i]]; {
		case t&squeezeEscape != 0:
			i += escapedLen(s, i)
		case t>>8 != 0:
			if done == at {
				return i
			}
			done++
		}
	}
	return len(s)
}

// escapedLen returns how many bytes belong to the backslash at i: the one of
// an escaped line end or tab behind it, or none.
func escapedLen(s string, i int) int {
	if i+1 < len(s) && (s[i+1] == 'n' || s[i+1] == 't' || s[i+1] == 'r') {
		return 1
	}
	return 0
}

// squeezeRun squeezes s up to the first four bytes that have a backslash
// among them, without a branch for each byte.
func squeezeRun(block *[squeezeBlock]byte, s string) (read, wrote int) {
	j := uint32(0)
	i := 0
	for ; i <= len(s)-4; i += 4 {
		p := s[i:]
		a, b, c, d := squeezeTable[p[0]], squeezeTable[p[1]], squeezeTable[p[2]], squeezeTable[p[3]]
		if (a|b|c|d)&squeezeEscape != 0 {
			break
		}
		block[j%squeezeBlock] = byte(a)
		j += a >> 8
		block[j%squeezeBlock] = byte(b)
		j += b >> 8
		block[j%squeezeBlock] = byte(c)
		j += c >> 8
		block[j%squeezeBlock] = byte(d)
		j += d >> 8
	}
	return i, int(j)
}

// squeezeFew squeezes the first n bytes of s one by one and returns how many
// it read: an escape may reach one byte further.
func squeezeFew(dst []byte, s string, n int) ([]byte, int) {
	i := 0
	for ; i < n; i++ {
		switch t := squeezeTable[s[i]]; {
		case t&squeezeEscape != 0:
			i += escapedLen(s, i)
		case t>>8 != 0:
			dst = append(dst, byte(t))
		}
	}
	return dst, i
}

// squeezeEscape marks the backslash, whose meaning is in the next byte.
const squeezeEscape = 1 << 16

// squeezeTable holds for each byte what it is squeezed to in its low byte,
// and above it how many bytes that takes, 0 or 1.
var squeezeTable = func() (t [256]uint32) {
	for c := range t {
		t[c] = 1<<8 | uint32(c)
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] |= 0x20
	}
	for _, c := range " \t\n\r\v\f\"'`" {
		t[c] = 0
	}
	t['\\'] = squeezeEscape
	return t
}()

// appendSqueezed appends line to dst as squeeze gives it.
func appendSqueezed(dst, line []byte) []byte {
	s := stringOf(line)
	for i := 0; i < len(s); {
		dst = slices.Grow(dst, 2*squeezeBlock)
		read, wrote := squeezeRun((*[squeezeBlock]byte)(dst[len(dst):cap(dst)]), s[i:min(len(s), i+squeezeBlock)])
		dst = dst[:len(dst)+wrote]
		if i += read; i < len(s) {
			dst, read = squeezeFew(dst, s[i:], min(4, len(s)-i))
			i += read
		}
	}
	return dst
}
