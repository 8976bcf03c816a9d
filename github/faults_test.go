package github

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
)

const issuesPath = "repos/milvus-io/milvus/issues"

// faulty files one intent against a peer with a fault.
func faulty(t *testing.T, f peer.Fault, change func(*Options)) (*peer.Server, *Filer, *memIntents, Intent, Outcome, error) {
	t.Helper()
	p, _ := newPeer(t, true)
	p.Fail(f)
	m := newIntents("a")
	filer := NewFiler(newClient(t, p, change), m, quick)
	in := sample("a")
	out, err := filer.File(t.Context(), in)
	return p, filer, m, in, out, err
}

func short(o *Options) { o.Timeout = 150 * time.Millisecond }

// refused checks that a failure is of a kind, says what to do, left the intent
// where it was and nothing on GitHub.
func refused(t *testing.T, p *peer.Server, m *memIntents, err error, kind Kind) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || e.Advice() == "" || !strings.HasSuffix(err.Error(), e.Advice()) {
		t.Errorf("error %v, want one of kind %q", err, kind)
	}
	if err != nil && strings.Contains(err.Error(), testToken) {
		t.Errorf("the token stands in %v", err)
	}
	m.at(t, "a", "confirmed")
	if n := len(p.Issues("milvus-io/milvus")); n != 0 {
		t.Errorf("%d issues", n)
	}
}

func TestH1TimeoutBeforeTheEffect(t *testing.T) {
	p, f, m, in, _, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, Hang: true, Times: 1}, short)
	if !errors.Is(err, ErrUnknown) {
		t.Fatalf("error %v", err)
	}
	m.at(t, "a", "unknown")
	in.Changed = m.changed["a"]
	if _, err := f.Settle(t.Context(), in); !errors.Is(err, ErrUnknown) && !errors.Is(err, ErrAbsent) {
		t.Errorf("settled at once: %v", err)
	}
	time.Sleep(f.absent)
	if _, err := f.Settle(t.Context(), in); !errors.Is(err, ErrAbsent) {
		t.Errorf("settled later: %v", err)
	}
	stale := in
	stale.Changed = in.Changed.Add(-time.Hour)
	if _, err := f.FileAgain(t.Context(), stale); !errors.Is(err, errState) {
		t.Errorf("with an outdated view: %v", err)
	}
	if out, err := f.FileAgain(t.Context(), in); err != nil || out.Issue != 1 {
		t.Errorf("again: %+v, %v", out, err)
	}
	count1(t, p, in.Marker)
}

func TestH2TimeoutAfterTheEffect(t *testing.T) {
	p, _, m, in, out, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, Hang: true, After: true, Times: 1}, short)
	if err != nil || !out.Adopted || out.Issue != 1 || out.URL == "" {
		t.Fatalf("%+v, %v", out, err)
	}
	m.at(t, "a", "filed")
	count1(t, p, in.Marker)
}

func TestH3BadGatewayAfterTheEffect(t *testing.T) {
	for name, f := range map[string]peer.Fault{
		"502":     {Status: 502, Body: "<html>bad gateway</html>"},
		"dropped": {Drop: true},
		"no JSON": {Status: 201, Body: "<html>"},
		"no body": {Status: 201, Body: "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			f.Method, f.Path, f.After, f.Times = "POST", issuesPath, true, 1
			p, _, m, in, out, err := faulty(t, f, nil)
			if err != nil || !out.Adopted || out.Issue != 1 {
				t.Fatalf("%+v, %v", out, err)
			}
			m.at(t, "a", "filed")
			count1(t, p, in.Marker)
		})
	}
}

func TestH4PrimaryLimit(t *testing.T) {
	reset := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	p, f, m, in, _, err := faulty(t, peer.Fault{
		Method: "POST", Path: issuesPath, Status: 403, Body: `{"message":"API rate limit exceeded for user ID 1."}`,
		Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset},
	}, nil)
	refused(t, p, m, err, KindLimit)
	var e *Error
	if errors.As(err, &e); time.Until(e.Until) < 59*time.Minute {
		t.Errorf("until %v", e.Until)
	}
	before := len(p.Requests())
	_, err = f.File(t.Context(), in)
	refused(t, p, m, err, KindLimit)
	if after := len(p.Requests()); after != before {
		t.Errorf("%d requests during the limit", after-before)
	}
}

