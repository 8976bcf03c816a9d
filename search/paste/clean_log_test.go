package paste

import (
	"strings"
	"testing"
)

// TestCleanLogStays checks that text without secrets and private data comes
// through as it is: less than 0.5 % of the lines may change.
func TestCleanLogStays(t *testing.T) {
	w := newLogWriter(42)
	for n := range 16_000 {
		if n%2 == 0 {
			w.serverLine()
		} else {
			w.otherLine()
		}
	}
	in := strings.TrimRight(w.b.String(), "\n")
	want := strings.Split(in, "\n")
	if len(want) < 10_000 {
		t.Fatalf("only %d lines", len(want))
	}
	got := strings.Split(redact(clean(in), newLabels(), tally{}), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines became %d", len(want), len(got))
	}
	changed := 0
	for i := range want {
		if got[i] != want[i] {
			if changed++; changed <= 10 {
				t.Logf("line %d\n in %s\nout %s", i, want[i], got[i])
			}
		}
	}
	if changed*200 >= len(want) {
		t.Errorf("%d of %d lines changed, want less than 0.5 %%", changed, len(want))
	}
	t.Logf("%d of %d lines changed", changed, len(want))
}
