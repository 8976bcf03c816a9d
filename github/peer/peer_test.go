package peer_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/github/peer"
	"github.com/milvus-medic/medic/github/peer/openapi"
)

// start runs a peer with one repository and two tokens; exchanges are checked
// where GitHub's description of its API is at hand.
func start(t *testing.T, maintain bool) (*peer.Server, string) {
	t.Helper()
	c, err := openapi.Load(cmp.Or(os.Getenv("MEDIC_DATA"), "../../../shared"))
	if err != nil {
		t.Fatal(err)
	}
	p := peer.New(peer.Options{Maintain: maintain, Watch: c.Watch(t)})
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.SetURL(srv.URL)
	p.AddRepo("o/r", "bug")
	p.AddToken("reader", "ann", false)
	p.AddToken("pusher", "bob", true)
	return p, srv.URL
}

// ask sends one request and returns the status, headers and body.
func ask(t *testing.T, method, url, token, body string, change func(http.Header)) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test")
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if change != nil {
		change(req.Header)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(content)
}

// The peer refuses what GitHub refuses.
func TestRules(t *testing.T) {
	p, base := start(t, false)
	p.Open("o/r", "ann", "first", "text")
	p.AddRepo("o/off")
	p.SetIssues("o/off", false)
	p.AddRepo("o/old")
	p.Rename("o/old", "o/new")
	api := base + "/api/v3"
	title := func(n int) string { return fmt.Sprintf(`{"title":%q}`, strings.Repeat("x", n)) }
	for _, c := range []struct {
		name, method, path, token, body string
		header                          func(http.Header)
		status                          int
		want                            string
	}{
		{"no user agent", "GET", "/repos/o/r", "", "", func(h http.Header) { h.Set("User-Agent", "") }, 403, "User-Agent"},
		{"version", "GET", "/repos/o/r", "", "", func(h http.Header) { h.Set("X-GitHub-Api-Version", "2030-01-01") }, 400, "not supported"},
		{"wrong token", "GET", "/repos/o/r", "nobody", "", nil, 401, "Bad credentials"},
		{"basic auth", "GET", "/repos/o/r", "", "", func(h http.Header) { h.Set("Authorization", "Basic reader") }, 401, "Bad credentials"},
		{"false signature", "GET", "/repos/o/r/installation", "a.b.c", "", nil, 401, "JSON web token"},
		{"anonymous user", "GET", "/user", "", "", nil, 401, "Requires authentication"},
		{"user", "GET", "/user", "reader", "", nil, 200, `"login":"ann"`},
		{"rate limit", "GET", "/rate_limit", "reader", "", nil, 200, `"core"`},
		{"repository", "GET", "/repos/o/r", "", "", nil, 200, `"full_name":"o/r"`},
		{"no repository", "GET", "/repos/o/x", "", "", nil, 404, "Not Found"},
		{"no such call", "GET", "/repos/o/r/secrets", "", "", nil, 404, "Not Found"},
		{"renamed", "GET", "/repos/o/old/issues?state=all", "", "", nil, 301, "repositories/"},
		{"renamed, writing", "POST", "/repos/o/old/issues", "pusher", title(3), nil, 307, "repositories/"},
		{"anonymous issue", "POST", "/repos/o/r/issues", "", title(3), nil, 401, "Requires authentication"},
		{"issues off", "POST", "/repos/o/off/issues", "pusher", title(3), nil, 410, "disabled"},
		{"not JSON", "POST", "/repos/o/r/issues", "pusher", "{", nil, 400, "Problems parsing JSON"},
		{"as a form", "POST", "/repos/o/r/issues", "pusher", title(3), func(h http.Header) { h.Set("Content-Type", "text/plain") }, 415, "JSON"},
		{"no title", "POST", "/repos/o/r/issues", "pusher", `{"title":" "}`, nil, 422, "missing_field"},
		{"long title", "POST", "/repos/o/r/issues", "pusher", title(257), nil, 422, "maximum is 256"},
		{"longest title", "POST", "/repos/o/r/issues", "pusher", title(256), nil, 201, `"number":2`},
		{"long body", "POST", "/repos/o/r/issues", "pusher", fmt.Sprintf(`{"title":"x","body":%q}`, strings.Repeat("x", 65537)), nil, 422, "maximum is 65536"},
		{"labels dropped", "POST", "/repos/o/r/issues", "reader", `{"title":"x","labels":["bug"]}`, nil, 201, `"labels":[]`},
		{"labels kept", "POST", "/repos/o/r/issues", "pusher", `{"title":"x","labels":["bug"]}`, nil, 201, `"name":"bug"`},
		{"no issue", "GET", "/repos/o/r/issues/99", "", "", nil, 404, "Not Found"},
		{"no number", "GET", "/repos/o/r/issues/x", "", "", nil, 404, "Not Found"},
		{"empty comment", "POST", "/repos/o/r/issues/1/comments", "reader", `{"body":" "}`, nil, 422, "missing_field"},
		{"comment", "POST", "/repos/o/r/issues/1/comments", "reader", `{"body":"hi"}`, nil, 201, `"body":"hi"`},
		{"comments", "GET", "/repos/o/r/issues/1/comments", "", "", nil, 200, `"body":"hi"`},
		{"state", "GET", "/repos/o/r/issues?state=gone", "", "", nil, 422, "Validation"},
		{"since", "GET", "/repos/o/r/issues?since=yesterday", "", "", nil, 422, "Validation"},
		{"page", "GET", "/repos/o/r/issues?page=0", "", "", nil, 422, "Validation"},
		{"labels", "GET", "/repos/o/r/issues?labels=bug", "", "", nil, 200, `"number":4`},
		{"search", "GET", "/search/issues?q=" + url.QueryEscape(`repo:o/r is:issue "fir"`), "", "", nil, 200, `"total_count":1`},
		{"search nowhere", "GET", "/search/issues?q=" + url.QueryEscape(`repo:o/none x`), "", "", nil, 422, "cannot be searched"},
		{"long search", "GET", "/search/issues?q=" + strings.Repeat("x", 257), "", "", nil, 422, "Validation"},
		{"no file", "GET", "/repos/o/r/contents/x", "", "", nil, 404, "Not Found"},
	} {
		status, h, body := ask(t, c.method, api+c.path, c.token, c.body, c.header)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %.300s; want %d with %q", c.name, status, body, c.status, c.want)
		}
		if !json.Valid([]byte(body)) || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
			t.Errorf("%s: not JSON: %.100s", c.name, body)
		}
	}
}

