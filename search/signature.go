package search

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

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
	symptoms  []symptom // those of one entry stand together
}

// condition is what a signature asks of the paste beside its text.
type condition struct{ with, without []choice }

// newCondition returns nil for a signature that asks for nothing.
func newCondition(sig kb.Signature, words *vocabulary) *condition {
	if len(sig.With)+len(sig.Without) == 0 {
		return nil
	}
	return &condition{words.choicesOf(sig.With), words.choicesOf(sig.Without)}
}

type factRef struct {
	entry, signature int
	words            *condition
}

// symptom is one symptom of an entry: all of its choices must hold.
type symptom struct {
	entry   int
	choices []choice
}

// template is one compiled text signature.
type template struct {
	entry, signature int
	words            *condition
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
	words := newVocabulary()
	var anchors [][]byte
	for ei, e := range entries {
		for _, choices := range e.Symptoms {
			s.symptoms = append(s.symptoms, symptom{ei, words.choicesOf(choices)})
		}
		for si, sig := range e.Signatures {
			if sig.Fact != "" {
				s.facts[sig.Fact] = append(s.facts[sig.Fact], factRef{ei, si, newCondition(sig, words)})
				continue
			}
			t, err := compileTemplate(sig.Text)
			if err != nil {
				return nil, fmt.Errorf("search: entry %s: signature %d: %w", e.ID, si+1, err)
			}
			t.entry, t.signature, t.words = ei, si, newCondition(sig, words)
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

// firing is a template that matched, and where in the squeezed paste its
// first match begins and ends.
type firing struct{ template, from, to int }

// find adds to the candidates every entry with a signature that fires, in
// the order in which the paste holds them.
func (s *signatures) find(v *view, facts []fact) *candidates {
	cands := newCandidates(s.entries)
	var fired, withheld []firing
	again := map[int]int{} // further occurrences of templates that need no look any more
	s.scan.scan(v.squeezed, func(literal, at int) {
		if n, ok := again[literal]; ok {
			again[literal] = n + 1
			return
		}
		t := &s.templates[literal]
		from, to, ok := t.match(v.squeezed, at)
		if !ok {
			return
		}
		again[literal] = 0 // what words the paste has does not depend on the place
		if t.words.holds(v) {
			fired = append(fired, firing{literal, from, to})
		} else if t.words.mayHold(v) {
			withheld = append(withheld, firing{literal, from, to})
		}
	})
	slices.SortFunc(fired, func(a, b firing) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.template, b.template))
	})
	doubts := s.doubtful(v, fired, withheld)
	for i, f := range fired {
		t := &s.templates[f.template]
		cands.addSignature(t.entry, t.signature, v.lineAt(f.from), t.literal, doubts != nil && doubts[i])
		for range again[f.template] {
			cands.count(t.entry)
		}
	}
	for _, f := range facts {
		for _, ref := range s.facts[f.name] {
			if ref.words.holds(v) {
				cands.addFact(ref.entry, ref.signature, f)
			}
		}
	}
	return cands
}

// holds tells whether the paste has what the condition asks for; no condition
// always holds.
func (c *condition) holds(v *view) bool {
	if c == nil {
		return true
	}
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
	last := -1
	for _, sy := range s.symptoms {
		if sy.entry != last && !slices.ContainsFunc(sy.choices, func(c choice) bool { return !v.has(c) }) {
			cands.addSymptom(sy.entry)
			last = sy.entry
		}
	}
}
