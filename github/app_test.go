package github

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/github/peer"
)

func newKey(t *testing.T) (*rsa.PrivateKey, []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// An app files as itself, with its labels, and is told when it is taken out.
func TestApp(t *testing.T) {
	p, _ := newPeer(t, false)
	key, text := newKey(t)
	p.AddApp(42, "milvus-medic", &key.PublicKey, "milvus-io/milvus")
	m := newIntents("a", "b")
	c := newClient(t, p, func(o *Options) { o.App = &App{42, text} })
	if c.Rights() != RightsApp {
		t.Errorf("rights %v", c.Rights())
	}
	f := NewFiler(c, m, quick)
	p.Fail(peer.Fault{Method: "POST", Path: issuesPath, After: true, Drop: true, Times: 1})
	out, err := f.File(t.Context(), sample("a"))
	if err != nil || !out.Adopted || len(out.Dropped) != 0 || p.Issues("milvus-io/milvus")[0].Author != "milvus-medic[bot]" {
		t.Fatalf("%+v, %v", out, err)
	}
	p.RemoveApp(42)
	_, err = f.File(t.Context(), sample("b"))
	if k := KindOf(err); k != KindAuth && k != KindNotFound {
		t.Errorf("error %v", err)
	}
	m.at(t, "b", "confirmed")
	p.AddApp(42, "milvus-medic", &key.PublicKey, "milvus-io/milvus")
	if out, err := f.File(t.Context(), sample("b")); err != nil || out.Issue != 2 {
		t.Errorf("installed again: %+v, %v", out, err)
	}
	p.RemoveApp(42)
	m.state["b"] = "confirmed"
	fresh := newClient(t, p, func(o *Options) { o.App = &App{42, text} })
	_, err = NewFiler(fresh, m, quick).File(t.Context(), sample("b"))
	if KindOf(err) != KindNotFound {
		t.Errorf("error %v", err)
	}
	m.at(t, "b", "confirmed")
}

// A key that GitHub does not know, or a clock that is wrong, is KindAuth.
func TestAppKeyRotated(t *testing.T) {
	p, _ := newPeer(t, false)
	key, _ := newKey(t)
	_, other := newKey(t)
	p.AddApp(42, "milvus-medic", &key.PublicKey, "milvus-io/milvus")
	m := newIntents("a")
	_, err := NewFiler(newClient(t, p, func(o *Options) { o.App = &App{42, other} }), m, quick).File(t.Context(), sample("a"))
	refused(t, p, m, err, KindAuth)
	if _, err := New(Options{App: &App{42, []byte("not a key: canary")}}); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("error %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, api := range []string{"github.com", "ftp://github.com/", "https://user:secret@host/", "://", "https://"} {
		if _, err := New(Options{API: api}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", api, err)
		}
	}
	for api, site := range map[string]string{"": "https://github.com", "https://ghe.example.com/api/v3": "https://ghe.example.com"} {
		c, err := New(Options{API: api})
		if err != nil || c.Site() != site {
			t.Errorf("%q: site %q, %v", api, c.Site(), err)
		}
	}
}

// The token goes to the API's host and nowhere else, and into no log.
func TestTokenStaysHome(t *testing.T) {
	var leaked []string
	foreign := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked = append(leaked, r.Header.Get("Authorization"))
	}))
	defer foreign.Close()
	p, _ := newPeer(t, true)
	var log bytes.Buffer
	c := newClient(t, p, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p.Fail(peer.Fault{Path: issuesPath, Status: 301, Header: map[string]string{"Location": foreign.URL + "/x"}, Body: `{"message":"Moved"}`, Times: 1})
	if _, _, err := c.Poll(t.Context(), Watched{Repo: milvus, Number: 1}); KindOf(err) != KindMoved {
		t.Errorf("reading: %v", err)
	}
	for _, status := range []int{301, 302, 307, 308} {
		p.Fail(peer.Fault{Method: "POST", Path: issuesPath, Status: status, Header: map[string]string{"Location": foreign.URL + "/x"}, Body: `{}`, Times: 1})
		m := newIntents("a")
		if _, err := NewFiler(c, m, quick).File(t.Context(), sample("a")); KindOf(err) != KindMoved {
			t.Errorf("writing, %d: %v", status, err)
		}
		m.at(t, "a", "confirmed")
	}
	if len(leaked) > 0 || strings.Contains(log.String(), testToken) || log.Len() == 0 {
		t.Errorf("foreign requests %q, log %s", leaked, &log)
	}
}

