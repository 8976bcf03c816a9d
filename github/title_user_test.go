package github

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// TestSetTitle gives users' titles: the prefix stands once, what GitHub
// would link is gone, and a title that says nothing gives way.
func TestSetTitle(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"querynode loses its shard leader", "[Bug]: querynode loses its shard leader"},
		{"[Bug]: querynode loses its shard leader", "[Bug]: querynode loses its shard leader"},
		{"/close @admin loses #12 shards", "[Bug]: "},
		{"Error", "[Bug]: failed to load segment"},
		{"", "[Bug]: failed to load segment"},
	} {
		d := NewDraft(DefaultForm(), Report{Title: "failed to load segment"})
		d.SetTitle(paste.FromText(c.in))
		got := d.Title()
		if !strings.HasPrefix(got, c.want) || strings.ContainsAny(strings.TrimPrefix(got, "[Bug]: "), "@#`\n") || strings.Count(got, "[Bug]") != 1 {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
		src, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again Draft
		if err := json.Unmarshal(src, &again); err != nil || again.Title() != got {
			t.Errorf("stored title is %q, want %q (%v)", again.Title(), got, err)
		}
	}
}
