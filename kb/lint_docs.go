package kb

import (
	"slices"
	"strings"
)

// LintDocs reports every entry that names a documentation page or a heading
// that is not among the English sections of a documentation tree (ReadDocs).
func LintDocs(entries []*Entry, sections []Doc) Problems {
	addresses := map[string]bool{}
	for _, d := range sections {
		if d.Lang == "en" {
			page, _, _ := strings.Cut(d.URL, "#")
			addresses[page], addresses[d.URL] = true, true
		}
	}
	var ps Problems
	for _, e := range entries {
		if e.Docs == "" || addresses[e.URL("en")] {
			continue
		}
		page, heading, _ := strings.Cut(e.Docs, "#")
		if !addresses[DocsURL("en", page)] {
			ps.add(e.ID+".md", "docs", "the documentation has no page %s, or has it marked as deprecated", page)
		} else {
			ps.add(e.ID+".md", "docs", "page %s has no heading #%s", page, heading)
		}
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return strings.Compare(a.File, b.File) })
	return ps
}
