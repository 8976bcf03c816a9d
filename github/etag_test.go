package github

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What is kept is bounded, and what comes from memory is as it was.
func TestETags(t *testing.T) {
	size, asked := 10, 0
	e := newETags(roundTrip(func(r *http.Request) (*http.Response, error) {
		h := http.Header{"X-Ratelimit-Remaining": {fmt.Sprint(asked)}}
		asked++
		if r.Header.Get("If-None-Match") == `"1"` {
			return &http.Response{StatusCode: http.StatusNotModified, Header: h, Body: http.NoBody}, nil
		}
		h.Set("ETag", `"1"`)
		h.Set("Link", `<next>; rel="next"`)
		return &http.Response{StatusCode: http.StatusOK, Header: h, Body: io.NopCloser(strings.NewReader(r.URL.Path + strings.Repeat("x", size)))}, nil
	}))
	get := func(n int) *http.Response {
		req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("https://api/%d", n), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := e.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 || !strings.HasPrefix(string(body), fmt.Sprintf("/%dx", n)) || resp.Header.Get("Link") == "" {
			t.Fatalf("%d: %d %q, %v", n, resp.StatusCode, body, err)
		}
		return resp
	}
	for n := range 2 * maxCached {
		get(n)
		get(0) // in use all the time, so it stays
	}
	if len(e.kept) > maxCached || len(e.order) != len(e.kept) || e.kept[" https://api/0"] == nil {
		t.Errorf("%d kept, %d in order", len(e.kept), len(e.order))
	}
	before := asked
	if got := get(0).Header.Get("X-RateLimit-Remaining"); got != fmt.Sprint(before) {
		t.Errorf("remaining %q, want that of the new answer, %d", got, before)
	}
	size = maxCachedBytes / 8
	for n := range 20 {
		get(1000 + n)
	}
	if e.bytes > maxCachedBytes || len(e.kept) == 0 {
		t.Errorf("%d bytes, %d kept", e.bytes, len(e.kept))
	}
	size = maxCachedBytes / 2
	get(5000)
	if e.kept[" https://api/5000"] != nil {
		t.Error("a huge answer is kept")
	}
}
