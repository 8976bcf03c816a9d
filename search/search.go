// Package search recognises known problems in what users paste.
//
// The order of evidence, strongest first:
//
//  1. Signatures: reviewed templates of error texts, and facts read from pod
//     tables and the like. They work on the squeezed paste (see squeeze), so
//     that wrapping, quoting and escaping do not hide an error.
//  2. Symptoms: reviewed word choices for problems without an error text.
//  3. Cut templates: what is left of one at the very end or start of a paste
//     (see cut.go). Near matches: an error line that differs from a template
//     in a few characters (see near.go).
//  4. Full text over entries and documentation, by the rarest words of the
//     problems found, and, where a model for it is set, nearness in meaning
//     (see dense.go). Never more than Related.
//
// Error codes, component and severity add to what was found and decide
// nothing alone. The weights of all this stand in rank.go; callers see a
// Grade and the reasons, never a number to compare.
package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// MaxHits is how many answers a Verdict holds at most.
const MaxHits = 3

// Index answers pastes from a fixed set of entries and documentation
// sections. It is safe for concurrent use; close it to free the text index.
type Index struct {
	entries []*kb.Entry
	byID    map[string]*kb.Entry
	sigs    *signatures
	causes  causeGraph

	gate     *gate
	textOnce sync.Once
	textErr  error
	text     *textIndex
	docs     *Docs // may be nil
	cuts     *cutIndex
	dense    *dense // nil: nothing is found by meaning
}

// New builds an index over the entries and, unless docs is nil, over the
// documentation, which it closes with itself. It fails on an entry whose
// template cannot be used; docs are the caller's to close then.
func New(entries []*kb.Entry, docs *Docs) (*Index, error) {
	x := &Index{entries: entries, byID: map[string]*kb.Entry{}, docs: docs, gate: newGate()}
	for _, e := range entries {
		if x.byID[e.ID] != nil {
			return nil, fmt.Errorf("search: entry %q is given twice", e.ID)
		}
		x.byID[e.ID] = e
	}
	var err error
	if x.sigs, err = compileSignatures(entries); err != nil {
		return nil, err
	}
	x.causes = newCauseGraph(entries)
	return x, nil
}

// Warm builds the text index of the entries now instead of at the first paste
// that no signature decides. It takes some 50 ms, once.
func (x *Index) Warm() error {
	x.textOnce.Do(func() {
		x.cuts = newCutIndex(x.sigs)
		x.text, x.textErr = newTextIndex(x.sigs, x.docs)
	})
	return x.textErr
}

// Close frees the text index and the documentation. It waits for a Warm at
// work; Find must not be called after it.
func (x *Index) Close() error {
	x.textOnce.Do(func() { x.textErr = errClosed })
	var err error
	if x.text != nil {
		err = x.text.close()
	}
	if x.docs != nil {
		err = errors.Join(err, x.docs.Close())
	}
	return err
}

var errClosed = errors.New("search: the index is closed")

// Entries returns all entries, sorted by id.
func (x *Index) Entries() []*kb.Entry { return x.entries }

// Entry returns the entry with this id, or nil.
func (x *Index) Entry(id string) *kb.Entry { return x.byID[id] }

// Find returns what is known about the paste. A paste about which nothing is
// known gives a Verdict without hits and no error; an error means that the
// text index failed, that ctx ended, or that too many callers wait (ErrBusy).
func (x *Index) Find(ctx context.Context, p paste.Paste) (Verdict, error) {
	view, found, cands, err := x.read(ctx, p)
	v := Verdict{Problems: found.problems, Env: found.env}
	if err != nil {
		return v, err
	}
	// Others have the place in the gate meanwhile: this only waits.
	if err := x.addMeaning(ctx, view, found, cands); err != nil {
		return v, err
	}
	v.Hits = x.rank(view, found, cands)
	return v, ctx.Err()
}

// read is the part of Find that the gate keeps: it works without a pause.
func (x *Index) read(ctx context.Context, p paste.Paste) (*view, extraction, *candidates, error) {
	leave, err := x.gate.enter(ctx)
	if err != nil {
		return nil, extraction{}, nil, err
	}
	defer leave()
	view := newView(p)
	found := extract(view)
	cands, err := x.candidates(ctx, view, found)
	return view, found, cands, err
}

// candidates collects what speaks for an entry or a section. Cut templates,
// near matches and words are looked for only where nothing is certain.
func (x *Index) candidates(ctx context.Context, v *view, found extraction) (*candidates, error) {
	cands := x.sigs.find(v, found.facts)
	x.sigs.findSymptoms(v, cands)
	if cands.certain() {
		return cands, nil
	}
	if err := x.Warm(); err != nil {
		return nil, err
	}
	x.cuts.find(v, cands)
	return cands, x.text.find(ctx, v, found.problems, cands)
}

// Grade says how sure a hit is.
type Grade int

// The grades, weakest first. Callers branch on them.
const (
	None    Grade = iota // nothing known
	Related              // shares rare words; worth a link when asked
	Likely               // fits well, but another cause could print the same
	Certain              // a reviewed signature matched
)

// String returns the grade's name in lower case: "none", "related", "likely"
// or "certain".
func (g Grade) String() string {
	return [...]string{"none", "related", "likely", "certain"}[g]
}

// MarshalText returns String.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// Verdict is what is known about one paste.
type Verdict struct {
	Problems []Problem   `json:"problems"`
	Hits     []Hit       `json:"hits"` // at most MaxHits, best first
	Env      Environment `json:"environment"`
}

// Grade returns the grade of the best hit, or None.
func (v Verdict) Grade() Grade {
	if len(v.Hits) == 0 {
		return None
	}
	return v.Hits[0].Grade
}

// Hit is one answer with the reasons for it.
type Hit struct {
	Doc   kb.Doc
	Grade Grade
	Why   []Signal
	// Line is the user's own line that matched; empty for hits by words only.
	Line string
	// FollowsFrom is the id of a hit above this one that brings it about.
	FollowsFrom string
	base        int // points of the strongest evidence
	score       int
	minor       int       // of it, for what says nothing of how bad it is
	first       int       // index of the line of the first match
	time        time.Time // that the line names, zero if it names none
}

// Signal is one reason for a hit.
type Signal struct {
	Name   string // a key of signals, in rank.go
	Detail string // what matched, from the entry, never from the paste
	Points int
}

// String returns "name: detail".
func (s Signal) String() string { return s.Name + ": " + s.Detail }

// sortHits puts hits in their total order: grade, strength and severity, what
// happened earlier if the times of all are known, the rest of the score, which
// tells entries apart that explain the same line, earlier line, id.
func sortHits(hits []Hit) {
	timed := !slices.ContainsFunc(hits, func(h Hit) bool { return h.Grade > Related && h.time.IsZero() })
	slices.SortStableFunc(hits, func(a, b Hit) int {
		earlier := 0
		if timed {
			earlier = a.time.Compare(b.time)
		}
		return cmp.Or(
			cmp.Compare(b.Grade, a.Grade),
			cmp.Compare(b.score-b.minor, a.score-a.minor),
			earlier,
			cmp.Compare(b.minor, a.minor),
			cmp.Compare(a.first, b.first),
			cmp.Compare(a.Doc.ID, b.Doc.ID),
		)
	})
}
