package search

import (
	"slices"

	"github.com/milvus-medic/medic/kb"
)

// The weights of the evidence and the marks at which a grade begins. A grade
// is decided by the strongest of signature, fact, symptom, near match and
// words alone (the base); what follows only orders hits of one grade, and
// cannot lift a hit over a mark: its sum stays below the gap between them.
const (
	pointsSignature = 1000 // a reviewed template matched
	pointsFact      = 1000 // a reviewed fact holds
	pointsDoubt     = 820  // the same, where a cut may have taken what tells it from another problem
	pointsWeak      = 650  // the same, of a signature marked at_most: likely
	pointsCut       = 650  // most of a reviewed template, which the paste breaks off in a word
	pointsSymptom   = 270  // all word choices stand in the paste; less than any error text
	pointsNear      = 450  // an error line holds nearly a template
	pointsWords     = 80   // shares rare words

	markCertain = 1000
	markLikely  = 270
	markRelated = 80

	// Tie-breakers, at most 175 together. How badly the line was meant counts
	// for more than how long the matched text is.
	pointsLiteral  = 40 // for a long template, one point each 2 characters
	pointsSeverity = 50 // a step of severity of the line that matched: error 50, fatal 100
	pointsCode     = 15 // the paste prints one of the entry's codes
	pointsAgain    = 5  // each further signature of the same entry, up to 4
)

// candidate is what speaks for one entry.
type candidate struct {
	base    int // the strongest single piece of evidence
	why     []Signal
	literal int // squeezed length of the longest template matched
	line    int // of the strongest evidence, -1 if it has none
	fired   []int
	count   int // occurrences of signatures beyond the first
	doc     *kb.Doc
}

// candidates are the entries and sections that something speaks for.
type candidates struct {
	entries  []*kb.Entry
	byEntry  map[int]*candidate
	sections []candidate // documentation, by words only
}

func newCandidates(entries []*kb.Entry) *candidates {
	return &candidates{entries: entries, byEntry: map[int]*candidate{}}
}

// fire notes that a signature has matched.
func (c *candidate) fire(signature int) {
	if !slices.Contains(c.fired, signature) {
		c.fired = append(c.fired, signature)
	}
}

func (c *candidates) of(entry int) *candidate {
	got := c.byEntry[entry]
	if got == nil {
		got = &candidate{line: -1}
		c.byEntry[entry] = got
	}
	return got
}

// wants tells whether a match of this signature would be news.
func (c *candidates) wants(entry, signature int) bool {
	got := c.byEntry[entry]
	return got == nil || !slices.Contains(got.fired, signature)
}

func (c *candidates) count(entry int) { c.byEntry[entry].count++ }

func (c *candidates) add(entry int, s Signal, line int) {
	got := c.of(entry)
	if s.Points > got.base || s.Points == got.base && got.line < 0 {
		got.base, got.line = s.Points, line
	}
	got.why = append(got.why, s)
}

// addSignature adds a template that stands in the paste in full; doubtful
// tells whether a cut may have taken what tells its problem from another.
func (c *candidates) addSignature(entry, signature, line, literal int, doubtful bool) {
	sig := c.entries[entry].Signatures[signature]
	points := pointsSignature
	switch {
	case sig.AtMost != "":
		points = pointsWeak
	case doubtful:
		points = pointsDoubt
	}
	c.add(entry, Signal{"signature", sig.Text, points}, line)
	got := c.of(entry)
	got.fire(signature)
	got.literal = max(got.literal, literal)
}

// addCut adds a template of which the paste holds the first or the last part;
// sure tells whether that is most of it, and cut off beyond doubt.
func (c *candidates) addCut(entry, signature, line, literal int, sure bool) {
	sig := c.entries[entry].Signatures[signature]
	points := pointsNear
	if sure && sig.AtMost == "" {
		points = pointsCut
	}
	c.add(entry, Signal{"cut", sig.Text, points}, line)
	got := c.of(entry)
	got.literal = max(got.literal, literal)
}

func (c *candidates) addFact(entry, signature int, f fact) {
	sig := c.entries[entry].Signatures[signature]
	points := pointsFact
	if sig.AtMost != "" {
		points = pointsWeak
	}
	if c.wants(entry, signature) {
		c.add(entry, Signal{"fact", f.name, points}, f.line)
		c.of(entry).fire(signature)
	}
}

