package paste

import (
	"encoding/base64"
	"strings"
)

const (
	minEncoded = 20       // shorter base64 is no login
	maxEncoded = 64 << 10 // longer base64 is a file
)

// scanEncoded finds credentials that are encoded as base64, or with percent
// signs or \u escapes, by decoding and scanning again.
func scanEncoded(s string) []span {
	spans := scanBase64(s)
	return append(spans, scanEscaped(s)...)
}

// scanBase64 finds base64 runs whose text holds a credential. It looks at
// every 20th byte only: a run that matters covers one of them.
func scanBase64(s string) []span {
	var spans []span
	for i := minEncoded - 1; i < len(s); i += minEncoded {
		if !isBase64(s[i]) {
			continue
		}
		start := runBack(s, i, minEncoded, isBase64)
		end := run(s, i, maxEncoded, isBase64)
		if end-start >= minEncoded {
			if kind, ok := hiddenIn(s[start:end]); ok {
				end = run(s, end, 2, func(c byte) bool { return c == '=' })
				spans = append(spans, span{start, end, kind})
			} else if cloudKey(s[start:end]) {
				spans = append(spans, span{start, end, APIKey})
			} else if keyBlockLine(s, start, end) {
				spans = append(spans, span{start, end, PrivateKey})
			}
		}
		i = max(i, end-1)
	}
	return spans
}

// cloudKey reports whether a run is an API key of Zilliz Cloud: hexadecimal, and
// of a length that no hash has.
func cloudKey(run string) bool {
	const shortest, longest = 68, 92 // SHA-256 has 64 digits, SHA-384 has 96
	return len(run) >= shortest && len(run) <= longest && allHex(run) && hasDigit(run)
}

// keyBlockLine reports whether the base64 run is a whole line of a block, of
// which the beginning and the end are missing: a private key that was cut out
// of somewhere. Certificates say what they are above.
func keyBlockLine(s string, start, end int) bool {
	const pemLine, mimeLine = 64, 76
	n := end - start
	if n != pemLine && n != mimeLine || start > 0 && s[start-1] != '\n' || end < len(s) && s[end] != '\n' || !looksRandom(s[start:end]) {
		return false
	}
	isLine := func(i int) bool {
		return i >= 0 && i+n <= len(s) && (i+n == len(s) || s[i+n] == '\n') && run(s, i, n, isBase64) == i+n
	}
	if !isLine(end+1) && !isLine(start-1-n) {
		return false
	}
	top := start
	for range maxKeyLines {
		if !isLine(top - 1 - n) {
			break
		}
		top -= n + 1
	}
	above := s[max(0, top-maxPEMHeader):top]
	return !strings.Contains(above, dashes+"BEGIN ")
}

// hiddenIn tells what base64 text holds when it decodes to text: a credential,
// else private data.
func hiddenIn(b64 string) (Kind, bool) {
	// Few runs decode to text; the first 12 characters tell.
	var head, first [16]byte
	const looked = 12
	copy(first[:], b64[:looked])
	enc := base64.RawStdEncoding
	if strings.ContainsAny(b64, "-_") {
		enc = base64.RawURLEncoding
	}
	n, err := enc.Decode(head[:], first[:looked])
	if err != nil || !printable(head[:n]) {
		return "", false
	}
	text, err := enc.DecodeString(b64)
	if err != nil || !printable(text) {
		return "", false
	}
	spans := scan(string(text))
	for _, sp := range spans {
		if sp.kind.Secret() {
			return sp.kind, true
		}
	}
	if len(spans) == 0 {
		return "", false
	}
	return spans[0].kind, true
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' || c >= 0x7F {
			return false
		}
	}
	return true
}

// scanEscaped decodes %XX and \u00XX line by line and carries the spans back.
func scanEscaped(s string) []span {
	var spans []span
	f := newEscapeFinder(s)
	for i := 0; i < len(s); {
		at := f.next(i)
		if at < 0 {
			break
		}
		start := at
		for start > i && s[start-1] != '\n' {
			start--
		}
		end := len(s)
		if nl := strings.IndexByte(s[at:], '\n'); nl >= 0 {
			end = at + nl
		}
		spans = append(spans, scanDecoded(s[start:end], start)...)
		i = end + 1
	}
	return spans
}

