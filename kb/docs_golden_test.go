package kb

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the results of the golden tests into their files")

// TestDocsGolden reads each archive of testdata/docs as a documentation tree
// and compares what comes out with the archive's file "want". The comment of
// an archive says what it is about.
func TestDocsGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/docs/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tree, want := goldenTree(ar)
			docs, warnings, err := ReadDocs(tree, DocsOptions{})
			got := printDocs(docs, warnings, err)
			if *update {
				ar.Files = append(ar.Files[:len(tree):len(tree)], txtar.File{Name: "want", Data: got})
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(got, want) {
				t.Errorf("result differs from %s (-update writes it)\ngot:\n%s\nwant:\n%s", name, got, want)
			}
		})
	}
}

// goldenTree returns the files of an archive before "want", and "want".
func goldenTree(ar *txtar.Archive) (fstest.MapFS, []byte) {
	tree := fstest.MapFS{}
	for _, f := range ar.Files {
		if f.Name == "want" {
			return tree, f.Data
		}
		tree[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return tree, nil
}

func printDocs(docs []Doc, warnings []Warning, err error) []byte {
	var b bytes.Buffer
	for _, w := range warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	if err != nil {
		fmt.Fprintf(&b, "error %s\n", err)
	}
	for _, d := range docs {
		fmt.Fprintf(&b, "\n%s [%s %s]\n%s\n%s\n", d.ID, d.Kind, d.Lang, d.URL, d.Title)
		if d.Body != "" {
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(d.Body, "\n", "\n  "))
		}
		for _, code := range d.Code {
			fmt.Fprintf(&b, "code:\n  > %s\n", strings.ReplaceAll(code, "\n", "\n  > "))
		}
	}
	return b.Bytes()
}
