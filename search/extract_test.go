package search

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
		fmt.Fprintf(&out, "environment %+v\n", x.env)
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
