package kb

import (
	"errors"
	"strings"
)

// The Markdown parser takes quadratic time or memory for some texts that no
// writer makes by hand, and each heading repeats the titles above it. These
// limits keep the worst page they let through to a few seconds, and are far
// above what pages of the Milvus documentation have, given in parentheses.
const (
	maxMarkdown = 512 << 10 // bytes of a page (86 KiB)
	maxNesting  = 32        // quotes and list items begun on one line (2)
	maxMarks    = 4 << 10   // inline marks between two blank lines (1,513)
	maxCells    = 256 << 10 // columns times rows of a table (under 1,000)
	maxSections = 5000      // of a page, of either shape (140)
)

// inlineMarks are the characters with which inline markup may begin or end.
const inlineMarks = "*_~[]()!`<&"

// checkMarkdown returns an error for a page that goes beyond the limits.
func checkMarkdown(page string) error {
	if len(page) > maxMarkdown {
		return errors.New("more than 512 KiB of Markdown")
	}
	marks, columns, rows := 0, 0, 0
	for line := range strings.Lines(page) {
		if strings.TrimSpace(line) == "" {
			marks, columns, rows = 0, 0, 0
			continue
		}
		for i := range len(line) {
			if strings.IndexByte(inlineMarks, line[i]) >= 0 {
				marks++
			}
		}
		if isDelimiterRow(line) {
			columns = max(columns, strings.Count(line, "|")+1)
		}
		rows++
		switch {
		case marks > maxMarks:
			return errors.New("too much inline markup in one paragraph")
		case columns*rows > maxCells:
			return errors.New("a table with too many cells")
		case nesting(line) > maxNesting:
			return errors.New("quotes or lists nested too deep")
		}
	}
	return nil
}

// isDelimiterRow tells whether a table may begin at this line.
func isDelimiterRow(line string) bool {
	return strings.Contains(line, "-") && strings.Trim(line, " \t\n>|:-*+.)0123456789") == ""
}

// nesting counts the quote and list markers at the start of a line.
func nesting(line string) int {
	for n := 0; ; n++ {
		line = strings.TrimLeft(line, " \t")
		digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case digits > 0 && isMarker(line[digits:], ".)"):
			line = line[digits+1:]
		case isMarker(line, "-*+"):
			line = line[1:]
		default:
			return n
		}
	}
}

// isMarker tells whether s begins with one of chars and white space.
func isMarker(s, chars string) bool {
	return len(s) > 1 && strings.IndexByte(chars, s[0]) >= 0 && strings.IndexByte(" \t\n", s[1]) >= 0
}
