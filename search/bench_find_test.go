package search

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// templateEscapes escapes what templates read as variables.
var templateEscapes = strings.NewReplacer("{", "{{", "}", "}}")

// shortPaste is a paste of 2,000 characters with an error that is known.
func shortPaste() paste.Paste {
	const known = "pymilvus.exceptions.MilvusException: <MilvusException: (code=101, message=failed to search: collection not loaded[collection=docs_v2])>\n"
	log := newLogMaker(4, serverStatements).log(2000-len(known), nil)
	return paste.FromText(string(log[:bytes.LastIndexByte(log, '\n')+1]) + known)
}

// BenchmarkFind asks a paste of 2,000 characters of the built-in entries.
func BenchmarkFind(b *testing.B) {
	x := builtIn(b)
	p := shortPaste()
	b.ReportAllocs()
	for b.Loop() {
		v, err := x.Find(context.Background(), p)
		if err != nil || v.Grade() != Certain {
			b.Fatal(ids(v), err)
		}
	}
}

// BenchmarkFindRivals compares Find with asking each template as a regexp,
// each anchor with Contains, and bleve's default index with the whole paste.
func BenchmarkFindRivals(b *testing.B) {
	x := builtIn(b)
	p := shortPaste()
	var list []*regexp.Regexp
	for _, e := range x.Entries() {
		for _, s := range e.Signatures {
			if s.Text == "" {
				continue
			}
			parts, err := kb.ParseTemplate(s.Text)
			if err != nil {
				b.Fatal(err)
			}
			var re strings.Builder
			re.WriteString("(?i)")
			for _, part := range parts {
				if part.Name != "" {
					re.WriteString(".{0,200}?")
				}
				re.WriteString(regexp.QuoteMeta(part.Literal))
			}
			list = append(list, regexp.MustCompile(re.String()))
		}
	}
	size := len(p.Text())
	versus(b, timed("find", size, func() {
		if _, err := x.Find(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}), containsLoop(x.sigs.scan.literals, squeeze(p.Match())), timed("regexp", size, func() {
		for _, re := range list {
			re.MatchString(p.Match())
		}
	}), bleveWhole(b, x.Entries(), p.Text()))
}

// bleveWhole asks bleve, as it is by default, with the whole of a text.
func bleveWhole(b *testing.B, entries []*kb.Entry, text string) way {
	index, err := bleve.New(filepath.Join(b.TempDir(), "default"), bleve.NewIndexMapping())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { index.Close() })
	batch := index.NewBatch()
	for _, e := range entries {
		for _, d := range e.AsDocs() {
			if err := batch.Index(d.ID+"."+d.Lang, map[string]any{"title": d.Title, "body": d.Body, "code": d.Code}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := index.Batch(batch); err != nil {
		b.Fatal(err)
	}
	return timed("bleve", len(text), func() {
		if _, err := index.Search(bleve.NewSearchRequest(bleve.NewMatchQuery(text))); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkGrowth asks the same paste of ever more signatures. The metric
// tells how many times as long it takes as with the fewest.
func BenchmarkGrowth(b *testing.B) {
	p := shortPaste()
	own := anchors(b)
	finds := make([]way, len(sizes))
	for i, n := range sizes {
		entries := syntheticEntries(signatureTexts(own, n, minAnchor))
		entries = append(entries, entry("known", text("collection not loaded[collection={name}]")))
		x, err := New(entries, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer x.Close()
		finds[i] = timed(fmt.Sprint(n), len(p.Text()), func() {
			for range 20 {
				if v, err := x.Find(context.Background(), p); err != nil || v.Grade() != Certain {
					b.Fatal(ids(v), err)
				}
			}
		})
	}
	versus(b, finds[0], finds[1:]...)
}

// BenchmarkScanStream reads a log of 25 MB up to the verdict, against reading
// it alone.
func BenchmarkScanStream(b *testing.B) {
	x := builtIn(b)
	log := newLogMaker(3, serverStatements).log(logSize-1, []string{"collection not loaded[collection=docs]"})
	ours := timed("scan", len(log), func() {
		if _, v, err := x.Scan(context.Background(), bytes.NewReader(log), "milvus.log"); err != nil || len(v.Hits) == 0 {
			b.Fatal(ids(v), err)
		}
	})
	versus(b, ours, timed("read", len(log), func() {
		if _, err := paste.Read(context.Background(), bytes.NewReader(log), "milvus.log", paste.DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}), byteSum(log))
}

// BenchmarkScanHeap reports the most heap that is in use while a log of
// 25 MB is read from a file up to the verdict: all of it, and what comes on
// top of the index.
func BenchmarkScanHeap(b *testing.B) {
	x := builtIn(b)
	name := filepath.Join(b.TempDir(), "milvus.log")
	log := newLogMaker(3, serverStatements).log(logSize-1, []string{"collection not loaded[collection=docs]"})
	if err := os.WriteFile(name, log, 0o600); err != nil {
		b.Fatal(err)
	}
	log = nil
	base := heap()
	peak := watchHeap()
	for b.Loop() {
		f, err := os.Open(name)
		if err != nil {
			b.Fatal(err)
		}
		_, v, err := x.Scan(context.Background(), f, name)
		if err != nil || len(v.Hits) == 0 {
			b.Fatal(ids(v), err)
		}
		f.Close()
	}
	most := peak()
	b.ReportMetric(float64(most)/(1<<20), "MiB-heap")
	b.ReportMetric(float64(most-base)/(1<<20), "MiB-of-scan")
}

// watchHeap looks at the heap all the time and returns a function that ends
// this and tells the most bytes that were in use, garbage included.
func watchHeap() (stop func() int64) {
	var most atomic.Int64
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				metrics.Read(sample)
				most.Store(max(most.Load(), int64(sample[0].Value.Uint64())))
			}
		}
	}()
	return func() int64 {
		close(quit)
		<-done
		return most.Load()
	}
}
