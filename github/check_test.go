package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/milvus-medic/medic/search/paste"
)

// The sentences that may stand outside of fences. They are written out here
// once more so that a change of the code alone fails the tests.
var (
	captionLine = regexp.MustCompile(`^_(?:(?:(?:Environment|Current behaviour|Steps to reproduce|Expected behaviour|Log|Further notes):|` +
		`The reporter added no description; the error that leads the pasted text:|` +
		`Written in [A-Za-z ]+, kept as written\.|` +
		`Cut to fit: (?:none of [\d,]+ lines? is shown|the end is left out|the line is shortened|` +
		`lines [\d,]+ to [\d,]+ of [\d,]+ are shown(?:, [\d,]+ of them shortened)?)\.) ?)+_$`)
	noteLine = regexp.MustCompile(`^(?:Drafted by milvus-medic from what the reporter sent on Discord(?:; \(detected\) marks what was read from it)?\.|` +
		`Not known: [A-Za-z/, ]+\.|` +
		`Replaced by placeholders in angle brackets: [a-z0-9,× -]+\.|` +
		`Lines that look like bot commands have one space in front, so that no bot acts on them\.)$`)
	markerLine = regexp.MustCompile(`^<!-- milvus-medic:[A-Za-z0-9]{8,64} -->\n?$`)
	lineEnds   = regexp.MustCompile("\r\n|[\n\r\v\f\u0085\u2028\u2029]")
)

