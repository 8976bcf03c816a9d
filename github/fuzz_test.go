package github

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste"
)

// hostile are texts that try to get out of a fence, call somebody or command
// a bot.
var hostile = []string{
	"", " ", "\n\n\n", "/close", "text\n/assign @someone\n/lgtm", "```\n/kind bug\n```", "````\n# heading\n````", "~~~\n@milvus-io/maintainers #123",
	"### Environment\n\nfake", "- [x] I have searched the existing issues", "<!-- hidden --> <img src=https://example.com/x.png>", "<details><summary>",
	"[bank](https://example.com) ![x](y)", "https://github.com/milvus-io/milvus/issues/1 www.example.com a@example.com", "fixes #1 GH-2 milvus-io/milvus#3",
	"```text", strings.Repeat("`", 300), "a\u2028/close\u2029/close\u0085/close\r/close", "\x00\x1b[31m\u202e", "\xff\xfe/\xffclose", "_No response_", "---\n===\n\ttab",
	"한국어 문장입니다. 오류가 납니다", "/关闭", "/é", "&lt;script&gt; &#64;user", "| a | b |\n|---|---|\n| 1 | 2 |", strings.Repeat("長い行", 700), strings.Repeat("x\n", 900),
	"$$\\alpha$$ :tada: [^1]", "  ```\n\t```\n    ```", "\\`\\`\\`", "```` ```", "Error", "[2025/01/02 03:04:05.678 +00:00] [ERROR] [a/b.go:1] [\"failed\"] [error=\"x\\ny\"]",
}

func reportOf(title, log, current, steps, version, lang string) Report {
	return Report{
		Title: title, Log: paste.FromText(log), Current: paste.FromText(current), Steps: paste.FromText(steps), Lang: lang,
		Environment: Environment{MilvusVersion: Detail{Text: version, Detected: true}, Others: Detail{Text: title}},
	}
}

func textsOf(log, current, steps string) map[string]string {
	return map[string]string{
		"Milvus Log": redactedText(log), "Current Behavior": redactedText(current), "Steps To Reproduce": redactedText(steps),
	}
}

