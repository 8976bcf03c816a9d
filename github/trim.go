package github

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// keep says which part of a text stays when it has to be cut.
type keep int

const (
	keepAround keep = iota // a log: the lines around its anchor
	keepHead               // a user's words: the beginning
	keepLast               // the environment: the beginning, and cut after all others
)

// block is one text in a fence.
type block struct {
	info     string   // the fence's language
	lines    []string // the whole text, neutralised
	keep     keep
	anchor   int    // keepAround: index of the line that stays longest
	words    bool   // written by the user, not copied from a machine
	caption  string // what the text is, where the heading does not say it
	language string // what language it is in, where that needs saying
	slashes  int    // lines that were neutralised

	kept      []string // what is shown
	first     int      // index in lines of the first line shown
	shortened int      // shown lines that were cut
}

func newBlock(info string, lines []string, k keep) *block {
	lines = slices.Clone(lines)
	b := &block{info: info, lines: lines, keep: k, slashes: neutralise(lines)}
	b.kept = lines
	return b
}

// foreign reports letters that English does not have. Steps may be code even
// where everything else is in the user's language.
func (b *block) foreign() bool {
	return slices.ContainsFunc(b.lines, func(line string) bool {
		return strings.IndexFunc(line, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) >= 0
	})
}

// cut tells what is not shown.
func (b *block) cut() string {
	n := len(b.lines)
	switch {
	case len(b.kept) == n && b.shortened == 0:
		return ""
	case len(b.kept) == 0:
		return fmt.Sprintf("Cut to fit: none of %s is shown.", lineCount(n))
	case b.keep != keepAround:
		return "Cut to fit: the end is left out."
	case len(b.kept) == n && n == 1:
		return "Cut to fit: the line is shortened."
	}
	s := fmt.Sprintf("Cut to fit: lines %s to %s of %s are shown", count(b.first+1), count(b.first+len(b.kept)), count(n))
	if b.shortened > 0 {
		s += fmt.Sprintf(", %s of them shortened", count(b.shortened))
	}
	return s + "."
}

func lineCount(n int) string {
	if n == 1 {
		return "1 line"
	}
	return count(n) + " lines"
}

// noteRoom is the cost, by any measure used here, that a note about a cut adds.
const noteRoom = 160

// trimStages say how far texts are cut before the next text is: the part of
// the whole limit that a log and that other texts may keep.
var trimStages = []struct{ log, other float64 }{
	{0.3, 1},
	{0.3, 0.15},
	{0.1, 0.05},
	{0, 0},
	{0, 0}, // notes of the last cuts may have taken what was gained
}

// fit writes the document within limit, measured by cost, which must be
// additive. It cuts logs first, then the longest of the other texts. A form
// that alone exceeds the limit comes out longer.
func (doc document) fit(limit int, cost func(string) int) string {
	s := doc.String()
	for _, stage := range trimStages {
		for _, b := range doc.longest(cost) {
			over := cost(s) - limit
			if over <= 0 {
				return s
			}
			share := stage.other
			if b.keep == keepAround {
				share = stage.log
			}
			have := linesCost(b.kept, cost)
			goal := max(have-over-noteRoom, int(share*float64(limit)))
			if goal < have {
				b.shrink(goal, cost)
				s = doc.String()
			}
		}
	}
	if cost(s) > limit {
		for _, b := range doc.longest(cost) {
			b.kept, b.first, b.shortened = nil, 0, 0
		}
		s = doc.String()
	}
	return s
}

// longest lists the blocks in the order in which they are cut.
func (doc document) longest(cost func(string) int) []*block {
	var blocks []*block
	for _, s := range doc.sections {
		blocks = append(blocks, s.blocks...)
	}
	size := map[*block]int{}
	for _, b := range blocks {
		size[b] = linesCost(b.kept, cost)
	}
	slices.SortStableFunc(blocks, func(a, b *block) int {
		if a.keep != b.keep {
			return int(a.keep - b.keep)
		}
		return size[b] - size[a]
	})
	return blocks
}

func linesCost(lines []string, cost func(string) int) int {
	n := 0
	for _, line := range lines {
		n += cost(line) + cost("\n")
	}
	return n
}

// shrink keeps what the block's rule says within budget.
func (b *block) shrink(budget int, cost func(string) int) {
	b.kept, b.first, b.shortened = nil, 0, 0
	if len(b.lines) == 0 {
		return
	}
	if b.keep == keepAround {
		b.shrinkAround(budget, cost)
		return
	}
	for i, line := range b.lines {
		c := cost(line) + cost("\n")
		if c > budget {
			short := clip(line, cutMark, budget-cost("\n"), cost)
			if short != "" && (i == 0 || utf16Len(short) >= leastOfLine) {
				b.kept = append(b.kept, short)
				b.shortened++
			}
			return
		}
		budget -= c
		b.kept = append(b.kept, line)
	}
}

const (
	cutMark = " […]"
	// leastOfLine is how many characters of a line are worth showing.
	leastOfLine = 20
	// longLine is the cost that one line of a cut log may have; one line in
	// three thousand characters is a stack trace or a dumped request.
	longLine = 3000
)

// window grows around the problem of a log that is cut: so many lines after
// it and before it are kept before others are. Stack traces follow a problem
// and causes precede it. After the window come the newer lines, then the
// older ones, so that the oldest are the first to go.
var window = []struct{ after, before int }{{10, 6}, {30, 20}, {60, 40}, {math.MaxInt, 40}, {math.MaxInt, math.MaxInt}}

// shrinkAround keeps the anchor and what of the window fits.
func (b *block) shrinkAround(budget int, cost func(string) int) {
	lineEnd := cost("\n")
	most := min(longLine, budget/3)
	short := map[int]string{}
	take := func(i int) bool {
		line, c := b.lines[i], cost(b.lines[i])
		if c > most {
			line = clip(line, cutMark, most, cost)
			c = cost(line)
		}
		if line == "" && b.lines[i] != "" || c+lineEnd > budget {
			return false
		}
		budget -= c + lineEnd
		if line != b.lines[i] {
			short[i] = line
		}
		return true
	}
	if !take(b.anchor) {
		return
	}
	lo, hi := b.anchor, b.anchor+1
	for _, w := range window {
		for hi < len(b.lines) && hi-b.anchor <= w.after && take(hi) {
			hi++
		}
		for lo > 0 && b.anchor-lo < w.before && take(lo-1) {
			lo--
		}
	}
	b.first, b.shortened = lo, len(short)
	b.kept = slices.Clone(b.lines[lo:hi])
	for i, line := range short {
		if i >= lo && i < hi {
			b.kept[i-lo] = line
		}
	}
}

// left describes for the user what the document does not show: "12 of 80
// lines of Milvus Log".
func (doc document) left() []string {
	var out []string
	for _, s := range doc.sections {
		for _, b := range s.blocks {
			name := s.label
			if b.caption != "" {
				name += " (" + strings.TrimRight(b.caption, ":") + ")"
			}
			gone := len(b.lines) - len(b.kept)
			switch {
			case gone == 0 && b.shortened == 0:
			case b.keep == keepAround && gone > 0:
				out = append(out, fmt.Sprintf("%s of %s of %s", count(gone), lineCount(len(b.lines)), name))
			case len(b.kept) == 0:
				out = append(out, name)
			case b.keep == keepAround:
				out = append(out, "parts of long lines of "+name)
			default:
				out = append(out, "the end of "+name)
			}
		}
	}
	return out
}
