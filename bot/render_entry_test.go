package bot

import (
	"bytes"
	"testing"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search"
)

// TestKeptPartsRenderAlike renders each entry in each language by a bot that
// has rendered it before, for another paste, and by one that forgets
// everything: to the byte the same request.
func TestKeptPartsRenderAlike(t *testing.T) {
	warm, cold := bothShapes(t), bothShapes(t)
	for n, e := range warm[0].knows.index.Entries() {
		for k, lang := range config.Languages {
			shape, deployment := (n+k)%len(warm), []string{"", "helm", "compose"}[(n+k)%3]
			before := entryReply(e, lang, deployment)
			before.Line, before.Count, before.Also = "another line", 4, []Candidate{{ID: "x", Title: "X", Entry: true}}
			body(t, warm[shape].renderDiscord(before, "another-report", true))

			r := entryReply(e, lang, deployment)
			r.Line, r.Count, r.Grade = "the line", n, search.Likely
			cold[shape].parts.reset()
			got := body(t, warm[shape].renderDiscord(r, "abcdefghijklmnopqrst", false))
			want := body(t, cold[shape].renderDiscord(r, "abcdefghijklmnopqrst", false))
			if !bytes.Equal(got, want) {
				t.Errorf("%s %s %q:\n got %s\nwant %s", e.ID, lang, deployment, got, want)
			}
		}
	}
	if n := len(warm[0].parts.kept); n == 0 || n > maxParts {
		t.Errorf("%d parts are kept, of at most %d", n, maxParts)
	}
}

// body is the request that sends a message in a channel.
func body(t *testing.T, m session.Message) []byte {
	m.Ephemeral, m.Nonce = false, "n"
	raw, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
