package paste

import "bytes"

// A reducer takes a log as a stream and keeps at most a budget of bytes of
// it. A log within the budget is kept whole. Of a longer one it keeps, in
// order:
//
//   - the head, with versions and settings, and the tail;
//   - of each template (a line with its variable parts masked) the first
//     lines and the last one;
//   - around lines that look like errors, the lines before and after and the
//     stack frames that follow. Lines that the caller asks for (Limits.Keep)
//     are errors, too, and the last to go.
//
// Where lines are missing, one line says how many. Should this still be too
// much, second and third lines of a template go first, then templates from
// the middle of the log that are no errors.
type reducer struct {
	budget   int
	lineMax  int
	asked    func(line []byte) bool
	whole    []byte // everything, as long as it fits
	lines    int64  // lines seen by the stream
	cutBytes int64  // left out of long lines
	notKept  int64

	pending []byte // a line whose end has not come yet
	missing int64  // bytes of the pending line that were left out
	longest int64  // longest line

	head     []byte
	headEnd  int64 // first line that is not in head
	tail     []byte
	tailLen  int64 // bytes that went into tail
	middle   []record
	middleSz int
	seen     map[uint64]*template
	before   [contextBefore]record
	trace    int  // lines of a stack trace that may still follow
	after    int  // lines of context still to keep
	glued    bool // the next line goes with one that was dropped
	key      int  // lines of a private key block that may still follow
}

// record is one kept line.
type record struct {
	seq    int64
	rank   rank
	awaits bool // the next line goes where this one goes
	text   []byte
}

// size is what a record takes of the budget.
func (r record) size() int { return len(r.text) + 1 + gapCost }

// rank orders records by what goes first when space is short.
type rank uint8

const (
	rankRepeat rank = iota // a further line of a template
	rankFirst              // the first line of a template
	rankError              // an error or its context
	rankAsked              // a line that Limits.Keep asks for
)

// template is what is known of the lines with one hash.
type template struct {
	count     int
	error     bool
	asked     bool
	awaits    bool // ends in the key of a secret whose value is on the next line
	beginsKey bool // begins a private key block
	last      []byte
	lastSeq   int64
}

const (
	keepFirst     = 3
	contextBefore = 2
	contextAfter  = 2
	maxTrace      = 60
	maxTemplates  = 16 << 10
	maxLast       = 1 << 10 // longer lines are not kept as last of a template
	cutTail       = 16 << 10
	maxKeyLines   = 120
	gapCost       = 36 // what the line for a gap before a record takes
)

func newReducer(budget int, lim Limits) *reducer {
	return &reducer{budget: budget, lineMax: lim.LineBytes, asked: lim.Keep}
}

// write takes the next bytes of the log.
func (r *reducer) write(p []byte) {
	if r.seen == nil {
		if len(r.whole)+len(p) <= r.budget {
			r.whole = append(r.whole, p...)
			return
		}
		r.seen = make(map[uint64]*template, 1<<10)
		whole := r.whole
		r.whole = nil
		r.stream(whole)
	}
	r.stream(p)
}

// The budget goes to the head (1/16), the tail (1/4) and what is picked.
func (r *reducer) headMax() int   { return r.budget / 16 }
func (r *reducer) tailMax() int   { return r.budget / 4 }
func (r *reducer) middleMax() int { return r.budget - r.headMax() - r.tailMax() - r.budget/16 }

// stream splits into lines.
func (r *reducer) stream(p []byte) {
	r.keepTail(p)
	for {
		nl := bytes.IndexByte(p, '\n')
		if nl < 0 {
			r.hold(p)
			return
		}
		if len(r.pending) == 0 && nl <= r.lineMax {
			r.line(p[:nl])
		} else {
			r.hold(p[:nl])
			r.endPending()
		}
		p = p[nl+1:]
	}
}

// hold keeps a part of a line; of a very long line its beginning and its end.
func (r *reducer) hold(p []byte) {
	limit := r.lineMax + 2*cutTail
	for len(p) > 0 {
		n := min(len(p), limit-len(r.pending))
		r.pending = append(r.pending, p[:n]...)
		p = p[n:]
		if len(r.pending) == limit && len(p) > 0 {
			drop := limit - r.lineMax - cutTail
			copy(r.pending[r.lineMax:], r.pending[r.lineMax+drop:])
			r.pending = r.pending[:r.lineMax+cutTail]
			r.missing += int64(drop)
		}
	}
}

// endPending finishes a line that came in parts.
func (r *reducer) endPending() {
	line := r.pending
	r.longest = max(r.longest, int64(len(line))+r.missing)
	if len(line) > r.lineMax || r.missing > 0 {
		edge := min(r.lineMax*3/4, len(line)/2)
		tail := max(edge, len(line)-r.lineMax/4)
		short, cut := joinCut(string(line[:edge]), string(line[tail:]), r.missing+int64(tail-edge))
		r.cutBytes += cut
		line = []byte(short)
	}
	r.line(line)
	r.pending, r.missing = r.pending[:0], 0
}

// keepTail remembers the last bytes of the stream.
func (r *reducer) keepTail(p []byte) {
	size := r.tailMax()
	r.tailLen += int64(len(p))
	if len(p) >= size {
		r.tail = append(r.tail[:0], p[len(p)-size:]...)
		return
	}
	if len(r.tail)+len(p) > 2*size {
		r.tail = append(r.tail[:0], r.tail[len(r.tail)-(size-len(p)):]...)
	}
	r.tail = append(r.tail, p...)
}

