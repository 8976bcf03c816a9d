package github

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
)

const hookSecret = "0123456789abcdef0123"

// memSeen are deliveries in memory.
type memSeen struct {
	mu   sync.Mutex
	seen map[string]bool
	err  error
}

func (m *memSeen) FirstSeen(_ context.Context, kind, id string, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	first := !m.seen[kind+id]
	m.seen[kind+id] = true
	return first && m.err == nil, m.err
}

// events collects what arrives.
type events struct {
	mu   sync.Mutex
	list []Event
}

func (e *events) add(_ context.Context, ev Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, ev)
	return nil
}

func (e *events) kinds() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []string
	for _, ev := range e.list {
		out = append(out, string(ev.Kind))
	}
	return strings.Join(out, " ")
}

func newTestHook(t testing.TB, seen Deliveries, handle func(context.Context, Event) error) http.Handler {
	t.Helper()
	h, err := NewHook(HookOptions{Secrets: []string{hookSecret, "the-previous-secret"}, Repos: []Repo{milvus}, Seen: seen, Handle: handle})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// What happens on the peer arrives as events, by webhook and by polling
// alike, and the bodies are as GitHub describes them.
func TestEventsBothWays(t *testing.T) {
	p, _ := newPeer(t, true)
	p.AddRepo("milvus-io/pymilvus")
	p.AddMilestone("milvus-io/milvus", "2.6.5")
	var got events
	hook, api := newTestHook(t, &memSeen{}, got.add), described(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := api.CheckEvent(r.Header.Get("X-GitHub-Event"), body); err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		hook.ServeHTTP(w, r)
	}))
	defer srv.Close()
	p.AddHook("milvus-io/milvus", srv.URL, hookSecret)
	c := newClient(t, p, nil)
	n := p.Open("milvus-io/milvus", botLogin, "[Bug]: @all #1 `x`", "text")
	p.Wait()
	w, polled, err := c.Poll(t.Context(), Watched{Repo: milvus, Number: n})
	if err != nil || len(polled) != 0 {
		t.Fatalf("%v, %v", polled, err)
	}
	var byPoll []string
	for _, act := range []func(){
		func() { p.Comment("milvus-io/milvus", n, "passer-by", "NONE", "me too") },
		func() { p.Comment("milvus-io/milvus", n, "sre-ci-robot[bot]", "MEMBER", "labels set") },
		func() { p.Label("milvus-io/milvus", n, "kind/bug") },
		func() { p.Comment("milvus-io/milvus", n, "yanliang567", "COLLABORATOR", "Please attach the log") },
		func() { p.Label("milvus-io/milvus", n, "triage/needs-information") },
		func() {
			p.Milestone("milvus-io/milvus", n, "2.6.5")
			p.Comment("milvus-io/milvus", n, "yanliang567", "COLLABORATOR", "fixed by #48211, will be released in v2.6.4")
			p.Wait()
			p.Close("milvus-io/milvus", n, "completed")
		},
		func() { p.Reopen("milvus-io/milvus", n) },
		func() { p.Transfer("milvus-io/milvus", n, "milvus-io/pymilvus") },
	} {
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // GitHub's clock has seconds
		act()
		p.Wait()
		w, polled, err = c.Poll(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range polled {
			byPoll = append(byPoll, string(e.Kind))
			if e.Kind == EventClosed {
				e, err = c.Explain(t.Context(), e)
				if err != nil || e.Fix != (Fix{"2.6.4", 48211}) || e.Reason != "completed" {
					t.Errorf("%+v, %v", e, err)
				}
			}
		}
	}
	const want = "maintainer needsInfo closed reopened transferred"
	if strings.Join(byPoll, " ") != want {
		t.Errorf("by polling: %v", byPoll)
	}
	// The webhook tells of every comment of a maintainer, under one key.
	if got.kinds() != "maintainer needsInfo maintainer closed reopened transferred" {
		t.Errorf("by webhook: %s", got.kinds())
	}
	if got.list[0].Key() != got.list[2].Key() {
		t.Errorf("keys %q and %q", got.list[0].Key(), got.list[2].Key())
	}
	last := got.list[len(got.list)-1]
	if last.MovedTo.String() != "milvus-io/pymilvus" || last.MovedNumber != 1 || last.Title != "[Bug]: all 1 x" || !w.Gone {
		t.Errorf("%+v, %+v", last, w)
	}
	if closed := got.list[3]; closed.Fix.Version != "2.6.5" {
		t.Errorf("the milestone is not read: %+v", closed)
	}
}

// delivery is a signed closing of an issue.
func delivery(t testing.TB, id string, change func(*http.Request)) *http.Request {
	t.Helper()
	body := []byte(`{"action":"closed","issue":{"number":5,"title":"x","state":"closed","html_url":"https://github.com/milvus-io/milvus/issues/5"},"repository":{"full_name":"milvus-io/milvus"}}`)
	req, err := peer.Delivery{Event: "issues", ID: id, Secret: hookSecret, Body: body}.Request("/hook")
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(req)
	}
	return req
}