// Lists are paged with links, and asking again costs nothing.
func TestPagesAndETags(t *testing.T) {
	p, base := start(t, false)
	for n := range 25 {
		p.Open("o/r", "ann", fmt.Sprint("issue ", n), "")
	}
	next := base + "/api/v3/repos/o/r/issues?per_page=10&direction=asc"
	pages, seen := 0, 0
	for next != "" {
		status, h, body := ask(t, "GET", next, "", "", nil)
		var list []map[string]any
		if err := json.Unmarshal([]byte(body), &list); err != nil || status != 200 {
			t.Fatalf("%d, %v", status, err)
		}
		pages, seen = pages+1, seen+len(list)
		again, _, body := ask(t, "GET", next, "", "", func(hs http.Header) { hs.Set("If-None-Match", h.Get("ETag")) })
		if again != http.StatusNotModified || body != "" {
			t.Errorf("unchanged page: %d %q", again, body)
		}
		link, rel, _ := strings.Cut(h.Get("Link"), ">; ")
		if next = strings.TrimPrefix(link, "<"); !strings.HasPrefix(rel, `rel="next"`) {
			next = ""
		}
	}
	if pages != 3 || seen != 25 {
		t.Errorf("%d issues on %d pages", seen, pages)
	}
}

// hostile must not act in a browser, wherever it stands.
const hostile = `<script>alert(1)</script> <img src=x onerror=alert(1)> "><svg onload=alert(1)> [x](javascript:alert(1)) {{.}} </textarea>`

