package github

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isBreak reports characters that end a line somewhere or that no line
// should hold: control characters and Unicode's line separators.
func isBreak(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// oneLine collapses white space, line ends included, to single spaces.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isBreak(r) }), " ")
}

// splitLines prepares a text for a fence: valid UTF-8, lines without their
// ends and without control characters. Blank lines at the end go.
func splitLines(text string) []string {
	text = strings.TrimRight(strings.ToValidUTF8(text, "\uFFFD"), " \t\r\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.Map(fenceRune, line)
	}
	return lines
}

// fenceRune keeps tabs and drops or replaces what could be read as the end of
// a line by a program that is looking for commands.
func fenceRune(r rune) rune {
	switch {
	case r == '\t':
		return r
	case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085':
		return ' '
	case unicode.IsControl(r):
		return -1
	}
	return r
}

// neutralise puts a space before "/" and a letter at the start of each line
// and tells how many lines it changed. Bots that act on commands in issues
// read the raw text line by line, code or not.
func neutralise(lines []string) int {
	n := 0
	for i, line := range lines {
		rest, ok := strings.CutPrefix(line, "/")
		if !ok {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) {
			lines[i] = " " + line
			n++
		}
	}
	return n
}

// fenceFor returns backticks, one more than the longest run in lines, at
// least three.
func fenceFor(lines []string) string {
	longest := 2
	for _, line := range lines {
		run := 0
		for i := range len(line) {
			if line[i] != '`' {
				run = 0
				continue
			}
			run++
			longest = max(longest, run)
		}
	}
	return strings.Repeat("`", longest+1)
}

// fenced returns lines as a code block. An empty one has a blank line, as
// GitHub renders an empty field.
func fenced(lang string, lines []string) string {
	f := fenceFor(lines)
	return f + lang + "\n" + strings.Join(lines, "\n") + "\n" + f
}

// utf16Len counts UTF-16 code units, as browsers and Discord do.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// wordSlack is how many characters a cut may give up to end at a word.
const wordSlack = 24

// clip cuts s so that with mark it measures at most limit by cost, which must
// be additive. It ends at a word where one ends nearby. Nothing fits: "".
func clip(s, mark string, limit int, cost func(string) int) string {
	if cost(s) <= limit {
		return s
	}
	left := limit - cost(mark)
	end, space := 0, -1
	for i, r := range s {
		if left -= cost(s[i : i+utf8.RuneLen(r)]); left < 0 {
			break
		}
		end = i + utf8.RuneLen(r)
		if unicode.IsSpace(r) {
			space = i
		}
	}
	if end == 0 {
		return ""
	}
	if space > 0 && end-space <= wordSlack && end < len(s) && !unicode.IsSpace(rune(s[end])) {
		end = space
	}
	return strings.TrimRight(s[:end], " \t") + mark
}

// count writes a number with thousands separators.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// list joins words as English does: "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
