package paste

import (
	"slices"
	"strings"
)

const maxOSC = 2048 // longest operating system command (title, link) to drop

// escapeLen gives the length of the terminal escape sequence at the start of
// s, which begins with ESC; 1 where nothing sensible follows. A sequence never
// goes past the end of the line.
func escapeLen(s string) int {
	if len(s) < 2 {
		return 1
	}
	switch c := s[1]; {
	case c == '[':
		if n := csiLen(s[2:]); n > 0 {
			return 2 + n
		}
		return 1
	case c == ']' || c == 'P' || c == '^' || c == '_' || c == 'X':
		return 1 + stringLen(s[1:])
	case c == '(' || c == ')' || c == '*' || c == '+' || c == '#' || c == '%':
		if len(s) > 2 && isAlnum(s[2]) {
			return 3
		}
		return 1
	case c == '7' || c == '8' || c == '=' || c == '>' || c == '\\':
		return 2
	}
	return 1
}

// csiLen gives the length of the parameters and the final byte of a control
// sequence; 0 where s holds none. Without parameters only the usual finals
// count, so that a stray opener does not swallow a letter of the text.
func csiLen(s string) int {
	i := 0
	for i < len(s) && i < 64 && s[i] >= 0x30 && s[i] <= 0x3F {
		i++
	}
	params := i
	for i < len(s) && i < 64 && s[i] >= 0x20 && s[i] <= 0x2F {
		i++
	}
	if i == len(s) || s[i] < 0x40 || s[i] > 0x7E {
		return 0
	}
	if params == 0 && (i > 0 || strings.IndexByte("mKJHABCD", s[i]) < 0) {
		return 0
	}
	return i + 1
}

// stringLen gives the length of an OSC, DCS, PM, APC or SOS string whose
// introducer is s[0]: up to BEL or ESC \; 0 where it does not end. A letter
// that opens nothing is text.
func stringLen(s string) int {
	for i := 1; i < len(s) && i < maxOSC && s[i] != '\n'; i++ {
		if s[i] == 0x07 {
			return i + 1
		}
		if s[i] == 0x1B {
			if i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
			break
		}
	}
	if s[0] == ']' {
		return 1
	}
	return 0
}

// escapeSpellings are the ways in which programs spell the ESC character when
// they escape or show it.
var escapeSpellings = []string{`\u001b`, `\u001B`, `\x1b`, `\x1B`, `\033`, `\e`, "^[", "␛", "←"}

// resetSeen holds what a coloured text has somewhere: without it, [31m may be
// anything.
var resetSeen = []string{"[0m", "[39m", "[00m", "[0;39m"}

// stripResidue drops terminal sequences whose ESC is spelled out or was lost
// on the way: \u001b[31m, ␛[0m, [31m.
func stripResidue(s string) string {
	bare, spelled := residueSigns(s)
	if !bare && !spelled {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	done := 0
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], '[')
		if at < 0 {
			break
		}
		i += at
		start, n := residueAt(s, i, done, bare)
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[done:start])
		i += n
		done = i
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// residueSigns tells whether the text has a reset without its ESC, and whether
// it has a bracket behind an ESC that is spelled out.
func residueSigns(s string) (bare, spelled bool) {
	for i := 0; ; i++ {
		at := strings.IndexByte(s[i:], '[')
		if at < 0 {
			return bare, spelled
		}
		i += at
		bare = bare || slices.ContainsFunc(resetSeen, func(reset string) bool { return strings.HasPrefix(s[i:], reset) })
		spelled = spelled || slices.ContainsFunc(escapeSpellings, func(esc string) bool { return strings.HasSuffix(s[:i], esc) })
	}
}

// residueAt looks at the bracket at i: n is the length from it on, start the
// offset where the spelled-out ESC before it begins.
func residueAt(s string, i, floor int, bare bool) (start, n int) {
	for _, esc := range escapeSpellings {
		if from := i - len(esc); from >= floor && s[from:i] == esc {
			if n := csiLen(s[i+1:]); n > 0 {
				for from > floor && s[from-1] == '\\' {
					from--
				}
				return from, n + 1
			}
		}
	}
	if bare {
		if n := sgrLen(s[i+1:]); n > 0 && !hasAt(s, i+1+n, "]") {
			return i, n + 1
		}
	}
	return i, 0
}

// sgrLen gives the length of a colour code such as 31m or 1;32m, else 0.
func sgrLen(s string) int {
	i, digits := 0, 0
	for i < len(s) && i < 20 {
		switch c := s[i]; {
		case isDigit(c) && digits < 3:
			digits++
		case c == ';' && digits > 0:
			digits = 0
		case c == 'm' && digits > 0:
			return i + 1
		default:
			return 0
		}
		i++
	}
	return 0
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}
