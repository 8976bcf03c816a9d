package search

import "encoding/binary"

// scanner finds many literals in one pass over a text.
//
// It looks at the text only every scanStep bytes: the eight bytes there are
// looked up in a hash table that holds, for each literal, its windows at the
// offsets 0 to scanStep-1 from where its rarest part begins, one of which
// any occurrence puts on a sampled place. A window found is then compared
// in full.
type scanner struct {
	literals [][]byte
	filter   []uint64 // one bit a hash, so that most lookups end here
	shift    uint
	table    map[uint64][]window
}

type window struct{ literal, offset int32 }

const (
	scanWindow = 8
	scanStep   = 4
	// minAnchor is the shortest literal that every sampling meets.
	minAnchor = scanWindow + scanStep - 1
)

// newScanner makes a scanner for literals of at least minAnchor bytes.
func newScanner(literals [][]byte) *scanner {
	s := &scanner{literals: literals, table: make(map[uint64][]window, len(literals)*scanStep)}
	bits := uint(12)
	for 1<<bits < len(literals)*scanStep*16 {
		bits++
	}
	s.shift = 64 - bits
	s.filter = make([]uint64, max(1, 1<<bits/64))
	for i, lit := range literals {
		start := rarest(lit)
		for off := start; off < start+scanStep; off++ {
			w := binary.LittleEndian.Uint64(lit[off:])
			h := hash(w) >> s.shift
			s.filter[h/64] |= 1 << (h % 64)
			s.table[w] = append(s.table[w], window{int32(i), int32(off)})
		}
	}
	return s
}

// rarest returns the offset of the anchor within lit whose bytes are least
// like running text: digits, punctuation and rare letters count for it.
func rarest(lit []byte) int {
	best, at := -1, 0
	for i := 0; i+minAnchor <= len(lit); i++ {
		n := 0
		for _, c := range lit[i : i+minAnchor] {
			n += int(rarity[c])
		}
		if n > best {
			best, at = n, i
		}
	}
	return at
}

// rarity is small for the bytes of which log text is made most.
var rarity = func() (t [256]byte) {
	for i := range t {
		t[i] = 4
	}
	for i, group := range []string{"etaoinsr", "lcdhumpfg", "bvwykx0123456789.:/[]=_-"} {
		for _, c := range group {
			t[c] = byte(i)
		}
	}
	return t
}()

func hash(w uint64) uint64 { return w * 0x9E3779B97F4A7C15 }

// scan calls found with the literal's index and its start for every
// occurrence in text. A literal that occurs more than once is reported each
// time, in order of places.
func (s *scanner) scan(text []byte, found func(literal, at int)) {
	filter, shift := s.filter, s.shift
	for i := 0; i+scanWindow <= len(text); i += scanStep {
		w := binary.LittleEndian.Uint64(text[i:])
		h := hash(w) >> shift
		if filter[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		for _, c := range s.table[w] {
			lit := s.literals[c.literal]
			at := i - int(c.offset)
			if at >= 0 && at+len(lit) <= len(text) && string(text[at:at+len(lit)]) == string(lit) {
				found(int(c.literal), at)
			}
		}
	}
}
