package search

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// scriptedRetriever finds what a test tells it to.
type scriptedRetriever struct {
	ids   []string
	err   error
	hangs bool
	asked []string
}

func (r *scriptedRetriever) Near(ctx context.Context, text string, k int) ([]kb.Doc, error) {
	r.asked = append(r.asked, text)
	if r.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var docs []kb.Doc
	for _, id := range r.ids[:min(k, len(r.ids))] {
		docs = append(docs, kb.Doc{ID: id})
	}
	return docs, r.err
}

// told is a problem in words that no entry shares enough of.
const told = "Our graphs show that the whole thing eats more and more and then it is gone."

// withDense returns an index over the built-in entries and two sections.
func withDense(t *testing.T, r Retriever) *Index {
	t.Helper()
	docs, err := NewDocs([]kb.Doc{
		{ID: "limits.md#Shards", Kind: kb.KindSection, Lang: "en", Title: "Shards", URL: "https://milvus.io/docs/limits.md#Shards", Body: "A collection can have 16 shards."},
		{ID: "mmap.md#Use", Kind: kb.KindSection, Lang: "en", Title: "Use mmap", URL: "https://milvus.io/docs/mmap.md#Use", Body: "Map data from the disk."},
	})
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(kb.Builtin(), docs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	if r != nil {
		if err := x.AddDense(func([]kb.Doc) (Retriever, error) { return r, nil }, 10*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

func findText(t *testing.T, x *Index, text string) Verdict {
	t.Helper()
	v, err := x.Find(context.Background(), paste.FromText(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestDenseIsRelated wants what is near in meaning in its order, sections in
// full, and nothing of it above Related.
func TestDenseIsRelated(t *testing.T) {
	r := &scriptedRetriever{ids: []string{"oom-killed-137", "gone.md#Away", "mmap.md#Use", "etcd-db-space-exceeded"}}
	v := findText(t, withDense(t, r), told)
	if got := ids(v); !slices.Equal(got, []string{"oom-killed-137:related", "mmap.md#Use:related", "etcd-db-space-exceeded:related"}) {
		t.Errorf("found %v", got)
	}
	for _, h := range v.Hits {
		if h.Grade != Related || h.Why[0].Name != "meaning" {
			t.Errorf("%s: %s by %v", h.Doc.ID, h.Grade, h.Why)
		}
	}
	if v.Hits[1].Doc.Body == "" || v.Hits[1].Doc.URL == "" {
		t.Errorf("a section without its text: %+v", v.Hits[1].Doc)
	}
	if !slices.Equal(r.asked, []string{told}) {
		t.Errorf("asked %q", r.asked)
	}
}

// TestDenseIsNotAsked wants no question to a model where reviewed evidence
// decides.
func TestDenseIsNotAsked(t *testing.T) {
	r := &scriptedRetriever{ids: []string{"oom-killed-137"}}
	x := withDense(t, r)
	for _, e := range x.Entries() {
		if len(e.Examples) == 0 {
			continue
		}
		if v := findText(t, x, e.Examples[0]); v.Grade() < Likely {
			t.Errorf("%s: %s", e.ID, v.Grade())
		}
	}
	if len(r.asked) > 0 {
		t.Errorf("asked %d times", len(r.asked))
	}
}

// TestDenseFails wants the answer without a model where it fails or hangs.
func TestDenseFails(t *testing.T) {
	texts := []string{told, "Error: the sprocket of the collection is out of tune", "collection not loaded", "hello"}
	plain := withDense(t, nil)
	for name, r := range map[string]*scriptedRetriever{
		"fails": {err: errors.New("down"), ids: []string{"oom-killed-137"}}, "hangs": {hangs: true}, "finds nothing": {},
	} {
		x := withDense(t, r)
		for _, text := range texts {
			want := findText(t, plain, text)
			if got := findText(t, x, text); !slices.Equal(ids(got), ids(want)) {
				t.Errorf("%s: %q finds %v, want %v", name, text, ids(got), ids(want))
			}
		}
	}
}

// TestFusion wants what both lists have above what one has, and meaning above
// words.
func TestFusion(t *testing.T) {
	list := []related{{id: "words first", words: 1}, {id: "near first", dense: 1}, {id: "both third", words: 3, dense: 3}, {id: "near last", dense: denseHits}}
	slices.SortFunc(list, func(a, b related) int {
		if a.fused() > b.fused() {
			return -1
		}
		return 1
	})
	var order []string
	for _, r := range list {
		order = append(order, r.id)
	}
	if want := []string{"both third", "near first", "near last", "words first"}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

// TestPassages wants every entry and section embedded in short texts.
func TestPassages(t *testing.T) {
	list, places, err := withDense(t, nil).passages()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	for _, p := range list {
		of[p.ID]++
		if p.Title == "" || len(p.Title) > maxPassage {
			t.Errorf("%s: passage of %d bytes: %q", p.ID, len(p.Title), p.Title)
		}
	}
	for _, e := range kb.Builtin() {
		if of[e.ID] < 2 {
			t.Errorf("%s has %d passages", e.ID, of[e.ID])
		}
	}
	if len(places) != 2 || of["limits.md#Shards"] != 1 {
		t.Errorf("%d sections", len(places))
	}
}
