package model

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

func embedAll(t *testing.T, c *Client, path string, docs []kb.Doc) (*Dense, int) {
	t.Helper()
	n := 0
	d, err := c.Embed(context.Background(), path, docs, func(done, of int) { n = done })
	if err != nil {
		t.Fatal(err)
	}
	return d, n
}

// pages makes n different documents.
func pages(n int) (docs []kb.Doc) {
	for i := range n {
		docs = append(docs, kb.Doc{ID: fmt.Sprint("p", i), Lang: "en", Title: fmt.Sprint("page ", strings.Repeat(string(rune('a'+i%26)), 1+i/26)), Body: "text"})
	}
	return docs
}

// TestVectorsAreKept wants only new texts asked of the server, another model
// to begin anew, and a cut file to go on.
func TestVectorsAreKept(t *testing.T) {
	s := newScripted(t)
	path := t.TempDir() + "/sub/vectors"
	docs := pages(80)
	if _, n := embedAll(t, s.client(nil), path, docs); n != 80 || s.asked() != 3 {
		t.Fatalf("%d embedded in %d requests", n, s.asked())
	}
	if _, n := embedAll(t, s.client(nil), path, docs); n != 0 {
		t.Errorf("%d embedded again", n)
	}
	docs[3].Body = "other text"
	if _, n := embedAll(t, s.client(nil), path, docs); n != 1 {
		t.Errorf("%d embedded for one changed page", n)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// As after a kill in the middle of a write.
	if err := os.WriteFile(path, b[:len(b)-100], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, n := embedAll(t, s.client(nil), path, docs); n == 0 || n > 3 {
		t.Errorf("%d embedded after the file was cut", n)
	}
	for name, change := range map[string]func(*Options){
		"model": func(o *Options) { o.Embed = "other" }, "prefix": func(o *Options) { o.PassagePrefix = "passage: " },
	} {
		if _, n := embedAll(t, s.client(change), path, docs); n != 80 {
			t.Errorf("another %s: %d embedded", name, n)
		}
	}
	if err := os.WriteFile(path, []byte("not vectors\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, n := embedAll(t, s.client(nil), path, docs); n != 80 {
		t.Errorf("a foreign file: %d embedded", n)
	}
}

// TestInterruptedRunGoesOn stops after the first batch.
func TestInterruptedRunGoesOn(t *testing.T) {
	s := newScripted(t)
	path := t.TempDir() + "/vectors"
	ctx, cancel := context.WithCancel(context.Background())
	_, err := s.client(nil).Embed(ctx, path, pages(80), func(int, int) { cancel() })
	if err == nil {
		t.Fatal("it was not interrupted")
	}
	if _, n := embedAll(t, s.client(nil), path, pages(80)); n != 80-batch {
		t.Errorf("%d embedded afterwards, want %d", n, 80-batch)
	}
}

// TestNear wants the nearest first, each id once, and the query's own prefix
// and model.
func TestNear(t *testing.T) {
	s := newScripted(t)
	docs := append([]kb.Doc{{ID: "mmap.md#Settings", Lang: "de", Title: "mmap", Body: "settings for mmap"}}, manual...)
	c := s.client(func(o *Options) { o.EmbedQuery, o.QueryPrefix = "query-model", "query: " })
	d, _ := embedAll(t, c, t.TempDir()+"/v", docs)
	got, err := d.Near(context.Background(), "Settings for mmap", 5)
	if err != nil || len(got) != 2 || got[0].ID != "mmap.md#Settings" {
		t.Errorf("%+v, %v", got, err)
	}
	last := s.Requests()[s.asked()-1]
	if !strings.Contains(last, `"query-model"`) || !strings.Contains(last, "query: Settings") {
		t.Errorf("asked with %s", last)
	}
}

// TestFullDisk wants a clear error where the vectors cannot be kept.
func TestFullDisk(t *testing.T) {
	s := newScripted(t)
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := s.client(nil).Embed(context.Background(), dir+"/file/vectors", manual, func(int, int) {})
	var e *Error
	if err == nil || errors.As(err, &e) || !strings.HasPrefix(err.Error(), "model: ") {
		t.Errorf("%v", err)
	}
}

// TestOpen wants what was embedded found without a server being asked for it,
// and what was not, counted.
func TestOpen(t *testing.T) {
	s := newScripted(t)
	path := t.TempDir() + "/vectors"
	c := s.client(nil)
	if d, missing, err := c.Open(path, manual); err != nil || d.Len() != 0 || missing != len(manual) {
		t.Fatalf("%d missing without a file, %v", missing, err)
	} else if got, err := d.Near(context.Background(), "mmap", 3); err != nil || len(got) != 0 {
		t.Errorf("%v, %v of nothing", got, err)
	}
	embedAll(t, c, path, manual)
	n := s.asked()
	d, missing, err := c.Open(path, append([]kb.Doc{{ID: "new", Title: "new"}}, manual...))
	if err != nil || missing != 1 || d.Len() != len(manual) || s.asked() != n {
		t.Fatalf("%d missing, %v, %d requests", missing, err, s.asked()-n)
	}
	got, err := d.Near(context.Background(), manual[1].Title+" "+manual[1].Body, 1)
	if err != nil || len(got) != 1 || got[0].ID != manual[1].ID {
		t.Errorf("%v, %v", got, err)
	}
}

// TestNearAsksOnce wants no second try where an answer waits.
func TestNearAsksOnce(t *testing.T) {
	s := newScripted(t)
	d, _ := embedAll(t, s.client(nil), t.TempDir()+"/v", manual)
	n := s.asked()
	s.Says(nil)
	s.Handle(body(503, `{"error":{"message":"x"}}`))
	if _, err := d.Near(context.Background(), "mmap", 1); err == nil || s.asked() != n+1 {
		t.Errorf("%v after %d requests", err, s.asked()-n)
	}
}

// TestNearestPassages wants a document judged by its two nearest passages: one
// that is near by chance does not do.
func TestNearestPassages(t *testing.T) {
	var s scored
	for i, score := range []float32{.2, .9, .4, .1} {
		s.add(i, score)
	}
	if s.doc != 1 || s.n != 2 || s.mean() != (float32(.9)+.4)/2 {
		t.Errorf("%+v with mean %v", s, s.mean())
	}
	var one scored
	if one.add(7, .3); one.doc != 7 || one.mean() != .3 {
		t.Errorf("%+v of one passage", one)
	}
}
