package paste

import (
	"math/bits"
	"sort"
	"strings"
)

// Redaction looks at the match view of a cleaned text. One loop walks over
// the bytes and stops at pivots, bytes that rules ask for; a rule looks around
// its pivot and says which span to replace. See rules.go for the table.

// span is a part of the match view to replace.
type span struct {
	start, end int
	kind       Kind
}

// scanner finds spans. Spans come out in order and do not overlap: floor is
// the end of the last one, and no rule looks back beyond it.
type scanner struct {
	s     string
	floor int
	spans []span
	pem   int // no end of a key block lies before this offset
}

// add notes a span unless it is empty or begins before the floor.
func (sc *scanner) add(start, end int, kind Kind) bool {
	start = max(start, sc.floor)
	if start >= end {
		return false
	}
	sc.spans = append(sc.spans, span{start: start, end: end, kind: kind})
	sc.floor = end
	return true
}

// scan runs all rules over s.
func scan(s string) []span {
	sc := &scanner{s: s}
	for i := 0; i < len(s); {
		if !isPivot[s[i]] {
			i++
			continue
		}
		p := rulesAt[s[i]]
		for left := p.of(s, i); left != 0; left &= left - 1 {
			r := p.list[bits.TrailingZeros32(uint32(left))]
			start := i - r.at
			if start < sc.floor || r.lit != "" && !hasAt(s, start, r.lit) {
				continue
			}
			if r.find(sc, start) {
				break
			}
		}
		i = max(i+1, sc.floor)
	}
	return sc.spans
}

// maxRedactRounds bounds the repetition in redact. Two rounds settle all but
// contrived texts: the second one finds nothing.
const maxRedactRounds = 6

// redact replaces what the rules find, numbers it with l and counts it in t.
// It repeats until nothing is found, which makes it idempotent.
func redact(text string, l *labels, t tally) string {
	l.reserve(text)
	for range maxRedactRounds {
		view := fold(text)
		spans := scanAll(view.text)
		if len(spans) == 0 {
			break
		}
		text = replace(text, view, spans, l, t)
	}
	return text
}

// scanAll gives the spans of the text itself and of what is encoded in it.
func scanAll(s string) []span {
	spans := scan(s)
	more := scanEncoded(s)
	if len(more) == 0 {
		return spans
	}
	return merge(append(spans, more...))
}

// merge sorts spans and joins those that overlap; the credential among them
// gives the kind.
func merge(spans []span) []span {
	sort.SliceStable(spans, func(i, j int) bool {
		if spans[i].start != spans[j].start {
			return spans[i].start < spans[j].start
		}
		return spans[i].end > spans[j].end
	})
	out := spans[:0]
	for _, sp := range spans {
		if len(out) == 0 || sp.start >= out[len(out)-1].end {
			out = append(out, sp)
			continue
		}
		last := &out[len(out)-1]
		last.end = max(last.end, sp.end)
		if sp.kind.Secret() && !last.kind.Secret() {
			last.kind = sp.kind
		}
	}
	return out
}

// The text after redaction has at most growth times the bytes before, and
// slack more; short values get maskedShort where numbers would not fit.
const (
	growth = 2
	slack  = 512
)

// replace writes text with the spans replaced by placeholders.
func replace(text string, view folded, spans []span, l *labels, t tally) string {
	var b strings.Builder
	b.Grow(len(text) + len(spans)*4)
	done := 0
	for _, sp := range spans {
		start, end := view.original(sp.start), view.original(sp.end)
		b.WriteString(text[done:start])
		label := l.of(sp.kind.word(), view.text[sp.start:sp.end])
		if b.Len()+len(label) > growth*end+slack {
			label = maskedShort
		}
		b.WriteString(label)
		t[sp.kind]++
		done = end
	}
	b.WriteString(text[done:])
	return b.String()
}
