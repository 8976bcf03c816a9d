package bot

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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

// eventBench has what the benchmarks of an event need.
type eventBench struct {
	bot            *Bot
	known, unknown string
	raw            []byte           // the event of known
	patterns       []*regexp.Regexp // what a loop over signatures would be
}

func newEventBench(b *testing.B) *eventBench {
	e := &eventBench{bot: testBot(b), known: pasteOf2000(badMember), unknown: pasteOf2000("Error: sprocket twelve is out of tune with the widget")}
	if err := e.bot.known().index.Warm(); err != nil {
		b.Fatal(err)
	}
	e.raw = eventOf(b, e.known)
	for _, entry := range e.bot.known().index.Entries() {
		for _, s := range entry.Signatures {
			if parts, err := kb.ParseTemplate(s.Text); err == nil && len(e.patterns) < 200 {
				e.patterns = append(e.patterns, regexp.MustCompile("(?i)"+regexp.QuoteMeta(parts[0].Literal)))
			}
		}
	}
	return e
}

// answer goes from the text of a message to the bytes of the reply.
func (e *eventBench) answer(b *testing.B, text string) {
	answer, err := e.bot.Ask(context.Background(), paste.FromText(text), "en")
	if err != nil {
		b.Fatal(err)
	}
	e.render(b, answer.Reply)
}

func (e *eventBench) render(b *testing.B, r Reply) {
	if _, err := e.bot.renderDiscord(r, "abcdefghijklmnopqrst", false).Encode(); err != nil {
		b.Fatal(err)
	}
}

func (e *eventBench) regexps() {
	for _, re := range e.patterns {
		re.MatchString(e.known)
	}
}

// BenchmarkEvent goes from the content of a message to the bytes of the
// reply, beside discordgo's decode of the event and a loop of 200 regular
// expressions over the same text.
func BenchmarkEvent(b *testing.B) {
	e := newEventBench(b)
	answer, err := e.bot.Ask(context.Background(), paste.FromText(e.known), "en")
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range []struct {
		name string
		run  func()
	}{
		{"discordgo decode", func() { decode(b, e.raw) }},
		{"ours, a signature decides", func() { e.answer(b, e.known) }},
		{"ours, full text is asked", func() { e.answer(b, e.unknown) }},
		{"rendering", func() { e.render(b, answer.Reply) }},
		{"cleaning and redaction", func() { paste.FromText(e.known) }},
		{"200 regular expressions", e.regexps},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				row.run()
			}
		})
	}
}

// BenchmarkEventRatios reports the medians of ratios of what is timed in turn:
// our part of an event over discordgo's decode of it, and a loop of 200 regular
// expressions, decode included, over the whole.
func BenchmarkEventRatios(b *testing.B) {
	e := newEventBench(b)
	timed := func(times int, f func()) float64 {
		start := time.Now()
		for range times {
			f()
		}
		return float64(time.Since(start)) / float64(times)
	}
	var known, unknown, regexps []float64
	for n := 0; n < 15 || b.Loop(); n++ {
		floor := timed(200, func() { decode(b, e.raw) })
		ours := timed(200, func() { e.answer(b, e.known) })
		known = append(known, ours/floor)
		unknown = append(unknown, timed(200, func() { e.answer(b, e.unknown) })/floor)
		regexps = append(regexps, (timed(2, e.regexps)+floor)/(ours+floor))
	}
	median := func(list []float64) float64 {
		slices.Sort(list)
		return list[len(list)/2]
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(known), "signature/decode")
	b.ReportMetric(median(unknown), "full-text/decode")
	b.ReportMetric(median(regexps), "x-regexps")
}
