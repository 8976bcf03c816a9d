package kb

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHeadingAnchor(t *testing.T) {
	for markdown, want := range map[string]string{
		"Boot issues":         "Boot-issues",
		"1. etcd pod pending": "1-etcd-pod-pending",
		"3. Multiple pods keep crashing while `etcd-0` is still running": "3-Multiple-pods-keep-crashing-while-etcd-0-is-still-running",
		"What is \"Knowhere\"?":            "What-is-Knowhere",
		"Search & query -- both":           "Search--query----both",
		"`common.retentionDuration`":       "commonretentionDuration",
		"Upsert in merge mode | v2.6.2+":   "Upsert-in-merge-mode--v262+",
		"**Bold** and [linked](page.md)":   "Bold-and-linkedpagemd",
		"Milvus’s limits":                  "Milvus’s-limits",
		"安装（Docker）：第一步":                   "安装Docker第一步",
		"  spaces around \n":               "spaces-around",
		"non-breaking\u00a0space":          "non-breaking-space",
		"?!":                               "",
		"":                                 "",
		"Path /var/lib/milvus & $HOME_DIR": "Path-varlibmilvus--HOMEDIR",
	} {
		if got := headingAnchor(markdown); got != want {
			t.Errorf("headingAnchor(%q) = %q, want %q", markdown, got, want)
		}
	}
}

func TestReadPageRefuses(t *testing.T) {
	for name, src := range map[string]string{
		"too large":          strings.Repeat("x\n", MaxPageBytes/2+1),
		"much Markdown":      strings.Repeat("one line\n\n", maxMarkdown/10+1),
		"quotes":             strings.Repeat("> ", maxNesting+1) + "deep",
		"quotes, tight":      strings.Repeat(">", maxNesting+1) + "deep",
		"lists":              strings.Repeat("- 1. ", maxNesting) + "deep",
		"brackets":           strings.Repeat("[a](", maxMarks),
		"emphasis":           strings.Repeat("*a_\n", maxMarks),
		"a wide table":       "|" + strings.Repeat("a|", 2000) + "\n|" + strings.Repeat("-|", 2000) + "\n" + strings.Repeat("|\n", 200),
		"headings":           strings.Repeat("# a\n", maxSections),
		"headings, rendered": strings.Repeat(`<h2 class="common-anchor-header">a</h2>`, maxSections),
		"includes growing":   "{{fragments/double.md}}",
	} {
		env := PageEnv{Fragment: func(string) ([]byte, error) {
			return []byte(strings.Repeat("0123456789abcdef\n", MaxPageBytes/16)), nil
		}}
		docs, _, err := ReadPage("about/x.md", "en", []byte(src), env)
		if err == nil || len(docs) > 0 {
			t.Errorf("%s: %d sections, error %v; want an error", name, len(docs), err)
		} else if !strings.HasPrefix(err.Error(), "kb: docs: about/x.md: ") {
			t.Errorf("%s: error %q does not name the page", name, err)
		}
	}
}

// TestReadPageAllows has the likes of what the limits are about, at the size
// that pages have.
func TestReadPageAllows(t *testing.T) {
	for name, src := range map[string]string{
		"a long page":     strings.Repeat("One [link](page.md) and `code`.\n\n", 10_000),
		"a long table":    "| a | b |\n| - | - |\n" + strings.Repeat("| some | cells |\n", 2_000),
		"dashes in code":  "```\n" + strings.Repeat("- - - - - -\n", 100) + "```\n",
		"numbers":         "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26.27.28.29.30.31.32.33.34",
		"deep HTML":       strings.Repeat("<div>", 3_000) + "text",
		"rendered, large": `<h1 class="common-anchor-header">x</h1>` + strings.Repeat("<p>text</p>\n", maxMarkdown/10),
	} {
		if docs, _, err := ReadPage("x.md", "en", []byte(src), PageEnv{}); err != nil || len(docs) == 0 {
			t.Errorf("%s: %d sections, error %v", name, len(docs), err)
		}
	}
}

func TestReadPageManyEqualHeadings(t *testing.T) {
	src := strings.Repeat("# a\n\n", 4_900)
	docs, _, err := ReadPage("x.md", "en", []byte(src), PageEnv{})
	if err != nil || len(docs) != 4_900 {
		t.Fatalf("%d sections, error %v", len(docs), err)
	}
	if got := docs[4_899].ID; got != "x#a-4899" {
		t.Errorf("last ID %q", got)
	}
}