func FuzzBody(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)], s, s, "ko", s)
		f.Add("", s, s, s, "2.6.1", "", s)
	}
	f.Add("x 4000", strings.Repeat("line of a long log ```` /x\n/x", 4000), strings.Repeat("語", 9000), "", "", "", strings.Repeat("/a\n", 30000))
	form := DefaultForm()
	f.Fuzz(func(t *testing.T, title, log, current, steps, version, lang, answer string) {
		d := NewDraft(form, reportOf(title, log, current, steps, version, lang))
		d.ID = "0123456789abcdef"
		body := d.Body()
		if bodyCost(body) > bodyGoal {
			t.Fatalf("body costs %d", bodyCost(body))
		}
		checkTitle(t, d.Title())
		if p := checkBody(t, form, body, textsOf(log, current, steps)); !p.marker {
			t.Fatalf("no marker\n%s", body)
		}
		checkComment(t, d, textsOf(log, current, steps))
		p := checkBody(t, form, wholeBody(t, d), textsOf(log, current, steps))
		for label, captions := range p.captions {
			if strings.Contains(strings.Join(captions, ""), "Cut to fit") {
				t.Fatalf("the file is cut under %q", label)
			}
		}
		for _, fd := range form.Fields {
			if fd.Type == TypeTextarea {
				if err := d.Answer(fd.ID, paste.FromText(answer)); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := redactedText(answer)
		checkBody(t, form, d.Body(), textsOf(want, want, want))
		d.SetTitle(paste.FromText(answer))
		checkTitle(t, d.Title())
		checkQuestions(t, d)
	})
}

// checkComment fails unless the comment holds the texts, and no statement the
// user has not made.
func checkComment(t *testing.T, d *Draft, texts map[string]string) {
	t.Helper()
	comment := d.Comment()
	p, err := parseBody(d.Form(), comment)
	if err != nil || !p.marker || bodyCost(comment) > bodyGoal {
		t.Fatalf("%v, costs %d\n%s", err, bodyCost(comment), comment)
	}
	if slices.Contains(p.headings, "Is there an existing issue for this?") {
		t.Fatalf("headings %q", p.headings)
	}
	for label, want := range texts {
		lines := fenceLines(want)
		if len(lines) == 0 {
			continue
		}
		if got := p.blocks[label]; len(got) != 1 {
			t.Fatalf("%d code blocks under %q", len(got), label)
		} else if err := sameText(got[0], lines, strings.Join(p.captions[label], "\n")); err != nil {
			t.Fatal(err)
		}
	}
}

// wholeBody is the body in the draft's file.
func wholeBody(t *testing.T, d *Draft) string {
	t.Helper()
	file, ok := strings.CutPrefix(d.Markdown(), "Title:\n\n```text\n"+d.Title()+"\n```\n\n")
	if !ok || !strings.HasSuffix(file, "\n") {
		t.Fatalf("file:\n%s", file)
	}
	return strings.TrimSuffix(file, "\n")
}

func checkTitle(t *testing.T, title string) {
	t.Helper()
	switch n := utf8.RuneCountInString(title); {
	case n > titleGoal || !utf8.ValidString(title):
		t.Fatalf("title %q: %d characters", title, n)
	case !strings.HasPrefix(title, "[Bug]: ") || strings.ContainsAny(title, "@#`\n"):
		t.Fatalf("title %q", title)
	case strings.IndexFunc(title, unicode.IsControl) >= 0 || strings.HasPrefix(title, "[Bug]: /"):
		t.Fatalf("title %q", title)
	case saysNothing(strings.TrimPrefix(title, "[Bug]: ")):
		t.Fatalf("title %q says nothing", title)
	}
}

func checkQuestions(t *testing.T, d *Draft) {
	t.Helper()
	for _, q := range d.Questions(9) {
		if utf16Len(q.Label) > 45 || utf16Len(q.Placeholder) > 100 || utf16Len(q.Value) > 4000 || q.ID == "" || q.Label == "" {
			t.Fatalf("question %+v", q)
		}
	}
	if n := len(d.Questions(9)); n > 5 {
		t.Fatalf("%d questions", n)
	}
}

func FuzzLink(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, hostile[(i+1)%len(hostile)], hostile[(i+2)%len(hostile)], s, 0)
		f.Add("", strings.Repeat(s+"\n", 40), s, strings.Repeat(s, 3), 100*i)
	}
	form := DefaultForm()
	f.Fuzz(func(t *testing.T, title, log, current, steps string, limit int) {
		d := NewDraft(form, reportOf(title, log, current, steps, "", ""))
		link, cut := d.Link(limit)
		most := limit
		if most <= 0 {
			most = DefaultLinkBytes
		}
		if len(link) > most || len(link) > 8000 {
			t.Fatalf("link of %d bytes, limit %d", len(link), limit)
		}
		if link == "" {
			if most > 100 || cut == "" {
				t.Fatalf("no link within %d bytes, cut %q", limit, cut)
			}
			return
		}
		u, err := url.Parse(link)
		if err != nil || u.Host != "github.com" || u.Path != "/milvus-io/milvus/issues/new" {
			t.Fatalf("link %s: %v", link, err)
		}
		q, err := url.ParseQuery(u.RawQuery)
		if err != nil || q.Get("template") != "agentic_bug_report.md" {
			t.Fatalf("link %s: %v", link, err)
		}
		if q.Has("title") {
			checkTitle(t, q.Get("title"))
		}
		if !q.Has("body") {
			if cut == "" || most > 3500 {
				t.Fatalf("no body within %d bytes, cut %q", limit, cut)
			}
			return
		}
		checkBody(t, form, q.Get("body"), textsOf(log, current, steps))
		if (q.Get("body") == wholeBody(t, d)) != (cut == "") {
			t.Fatalf("cut says %q, link:\n%s", cut, q.Get("body"))
		}
	})
}

func FuzzReadForm(f *testing.F) {
	f.Add(defaultForm)
	f.Add([]byte(otherForm))
	for _, c := range badForms {
		f.Add([]byte(c.src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		form, err := ReadForm("some/dir/form.yaml", src)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "github: form form.yaml: ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q", err)
			}
			return
		}
		d := NewDraft(form, reportOf("panic: it broke", "one\ntwo", "words", "steps", "2.6.1", "de"))
		for _, fd := range form.Fields {
			if fd.Type == TypeMarkdown {
				continue
			}
			got, ok := form.Field(fd.ID)
			if !ok || got.Label != fd.Label {
				t.Fatalf("id %q does not name the field %q", fd.ID, fd.Label)
			}
		}
		for _, c := range d.Confirmations() {
			if err := d.Confirm(c.ID, c.Option); err != nil {
				t.Fatal(err)
			}
		}
		body := d.Body()
		for _, s := range []string{"one\ntwo", "words", "steps", "2.6.1"} {
			if !strings.Contains(body, s) {
				t.Fatalf("%q is lost:\n%s", s, body)
			}
		}
		if bodyCost(body) > MaxBody {
			t.Fatalf("body costs %d", bodyCost(body))
		}
		checkQuestions(t, d)
		if n := utf8.RuneCountInString(d.Title()); n > maxTitle {
			t.Fatalf("title of %d characters", n)
		}
		d.Link(0)
	})
}
