package search

import (
	"slices"
	"strconv"

	"github.com/milvus-medic/medic/kb"
)

// causeGraph says which entries bring an entry about, directly or through
// others.
type causeGraph map[string]map[string]bool

func newCauseGraph(entries []*kb.Entry) causeGraph {
	direct := map[string][]string{}
	for _, e := range entries {
		direct[e.ID] = e.Causes
	}
	g := causeGraph{}
	for _, e := range entries {
		all := map[string]bool{}
		var walk func(id string)
		walk = func(id string) {
			for _, c := range direct[id] {
				if !all[c] {
					all[c] = true
					walk(c)
				}
			}
		}
		walk(e.ID)
		g[e.ID] = all
	}
	return g
}

// rootFirst moves every hit below those that bring it about, as long as an
// error text or a fact speaks for those, and notes what it follows from.
// Otherwise the order stays.
func (g causeGraph) rootFirst(hits []Hit) []Hit {
	out := make([]Hit, 0, len(hits))
	placed := make([]bool, len(hits))
	var place func(i int)
	place = func(i int) {
		if placed[i] {
			return
		}
		placed[i] = true
		for j := range hits {
			if g[hits[i].Doc.ID][hits[j].Doc.ID] && hits[j].base >= pointsWeak {
				place(j)
				if hits[i].FollowsFrom == "" {
					hits[i].FollowsFrom = hits[j].Doc.ID
				}
			}
		}
		out = append(out, hits[i])
	}
	for i := range hits {
		place(i)
	}
	return out
}

// sharedCode returns the first error code that both the entry and the paste
// name, or "". The codes 1 and 65535 mean nothing alone.
func sharedCode(e *kb.Entry, problems []Problem) string {
	for _, p := range problems {
		if p.Code > 1 && p.Code != 65535 && slices.Contains(e.Codes, p.Code) {
			return strconv.Itoa(p.Code)
		}
	}
	return ""
}
