package search

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

// TestCut pastes what a cut leaves of one template.
func TestCut(t *testing.T) {
	loaded := entry("loaded", text("failed to search: partition not loaded[partition={id}] in this collection"))
	released := entry("released", text("failed to search: partition was released by another client"))
	for _, c := range []struct {
		name, paste, want string
	}{
		{"in a word at the end", "error: failed to search: partition not loaded[partition=7] in this collec", "loaded:likely"},
		{"between words at the start", "to search: partition was released by another client", "released:likely"},
		{"in a word at the start", "arch: partition was released by another client, what now?", "released:likely"},
		{"in a variable", "error: failed to search: partition not loaded[partition=4489", "loaded:likely"},
		{"in a bracket", "milvus (error: failed to search: partition was", "released:likely"},
		{"no bracket shows it", "milvus error: failed to search: partition was", ""},
		{"with dots where it was cut", "failed to search: partition was released by anoth...", "released:likely"},
		{"what both begin with", "error: failed to search: partiti", ""},
		{"a variable that is closed", "failed to search: partition not loaded[partition=7]", ""},
		{"not at the end", "failed to search: partition was released by anoth\nand so on", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			hits := find(t, c.paste, loaded, released).Hits
			hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Why[0].Name != "cut" })
			if got := graded(hits); got != c.want {
				t.Errorf("%q: %q, want %q", c.paste, got, c.want)
			}
		})
	}
}

// TestCutWords wants words at the cut to count, and only there.
func TestCutWords(t *testing.T) {
	e := entry("e", kb.Signature{Text: "index is not there at all", With: []string{"langchain|standalone"}})
	for paste, want := range map[string]bool{
		"ngchain: index is not there at all":          true,
		"index is not there at all, my standal":       true,
		"index is not there at all, my stan":          false, // less than half
		"chain: index is not there at all":            true,
		"I use ngchain: index is not there at all":    false,
		"index is not there at all, my standal works": false,
	} {
		if got := find(t, paste, e).Grade() == Certain; got != want {
			t.Errorf("%q: %v, want %v", paste, got, want)
		}
	}
}

// TestCutExamples cuts the examples of all entries at several columns from
// either end. What is left finds the entry first, or what the whole paste
// finds too, or nothing, but hardly ever an answer of its own.
func TestCutExamples(t *testing.T) {
	const minRight, maxWrong = 0.78, 0.003
	x := builtIn(t)
	rng := rand.New(rand.NewPCG(2, 3))
	for side, cut := range map[string]func(string, int) string{
		"start": func(s string, n int) string { return cutRunes(s, n, 0) },
		"end":   func(s string, n int) string { return cutRunes(s, 0, n) },
	} {
		all, right, wrong := 0, 0, 0
		for _, e := range x.Entries() {
			for i, text := range slices.Concat(e.Examples, e.WeakExamples) {
				n := len([]rune(text))
				width := []int{n / 20, 20, rng.IntN(1 + n/4)}[i%3]
				if width == 0 || n < 2*width {
					continue
				}
				v := ask(t, x, cut(text, width))
				all++
				switch {
				case v.Grade() < Likely:
				case v.Hits[0].Doc.ID == e.ID:
					right++
				case !findsAnyway(t, x, text, v.Hits[0].Doc.ID):
					wrong++
					t.Logf("%s cut off at the %s by %d: %v", e.ID, side, width, ids(v))
					if v.Grade() == Certain {
						t.Errorf("%s cut off at the %s by %d is certain to be %v: %q", e.ID, side, width, ids(v), cut(text, width))
					}
				}
			}
		}
		t.Logf("%s: %d of %d right, %d wrong", side, right, all, wrong)
		if float64(right) < minRight*float64(all) || float64(wrong) > maxWrong*float64(all) {
			t.Errorf("cut at the %s, %d of %d are right and %d wrong", side, right, all, wrong)
		}
	}
}

// findsAnyway tells whether the whole text finds an entry too, or would if a
// word, which the cut may have taken, did not speak against it.
func findsAnyway(t *testing.T, x *Index, text, id string) bool {
	t.Helper()
	if slices.Contains(hitIDs(ask(t, x, text)), id) {
		return true
	}
	squeezed := squeeze(text)
	for i := range x.sigs.templates {
		tpl := &x.sigs.templates[i]
		anchor := tpl.parts[tpl.anchor].literal
		if at := bytes.Index(squeezed, anchor); x.entries[tpl.entry].ID == id && at >= 0 {
			if _, _, ok := tpl.match(squeezed, at); ok {
				return true
			}
		}
	}
	return false
}
