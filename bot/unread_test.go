package bot

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/paste"
)

// TestUnreadInAllLanguages says every reason in every language, each in words
// of its own.
func TestUnreadInAllLanguages(t *testing.T) {
	w, err := newWords()
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"readFetch", "readTooMany"}
	for _, id := range skips {
		ids = append(ids, id)
	}
	for _, id := range refusals {
		ids = append(ids, id)
	}
	for _, id := range ids {
		said := map[string]string{}
		for _, lang := range config.Languages {
			text := unread{"core.log", id, 4711}.say(func(id string, values ...data) string { return w.say(lang, id, values...) })
			if other, twice := said[text]; twice || !strings.HasPrefix(text, "core.log: ") || strings.Contains(text, "<no value>") || strings.HasSuffix(text, id) {
				t.Errorf("%s in %s (and %q): %q", id, lang, other, text)
			}
			said[text] = lang
		}
	}
}

// TestUnreadIsComplete wants a sentence for each reason that search/paste has.
func TestUnreadIsComplete(t *testing.T) {
	named := map[string]int{}
	for _, file := range []string{"kinds.go", "errors.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), "../search/paste/"+file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				if typ, ok := v.Type.(*ast.Ident); ok {
					named[typ.Name]++
				}
			}
			return true
		})
	}
	if named["SkipKind"] != len(skips) || named["Reason"] != len(refusals) || len(skips) == 0 {
		t.Errorf("sentences for %d skips and %d reasons, of %d and %d", len(skips), len(refusals), named["SkipKind"], named["Reason"])
	}
}

// TestFileTrouble tells a refusal from a file that did not arrive.
func TestFileTrouble(t *testing.T) {
	for err, want := range map[error]string{paste.ErrBinary: "readBinary", &paste.Error{Reason: paste.ErrSlow}: "readSlow", context.Canceled: "readFetch"} {
		if u := fileTrouble("a.log", err); u.sentence != want || u.name != "a.log" {
			t.Errorf("%v: %+v", err, u)
		}
	}
	if lines := sayAll([]unread{{name: "shot.png"}}, nil); !slices.Equal(lines, []string{"shot.png"}) {
		t.Errorf("a picture: %q", lines)
	}
}
