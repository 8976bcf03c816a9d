package search

import (
	"bytes"
	"slices"
	"strings"

	"github.com/milvus-medic/medic/kb"
)

const (
	// cutLiteral is how much of a template must be left, letter by letter,
	// where the paste ends or begins in the middle of it, and cutShare is the
	// part of the template which that must be.
	cutLiteral = 14
	cutShare   = 0.6
	// longLiteral is enough for a smaller part, if the cut goes through a
	// word, as it hardly ever does in text that is whole, and if no other
	// entry's template begins or ends like that; for a surer match, if it is
	// cutShare; and where the cut goes between two words, if it is
	// betweenShare, as other texts may end there.
	longLiteral  = 20
	longShare    = 0.45
	betweenShare = 0.75
	// shortLiteral is enough in a word of a paste that is about Milvus, and
	// so is knownShare.
	shortLiteral = 10
	knownShare   = 0.3
	// cutWindow is how much squeezed text at either end is looked at.
	cutWindow = 400
	// cutVariable is how much of a variable may stand between the last
	// literal and the cut, and variableShare what must be there of a template
	// that is cut there.
	cutVariable   = 40
	variableShare = 0.75
	// minEnding is how much of a literal must stand at the cut to end the
	// variable before it.
	minEnding = 4
	// cutKey is how many bytes of a template are looked up.
	cutKey = 8
)

// cutIndex finds templates that the end or the start of a paste breaks off,
// as happens when it was selected by hand or trimmed to a limit: what is left
// stands there letter by letter up to the cut.
type cutIndex struct {
	entries   []*kb.Entry
	templates []template
	// Templates by the first bytes of their first literal of cutKey bytes,
	// and, written backwards, by those of their last.
	heads, tails map[[cutKey]byte][]cutTemplate
}

// cutTemplate is a template as it is read towards the cut.
type cutTemplate struct {
	template int
	before   []cutPart // what stands before parts, from there on back
	parts    []cutPart
}

// cutPart is a literal with, for each of its bytes, whether a word of the
// template goes on across its start; or a variable.
type cutPart struct {
	literal []byte
	inWord  []bool
}

func newCutIndex(s *signatures) *cutIndex {
	x := &cutIndex{entries: s.entries, templates: s.templates,
		heads: map[[cutKey]byte][]cutTemplate{}, tails: map[[cutKey]byte][]cutTemplate{}}
	for i, t := range s.templates {
		parsed, err := kb.ParseTemplate(s.entries[t.entry].Signatures[t.signature].Text)
		if err != nil {
			continue // compileSignatures has reported it
		}
		forwards, backwards := make([]cutPart, len(parsed)), make([]cutPart, len(parsed))
		for j, p := range parsed {
			forwards[j] = newCutPart(p.Literal)
			backwards[len(parsed)-1-j] = forwards[j].reversed()
		}
		addCut(x.heads, i, forwards)
		addCut(x.tails, i, backwards)
	}
	return x
}

func newCutPart(text string) cutPart {
	var p cutPart
	for i := 0; i < len(text); {
		was := len(p.literal)
		dst, read := squeezeFew(p.literal, text[i:], 1)
		for range len(dst) - was {
			p.inWord = append(p.inWord, i > 0 && isWordByte(text[i-1]) && isWordByte(text[i]))
		}
		p.literal, i = dst, i+read
	}
	return p
}

func (p cutPart) reversed() cutPart {
	r := cutPart{literal: reversed(p.literal)}
	if len(p.inWord) > 0 {
		// The start of one byte is the end of the one before.
		r.inWord = append([]bool{false}, p.inWord[1:]...)
		slices.Reverse(r.inWord[1:])
	}
	return r
}

