package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFindDocsRoots finds the language folders in the shapes in which the
// documentation is published.
func TestFindDocsRoots(t *testing.T) {
	for _, c := range []struct {
		name, files, languages, want string
	}{
		{"checkout of one version", "README.md site/en/faq/a.md site/template/x.md site/en/fragments/y.md", "", "en=site/en"},
		{"folder of languages", "en/a.md ko/a.md zh-hant/a.md zh/a.md assets/b.png", "", "en=en ko=ko zh=zh zh-TW=zh-hant"},
		{"one language's folder", "faq/a.md about/b.md", "", "en=."},
		{"one language's folder that is not English", "faq/a.md", "ja", "ja=."},
		{"a page's folder with two letters", "faq/us/a.md faq/b.md", "", "en=."},
		{"several versions", "v2.9.x/site/en/a.md v2.10.x/site/en/a.md v2.4.x/site/en/a.md v1.1/site/en/a.md", "", "en=v2.10.x/site/en"},
		{
			"translations beside it",
			"v2.6.x/site/en/a.md localization/v2.6.x/site/en/a.md localization/v2.6.x/site/de/a.md localization/v2.5.x/site/de/a.md localization/v2.5.x/site/ko/a.md", "",
			"de=localization/v2.6.x/site/de en=v2.6.x/site/en ko=localization/v2.5.x/site/ko",
		},
		{"other things with versions", "v2.6.x/site/en/a.md bootcamp/site/en/a.md community/site/en/b.md API_Reference/pymilvus/v2.6.x/About.md", "", "en=v2.6.x/site/en"},
		{"chosen languages", "site/en/a.md site/ko/a.md site/de/a.md", "ko en", "en=site/en ko=site/ko"},
		{"hidden folders", ".git/site/en/a.md site/en/a.md", "", "en=site/en"},
		{"missing language", "site/en/a.md", "fr", "no language fr; the tree has en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for _, name := range strings.Fields(c.files) {
				tree[name] = file("# A\ntext\n")
			}
			roots, err := findDocsRoots(tree, strings.Fields(c.languages))
			var got []string
			for _, r := range roots {
				got = append(got, r.lang+"="+r.dir)
			}
			if err != nil {
				got = append(got, err.Error())
			}
			if s := strings.Join(got, " "); s != c.want && !(err != nil && strings.Contains(s, c.want)) {
				t.Errorf("got %s, want %s", s, c.want)
			}
			for range 5 { // the order is the same each time
				again, _ := findDocsRoots(tree, strings.Fields(c.languages))
				if !slices.Equal(fmtRoots(again), fmtRoots(roots)) {
					t.Errorf("%v, then %v", roots, again)
				}
			}
		})
	}
}

func fmtRoots(roots []docsRoot) (out []string) {
	for _, r := range roots {
		out = append(out, fmt.Sprint(r))
	}
	return out
}
