package kb

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// section is what a page says under one heading.
type section struct {
	level  int // of the heading, 1 to 6; 0 for the text before any heading
	title  string
	parent *section
	text   string
	code   []string

	anchor string // the id the page gives to the heading ("{#id}", <a id>) or the site makes; empty without one
	id     string // the anchor in the Doc's ID, unique in the page
	target string // the anchor in the Doc's URL, one that the page has
}

// context returns the headings above s, outermost first, under the page's
// title where the page has no first-level heading.
func (s *section) context(page string) string {
	var path []string
	outermost := s
	for a := s.parent; a != nil; a = a.parent {
		path = append(path, a.title)
		outermost = a
	}
	if outermost.level > 1 && page != "" {
		path = append(path, page)
	}
	slices.Reverse(path)
	return strings.Join(path, " › ")
}

// scanner reads a page's HTML token by token, which stays linear and shallow
// whatever the page looks like; a tree of a malformed page can outgrow it a
// thousandfold.
type scanner struct {
	address  string // of the page, for its links
	sections []*section
	text     *pageText     // of the last section
	heading  *headingToken // being read
	link     string        // address of the link being read
	linkAt   int           // how much text stood before it

	pre      *strings.Builder // the code block being read
	preStart bool             // and nothing of it was read yet
	skip     atom.Atom        // element whose content is left out
	depth    int              // how many of its kind are open
	cell     bool             // in a table cell, where lines do not break
	cells    int              // cells of the row so far
}

// headingToken is a heading being read.
type headingToken struct {
	level     int
	anchor    string // its own id
	inner     string // id of an <a> in it
	generated string // id from its Markdown
	text      pageText
}

// notText are elements whose content is no text of the page.
var notText = map[atom.Atom]bool{
	atom.Button: true, atom.Svg: true, atom.Style: true, atom.Script: true, atom.Template: true,
	atom.Iframe: true, atom.Noscript: true, atom.Object: true, atom.Video: true, atom.Audio: true,
	atom.Canvas: true, atom.Select: true, atom.Textarea: true,
}

// hidden are classes of elements that hold no text of the page either.
var hidden = map[atom.Atom][]string{
	atom.Div:  {"multipleCode", "filter", "tab-wrapper"}, // links that switch what is shown
	atom.Span: {"katex-html"},                            // a formula drawn, after its MathML
}

// blocks are elements whose text stands on lines of its own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true,
	atom.Dt: true, atom.Dd: true, atom.Blockquote: true, atom.Table: true, atom.Thead: true,
	atom.Tbody: true, atom.Tfoot: true, atom.Caption: true, atom.Tr: true, atom.Details: true,
	atom.Summary: true, atom.Section: true, atom.Article: true, atom.Aside: true, atom.Header: true,
	atom.Footer: true, atom.Nav: true, atom.Main: true, atom.Figure: true, atom.Figcaption: true,
	atom.Hr: true, atom.Pre: true, atom.Center: true, atom.Address: true, atom.Form: true,
}

// scanSections returns the sections of a page's HTML. The first one is what
// stands before any heading, and may be empty.
func scanSections(page, address string) []*section {
	s := &scanner{address: address}
	s.open(&section{})
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: a string has no other error
			break
		}
		tok := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			s.start(tok)
		case html.EndTagToken:
			s.end(tok.DataAtom)
		case html.TextToken:
			s.content(tok.Data)
		}
	}
	s.endCode()
	s.endHeading()
	s.close()
	return s.sections
}

// open begins a section.
func (s *scanner) open(sec *section) {
	s.close()
	s.sections = append(s.sections, sec)
	s.text = &pageText{}
}

// close completes the last section.
func (s *scanner) close() {
	if len(s.sections) > 0 {
		s.sections[len(s.sections)-1].text = s.text.String()
	}
}

// flow is where text goes at this point.
func (s *scanner) flow() *pageText {
	if s.heading != nil {
		return &s.heading.text
	}
	return s.text
}

func (s *scanner) content(text string) {
	switch {
	case s.skip != 0:
	case s.pre != nil:
		if s.preStart { // as browsers do
			text = strings.TrimPrefix(text, "\n")
			s.preStart = false
		}
		s.pre.WriteString(text)
	default:
		s.flow().write(text)
	}
}

