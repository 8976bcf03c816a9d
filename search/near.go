package search

import (
	"bytes"

	"github.com/milvus-medic/medic/kb"
)

const (
	// nearErrors is how many characters of a template may differ: one in
	// nearErrors. More, and "not fully loaded" passes for "not loaded".
	nearErrors = 10
	// nearLiteral is how long a template must be for a near match to mean
	// something.
	nearLiteral = 24
	// nearShare is the part of a template's groups of three characters that a
	// line must hold to be compared in full. One changed character costs three.
	nearShare = 0.55
	// nearProblems is how many problems of a paste are compared.
	nearProblems = 8
	// cutShare is the part of a template that must be there where the paste
	// ends or begins in the middle of it.
	cutShare = 0.6
	// cutLiteral is how much of a template must be left there, letter by letter.
	cutLiteral = 14
)

// nearIndex finds templates in error lines that differ in a few characters:
// by a typo, a changed word, a cut at the end of the paste.
type nearIndex struct {
	entries   []*kb.Entry
	templates []nearTemplate
	byGram    map[[3]byte][]int32 // templates that hold a group of three
}

type nearTemplate struct {
	entry, signature int
	pattern          []byte // literals, with anyText for each variable
	literal, grams   int
	words            condition
	head             []byte // first literal
}

// anyText stands in a pattern for text of any length. Squeezed text never
// holds it: cleaning takes control characters out.
const anyText = 0

func newNearIndex(entries []*kb.Entry) *nearIndex {
	n := &nearIndex{entries: entries, byGram: map[[3]byte][]int32{}}
	for ei, e := range entries {
		for si, s := range e.Signatures {
			if s.Text == "" {
				continue
			}
			t, err := compileTemplate(s.Text)
			if err != nil {
				continue // compileSignatures reports it
			}
			nt := nearTemplate{entry: ei, signature: si, literal: t.literal, words: condition{newChoices(s.With), newChoices(s.Without)},
				head: t.parts[0].literal}
			grams := map[[3]byte]bool{}
			for _, p := range t.parts {
				if p.literal == nil {
					nt.pattern = append(nt.pattern, anyText)
					continue
				}
				nt.pattern = append(nt.pattern, p.literal...)
				addGrams(grams, p.literal)
			}
			if nt.grams = len(grams); t.literal < nearLiteral {
				grams = nil // too short to be compared with errors
			}
			for g := range grams {
				n.byGram[g] = append(n.byGram[g], int32(len(n.templates)))
			}
			n.templates = append(n.templates, nt)
		}
	}
	return n
}

func addGrams(set map[[3]byte]bool, b []byte) {
	for i := 0; i+3 <= len(b); i++ {
		set[[3]byte(b[i:i+3])] = true
	}
}

// findCut adds every entry with a template that the end of the paste breaks
// off: what is left of it stands there letter by letter.
func (n *nearIndex) findCut(v *view, cands *candidates) {
	for i := range n.templates {
		t := &n.templates[i]
		if cands.wants(t.entry, t.signature) && cutOff(v.squeezed, t.head) && t.words.holds(v) {
			cands.add(t.entry, Signal{"near", n.entries[t.entry].Signatures[t.signature].Text, pointsNear}, len(v.match)-1)
		}
	}
}

// cutOff tells whether text ends with most of the literal, but not all of it.
func cutOff(text, literal []byte) bool {
	for k := len(literal) - 1; k >= cutLiteral && float64(k) >= cutShare*float64(len(literal)); k-- {
		if bytes.HasSuffix(text, literal[:k]) {
			return true
		}
	}
	return false
}

// find adds every entry a template of which is nearly in an error line.
func (n *nearIndex) find(v *view, problems []Problem, cands *candidates) {
	shared := make([]int, len(n.templates))
	for _, p := range problems[:min(nearProblems, len(problems))] {
		line := squeeze(p.Message[:min(len(p.Message), maxMessage)])
		grams := map[[3]byte]bool{}
		addGrams(grams, line)
		clear(shared)
		for g := range grams {
			for _, t := range n.byGram[g] {
				shared[t]++
			}
		}
		last := p.line >= len(v.match)-1
		for i, t := range n.templates {
			enough := nearShare * float64(t.grams)
			if last {
				enough *= cutShare
			}
			if float64(shared[i]) < enough || !cands.wants(t.entry, t.signature) || !nearly(t, line, last) {
				continue
			}
			if t.words.holds(v) {
				cands.add(t.entry, Signal{"near", n.entries[t.entry].Signatures[t.signature].Text, pointsNear}, p.line)
			}
		}
	}
}

// nearly tells whether the template stands in the line with at most one
// character in nearErrors inserted, left out or changed. If the line ends
// the paste, the template may be cut off there. It is the classic search for
// a pattern with errors, a row for each character of the pattern.
func nearly(t nearTemplate, line []byte, last bool) bool {
	above, row := make([]int, len(line)+1), make([]int, len(line)+1)
	literal := 0
	for _, c := range t.pattern {
		if c == anyText {
			copy(row, above)
			for j := 1; j <= len(line); j++ {
				row[j] = min(row[j], row[j-1])
			}
		} else {
			literal++
			row[0] = above[0] + 1
			for j := 1; j <= len(line); j++ {
				cost := 1
				if line[j-1] == c {
					cost = 0
				}
				row[j] = min(above[j-1]+cost, above[j]+1, row[j-1]+1)
			}
		}
		// The cut is where the last character of the line is one of the
		// template's own: a variable must not swallow the rest of the line.
		if last && len(line) > 0 && line[len(line)-1] == c && literal >= nearLiteral && float64(literal) >= cutShare*float64(t.literal) && row[len(line)]*nearErrors <= literal {
			return true
		}
		above, row = row, above
	}
	for _, errors := range above {
		if errors*nearErrors <= literal {
			return true
		}
	}
	return false
}
