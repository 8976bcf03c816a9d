package search

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// member is one "key": value of an object. A string's value stands without
// its quotes but with its escapes.
type member struct {
	key, value string
	kind       byte // '"', '{', '[' or 0 for numbers and words
}

// scanObject reads the object that s begins with, as JSON, Python and
// JavaScript print it: keys and strings in either quotes, keys without any.
// It calls found for each member of the top level, until that returns false.
// It returns how much of s it read, and whether the object is closed there: a
// cut one still gives the members before the cut, the last one as far as it
// goes.
func scanObject(s string, found func(m member) bool) (n int, closed bool) {
	i := 1
	for i < len(s) {
		i += blanks(s[i:])
		if i >= len(s) {
			break
		}
		if s[i] == '}' {
			return i + 1, true
		}
		var m member
		key, next := objectKey(s, i)
		if next < 0 {
			return i, false
		}
		m.key = key
		i = next
		if i >= len(s) {
			break
		}
		switch c := s[i]; c {
		case '"', '\'':
			end := quotedEnd(s, i)
			m.kind, m.value = '"', s[i+1:min(end, len(s))]
			i = end + 1
		case '{', '[':
			end := nestedEnd(s, i)
			m.kind, m.value = c, s[i:end]
			i = end
		default:
			end := i
			for end < len(s) && s[end] != ',' && s[end] != '}' && s[end] != '\n' {
				end++
			}
			m.value = strings.TrimSpace(s[i:end])
			i = end
		}
		if !found(m) {
			return i, false
		}
	}
	return len(s), false
}

// blanks returns how many spaces, commas and line ends s begins with.
func blanks(s string) int {
	n := 0
	for n < len(s) && (s[n] == ' ' || s[n] == ',' || s[n] == '\n' || s[n] == '\t') {
		n++
	}
	return n
}

// objectKey reads the key at i and returns where its value begins, or -1
// where there is no key.
func objectKey(s string, i int) (key string, next int) {
	if s[i] == '"' || s[i] == '\'' {
		end := quotedEnd(s, i)
		if end >= len(s) {
			return "", -1
		}
		key, i = s[i+1:end], end+1
	} else {
		end := i
		for end < len(s) && (isWordByte(s[end]) || s[end] == '$' || s[end] == '@') {
			end++
		}
		if end == i {
			return "", -1
		}
		key, i = s[i:end], end
	}
	i += spaces(s[i:], len(s))
	if i >= len(s) || s[i] != ':' {
		return "", -1
	}
	i++
	return key, i + spaces(s[i:], len(s))
}

// quotedEnd returns the offset of the quote that closes the one at i, or
// len(s).
func quotedEnd(s string, i int) int {
	quote := s[i]
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return len(s)
}

// nestedEnd returns the offset behind the object or list at i, or len(s).
func nestedEnd(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '"', '\'':
			i = quotedEnd(s, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// plainText takes the escapes out of a string, on one line.
func plainText(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n', 'r', 't':
			out = append(out, ' ')
		case 'u':
			if i+5 <= len(s) {
				if code, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
					out = utf8.AppendRune(out, rune(code))
					i += 4
					continue
				}
			}
			out = append(out, '\\', c)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
