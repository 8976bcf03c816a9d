package search

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/milvus-medic/medic/search/paste"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestExtract reads testdata/extract/*.txt: the comment says what the case
// is about, "paste" is what a user sends, "want" what is found in it.
func TestExtract(t *testing.T) {
	files, err := filepath.Glob("testdata/extract/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Files) == 0 || a.Files[0].Name != "paste" || len(bytes.TrimSpace(a.Comment)) == 0 {
				t.Fatalf("needs a comment and a file called paste")
			}
			p := paste.FromText(string(a.Files[0].Data))
			got := describe(extract(newView(p)))
			if *update {
				a.Files = append(a.Files[:1], txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(a.Files) != 2 || string(a.Files[1].Data) != got {
				t.Errorf("got (rewrite with -update after reading it):\n%s", got)
			}
		})
	}
}

// describe prints an extraction, one line a finding.
func describe(x extraction) string {
	var out strings.Builder
	for _, p := range x.problems {
		fmt.Fprintf(&out, "%s %s line %d x%d", p.Kind, p.Severity, p.line+1, p.Count)
		if p.Component != "" {
			fmt.Fprintf(&out, " component=%s", p.Component)
		}
		if p.Code != 0 {
			fmt.Fprintf(&out, " code=%d", p.Code)
		}
		if !p.Time.IsZero() {
			fmt.Fprintf(&out, " time=%s", p.Time.UTC().Format("2006-01-02T15:04:05.000"))
		}
		fmt.Fprintf(&out, "\n  message: %s\n  key: %s\n", p.Message, p.Key)
	}
	for _, f := range x.facts {
		fmt.Fprintf(&out, "fact %s line %d\n", f.name, f.line+1)
	}
	if x.env != (Environment{}) {
		env, err := json.Marshal(x.env)
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&out, "environment %s\n", env)
	}
	return out.String()
}

// FuzzExtract wants no panic, and every problem's text to be part of the paste.
func FuzzExtract(f *testing.F) {
	files, err := filepath.Glob("testdata/extract/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(a.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := paste.FromText(s)
		for _, problem := range extract(newView(p)).problems {
			if !strings.Contains(p.Text(), problem.Text) {
				t.Errorf("problem text %q is not part of the paste %q", problem.Text, p.Text())
			}
			if problem.Count < 1 || problem.Key == "" {
				t.Errorf("problem %+v", problem)
			}
		}
	})
}

// TestGoldensOfEveryFormat wants each extractor to have found something in a
// golden file.
func TestGoldensOfEveryFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/extract/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range extractors {
			if len(a.Files) == 2 && bytes.Contains(append([]byte("\n"), a.Files[1].Data...), []byte("\n"+x.kind+" ")) {
				found[x.kind]++
			}
		}
	}
	for _, x := range extractors {
		if found[x.kind] == 0 {
			t.Errorf("no golden file shows what %s finds", x.kind)
		}
	}
}

// TestProblemLimits wants a log of countless different errors to give the
// worst of them, in order, and to count the ones that are kept.
func TestProblemLimits(t *testing.T) {
	var log strings.Builder
	word := func(i int) string {
		return string([]byte{byte('a' + i/676%26), byte('a' + i/26%26), byte('a' + i%26)})
	}
	for i := range 5000 {
		fmt.Fprintf(&log, "[2024/05/06 07:08:09.123 +00:00] [WARN] [a/b.go:1] [\"warn %s\"]\n", word(i))
		if i%50 == 0 {
			fmt.Fprintf(&log, "[2024/05/06 07:08:10.123 +00:00] [ERROR] [a/b.go:1] [\"error %s\"]\n", word(i))
		}
	}
	log.WriteString("[2024/05/06 07:08:11.123 +00:00] [ERROR] [a/b.go:1] [\"error aaa\"]\npanic: at last")
	got := extract(newView(paste.FromText(log.String()))).problems
	if len(got) != maxProblems {
		t.Fatalf("%d problems, want %d", len(got), maxProblems)
	}
	if last := got[len(got)-1]; last.Severity != Fatal || last.Message != "panic: at last" {
		t.Errorf("the last is %+v", last)
	}
	if first := got[0]; first.Message != "error aaa" || first.Count != 2 || first.Last.Sub(first.Time) != time.Second {
		t.Errorf("the first is %+v", first)
	}
	for i := 1; i < len(got); i++ {
		if got[i].line < got[i-1].line {
			t.Errorf("problem %d stands before problem %d", i, i-1)
		}
	}
}
