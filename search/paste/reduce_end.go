package paste

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// finish gives the text that is kept.
func (r *reducer) finish() string {
	if r.seen == nil {
		return string(r.whole)
	}
	if len(r.pending) > 0 {
		r.endPending()
	}
	tail, tailStart := r.tailLines()
	r.addLasts()
	r.squeeze(r.middleMax())
	sortRecords(r.middle)
	var b strings.Builder
	b.Grow(r.budget)
	b.Write(r.head)
	next := r.headEnd
	for _, rec := range r.middle {
		if rec.seq < next || rec.seq >= tailStart {
			continue
		}
		r.gap(&b, rec.seq-next)
		b.Write(rec.text)
		b.WriteByte('\n')
		next = rec.seq + 1
	}
	if tailStart > next {
		r.gap(&b, tailStart-next)
	} else {
		tail = skipLines(tail, next-tailStart)
	}
	b.Write(tail)
	return b.String()
}

// gap writes the line that stands for n lines left out.
func (r *reducer) gap(b *strings.Builder, n int64) {
	if n <= 0 {
		return
	}
	r.notKept += n
	fmt.Fprintf(b, "[… %d lines left out …]\n", n)
}

// dropped tells how many lines finish left out.
func (r *reducer) dropped() int64 { return r.notKept }

// addLasts adds the last line of each template that has gone on.
func (r *reducer) addLasts() {
	for _, t := range r.seen {
		if t.last != nil {
			rank := rankRepeat
			if t.error {
				rank = rankFirst
			}
			rec := record{seq: t.lastSeq, rank: rank, text: t.last}
			r.middle = append(r.middle, rec)
			r.middleSz += rec.size()
		}
	}
	sortRecords(r.middle)
}

// tailLines gives the whole lines of the tail and the number of the first.
func (r *reducer) tailLines() ([]byte, int64) {
	tail := r.tail
	if size := r.tailMax(); len(tail) > size {
		tail = tail[len(tail)-size:]
	}
	if int64(len(tail)) < r.tailLen {
		nl := bytes.IndexByte(tail, '\n')
		if nl < 0 {
			return nil, r.lines
		}
		tail = dropLoose(tail[nl+1:])
	}
	n := int64(bytes.Count(tail, []byte{'\n'}))
	if len(tail) > 0 && tail[len(tail)-1] != '\n' {
		n++
	}
	return tail, r.lines - n
}

// dropLoose drops lines at the start of a tail that may belong to a key which
// was cut off: single words, "value: x", the body of a private key.
func dropLoose(tail []byte) []byte {
	for range maxKeyLines {
		line, rest, _ := bytes.Cut(tail, []byte{'\n'})
		word := bytes.TrimSpace(line)
		if len(word) == 0 || bytes.IndexByte(word, ' ') >= 0 && !bytes.HasPrefix(word, []byte("value")) {
			break
		}
		tail = rest
	}
	return tail
}

func skipLines(b []byte, n int64) []byte {
	for ; n > 0; n-- {
		nl := bytes.IndexByte(b, '\n')
		if nl < 0 {
			return nil
		}
		b = b[nl+1:]
	}
	return b
}

func sortRecords(recs []record) {
	slices.SortStableFunc(recs, func(a, b record) int { return cmp.Compare(a.seq, b.seq) })
}