// TestReadPageLongTitles holds that a page stays of the order of its source,
// though titles recur in the sections below.
func TestReadPageLongTitles(t *testing.T) {
	long := strings.Repeat("words ", 10_000)
	src := "---\ntitle: " + long[:4_000] + "\nid: " + strings.Repeat("x", 4_000) + ".md\n---\n" +
		"<h2 id=\"" + strings.Repeat("y", 10_000) + "\">" + long + "<p>text</p>\n\n" + strings.Repeat("### a\n\n", 4_900)
	docs, _, err := ReadPage("x.md", "en", []byte(src), PageEnv{})
	if err != nil || len(docs) != 4_901 {
		t.Fatalf("%d sections, error %v", len(docs), err)
	}
	size := 0
	for _, d := range docs {
		size += len(d.ID) + len(d.Title) + len(d.URL) + len(d.Body)
	}
	if size > len(docs)*2_000+len(src) {
		t.Errorf("%d bytes of sections for a page of %d", size, len(src))
	}
	if d := docs[0]; !strings.HasSuffix(d.Title, "…") || !strings.HasSuffix(d.Body, "words\ntext") {
		t.Errorf("title %q, body ends %q", d.Title, d.Body[max(0, len(d.Body)-40):])
	}
}

func TestReadPageBoundsIncludes(t *testing.T) {
	calls := 0
	env := PageEnv{Fragment: func(name string) ([]byte, error) {
		calls++
		// Each fragment includes two others of the next generation.
		next := "{{" + strings.TrimSuffix(name, ".md") + "a.md}}{{" + strings.TrimSuffix(name, ".md") + "b.md}}"
		return []byte(next), nil
	}}
	_, warnings, err := ReadPage("x.md", "en", []byte("{{fragments/f.md}}"), env)
	if err != nil {
		t.Fatal(err)
	}
	if calls > maxIncludes || len(warnings) == 0 {
		t.Errorf("%d includes, %d warnings", calls, len(warnings))
	}
}

// TestReadPageFrontMatter holds that YAML which would keep a decoder busy is
// left alone, and that odd values do not spoil the others.
func TestReadPageFrontMatter(t *testing.T) {
	merges := "a0: &a0 {x: y}\n"
	for i := 1; i < 14; i++ {
		alias := fmt.Sprintf("*a%d", i-1)
		merges += fmt.Sprintf("a%d: &a%d {<<: [%s]}\n", i, i, strings.Repeat(alias+", ", 8)+alias)
	}
	for name, test := range map[string]struct{ head, title, url, warning string }{
		"plain":     {"title: T\nid: y.md", "T", "y.md", ""},
		"one key":   {"title: T", "T", "x.md", ""},
		"folded":    {"title: >-\n  one\n  two\nid: y.md", "one two", "y.md", ""},
		"quoted":    {`title: "a: b"`, "a: b", "x.md", ""},
		"number":    {"title: 2.4\nid: 5", "2.4", "x.md", ""},
		"list":      {"title: [a, b]\nid: y.md", "x", "y.md", ""},
		"no values": {"title:\nid:", "x", "x.md", ""},
		"empty":     {"", "x", "x.md", ""},
		"no keys":   {"just text", "x", "x.md", ""},
		"alias":     {"a: &a y.md\nid: *a\ntitle: T", "T", "x.md", ""},
		"merges":    {merges + "<<: *a13\ntitle: T", "T", "x.md", ""},
		"broken":    {"title: [a", "x", "x.md", "x.md:2: front matter not read: did not find expected ',' or ']'"},
		"large":     {"title: T\nx: " + strings.Repeat("y", maxFrontMatter), "x", "x.md", "x.md:1: front matter larger than 8 KiB, not read"},
	} {
		docs, warnings, err := ReadPage("x.md", "en", []byte("---\n"+test.head+"\n---\ntext\n"), PageEnv{})
		if err != nil || len(docs) != 1 {
			t.Errorf("%s: %d sections, error %v", name, len(docs), err)
			continue
		}
		if d := docs[0]; d.Title != test.title || d.URL != "https://milvus.io/docs/"+test.url || d.Body != "text" {
			t.Errorf("%s: got %q at %s with body %q", name, d.Title, d.URL, d.Body)
		}
		got := ""
		if len(warnings) > 0 {
			got = warnings[0].String()
		}
		if got != test.warning {
			t.Errorf("%s: warning %q, want %q", name, got, test.warning)
		}
	}
}