// Reading is tried again where that may help.
func TestReadAgain(t *testing.T) {
	p, _ := newPeer(t, true)
	n := p.Open("milvus-io/milvus", "x", "t", "b")
	c := newClient(t, p, func(o *Options) { o.Timeout = time.Minute }) // the detector of races is slow on large answers
	p.Fail(peer.Fault{Status: 502, Times: 1})
	if _, _, err := c.Poll(t.Context(), Watched{Repo: milvus, Number: n}); err != nil {
		t.Error(err)
	}
	// The answer is larger than anything GitHub sends.
	p.Fail(peer.Fault{Status: 200, Body: `{"body":"` + strings.Repeat("x", maxAnswer) + `"}`, Times: 1})
	if _, _, err := c.Poll(t.Context(), Watched{Repo: milvus, Number: n}); KindOf(err) != KindOther {
		t.Errorf("a huge answer: %v", err)
	}
}

// Every kind of failure has a sentence of its own.
func TestAdvice(t *testing.T) {
	seen := map[string]Kind{}
	for k, a := range advice {
		if a == "" || seen[a] != "" {
			t.Errorf("%s: %q, as for %q", k, a, seen[a])
		}
		seen[a] = k
	}
	for status, want := range map[int]Kind{
		301: KindMoved, 400: KindInvalid, 401: KindAuth, 403: KindForbidden, 404: KindNotFound, 410: KindGone, 418: KindOther, 422: KindInvalid, 500: KindServer, 503: KindServer,
	} {
		if got := kindOf(status); got != want {
			t.Errorf("%d is %q, want %q", status, got, want)
		}
	}
}

func TestQuota(t *testing.T) {
	start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	q := NewQuota(QuotaLimits{UserPerDay: 2, GuildPerHour: 3, PerHour: 5})
	for i, c := range []struct {
		user, guild string
		after       time.Duration
		no          Scope
		until       time.Duration
	}{
		{"a", "g", 0, "", 0},
		{"a", "g", time.Minute, "", 0},
		{"a", "g", 2 * time.Minute, ScopeUser, 24 * time.Hour},
		{"b", "g", 3 * time.Minute, "", 0},
		{"c", "g", 4 * time.Minute, ScopeGuild, time.Hour},
		{"c", "", 5 * time.Minute, "", 0},
		{"c", "h", 6 * time.Minute, "", 0},
		{"d", "h", 7 * time.Minute, ScopeAll, time.Hour},
		{"d", "h", time.Hour, "", 0},
		{"a", "h", 23 * time.Hour, ScopeUser, 24 * time.Hour},
		{"a", "h", 24 * time.Hour, "", 0},
		{"a", "h", 24*time.Hour + time.Second, ScopeUser, 24*time.Hour + time.Minute},
	} {
		no, ok := q.Take(c.user, c.guild, start.Add(c.after))
		if ok != (c.no == "") || no.Scope != c.no || !ok && !no.Until.Equal(start.Add(c.until)) {
			t.Errorf("%d: %+v, %v", i, no, ok)
		}
	}
	q = NewQuota(QuotaLimits{UserPerDay: 1})
	q.Take("a", "g", start)
	q.Return("a", "g")
	if _, ok := q.Take("a", "g", start); !ok {
		t.Error("what was given back still counts")
	}
	if _, ok := NewQuota(QuotaLimits{}).Take("a", "g", start); !ok {
		t.Error("no limits, and yet refused")
	}
}

// spentWire says with each answer that it was the last one for an hour.
type spentWire struct{ *http.Transport }

func (s spentWire) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.Transport.RoundTrip(req)
	if err == nil {
		resp.Header.Set("X-RateLimit-Limit", "60")
		resp.Header.Set("X-RateLimit-Remaining", "0")
		resp.Header.Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
	}
	return resp, err
}

// After the last request of an hour the library sends none. The wait is until
// that hour ends, and only for what is spent.
func TestSpentByTheLastRequest(t *testing.T) {
	p, _ := newPeer(t, true)
	c := newClient(t, p, func(o *Options) { o.Transport = spentWire{o.Transport.(*http.Transport)} })
	if _, err := c.canonical(t.Context(), milvus); err != nil {
		t.Fatal(err)
	}
	before := len(p.Requests())
	for range 3 {
		_, err := c.canonical(t.Context(), milvus)
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindLimit || time.Until(e.Until) < 59*time.Minute {
			t.Errorf("error %v", err)
		}
	}
	if n := len(p.Requests()) - before; n != 0 {
		t.Errorf("%d requests during the limit", n)
	}
	if err := c.limits.wait(t.Context(), "search", milvus, "search", -1); err != nil {
		t.Errorf("the search waits too: %v", err)
	}
}
