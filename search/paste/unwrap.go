package paste

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unwrap takes one layer of wrapping off: what Discord, HTML and JSON put
// around a text that was copied out of them.
func unwrap(s string) string {
	s = unwrapFences(s)
	s = unwrapInline(s)
	s = unwrapQuotes(s)
	s = unwrapEntities(s)
	s = unwrapJSON(s)
	return trimEnds(s)
}

// trimEnds drops blank lines at the start and white space at the end.
func trimEnds(s string) string {
	s = strings.TrimRight(s, " \t\n")
	for {
		nl := strings.IndexByte(s, '\n')
		if nl < 0 || strings.TrimLeft(s[:nl], " \t") != "" {
			return s
		}
		s = s[nl+1:]
	}
}

const fence = "```"

// unwrapFences drops the marks of code fences, with the language behind an
// opening one, and keeps what stands inside and around them.
func unwrapFences(s string) string {
	if !strings.Contains(s, fence) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	open := false
	for {
		at := strings.Index(s, fence)
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		s = strings.TrimLeft(s[at:], "`")
		open = !open
		if open {
			s = s[languageLen(s):]
		}
		if endsLine(b.String()) {
			s = strings.TrimPrefix(s, "\n") // the mark had the line to itself
		}
	}
}

// languageLen gives the length of the language name after an opening fence:
// a word that fills the line.
func languageLen(s string) int {
	nl := strings.IndexByte(s, '\n')
	if nl < 0 || nl > 20 {
		return 0
	}
	for i := range nl {
		if c := s[i]; !isWord(c) && c != '+' && c != '-' && c != '#' && c != '.' && c != ' ' {
			return 0
		}
	}
	if strings.Contains(strings.TrimSpace(s[:nl]), " ") {
		return 0
	}
	return nl
}

func endsLine(s string) bool {
	s = strings.TrimRight(s, " \t")
	return s == "" || s[len(s)-1] == '\n'
}

// unwrapInline drops backticks around the whole of a text.
func unwrapInline(s string) string {
	t := strings.TrimSpace(s)
	if len(t) < 3 || t[0] != '`' || t[len(t)-1] != '`' {
		return s
	}
	inner := strings.Trim(t, "`")
	if strings.Contains(inner, "`") {
		return s
	}
	return inner
}

// unwrapQuotes drops the marks of a quotation when most lines have one, and
// Discord's mark for all that follows.
func unwrapQuotes(s string) string {
	if strings.HasPrefix(strings.TrimLeft(s, " \t\n"), ">>> ") {
		s = strings.Replace(s, ">>> ", "", 1)
	}
	if !strings.HasPrefix(s, ">") && !strings.Contains(s, "\n>") {
		return s
	}
	marked, lines := 0, 0
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		lines++
		if quoteMark(line) > 0 {
			marked++
		}
	}
	if marked*2 <= lines {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line[quoteMark(line):])
	}
	return b.String()
}

func quoteMark(line string) int {
	switch {
	case strings.HasPrefix(line, ">>> "):
		return 4
	case strings.HasPrefix(line, "> "):
		return 2
	case line == ">":
		return 1
	}
	return 0
}

// entities are the named HTML entities that escaped logs contain.
var entities = map[string]string{
	"quot": `"`, "lt": "<", "gt": ">", "apos": "'", "nbsp": " ", "amp": "&",
	"ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "hellip": "…",
}

const maxEntity = 8 // longest name or number between & and ;

// unwrapEntities decodes HTML entities, &amp;lt; like &lt;.
func unwrapEntities(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 || !strings.Contains(s[at:], ";") {
		return s
	}
	var b strings.Builder
	done := 0
	for i := at; i < len(s); {
		next := strings.IndexByte(s[i:], '&')
		if next < 0 {
			break
		}
		i += next
		text, end := entityAt(s, i)
		if end == 0 {
			i++
			continue
		}
		b.WriteString(s[done:i])
		b.WriteString(text)
		i, done = end, end
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// entityAt decodes the entity at i, with any number of amp; in between.
func entityAt(s string, i int) (text string, end int) {
	j := i + 1
	for hasAt(s, j, "amp;") {
		j += len("amp;")
	}
	if semi := strings.IndexByte(s[j:min(len(s), j+maxEntity+1)], ';'); semi > 0 {
		if text, ok := entityText(s[j : j+semi]); ok {
			return text, j + semi + 1
		}
	}
	if j > i+1 {
		return "&", j
	}
	return "", 0
}

func entityText(name string) (string, bool) {
	if name[0] != '#' {
		text, ok := entities[name]
		return text, ok
	}
	base, digits := 10, name[1:]
	if len(digits) > 1 && digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || n < 0x20 && n != '\n' && n != '\t' {
		return "", false
	}
	return string(rune(n)), true
}