func addCut(to map[[cutKey]byte][]cutTemplate, template int, parts []cutPart) {
	for i, p := range parts {
		if len(p.literal) >= cutKey {
			before := make([]cutPart, 0, i)
			for _, q := range slices.Backward(parts[:i]) {
				before = append(before, q.reversed())
			}
			key := [cutKey]byte(p.literal)
			to[key] = append(to[key], cutTemplate{template, before, parts[i:]})
			return
		}
	}
}

// reversed returns a copy of b backwards, nil for nil.
func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// find adds the entries whose templates the paste breaks off.
func (x *cutIndex) find(v *view, cands *candidates) {
	text := v.squeezed
	// Dots are what people and programs put where they cut.
	end := len(bytes.TrimRight(text, ".…"))
	start := len(text) - len(bytes.TrimLeft(text, ".…"))
	from, to := max(0, end-cutWindow), min(len(text), start+cutWindow)
	heads := slices.DeleteFunc(x.cutAt(x.heads, text[from:max(from, end)]), func(b broken) bool { return v.inWord(from + b.at) })
	tails := slices.DeleteFunc(x.cutAt(x.tails, reversed(text[min(start, to):to])), func(b broken) bool { return v.inWord(to - b.at) })
	for i := range heads {
		heads[i].ends = true
	}
	x.add(v, heads, len(v.match)-1, cands)
	x.add(v, tails, 0, cands)
}

// broken is a template that an end of a text breaks off.
type broken struct {
	template int
	literal  int      // how much of its literals is there
	at       int      // where in the text the first long one stands
	where    cutPlace // where it is broken off
	ends     bool     // by the end of the paste, not by its start
}

// cutPlace is where a template is broken off.
type cutPlace int

const (
	cutNowhere  cutPlace = iota // it is not
	cutBetween                  // between two words
	cutInWord                   // in the middle of a word
	cutVariably                 // in a variable
)

// cutAt returns the templates of which the text breaks off the longest part.
func (x *cutIndex) cutAt(templates map[[cutKey]byte][]cutTemplate, text []byte) (longest []broken) {
	most := shortLiteral
	for i := 0; i+cutKey <= len(text); i++ {
		for _, t := range templates[[cutKey]byte(text[i:])] {
			literal, where := brokenOff(t.parts, text[i:])
			if where == cutNowhere {
				continue
			}
			if literal += wholeBefore(t.before, text[:i]); literal < most {
				continue
			}
			if literal > most {
				most, longest = literal, nil
			}
			longest = append(longest, broken{template: t.template, literal: literal, at: i, where: where})
		}
	}
	return longest
}

// brokenOff tells where the end of the text breaks the template off, and how
// much of its literals it holds.
func brokenOff(parts []cutPart, text []byte) (literal int, where cutPlace) {
	for i, p := range parts {
		lit := p.literal
		if len(lit) == 0 {
			continue
		}
		if i > 0 && len(parts[i-1].literal) == 0 {
			skip := bytes.Index(text[:min(len(text), maxVariable+len(lit))], lit)
			if skip < 0 {
				return brokenVariable(p, text, literal)
			}
			text = text[skip:]
		}
		if len(text) < len(lit) && bytes.HasPrefix(lit, text) {
			return literal + len(text), p.placeAt(len(text))
		}
		if !bytes.HasPrefix(text, lit) {
			return 0, cutNowhere
		}
		literal += len(lit)
		text = text[len(lit):]
	}
	return 0, cutNowhere
}

// brokenVariable is brokenOff where the rest of the text is a variable, with
// or without the beginning of the literal that ends it.
func brokenVariable(p cutPart, text []byte, literal int) (int, cutPlace) {
	n := endsWithin(text, p.literal)
	variable := text[:len(text)-n]
	switch {
	case len(variable) > maxVariable:
		return 0, cutNowhere
	case n >= minEnding:
		return literal + n, p.placeAt(n)
	case len(variable) > cutVariable || bytes.IndexByte(variable, p.literal[0]) >= 0:
		// What the template goes on with would have ended the variable.
		return 0, cutNowhere
	case len(variable) > 0 && bytes.IndexByte([]byte(")]}>([{<"), variable[len(variable)-1]) >= 0:
		return 0, cutNowhere // a whole text ends like that
	}
	return literal + n, cutVariably
}

