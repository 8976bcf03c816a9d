package search

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// labelled is one case of the evaluation set: a paste with the entry that
// answers it, or none.
type labelled struct {
	ID    string  `json:"id"`
	Paste string  `json:"paste"`
	Topic *string `json:"topic"`
}

// builtIn returns an index over the entries of the program.
func builtIn(t testing.TB) *Index {
	t.Helper()
	entries, err := kb.ReadEntries(kb.Entries, "entries")
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// evaluation reads the labelled set, which lies outside of the module.
func evaluation(t testing.TB) []labelled {
	t.Helper()
	dir := os.Getenv("MEDIC_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "eval", "dev.jsonl"))
	if err != nil {
		t.Skipf("no labelled set (set MEDIC_DATA to the directory that holds eval/dev.jsonl): %v", err)
	}
	defer f.Close()
	var cases []labelled
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c labelled
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// TestEvaluation measures the labelled set: how often the right entry is
// first, and what is said to pastes that nothing known fits.
func TestEvaluation(t *testing.T) {
	const minRight, maxFalseLikely = 0.95, 1
	x := builtIn(t)
	var right, all, wrongCertain, falseCertain, falseLikely int
	for _, c := range evaluation(t) {
		v, err := x.Find(context.Background(), paste.FromText(c.Paste))
		if err != nil {
			t.Fatal(err)
		}
		if c.Topic == nil {
			switch v.Grade() {
			case Certain:
				falseCertain++
				t.Logf("%s: wants nothing, got %v %v", c.ID, ids(v), v.Hits[0].Why)
			case Likely:
				falseLikely++
				t.Logf("%s: wants nothing, got %v %v", c.ID, ids(v), v.Hits[0].Why)
			}
			continue
		}
		if x.Entry(*c.Topic) == nil {
			continue
		}
		all++
		if len(v.Hits) > 0 && v.Hits[0].Doc.ID == *c.Topic {
			right++
			continue
		}
		if v.Grade() == Certain {
			wrongCertain++
		}
		t.Logf("%s: wants %s, got %v", c.ID, *c.Topic, ids(v))
	}
	t.Logf("right first %d of %d, wrong at certain %d; without an answer: certain %d, likely %d", right, all, wrongCertain, falseCertain, falseLikely)
	if float64(right) < minRight*float64(all) {
		t.Errorf("right first %d of %d, want at least %.0f %%", right, all, 100*minRight)
	}
	if falseCertain > 0 || falseLikely > maxFalseLikely {
		t.Errorf("answers where nothing fits: %d certain, %d likely", falseCertain, falseLikely)
	}
}

// TestSelf asks every entry's own examples and near misses.
func TestSelf(t *testing.T) {
	problems, err := SelfTest(context.Background(), builtIn(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}
