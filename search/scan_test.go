package search

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// occurrences is the plain way to find every literal.
func occurrences(literals [][]byte, text []byte) []string {
	var out []string
	for i, lit := range literals {
		for at := 0; at+len(lit) <= len(text); at++ {
			if bytes.Equal(text[at:at+len(lit)], lit) {
				out = append(out, fmt.Sprint(i, "@", at))
			}
		}
	}
	slices.Sort(out)
	return out
}

func scanned(literals [][]byte, text []byte) []string {
	var out []string
	newScanner(literals).scan(text, func(literal, at int) { out = append(out, fmt.Sprint(literal, "@", at)) })
	slices.Sort(out)
	return out
}

// TestScanAgainstPlain compares the scanner with the plain way on texts made
// of few letters, where literals overlap and repeat.
func TestScanAgainstPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = "ab"[rng.IntN(2)]
		}
		return b
	}
	found := 0
	for range 300 {
		var literals [][]byte
		for range 1 + rng.IntN(6) {
			literals = append(literals, random(minAnchor+rng.IntN(6)))
		}
		text := random(rng.IntN(4000))
		for range 3 {
			text = append(text, literals[rng.IntN(len(literals))]...)
			text = append(text, random(rng.IntN(9))...)
		}
		want := occurrences(literals, text)
		if got := scanned(literals, text); !slices.Equal(got, want) {
			t.Fatalf("literals %q\ntext %q\nscanned %v\nwant    %v", literals, text, got, want)
		}
		found += len(want)
	}
	if found < 900 {
		t.Errorf("only %d occurrences: the test tests nothing", found)
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte("collection not loaded"), []byte("xx collection not loaded yy"))
	f.Fuzz(func(t *testing.T, lit, text []byte) {
		if len(lit) < minAnchor {
			return
		}
		literals := [][]byte{lit}
		if got, want := scanned(literals, text), occurrences(literals, text); !slices.Equal(got, want) {
			t.Errorf("scanned %v, want %v", got, want)
		}
	})
}
