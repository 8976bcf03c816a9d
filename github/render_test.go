package github

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste"
)

func TestTitle(t *testing.T) {
	for _, c := range []struct{ problem, log, current, want string }{
		{"panic: etcdserver: leader changed", "", "", "panic: etcdserver: leader changed"},
		{`[2025/01/02 03:04:05.678 +00:00] [ERROR] [querynode/segment.go:12] ["failed to load segment"] [segmentID=1] [error="NoSuchKey: \"a\""]`, "", "",
			`failed to load segment: NoSuchKey: "a"`},
		{`milvus-standalone  | [2025/01/02 03:04:05.678 +00:00] [WARN] [server/session.go:9] [connection lost] [err=closed]`, "", "", "connection lost: closed"},
		{"[pod/milvus-0/proxy] 2025-01-02T03:04:05Z ERROR proxy: cannot bind", "", "", "proxy: cannot bind"},
		{"2025-01-02 03:04:05,678 - ERROR: RPC error: [search] timed out", "", "", "RPC error: [search] timed out"},
		{`{"level":"warn","msg":"apply request took too long","took":"1s"}`, "", "", "apply request took too long"},
		{`{"level":"warn"`, "", "", `{"level":"warn"`},
		{"MilvusException: <MilvusException: (code=65535, message=failed to decode collection meta)>", "", "", "MilvusException (code=65535): failed to decode collection meta"},
		{"Error", "", "", "Problem without an error text in Milvus 2.6.1"},
		{"ERROR: error", "", "hello\nInserts hang since Monday", "Inserts hang since Monday"},
		{"Error", "Error\n  at nothing\nconnect failed: no route", "x", "connect failed: no route"},
		{"", "all is well\nfatal error: out of memory\n", "", "fatal error: out of memory"},
		{"/close @all #1 `x`\nsecond", "", "", "close all 1 x"},
		{"///", "", "", "Problem without an error text in Milvus 2.6.1"},
		{"데이터가 사라졌습니다", "", "", "데이터가 사라졌습니다"},
		{"a\u202eb\u200bc\x00d", "", "", "abcd"},
		{"node 7 is gone: " + strings.Repeat("word ", 40), "", "", "node 7 is gone: word word word word word word word word word word word word word word word word word word word…"},
		{"query failed: " + strings.Repeat("worker said: ", 20) + "segment is gone", "", "",
			"query failed: worker said: worker said: worker said: worker said: worker said: worker said: … segment is gone"},
	} {
		d := NewDraft(DefaultForm(), Report{
			Title: c.problem, Log: paste.FromText(c.log), Current: paste.FromText(c.current), Environment: Environment{MilvusVersion: Detail{Text: "2.6.1"}},
		})
		if got := d.Title(); got != "[Bug]: "+c.want {
			t.Errorf("%q: title %q, want %q", c.problem, got, "[Bug]: "+c.want)
		}
		checkTitle(t, d.Title())
	}
}

// Whatever the form's prefix, a title stays within GitHub's limit and plain.
func TestTitlePrefix(t *testing.T) {
	for prefix, want := range map[string]string{"": "x1 broke", "/bug ": "bug x1 broke", "[@a #1]\n": "[ a 1] x1 broke"} {
		f := DefaultForm()
		f.Title = prefix
		if got := NewDraft(f, Report{Title: "x1 broke"}).Title(); got != want {
			t.Errorf("prefix %q: title %q, want %q", prefix, got, want)
		}
	}
	f := DefaultForm()
	f.Title = ""
	d := NewDraft(f, Report{Title: "x1 broke"})
	if d.SetTitle(paste.FromText("/close @x, it hangs")); d.Title() != "close x, it hangs" {
		t.Errorf("user's title %q", d.Title())
	}
	f.Title = strings.Repeat("prefix ", 100)
	if got := NewDraft(f, Report{Title: strings.Repeat("broke ", 100)}).Title(); utf8.RuneCountInString(got) > maxTitle || !strings.Contains(got, "broke broke") {
		t.Errorf("title %q", got)
	}
}

// The lines around the problem stay when a log is cut, and the oldest go
// before the newest.
func TestTrimKeepsTheProblem(t *testing.T) {
	var lines []string
	for i := range 4000 {
		lines = append(lines, fmt.Sprintf("line %d of a log that goes on and on", i))
	}
	for _, at := range []int{0, 1, 5, 1000, 2500, 3998, 3999} {
		log := append([]string(nil), lines...)
		log[at] = "panic: the problem itself"
		d := NewDraft(DefaultForm(), Report{Title: log[at], Log: paste.FromText(strings.Join(log, "\n"))})
		texts := map[string]string{"Milvus Log": strings.Join(log, "\n")}
		body := d.Body()
		checkBody(t, d.Form(), body, texts)
		link, cut := d.Link(4000)
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		inLink := u.Query().Get("body")
		checkBody(t, d.Form(), inLink, texts)
		for _, s := range []string{body, inLink} {
			_, shown, _ := strings.Cut(s, "### Milvus Log")
			for _, i := range []int{at - 5, at, at + 8} {
				if i >= 0 && i < len(log) && !strings.Contains(shown, log[i]+"\n") {
					t.Errorf("problem on line %d: line %d is not shown", at, i)
				}
			}
		}
		if bodyCost(body) < bodyGoal*9/10 || len(link) < 4000*8/10 {
			t.Errorf("problem on line %d: body %d, link %d: room is left unused", at, bodyCost(body), len(link))
		}
		if !strings.Contains(cut, "of 4,000 lines of Milvus Log") {
			t.Errorf("cut %q", cut)
		}
		if strings.Contains(body, lines[10]+"\n") && at > 500 {
			t.Errorf("problem on line %d: the oldest lines are there", at)
		}
	}
}

