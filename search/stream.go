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
// kept holds the first lines of each kind of line, and so the signatures,
// wherever they stand.
//
// The errors are those of paste.Read, as they are, and of Find.
func (x *Index) Scan(ctx context.Context, r io.Reader, name string) (paste.Paste, Verdict, error) {
	p, err := paste.Read(ctx, r, name, paste.Limits{Kept: 4 << 20})
	if err != nil {
		return paste.Paste{}, Verdict{}, err
	}
	v, err := x.Find(ctx, p)
	return p, v, err
}
