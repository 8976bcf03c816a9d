package kb

import (
	"strings"
	"unicode"
)

// Titles and anchors recur in the sections below them, so a page must not
// bring any length of them. The longest of the Milvus documentation have 206
// bytes in English.
const (
	maxTitle  = 600
	maxAnchor = 400
)

// clip cuts a title that is no title, such as a heading that is never closed.
func clip(title string) string {
	if len(title) <= maxTitle {
		return title
	}
	return strings.ToValidUTF8(title[:maxTitle], "") + "…"
}

// pageText gathers what a reader sees of a page as plain text: white space
// runs are one space, blocks stand on a line each, and there are no empty
// lines.
type pageText struct {
	b    strings.Builder
	next byte // white space due before more text: 0, ' ' or '\n'
}

// write adds text in the flow of a line.
func (t *pageText) write(s string) {
	for s != "" {
		i := strings.IndexFunc(s, unicode.IsSpace)
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			if t.next != 0 && t.b.Len() > 0 {
				t.b.WriteByte(t.next)
			}
			t.next = 0
			t.b.WriteString(s[:i])
			s = s[i:]
		}
		rest := strings.TrimLeftFunc(s, unicode.IsSpace)
		if len(rest) < len(s) && t.next == 0 {
			t.next = ' '
		}
		s = rest
	}
}

// breakLine ends the line, if there is one.
func (t *pageText) breakLine() { t.next = '\n' }

func (t *pageText) String() string { return t.b.String() }

// shownCode returns a code block as readers see it: without the comments that
// tell the site which lines to highlight, with plain spaces for non-breaking
// ones, and without lines at the end that show nothing.
func shownCode(code string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.ReplaceAll(code, "\u00a0", " "), "\n") {
		if !isHighlightMark(line) {
			lines = append(lines, line)
		}
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return strings.Join(lines, "\n")
}

func isHighlightMark(line string) bool {
	line = strings.TrimSpace(line)
	comment, ok := strings.CutPrefix(line, "#")
	if !ok {
		comment, ok = strings.CutPrefix(line, "//")
	}
	switch strings.TrimSpace(comment) {
	case "highlight-next-line", "highlight-start", "highlight-end":
		return ok
	}
	return false
}
