package kb

import "testing"

// TestEntries holds the lint over every entry that is built in.
func TestEntries(t *testing.T) {
	entries, err := ReadEntries(Entries, "entries")
	if err != nil {
		t.Errorf("read:\n%v", err)
	}
	for _, p := range Lint(entries) {
		t.Error(p)
	}
	if len(entries) == 0 {
		t.Error("no entries are built in")
	}
}
