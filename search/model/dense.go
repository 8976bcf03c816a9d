package model

import (
	"context"
	"slices"

	"github.com/milvus-medic/medic/kb"
)

// Dense finds documents that are near a text in meaning. It is safe for
// concurrent use.
type Dense struct {
	client    *Client
	docs      []kb.Doc
	dimension int
	flat      []float32 // the vectors of docs, one after the other
}

// Embed returns a Dense over docs. Vectors are kept in the file at path; only
// those that it lacks are asked of the server, and progress is told after
// each batch. An error leaves what was done on the disk for the next run.
func (c *Client) Embed(ctx context.Context, path string, docs []kb.Doc, progress func(done, of int)) (_ *Dense, err error) {
	v, err := openVectors(path, fileHead{Format: vectorFormat, Model: c.opt.Embed, Prefix: c.opt.PassagePrefix})
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := v.file.Close(); err == nil && e != nil {
			err = e
		}
	}()
	if v.head.Dimension != 0 {
		c.mu.Lock()
		c.dimension = v.head.Dimension
		c.mu.Unlock()
	}
	hashes := make([]contentHash, len(docs))
	missing := map[contentHash]string{}
	var order []contentHash
	for i, d := range docs {
		hashes[i] = hashOf(passage(d))
		if v.byID[hashes[i]] == nil && missing[hashes[i]] == "" {
			missing[hashes[i]] = passage(d)
			order = append(order, hashes[i])
		}
	}
	done := 0
	for part := range slices.Chunk(order, batch) {
		texts := make([]string, len(part))
		for i, h := range part {
			texts[i] = missing[h]
		}
		vecs, err := c.embed(ctx, "", c.opt.Embed, c.opt.PassagePrefix, texts)
		if err != nil {
			return nil, err
		}
		if err := v.add(part, vecs); err != nil {
			return nil, err
		}
		done += len(part)
		progress(done, len(order))
	}
	d := &Dense{client: c, docs: docs, dimension: v.head.Dimension}
	for _, h := range hashes {
		d.flat = append(d.flat, v.byID[h]...)
	}
	return d, nil
}

// Near returns the k documents nearest to a text, the nearest first, each id
// once: translations count as one. The text must be redacted.
func (d *Dense) Near(ctx context.Context, text string, k int) ([]kb.Doc, error) {
	name := d.client.opt.EmbedQuery
	if name == "" {
		name = d.client.opt.Embed
	}
	vecs, err := d.client.embed(ctx, "", name, d.client.opt.QueryPrefix, []string{text})
	if err != nil {
		return nil, err
	}
	if len(vecs[0]) != d.dimension {
		err := &Error{Fault: FaultDimension}
		d.client.report(err)
		return nil, err
	}
	type scored struct {
		doc   int
		score float32
	}
	best := map[string]scored{}
	for i := range d.docs {
		s := scored{i, dot(vecs[0], d.flat[i*d.dimension:(i+1)*d.dimension])}
		if old, ok := best[d.docs[i].ID]; !ok || s.score > old.score {
			best[d.docs[i].ID] = s
		}
	}
	order := make([]scored, 0, len(best))
	for _, s := range best {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return a.doc - b.doc
	})
	docs := make([]kb.Doc, 0, k)
	for _, s := range order[:min(k, len(order))] {
		docs = append(docs, d.docs[s.doc])
	}
	return docs, nil
}

// dot keeps four sums, so that the processor need not wait for one.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s [4]float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s[0] += a[i] * b[i]
		s[1] += a[i+1] * b[i+1]
		s[2] += a[i+2] * b[i+2]
		s[3] += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s[0] += a[i] * b[i]
	}
	return s[0] + s[1] + s[2] + s[3]
}
