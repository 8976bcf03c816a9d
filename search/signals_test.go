package search

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// section is what the cases may find beside their entries.
var section = []kb.Doc{{ID: "s", Kind: kb.KindSection, Lang: "en", Title: "Compaction backlog of zillions"}}

type signalCase struct {
	name, paste string
	entries     []*kb.Entry
	want        string // ids with grades
}

// signalCases are verdicts that rest on a signal each.
func signalCases() []signalCase {
	sized := entry("z", text("the segment of this shard is gone"))
	coded := entry("z", text("one thing went quite wron"))
	coded.Codes = []int{1802}
	symptom := entry("a")
	symptom.Symptoms = []kb.Symptom{{"milvus", "slow after restart"}}
	return []signalCase{
		{"a template", "collection not loaded at all", []*kb.Entry{entry("a", text("collection not loaded at all"))}, "a:certain"},
		{"a table of pods", "NAME   READY   STATUS   RESTARTS   AGE\nr-etcd-0   0/1   CrashLoopBackOff   7 (2m ago)   1h\nr-etcd-1   0/1   Error   7 (2m ago)   1h", []*kb.Entry{entry("a", kb.Signature{Fact: "pods/etcd/all-failing"})}, "a:certain"},
		{"prose", "milvus is slow after restart", []*kb.Entry{symptom}, "a:likely"},
		{"cut at the start", "ection was not loaded at all by anybody", []*kb.Entry{entry("a", text("the collection was not loaded at all by anybody"))}, "a:likely"},
		{"a typing error", "Error: serach failed: the colection not loaded on the delegator, sorry", []*kb.Entry{entry("a", text("search failed: the collection not loaded on the delegator"))}, "a:likely"},
		{"near in meaning", "merging things falls behind", nil, "s:related"},
		{"rare words", "Error: zillions of compaction backlog", nil, "s:related"},
		{"the worse line first", "some other thing went wrong in here\npanic: it was the disk", []*kb.Entry{entry("a", text("some other thing went wrong in here")), entry("z", text("panic: it was the disk"))}, "z:certain a:certain"},
		{"the longer match first", "the segment of this shard is gone", []*kb.Entry{entry("a", text("the segment of this")), sized}, "z:certain a:certain"},
		{"the printed code first", "Error: (code=1802, message=one thing went quite wrong)", []*kb.Entry{entry("a", text("one thing went quite wrong")), coded}, "z:certain a:certain"},
		{"more matches first", "one thing went quite wrong and another one did too", []*kb.Entry{entry("a", text("one thing went quite wrong")), entry("z", text("one thing went quite wrong"), text("another one did too"))}, "z:certain a:certain"},
	}
}

// TestEverySignalCounts takes one signal away at a time: with all of them
// each case has its verdict, and without any one of them some case has not.
func TestEverySignalCounts(t *testing.T) {
	missed := map[string]bool{}
	for _, c := range signalCases() {
		docs, err := NewDocs(section)
		if err != nil {
			t.Fatal(err)
		}
		x, err := New(c.entries, docs)
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		near := &scriptedRetriever{}
		if c.name == "near in meaning" {
			near.ids = []string{"s"}
		}
		if err := x.AddDense(func([]kb.Doc) (Retriever, error) { return near, nil }, 0); err != nil {
			t.Fatal(err)
		}
		hits := evidenceOf(t, x, c.paste)
		if got := graded(decide(hits)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
			continue
		}
		for name := range signals {
			if graded(decide(withoutSignal(hits, name))) != c.want {
				missed[name] = true
			}
		}
	}
	for name := range signals {
		if !missed[name] {
			t.Errorf("no case needs the signal %q", name)
		}
	}
}

// evidenceOf returns all that speaks for anything in a paste.
func evidenceOf(t *testing.T, x *Index, text string) []Hit {
	t.Helper()
	v := newView(paste.FromText(text))
	found := extract(v)
	cands, err := x.candidates(context.Background(), v, found)
	if err == nil {
		err = x.addMeaning(context.Background(), v, found, cands)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x.evidence(v, found, cands)
}

func withoutSignal(hits []Hit, name string) []Hit {
	out := slices.Clone(hits)
	for i := range out {
		out[i].Why = slices.DeleteFunc(slices.Clone(out[i].Why), func(s Signal) bool { return s.Name == name })
	}
	return out
}

func graded(hits []Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Doc.ID+":"+h.Grade.String())
	}
	return strings.Join(out, " ")
}

// TestSignalsAreKnown wants every reason in the answers to all examples to be
// a row of the table: the reasons add up to the score.
func TestSignalsAreKnown(t *testing.T) {
	x := builtIn(t)
	seen := map[string]bool{}
	for _, e := range x.Entries() {
		for _, text := range slices.Concat(e.Examples, e.WeakExamples) {
			for _, h := range ask(t, x, text).Hits {
				base, rest := 0, 0
				for _, s := range h.Why {
					role, known := signals[s.Name]
					if !known {
						t.Errorf("%s: unknown signal %q", e.ID, s.Name)
					}
					seen[s.Name] = true
					if role == decides {
						base = max(base, s.Points)
					} else {
						rest += s.Points
					}
				}
				if h.score != base+rest {
					t.Errorf("%s: score %d, the signals give %d", e.ID, h.score, base+rest)
				}
			}
		}
	}
	for name := range signals {
		if name != "words" && name != "cut" && name != "meaning" && !seen[name] {
			t.Errorf("no example shows the signal %q", name)
		}
	}
}
