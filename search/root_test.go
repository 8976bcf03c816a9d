package search

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/milvus-medic/medic/search/paste"
)

// TestRootOfEveryCause pastes, for every entry that names a cause, an example
// of each: in either order the cause has to be shown first.
func TestRootOfEveryCause(t *testing.T) {
	x := builtIn(t)
	pairs := 0
	for _, effect := range x.Entries() {
		for _, id := range effect.Causes {
			cause := x.Entry(id)
			if cause == nil || len(effect.Examples) == 0 || len(cause.Examples) == 0 {
				continue
			}
			a, b := effect.Examples[0], cause.Examples[0]
			if alone := ask(t, x, a); slices.Contains(hitIDs(alone), id) {
				continue // the example of the effect holds the cause already
			}
			pairs++
			for _, text := range []string{a + "\n" + b, b + "\n" + a} {
				got := hitIDs(ask(t, x, text))
				c, e := slices.Index(got, id), slices.Index(got, effect.ID)
				if c < 0 || e >= 0 && e < c {
					t.Errorf("%s follows from %s, but the order is %v for\n%s", effect.ID, id, got, text)
				}
			}
		}
	}
	if pairs < 25 {
		t.Errorf("only %d pairs", pairs)
	}
	t.Logf("%d pairs, each in both orders", pairs)
}

// TestRootCases reads testdata/root/*.txt: a paste with several problems and
// the ids in the order in which they have to be shown, also when its lines
// come shuffled.
func TestRootCases(t *testing.T) {
	files, err := filepath.Glob("testdata/root/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	x := builtIn(t)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := txtar.Parse(src)
		if len(a.Files) != 2 {
			t.Fatalf("%s: want a paste and an order", file)
		}
		want := strings.Fields(string(a.Files[1].Data))
		lines := strings.Split(strings.TrimSpace(string(a.Files[0].Data)), "\n")
		rng := rand.New(rand.NewPCG(3, 5))
		for round := range 6 {
			got := hitIDs(ask(t, x, strings.Join(lines, "\n")))
			if !slices.Equal(got, want) {
				t.Errorf("%s, round %d: %v, want %v", filepath.Base(file), round, got, want)
			}
			rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		}
	}
}

func ask(t *testing.T, x *Index, text string) Verdict {
	t.Helper()
	v, err := x.Find(context.Background(), paste.FromText(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func hitIDs(v Verdict) []string {
	var out []string
	for _, h := range v.Hits {
		out = append(out, h.Doc.ID)
	}
	return out
}
