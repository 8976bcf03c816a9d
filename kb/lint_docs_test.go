package kb

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// TestLintDocs wants a page and a heading that are not there to be told apart.
func TestLintDocs(t *testing.T) {
	tree := fstest.MapFS{
		"en/load.md": {Data: []byte("---\nid: load.md\n---\n# Load\n## Load a Collection\n")},
		"en/old.md":  {Data: []byte("---\nid: old.md\ndeprecate: true\n---\n# Old\n")},
		"de/neu.md":  {Data: []byte("---\nid: neu.md\n---\n# Neu\n")},
	}
	sections, _, err := ReadDocs(tree, DocsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var entries []*Entry
	for id, docs := range map[string]string{
		"a": "load.md#Load-a-Collection", "b": "load.md", "c": "load.md#Load-a-collection", "d": "old.md", "e": "neu.md", "f": "",
	} {
		entries = append(entries, &Entry{ID: id, Docs: docs})
	}
	var got []string
	for _, p := range LintDocs(entries, sections) {
		got = append(got, p.String())
	}
	want := []string{
		"c.md: docs: page load.md has no heading #Load-a-collection",
		"d.md: docs: the documentation has no page old.md, or has it marked as deprecated",
		"e.md: docs: the documentation has no page neu.md, or has it marked as deprecated",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestEntriesRestOnDocs looks up the page and the heading of every entry in
// the documentation of Milvus.
func TestEntriesRestOnDocs(t *testing.T) {
	sections, _, err := ReadDocs(os.DirFS(filepath.Join(sharedDocs(t), "milvus")), DocsOptions{Languages: []string{"en"}})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := ReadEntries(Entries, "entries")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range LintDocs(entries, sections) {
		t.Error(p)
	}
}