var (
	otherEnds = regexp.MustCompile("[\r\u0085\u2028\u2029]")
	controls  = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f-\x{9f}]`)
	command   = regexp.MustCompile(`^/\pL`)
)

// parsedBody is what a reader of the issue gets.
type parsedBody struct {
	headings []string
	blocks   map[string][]string // literal texts of code blocks by heading
	notes    []string
	captions map[string][]string
	marker   bool
}

// parseBody reads a body as GitHub does and reports everything that the
// package promises not to be there.
func parseBody(form *Form, body string) (*parsedBody, error) {
	if !utf8.ValidString(body) {
		return nil, fmt.Errorf("body is not UTF-8")
	}
	for _, line := range lineEnds.Split(body, -1) {
		if rest, ok := strings.CutPrefix(line, "/"); ok {
			if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) {
				return nil, fmt.Errorf("line %q is a command", line)
			}
		}
	}
	src := []byte(body)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	p := &parsedBody{blocks: map[string][]string{}, captions: map[string][]string{}}
	heading := ""
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		raw := string(n.Lines().Value(src))
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level != 3 {
				return nil, fmt.Errorf("heading %q of level %d", raw, n.Level)
			}
			heading = strings.TrimSpace(raw)
			p.headings = append(p.headings, heading)
		case *ast.FencedCodeBlock:
			p.blocks[heading] = append(p.blocks[heading], raw)
		case *ast.Paragraph:
			switch {
			case raw == noResponse, raw == "_The same happens on another system:_" && heading == "":
			case captionLine.MatchString(raw):
				p.captions[heading] = append(p.captions[heading], raw)
			case !isChoice(form, heading, raw):
				return nil, fmt.Errorf("paragraph %q under %q", raw, heading)
			}
		case *ast.List:
			if err := p.list(form, heading, n, src); err != nil {
				return nil, err
			}
		case *ast.HTMLBlock:
			if !markerLine.MatchString(raw) || n.NextSibling() != nil {
				return nil, fmt.Errorf("HTML %q", raw)
			}
			p.marker = true
		default:
			return nil, fmt.Errorf("%v %q under %q", n.Kind(), raw, heading)
		}
	}
	return p, noLinks(doc, src)
}

func (p *parsedBody) list(form *Form, heading string, list *ast.List, src []byte) error {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if item.ChildCount() != 1 {
			return fmt.Errorf("list item with %d blocks", item.ChildCount())
		}
		raw := strings.TrimSpace(string(item.FirstChild().Lines().Value(src)))
		switch {
		case noteLine.MatchString(raw):
			p.notes = append(p.notes, raw)
		case strings.HasPrefix(raw, "[ ] "), strings.HasPrefix(raw, "[x] "):
			if !isChoice(form, heading, raw[4:]) {
				return fmt.Errorf("checkbox %q", raw)
			}
		default:
			return fmt.Errorf("list item %q under %q", raw, heading)
		}
	}
	return nil
}

// isChoice reports whether raw is made of options of the field.
func isChoice(form *Form, heading, raw string) bool {
	for _, fd := range form.Fields {
		if fd.Label != heading {
			continue
		}
		rest := raw
		for _, o := range fd.Options {
			rest = strings.TrimPrefix(strings.TrimPrefix(rest, o.Label), ", ")
		}
		if rest == "" {
			return true
		}
	}
	return false
}

// noLinks fails on anything that points elsewhere or is HTML.
func noLinks(doc ast.Node, src []byte) error {
	return ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link, *ast.AutoLink, *ast.Image, *ast.RawHTML, *east.Table, *east.Strikethrough:
			return ast.WalkStop, fmt.Errorf("%v outside of a fence", n.Kind())
		case *ast.Text:
			if s := string(n.Value(src)); strings.ContainsAny(s, "@#") {
				return ast.WalkStop, fmt.Errorf("mention or reference in %q", s)
			}
		}
		return ast.WalkContinue, nil
	})
}

func labels(form *Form) []string {
	var out []string
	for _, fd := range form.Fields {
		if fd.Type != TypeMarkdown {
			out = append(out, fd.Label)
		}
	}
	return out
}

// checkBody fails the test unless body has exactly the form's headings and
// the texts, by field label, in one code block each.
func checkBody(t *testing.T, form *Form, body string, texts map[string]string) *parsedBody {
	t.Helper()
	p, err := parseBody(form, body)
	if err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	if !slices.Equal(p.headings, labels(form)) {
		t.Fatalf("headings %q, want %q\n%s", p.headings, labels(form), body)
	}
	for label, want := range texts {
		got := p.blocks[label]
		wantLines := fenceLines(want)
		if len(wantLines) == 0 {
			continue
		}
		if len(got) != 1 {
			t.Fatalf("%d code blocks under %q, want 1\n%s", len(got), label, body)
		}
		if err := sameText(got[0], wantLines, strings.Join(p.captions[label], "\n")); err != nil {
			t.Fatalf("%s: %v\n%s", label, err, body)
		}
	}
	return p
}

// fenceLines is what a text must look like in a fence: its lines, those that
// start with a slash and a letter with a space in front. Only "\n" ends a
// line; what else might is a space, and control characters are gone.
func fenceLines(s string) []string {
	s = strings.ReplaceAll(strings.TrimRight(s, " \t\r\n"), "\r\n", "\n")
	s = controls.ReplaceAllString(otherEnds.ReplaceAllString(s, " "), "")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if command.MatchString(line) {
			lines[i] = " " + line
		}
	}
	return lines
}

// sameText compares the literal text of a code block with the text it was
// made from. Where the caption says so, lines at the ends are missing and
// lines are shortened.
func sameText(literal string, want []string, caption string) error {
	literal = strings.TrimSuffix(literal, "\n")
	cut := strings.Contains(caption, "Cut to fit")
	if !cut {
		if literal != strings.Join(want, "\n") {
			return fmt.Errorf("code block %q, want %q", literal, strings.Join(want, "\n"))
		}
		return nil
	}
	if strings.Contains(caption, "none of") {
		if literal != "" {
			return fmt.Errorf("caption %q, code block %q", caption, literal)
		}
		return nil
	}
	got := strings.Split(literal, "\n")
	first, last, total := 1, len(got), len(want)
	if m := regexp.MustCompile(`lines ([\d,]+) to ([\d,]+) of ([\d,]+)`).FindStringSubmatch(caption); m != nil {
		fmt.Sscan(strings.ReplaceAll(strings.Join(m[1:], " "), ",", ""), &first, &last, &total)
	}
	if total != len(want) || last > total || last-first+1 != len(got) {
		return fmt.Errorf("caption %q, %d lines in the code block, %d in the text", caption, len(got), len(want))
	}
	for i, line := range got {
		full := want[first-1+i]
		if short, ok := strings.CutSuffix(line, cutMark); line != full && (!ok || !strings.HasPrefix(full, short)) {
			return fmt.Errorf("line %q, want %q", line, full)
		}
	}
	return nil
}

// redactedText is what the draft was given of a text.
func redactedText(s string) string { return paste.FromText(s).Text() }

// removals builds a list without naming the type of the kind.
func removals(kind string, n int) []paste.Removal {
	var r paste.Removal
	r.Kind, r.Count = paste.Kind(kind), n
	return []paste.Removal{r}
}
