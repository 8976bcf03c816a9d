package search

import (
	"bytes"
	"fmt"

	"github.com/milvus-medic/medic/kb"
)

// maxVariable is how much squeezed text a variable of a template stands for.
const maxVariable = 200

// signatures are all templates, facts and symptoms of the entries, compiled.
type signatures struct {
	entries   []*kb.Entry
	templates []template
	scan      *scanner
	facts     map[string][]factRef
	words     [][]condition // of each signature of each entry
	symptoms  [][][]choice  // of each entry: all choices of one symptom must hold
}

// condition is what a signature asks of the paste beside its text.
type condition struct{ with, without []choice }

type factRef struct{ entry, signature int }

// template is one compiled text signature.
type template struct {
	entry, signature int
	parts            []part // literals and variables, squeezed
	anchor           int    // index of the part that the scanner looks for
	literal          int    // bytes of literal text, squeezed
}

type part struct {
	literal []byte // nil for a variable
	digits  bool
}

func compileSignatures(entries []*kb.Entry) (*signatures, error) {
	s := &signatures{entries: entries, facts: map[string][]factRef{}}
	var anchors [][]byte
	for ei, e := range entries {
		var words []condition
		for _, sig := range e.Signatures {
			words = append(words, condition{newChoices(sig.With), newChoices(sig.Without)})
		}
		s.words = append(s.words, words)
		var symptoms [][]choice
		for _, symptom := range e.Symptoms {
			symptoms = append(symptoms, newChoices(symptom))
		}
		s.symptoms = append(s.symptoms, symptoms)
		for si, sig := range e.Signatures {
			if sig.Fact != "" {
				s.facts[sig.Fact] = append(s.facts[sig.Fact], factRef{ei, si})
				continue
			}
			t, err := compileTemplate(sig.Text)
			if err != nil {
				return nil, fmt.Errorf("search: entry %s: signature %d: %w", e.ID, si+1, err)
			}
			t.entry, t.signature = ei, si
			s.templates = append(s.templates, t)
			anchors = append(anchors, t.parts[t.anchor].literal)
		}
	}
	s.scan = newScanner(anchors)
	return s, nil
}

func compileTemplate(text string) (template, error) {
	var t template
	parsed, err := kb.ParseTemplate(text)
	if err != nil {
		return t, err
	}
	for _, p := range parsed {
		if p.Name != "" {
			t.parts = append(t.parts, part{digits: p.Int})
			continue
		}
		lit := squeeze(p.Literal)
		if len(lit) == 0 {
			continue // white space between two variables
		}
		if len(t.parts) == 0 || len(lit) > len(t.parts[t.anchor].literal) {
			t.anchor = len(t.parts)
		}
		t.parts = append(t.parts, part{literal: lit})
		t.literal += len(lit)
	}
	if len(t.parts) == 0 || len(t.parts[t.anchor].literal) < minAnchor {
		return t, fmt.Errorf("template %q has no literal part of %d characters without spaces and quotes", text, minAnchor)
	}
	return t, nil
}

// match tells whether the template stands around its anchor found at, and
// returns where the whole of it begins and ends.
func (t *template) match(text []byte, at int) (from, to int, ok bool) {
	to = at + len(t.parts[t.anchor].literal)
	for i := t.anchor + 1; i < len(t.parts); {
		vars, next := t.variables(i, +1)
		if next < 0 {
			return 0, 0, false // cannot be: templates end with literals
		}
		lit := t.parts[next].literal
		n := t.gap(text[to:], lit, vars, bytes.Index, true)
		if n < 0 {
			return 0, 0, false
		}
		to += n + len(lit)
		i = next + 1
	}
	from = at
	for i := t.anchor - 1; i >= 0; {
		vars, next := t.variables(i, -1)
		if next < 0 {
			return 0, 0, false
		}
		lit := t.parts[next].literal
		n := t.gap(text[:from], lit, vars, bytes.LastIndex, false)
		if n < 0 {
			return 0, 0, false
		}
		from -= n + len(lit)
		i = next - 1
	}
	return from, to, true
}

// variables returns the kind of the variables from part i on in direction
// dir, and the index of the literal behind them.
func (t *template) variables(i, dir int) (digits bool, next int) {
	digits = true
	for ; i >= 0 && i < len(t.parts); i += dir {
		if t.parts[i].literal != nil {
			return digits, i
		}
		digits = digits && t.parts[i].digits
	}
	return false, -1
}

// gap returns how much text the variable takes before lit is met, or -1.
func (t *template) gap(text, lit []byte, digits bool, index func(s, sep []byte) int, forward bool) int {
	most := min(len(text), maxVariable+len(lit))
	if forward {
		text = text[:most]
	} else {
		text = text[len(text)-most:]
	}
	n := index(text, lit)
	if n < 0 {
		return -1
	}
	between := text[:n]
	if !forward {
		between = text[n+len(lit):]
	}
	if digits && !isNumber(between) {
		return -1
	}
	return len(between)
}

func isNumber(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// find adds to the candidates every entry with a signature that fires.
func (s *signatures) find(v *view, facts []fact) *candidates {
	cands := newCandidates(s.entries)
	s.scan.scan(v.squeezed, func(literal, at int) {
		t := &s.templates[literal]
		if !cands.wants(t.entry, t.signature) {
			cands.count(t.entry)
			return
		}
		from, _, ok := t.match(v.squeezed, at)
		if !ok || !s.words[t.entry][t.signature].holds(v) {
			return
		}
		line := v.lineAt(at)
		if t.anchor > 0 {
			line = v.lineAt(from)
		}
		cands.addSignature(t.entry, t.signature, line, t.literal)
	})
	for _, f := range facts {
		for _, ref := range s.facts[f.name] {
			if s.words[ref.entry][ref.signature].holds(v) {
				cands.addFact(ref.entry, ref.signature, f)
			}
		}
	}
	return cands
}

// holds tells whether the paste has what the condition asks for.
func (c condition) holds(v *view) bool {
	for _, words := range c.with {
		if !v.has(words) {
			return false
		}
	}
	for _, words := range c.without {
		if v.has(words) {
			return false
		}
	}
	return true
}

// findSymptoms adds every entry all of whose word choices stand in the paste.
func (s *signatures) findSymptoms(v *view, cands *candidates) {
	for ei, symptoms := range s.symptoms {
		for _, symptom := range symptoms {
			if (condition{with: symptom}).holds(v) {
				cands.addSymptom(ei)
				break
			}
		}
	}
}