func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func withBody(req *http.Request, body []byte) {
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.ContentLength = int64(len(body))
	req.Header.Set("X-Hub-Signature-256", sign(hookSecret, body))
}

// forged are requests that GitHub does not send.
var forged = map[string]struct {
	status int
	change func(*http.Request)
}{
	"GET":             {405, func(r *http.Request) { r.Method = "GET" }},
	"PUT":             {405, func(r *http.Request) { r.Method = "PUT" }},
	"form":            {415, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }},
	"no type":         {415, func(r *http.Request) { r.Header.Del("Content-Type") }},
	"no event":        {400, func(r *http.Request) { r.Header.Del("X-GitHub-Event") }},
	"no delivery":     {400, func(r *http.Request) { r.Header.Del("X-GitHub-Delivery") }},
	"strange id":      {400, func(r *http.Request) { r.Header.Set("X-GitHub-Delivery", "a b\n") }},
	"long id":         {400, func(r *http.Request) { r.Header.Set("X-GitHub-Delivery", strings.Repeat("a", 101)) }},
	"no signature":    {403, func(r *http.Request) { r.Header.Del("X-Hub-Signature-256") }},
	"empty signature": {403, func(r *http.Request) { r.Header.Set("X-Hub-Signature-256", "") }},
	"only the word":   {403, func(r *http.Request) { r.Header.Set("X-Hub-Signature-256", "sha256=") }},
	"short signature": {403, func(r *http.Request) {
		r.Header.Set("X-Hub-Signature-256", r.Header.Get("X-Hub-Signature-256")[:40])
	}},
	"odd digits":     {403, func(r *http.Request) { r.Header.Set("X-Hub-Signature-256", "sha256=abc") }},
	"no digits":      {403, func(r *http.Request) { r.Header.Set("X-Hub-Signature-256", "sha256="+strings.Repeat("z", 64)) }},
	"two signatures": {403, func(r *http.Request) { r.Header.Add("X-Hub-Signature-256", r.Header.Get("X-Hub-Signature-256")) }},
	"SHA-1 only": {403, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha1.New, []byte(hookSecret))
		mac.Write(body)
		r.Header.Del("X-Hub-Signature-256")
		r.Header.Set("X-Hub-Signature", "sha1="+hex.EncodeToString(mac.Sum(nil)))
	}},
	"SHA-1 as SHA-256": {403, func(r *http.Request) {
		mac := hmac.New(sha1.New, []byte(hookSecret))
		r.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}},
	"other secret": {403, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		withBody(r, body)
		r.Header.Set("X-Hub-Signature-256", sign("another-secret-of-length", body))
	}},
	"empty secret": {403, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		withBody(r, body)
		r.Header.Set("X-Hub-Signature-256", sign("", body))
	}},
	"changed body": {403, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(bytes.Replace(body, []byte(":5"), []byte(":6"), 1)))
	}},
	"cut body": {403, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body[:20]))
	}},
	"no body":  {403, func(r *http.Request) { r.Body = http.NoBody }},
	"large":    {413, func(r *http.Request) { withBody(r, bytes.Repeat([]byte(" "), 26<<20)) }},
	"not JSON": {400, func(r *http.Request) { withBody(r, []byte("<html>")) }},
	"a list":   {400, func(r *http.Request) { withBody(r, []byte("[]")) }},
	"nothing":  {400, func(r *http.Request) { withBody(r, []byte("{}")) }},
	"null":     {400, func(r *http.Request) { withBody(r, []byte("null")) }},
	"no number": {400, func(r *http.Request) {
		withBody(r, []byte(`{"action":"closed","repository":{"full_name":"milvus-io/milvus"}}`))
	}},
	"strange repository": {400, func(r *http.Request) {
		withBody(r, []byte(`{"action":"closed","issue":{"number":1},"repository":{"full_name":"a/b/c"}}`))
	}},
	"other repository": {204, func(r *http.Request) {
		withBody(r, []byte(`{"action":"closed","issue":{"number":1},"repository":{"full_name":"a/b"}}`))
	}},
	"pull request": {204, func(r *http.Request) {
		withBody(r, []byte(`{"action":"closed","issue":{"number":1,"pull_request":{}},"repository":{"full_name":"milvus-io/milvus"}}`))
	}},
	"comment without one": {400, func(r *http.Request) {
		r.Header.Set("X-GitHub-Event", "issue_comment")
		withBody(r, []byte(`{"action":"created","issue":{"number":1},"repository":{"full_name":"milvus-io/milvus"}}`))
	}},
	"ping":        {204, func(r *http.Request) { r.Header.Set("X-GitHub-Event", "ping") }},
	"other event": {204, func(r *http.Request) { r.Header.Set("X-GitHub-Event", "push") }},
	"other action": {204, func(r *http.Request) {
		withBody(r, []byte(`{"action":"edited","issue":{"number":1},"repository":{"full_name":"milvus-io/milvus"}}`))
	}},
}

