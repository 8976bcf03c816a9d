package search

import (
	"context"
	"io"

	"github.com/milvus-medic/medic/search/paste"
)

// Scan reads a paste from r and returns it with what Find knows about it. The
// input may be a log of any size that [paste.DefaultLimits] allow, packed or
// in an archive, as [paste.Read] takes it; name is only shown. It is read as
// a stream: memory is bounded by what is kept of it, not by its size. What is
// kept holds the first lines of each kind of line, those with the anchor of a
// signature before all others.
//
// The errors are those of paste.Read, as they are, and of Find.
func (x *Index) Scan(ctx context.Context, r io.Reader, name string) (paste.Paste, Verdict, error) {
	p, err := paste.Read(ctx, r, name, x.Limits())
	if err != nil {
		return paste.Paste{}, Verdict{}, err
	}
	v, err := x.Find(ctx, p)
	return p, v, err
}

// keptOfScan is how much of a long log is looked at closely. It holds the
// first lines of some thousand kinds.
const keptOfScan = 1 << 20

// Limits returns the limits with which [paste.Read] keeps of a long log what
// Find needs: less of its routine than by default, but no line with the anchor
// of a signature goes before all others. They are for one call of Read.
func (x *Index) Limits() paste.Limits {
	lim := paste.DefaultLimits()
	lim.Kept, lim.Keep = keptOfScan, x.sigs.lineHolds()
	return lim
}

// lineHolds returns a function that tells whether a line holds the anchor of
// a signature. It is for one goroutine.
func (s *signatures) lineHolds() func(line []byte) bool {
	var tight []byte
	found := false
	note := func(int, int) { found = true }
	return func(line []byte) bool {
		found = false
		tight = appendSqueezed(tight[:0], line)
		s.scan.scan(tight, note)
		return found
	}
}