// line decides about one whole line.
func (r *reducer) line(line []byte) {
	seq := r.lines
	r.lines++
	if r.headEnd == seq && len(r.head)+len(line)+1 <= r.headMax() {
		r.head = append(append(r.head, line...), '\n')
		r.headEnd++
	}
	if len(line) == 0 || r.inKey(line) {
		return
	}
	hash := MaskHash(line)
	t := r.seen[hash]
	if t == nil {
		t = r.newTemplate(hash, line)
	}
	t.count++
	if t.beginsKey {
		r.key = maxKeyLines
	}
	keep, rank := r.judge(t, line)
	loose := r.glued // its key is gone, so it goes too
	r.glued = false
	keep = keep && !loose
	if keep {
		if rank >= rankError {
			r.flushBefore()
		}
		r.keep(record{seq, rank, t.awaits, bytes.Clone(line)})
	} else {
		r.glued = t.awaits
		if t.count > keepFirst && len(line) <= maxLast && !loose {
			t.last = append(t.last[:0], line...)
			t.lastSeq = seq
		}
	}
	r.remember(seq, line, keep || loose || r.glued)
}

// inKey drops the lines of a private key block, so that none of them is kept
// without the line that tells what it is.
func (r *reducer) inKey(line []byte) bool {
	if r.key == 0 {
		return false
	}
	r.key--
	if bytes.Contains(line, []byte(dashes+"END ")) {
		r.key = 0
		return true
	}
	// Docker Compose and others put a prefix before each line.
	word := line[bytes.LastIndexByte(line, ' ')+1:]
	if len(word) > 1<<10 || !keyLine(string(word)) && !bytes.HasSuffix(word, []byte("=")) {
		r.key = 0
		return false
	}
	return true
}

// newTemplate looks at the first line of a template.
func (r *reducer) newTemplate(hash uint64, line []byte) *template {
	t := &template{asked: r.asked != nil && r.asked(line), awaits: awaitsSecret(line), beginsKey: beginsKeyBlock(line)}
	t.error = t.asked || looksError(line)
	if len(r.seen) < maxTemplates {
		r.seen[hash] = t
	}
	return t
}

// judge says whether a line is kept, and how dear it is.
func (r *reducer) judge(t *template, line []byte) (bool, rank) {
	fresh := t.count <= keepFirst
	switch {
	case t.error && fresh:
		r.trace, r.after = maxTrace, contextAfter
		if t.asked {
			return true, rankAsked
		}
		return true, rankError
	case r.trace > 0 && looksFrame(line):
		r.trace--
		return true, rankError
	case r.after > 0:
		r.trace = 0
		r.after--
		return true, rankError
	case t.count == 1:
		return true, rankFirst
	case fresh:
		return true, rankRepeat
	}
	return false, rankRepeat
}

// remember holds the last lines that were not kept, as context for an error
// that may follow, but not those that must not come back.
func (r *reducer) remember(seq int64, line []byte, never bool) {
	b := &r.before
	first := b[0].text
	copy(b[:], b[1:])
	b[contextBefore-1] = record{seq: -1, text: first[:0]}
	if !never && len(line) <= r.lineMax {
		b[contextBefore-1] = record{seq: seq, text: append(first[:0], line...)}
	}
}

// flushBefore keeps the lines before an error.
func (r *reducer) flushBefore() {
	for i := range r.before {
		if b := &r.before[i]; len(b.text) > 0 && b.seq >= 0 {
			r.keep(record{seq: b.seq, rank: rankError, text: bytes.Clone(b.text)})
			b.seq = -1
		}
	}
}

func (r *reducer) keep(rec record) {
	if rec.seq < r.headEnd {
		return
	}
	r.middle = append(r.middle, rec)
	r.middleSz += rec.size()
	if r.middleSz > 2*r.middleMax() {
		r.squeeze(r.middleMax())
	}
}

// squeeze drops records until the rest fits: those of low rank first, and
// within a rank those in the middle.
func (r *reducer) squeeze(limit int) {
	sortRecords(r.middle)
	for rank := rankRepeat; rank <= rankAsked && r.middleSz > limit; rank++ {
		size := 0
		for _, rec := range r.middle {
			if rec.rank == rank {
				size += rec.size()
			}
		}
		spare := max(0, size-(r.middleSz-limit)) // what may stay of this rank
		r.dropMiddle(rank, size, spare)
	}
}

// dropMiddle drops records of a rank but for the first and last spare/2 bytes.
func (r *reducer) dropMiddle(rk rank, size, spare int) {
	out := r.middle[:0]
	done := 0
	gone := int64(-1) // the line of a value whose key was dropped
	for _, rec := range r.middle {
		n := rec.size()
		if rec.seq == gone {
			r.middleSz -= n
			continue
		}
		if rec.rank == rk {
			from := done
			done += n
			if from+n > spare/2 && size-done+n > spare/2 {
				r.middleSz -= n
				if rec.awaits {
					gone = rec.seq + 1
				}
				continue
			}
		}
		out = append(out, rec)
	}
	clear(r.middle[len(out):])
	r.middle = out
}
