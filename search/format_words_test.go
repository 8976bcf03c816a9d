package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestHintWords wants every word of the table to be found in any case.
func TestHintWords(t *testing.T) {
	for _, group := range hintWords {
		for _, w := range group.words {
			if len(w) != 4 || w != strings.ToLower(w) {
				t.Errorf("%q is not four bytes in lower case", w)
			}
			for _, text := range []string{w, "x" + w, "say " + strings.ToUpper(w) + " here"} {
				if hintsOf(text)&group.set == 0 {
					t.Errorf("%q is not found in %q", w, text)
				}
			}
		}
	}
	if got := hintsOf("a line with nothing in it"); got != 0 {
		t.Errorf("a plain line has hints %b", got)
	}
}

// TestWordsAgainstPlain compares the table with a search for each word.
func TestWordsAgainstPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	random := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abAB "[rng.IntN(5)]
		}
		return string(b)
	}
	found := 0
	for range 300 {
		var list []string
		for range 1 + rng.IntN(5) {
			list = append(list, strings.ToLower(random(4+rng.IntN(4))))
		}
		text := random(rng.IntN(300)) + list[0] + random(5)
		var want, got []string
		for at := range text {
			for k, w := range list {
				if strings.HasPrefix(strings.ToLower(text[at:]), w) {
					want = append(want, fmt.Sprint(at, ":", k))
				}
			}
		}
		newWords(list...).each(text, func(word, at int) bool {
			got = append(got, fmt.Sprint(at, ":", word))
			return true
		})
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", list, text, got, want)
		}
		found += len(want)
	}
	if found < 300 {
		t.Errorf("only %d found: the test tests nothing", found)
	}
}