func TestH5SecondaryLimit(t *testing.T) {
	body := `{"message":"You have exceeded a secondary rate limit.","documentation_url":"https://docs.github.com/rest/overview/resources-in-the-rest-api#secondary-rate-limits"}`
	for name, c := range map[string]struct {
		status int
		header map[string]string
		atMost time.Duration
	}{
		"403 with":    {403, map[string]string{"Retry-After": "30"}, 30 * time.Second},
		"403 without": {403, nil, time.Minute},
		"429 with":    {429, map[string]string{"Retry-After": "30"}, 30 * time.Second},
		"429 without": {429, nil, time.Minute},
		"absurd":      {429, map[string]string{"Retry-After": "999999999"}, 61 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, m, _, _, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, Status: c.status, Header: c.header, Body: body, Times: 1}, nil)
			refused(t, p, m, err, KindLimit)
			var e *Error
			if errors.As(err, &e); time.Until(e.Until) > c.atMost || time.Until(e.Until) < c.atMost/2 {
				t.Errorf("waits %v, want %v", time.Until(e.Until), c.atMost)
			}
		})
	}
}

// A short limit is waited for, and the wait ends with the context.
func TestH5WaitEnds(t *testing.T) {
	wait := func(o *Options) { o.MaxWait = time.Minute }
	p, f, m, in, _, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, Status: 429, Header: map[string]string{"Retry-After": "1"}, Times: 1}, wait)
	refused(t, p, m, err, KindLimit)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.File(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	m.at(t, "a", "confirmed")
	in.Changed = m.changed["a"]
	if out, err := f.File(t.Context(), in); err != nil || out.Issue != 1 {
		t.Errorf("after the wait: %+v, %v", out, err)
	}
}

func TestH6Unauthorised(t *testing.T) {
	p, _ := newPeer(t, true)
	token := "old"
	m := newIntents("a")
	f := NewFiler(newClient(t, p, func(o *Options) { o.Token = func() string { return token } }), m, quick)
	_, err := f.File(t.Context(), sample("a"))
	refused(t, p, m, err, KindAuth)
	token = testToken // rotated, and read anew
	if out, err := f.File(t.Context(), sample("a")); err != nil || out.Issue != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestH7NotFound(t *testing.T) {
	p, _, m, _, _, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, Status: 404, Body: `{"message":"Not Found"}`}, nil)
	refused(t, p, m, err, KindNotFound)
}

func TestH8IssuesDisabled(t *testing.T) {
	p, _ := newPeer(t, true)
	p.SetIssues("milvus-io/milvus", false)
	m := newIntents("a")
	_, err := NewFiler(newClient(t, p, nil), m, quick).File(t.Context(), sample("a"))
	refused(t, p, m, err, KindGone)
}

func TestH9Invalid(t *testing.T) {
	p, _, m, _, _, err := faulty(t, peer.Fault{
		Method: "POST", Path: issuesPath, Status: 422, Body: `{"message":"Validation Failed","errors":[{"resource":"Issue","field":"title","code":"custom","message":"title is @too long"}]}`,
	}, nil)
	refused(t, p, m, err, KindInvalid)
	if !strings.Contains(err.Error(), "title custom title is too long") {
		t.Errorf("error %v", err)
	}
	// What GitHub would refuse is not sent in the first place.
	p2, _ := newPeer(t, true)
	f := NewFiler(newClient(t, p2, nil), newIntents("a"), quick)
	for name, spoil := range map[string]func(*Intent){
		"no title":    func(in *Intent) { in.Title = " " },
		"long title":  func(in *Intent) { in.Title = strings.Repeat("x", 257) },
		"long body":   func(in *Intent) { in.Body += strings.Repeat("x", MaxBody) },
		"no marker":   func(in *Intent) { in.Body = "text" },
		"two markers": func(in *Intent) { in.Body += Marker(in.Marker) },
	} {
		in := sample("a")
		spoil(&in)
		if _, err := f.File(t.Context(), in); err == nil || len(p2.Requests()) > 0 {
			t.Errorf("%s: error %v, requests %v", name, err, p2.Requests())
		}
	}
}

