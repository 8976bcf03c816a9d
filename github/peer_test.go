package github

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
	"github.com/milvus-medic/medic/github/peer/openapi"
)

var milvus = Repo{"milvus-io", "milvus"}

const (
	testToken = "github_pat_canary_0123456789"
	botLogin  = "medic-helper"
)

var checker = sync.OnceValues(func() (*openapi.Checker, error) {
	return openapi.Load(cmp.Or(os.Getenv("MEDIC_DATA"), "../../shared"))
})

// described returns checker.
func described(t *testing.T) *openapi.Checker {
	t.Helper()
	c, err := checker()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newPeer starts a GitHub with milvus-io/milvus. Every exchange is held
// against the description of the API where that is at hand.
func newPeer(t *testing.T, push bool) (*peer.Server, *httptest.Server) {
	t.Helper()
	p := peer.New(peer.Options{Watch: described(t).Watch(t)})
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.SetURL(srv.URL)
	p.AddRepo("milvus-io/milvus", "kind/bug", "needs-triage")
	p.AddToken(testToken, botLogin, push)
	return p, srv
}

// TestPeerIsDescribed tells whether the exchanges of the other tests were
// held against the description.
func TestPeerIsDescribed(t *testing.T) {
	c := described(t)
	if c == nil {
		t.Skip("there is no " + openapi.File + "; set MEDIC_DATA to the directory that holds it")
	}
	bad := peer.Exchange{Request: httptest.NewRequest("GET", "/api/v3/user", nil), Path: "/user", Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Response: []byte(`{"login":5}`)}
	if c.Check(bad) == nil {
		t.Error("a wrong answer passes")
	}
}

func newClient(t *testing.T, p *peer.Server, change func(*Options)) *Client {
	t.Helper()
	o := Options{
		API: p.API(), Token: func() string { return testToken }, Timeout: 2 * time.Second, MaxWait: -1, WriteGap: time.Nanosecond,
		Transport: &http.Transport{MaxIdleConnsPerHost: 10},
	}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup((&http.Client{Transport: o.Transport}).CloseIdleConnections)
	return c
}

// memIntents are intents in memory, with the rules of the interface.
type memIntents struct {
	mu      sync.Mutex
	state   map[string]string
	issue   map[string]int
	changed map[string]time.Time
	err     error // of Filed and Lost
}

func newIntents(ids ...string) *memIntents {
	m := &memIntents{state: map[string]string{}, issue: map[string]int{}, changed: map[string]time.Time{}}
	for _, id := range ids {
		m.state[id] = "confirmed"
	}
	return m
}

var errState = errors.New("the report is in another state")

func (m *memIntents) move(id string, at time.Time, to string, from ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil && (to == "filed" || to == "unknown") {
		return m.err
	}
	for _, f := range from {
		if m.state[id] == f {
			m.state[id], m.changed[id] = to, at
			return nil
		}
	}
	return errState
}

func (m *memIntents) Post(_ context.Context, id string, changed, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state[id] != "confirmed" || m.changed[id].After(changed) {
		return errState
	}
	m.state[id], m.changed[id] = "posting", at
	return nil
}
func (m *memIntents) Lost(_ context.Context, id string, at time.Time) error {
	return m.move(id, at, "unknown", "posting")
}
func (m *memIntents) Refused(_ context.Context, id string, at time.Time) error {
	return m.move(id, at, "confirmed", "posting")
}
func (m *memIntents) Absent(_ context.Context, id string, changed, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.state[id]; s != "posting" && s != "unknown" || !m.changed[id].Equal(changed) {
		return errState
	}
	m.state[id], m.changed[id] = "confirmed", at
	return nil
}
func (m *memIntents) Filed(_ context.Context, id string, issue int, at time.Time) error {
	err := m.move(id, at, "filed", "posting", "unknown")
	if err == nil {
		m.mu.Lock()
		m.issue[id] = issue
		m.mu.Unlock()
	}
	return err
}

func (m *memIntents) at(t *testing.T, id, want string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state[id] != want {
		t.Errorf("intent %s is %s, want %s", id, m.state[id], want)
	}
}

// sample is a confirmed intent.
func sample(id string) Intent {
	marker := NewID()
	return Intent{
		ID: id, Marker: marker, Repo: milvus, Title: "[Bug]: " + id, Body: "### Current Behavior\n\n```text\nit fails\n```\n\n" + Marker(marker),
		Labels: []string{"kind/bug", "needs-triage"}, Changed: time.Now(),
	}
}

// quick are options under which look-ups follow at once.
var quick = FilerOptions{LookAfter: []time.Duration{time.Millisecond, 20 * time.Millisecond}, AbsentAfter: 100 * time.Millisecond}

func count1(t *testing.T, p *peer.Server, marker string) {
	t.Helper()
	n := 0
	for _, i := range p.Issues("milvus-io/milvus") {
		n += strings.Count(i.Body, Marker(marker))
		for _, c := range i.Comments {
			n += strings.Count(c, Marker(marker))
		}
	}
	if n != 1 {
		t.Errorf("the report is on GitHub %d times", n)
	}
}

func TestFile(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	f := NewFiler(newClient(t, p, nil), m, quick)
	in := sample("a")
	out, err := f.File(t.Context(), in)
	if err != nil || out.Issue != 1 || !strings.HasSuffix(out.URL, "/milvus-io/milvus/issues/1") || out.Adopted || len(out.Dropped) > 0 {
		t.Fatalf("%+v, %v", out, err)
	}
	m.at(t, "a", "filed")
	if _, err := f.File(t.Context(), in); !errors.Is(err, errState) {
		t.Errorf("a second press: %v", err)
	}
	count1(t, p, in.Marker)
}

func TestFileComment(t *testing.T) {
	p, _ := newPeer(t, false)
	p.Open("milvus-io/milvus", "someone", "[Bug]: it", "fails")
	m := newIntents("a", "b")
	f := NewFiler(newClient(t, p, nil), m, quick)
	in := sample("a")
	in.OnIssue, in.Title, in.Labels = 1, "", nil
	out, err := f.File(t.Context(), in)
	if err != nil || out.Issue != 1 || !strings.Contains(out.URL, "#issuecomment-") {
		t.Fatalf("%+v, %v", out, err)
	}
	p.Fail(peer.Fault{Method: "POST", Suffix: "/comments", After: true, Drop: true, Times: 1})
	in2 := sample("b")
	in2.OnIssue = 1
	out, err = f.File(t.Context(), in2)
	if err != nil || !out.Adopted {
		t.Fatalf("%+v, %v", out, err)
	}
	count1(t, p, in.Marker)
	count1(t, p, in2.Marker)
}

// Everybody may press at once, in two programs.
func TestFileOnceOfHundred(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	one, two := NewFiler(newClient(t, p, nil), m, quick), NewFiler(newClient(t, p, nil), m, quick)
	in := sample("a")
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := 0
	for i := range 100 {
		wg.Go(func() {
			f := one
			if i%2 == 0 {
				f = two
			}
			_, err := f.File(t.Context(), in)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				good++
			} else if !errors.Is(err, errState) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if good != 1 {
		t.Errorf("%d of 100 filed", good)
	}
	count1(t, p, in.Marker)
}

// Everybody may press again at once: one more request goes out.
func TestFileAgainOnceOfMany(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	f := NewFiler(newClient(t, p, nil), m, FilerOptions{LookAfter: []time.Duration{}})
	in := sample("a")
	m.state["a"], m.changed["a"] = "unknown", time.Now().Add(-time.Hour)
	in.Changed = m.changed["a"]
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			out, err := f.FileAgain(t.Context(), in)
			if err == nil && out.Issue != 1 || err != nil && !errors.Is(err, errState) {
				t.Errorf("%+v, %v", out, err)
			}
		})
	}
	wg.Wait()
	m.at(t, "a", "filed")
	count1(t, p, in.Marker)
}