// maxDecodes is how often an escape is itself escaped at most.
const maxDecodes = 3

// scanDecoded scans a line without its escapes, and again where what comes out
// has escapes too: "\x" in it can as well be a part of a path. It gives the
// spans in the text, in which the line starts at base.
func scanDecoded(line string, base int) (spans []span) {
	offsets := make([]int, len(line)+1)
	for i := range offsets {
		offsets[i] = i
	}
	query := strings.IndexByte(line, '%') >= 0
	for range maxDecodes {
		if newEscapeFinder(line).next(0) < 0 {
			break
		}
		text, at := decodeEscapes(line, offsets)
		spans = append(spans, scanView(text, base, at)...)
		if query && strings.IndexByte(text, '+') >= 0 {
			spans = append(spans, scanBlanks(line, text, base, offsets, at)...)
		}
		line, offsets = text, at
	}
	return spans
}

// scanBlanks scans a line and its text without escapes with each "+" as the
// blank that it is in queries. A "+" that was an escape is one in a query and a
// blank in a query inside of a query: both are tried.
func scanBlanks(line, text string, base int, offsets, at []int) []span {
	blanks := strings.ReplaceAll(text, "+", " ")
	spans := scanView(blanks, base, at)
	if strings.IndexByte(line, '+') < 0 {
		return spans
	}
	if once, at := decodeEscapes(strings.ReplaceAll(line, "+", " "), offsets); once != blanks {
		spans = append(spans, scanView(once, base, at)...)
	}
	return spans
}

func scanView(text string, base int, offsets []int) []span {
	view := fold(text)
	spans := scan(view.text)
	for i := range spans {
		sp := &spans[i]
		sp.start = base + offsets[view.original(sp.start)]
		sp.end = base + offsets[view.original(sp.end)]
	}
	return spans
}

// escapeFinder finds %XX and \u00XX of printable characters. It remembers
// where the next of both marks is, so that each byte is looked at once.
type escapeFinder struct {
	s              string
	percent, slash int
}

func newEscapeFinder(s string) *escapeFinder {
	return &escapeFinder{s, nextByte(s, 0, '%'), nextByte(s, 0, '\\')}
}

// next finds the first escape from i on, -1 where there is none. It goes
// forward only.
func (f *escapeFinder) next(i int) int {
	for {
		if f.percent < i {
			f.percent = nextByte(f.s, i, '%')
		}
		if f.slash < i {
			f.slash = nextByte(f.s, i, '\\')
		}
		at := min(f.percent, f.slash)
		if at == len(f.s) {
			return -1
		}
		if _, n := escapeAt(f.s, at); n > 0 {
			return at
		}
		i = at + 1
	}
}

// nextByte finds c from i on; len(s) where there is none.
func nextByte(s string, i int, c byte) int {
	if n := strings.IndexByte(s[i:], c); n >= 0 {
		return i + n
	}
	return len(s)
}

// escapeAt decodes the escape at i; n is 0 where there is none.
func escapeAt(s string, i int) (c byte, n int) {
	hex := i + 1
	switch {
	case s[i] == '\\' && hasAt(s, i+1, "u00"):
		hex = i + 4
	case s[i] == '\\' && hasAt(s, i+1, "x"):
		hex = i + 2
	case s[i] != '%':
		return 0, 0
	}
	if hex+2 > len(s) || !isHex(s[hex]) || !isHex(s[hex+1]) {
		return 0, 0
	}
	c = unhex(s[hex])<<4 | unhex(s[hex+1])
	if c < 0x20 && c != '\n' && c != '\t' || c == 0x7F {
		return 0, 0
	}
	return c, hex + 2 - i
}

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// decodeEscapes decodes the escapes of a text once. offsets has for each byte of
// the text, and for its end, a place elsewhere; the result has them for what is
// decoded.
func decodeEscapes(text string, offsets []int) (string, []int) {
	out := make([]byte, 0, len(text))
	at := make([]int, 0, len(text)+1)
	for i := 0; i < len(text); {
		c, n := text[i], 1
		if c == '%' || c == '\\' {
			if d, m := escapeAt(text, i); m > 0 {
				c, n = d, m
			}
		}
		out = append(out, c)
		at = append(at, offsets[i])
		i += n
	}
	return string(out), append(at, offsets[len(text)])
}
