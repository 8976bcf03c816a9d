package github

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// TestSource: the conversation stands below the report and in comments, over
// a restart too, and nothing but an address of Discord does.
func TestSource(t *testing.T) {
	const good = "https://discord.com/channels/1234567890123456/2234567890123456"
	for source, want := range map[string]bool{
		good: true, good + "/3234567890123456": true, "": false, "https://discord.com/channels/@me/1": false,
		"https://example.com/channels/1/2": false, good + "> @all": false, good + "\n/close": false,
	} {
		d := NewDraft(DefaultForm(), Report{Log: paste.FromText("panic: index out of range")})
		d.ID, d.Source = NewID(), source
		stored, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again Draft
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatal(err)
		}
		for _, body := range []string{d.Body(), again.Body(), d.Comment()} {
			if got := strings.Contains(body, "conversation on Discord: <"+source+">_\n\n"+Marker(d.ID)); got != want {
				t.Errorf("%q: %v in\n%s", source, got, body)
			}
		}
	}
}