func TestReadPageInvalidUTF8(t *testing.T) {
	src := "# T\xefitle\n\nfirst \x00 line\n"
	docs, warnings, err := ReadPage("x.md", "en", []byte(src), PageEnv{})
	if err != nil || len(docs) != 1 {
		t.Fatalf("%d sections, error %v", len(docs), err)
	}
	if got, want := docs[0].Title+"|"+docs[0].Body, "T\ufffditle|first \ufffd line"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(warnings) != 1 || warnings[0].String() != "x.md:1: invalid UTF-8, replaced by U+FFFD" {
		t.Errorf("warnings %v", warnings)
	}
}

func TestReadPageLineEnds(t *testing.T) {
	src := "\ufeff---\r\ntitle: x\r\nid: x.md\r\n---\r\n# One\u200b\r\n\r\n```\r\na\r\n\r\nb\r\n```\r\n"
	docs, warnings, err := ReadPage("y.md", "en", []byte(src), PageEnv{})
	if err != nil || len(warnings) != 0 || len(docs) != 1 {
		t.Fatalf("%v, warnings %v, error %v", docs, warnings, err)
	}
	d := docs[0]
	if d.Title != "One" || d.URL != "https://milvus.io/docs/x.md#One" || len(d.Code) != 1 || d.Code[0] != "a\n\nb" {
		t.Errorf("got %+v", d)
	}
}

func TestReadDocsOptions(t *testing.T) {
	tree := fstest.MapFS{
		"en/a.md":   {Data: []byte("# A")},
		"en/b/b.md": {Data: []byte("# B")},
		"ko/a.md":   {Data: []byte("# 가")},
	}
	ids := func(docs []Doc) string {
		var out []string
		for _, d := range docs {
			out = append(out, d.Lang+":"+d.ID)
		}
		return strings.Join(out, " ")
	}
	for _, test := range []struct {
		name string
		opts DocsOptions
		want string
	}{
		{"all", DocsOptions{}, "en:a#A en:b/b#B ko:a#가"},
		{"one language", DocsOptions{Languages: []string{"ko", "ja"}}, "ko:a#가"},
		{"skip", DocsOptions{Skip: func(lang, page string) bool { return lang == "en" && page == "b/b.md" }}, "en:a#A ko:a#가"},
	} {
		docs, _, err := ReadDocs(tree, test.opts)
		if got := ids(docs); err != nil || got != test.want {
			t.Errorf("%s: got %q, error %v; want %q", test.name, got, err, test.want)
		}
	}

	sub, err := fs.Sub(tree, "ko")
	if err != nil {
		t.Fatal(err)
	}
	docs, _, err := ReadDocs(sub, DocsOptions{Lang: "ko"})
	if got := ids(docs); err != nil || got != "ko:a#가" {
		t.Errorf("a language folder: got %q, error %v", got, err)
	}
}

func TestReadDocsErrors(t *testing.T) {
	pages := fstest.MapFS{"site/en/a.md": {Data: []byte("# A")}}
	for _, test := range []struct {
		name string
		tree fs.FS
		opts DocsOptions
		want string
	}{
		{"language", pages, DocsOptions{Languages: []string{"fr"}}, "kb: docs: none of the languages fr; the tree has en"},
		{"empty", fstest.MapFS{"x.txt": {}}, DocsOptions{}, "kb: docs: no page found"},
		{"unreadable", brokenFS{}, DocsOptions{}, "kb: docs: list .: broken"},
	} {
		docs, _, err := ReadDocs(test.tree, test.opts)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || docs != nil {
			t.Errorf("%s: %d docs, error %v, want %q", test.name, len(docs), err, test.want)
		}
	}
}

// TestReadDocsLeavesOut reads on where a page cannot be read.
func TestReadDocsLeavesOut(t *testing.T) {
	tree := fstest.MapFS{
		"en/a.md":    {Data: []byte("# A")},
		"en/deep.md": {Data: []byte(strings.Repeat(">", 100))},
		"en/huge.md": {Data: make([]byte, MaxPageBytes+1)},
	}
	docs, warnings, err := ReadDocs(tree, DocsOptions{})
	if err != nil || len(docs) != 1 {
		t.Fatalf("%d docs, error %v", len(docs), err)
	}
	want := []string{
		"en/deep.md: page left out: quotes or lists nested too deep",
		"en/huge.md: page left out: larger than 4096 KiB",
	}
	for i, w := range warnings {
		if i >= len(want) || w.String() != want[i] {
			t.Errorf("warning %q", w)
		}
	}
	if len(warnings) != len(want) {
		t.Errorf("%d warnings, want %d", len(warnings), len(want))
	}
}

type brokenFS struct{}

func (brokenFS) Open(string) (fs.File, error) { return nil, errors.New("broken") }