// People can look at what was filed, and it cannot act.
func TestPages(t *testing.T) {
	p, base := start(t, false)
	n := p.Open("o/r", "ann<b>", hostile, "### Current Behavior\n\n```text\n"+hostile+"\n```\n\n- [x] done\n\n"+hostile+"\n\n<!-- hidden -->", hostile)
	p.Comment("o/r", n, "bob", "MEMBER", hostile)
	for _, path := range []string{"/o/r/issues", fmt.Sprintf("/o/r/issues/%d", n), "/o/r/issues/new?title=" + url.QueryEscape(hostile) + "&body=" + url.QueryEscape(hostile)} {
		status, h, body := ask(t, "GET", base+path, "", "", nil)
		if status != 200 || !strings.Contains(body, "alert(1)") || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d, policy %q", path, status, h.Get("Content-Security-Policy"))
		}
		for _, bad := range []string{"<script", "<img", "<svg", `href="javascript:`, "ann<b>", "<!-- hidden"} {
			if strings.Contains(body, bad) {
				t.Errorf("%s holds %s", path, bad)
			}
		}
	}
	_, _, body := ask(t, "GET", base+"/o/r/issues/1", "", "", nil)
	for _, want := range []string{"<h3", "Current Behavior</h3>", "<pre><code", `type="checkbox"`, "Open", "Member", "#1"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, path := range []string{"/o/x/issues", "/o/r/issues/2", "/o/r/issues/x", "/", "/o/r"} {
		if status, _, _ := ask(t, "GET", base+path, "", "", nil); status != 404 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, _, _ := ask(t, "POST", base+"/o/r/issues/1/act", "", "do=completed", nil); status != 404 && status != 405 {
		t.Errorf("anybody may act: %d", status)
	}
}

// A maintainer's buttons work from the page itself and from no other.
func TestMaintain(t *testing.T) {
	p, base := start(t, true)
	n := p.Open("o/r", "ann", "title", "body")
	page := fmt.Sprintf("%s/o/r/issues/%d", base, n)
	press := func(origin string, form url.Values) int {
		status, _, _ := ask(t, "POST", page+"/act", "", form.Encode(), func(h http.Header) {
			h.Set("Content-Type", "application/x-www-form-urlencoded")
			h.Set("Origin", origin)
		})
		return status
	}
	for _, origin := range []string{"", "null", "https://example.com"} {
		if got := press(origin, url.Values{"do": {"completed"}}); got != 403 || !p.Issues("o/r")[0].Open {
			t.Errorf("from %q: %d", origin, got)
		}
	}
	if got := press(base, url.Values{"do": {"completed"}, "comment": {"fixed in v2.6.5"}, "label": {"fixed"}}); got != 303 {
		t.Errorf("status %d", got)
	}
	i := p.Issues("o/r")[0]
	if i.Open || len(i.Comments) != 1 || strings.Join(i.Labels, "") != "fixed" {
		t.Errorf("%+v", i)
	}
	if _, _, body := ask(t, "GET", page, "", "", nil); !strings.Contains(body, "Closed as completed") || !strings.Contains(body, ">Reopen<") {
		t.Errorf("page:\n%s", body)
	}
	if press(base, url.Values{"do": {"reopen"}}); !p.Issues("o/r")[0].Open {
		t.Error("not reopened")
	}
}

// What is set up wrongly is a mistake of the program.
func TestSetUpPanics(t *testing.T) {
	p, _ := start(t, false)
	for name, f := range map[string]func(){
		"no owner": func() { p.AddRepo("r") },
		"twice":    func() { p.AddRepo("O/R") },
		"unknown":  func() { p.PutFile("o/x", "a", nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
