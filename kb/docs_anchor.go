package kb

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
)

// anchorDrops are the characters that milvus.io leaves out of a heading when
// it makes the id. Hyphens, plus signs and the closing typographic
// apostrophe are not among them.
const anchorDrops = "`~!@#$%^&*_=|\\/?<>()[]{}.,:;'\"" + "，。、：；？（）【】‘“”￥…—"

// headingAnchor returns the id that milvus.io gives to a heading, from the
// heading's Markdown as it stands in the page: "3. The `etcd-0` pod" becomes
// "3-The-etcd-0-pod". Letter case stays, and each space becomes a hyphen, so
// that "A & B" becomes "A--B". The rule was checked against the rendered pages
// that the site publishes beside their sources.
func headingAnchor(markdown string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return '-'
		case strings.ContainsRune(anchorDrops, r):
			return -1
		}
		return r
	}, strings.Trim(markdown, " \t\n"))
}

// placeSections gives each section the anchor its Doc's ID carries and the
// one its link goes to.
//
// The site gives equal headings of a page equal ids, and a browser goes to the
// first of them. IDs must differ, so the later ones are numbered ("Options-1");
// their links go to the closest heading above that the browser finds.
func placeSections(sections []*section) {
	own := map[string]bool{} // ids the page itself has
	for _, s := range sections {
		own[s.anchor] = true
	}
	taken := map[string]bool{}
	last := map[string]int{} // highest number given by base
	for _, s := range sections {
		if s.level == 0 {
			continue // text before any heading: the page itself
		}
		if s.anchor != "" && !taken[s.anchor] {
			taken[s.anchor] = true
			s.id, s.target = s.anchor, s.anchor
			continue
		}
		if s.parent != nil {
			s.target = s.parent.target
		}
		base := cmp.Or(s.anchor, headingAnchor(s.title), "section")
		s.id = base
		for taken[s.id] || own[s.id] {
			last[base]++
			s.id = base + "-" + strconv.Itoa(last[base])
		}
		taken[s.id] = true
	}
}
