package search

import (
	"testing"

	"github.com/milvus-medic/medic/kb"
)

// TestCutDoubt cuts away what tells two entries apart that share a text: what
// is left is likely the one without it, and certain only where the paste is
// whole or a cut can have taken nothing.
func TestCutDoubt(t *testing.T) {
	plain := entry("plain", text("the local engine is not installed"))
	windows := entry("windows", kb.Signature{Text: "the local engine is not installed", With: []string{"windows"}})
	apart := entry("apart", kb.Signature{Text: "the local engine is not installed", With: []string{"windows"}, Without: []string{"engine"}})
	asks := entry("plain", kb.Signature{Text: "the local engine is not installed", With: []string{"@milvus"}})
	linux := entry("plain", kb.Signature{Text: "the local engine is not installed", With: []string{"linux"}})
	for _, c := range []struct {
		name, paste, want string
		entries           []*kb.Entry
	}{
		{"whole", "Error: the local engine is not installed", "plain:certain", []*kb.Entry{plain, windows}},
		{"in a word", "ws 11: the local engine is not installed", "plain:likely", []*kb.Entry{plain, windows}},
		{"behind a word", " 11: the local engine is not installed", "plain:likely", []*kb.Entry{plain, windows}},
		{"in a number", "11: the local engine is not installed", "plain:likely", []*kb.Entry{plain, windows}},
		{"behind a date", "2024-05-06 the local engine is not installed", "plain:certain", []*kb.Entry{plain, windows}},
		{"in a bracket", "W 11) the local engine is not installed", "plain:likely", []*kb.Entry{plain, windows}},
		{"at the end", "Error: the local engine is not installed (on", "plain:likely", []*kb.Entry{plain, windows}},
		{"no sibling", " 11: the local engine is not installed", "plain:certain", []*kb.Entry{plain}},
		{"a sibling that cannot be", " 11: the local engine is not installed", "plain:certain", []*kb.Entry{plain, apart}},
		{"a word for it", " 11 linux: the local engine is not installed", "plain:certain", []*kb.Entry{linux, windows}},
		{"a word that both have", " 11 milvus: the local engine is not installed", "plain:likely", []*kb.Entry{asks, windows}},
		{"at the cut itself", "Error: 'the local engine is not installed", "plain:likely", []*kb.Entry{plain}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := graded(find(t, c.paste, c.entries...).Hits[:1]); got != c.want {
				t.Errorf("%q: %s, want %s", c.paste, got, c.want)
			}
		})
	}
}

// TestCutPhrase cuts phrases, and words of scripts without spaces.
func TestCutPhrase(t *testing.T) {
	e := entry("e", kb.Signature{Text: "index is not there at all", With: []string{"too many operations|失败|没有加载完"}})
	for paste, want := range map[string]bool{
		"index is not there at all, too many operat": true,
		"index is not there at all, too many":        false, // between words
		"index is not there at all, too ma":          false, // less than half
		"index is not there at all, 失":               true,
		"index is not there at all, 没有加载":            false, // words of their own
	} {
		if got := find(t, paste, e).Grade() == Certain; got != want {
			t.Errorf("%q: %v, want %v", paste, got, want)
		}
	}
}
