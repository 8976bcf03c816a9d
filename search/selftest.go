package search

import (
	"context"
	"fmt"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// SelfTest asks every entry's own pastes: an example has to find its entry
// first at Certain, a weak example first at Likely or better, and a near
// miss must not find it at more than Related.
func SelfTest(ctx context.Context, x *Index) (kb.Problems, error) {
	var problems kb.Problems
	for _, e := range x.entries {
		for _, set := range []struct {
			field  string
			pastes []string
			check  func(Verdict) string
		}{
			{"examples", e.Examples, func(v Verdict) string { return foundFirst(v, e.ID, Certain) }},
			{"weak_examples", e.WeakExamples, func(v Verdict) string { return foundFirst(v, e.ID, Likely) }},
			{"near_misses", e.NearMisses, func(v Verdict) string { return notFound(v, e.ID) }},
		} {
			for i, text := range set.pastes {
				v, err := x.Find(ctx, paste.FromText(text))
				if err != nil {
					return nil, err
				}
				if wrong := set.check(v); wrong != "" {
					problems = append(problems, kb.Problem{File: e.ID + ".md", Field: set.field, Text: fmt.Sprintf("%d: %s", i+1, wrong)})
				}
			}
		}
	}
	return problems, nil
}

func foundFirst(v Verdict, id string, least Grade) string {
	switch {
	case len(v.Hits) == 0:
		return "finds nothing"
	case v.Hits[0].Doc.ID != id:
		return fmt.Sprintf("finds %s first (%s)", v.Hits[0].Doc.ID, v.Hits[0].Why[0])
	case v.Hits[0].Grade < least:
		return fmt.Sprintf("finds it at %s, not at %s", v.Hits[0].Grade, least)
	}
	return ""
}

func notFound(v Verdict, id string) string {
	for _, h := range v.Hits {
		if h.Doc.ID == id && h.Grade > Related {
			return fmt.Sprintf("finds the entry at %s (%s)", h.Grade, h.Why[0])
		}
	}
	return ""
}
