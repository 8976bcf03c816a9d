package search

import "testing"

// TestNear pastes error lines that differ from a template, and wants Likely
// for small differences and nothing for a sibling problem.
func TestNear(t *testing.T) {
	e := entry("e", text("search failed: the collection not loaded[collection={name}] on the delegator"))
	for _, c := range []struct {
		name, paste string
		want        bool
	}{
		{"typo", "Error: serach failed: the colection not loaded[collection=docs] on the delegator", true},
		{"changed word", "Error: search failed: the collection not loaded[collection=docs] in the delegator", true},
		{"cut at the end", "Error: search failed: the collection not loaded[collection=do", true},
		{"cut, but not at the end", "Error: search failed: the collection not loaded[\nand then it went on", false},
		{"cut too early", "Error: search failed: the collec", false},
		{"sibling", "Error: search failed: the partition not released[partition=docs] on the delegator", false},
		{"more words", "Error: search failed: the collection not yet entirely loaded[collection=docs] on the delegator", false},
		{"no error line", "what does it mean, a colection not loaded[collection=docs] on the delegator?", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, c.paste, e).Grade() >= Likely; got != c.want {
				t.Errorf("%q: %v, want %v", c.paste, got, c.want)
			}
		})
	}
}
