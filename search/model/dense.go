package model

import (
	"cmp"
	"context"
	"slices"

	"github.com/milvus-medic/medic/kb"
)

const (
	// centring is how much of the mean of all passages is taken out of every
	// vector. Models put all texts of a field into a narrow cone, in which what
	// they share, the language not least, says more than what sets them apart.
	centring = 0.7
	// nearest is how many of a document's passages its score is the mean of.
	// One alone is near by chance too often where documents have many.
	nearest = 2
)

// Dense finds documents that are near a text in meaning. It is safe for
// concurrent use.
type Dense struct {
	client    *Client
	docs      []kb.Doc
	dimension int
	mean      []float32
	flat      []float32 // the vectors of docs, one after the other
}

// Embed returns a Dense over passages, of which several may be of one
// document: they share its ID. Vectors are kept in the file at path; only
// those that it lacks are asked of the server, and progress is told after
// each batch. An error leaves what was done on the disk for the next run.
func (c *Client) Embed(ctx context.Context, path string, passages []kb.Doc, progress func(done, of int)) (_ *Dense, err error) {
	v, err := c.openVectors(path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := v.file.Close(); err == nil && e != nil {
			err = e
		}
	}()
	var order []contentHash
	missing := map[contentHash]string{}
	for _, d := range passages {
		h := hashOf(passage(d))
		if v.byID[h] == nil && missing[h] == "" {
			missing[h] = passage(d)
			order = append(order, h)
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
	d, _ := c.dense(v, passages)
	return d, nil
}

// Open returns a Dense over those of the passages that an earlier Embed has
// put into the file at path, and how many it lacks. It asks nothing of the
// server.
func (c *Client) Open(path string, passages []kb.Doc) (_ *Dense, missing int, err error) {
	v := &vectors{head: c.vectorHead(), byID: map[contentHash][]float32{}}
	if _, err := v.read(path); err != nil {
		return nil, 0, err
	}
	c.expect(v.head.Dimension)
	d, missing := c.dense(v, passages)
	return d, missing, nil
}

// expect tells the client what dimension the vectors on the disk have.
func (c *Client) expect(dimension int) {
	if dimension != 0 {
		c.mu.Lock()
		c.dimension = dimension
		c.mu.Unlock()
	}
}

// dense makes a Dense of the passages that there are vectors of.
func (c *Client) dense(v *vectors, passages []kb.Doc) (d *Dense, missing int) {
	d = &Dense{client: c, dimension: v.head.Dimension, mean: make([]float32, v.head.Dimension)}
	for _, p := range passages {
		vec := v.byID[hashOf(passage(p))]
		if vec == nil {
			missing++
			continue
		}
		d.docs = append(d.docs, p)
		d.flat = append(d.flat, vec...)
		for i, x := range vec {
			d.mean[i] += x
		}
	}
	for i := range d.mean {
		d.mean[i] *= centring / float32(max(1, len(d.docs)))
	}
	for i := range d.docs {
		d.centre(d.vector(i))
	}
	return d, missing
}

func (d *Dense) vector(i int) []float32 { return d.flat[i*d.dimension : (i+1)*d.dimension] }

// centre takes the mean out of a vector. One that is the mean stays itself.
func (d *Dense) centre(v []float32) {
	for i := range v {
		v[i] -= d.mean[i]
	}
	normalise(v)
}

// Len returns the number of passages.
func (d *Dense) Len() int { return len(d.docs) }

// Near returns the k documents nearest to a text, the nearest first, each id
// once, by the one of its passages that is nearest. The text must be redacted.
// It does not repeat a request that fails: an answer waits for it.
func (d *Dense) Near(ctx context.Context, text string, k int) ([]kb.Doc, error) {
	if len(d.docs) == 0 {
		return nil, nil
	}
	vecs, err := d.client.embed(once(ctx), "", cmp.Or(d.client.opt.EmbedQuery, d.client.opt.Embed), d.client.opt.QueryPrefix, []string{text})
	if err != nil {
		return nil, err
	}
	if len(vecs[0]) != d.dimension {
		err := &Error{Fault: FaultDimension}
		d.client.report(err)
		return nil, err
	}
	d.centre(vecs[0])
	best := map[string]*scored{}
	for i := range d.docs {
		id := d.docs[i].ID
		if best[id] == nil {
			best[id] = &scored{}
		}
		best[id].add(i, dot(vecs[0], d.vector(i)))
	}
	order := make([]*scored, 0, len(best))
	for _, s := range best {
		order = append(order, s)
	}
	slices.SortFunc(order, func(a, b *scored) int {
		return cmp.Or(cmp.Compare(b.mean(), a.mean()), cmp.Compare(a.doc, b.doc))
	})
	docs := make([]kb.Doc, 0, k)
	for _, s := range order[:min(k, len(order))] {
		docs = append(docs, d.docs[s.doc])
	}
	return docs, nil
}

// scored is a document with its nearest passages.
type scored struct {
	doc  int // of the nearest passage
	best [nearest]float32
	n    int // passages in best, the nearest first
}

func (s *scored) add(doc int, score float32) {
	at := s.n
	for at > 0 && s.best[at-1] < score {
		at--
	}
	if at == nearest {
		return
	}
	if at == 0 {
		s.doc = doc
	}
	copy(s.best[at+1:], s.best[at:nearest-1])
	s.best[at] = score
	s.n = min(s.n+1, nearest)
}

func (s *scored) mean() float32 {
	var sum float32
	for _, x := range s.best[:s.n] {
		sum += x
	}
	return sum / float32(s.n)
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
