package kb

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"
)

// FuzzReadPage holds what every page must yield, whatever it looks like: IDs
// that are unique, valid UTF-8, and addresses that parse.
func FuzzReadPage(f *testing.F) {
	names, err := filepath.Glob("testdata/docs/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			if strings.HasSuffix(file.Name, ".md") {
				f.Add(file.Data)
			}
		}
	}
	env := PageEnv{
		Variables: map[string]string{"x": "{{fragments/x.md}}"},
		Fragment:  func(string) ([]byte, error) { return []byte("# F {{fragments/y.md}}\n"), nil },
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		docs, warnings, err := ReadPage("a/x.md", "en", src, env)
		if err != nil && docs != nil {
			t.Errorf("sections beside error %v", err)
		}
		seen := map[string]bool{}
		for _, d := range docs {
			if seen[d.ID] {
				t.Errorf("ID %q twice", d.ID)
			}
			seen[d.ID] = true
			if d.ID != "a/x" && !strings.HasPrefix(d.ID, "a/x#") {
				t.Errorf("ID %q", d.ID)
			}
			if u, err := url.Parse(d.URL); err != nil || u.Host != "milvus.io" || !strings.HasPrefix(u.Path, "/docs/") {
				t.Errorf("URL %q: %v", d.URL, err)
			}
			if d.Title == "" {
				t.Errorf("%s has no title", d.ID)
			}
			for _, s := range append([]string{d.ID, d.Title, d.URL, d.Body}, d.Code...) {
				if !utf8.ValidString(s) {
					t.Errorf("%s: invalid UTF-8 in %q", d.ID, s)
				}
			}
		}
		for _, w := range warnings {
			if w.File == "" || w.Text == "" {
				t.Errorf("warning %+v", w)
			}
		}
	})
}