// Who waited while another text was confirmed does not send the first.
func TestFileOutdated(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	f := NewFiler(newClient(t, p, nil), m, quick)
	in := sample("a")
	m.changed["a"] = in.Changed
	in.Changed = in.Changed.Add(-time.Minute)
	if _, err := f.File(t.Context(), in); !errors.Is(err, errState) {
		t.Errorf("error %v", err)
	}
	m.at(t, "a", "confirmed")
	if n := len(p.Issues("milvus-io/milvus")); n != 0 {
		t.Errorf("%d issues", n)
	}
}

// slowIntents stand still after the intent was taken, like a machine that
// sleeps.
type slowIntents struct {
	*memIntents
	pause time.Duration
}

func (s slowIntents) Post(ctx context.Context, id string, changed, at time.Time) error {
	err := s.memIntents.Post(ctx, id, changed, at)
	time.Sleep(s.pause)
	return err
}

// Who was held up leaves the report to others.
func TestFileHeldUp(t *testing.T) {
	p, _ := newPeer(t, true)
	m := newIntents("a")
	f := NewFiler(newClient(t, p, short), slowIntents{m, 4 * 150 * time.Millisecond}, quick)
	in := sample("a")
	if _, err := f.File(t.Context(), in); !errors.Is(err, errHeld) || !errors.Is(err, ErrUnknown) {
		t.Errorf("error %v", err)
	}
	m.at(t, "a", "posting")
	if n := len(p.Issues("milvus-io/milvus")); n != 0 {
		t.Errorf("%d issues", n)
	}
}