func TestHookRefuses(t *testing.T) {
	if len(forged) < 30 {
		t.Errorf("only %d forged requests", len(forged))
	}
	for name, c := range forged {
		t.Run(name, func(t *testing.T) {
			var got events
			w := httptest.NewRecorder()
			newTestHook(t, &memSeen{}, got.add).ServeHTTP(w, delivery(t, "delivery-1", c.change))
			if w.Code != c.status || len(got.list) > 0 || strings.Contains(w.Body.String(), hookSecret) {
				t.Errorf("status %d, want %d; events %v; body %q", w.Code, c.status, got.list, w.Body)
			}
		})
	}
}

func TestHookReplay(t *testing.T) {
	var got events
	seen := &memSeen{}
	h := newTestHook(t, seen, got.add)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { h.ServeHTTP(httptest.NewRecorder(), delivery(t, "delivery-1", nil)) })
	}
	wg.Wait()
	h.ServeHTTP(httptest.NewRecorder(), delivery(t, "delivery-2", func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		withBody(r, body)
		r.Header.Set("X-Hub-Signature-256", sign("the-previous-secret", body))
	}))
	if got.kinds() != "closed closed" {
		t.Errorf("events %q", got.kinds())
	}
	seen.err = errors.New("disk full")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, delivery(t, "delivery-3", nil)); w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
	w = httptest.NewRecorder()
	h = newTestHook(t, &memSeen{}, func(context.Context, Event) error { return errors.New("no") })
	if h.ServeHTTP(w, delivery(t, "delivery-4", nil)); w.Code != http.StatusInternalServerError {
		t.Errorf("status %d", w.Code)
	}
}

func TestNewHookRefuses(t *testing.T) {
	good := HookOptions{Secrets: []string{hookSecret}, Repos: []Repo{milvus}, Seen: &memSeen{}, Handle: (&events{}).add}
	for name, spoil := range map[string]func(*HookOptions){
		"no secret":     func(o *HookOptions) { o.Secrets = nil },
		"empty secret":  func(o *HookOptions) { o.Secrets = []string{""} },
		"short secret":  func(o *HookOptions) { o.Secrets = []string{hookSecret, "short"} },
		"no repository": func(o *HookOptions) { o.Repos = nil },
		"no store":      func(o *HookOptions) { o.Seen = nil },
		"no handler":    func(o *HookOptions) { o.Handle = nil },
	} {
		o := good
		spoil(&o)
		if _, err := NewHook(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzHook(f *testing.F) {
	for _, s := range []string{
		`{"action":"closed","issue":{"number":5,"state_reason":"completed","milestone":{"title":"2.6.5"}},"repository":{"full_name":"milvus-io/milvus"}}`,
		`{"action":"transferred","issue":{"number":5},"repository":{"full_name":"milvus-io/milvus"},"changes":{"new_issue":{"number":7},"new_repository":{"full_name":"a/b"}}}`,
		`{"action":"labeled","issue":{"number":5},"label":{"name":"needs-info"},"repository":{"full_name":"milvus-io/milvus"}}`,
		`{"action":"created","issue":{"number":5},"comment":{"author_association":"MEMBER","user":{"login":"x"}},"repository":{"full_name":"milvus-io/milvus"}}`,
		`{"issue":null,"repository":{"full_name":5}}`, "[]", "", "\xff",
	} {
		f.Add([]byte(s), "issues", "delivery-1")
		f.Add([]byte(s), "issue_comment", "\n")
	}
	f.Fuzz(func(t *testing.T, body []byte, event, id string) {
		for _, secret := range []string{hookSecret, "another-secret-of-length"} {
			var got events
			r := httptest.NewRequest(http.MethodPost, "/hook", bytes.NewReader(body))
			r.Header = http.Header{"Content-Type": {"application/json"}, "X-Github-Event": {event}, "X-Github-Delivery": {id}, "X-Hub-Signature-256": {sign(secret, body)}}
			w := httptest.NewRecorder()
			newTestHook(t, &memSeen{}, got.add).ServeHTTP(w, r)
			if (w.Code == http.StatusAccepted) != (len(got.list) == 1) || secret != hookSecret && (w.Code < 400 || len(got.list) > 0) {
				t.Fatalf("status %d, events %+v", w.Code, got.list)
			}
			for _, e := range got.list {
				if e.Repo != milvus && !strings.EqualFold(e.Repo.String(), milvus.String()) || e.Number <= 0 || e.Kind == "" || strings.ContainsAny(e.Title, "@#`\n") {
					t.Fatalf("event %+v", e)
				}
			}
		}
	})
}
