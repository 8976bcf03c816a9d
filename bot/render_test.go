package bot

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// builtIn is the index over the built-in entries, built once for all tests.
var builtIn = sync.OnceValues(func() (*search.Index, error) {
	k, err := learn("", nil)
	if err != nil {
		return nil, err
	}
	return k.index, k.index.Warm()
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

// TestFill wants whole pieces, and a note when one does not fit.
func TestFill(t *testing.T) {
	big := strings.Repeat("x", 2500)
	texts, whole := fill([][]string{{"a", big}, {big, "b"}}, "more in the file", 4000)
	if whole || len(texts) != 2 || texts[1] != "*more in the file*" || strings.Count(texts[0], "x") != 2500 {
		t.Errorf("whole %v, %d texts", whole, len(texts))
	}
	texts, whole = fill([][]string{{"a", "b"}, {"c"}}, "more", 4000)
	if !whole || !slices.Equal(texts, []string{"a\nb", "c"}) {
		t.Errorf("%q %v", texts, whole)
	}
}

// TestCutNote wants whole lines and whole code blocks.
func TestCutNote(t *testing.T) {
	line := strings.Repeat("x", 900)
	for text, want := range map[string]string{
		"short":                          "short",
		line + "\n" + line + "\n" + line: line + "\n" + line + "\n…",
		line + "\n```sh\n" + line + line + "\n```": line + "\n…",
		strings.Repeat(line, 3):                    "…",
	} {
		if got := cutNote(text, 2000); got != want {
			t.Errorf("%d characters become %.20q… of %d", len(text), got, len(got))
		}
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
