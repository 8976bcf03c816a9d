package paste

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// maskMark stands for a variable part in a masked line.
const maskMark = '#'

// Mask replaces the variable parts of a log line by one "#" each, so that
// lines written by the same statement become equal:
//
//   - numbers, with sign, decimals and exponent, and lists of them
//   - times, dates, IPv4 addresses, versions: digits joined by . : / - , or T
//   - durations and sizes with their unit: 1m30.5s, 512MiB
//   - hexadecimal words of 8 and more with a digit in them, 0x…, UUIDs
//   - words in which letters and digits alternate, such as x2x9z
//
// Digits at the end or in the middle of other words become "#" on their own:
// dml_3 is dml_#. Quoted text and paths are kept but for their numbers.
func Mask(line string) string {
	b := bytesOf(line)
	start, end := nextVariable(b, 0)
	if start == len(b) {
		return line
	}
	out := make([]byte, 0, len(b))
	for i := 0; ; {
		out = append(out, b[i:start]...)
		if start == len(b) {
			break
		}
		out = append(out, maskMark)
		i = end
		start, end = nextVariable(b, i)
	}
	return string(out)
}

// MaskHash hashes what Mask would give, without making it. Lines of one
// template have one hash. It is stable within one version of the program and
// must not be stored.
func MaskHash(line []byte) uint64 {
	h := uint64(hashSeed)
	for i := 0; ; {
		start, end := nextVariable(line, i)
		h = hashSpan(h, line, i, start)
		if start == len(line) {
			return h
		}
		h = (bits.RotateLeft64(h, 29) ^ maskMark) * hashPrime
		i = end
	}
}

const (
	hashSeed  = 0x9E3779B97F4A7C15
	hashPrime = 0xD6E8FEB86659FD93
)

// hashSpan adds b[i:j] to h, eight bytes at a time.
func hashSpan(h uint64, b []byte, i, j int) uint64 {
	for ; j-i >= 8; i += 8 {
		h = mix(h ^ binary.LittleEndian.Uint64(b[i:]))
	}
	var last uint64
	if i+8 <= len(b) {
		last = binary.LittleEndian.Uint64(b[i:]) & (1<<(8*(j-i)) - 1)
	} else {
		for k := range j - i {
			last |= uint64(b[i+k]) << (8 * k)
		}
	}
	return mix(h ^ last ^ uint64(j-i)<<56)
}

func mix(h uint64) uint64 {
	h *= hashPrime
	return h ^ h>>32
}

// bytesOf gives the bytes of s without a copy; they must not be written to.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// The classes of bytes for masking.
const (
	maskDigit  = 1 << iota
	maskHex    // a to f
	maskLetter // other letters
	maskUnder
)

var maskClass = func() *[256]uint8 {
	var t [256]uint8
	for c := range 256 {
		b := byte(c)
		switch {
		case isDigit(b):
			t[c] = maskDigit
		case isHex(b):
			t[c] = maskHex
		case isLetter(b):
			t[c] = maskLetter
		case b == '_':
			t[c] = maskUnder
		}
	}
	return &t
}()

// nextVariable finds the next variable part at or after i; start is len(s)
// where there is none.
func nextVariable(s []byte, i int) (start, end int) {
	p := nextDigit(s, i, 0)
	if p == len(s) {
		return p, p
	}
	q := nextDigit(s, p+1, highBits)
	inWord := p > i && maskClass[s[p-1]] != 0 || q < len(s) && maskClass[s[q]] != 0
	if inWord {
		if start, end = variableWord(s, i, p); end > 0 {
			return start, end
		}
	} else if q-p == uuidGroup {
		if end = uuidEnd(s, p, q); end > q {
			return p, end
		}
	}
	end = numberEnd(s, q)
	if p > i && s[p-1] == '-' && (p-1 == i || maskClass[s[p-2]] == 0) {
		p-- // a sign
	}
	return p, end
}

// highBits are the highest bits of eight bytes.
const highBits = 0x8080808080808080

// nextDigit returns the offset of the first digit at or after p, or with
// highBits for flip, of the first byte that is none; len(s) where there is no
// such byte. It looks at eight bytes at once.
func nextDigit(s []byte, p int, flip uint64) int {
	const zeros, nines, low = 0x3030303030303030, 0x7676767676767676, ^uint64(highBits)
	for ; len(s)-p >= 8; p += 8 {
		// A digit is 0 to 9 without the bits of '0': adding 0x76 does not
		// reach its highest bit.
		x := binary.LittleEndian.Uint64(s[p:]) ^ zeros
		if hit := ^((x&low+nines)|x)&highBits ^ flip; hit != 0 {
			return p + bits.TrailingZeros64(hit)/8
		}
	}
	for p < len(s) && (maskClass[s[p]] == maskDigit) == (flip != 0) {
		p++
	}
	return p
}

