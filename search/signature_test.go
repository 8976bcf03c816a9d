package search

import (
	"context"
	"testing"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// entry makes an entry for tests with one text signature each.
func entry(id string, signatures ...kb.Signature) *kb.Entry {
	return &kb.Entry{ID: id, Title: id, Component: "milvus", Signatures: signatures}
}

func text(s string) kb.Signature { return kb.Signature{Text: s} }

// find asks one paste of an index over the entries.
func find(t *testing.T, input string, entries ...*kb.Entry) Verdict {
	t.Helper()
	x, err := New(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	v, err := x.Find(context.Background(), paste.FromText(input))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ids lists the hits as "id:grade".
func ids(v Verdict) []string {
	var out []string
	for _, h := range v.Hits {
		out = append(out, h.Doc.ID+":"+h.Grade.String())
	}
	return out
}

// TestTemplates pastes texts at one template and wants a match or none.
func TestTemplates(t *testing.T) {
	for _, c := range []struct {
		name, template, paste string
		want                  bool
	}{
		{"plain", "collection not loaded[collection={c}]", "failed to search: collection not loaded[collection=docs]", true},
		{"case", "Collection Not Loaded by anyone", "COLLECTION NOT LOADED BY ANYONE", true},
		{"wrapped", "collection not loaded by anyone", "collection not loa\nded by any\none", true},
		{"escaped quotes", `parsing "": invalid syntax here`, `["x"] [error="parsing \"\": invalid syntax here"]`, true},
		{"escaped twice", `parsing "": invalid syntax here`, `parsing \\\"\\\": invalid syntax here`, true},
		{"typographic quotes", `field 'vec' was not found in schema`, "field ‘vec’ was not found in schema", true},
		{"full width", "dimension mismatch: expected {n}, actual", "dimension mismatch： expected 8， actual", true},
		{"variable too long", "begin of the text {x} end of the text", "begin of the text " + longRun(300) + " end of the text", false},
		{"variable fits", "begin of the text {x} end of the text", "begin of the text " + longRun(150) + " end of the text", true},
		{"int", "rate limit of {n:int} exceeded by", "rate limit of 12 exceeded by", true},
		{"not an int", "rate limit of {n:int} exceeded by", "rate limit of ten exceeded by", false},
		{"near", "collection not loaded by anyone", "collection was loaded by someone", false},
		{"anchor in the middle", "a {x} the long part of it {y} b", "a 1 the long part of it 2 b", true},
		{"anchor without head", "head {x} the long part of it", "the long part of it", false},
		{"braces", "topk {{n}} is not in range here", "topk {n} is not in range here", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := find(t, c.paste, entry("e", text(c.template)))
			if got := v.Grade() == Certain; got != c.want {
				t.Errorf("%q against %q: %v, want match %v", c.template, c.paste, ids(v), c.want)
			}
		})
	}
}

func longRun(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'x'
	}
	return string(b)
}

// TestConditions wants a signature to hold only with its words.
func TestConditions(t *testing.T) {
	sig := kb.Signature{Text: "descriptors cannot be created directly", With: []string{"@milvus", "protobuf|grpcio"}, Without: []string{"mlserver|attention"}}
	for _, c := range []struct {
		name, paste string
		want        Grade
	}{
		{"both words", "descriptors cannot be created directly; import pymilvus; protobuf 4.1", Certain},
		{"one missing", "descriptors cannot be created directly; import pymilvus", None},
		{"other product", "descriptors cannot be created directly; protobuf 4.1", None},
		{"excluded", "descriptors cannot be created directly; import pymilvus; protobuf; mlserver", None},
		{"short word inside another", "descriptors cannot be created directly; that turns out bad; protobuf", None},
		{"short word alone", "descriptors cannot be created directly; I run attu; protobuf", Certain},
		{"wrapped word", "descriptors cannot be created directly; pymil\nvus; protobuf", Certain},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, c.paste, entry("e", sig)).Grade()
			if got == Related {
				got = None // shared words are no answer
			}
			if got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestAtMostLikely(t *testing.T) {
	if v := find(t, "exec format error in here", entry("e", kb.Signature{Text: "exec format error in", AtMost: "likely"})); v.Grade() != Likely {
		t.Errorf("%v", ids(v))
	}
}

func TestTemplateTooShort(t *testing.T) {
	if _, err := New([]*kb.Entry{entry("e", text(`a "b" c d e`))}, nil); err == nil {
		t.Error("a template whose squeezed literal is short was taken")
	}
}

// TestSymptoms wants all word choices of a symptom, in any order.
func TestSymptoms(t *testing.T) {
	e := entry("e")
	e.Symptoms = []kb.Symptom{{"insert|삽입", "empty|no results|비어", "immediately|right after|바로"}}
	for _, c := range []struct {
		paste string
		want  Grade
	}{
		{"right after the insert the search is empty", Likely},
		{"삽입 바로 뒤에 검색하면 결과가 비어 있습니다", Likely},
		{"right after the insert the search is slow", None},
	} {
		if v := find(t, c.paste, e); v.Grade() != c.want {
			t.Errorf("%q: %v, want %v", c.paste, ids(v), c.want)
		}
	}
}
