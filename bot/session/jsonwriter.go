package session

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// jsonWriter writes the JSON of a message in one pass. encoding/json would
// give the same bytes, but it asks each component of a tree for its JSON and
// then reads that through again at every level above. The first error stays.
type jsonWriter struct {
	buf []byte
	err error
}

// open begins an object or a list, close ends it.
func (w *jsonWriter) open(bracket byte)  { w.buf = append(w.buf, bracket) }
func (w *jsonWriter) close(bracket byte) { w.buf = append(w.buf, bracket) }

// next puts a comma where something stands before.
func (w *jsonWriter) next() {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' && w.buf[n-1] != '[' {
		w.buf = append(w.buf, ',')
	}
}

// key begins a field; names have nothing to escape.
func (w *jsonWriter) key(name string) {
	w.next()
	w.buf = append(append(append(w.buf, '"'), name...), `":`...)
}

func (w *jsonWriter) str(name, s string) {
	w.key(name)
	w.buf = appendJSONString(w.buf, s)
}

func (w *jsonWriter) num(name string, n int) {
	w.key(name)
	w.buf = strconv.AppendInt(w.buf, int64(n), 10)
}

func (w *jsonWriter) flag(name string, b bool) {
	w.key(name)
	w.buf = strconv.AppendBool(w.buf, b)
}

// strIf and numIf leave the field out where the value is zero.
func (w *jsonWriter) strIf(name, s string) {
	if s != "" {
		w.str(name, s)
	}
}

func (w *jsonWriter) numIf(name string, n int) {
	if n != 0 {
		w.num(name, n)
	}
}

// any writes what encoding/json makes of v.
func (w *jsonWriter) any(v any) {
	raw, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.buf = append(w.buf, raw...)
}

// verbatim holds the bytes that stand in a JSON string as they are.
var verbatim = func() (set [utf8.RuneSelf]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		switch c {
		case '"', '\\', '<', '>', '&': // the last three as json.Marshal does, for HTML
		default:
			set[c] = true
		}
	}
	return set
}()

// escapes are the control characters that have a short escape.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// appendJSONString appends s as json.Marshal writes it.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf && verbatim[c] {
			i++
			continue
		}
		size, escape := 1, rune(c)
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != '\u2028' && r != '\u2029' && (r != utf8.RuneError || n > 1) {
				i += n
				continue
			}
			size, escape = n, r
		}
		dst = append(dst, s[done:i]...)
		if short := escapes[c]; short != 0 && size == 1 {
			dst = append(dst, '\\', short)
		} else {
			dst = appendUnicodeEscape(dst, escape)
		}
		i += size
		done = i
	}
	return append(append(dst, s[done:]...), '"')
}

// appendUnicodeEscape appends r, of the basic plane, as \uXXXX.
func appendUnicodeEscape(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&0xF], hex[r>>8&0xF], hex[r>>4&0xF], hex[r&0xF])
}
