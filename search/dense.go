package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/milvus-medic/medic/kb"
)

// Retriever finds passages that are near a text in meaning, such as
// *model.Dense.
type Retriever interface {
	// Near returns at most k of the passages, the nearest first, each id once.
	Near(ctx context.Context, text string, k int) ([]kb.Doc, error)
}

const (
	// denseHits is how many documents are asked of a Retriever.
	denseHits = 8
	// denseText is how much of a text is asked about: models read the first
	// few hundred words, and a problem that is told is told in them.
	denseText = 1000
	// fusionRank is the k of reciprocal rank fusion, 1/(k+rank). The 60 that is
	// usual suits lists of hundreds; of lists of eight, small differences of
	// rank should count.
	fusionRank = 10
	// wordsShare and denseShare are what the two lists count. Words are for
	// error texts; a problem that is told in prose, or in a language that the
	// entry lacks, shares few with it, and those by chance.
	wordsShare, denseShare = 1, 2
	// DefaultDenseWait is how long an answer waits for a Retriever.
	DefaultDenseWait = 1500 * time.Millisecond
)

// dense is the Retriever of an Index with what it retrieves.
type dense struct {
	Retriever
	entries map[string]int // by id
	places  map[string]sectionPlace
	wait    time.Duration
}

// AddDense lets the index find by meaning what no signature explains: embed is
// given the passages to embed, and what it returns is asked about pastes for
// which there is nothing better than words. What is found so is Related and
// never more. Where the Retriever fails, or takes longer than wait (zero:
// DefaultDenseWait), the answer is the one without it. AddDense must be called
// before the first Find.
func (x *Index) AddDense(embed func(passages []kb.Doc) (Retriever, error), wait time.Duration) error {
	list, places, err := x.passages()
	if err != nil {
		return fmt.Errorf("search: the passages to embed: %w", err)
	}
	r, err := embed(list)
	if err != nil {
		return err
	}
	entries := map[string]int{}
	for i, e := range x.entries {
		entries[e.ID] = i
	}
	x.dense = &dense{r, entries, places, cmp.Or(wait, DefaultDenseWait)}
	return nil
}

// addMeaning adds what is near in meaning, where there is nothing better than
// words, to what shares words: the two lists become one by reciprocal rank
// fusion, and its order that of the points.
func (x *Index) addMeaning(ctx context.Context, v *view, found extraction, cands *candidates) error {
	if x.dense == nil || cands.likely() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, x.dense.wait)
	defer cancel()
	near, err := x.dense.Near(ctx, toldText(v, found.problems), denseHits)
	if err != nil || len(near) == 0 {
		return nil // the model has said so in its log; without it there is an answer too
	}
	lists := relatedIn(cands, x.entries)
	for rank, d := range near {
		at := slices.IndexFunc(lists, func(r related) bool { return r.id == d.ID })
		if at < 0 {
			at = len(lists)
			lists = append(lists, related{id: d.ID})
		}
		lists[at].dense = rank + 1
	}
	slices.SortStableFunc(lists, func(a, b related) int {
		return cmp.Or(cmp.Compare(b.fused(), a.fused()), strings.Compare(a.id, b.id))
	})
	return x.refill(lists, cands)
}

// related is a document that only words or their meaning speak for.
type related struct {
	id           string
	words, dense int // ranks from 1; 0: not in the list
	shared       string
	doc          *kb.Doc // of a section that words found
}

// fused is the score of reciprocal rank fusion.
func (r related) fused() float64 {
	score := 0.0
	if r.words > 0 {
		score += wordsShare / float64(fusionRank+r.words)
	}
	if r.dense > 0 {
		score += denseShare / float64(fusionRank+r.dense)
	}
	return score
}

// relatedIn takes out of the candidates those that only words speak for, the
// best first.
func relatedIn(cands *candidates, entries []*kb.Entry) []related {
	type scored struct {
		related
		points int
	}
	var list []scored
	for i, got := range cands.byEntry {
		if got.base < markLikely {
			list = append(list, scored{related{id: entries[i].ID, shared: got.why[0].Detail}, got.base})
			delete(cands.byEntry, i)
		}
	}
	for _, s := range cands.sections {
		list = append(list, scored{related{id: s.doc.ID, shared: s.why[0].Detail, doc: s.doc}, s.base})
	}
	cands.sections = nil
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.points, a.points), strings.Compare(a.id, b.id))
	})
	out := make([]related, len(list))
	for i, s := range list {
		s.words = i + 1
		out[i] = s.related
	}
	return out
}

// refill makes candidates of a list, its order their points.
func (x *Index) refill(list []related, cands *candidates) error {
	for rank, r := range list[:min(len(list), textHits)] {
		points := pointsWords + textHits - rank
		var why []Signal
		if r.words > 0 {
			why = append(why, Signal{"words", r.shared, points})
		}
		if r.dense > 0 {
			why = append(why, Signal{"meaning", "near in meaning", points})
		}
		if i, ok := x.dense.entries[r.id]; ok {
			for _, s := range why {
				cands.add(i, s, -1)
			}
			continue
		}
		if r.doc == nil {
			place, known := x.dense.places[r.id]
			if !known {
				continue // embedded once, and gone from the documentation since
			}
			d, err := place.lang.section(place.number)
			if err != nil {
				return err
			}
			r.doc = &d
		}
		cands.sections = append(cands.sections, candidate{base: points, why: why, doc: r.doc})
	}
	return nil
}

// toldText is what to ask a Retriever about a paste: what went wrong in its
// worst problem, with what the reader says before the paste begins.
func toldText(v *view, problems []Problem) string {
	if worst := worstFirst(problems); len(worst) > 0 {
		return head(reason(worst[0].Message), denseText)
	}
	return head(strings.TrimSpace(strings.Join(v.match, "\n")), denseText)
}