// A log is cut before the user's words are.
func TestTrimOrder(t *testing.T) {
	words := strings.Repeat("These are the words of the user.\n", 30)
	d := NewDraft(DefaultForm(), Report{
		Title: "panic: here", Log: paste.FromText(strings.Repeat("noise\n", 3000) + "panic: here"),
		Current: paste.FromText(words), Steps: paste.FromText(words),
	})
	link, cut := d.Link(0)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(u.Query().Get("body"), "words of the user"); n != 60 {
		t.Errorf("%d of 60 lines of words; cut: %s", n, cut)
	}
	// With little room all give way, each saying so.
	link, cut = d.Link(2500)
	if u, err = url.Parse(link); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"lines of Milvus Log", "the end of Current Behavior", "the end of Steps To Reproduce", "the attached file"} {
		if !strings.Contains(cut, s) {
			t.Errorf("cut %q lacks %q", cut, s)
		}
	}
	if n := strings.Count(u.Query().Get("body"), "Cut to fit"); n != 3 {
		t.Errorf("%d notes of cuts\n%s", n, u.Query().Get("body"))
	}
}

func TestLinkLimits(t *testing.T) {
	d := sampleDraft()
	for _, c := range []struct {
		limit int
		has   string
	}{{0, "&body="}, {2200, "&body="}, {900, "&title="}, {100, "?template="}, {20, ""}} {
		link, cut := d.Link(c.limit)
		if !strings.Contains(link, c.has) || (c.has == "&body=") != (cut == "") || (c.has == "") != (link == "") {
			t.Errorf("limit %d: link %q, cut %q", c.limit, link, cut)
		}
	}
	// GitHub refuses longer addresses, whoever asks for one.
	long := NewDraft(DefaultForm(), Report{Title: "it broke", Log: paste.FromText(strings.Repeat("a line of the log\n", 5000))})
	if link, _ := long.Link(100000); len(link) > 8000 || len(link) < 7000 {
		t.Errorf("link of %d bytes", len(link))
	}
	d.Repo, d.Template = Repo{"o", "n"}, "a b.md"
	if link, _ := d.Link(0); !strings.HasPrefix(link, "https://github.com/o/n/issues/new?template=a+b.md&title=%5BBug%5D%3A+panic") {
		t.Errorf("link %s", link)
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		s     string
		limit int
		want  string
	}{
		{"short", 5, "short"}, {"two words", 8, "two…"}, {"oneverylongwordwithoutend", 8, "onevery…"}, {"한국어문장", 3, "한국…"},
		{"abc", 1, ""}, {"abc", 0, ""}, {"ab  cd", 4, "ab…"},
	} {
		if got := clip(c.s, "…", c.limit, utf16Len); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.s, c.limit, got, c.want)
		}
	}
}

// TestRandomReports builds reports out of hostile pieces: more shapes than a
// fuzzer finds in the same time.
func TestRandomReports(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	form := DefaultForm()
	text := func() string {
		var b strings.Builder
		for range rng.IntN(12) {
			piece := hostile[rng.IntN(len(hostile))]
			b.WriteString(strings.Repeat(piece+"\n", 1+rng.IntN(3)))
			if rng.IntN(3) == 0 {
				b.WriteString(strings.Repeat("`", rng.IntN(9)) + "/" + strings.Repeat("x", rng.IntN(400)) + "\n")
			}
		}
		return b.String()
	}
	for range 100 {
		log, current, steps := text(), text(), text()
		title := current
		if lines := strings.Split(log, "\n"); rng.IntN(2) == 0 {
			title = lines[rng.IntN(len(lines))]
		}
		d := NewDraft(form, reportOf(title, log, current, steps, title, "ja"))
		checkTitle(t, d.Title())
		body := d.Body()
		checkBody(t, form, body, textsOf(log, current, steps))
		if bodyCost(body) > bodyGoal {
			t.Fatalf("body costs %d", bodyCost(body))
		}
		limit := 1500 + rng.IntN(7000)
		link, _ := d.Link(limit)
		u, err := url.Parse(link)
		if err != nil || len(link) > limit {
			t.Fatalf("link of %d bytes for %d: %v", len(link), limit, err)
		}
		if u.Query().Has("body") {
			checkBody(t, form, u.Query().Get("body"), textsOf(log, current, steps))
		}
	}
}

// Texts come out of a paste clean; the fence does not rely on it.
func TestSplitLines(t *testing.T) {
	got := splitLines("a\r\nb\rc\u2028/d\u2029/e\u0085/f\x00\v\tg\xff\n/h\n \r\n")
	neutralise(got)
	if want := []string{"a", "b c /d /e /f\tg\uFFFD", " /h"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
