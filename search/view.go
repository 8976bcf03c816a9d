package search

import (
	"bytes"
	"sort"
	"strings"

	"github.com/milvus-medic/medic/search/paste"
)

// view is one paste as the recogniser reads it: its lines, and the whole of
// it squeezed.
type view struct {
	lines    []string // as shown to people
	match    []string // the same lines with plain quotes and ASCII punctuation
	squeezed []byte
	starts   []int      // offset in squeezed at which each line starts
	lower    string     // the paste in lower case, made when first needed
	filter   wordFilter // of lower
	wrapped  wordFilter // of squeezed
}

// shortWord is the length up to which a word of a choice must stand alone:
// "attu" must not be found in "that turns", nor "etcd" in "fetcdata".
const shortWord = 4

// longWord is the length from which a word is looked for in the squeezed
// paste too, so that a hard-wrapped one is found.
const longWord = 6

func newView(p paste.Paste) *view {
	v := &view{lines: p.Lines()}
	text := p.Match()
	v.match = strings.Split(text, "\n")
	if text == "" {
		v.match = nil
	}
	v.squeezed = make([]byte, 0, len(text))
	v.starts = make([]int, len(v.match))
	for i, line := range v.match {
		v.starts[i] = len(v.squeezed)
		v.squeezed = appendSqueezed(v.squeezed, line)
	}
	return v
}

// lineAt returns the index of the line that holds squeezed offset off.
func (v *view) lineAt(off int) int {
	return max(0, sort.SearchInts(v.starts, off+1)-1)
}

// line returns the pasted line i.
func (v *view) line(i int) string {
	if i < 0 || i >= len(v.lines) {
		return ""
	}
	return v.lines[i]
}

// has tells whether one word of the choice occurs in the paste.
func (v *view) has(c choice) bool {
	if v.lower == "" {
		v.lower = strings.ToLower(strings.Join(v.match, "\n"))
		v.filter = newWordFilter(v.lower)
		v.wrapped = newWordFilter(string(v.squeezed))
	}
	for _, w := range c {
		if v.holds(w) {
			return true
		}
	}
	return false
}

func (v *view) holds(w choiceWord) bool {
	switch {
	case !v.filter.mayHold(w.lower):
	case !w.alone:
		if strings.Contains(v.lower, w.lower) {
			return true
		}
	default:
		for at := 0; ; at++ {
			i := strings.Index(v.lower[at:], w.lower)
			if i < 0 {
				return false
			}
			if at += i; standsAlone(v.lower, at, at+len(w.lower)) {
				return true
			}
		}
	}
	return w.squeezed != "" && v.wrapped.mayHold(w.squeezed) && bytes.Contains(v.squeezed, []byte(w.squeezed))
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
	},
}

// squeeze returns s as signatures see it: without white space, quotes,
// backslashes and escaped line ends, in ASCII lower case. Templates and
// pastes go through it alike, so that JSON escaping, hard wrapping, changed
// case and quotes make no difference.
func squeeze(s string) []byte { return appendSqueezed(make([]byte, 0, len(s)), s) }

func appendSqueezed(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch squeezeClass[c] {
		case keep:
			dst = append(dst, c)
		case lower:
			dst = append(dst, c|0x20)
		case escape:
			if i+1 < len(s) && (s[i+1] == 'n' || s[i+1] == 't' || s[i+1] == 'r') {
				i++
			}
		}
	}
	return dst
}

const (
	keep = iota
	drop
	lower
	escape
)

var squeezeClass = func() (t [256]byte) {
	for _, c := range " \t\n\r\v\f\"'`" {
		t[c] = drop
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] = lower
	}
	t['\\'] = escape
	return t
}()
