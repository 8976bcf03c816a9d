package bot

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
)

var (
	linkRE = regexp.MustCompile(`https?://[^\s<>()]+`)
	codeRE = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
)

// shape is a message as Discord sees it, walked without the code under test.
type shape struct {
	t     *testing.T
	name  string
	count int
	text  int
	texts []string
	ids   map[string]bool
	files []string
}

// checkMessage holds Discord's limits and the rules of a reply.
func checkMessage(t *testing.T, name string, m session.Message) *shape {
	t.Helper()
	s := &shape{t: t, name: name, ids: map[string]bool{}}
	var tree []any
	raw, err := json.Marshal(m.Components)
	if err == nil {
		err = json.Unmarshal(raw, &tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.children(tree, map[bool][]float64{true: {1, 9, 10, 12, 13, 14, 17}, false: {1}}[m.V2])
	if m.V2 {
		if m.Content != "" || len(m.Embeds) > 0 || len(tree) == 0 {
			s.bad("content, embeds or nothing beside V2 components")
		}
		s.most("components", s.count, 40)
		s.most("text together", s.text, 4000)
	} else {
		s.most("rows", len(tree), 5)
		s.checkEmbeds(m)
	}
	for _, f := range s.files {
		if !slices.ContainsFunc(m.Files, func(have session.File) bool { return "attachment://"+have.Name == f }) {
			s.bad("%s is not sent along", f)
		}
	}
	if m.V2 && len(s.files) != len(m.Files) {
		s.bad("%d files, %d of them shown", len(m.Files), len(s.files))
	}
	for _, text := range s.texts {
		s.checkText(text)
	}
	return s
}

func (s *shape) bad(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s: %s", s.name, fmt.Sprintf(format, args...))
}

func units(text string) int { return len(utf16.Encode([]rune(text))) }

func (s *shape) most(what string, n, limit int) {
	s.t.Helper()
	if n > limit {
		s.bad("%s: %d, at most %d are allowed", what, n, limit)
	}
}

func (s *shape) checkEmbeds(m session.Message) {
	total := 0
	s.texts = append(s.texts, m.Content)
	s.most("content", units(m.Content), 2000)
	for _, e := range m.Embeds {
		s.texts = append(s.texts, e.Title, e.Description, e.Footer.Text)
		s.most("title", units(e.Title), 256)
		s.most("description", units(e.Description), 4096)
		s.most("footer", units(e.Footer.Text), 2048)
		total += units(e.Title) + units(e.Description) + units(e.Footer.Text)
	}
	s.most("embeds together", total, 6000)
}

// children checks the components of one level. allowed are their types.
func (s *shape) children(in []any, allowed []float64) {
	for _, v := range in {
		c := v.(map[string]any)
		kind, _ := c["type"].(float64)
		s.count++
		if !slices.Contains(allowed, kind) {
			s.bad("a component of type %v stands where only %v may", kind, allowed)
		}
		if id := text(c, "custom_id"); id != "" {
			if s.ids[id] {
				s.bad("custom id %q stands twice", id)
			}
			s.ids[id] = true
			s.most("custom id", len(id), 100)
		}
		s.one(kind, c)
	}
}

// one checks a component by its type.
func (s *shape) one(kind float64, c map[string]any) {
	in, _ := c["components"].([]any)
	switch kind {
	case 1:
		if len(in) == 0 || len(in) > 5 {
			s.bad("a row of %d", len(in))
		}
		s.children(in, []float64{2, 3})
	case 2:
		s.texts = append(s.texts, text(c, "label"))
		if n := units(text(c, "label")); n == 0 || n > 80 || len(text(c, "url")) > 512 {
			s.bad("button %q", text(c, "label"))
		}
		if u := text(c, "url"); u != "" && kb.CheckLink(u) != nil {
			s.bad("a button leads to %s", u)
		}
	case 3:
		options, _ := c["options"].([]any)
		if len(options) == 0 || len(options) > 25 || units(text(c, "placeholder")) > 150 {
			s.bad("a select of %d options", len(options))
		}
		values := map[string]bool{}
		for _, v := range options {
			o := v.(map[string]any)
			if n := units(text(o, "label")); n == 0 || n > 100 || units(text(o, "value")) > 100 || values[text(o, "value")] {
				s.bad("option %v", o)
			}
			values[text(o, "value")] = true
		}
	case 9:
		if len(in) == 0 || len(in) > 3 || c["accessory"] == nil {
			s.bad("a section of %d texts, beside %v", len(in), c["accessory"])
			return
		}
		s.children(in, []float64{10})
		s.children([]any{c["accessory"]}, []float64{2, 11})
	case 10:
		if strings.TrimSpace(text(c, "content")) == "" {
			s.bad("an empty text")
		}
		s.text += units(text(c, "content"))
		s.texts = append(s.texts, text(c, "content"))
	case 13:
		s.files = append(s.files, text(c["file"].(map[string]any), "url"))
	case 17:
		s.children(in, []float64{1, 9, 10, 12, 13, 14})
	}
}

func text(c map[string]any, key string) string {
	s, _ := c[key].(string)
	return s
}

// checkText wants closed code blocks and, outside of code, no ping and no
// link to a host that is not allowed.
func (s *shape) checkText(text string) {
	if strings.Count(text, "```")%2 != 0 {
		s.bad("a code block is not closed:\n%s", text)
	}
	prose := codeRE.ReplaceAllString(text, "")
	for _, bad := range []string{"@everyone", "@here", "<@", "<#", "</", "evil.example", "discord.gg/", "](http://"} {
		if strings.Contains(prose, bad) {
			s.bad("%q stands outside of a code block:\n%s", bad, text)
		}
	}
	for _, link := range linkRE.FindAllString(prose, -1) {
		if err := kb.CheckLink(strings.TrimRight(link, ".,:;`*")); err != nil {
			s.bad("%v", err)
		}
	}
}

// shows tells whether a code block stands whole in one text.
func (s *shape) shows(code string) bool {
	return slices.ContainsFunc(s.texts, func(text string) bool { return strings.Contains(text, "\n"+code+"\n```") })
}
