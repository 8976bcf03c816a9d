package paste

import "strings"

const (
	maxValue  = 4 << 10
	maxSpaces = 64 // blanks between a key and its value, as tables have
)

// value is what stands behind a key.
type value struct {
	start, end int
	quoted     bool
	nextLine   bool // it begins on the line below its key
}

// valueAt reads the value behind the separator that ends before i. ok is
// false where there is none on this line or the next.
func valueAt(s string, i int) (v value, ok bool) {
	i = skipBlanks(s, i)
	for n := 0; n < 2 && i < len(s) && (s[i] == '=' || s[i] == '>'); n++ {
		i = skipBlanks(s, i+1) // =>, :=, ==
	}
	if i < len(s) && (s[i] == '[' || s[i] == '(') {
		i = skipBlanks(s, i+1)
	}
	if i >= len(s) {
		return value{}, false
	}
	if s[i] == '\n' || blockScalar(s, i) > 0 {
		return valueBelow(s, i)
	}
	if i+1 < len(s) && strings.IndexByte("brfuBRFU", s[i]) >= 0 && isQuote(s[i+1]) {
		i++ // a Python prefix
	}
	if n := quoteLen(s, i); n > 0 {
		return quotedValue(s, i, n)
	}
	end := bareEnd(s, i)
	if end == i {
		return value{}, false
	}
	return value{start: i, end: continued(s, i, end)}, true
}

func skipBlanks(s string, i int) int { return run(s, i, maxSpaces, isBlank) }

// blockScalar gives the length of a YAML mark for a value below: | or >-.
func blockScalar(s string, i int) int {
	if s[i] != '|' && s[i] != '>' {
		return 0
	}
	end := i + 1
	if end < len(s) && (s[end] == '-' || s[end] == '+') {
		end++
	}
	if end < len(s) && s[end] == '\n' {
		return end - i
	}
	return 0
}

// valueBelow reads a value on the line after its key: one single word.
func valueBelow(s string, i int) (value, bool) {
	block := blockScalar(s, i)
	start := skipBlanks(s, i+block+1)
	if start >= len(s) {
		return value{}, false
	}
	if n := quoteLen(s, start); n > 0 {
		v, ok := quotedValue(s, start, n)
		v.nextLine = true
		return v, ok && looksRandom(s[v.start:v.end])
	}
	end := start
	for end < len(s) && end-start < maxValue && !isSpace(s[end]) {
		end++
	}
	rest := skipBlanks(s, end)
	if rest < len(s) && s[rest] != '\n' || end-start < 6 {
		return value{}, false
	}
	text := strings.TrimRight(s[start:end], "=")
	if block == 0 && (!looksRandom(text) || strings.ContainsAny(text, ":=[](){}")) {
		return value{}, false
	}
	return value{start: start, end: end, nextLine: true}, true
}

// quoteLen gives the length of the quote that opens at i, with the
// backslashes or the percent sign that encode it.
func quoteLen(s string, i int) int {
	j := i
	for j < len(s) && j-i < 8 && s[j] == '\\' {
		j++
	}
	switch {
	case j < len(s) && isQuote(s[j]):
		return j + 1 - i
	case j > i && (hasAt(s, j, "u0022") || hasAt(s, j, "u0027")):
		return j + 5 - i
	case hasAt(s, i, "%22") || hasAt(s, i, "%27"):
		return 3
	}
	return 0
}

// quotedValue reads up to the same quote again, on this line or, where the
// text is wrapped, at the end of a word on the next.
func quotedValue(s string, i, n int) (value, bool) {
	mark := s[i : i+n]
	start := i + n
	limit := min(len(s), start+maxValue)
	for j := start; j < limit; j++ {
		if s[j] == '\n' {
			if k := wrappedQuote(s, j, mark); k > 0 {
				return value{start: start, end: k, quoted: true}, true
			}
			return value{start: start, end: j, quoted: true}, j > start
		}
		if !hasAt(s, j, mark) || j > start && s[j-1] == '\\' && mark[0] != '\\' && !escapedSlash(s, j-1, start) {
			continue
		}
		return value{start: start, end: j, quoted: true}, j > start
	}
	return value{start: start, end: limit, quoted: true}, limit > start
}

// escapedSlash reports whether the backslash at i is itself escaped.
func escapedSlash(s string, i, start int) bool {
	n := 0
	for i >= start && s[i] == '\\' {
		n++
		i--
	}
	return n%2 == 0
}

// wrappedQuote finds the closing quote on the line after the newline at i,
// when only one word stands before it.
func wrappedQuote(s string, i int, mark string) int {
	start := skipBlanks(s, i+1)
	for j := start; j < len(s) && j-start < 512 && !isSpace(s[j]); j++ {
		if hasAt(s, j, mark) {
			if j == start || j+len(mark) < len(s) && isWord(s[j+len(mark)]) || s[j-1] == '=' && keyClassOf(keyBefore(s, start, j-1).text) != nil {
				return 0 // it opens the next value
			}
			return j
		}
	}
	return 0
}

// bareEnd gives the end of a value without quotes. A comma, semicolon,
// ampersand or bracket ends it only where something else begins behind it.
func bareEnd(s string, i int) int {
	if i >= len(s) {
		return i
	}
	if s[i] == '<' || s[i] == '$' && i+1 < len(s) && (s[i+1] == '{' || s[i+1] == '(') {
		return holderEnd(s, i)
	}
	limit := min(len(s), i+maxValue)
	j := i
	for j < limit {
		switch c := s[j]; {
		case isSpace(c) || c == '"' || c == '\'' || c == '`' || c == '<':
			return j
		case c == '\\' && j+1 < limit && strings.IndexByte(`nrt"'`, s[j+1]) >= 0:
			return j
		case strings.IndexByte(",;&)]}|", c) >= 0 && endsValue(s, j):
			return j
		}
		j++
	}
	return j
}

// holderEnd gives the end of a placeholder: <token>, ${TOKEN}, $(cat token).
func holderEnd(s string, i int) int {
	closer := byte('>')
	if s[i] == '$' {
		closer = s[i+1] + 2 // { } and, with the next line, ( )
		if s[i+1] == '(' {
			closer = ')'
		}
	}
	limit := min(len(s), i+256)
	for j := i; j < limit && s[j] != '\n'; j++ {
		if s[j] == closer {
			return j + 1
		}
	}
	return i + 1
}

// endsValue reports whether the delimiter at i is followed by the end, a
// blank, a quote, another delimiter or a new key.
func endsValue(s string, i int) bool {
	j := i + 1
	if j >= len(s) || isSpace(s[j]) || isQuote(s[j]) || strings.IndexByte(",;&)]}|\\[({", s[j]) >= 0 {
		return true
	}
	k := run(s, j, maxKey, isKeyChar)
	return k > j && k < len(s) && (s[k] == '=' || s[k] == ':' || s[k] == '(')
}

// continued follows a long value that fills its line to its rest on the next.
func continued(s string, start, end int) int {
	const long = 16
	if end-start < long || end >= len(s) || s[end] != '\n' || !looksRandom(s[start:end]) {
		return end
	}
	return tokenEnd(s, end)
}
