package kb

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// MaxPageBytes is the largest documentation page that is read, before and
// after its includes are put in.
const MaxPageBytes = 4 << 20

var errPageSize = fmt.Errorf("larger than %d KiB", MaxPageBytes>>10)

// PageEnv is what a documentation page refers to. The zero value knows
// nothing, so that each reference becomes a Warning.
type PageEnv struct {
	// Variables are the values of {{var.name}} by name.
	Variables map[string]string
	// Fragment returns the content of an include such as "fragments/x.md".
	Fragment func(name string) ([]byte, error)
}

// ReadPage parses one page of the Milvus documentation in language lang and
// returns a Doc for every heading, in the order of the page. The name is the
// page's path under the language folder ("faq/troubleshooting.md"). Both
// shapes that Milvus publishes are read: Markdown sources, and the localised
// pages, which are HTML after the front matter.
//
// Of a Doc, the Title is the heading, and the Body starts with a line of the
// headings above it ("Troubleshooting › etcd crash issues") where there are
// any. The Body is plain text without code blocks: paragraphs, list items and
// table rows on a line each, cells separated by " | ", links followed by
// their absolute address in parentheses, images replaced by their text. Code
// holds the code blocks as a reader sees them, without blank lines at the
// end. Text before the first heading goes to the Doc of the page's title,
// after the summary of the front matter.
//
// Errors are a page of more than MaxPageBytes and one whose structure is too
// involved to be a page; everything else is a Warning.
func ReadPage(name, lang string, src []byte, env PageEnv) ([]Doc, []Warning, error) {
	p, err := readPage(name, lang, src, env)
	if err != nil {
		return nil, p.warnings, fmt.Errorf("kb: docs: %s: %w", name, err)
	}
	return p.docs(), p.warnings, nil
}

// docsPage is a parsed page.
type docsPage struct {
	name, lang string
	front      frontMatter
	sections   []*section
	warnings   []Warning
}

// readPage always returns a page, for its warnings.
func readPage(name, lang string, src []byte, env PageEnv) (*docsPage, error) {
	p := &docsPage{name: name, lang: lang}
	if len(src) > MaxPageBytes {
		return p, errPageSize
	}
	x := expander{env: env, warn: p.warn}
	if err := x.expand(cleanPage(src, name, p.warn), []string{name}); err != nil {
		return p, err
	}
	body := p.readFrontMatter(x.out.String())
	if !isRendered(body) {
		if err := checkMarkdown(body); err != nil {
			return p, err
		}
		var err error
		if body, err = renderMarkdown(body); err != nil {
			return p, err
		}
	}
	sections := scanSections(body, p.address())
	if len(sections) > maxSections {
		return p, errors.New("too many headings")
	}
	placeSections(sections)
	p.sections = sections
	return p, nil
}

func (p *docsPage) warn(file string, line int, text string) {
	p.warnings = append(p.warnings, Warning{file, line, text})
}

// cleanPage returns src as valid UTF-8 with plain line ends, without byte
// order mark, NUL and zero-width spaces (which the site removes as well).
func cleanPage(src []byte, name string, warn func(file string, line int, text string)) string {
	if !utf8.Valid(src) {
		valid := 0
		for r, n := utf8.DecodeRune(src); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(src[valid:]) {
			valid += n
		}
		warn(name, 1+bytes.Count(src[:valid], []byte("\n")), "invalid UTF-8, replaced by U+FFFD")
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u200b", "", "\ufeff", "", "\x00", "\ufffd").
		Replace(strings.ToValidUTF8(string(src), "\ufffd"))
}

// isRendered tells a localised page, which is the HTML that the site made of
// the English source, from a source. The class is on every heading of them.
func isRendered(body string) bool {
	return strings.HasPrefix(strings.TrimSpace(body), "<") && strings.Contains(body, `class="common-anchor-header"`)
}

// generatedAnchor is the attribute under which a heading's anchor travels from
// Markdown to the scanner, apart from the ids that pages set themselves.
const generatedAnchor = "data-heading-anchor"

// renderMarkdown makes the HTML that the site would, with an anchor on every
// heading.
func renderMarkdown(body string) (string, error) {
	src := []byte(body)
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()),
		goldmark.WithRendererOptions(html.WithUnsafe()), // pages are partly HTML
	)
	doc := md.Parser().Parse(text.NewReader(src))
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		h.SetAttributeString(generatedAnchor, []byte(headingAnchor(string(h.Lines().Value(src)))))
		return ast.WalkSkipChildren, nil
	})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, src, doc); err != nil {
		return "", err
	}
	return out.String(), nil
}

// pageIDRE is what a page's own name for its address may be.
var pageIDRE = regexp.MustCompile(`^[A-Za-z0-9_.-]+\.md$`)

// address returns where the page is. The site's addresses are flat: the
// folder of a page is not part of them.
func (p *docsPage) address() string {
	file := url.PathEscape(path.Base(p.name))
	if id := p.front.id; len(id) <= maxAnchor && pageIDRE.MatchString(id) {
		file = id
	}
	return docsBase(p.lang) + file
}

// docs returns the page's sections as Docs.
func (p *docsPage) docs() []Doc {
	sections := p.sections
	top := sections[0] // what stands before the first heading
	if len(sections) > 1 && sections[1].level == 1 {
		sections = sections[1:]
		sections[0].text = joinLines(top.text, sections[0].text)
		sections[0].code = append(top.code, sections[0].code...)
	} else {
		top.title = cmp.Or(p.front.title, strings.TrimSuffix(path.Base(p.name), ".md"))
		if top.text == "" && len(top.code) == 0 && p.front.summary == "" {
			sections = sections[1:]
		}
	}
	page := strings.TrimSuffix(p.name, ".md")
	docs := make([]Doc, 0, len(sections))
	for i, s := range sections {
		d := Doc{ID: page, Kind: KindSection, Lang: p.lang, Title: s.title, Code: s.code}
		if s.id != "" {
			d.ID += "#" + s.id
		}
		d.URL = p.address() + fragment(s.target)
		if i == 0 && s.level <= 1 {
			d.Body = joinLines(p.front.summary, s.text)
		} else {
			d.Body = joinLines(s.context(p.front.title), s.text)
		}
		docs = append(docs, d)
	}
	return docs
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