func (c *candidates) addSymptom(entry int) {
	c.add(entry, Signal{"symptom", c.entries[entry].Title, pointsSymptom}, -1)
}

// certain tells whether any entry has evidence for Certain.
func (c *candidates) certain() bool {
	for _, got := range c.byEntry {
		if got.base >= markCertain {
			return true
		}
	}
	return false
}

// likely tells whether any entry has evidence for Likely or better.
func (c *candidates) likely() bool {
	for _, got := range c.byEntry {
		if got.base >= markLikely {
			return true
		}
	}
	return false
}

// rank turns candidates into hits: graded, root cause first, cut off.
func (x *Index) rank(v *view, found extraction, cands *candidates) []Hit {
	hits := decide(x.evidence(v, found, cands))
	if len(hits) > 0 && hits[0].Grade > Related {
		// Beside an answer, words alone are noise.
		hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Grade == Related })
	}
	hits = x.causes.rootFirst(hits)
	return hits[:min(len(hits), MaxHits)]
}

// evidence makes a hit of every candidate, with all its signals.
func (x *Index) evidence(v *view, found extraction, cands *candidates) []Hit {
	var hits []Hit
	for ei, got := range cands.byEntry {
		hits = append(hits, hit(v, found, x.entries[ei], got))
	}
	for i := range cands.sections {
		got := &cands.sections[i]
		hits = append(hits, Hit{Doc: *got.doc, Why: got.why, first: len(v.lines)})
	}
	return hits
}

// hit adds what the paste says beside the base evidence.
func hit(v *view, found extraction, e *kb.Entry, got *candidate) Hit {
	h := Hit{Doc: kb.Doc{ID: e.ID, Kind: kb.KindEntry, Lang: "en", Title: e.Title, URL: e.URL("en"), Entry: e}, Why: got.why, first: len(v.lines)}
	extra := func(name, detail string, points int) {
		if points > 0 {
			h.Why = append(h.Why, Signal{name, detail, points})
		}
	}
	if got.line >= 0 {
		h.Line, h.first = v.line(got.line), got.line
		p := problemAt(found.problems, h.Line, got.line)
		h.time = p.Time
		extra("severity", p.Severity.String(), pointsSeverity*int(p.Severity))
	}
	extra("length", "of the matched text", min(pointsLiteral, got.literal/2))
	if code := sharedCode(e, found.problems); code != "" {
		extra("code", code, pointsCode)
	}
	extra("again", "other signatures of the same problem", pointsAgain*min(4, len(got.fired)-1))
	return h
}

// role is what a signal does for the hit that has it.
type role int

const (
	decides role = iota // the strongest of these is the hit's base, which gives its grade
	ranks               // orders hits of one base
	tells               // tells entries apart that explain the same line
)

// signals are all there are, and what each does.
var signals = map[string]role{
	"signature": decides, "fact": decides, "symptom": decides, "cut": decides, "near": decides, "words": decides, "meaning": decides,
	"severity": ranks,
	"length":   tells, "code": tells, "again": tells,
}

// decide grades hits by their signals, drops those without a grade and puts
// the others in order. It looks at nothing but the signals, the time and the
// place of a hit.
func decide(hits []Hit) []Hit {
	var kept []Hit
	for _, h := range hits {
		h.base, h.minor = 0, 0
		severity := 0
		for _, s := range h.Why {
			switch signals[s.Name] {
			case decides:
				h.base = max(h.base, s.Points)
			case ranks:
				severity += s.Points
			case tells:
				h.minor += s.Points
			}
		}
		h.score = h.base + severity + h.minor
		switch {
		case h.base >= markCertain:
			h.Grade = Certain
		case h.base >= markLikely:
			h.Grade = Likely
		case h.base >= markRelated:
			h.Grade = Related
		default:
			continue
		}
		kept = append(kept, h)
	}
	sortHits(kept)
	return kept
}

// problemAt returns the problem found on a line, or one that says nothing.
func problemAt(problems []Problem, text string, line int) Problem {
	for _, p := range problems {
		if p.line == line || p.Text != "" && p.Text == text {
			return p
		}
	}
	return Problem{}
}
