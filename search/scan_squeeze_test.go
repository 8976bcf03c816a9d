package search

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// squeezedPlainly is the rule of squeeze, written down byte by byte.
func squeezedPlainly(s string) []byte {
	var out []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\':
			if i+1 < len(s) && strings.IndexByte("ntr", s[i+1]) >= 0 {
				i++
			}
		case strings.IndexByte(" \t\n\r\v\f\"'`", c) >= 0:
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return out
}

// checkSqueeze compares all ways to squeeze with the plain one, and follows
// some squeezed bytes back to where they come from.
func checkSqueeze(t *testing.T, s string) {
	t.Helper()
	want := squeezedPlainly(s)
	got, marks := squeezeText(s)
	if !bytes.Equal(got, want) || !bytes.Equal(squeeze(s), want) || !bytes.Equal(appendSqueezed([]byte("x"), []byte(s))[1:], want) {
		t.Fatalf("%q squeezed to\n%q,\n%q and\n%q, want\n%q", s, got, squeeze(s), appendSqueezed(nil, []byte(s)), want)
	}
	for at := 0; at < len(want); at += 1 + len(want)/7 {
		source := marks.source(s, at)
		if rest := squeezedPlainly(s[source:]); !bytes.Equal(rest, want[at:]) || len(squeezedPlainly(s[source:source+1])) != 1 {
			t.Fatalf("%q: squeezed byte %d comes from %d", s, at, source)
		}
	}
	if n := marks.source(s, len(want)); n < len(s) && len(squeezedPlainly(s[n:])) > 0 {
		t.Fatalf("%q: the end comes from %d", s, n)
	}
}

func TestSqueeze(t *testing.T) {
	for _, s := range []string{"", "a", `\`, `\n`, `a\`, `\\n`, `\\\n`, "A b\tC", `{"k":"v\tx"}`, "a\\\nn", "Ünï ‚Code’"} {
		checkSqueeze(t, s)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	const letters = "abcnrtABCN0123-_=[] \n\t\r\\\\\"'`é"
	for range 400 {
		b := make([]byte, rng.IntN(3*squeezeBlock))
		for i := range b {
			b[i] = letters[rng.IntN(len(letters))]
		}
		checkSqueeze(t, string(b))
	}
}

func FuzzSqueeze(f *testing.F) {
	f.Add(`["error"] [stack="a\n\tb"]`)
	f.Add(`x \\\n\`)
	f.Fuzz(checkSqueeze)
}

// TestLower compares with strings.ToLower.
func TestLower(t *testing.T) {
	for _, s := range []string{"", "A", "abcdefgh", "ABCDEFGHI", "@AZ[`az{\x7f", "GRÖSSE Ärger ÉTÉ", "[… 12 lines left out …] ERROR", "ДАННЫЕ İK"} {
		if got, want := string(appendLower(nil, s)), strings.ToLower(s); got != want {
			t.Errorf("%q in lower case: %q, want %q", s, got, want)
		}
	}
}

// TestLineAt asks for the line of each line's first and last squeezed byte.
func TestLineAt(t *testing.T) {
	v := newView(paste.FromText("first line\n\n   \nsecond “quoted” line\nthird\n'\"\nlast"))
	for i, line := range v.match {
		word := squeeze(line)
		if len(word) == 0 {
			continue
		}
		at := bytes.Index(v.squeezed, word)
		if first, last := v.lineAt(at), v.lineAt(at+len(word)-1); first != i || last != i {
			t.Errorf("%q is on line %d, found on %d and %d", line, i, first, last)
		}
	}
}
