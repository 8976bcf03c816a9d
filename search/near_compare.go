package search

import (
	"bytes"
	"slices"
)

// unlike is what a difference costs that makes another text of a template: in
// a number, which is a port, a code or a version.
const unlike = 1 << 10

// nearly tells whether the template stands in the line with at most one
// character in nearErrors inserted, left out or changed, and says the same.
// If the line ends the paste, the template may be cut off there.
//
// It is the classic search for a pattern with errors: a row for each
// character of the pattern, a column for each of the line, in which the
// pattern may begin anywhere.
func (m *nearScratch) nearly(t *nearTemplate, line []byte, cut bool) bool {
	width := len(line) + 1
	if need := (len(t.pattern) + 1) * width; len(m.table) < need {
		m.table = make([]int32, need)
	}
	above := m.table[:width]
	clear(above)
	literal := 0
	for i, c := range t.pattern {
		row := m.table[(i+1)*width : (i+2)*width]
		if c == anyText {
			row[0] = above[0]
			for j := 1; j < width; j++ {
				row[j] = min(above[j], row[j-1])
			}
		} else {
			literal++
			fillRow(above, row, line, c, nextIsDigit(t.pattern, i))
		}
		// The cut is where the last character of the line is one of the
		// template's own: a variable must not swallow the rest of the line.
		if cut && len(line) > 0 && line[len(line)-1] == c && literal >= nearLiteral && float64(literal) >= cutShare*float64(t.literal) &&
			int(row[len(line)])*nearErrors <= literal && m.sameSense(t.pattern[:i+1], line, len(line)) {
			return true
		}
		above = row
	}
	best := 0
	for j, errors := range above {
		if errors < above[best] {
			best = j
		}
	}
	return int(above[best])*nearErrors <= literal && m.sameSense(t.pattern, line, best)
}

// fillRow computes the row of one literal character.
func fillRow(above, row []int32, line []byte, c byte, nextDigit bool) {
	digit := isDigit(c)
	missing := int32(1)
	if digit {
		missing = unlike
	}
	row[0] = above[0] + missing
	for j := 1; j < len(row); j++ {
		d := line[j-1]
		changed, added := cost(c, d), int32(1)
		if isDigit(d) && (digit || nextDigit) {
			added = unlike // 19530 is not 195300
		}
		row[j] = min(above[j-1]+changed, above[j]+missing, row[j-1]+added)
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func nextIsDigit(pattern []byte, i int) bool {
	return i+1 < len(pattern) && isDigit(pattern[i+1])
}

// sameSense tells whether the part of a line that was found for a pattern
// has the same numbers in it, and the same small words that turn the sense
// round. The table holds the rows of the pattern; the part ends before column
// end of the line.
func (m *nearScratch) sameSense(pattern, line []byte, end int) bool {
	width := len(line) + 1
	var found []byte
	j := end
	for i := len(pattern); i > 0; {
		row, above := m.table[i*width:], m.table[(i-1)*width:]
		c := pattern[i-1]
		switch {
		case c == anyText && j > 0 && row[j] != above[j]:
			j-- // the variable's own text
		case c == anyText:
			found = append(found, anyText)
			i--
		case j > 0 && row[j] == above[j-1]+cost(c, line[j-1]):
			found = append(found, line[j-1])
			i, j = i-1, j-1
		case j > 0 && row[j] == row[j-1]+1:
			found = append(found, line[j-1])
			j--
		default:
			i--
		}
	}
	slices.Reverse(found)
	for _, w := range turningWords {
		if bytes.Count(pattern, w) != bytes.Count(found, w) {
			return false
		}
	}
	return holdsNumbers(found, pattern)
}

// holdsNumbers tells whether the numbers of a pattern are among those of a
// text, in order and each as a whole.
func holdsNumbers(text, pattern []byte) bool {
	for {
		want, rest := nextNumber(pattern)
		if want == nil {
			return true
		}
		pattern = rest
		for {
			var got []byte
			if got, text = nextNumber(text); got == nil {
				return false
			}
			if bytes.Equal(got, want) {
				break
			}
		}
	}
}

// nextNumber returns the first number of a text and what follows it.
func nextNumber(b []byte) (number, rest []byte) {
	from := bytes.IndexFunc(b, func(r rune) bool { return '0' <= r && r <= '9' })
	if from < 0 {
		return nil, nil
	}
	to := from
	for to < len(b) && isDigit(b[to]) {
		to++
	}
	return b[from:to], b[to:]
}

// cost is what it costs to take d for c.
func cost(c, d byte) int32 {
	switch {
	case c == d:
		return 0
	case isDigit(c) || isDigit(d):
		return unlike
	}
	return 1
}

// turningWords are words, and beginnings of words, that make the opposite of
// a text when they are put in, left out or exchanged. They are looked for in
// squeezed text, where they stand within other words too; those a near match
// has in common with its template.
var turningWords = func() (list [][]byte) {
	for _, w := range []string{
		"not", "never", "without", "nolonger", "unable", "isnt", "arent", "cant", "couldnt", "dont", "doesnt", "didnt", "wont", "wasnt", "hasnt",
		"unavail", "unhealth", "unsupport", "unknown", "unexpect", "uninit", "unlock", "unreach", "unauth", "invalid", "insufficien", "inconsisten",
		"incompat", "incorrect", "inactive", "disabl", "disconnect", "nonexist", "success", "fail", "less", "greater", "fewer", "more",
		"before", "after", "above", "below", "larger", "smaller", "min", "max", "read", "write", "first", "last", "empty",
	} {
		list = append(list, []byte(w))
	}
	return list
}()
