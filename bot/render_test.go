package bot

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// builtIn is the index over the built-in entries, built once for all tests.
var builtIn = sync.OnceValues(func() (*search.Index, error) {
	x, err := loadIndex("", "")
	if err != nil {
		return nil, err
	}
	return x, x.Warm()
})

// sharedIndex returns builtIn.
func sharedIndex(t testing.TB) *search.Index {
	t.Helper()
	x, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// testBot is a bot without a session.
func testBot(t testing.TB) *Bot {
	t.Helper()
	b, err := New(Options{Config: config.Default(), Index: sharedIndex(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

var (
	linkRE = regexp.MustCompile(`https?://[^\s<>()]+`)
	codeRE = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// TestEveryEntryRenders renders each entry in each language and deployment:
// within Discord's limits, nothing cut, every code block whole, no link to a
// foreign host, nothing that pings.
func TestEveryEntryRenders(t *testing.T) {
	b := testBot(t)
	line := strings.Repeat("`@everyone` <@123> [x](https://evil.example) ", 40)
	for _, e := range b.index.Entries() {
		for _, lang := range config.Languages {
			for _, deployment := range []string{"", "helm", "compose", "kubernetes", "lite"} {
				r := entryReply(e, lang, deployment)
				r.Line, r.Grade = cutLine(line), search.Likely
				m := b.renderDiscord(r, "abcdefghijklmnopqrst", true)
				checkMessage(t, e.ID+" "+lang+" "+deployment, m)
				if len(m.Files) > 0 {
					t.Errorf("%s %s: does not fit one message", e.ID, lang)
				}
				for _, block := range blocksFor(r.Text.Fix, deployment) {
					if block.Code && !strings.Contains(m.Embeds[0].Description, "\n"+block.Text+"\n```") {
						t.Errorf("%s %s: a code block is missing or changed:\n%s", e.ID, lang, block.Text)
					}
				}
			}
		}
	}
}

// checkMessage holds Discord's limits and the rules of a reply.
func checkMessage(t *testing.T, name string, m session.Message) {
	t.Helper()
	total := 0
	for _, e := range m.Embeds {
		for _, part := range []struct {
			text string
			most int
		}{{e.Title, 256}, {e.Description, 4096}, {e.Footer.Text, 2048}} {
			n := len(utf16.Encode([]rune(part.text)))
			total += n
			if n > part.most {
				t.Errorf("%s: %d characters where %d are allowed", name, n, part.most)
			}
		}
		prose := codeRE.ReplaceAllString(e.Description, "")
		if strings.Count(e.Description, "```")%2 != 0 {
			t.Errorf("%s: a code block is not closed", name)
		}
		for _, bad := range []string{"@everyone", "<@", "evil.example"} {
			if strings.Contains(prose, bad) {
				t.Errorf("%s: %q stands outside of a code block", name, bad)
			}
		}
		for _, link := range linkRE.FindAllString(prose, -1) {
			if err := kb.CheckLink(strings.TrimRight(link, ".,:;`*")); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if total > 6000 {
		t.Errorf("%s: embeds have %d characters", name, total)
	}
	seen := map[string]bool{}
	for _, row := range m.Components {
		parts := row.(discordgo.ActionsRow).Components
		if len(parts) == 0 || len(parts) > 5 {
			t.Errorf("%s: a row of %d components", name, len(parts))
		}
		for _, c := range parts {
			id := ""
			switch c := c.(type) {
			case discordgo.Button:
				id = c.CustomID
				if n := len([]rune(c.Label)); n == 0 || n > 80 || len(c.URL) > 512 {
					t.Errorf("%s: button %q", name, c.Label)
				}
			case discordgo.SelectMenu:
				id = c.CustomID
				if len(c.Options) == 0 || len(c.Options) > 25 || len([]rune(c.Placeholder)) > 150 {
					t.Errorf("%s: select with %d options", name, len(c.Options))
				}
			}
			if id != "" && (seen[id] || len(id) > 100) {
				t.Errorf("%s: custom id %q is too long or stands twice", name, id)
			}
			seen[id] = true
		}
	}
}

// TestFill wants whole pieces, and a note when one does not fit.
func TestFill(t *testing.T) {
	big := strings.Repeat("x", 2500)
	text, whole := fill([]string{"a", big, big, "b"}, "more in the file")
	if whole || strings.Count(text, "x") != 2500 || !strings.HasSuffix(text, "*more in the file*") {
		t.Errorf("whole %v, %d characters", whole, len(text))
	}
	if text, whole := fill([]string{"a", "b"}, "more"); !whole || text != "a\nb" {
		t.Errorf("%q %v", text, whole)
	}
}

func TestBlocksFor(t *testing.T) {
	prose, all := kb.Block{Text: "do"}, kb.Block{Code: true, Text: "all"}
	helm, compose := kb.Block{Code: true, Text: "helm", For: []string{"helm"}}, kb.Block{Code: true, Text: "compose", For: []string{"compose"}}
	blocks := []kb.Block{prose, all, helm, compose}
	for deployment, want := range map[string][]string{
		"": {"do", "all", "helm", "compose"}, "helm": {"do", "all", "helm"}, "docker": {"do", "all", "compose"},
		"lite": {"do", "all", "helm", "compose"}, // nothing for it: better others than none
	} {
		var got []string
		for _, b := range blocksFor(blocks, deployment) {
			got = append(got, b.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", deployment, got, want)
		}
	}
}

// TestFenceHolds tries to break out of a code block.
func TestFenceHolds(t *testing.T) {
	for _, text := range []string{"a ``` b", "```", "x`", "``` @everyone ```", "`\n``"} {
		got := fence("", text)
		if inner := strings.TrimSuffix(strings.TrimPrefix(got, "```"), "```"); strings.Contains(inner, "```") {
			t.Errorf("%q leaves its fence: %q", text, got)
		}
	}
}
