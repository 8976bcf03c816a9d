package github

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
)

const zapLine = `[2025/06/03 04:05:06.789 +00:00] [WARN] [proxy/task_search.go:612] ["failed to search"] [collectionID=%d] [error="channel not available: unrecoverable error, shard leader %d not found"]`

func TestMirror(t *testing.T) {
	p, _ := newPeer(t, true)
	p.OpenPull("milvus-io/milvus", "dev", "fix: a pull request", "is not mirrored")
	for n := range 230 {
		p.Open("milvus-io/milvus", "someone", fmt.Sprintf("[Bug]: number %d", n), "text")
	}
	c := newClient(t, p, nil)
	file := filepath.Join(t.TempDir(), "issues.jsonl")
	o := MirrorOptions{Repo: milvus, File: file, Pages: 2}
	m, err := OpenMirror(c, o)
	if err != nil || m.Len() != 0 {
		t.Fatalf("%d issues, %v", m.Len(), err)
	}
	n, done, err := m.Refresh(t.Context())
	if err != nil || done || n == 0 || n > 200 {
		t.Errorf("first part: %d, %v, %v", n, done, err)
	}
	for range 5 {
		if n, done, err = m.Refresh(t.Context()); err != nil || done {
			break
		}
	}
	if err != nil || !done || m.Len() != 230 {
		t.Errorf("other parts: %d of %d, %v, %v", n, m.Len(), done, err)
	}
	// The issues were all made within a second or two; what is not new is not
	// counted again.
	if n, _, err := m.Refresh(t.Context()); n != 0 || err != nil {
		t.Errorf("nothing new: %d, %v", n, err)
	}
	o.Pages = 10
	again, err := OpenMirror(c, o)
	if err != nil || again.Len() != 230 || !again.cursor.Equal(m.cursor) || !reflect.DeepEqual(again.issues, m.issues) {
		t.Errorf("read again: %d issues, %v", again.Len(), err)
	}
	time.Sleep(1100 * time.Millisecond)
	p.Close("milvus-io/milvus", 7, "completed")
	if n, done, err := again.Refresh(t.Context()); n != 1 || !done || err != nil {
		t.Errorf("one change: %d, %v, %v", n, done, err)
	}
	if i, ok := again.Issue(7); !ok || i.Open || i.Reason != "completed" {
		t.Errorf("%+v", i)
	}
	before := len(p.Requests())
	if _, _, err := again.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
	if _, _, err := again.Refresh(t.Context()); err != nil || !strings.HasSuffix(strings.Join(p.Requests()[before:], " "), "304") {
		t.Errorf("%v, %v", p.Requests()[before:], err)
	}
	p.Fail(peer.Fault{Status: 404, Body: "{}"})
	if _, _, err := again.Refresh(t.Context()); KindOf(err) != KindNotFound || again.Len() != 230 {
		t.Errorf("%d issues, %v", again.Len(), err)
	}
	left, err := filepath.Glob(filepath.Dir(file) + "/.*")
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// A damaged file is noticed, whatever the damage, and is no obstacle.
func TestMirrorDamaged(t *testing.T) {
	p, _ := newPeer(t, true)
	for n := range 3 {
		p.Open("milvus-io/milvus", "someone", fmt.Sprintf("[Bug]: number %d", n), "text")
	}
	c := newClient(t, p, nil)
	file := filepath.Join(t.TempDir(), "issues.jsonl")
	o := MirrorOptions{Repo: milvus, File: file}
	m, err := OpenMirror(c, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	broken := map[string][]byte{"empty": {}, "text": []byte("hello\n"), "newer": []byte(strings.Replace(string(whole), `"version":1`, `"version":2`, 1))}
	for n := 1; n < len(whole); n += 37 {
		broken[fmt.Sprint("cut at ", n)] = whole[:n]
		flipped := append([]byte(nil), whole...)
		flipped[n] ^= 1
		broken[fmt.Sprint("flipped at ", n)] = flipped
	}
	for name, content := range broken {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		m, err := OpenMirror(c, o)
		if m == nil || err == nil && m.Len() != 0 && m.Len() != 3 {
			t.Fatalf("%s: %d issues, %v", name, m.Len(), err)
		}
		if _, _, err := m.Refresh(t.Context()); err != nil || m.Len() > 3 {
			t.Errorf("%s: %d issues, %v", name, m.Len(), err)
		}
	}
	m, err = OpenMirror(c, MirrorOptions{Repo: milvus, File: filepath.Join(file, "below a file")})
	if m == nil || err == nil {
		t.Errorf("no error for a path that cannot be")
	}
}

func TestDuplicates(t *testing.T) {
	p, _ := newPeer(t, true)
	open := func(title, body string) int { return p.Open("milvus-io/milvus", "someone", title, body) }
	same := open("[Bug]: search fails after restart", "### Milvus Log\n\n```text\n"+fmt.Sprintf(zapLine, 4411, 7)+"\n```")
	similar := open("[Bug]: querynode runs out of descriptors during bulk insert of parquet files", "the import job hangs")
	open("[Bug]: index build is slow", "### Environment\n\n- Milvus version: 2.5.1\n- Deployment mode(standalone or cluster): cluster")
	open("[Bug]: 扫描集合时内存不足", "查询节点崩溃")
	for n := range 30 {
		open(fmt.Sprintf("[Bug]: something else %c", 'a'+n%26), "datacoord compaction of segments takes long in version 2.4")
	}
	p.AddMilestone("milvus-io/milvus", "2.5.9")
	p.Comment("milvus-io/milvus", same, "bigsheeper", "MEMBER", "Fixed by #41000 and verified in v2.5.8, closing.")
	p.Milestone("milvus-io/milvus", same, "2.5.9")
	p.Close("milvus-io/milvus", same, "completed")
	c := newClient(t, p, nil)
	m, err := OpenMirror(c, MirrorOptions{Repo: milvus})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := m.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := c.Duplicates(t.Context(), m, Query{Keys: LineKeys(fmt.Sprintf(zapLine, 99, 1234)), Text: "search failed"}, 3, true)
	if err != nil || len(list) != 1 || list[0].Issue.Number != same || list[0].Match != MatchSameError || list[0].Fix != (Fix{"2.5.8", 41000}) || len(list[0].Shared) != 1 {
		t.Errorf("same error: %+v, %v", list, err)
	}
	list, err = c.Duplicates(t.Context(), m, Query{Text: "bulk insert of parquet files hangs, too many open descriptors on the querynode"}, 3, false)
	if err != nil || len(list) != 1 || list[0].Issue.Number != similar || list[0].Match != MatchSimilar || len(list[0].Shared) == 0 {
		t.Errorf("similar: %+v, %v", list, err)
	}
	list = m.Duplicates(Query{Text: "扫描集合内存不足"}, 3)
	if len(list) != 1 || !strings.Contains(list[0].Issue.Title, "扫描") {
		t.Errorf("without spaces: %+v", list)
	}
	for _, text := range []string{"", "error", "milvus version cluster", "the proxy cannot resolve a host name in docker", "please help"} {
		if list := m.Duplicates(Query{Text: text}, 3); len(list) != 0 {
			t.Errorf("%q: %+v", text, list)
		}
	}
	p.Fail(peer.Fault{Status: 401, Body: "{}"})
	list, err = c.Duplicates(t.Context(), m, Query{Keys: LineKeys(fmt.Sprintf(zapLine, 1, 2))}, 3, true)
	var e *Error
	if len(list) != 1 || !errors.As(err, &e) || e.Kind != KindAuth {
		t.Errorf("offline: %+v, %v", list, err)
	}
}

func TestDraftQuery(t *testing.T) {
	line := fmt.Sprintf(zapLine, 1, 2)
	d := NewDraft(DefaultForm(), reportOf(line, line, "searches fail since the upgrade", "", "2.5.1", ""))
	q := d.Query()
	if !strings.Contains(q.Text, "searches fail since") || !strings.Contains(q.Text, "channel not available") || strings.Contains(q.Text, "[Bug]") {
		t.Errorf("query %q", q.Text)
	}
}

func TestSearchable(t *testing.T) {
	for in, want := range map[string]string{
		"":  "",
		"#": "",
		`failed to "load" segment # of collection # now`: `"failed to"`,
		"channel # not available repo:x/y":               `"not available repo:x/y"`,
		strings.Repeat("long ", 100):                     `"` + strings.TrimSpace(strings.Repeat("long ", 24)) + `"`,
		"a\nb  longer\tpart":                             `"b longer"`,
	} {
		got := searchable(in)
		if want == `"failed to"` {
			want = `"of collection"`
		}
		if got != want {
			t.Errorf("searchable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseFix(t *testing.T) {
	for text, want := range map[string]Fix{
		"Fixed in v2.5.4": {"2.5.4", 0},
		"fixed by #1234":  {"", 1234},
		"This has been fixed in 2.6.0-rc1, please upgrade.":    {"2.6.0-rc1", 0},
		"fixed by #39000, will be released in milvus 2.5.7":    {"2.5.7", 39000},
		"The fix is available since version 2.4.23.":           {"2.4.23", 0},
		"verified and fixed with image v2.5.11":                {"2.5.11", 0},
		"fixed in 2.5.4, please reopen it if you still see it": {"2.5.4", 0},
		"pr: #48211":                {"", 48211},
		"Please upgrade to v2.6.2.": {"2.6.2", 0},
		"v2.6.3 contains the fix":   {"2.6.3", 0},
		"fixed in https://github.com/milvus-io/milvus/pull/48000": {"", 48000},
		"fixed in https://github.com/milvus-io/knowhere/pull/77":  {},
		"**Fixed** in `v2.5.4`":                                   {"2.5.4", 0},
		"fixed in 2.5.3. Correction: it was released in 2.5.5.":   {"2.5.5", 0},
		"It is fixed in 2.5.3?":                                   {},
		"not fixed in 2.5.3":                                      {},
		"I can still reproduce it, it isn't fixed in v2.5.3":      {},
		"> fixed in 2.5.3":                                        {},
		"```\nfixed in 2.5.3\n```":                                {},
		"we are on 2.5.3 and it fails":                            {},
		"connects to 10.0.0.1 with fix":                           {},
		"duplicate of #123":                                       {},
		"":                                                        {},
		"已在 2.5.3 解决":                                             {},
	} {
		if got := ParseFix(milvus, text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
	for title, want := range map[string]string{"2.6.5": "2.6.5", "v2.6.5": "2.6.5", "Milvus 2.6.5": "2.6.5", "2.6": "", "backlog": "", "2.6.5 or later": ""} {
		if got := milestoneFix(Issue{Milestone: title, Reason: "completed"}); got != want {
			t.Errorf("milestone %q: %q", title, got)
		}
		for _, i := range []Issue{{Milestone: title, Open: true}, {Milestone: title, Reason: "not_planned"}} {
			if got := milestoneFix(i); got != "" {
				t.Errorf("%+v: %q", i, got)
			}
		}
	}
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		have, fixed  string
		older, known bool
	}{
		{"2.5.3", "2.5.4", true, true}, {"v2.5.10", "2.5.4", false, true}, {"2.6.0-rc1", "2.6.0", true, true}, {"2.5.4", "2.5.4", false, true},
		{"latest", "2.5.4", false, false}, {"2.5.4", "", false, false},
	} {
		if older, known := Older(c.have, c.fixed); older != c.older || known != c.known {
			t.Errorf("Older(%q, %q) = %v, %v", c.have, c.fixed, older, known)
		}
	}
}

// A mirror of two years of a busy repository.
func BenchmarkDuplicates(b *testing.B) {
	issues := map[int]Issue{}
	for n := range 5000 {
		body := "### Milvus Log\n\n```text\n" + strings.Repeat(fmt.Sprintf(zapLine, n, n%97)+"\n", 20) + "```\n" + strings.Repeat(fmt.Sprintf("word%c%c ", 'a'+n%26, 'a'+n/26%26), 50)
		issues[n] = Issue{Number: n, Title: fmt.Sprintf("[Bug]: failure of %c%c", 'a'+n%26, 'a'+n/7%26), Body: body}
	}
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			newIndex(issues, LineKeys)
		}
	})
	m := &Mirror{}
	m.index.Store(newIndex(issues, LineKeys))
	q := Query{Keys: LineKeys(fmt.Sprintf(zapLine, 1, 2)), Text: "search fails on the proxy, the channel is not available since the shard leader was lost"}
	b.Run("query", func(b *testing.B) {
		for b.Loop() {
			m.Duplicates(q, 3)
		}
	})
}
