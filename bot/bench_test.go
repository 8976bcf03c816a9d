package bot

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// pasteOf2000 is a message of 2,000 characters: log lines around line.
func pasteOf2000(line string) string {
	const noise = `[2025/02/07 11:52:33.229 +00:00] [INFO] [querynode/segment_loader.go:127] ["load segments done"] [segmentNum=4] [nodeID=7]` + "\n"
	text := strings.Repeat(noise, 20)
	return text[:1000] + "\n" + line + "\n" + text[1000:1999-len(line)-2]
}

// eventOf is the gateway event of a message.
func eventOf(b *testing.B, content string) []byte {
	m := map[string]any{"id": "1", "channel_id": "2", "guild_id": "3", "content": content, "type": 0, "timestamp": "2025-02-07T11:52:33.229000+00:00",
		"author": map[string]any{"id": "4", "username": "ada"}, "attachments": []any{}, "embeds": []any{}, "mentions": []any{}}
	raw, err := json.Marshal(map[string]any{"op": 0, "s": 7, "t": "MESSAGE_CREATE", "d": m})
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

// decode does what discordgo does to an event before a handler sees it.
func decode(b *testing.B, raw []byte) *discordgo.MessageCreate {
	var e discordgo.Event
	if err := json.Unmarshal(raw, &e); err != nil {
		b.Fatal(err)
	}
	var m discordgo.MessageCreate
	if err := json.Unmarshal(e.RawData, &m); err != nil {
		b.Fatal(err)
	}
	return &m
}

// BenchmarkEvent goes from the content of a message to the bytes of the
// reply, beside discordgo's decode of the event and a loop of 200 regular
// expressions over the same text.
func BenchmarkEvent(b *testing.B) {
	bot := testBot(b)
	if err := bot.index.Warm(); err != nil {
		b.Fatal(err)
	}
	known, unknown := pasteOf2000(badMember), pasteOf2000("Error: sprocket twelve is out of tune with the widget")
	raw := eventOf(b, known)
	b.Run("discordgo decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			decode(b, raw)
		}
	})
	ours := func(b *testing.B, text string) {
		b.ReportAllocs()
		for b.Loop() {
			answer, err := bot.Ask(context.Background(), paste.FromText(text), "en")
			if err != nil {
				b.Fatal(err)
			}
			m := bot.renderDiscord(answer.Reply, "abcdefghijklmnopqrst", false)
			if _, err := json.Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("ours, a signature decides", func(b *testing.B) { ours(b, known) })
	b.Run("ours, full text is asked", func(b *testing.B) { ours(b, unknown) })
	var patterns []*regexp.Regexp
	for _, e := range bot.index.Entries() {
		for _, s := range e.Signatures {
			if parts, err := kb.ParseTemplate(s.Text); err == nil && len(patterns) < 200 {
				patterns = append(patterns, regexp.MustCompile("(?i)"+regexp.QuoteMeta(parts[0].Literal)))
			}
		}
	}
	b.Run("200 regular expressions", func(b *testing.B) {
		for b.Loop() {
			for _, re := range patterns {
				re.MatchString(known)
			}
		}
	})
	answer, err := bot.Ask(context.Background(), paste.FromText(known), "en")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("rendering", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := bot.renderDiscord(answer.Reply, "abcdefghijklmnopqrst", false)
			if _, err := json.Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cleaning and redaction", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			paste.FromText(known)
		}
	})
}