// placeAt returns what a cut at byte n of the literal goes through.
func (p cutPart) placeAt(n int) cutPlace {
	if p.inWord[n] {
		return cutInWord
	}
	return cutBetween
}

// wholeBefore returns how much literal text of the parts stands at the end of
// the text, where they do so in full.
func wholeBefore(before []cutPart, text []byte) (literal int) {
	if len(before) == 0 {
		return 0
	}
	text = reversed(text)
	for i, p := range before {
		if len(p.literal) == 0 {
			continue
		}
		skip := 0
		if i > 0 && len(before[i-1].literal) == 0 {
			skip = max(0, bytes.Index(text[:min(len(text), maxVariable+len(p.literal))], p.literal))
		}
		if text = text[skip:]; !bytes.HasPrefix(text, p.literal) {
			return literal
		}
		literal += len(p.literal)
		text = text[len(p.literal):]
	}
	return literal
}

// endsWithin returns how much of the literal's start the text ends with.
func endsWithin(text, lit []byte) int {
	for n := min(len(lit)-1, len(text)); n > 0; n-- {
		if bytes.HasSuffix(text, lit[:n]) {
			return n
		}
	}
	return 0
}

// add adds the entry that what is left of a template stands for. Where that
// is how templates of several entries begin, it has to be most of one.
func (x *cutIndex) add(v *view, found []broken, line int, cands *candidates) {
	most := 0.0
	owner := map[int]broken{}
	share := func(b broken) float64 { return float64(b.literal) / float64(x.templates[b.template].literal) }
	for _, b := range found {
		t := &x.templates[b.template]
		if !t.words.holds(v) {
			continue
		}
		if had, ok := owner[t.entry]; !ok || share(b) > share(had) {
			owner[t.entry] = b
		}
		most = max(most, share(b))
	}
	for entry, b := range owner {
		t := &x.templates[b.template]
		if share(b) == most && b.enough(share(b), len(owner) == 1, v.has(aboutMilvus), unclosed(v.match[line], b.ends)) && cands.wants(entry, t.signature) {
			sure := b.where == cutInWord && b.literal >= longLiteral && share(b) >= cutShare
			cands.addCut(entry, t.signature, line, b.literal, sure)
		}
	}
}

// aboutMilvus is what a paste about Milvus holds.
var aboutMilvus = newChoice("@milvus")

// enough tells whether what is left of a template, this share of it, stands
// for its entry; unique where it could be no other entry's, known where the
// paste is about Milvus, open where a bracket shows that the line is cut.
func (b broken) enough(share float64, unique, known, open bool) bool {
	if open && unique && (known && b.literal >= shortLiteral && share >= knownShare || b.literal >= cutLiteral && share >= longShare) {
		return true
	}
	switch b.where {
	case cutVariably:
		return b.literal >= cutLiteral && share >= variableShare
	case cutBetween:
		return b.literal >= longLiteral && share >= betweenShare ||
			// Where a text begins is its writer's choice more often than where it ends.
			b.ends && unique && known && b.literal >= shortLiteral && share >= cutShare
	case cutInWord:
		return unique && (b.literal >= longLiteral && share >= longShare || known && b.literal >= cutLiteral && share >= knownShare) ||
			b.literal >= cutLiteral && share >= cutShare ||
			known && b.literal >= shortLiteral && share >= cutShare
	}
	return false
}

// unclosed tells whether a line has a bracket whose other half was cut off at
// its end, or at its start.
func unclosed(line string, end bool) bool {
	open, closed := "([{", ")]}"
	for i := range open {
		n := strings.Count(line, open[i:i+1]) - strings.Count(line, closed[i:i+1])
		if end && n > 0 || !end && n < 0 {
			return true
		}
	}
	return false
}
