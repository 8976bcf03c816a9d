package search

import (
	"encoding/binary"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"github.com/milvus-medic/medic/search/paste"
)

// view is one paste as the recogniser reads it: its lines, and the whole of
// it squeezed.
type view struct {
	lines    []string // as shown to people
	match    []string // the same lines with plain quotes and ASCII punctuation
	text     string   // match in one piece
	squeezed []byte
	marks    squeezeMarks // lead from squeezed back to text
	starts   []int        // offset in text at which each line starts, made when first needed
	lower    string       // text in lower case, made when first needed
	cut      cutWords     // of lower
	heard    heard        // of the vocabulary asked last
}

// shortWord is the length up to which a word of a choice must stand alone:
// "attu" must not be found in "that turns", nor "etcd" in "fetcdata".
const shortWord = 4

// longWord is the length from which a word is looked for in the squeezed
// paste too, so that a hard-wrapped one is found.
const longWord = 6

func newView(p paste.Paste) *view {
	v := &view{lines: p.Lines(), text: p.Match()}
	v.match = v.lines
	if v.text != p.Text() {
		v.match = p.MatchLines()
	}
	v.squeezed, v.marks = squeezeText(v.text)
	return v
}

// lineAt returns the index of the line that holds squeezed offset off.
func (v *view) lineAt(off int) int {
	if v.starts == nil {
		v.starts = make([]int, len(v.match))
		at := 0
		for i, line := range v.match {
			v.starts[i] = at
			at += len(line) + 1
		}
	}
	return max(0, sort.SearchInts(v.starts, v.marks.source(v.text, off)+1)-1)
}

// inWord tells whether a word of the text goes on across the start of
// squeezed byte off.
func (v *view) inWord(off int) bool {
	if off <= 0 || off >= len(v.squeezed) {
		return false
	}
	at := v.marks.source(v.text, off)
	return at > 0 && at < len(v.text) && isWordByte(v.text[at-1]) && isWordByte(v.text[at])
}

// line returns the pasted line i.
func (v *view) line(i int) string {
	if i < 0 || i >= len(v.lines) {
		return ""
	}
	return v.lines[i]
}

// lowered returns the text in lower case.
func (v *view) lowered() string {
	if v.lower == "" {
		lower := appendLower(make([]byte, 0, len(v.text)+8), v.text)
		v.lower = stringOf(lower)
		v.cut = newCutWords(v.lower)
	}
	return v.lower
}

// hasAny looks for the words in the paste, one by one.
func (v *view) hasAny(words []choiceWord) bool {
	for i := range words {
		if v.hasWord(&words[i]) {
			return true
		}
	}
	return false
}

// hasWord tells whether the paste has a word.
func (v *view) hasWord(w *choiceWord) bool {
	lower := v.lowered()
	if w.alone && holdsAlone(lower, w.lower) || !w.alone && strings.Contains(lower, w.lower) {
		return true
	}
	return w.squeezed != "" && strings.Contains(stringOf(v.squeezed), w.squeezed) || v.cut.hold(w.lower)
}

// bytesOf and stringOf give the same bytes as the other type, without a copy.
// Nothing may write to them any more.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// stands tells whether w stands in s at an offset.
func stands(s string, at int, w string) bool { return len(s)-at >= len(w) && s[at:at+len(w)] == w }

// holdsAlone tells whether w stands in s and is no part of a longer word.
func holdsAlone(s, w string) bool {
	for at := 0; ; at++ {
		i := strings.Index(s[at:], w)
		if i < 0 {
			return false
		}
		if at += i; standsAlone(s, at, at+len(w)) {
			return true
		}
	}
}

// appendLower appends s as strings.ToLower gives it. Logs are ASCII but for a
// character here and there, which makes strings.ToLower slow.
func appendLower(dst []byte, s string) []byte {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for len(s) > 0 {
		if len(s) >= 8 {
			w := le64(bytesOf(s[:8]))
			if w&high == 0 {
				// The first sum has the high bit of bytes from 'A' on, the
				// second that of bytes behind 'Z'.
				upper := (w + (0x80-'A')*ones) &^ (w + (0x80-'Z'-1)*ones) & high
				dst = binary.LittleEndian.AppendUint64(dst, w|upper>>2)
				s = s[8:]
				continue
			}
		}
		if c := s[0]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			dst, s = append(dst, c), s[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		dst, s = utf8.AppendRune(dst, unicode.ToLower(r)), s[size:]
	}
	return dst
}

// standsAlone tells whether s[from:to] is no part of a longer word: no ASCII
// letter touches one of its own. Scripts without spaces have no word ends to
// look for.
func standsAlone(s string, from, to int) bool {
	letter := func(i int) bool { return i >= 0 && i < len(s) && 'a' <= s[i] && s[i] <= 'z' }
	return !(letter(from-1) && letter(from)) && !(letter(to-1) && letter(to))
}

// macros are the named word choices of kb.WordMacros.
var macros = map[string][]string{
	// Words that only a paste about Milvus holds. "datanode" and "proxy" are
	// left out: Hadoop and others use them.
	"@milvus": {
		"milvus", "zilliz", "attu", "knowhere", "rootcoord", "querycoord", "datacoord", "indexcoord", "mixcoord",
		"querynode", "indexnode", "streamingnode", "segcore", "19530", "by-dev", "rocksmq", "rdb_data", "birdwatcher",
		// Source files that name themselves in the log lines of Milvus only.
		"sessionutil", "mq_factory", "minio_object_storage", "minio_chunk_manager", "remote_chunk_manager", "segment_loader",
		// What its clients print and are called with.
		"(code=1, message=", "(code=65535, message=", "grpc rpcerror: [", "milvus-standalone", "anns_field", "output_fields", "num_entities",
		"search_iterator", "query_iterator", "load_collection", "get_load_state", "load_partitions", "do_bulk_insert",
		"밀버스",
	},
}