func TestH10LabelsDropped(t *testing.T) {
	p, _ := newPeer(t, false)
	out, err := NewFiler(newClient(t, p, nil), newIntents("a"), quick).File(t.Context(), sample("a"))
	if err != nil || strings.Join(out.Dropped, " ") != "kind/bug needs-triage" {
		t.Errorf("%+v, %v", out, err)
	}
	// It can be known before, so that no label is promised.
	for _, push := range []bool{false, true} {
		p, _ := newPeer(t, push)
		if can, err := newClient(t, p, nil).CanLabel(t.Context(), milvus); err != nil || can != push {
			t.Errorf("push %v: can label %v, %v", push, can, err)
		}
	}
}

func TestH11SearchIndexLags(t *testing.T) {
	p, _ := newPeer(t, true)
	p.HoldSearch("milvus-io/milvus", true)
	p.Fail(peer.Fault{Method: "POST", Path: issuesPath, After: true, Drop: true, Times: 1})
	c := newClient(t, p, nil)
	in := sample("a")
	out, err := NewFiler(c, newIntents("a"), quick).File(t.Context(), in)
	if err != nil || !out.Adopted {
		t.Errorf("%+v, %v", out, err)
	}
	found, complete, err := c.Search(t.Context(), milvus, "it fails")
	if len(found) != 0 || !complete || err != nil {
		t.Errorf("the index does not lag: %v, %v", found, err)
	}
	count1(t, p, in.Marker)
}

func TestH12SearchIncomplete(t *testing.T) {
	p, _ := newPeer(t, true)
	p.Open("milvus-io/milvus", "a", "[Bug]: collection not loaded in one query node", "x")
	p.Open("milvus-io/milvus", "b", "[Bug]: collection not loaded in two query nodes", "x")
	p.PartialSearch("milvus-io/milvus", true)
	c := newClient(t, p, nil)
	mirror, err := OpenMirror(c, MirrorOptions{Repo: milvus})
	if err != nil {
		t.Fatal(err)
	}
	list, err := c.Duplicates(t.Context(), mirror, Query{Keys: []string{"collection not loaded"}}, 5, true)
	if len(list) != 1 || !errors.Is(err, errIncomplete) {
		t.Errorf("%d duplicates, %v", len(list), err)
	}
}

func TestH13FormChanges(t *testing.T) {
	p, _ := newPeer(t, true)
	put := func(form string) { p.PutFile("milvus-io/milvus", templateFolder+"/bug_report.yaml", []byte(form)) }
	path, form := DefaultFormFile()
	p.PutFile("milvus-io/milvus", path, form)
	p.PutFile("milvus-io/milvus", templateFolder+"/config.yml", []byte("blank_issues_enabled: false\ncontact_links:\n- name: Ask\n  url: https://github.com/milvus-io/milvus/discussions\n  about: Questions\n"))
	p.PutFile("milvus-io/milvus", templateFolder+"/agentic_bug_report.md", []byte("---\nname: x\n---\n"))
	p.PutFile("milvus-io/milvus", templateFolder+"/feature_request.yaml", []byte("name: Feature\nbody:\n- type: textarea\n  attributes: {label: Want}\n"))
	cache := NewTemplateCache(newClient(t, p, nil))
	got, err := cache.Get(t.Context(), milvus)
	if err != nil || got.Form.File != "bug_report.yaml" || got.Markdown != "agentic_bug_report.md" || got.Blank || len(got.Contacts) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	expire := func() {
		last := cache.last[milvus]
		last.Fetched = last.Fetched.Add(-2 * formAge)
		cache.last[milvus] = last
	}
	before := len(p.Requests())
	if _, err := cache.Get(t.Context(), milvus); err != nil || len(p.Requests()) != before {
		t.Errorf("fresh templates are asked for: %v", err)
	}
	expire()
	if _, err := cache.Get(t.Context(), milvus); err != nil || strings.Count(strings.Join(p.Requests()[before:], "\n"), " 304") != 5 {
		t.Errorf("%v, %v", p.Requests()[before:], err)
	}
	put(strings.Replace(string(defaultForm), "label: Milvus Log", "label: Server Log", 1))
	expire()
	got, err = cache.Get(t.Context(), milvus)
	if err != nil || !strings.Contains(NewDraft(got.Form, Report{}).Body(), "### Server Log") {
		t.Errorf("%v, form %+v", err, got.Form)
	}
	put("name: [broken")
	expire()
	got, err = cache.Get(t.Context(), milvus)
	if err == nil || !strings.Contains(err.Error(), "not the YAML") || !strings.Contains(NewDraft(got.Form, Report{}).Body(), "### Server Log") {
		t.Errorf("%v, form %+v", err, got.Form)
	}
	other, err := NewTemplateCache(newClient(t, p, nil)).Get(t.Context(), milvus)
	if err == nil || !strings.Contains(err.Error(), "the built-in form is used") || other.Form.Name != DefaultForm().Name || other.Markdown == "" {
		t.Errorf("%v, form %+v", err, other.Form)
	}
}

