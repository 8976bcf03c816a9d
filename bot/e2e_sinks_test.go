package bot

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/search/paste/plant"
)

// needle is one form of a planted secret that nothing of the bot may hold.
type needle struct{ text, what string }

// haystack finds needles in what the bot has sent, written and said. Needles
// are at least needleBytes long and are found by their first bytes, so that
// searching takes the same for one as for thousands.
type haystack struct {
	byStart map[string][]needle
	secrets int
	kinds   map[string]bool
	shapes  map[string]bool
	bytes   map[string]int // searched, by sink
}

const needleBytes = 8

func newHaystack() *haystack {
	return &haystack{byStart: map[string][]needle{}, kinds: map[string]bool{}, shapes: map[string]bool{}, bytes: map[string]int{}}
}

// add makes needles of a secret in a shape: as it is, either half of it if it
// is long, what follows its user name, and how it looks inside JSON, a URL and
// its shape.
func (h *haystack) add(t *testing.T, kind string, sh plant.Shape, p plant.Plant) {
	t.Helper()
	h.secrets++
	h.kinds[kind], h.shapes[sh.Name] = true, true
	quoted, err := json.Marshal(p.Secret)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]bool{
		p.Secret: true, sh.Seen(p.Secret): true, string(quoted[1 : len(quoted)-1]): true,
		url.QueryEscape(p.Secret): true, url.PathEscape(p.Secret): true, base64.StdEncoding.EncodeToString([]byte(p.Secret)): true,
	}
	if n := len(p.Secret); n >= 3*needleBytes {
		forms[p.Secret[:n/2]], forms[p.Secret[n/2:]] = true, true
	}
	if _, after, ok := strings.Cut(p.Secret, ":"); ok && len(after) >= needleBytes && kind != "IPv6" {
		forms[after] = true
	}
	if sh.Name == plant.Base64Shape {
		forms[base64.StdEncoding.EncodeToString([]byte(p.Line))] = true
	}
	for f := range forms {
		if len(f) < needleBytes {
			t.Fatalf("%s: %q is too short to look for", kind, f)
		}
		start := f[:needleBytes]
		h.byStart[start] = append(h.byStart[start], needle{f, kind + ", " + sh.Name})
	}
}

// find tells of every needle in a text.
func (h *haystack) find(text string) (hits []string) {
	for i := 0; i+needleBytes <= len(text); i++ {
		for _, n := range h.byStart[text[i:i+needleBytes]] {
			if strings.HasPrefix(text[i:], n.text) {
				hits = append(hits, fmt.Sprintf("%s: %q survived in %q", n.what, n.text, text[max(0, i-120):min(len(text), i+len(n.text)+40)]))
			}
		}
	}
	return hits
}

// search reports every needle in one thing that the bot has made.
func (h *haystack) search(t *testing.T, sink, name, text string) {
	t.Helper()
	h.bytes[sink] += len(text)
	for _, hit := range h.find(text) {
		t.Errorf("%s, %s: %s", sink, name, hit)
	}
}

// files searches every file of a directory, whatever is in it.
func (h *haystack) files(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			h.search(t, "file "+d.Name(), path, string(b))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rows searches every value of the database: in the file a long one is spread
// over pages.
func (h *haystack) rows(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	list, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for list.Next() {
		var name string
		if err := list.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	for _, table := range tables {
		for _, row := range allRows(t, db, table) {
			h.search(t, "database", table, row)
		}
	}
}

// allRows are the rows of a table as text.
func allRows(t *testing.T, db *sql.DB, table string) (out []string) {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM "` + table + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, string(bytes.Join(rawBytes(values), []byte("\n"))))
	}
	return out
}

func rawBytes(values []sql.RawBytes) (out [][]byte) {
	for _, v := range values {
		out = append(out, v)
	}
	return out
}

// tap keeps what goes out through a transport.
type tap struct {
	next http.RoundTripper
	mu   sync.Mutex
	sent []string
}

func (p *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	p.mu.Lock()
	p.sent = append(p.sent, requestText(r, body))
	p.mu.Unlock()
	return p.next.RoundTrip(r)
}

// requestText is all of a request that the other side gets to see.
func requestText(r *http.Request, body []byte) string {
	return fmt.Sprintf("%s %s\n%v\n%s", r.Method, r.URL, r.Header, body)
}

// TestNoSecretInAnySink plants secrets of all kinds in all shapes, sends them
// to a bot through every door, goes on from its answers to issues on GitHub,
// and then searches all that the bot sent, wrote, logged and counted.
func TestNoSecretInAnySink(t *testing.T) {
	s := newSinkWorld(t)
	pastes := s.deal()
	for n, p := range pastes {
		sinkDoors[n%len(sinkDoors)](s, n, p)
	}
	s.settled()
	s.idle()
	s.bot.assistant.under.Wait()
	filed := len(s.hub.peer.Issues(hubRepo))
	t.Logf("%d secrets of %d kinds in %d shapes in %d pastes; %d issues", s.hay.secrets, len(s.hay.kinds), len(s.hay.shapes), len(pastes), filed)
	if s.hay.secrets < 500 || len(s.hay.kinds) < 25 || len(pastes) < 40 || filed < 10 {
		t.Error("too little was tried")
	}

	metrics := httptest.NewRecorder()
	s.bot.handler().ServeHTTP(metrics, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	s.hay.search(t, "metrics", "page", metrics.Body.String())
	s.hay.files(t, s.dir) // with the write-ahead log
	s.stop()
	s.hay.files(t, s.dir)
	s.hay.rows(t, filepath.Join(s.dir, store.FileName))
	for _, line := range strings.Split(s.log.String(), "\n") {
		s.hay.search(t, "log", "line", line)
	}
	s.calls.mu.Lock()
	for _, c := range s.calls.made {
		s.hay.search(t, "Discord", c.r.URL.Path, requestText(c.r, c.body))
	}
	s.calls.mu.Unlock()
	s.hay.search(t, "Discord", "identify", string(s.local.Gateway().Stats().Identify))
	for _, sent := range s.github.sent {
		s.hay.search(t, "GitHub", "request", sent)
	}
	asked := map[string]int{}
	for _, sent := range s.model.Requests() {
		s.hay.search(t, "model", "request", sent)
		for _, name := range []string{"chat-model", "embed-model"} {
			asked[name] += strings.Count(sent, name)
		}
	}
	for _, sink := range []string{"metrics", "log", "Discord", "GitHub", "model", "database", "file " + store.FileName, "file " + store.FileName + "-wal"} {
		if s.hay.bytes[sink] == 0 {
			t.Errorf("there is nothing to search in: %s", sink)
		}
	}
	if asked["chat-model"] == 0 || asked["embed-model"] == 0 {
		t.Errorf("the model was asked %v", asked)
	}
	t.Logf("searched bytes: %v", s.hay.bytes)
}

// TestHaystackFinds wants each form of a secret found.
func TestHaystackFinds(t *testing.T) {
	for _, shape := range plant.Shapes() {
		for _, kind := range append(plant.Secrets(), plant.Private()...) {
			p := kind.Make(plant.New(1, 1))
			if strings.ContainsFunc(p.Line, func(r rune) bool { return r > unicode.MaxASCII }) && shape.Name == plant.Base64Shape {
				continue
			}
			h := newHaystack()
			h.add(t, kind.Name, shape, p)
			text := shape.Wrap(p.Line)
			if len(h.find(text)) == 0 {
				t.Errorf("%s, %s: %q is not found in %q", kind.Name, shape.Name, p.Secret, text)
			}
		}
	}
}
