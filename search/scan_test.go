package search

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// occurrences is the plain way to find every literal.
func occurrences(literals [][]byte, text []byte) []string {
	var out []string
	for i, lit := range literals {
		for at := 0; ; at++ {
			n := bytes.Index(text[at:], lit)
			if n < 0 {
				break
			}
			at += n
			out = append(out, fmt.Sprint(i, "@", at))
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

// checkScan compares the scanner with the plain way and returns how many
// occurrences there are.
func checkScan(t *testing.T, literals [][]byte, text []byte) int {
	t.Helper()
	want := occurrences(literals, text)
	if got := scanned(literals, text); !slices.Equal(got, want) {
		t.Fatalf("literals %q\ntext %q\nscanned %v\nwant    %v", literals, text, got, want)
	}
	return len(want)
}

// TestScanAgainstPlain compares the scanner with the plain way on texts made
// of few letters, where literals of all lengths overlap and repeat.
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
			literals = append(literals, random(minAnchor+rng.IntN(20)))
		}
		text := random(rng.IntN(2 * scanBlock))
		for range 3 {
			text = append(text, literals[rng.IntN(len(literals))]...)
			text = append(text, random(rng.IntN(9))...)
		}
		found += checkScan(t, literals, text)
	}
	if found < 900 {
		t.Errorf("only %d occurrences: the test tests nothing", found)
	}
}

// TestScanShared scans for literals made of the same few phrases, so that
// many share their windows, in a text of such phrases.
func TestScanShared(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	phrases := strings.Fields("failedto loadthe segment ofthecollection connection refused timeout a: b, deadlineexceeded")
	some := func(n int) (s []byte) {
		for range n {
			s = append(s, phrases[rng.IntN(len(phrases))]...)
		}
		return s
	}
	found, pairs := 0, 0
	for range 20 {
		var literals [][]byte
		for range 300 {
			if lit := some(2 + rng.IntN(4)); len(lit) >= minAnchor {
				literals = append(literals, lit)
			}
		}
		found += checkScan(t, literals, some(1500))
		for _, w := range newScanner(literals).long.windows {
			if w.check&sideBits != alone {
				pairs++
			}
		}
	}
	if found < 10000 || pairs < 1000 {
		t.Errorf("only %d occurrences, %d windows in pairs: the test tests nothing", found, pairs)
	}
}

// TestScanEverywhere puts literals of each length at each offset of short
// texts, at both ends, and across the border of two blocks.
func TestScanEverywhere(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	literals := [][]byte{}
	for n := minAnchor; n <= 40; n++ {
		literals = append(literals, []byte(letters[n%7:n%7+n]))
	}
	for i, lit := range literals {
		for before := range 2 * scanWidth {
			for _, after := range []int{0, 1, 3, scanWidth} {
				text := slices.Concat(bytes.Repeat([]byte("."), before), lit, bytes.Repeat([]byte("."), after))
				if checkScan(t, [][]byte{lit}, text) != 1 || checkScan(t, literals, text) == 0 {
					t.Fatalf("literal %d at %d: found nothing", i, before)
				}
			}
		}
		for at := scanBlock - len(lit) - 1; at <= scanBlock+1; at++ {
			text := slices.Concat(bytes.Repeat([]byte("."), at), lit, bytes.Repeat([]byte("-"), at%5))
			if checkScan(t, [][]byte{lit}, text) != 1 {
				t.Fatalf("literal %d at %d: not found", i, at)
			}
		}
	}
}

// TestScanGiant scans for a literal longer than what a window knows of it.
func TestScanGiant(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	lit := make([]byte, 85000)
	for i := range lit {
		lit[i] = byte('a' + rng.IntN(26))
	}
	miss := bytes.Clone(lit)
	miss[len(miss)-1]++
	text := slices.Concat([]byte("xyz"), miss, lit, miss)
	if n := checkScan(t, [][]byte{lit, miss}, text); n != 3 {
		t.Errorf("found %d, want 3", n)
	}
}

// TestScanAllocates wants a scan to leave the heap alone.
func TestScanAllocates(t *testing.T) {
	literals := [][]byte{[]byte("oomkill"), []byte("collectionnotloaded"), []byte("rate:limit")}
	text := bytes.Repeat([]byte("...collectionnotloaded,oomkill...rate:limit"), 1000)
	s := newScanner(literals)
	n := 0
	found := func(int, int) { n++ }
	if a := testing.AllocsPerRun(10, func() { s.scan(text, found) }); a != 0 {
		t.Errorf("%v allocations a scan", a)
	}
	if n != 11*3000 {
		t.Errorf("found %d", n)
	}
}

// FuzzScan takes the literals from the lines of its first argument.
func FuzzScan(f *testing.F) {
	f.Add([]byte("collection not loaded"), []byte("xx collection not loaded yy"))
	f.Add([]byte("oomkill\nconnection refused\nction refused\nconnection refusal"), []byte("oomkilloomkill connection refused"))
	f.Add([]byte("aaaaaaaaaaaaaaaaaaaaaaaa\naaaaaaa\naaaaaaaaaaaaaaa"), bytes.Repeat([]byte("a"), 100))
	f.Fuzz(func(t *testing.T, lines, text []byte) {
		var literals [][]byte
		for _, lit := range bytes.Split(lines, []byte("\n")) {
			if len(lit) >= minAnchor && len(literals) < 50 {
				literals = append(literals, lit)
			}
		}
		checkScan(t, literals, text)
		// The text around an occurrence is chosen by the fuzzer, its place here.
		for i, lit := range literals {
			checkScan(t, literals, slices.Concat(text[:min(len(text), i%16)], lit, text))
		}
	})
}
