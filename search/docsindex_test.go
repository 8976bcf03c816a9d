package search

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/milvus-medic/medic/kb"
)

// build makes the documentation index of dir and wants it to succeed.
func build(t testing.TB, dir string, tree fs.FS, languages ...string) BuildReport {
	t.Helper()
	report, err := BuildDocs(context.Background(), dir, tree, BuildOptions{Languages: languages})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// contents opens the documentation index of dir and returns its sections by
// language and id.
func contents(t testing.TB, dir string) map[string]kb.Doc {
	t.Helper()
	d, err := OpenDocs(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	sections := map[string]kb.Doc{}
	for _, l := range d.langs {
		for i := range l.shelf.len() {
			s, err := l.section(i)
			if err != nil {
				t.Fatal(err)
			}
			sections[s.Lang+" "+s.ID] = s
		}
	}
	if len(sections) != d.Len() {
		t.Errorf("%d sections, %d different ones", d.Len(), len(sections))
	}
	return sections
}

// published reads a tree as kb does, the same way as contents.
func published(t testing.TB, tree fs.FS) map[string]kb.Doc {
	t.Helper()
	docs, _, err := kb.ReadDocs(tree, kb.DocsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]kb.Doc{}
	for _, d := range docs {
		sections[d.Lang+" "+d.ID] = d
	}
	return sections
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// smallTree is a tree of three pages in two languages.
func smallTree() fstest.MapFS {
	return fstest.MapFS{
		"site/en/Variables.json":    file(`{"version": "2.5.1"}`),
		"site/en/fragments/foot.md": file("See the footer."),
		"site/en/faq/etcd.md":       file("---\nid: etcd.md\n---\n# Etcd questions\nWhy does it stop?\n## Quantum flux\nSet the quantum flux tokens.\n```yaml\nflux: 1\n```\n"),
		"site/en/install.md":        file("---\nid: install.md\n---\n# Install\nVersion {{var.version}} of it.\n{{fragments/foot.md}}\n"),
		"site/ko/install.md":        file("---\nid: install.md\n---\n# 설치\n양자 플럭스 토큰을 설정하세요.\n"),
	}
}

// TestBuildDocs wants an index to hold what the tree does, whatever was
// indexed before, and to read only what has changed.
func TestBuildDocs(t *testing.T) {
	dir, tree := t.TempDir(), smallTree()
	for _, step := range []struct {
		name                        string
		change                      func()
		pages, read, removed, kinds int
		unchanged                   bool
	}{
		{"first", func() {}, 3, 3, 0, 2, false},
		{"again", func() {}, 3, 0, 0, 2, true},
		{"one page changed", func() {
			tree["site/en/faq/etcd.md"] = file("---\nid: etcd.md\n---\n# Etcd questions\nChanged.\n## Other flux\nOther text.\n## Third\nMore.\n")
		}, 3, 1, 0, 2, false},
		{"one page more", func() { tree["site/en/faq/new.md"] = file("# New page\nBrand new.\n") }, 4, 1, 0, 2, false},
		{"one page less", func() { delete(tree, "site/en/faq/etcd.md") }, 3, 0, 1, 2, false},
		{"fragment changed", func() { tree["site/en/fragments/foot.md"] = file("Another footer.") }, 3, 2, 0, 2, false},
		{"variable changed", func() { tree["site/en/Variables.json"] = file(`{"version": "2.6.0"}`) }, 3, 2, 0, 2, false},
		{"one language less", func() { delete(tree, "site/ko/install.md") }, 2, 0, 1, 1, false},
		{"time alone changed", func() { tree["site/en/install.md"].ModTime = tree["site/en/install.md"].ModTime.AddDate(1, 0, 0) }, 2, 0, 0, 1, true},
	} {
		step.change()
		r := build(t, dir, tree)
		if r.Pages != step.pages || r.Read != step.read || r.Removed != step.removed || r.Unchanged != step.unchanged || len(r.Languages) != step.kinds || r.Discarded != nil {
			t.Errorf("%s: %+v", step.name, r)
		}
		got, want := contents(t, dir), published(t, tree)
		if r.Sections != len(want) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d sections\n got %+v\nwant %+v", step.name, r.Sections, got, want)
		}
		folders, err := filepath.Glob(filepath.Join(dir, docsPrefix+"*"))
		if err != nil || len(folders) != 1 {
			t.Errorf("%s: folders %v, %v", step.name, folders, err)
		}
	}
}

// TestBuildDocsFinds wants an index that was built in steps to find what one
// built at once does.
func TestBuildDocsFinds(t *testing.T) {
	c := newCorpus(400, 100)
	whole, part := c.tree(), fstest.MapFS{}
	for name, f := range whole {
		if strings.Contains(name, "7") {
			f = file(strings.ReplaceAll(string(f.Data), "The", "Such"))
		}
		if !strings.Contains(name, "3") {
			part[name] = f
		}
	}
	part["site/en/gone.md"] = file("# Gone\nThis page goes.\n")
	inSteps, atOnce := t.TempDir(), t.TempDir()
	build(t, inSteps, part)
	if r := build(t, inSteps, whole); r.Read == r.Pages || r.Removed != 1 {
		t.Errorf("%+v", r)
	}
	build(t, atOnce, whole)
	var answers [2][]string
	for i, dir := range []string{inSteps, atOnce} {
		docs, err := OpenDocs(dir)
		if err != nil {
			t.Fatal(err)
		}
		x, err := New(nil, docs)
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		for _, e := range c.errors {
			v := ask(t, x, "Error: "+strings.ReplaceAll(e.template, "%", "5"))
			if len(v.Hits) > 0 {
				answers[i] = append(answers[i], v.Hits[0].Doc.ID)
				if v.Hits[0].Doc.ID == e.section {
					right++
				}
			}
		}
		if right < len(c.errors)*95/100 {
			t.Errorf("%d of %d are right", right, len(c.errors))
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if !slices.Equal(answers[0], answers[1]) {
		t.Errorf("in steps %v\nat once %v", answers[0], answers[1])
	}
}

// TestBuildDocsLanguages indexes some of the languages.
func TestBuildDocsLanguages(t *testing.T) {
	dir := t.TempDir()
	if r := build(t, dir, smallTree(), "ko"); r.Pages != 1 || !slices.Equal(r.Languages, []string{"ko"}) {
		t.Errorf("%+v", r)
	}
	if r := build(t, dir, smallTree(), "en", "ko"); r.Pages != 3 || r.Read != 2 {
		t.Errorf("%+v", r)
	}
	_, err := BuildDocs(context.Background(), dir, smallTree(), BuildOptions{Languages: []string{"fr"}})
	if err == nil || !strings.Contains(err.Error(), "the tree has en, ko") {
		t.Errorf("%v", err)
	}
}

// TestBuildDocsEmptyLanguage wants each page of a language whose folder holds
// none any more to count as removed, once.
func TestBuildDocsEmptyLanguage(t *testing.T) {
	dir, tree := t.TempDir(), smallTree()
	build(t, dir, tree)
	delete(tree, "site/ko/install.md")
	tree["site/ko/notes.txt"] = file("no page")
	if r := build(t, dir, tree); r.Removed != 1 || r.Pages != 2 {
		t.Errorf("%+v", r)
	}
}

// TestBuildDocsWarns wants an odd page to be warned of each time, by its place
// in the tree, and an unreadable tree to be refused.
func TestBuildDocsWarns(t *testing.T) {
	dir, tree := t.TempDir(), smallTree()
	tree["site/fr/readme.txt"] = file("no page")
	tree["site/en/odd.md"] = file("# Odd\n{{var.missing}}\n")
	for range 2 {
		r := build(t, dir, tree)
		if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0].String(), "site/en/odd.md:") {
			t.Errorf("%v", r.Warnings)
		}
	}
	for name, tree := range map[string]fs.FS{
		"empty": fstest.MapFS{"readme.txt": file("nothing")}, "no pages": fstest.MapFS{"site/en/x.txt": file("nothing")},
	} {
		if _, err := BuildDocs(context.Background(), t.TempDir(), tree, BuildOptions{}); err == nil || !strings.Contains(err.Error(), "no page found") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := contents(t, dir); len(got) != len(published(t, tree)) {
		t.Errorf("%d sections after it", len(got))
	}
}

// TestBuildDocsProgress wants each page and section to be told of.
func TestBuildDocsProgress(t *testing.T) {
	var last BuildProgress
	report, err := BuildDocs(context.Background(), t.TempDir(), smallTree(), BuildOptions{Progress: func(p BuildProgress) { last = p }})
	if err != nil || last != (BuildProgress{Pages: report.Pages, Sections: report.Sections}) {
		t.Errorf("%+v, %+v, %v", last, report, err)
	}
}

// TestBuildDocsCanceled wants the old index to stay when a build is stopped.
func TestBuildDocsCanceled(t *testing.T) {
	dir := t.TempDir()
	build(t, dir, smallTree())
	before := contents(t, dir)
	whole := newCorpus(200, 10).tree()
	for stop := 1; stop < 40; stop += 6 {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		_, err := BuildDocs(ctx, dir, whole, BuildOptions{Progress: func(BuildProgress) {
			if calls++; calls == stop {
				cancel()
			}
		}})
		cancel()
		if calls >= stop && !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %d: %v", stop, err)
		}
		if got := contents(t, dir); err != nil && !reflect.DeepEqual(got, before) {
			t.Errorf("stopped at %d: the index has changed", stop)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