func TestH14RepositoryRenamed(t *testing.T) {
	p, _ := newPeer(t, true)
	p.PutFile("milvus-io/milvus", templateFolder+"/bug_report.yaml", defaultForm)
	p.Rename("milvus-io/milvus", "lf-ai/milvus")
	c := newClient(t, p, nil)
	if got, err := NewTemplateCache(c).Get(t.Context(), milvus); err != nil || got.Form.File != "bug_report.yaml" {
		t.Errorf("reading: %v", err)
	}
	m := newIntents("a")
	_, err := NewFiler(c, m, quick).File(t.Context(), sample("a"))
	if KindOf(err) != KindMoved || len(p.Issues("lf-ai/milvus")) != 0 {
		t.Errorf("error %v", err)
	}
	m.at(t, "a", "confirmed")
}

func TestH15SlowBody(t *testing.T) {
	p, _, m, in, out, err := faulty(t, peer.Fault{Method: "POST", Path: issuesPath, After: true, Trickle: 20 * time.Millisecond, Status: 201, Times: 1}, short)
	if err != nil || !out.Adopted {
		t.Fatalf("%+v, %v", out, err)
	}
	m.at(t, "a", "filed")
	count1(t, p, in.Marker)
	p.Fail(peer.Fault{Method: "GET", Trickle: 20 * time.Millisecond})
	c := newClient(t, p, short)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, _, err := c.Poll(ctx, Watched{Repo: milvus, Number: 1}); KindOf(err) != KindNetwork {
		t.Errorf("error %v", err)
	}
}

// What was not sent was not filed: that much is known.
func TestNoConnection(t *testing.T) {
	p, srv := newPeer(t, true)
	m := newIntents("a")
	c := newClient(t, p, nil)
	if _, err := c.login(t.Context(), milvus); err != nil {
		t.Fatal(err)
	}
	c.base.(*wire).base.(*http.Transport).CloseIdleConnections()
	srv.Close()
	_, err := NewFiler(c, m, quick).File(t.Context(), sample("a"))
	if KindOf(err) != KindNetwork || errors.Is(err, ErrUnknown) {
		t.Errorf("error %v", err)
	}
	m.at(t, "a", "confirmed")
}

func TestFileWithoutRights(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	_, err := NewFiler(newClient(t, p, func(o *Options) { o.Token = nil }), m, quick).File(t.Context(), sample("a"))
	refused(t, p, m, err, KindRights)
}

// The issue is there and the disk is full: nothing is filed twice.
func TestFileNotNoted(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	f := NewFiler(newClient(t, p, nil), m, quick)
	in := sample("a")
	m.err = errors.New("no space left on device")
	out, err := f.File(t.Context(), in)
	if !errors.Is(err, m.err) || out.Issue != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	m.err = nil
	in.Changed = m.changed["a"]
	if out, err := f.FileAgain(t.Context(), in); err != nil || !out.Adopted || out.Issue != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	m.at(t, "a", "filed")
	count1(t, p, in.Marker)
}