func (s *scanner) start(tok html.Token) {
	tag := tok.DataAtom
	if s.skip != 0 {
		if tag == s.skip && tok.Type == html.StartTagToken {
			s.depth++
		}
		return
	}
	if notText[tag] || isHidden(tok) {
		if tok.Type == html.StartTagToken {
			s.skip, s.depth = tag, 1
		}
		return
	}
	if s.pre != nil {
		s.preStart = false
		if tag == atom.Br {
			s.pre.WriteByte('\n')
		}
		return
	}
	if level := headingLevel(tag); level > 0 {
		s.endHeading()
		s.heading = &headingToken{level: level, anchor: attr(tok, "id"), generated: attr(tok, generatedAnchor)}
		return
	}
	if blocks[tag] {
		s.endHeading() // one that was never closed
		s.cellBreak(tag)
	}
	switch tag {
	case atom.Pre:
		s.pre, s.preStart = &strings.Builder{}, true
	case atom.Br:
		s.lineBreak()
	case atom.Img:
		if !hasClass(tok, "doc-image") { // whose text follows as a caption
			s.flow().write(attr(tok, "alt"))
		}
	case atom.A:
		s.startLink(tok)
	case atom.Span:
		if hasClass(tok, "beta-tag") { // "Compatible with Milvus v2.6", after a heading
			s.flow().write(" | ")
		}
	case atom.Td, atom.Th:
		if s.cells > 0 {
			s.text.write(" | ")
		}
		s.cells++
		s.cell = true
	}
}

func isHidden(tok html.Token) bool {
	return slices.ContainsFunc(hidden[tok.DataAtom], func(c string) bool { return hasClass(tok, c) })
}

func (s *scanner) end(tag atom.Atom) {
	switch {
	case s.skip != 0:
		if tag == s.skip {
			if s.depth--; s.depth == 0 {
				s.skip = 0
			}
		}
	case s.pre != nil:
		if tag == atom.Pre {
			s.endCode()
		}
	case headingLevel(tag) > 0:
		s.endHeading()
	case tag == atom.A:
		s.endLink()
	case tag == atom.Td || tag == atom.Th:
		s.cell = false
	case blocks[tag]:
		s.cellBreak(tag)
	}
}

// cellBreak ends the line at the edge of a block. Blocks in a table cell stay
// on the row's line; rows and tables end it, whether or not cells are closed.
func (s *scanner) cellBreak(tag atom.Atom) {
	switch tag {
	case atom.Tr, atom.Table, atom.Thead, atom.Tbody, atom.Tfoot:
		s.cell, s.cells = false, 0
	}
	s.lineBreak()
}

func (s *scanner) lineBreak() {
	if s.cell || s.heading != nil {
		s.flow().write(" ")
		return
	}
	s.text.breakLine()
}

func (s *scanner) startLink(tok html.Token) {
	s.endLink()
	if s.heading != nil {
		s.heading.inner = cmp.Or(s.heading.inner, attr(tok, "id"), attr(tok, "name"))
		return
	}
	s.link, s.linkAt = resolveLink(s.address, attr(tok, "href")), s.text.b.Len()
}

// endLink writes the link's address after its text. A link around a heading
// has lost its place and is left out.
func (s *scanner) endLink() {
	if s.link != "" && s.heading == nil && s.text.b.Len() > s.linkAt {
		shown := s.text.String()[s.linkAt:]
		if strings.TrimSpace(shown) != s.link {
			s.text.write(" (" + s.link + ")")
		}
	}
	s.link = ""
}

func (s *scanner) endCode() {
	if s.pre == nil {
		return
	}
	sec := s.sections[len(s.sections)-1]
	if code := shownCode(s.pre.String()); code != "" {
		sec.code = append(sec.code, code)
	}
	s.pre = nil
	s.lineBreak()
}

// endHeading begins the section of the heading that was read. One without
// text, such as a spacer, is none.
func (s *scanner) endHeading() {
	h := s.heading
	if h == nil {
		return
	}
	s.heading = nil
	full := h.text.String()
	if full == "" {
		return
	}
	anchor := cmp.Or(h.anchor, h.inner, h.generated)
	if len(anchor) > maxAnchor {
		anchor = ""
	}
	parent := s.sections[len(s.sections)-1]
	for parent != nil && parent.level >= h.level {
		parent = parent.parent
	}
	if parent != nil && parent.level == 0 {
		parent = nil
	}
	s.link = ""
	s.open(&section{level: h.level, title: clip(full), parent: parent, anchor: anchor})
	if len(full) > maxTitle {
		s.text.write(full)
		s.text.breakLine()
	}
}

// headingLevel returns 1 to 6 for h1 to h6, else 0.
func headingLevel(tag atom.Atom) int {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(tag.String()[1] - '0')
	}
	return 0
}

func attr(tok html.Token, name string) string {
	for _, a := range tok.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasClass(tok html.Token, class string) bool {
	return slices.Contains(strings.Fields(attr(tok, "class")), class)
}
