package paste

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// unwrapJSON turns text that was copied out of JSON back into what it was:
// lines of Docker's json-file driver, and strings with \n and \" in them.
func unwrapJSON(s string) string {
	docker := strings.Contains(s, `"log":"`)
	if !docker && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	changed, partial := false, false
	for rest, found := s, true; found; {
		var line, more string
		line, more, found = strings.Cut(rest, "\n")
		text, part, ok := unwrapLine(line, docker)
		if ok && !changed {
			changed = true
			b.Grow(len(s))
			b.WriteString(s[:len(s)-len(rest)])
		} else if changed && !(partial && part != notDocker) {
			b.WriteByte('\n')
		}
		if !ok {
			text = line
		}
		if changed {
			b.WriteString(text)
		}
		partial = part == dockerPart
		rest = more
	}
	if !changed {
		return s
	}
	return b.String()
}

// dockerUse tells lines of Docker's log files from others. Docker cuts a line
// at 16 KiB and goes on with it in the next one.
type dockerUse int

const (
	notDocker dockerUse = iota
	dockerEnd
	dockerPart
)

// unwrapLine takes one line out of its wrapping; ok is false for a line that
// has none.
func unwrapLine(line string, docker bool) (text string, use dockerUse, ok bool) {
	if docker && strings.HasPrefix(line, "{") {
		if text, use := dockerLine(line); use != notDocker {
			return text, use, true
		}
	}
	text, ok = unwrapString(line)
	return text, notDocker, ok
}

// unwrapString does it for strings with escapes.
func unwrapString(line string) (text string, ok bool) {
	if strings.IndexByte(line, '\\') < 0 {
		return "", false
	}
	start := run(line, 0, len(line), isBlank)
	body := strings.TrimRight(line[start:], " \t,")
	if key, value, ok := jsonMember(body); ok {
		// A member of a printed object: its value goes on lines of its own,
		// unless it belongs to its key for redaction.
		if count := escapesIn(value); count.newlines >= 2 && keyClassOf(key) == nil {
			return line[:start+len(body)-len(value)-1] + "\n" + unescape(value), true
		}
		return "", false
	}
	if n := len(body); n >= 2 && (body[0] == '"' || body[0] == '\'') && body[n-1] == body[0] {
		count := escapesIn(body[1 : n-1])
		if count.valid && (count.bare == 0 || body[0] == '\'') && count.newlines+count.quotes > 0 {
			return line[:start] + unescape(body[1:n-1]), true
		}
		return "", false
	}
	count := escapesIn(body)
	if count.valid && count.bare == 0 && count.newlines+count.quotes >= 2 && !hasDrive(body) {
		return line[:start] + unescape(body), true
	}
	return "", false
}

// dockerLine reads {"log":"…\n","stream":"stderr","time":"…"}.
func dockerLine(line string) (string, dockerUse) {
	if !strings.Contains(line, `"stream":"`) && !strings.Contains(line, `"time":"`) {
		return "", notDocker
	}
	at := strings.Index(line, `"log":"`)
	if at < 0 {
		return "", notDocker
	}
	raw := line[at+len(`"log":"`):]
	end := stringEnd(raw)
	if end < 0 {
		return "", notDocker
	}
	text := unescape(raw[:end])
	if whole := strings.TrimRight(text, "\r\n"); whole != text {
		return whole, dockerEnd
	}
	return text, dockerPart
}

// jsonMember splits "key": "value".
func jsonMember(s string) (key, value string, ok bool) {
	if len(s) < 5 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", "", false
	}
	end := stringEnd(s[1:])
	if end < 0 {
		return "", "", false
	}
	key = s[1 : 1+end]
	rest := strings.TrimLeft(s[end+2:], " ")
	if !strings.HasPrefix(rest, ":") {
		return "", "", false
	}
	rest = strings.TrimLeft(rest[1:], " ")
	if len(rest) < 2 || rest[0] != '"' || stringEnd(rest[1:]) != len(rest)-2 {
		return "", "", false
	}
	return key, rest[1 : len(rest)-1], true
}

// stringEnd finds the quote that ends a JSON string.
func stringEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// escapes counts what a text holds.
type escapes struct {
	newlines int  // \n, \\n, …
	quotes   int  // \", \\\", …
	bare     int  // " without a backslash
	valid    bool // no backslash that JSON does not know
}

func escapesIn(s string) escapes {
	e := escapes{valid: true}
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			e.bare++
		}
		if s[i] != '\\' {
			continue
		}
		slashes := i
		for i < len(s) && s[i] == '\\' {
			i++
		}
		slashes = i - slashes
		if i == len(s) {
			e.valid = e.valid && slashes%2 == 0
			break
		}
		switch c := s[i]; {
		case c == 'n':
			e.newlines++
		case c == '"' && slashes%2 == 1:
			e.quotes++
		case c == '"':
			e.bare++
		case slashes%2 == 1 && !strings.ContainsRune(`rtbf/'`, rune(c)) && !isUnicodeEscape(s[i:]):
			e.valid = false
		}
	}
	return e
}

func isUnicodeEscape(s string) bool {
	return len(s) >= 5 && s[0] == 'u' && isHex(s[1]) && isHex(s[2]) && isHex(s[3]) && isHex(s[4])
}

// hasDrive spots a Windows path: C:\new is no line break.
func hasDrive(s string) bool {
	for i := 1; i+1 < len(s); i++ {
		if s[i] == ':' && s[i+1] == '\\' && isLetter(s[i-1]) && (i == 1 || !isAlnum(s[i-2])) {
			return true
		}
	}
	return false
}

// unescape decodes JSON escapes and leaves alone what is none.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], '\\')
		if at < 0 || i+at+1 >= len(s) {
			b.WriteString(s[i:])
			break
		}
		b.WriteString(s[i : i+at])
		i += at
		switch c := s[i+1]; c {
		case 'n', 'r', 't', 'b', 'f':
			b.WriteByte("\n\r\t\b\f"[strings.IndexByte("nrtbf", c)])
		case '"', '\\', '/', '\'':
			b.WriteByte(c)
		case 'u':
			r, n := unicodeEscape(s[i:])
			if n == 0 {
				b.WriteString(`\u`)
				break
			}
			b.WriteRune(r)
			i += n - 2
		default:
			b.WriteString(s[i : i+2])
		}
		i += 2
	}
	return b.String()
}

// unicodeEscape decodes \uXXXX, or two of them for one rune.
func unicodeEscape(s string) (r rune, n int) {
	if !isUnicodeEscape(s[1:]) {
		return 0, 0
	}
	v, _ := strconv.ParseUint(s[2:6], 16, 32)
	r = rune(v)
	if utf16.IsSurrogate(r) && len(s) >= 12 && s[6] == '\\' && isUnicodeEscape(s[7:]) {
		low, _ := strconv.ParseUint(s[8:12], 16, 32)
		if pair := utf16.DecodeRune(r, rune(low)); pair != 0xFFFD {
			return pair, 12
		}
	}
	if utf16.IsSurrogate(r) {
		r = 0xFFFD
	}
	return r, 6
}