// variableWord judges the word around the digit at p: end is 0 where it is
// not variable as a whole.
func variableWord(s []byte, i, p int) (start, end int) {
	from := p
	for from > i && maskClass[s[from-1]] != 0 {
		from--
	}
	var seen, before uint8
	turns := -1
	to := from
	for to < len(s) {
		c := maskClass[s[to]]
		if c == 0 {
			break
		}
		if now := c & maskDigit; now != before || to == from {
			turns++
			before = now
		}
		seen |= c
		to++
	}
	const hexWord, minTurns, minMixed = 8, 3, 5
	switch {
	case seen&^(maskDigit|maskHex) == 0 && to-from >= hexWord:
		return from, uuidEnd(s, from, to)
	case s[from] == '0' && from == p && to-from > 2 && s[from+1]|0x20 == 'x':
		return from, to
	case turns >= minTurns && seen&maskUnder == 0 && to-from >= minMixed && from < p:
		return from, to
	}
	return 0, 0
}

const uuidGroup = 8 // digits in the first group of a UUID

// uuidEnd extends a word of 8 hexadecimal digits to the UUID that it begins.
func uuidEnd(s []byte, from, to int) int {
	const uuidLen = 36
	if to-from != uuidGroup || from+uuidLen > len(s) {
		return to
	}
	for k := 8; k < uuidLen; k++ {
		c := s[from+k]
		if k == 8 || k == 13 || k == 18 || k == 23 {
			if c != '-' {
				return to
			}
		} else if maskClass[c]&(maskDigit|maskHex) == 0 {
			return to
		}
	}
	return from + uuidLen
}

// numberEnd gives the end of the number around p and of what hangs on it.
func numberEnd(s []byte, p int) int {
	for {
		p = nextDigit(s, p, highBits)
		if p == len(s) {
			return p
		}
		n := unitLen(s[p:])
		p += n
		if n > 0 && p < len(s) && maskClass[s[p]] == maskDigit {
			continue // 1m30s
		}
		if next := joint(s, p, n > 0); next > p {
			p = next
			continue
		}
		return p
	}
}

// joint gives the offset of the digit that goes on with a number behind a
// separator, or p where none does.
func joint(s []byte, p int, unit bool) int {
	digit := func(i int) bool { return i < len(s) && maskClass[s[i]] == maskDigit }
	if p >= len(s) {
		return p
	}
	switch s[p] {
	case '.', ':', '/', '-', 'T':
		if digit(p + 1) {
			return p + 1
		}
	case 'e', 'E':
		if digit(p+1) && !unit {
			return p + 1
		}
		if p+1 < len(s) && (s[p+1] == '-' || s[p+1] == '+') && digit(p+2) {
			return p + 2
		}
	case ',':
		q := p + 1
		if q < len(s) && s[q] == ' ' {
			q++
		}
		if q < len(s) && s[q] == '-' {
			q++
		}
		if digit(q) {
			return q
		}
	}
	return p
}

// unitLen gives the length of the unit at the start of s: of time, of size,
// or the Z of a time stamp. A unit ends the word, or a digit follows.
func unitLen(s []byte) int {
	n := 0
	for n < len(s) && n < 4 && maskClass[s[n]]&(maskHex|maskLetter) != 0 {
		n++
	}
	if n < len(s) && maskClass[s[n]]&(maskHex|maskLetter|maskUnder) != 0 {
		return 0
	}
	switch n {
	case 0:
		if len(s) > 2 && s[0] == 0xC2 && s[1] == 0xB5 && s[2] == 's' {
			return 3 // µs
		}
	case 1:
		switch s[0] {
		case 's', 'm', 'h', 'd', 'B', 'K', 'M', 'G', 'Z', 'k':
			return 1
		}
	case 2:
		switch string(s[:2]) {
		case "ms", "us", "ns", "KB", "MB", "GB", "TB", "kB", "Ki", "Mi", "Gi", "Ti":
			return 2
		}
	case 3:
		switch string(s[:3]) {
		case "KiB", "MiB", "GiB", "TiB", "min", "sec":
			return 3
		}
	}
	return 0
}
