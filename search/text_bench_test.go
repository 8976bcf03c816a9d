package search

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// The benchmarks of the text index run on the corpus of text_set_test.go:
// 30,000 sections, 3,000 with -short. What they are compared with is bleve as
// it comes: default mapping, batches of 1,000, the whole paste as a match
// query. Both are built and asked in one run.

// textBench is what the benchmarks share.
type textBench struct {
	corpus *corpus
	data   string // data directory of ours
	plain  bleve.Index
	took   struct{ ours, plain time.Duration } // to build
	size   struct{ ours, shown, plain int64 }  // on disk
	index  *Index
}

// newTextBench builds both indexes, which go with b.
func newTextBench(b *testing.B) *textBench {
	n := 30000
	if testing.Short() {
		n = 3000
	}
	dir := b.TempDir()
	tb := &textBench{corpus: newCorpus(n, min(2000, n/2)), data: filepath.Join(dir, "data")}
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	tree := tb.corpus.tree()
	start := time.Now()
	_, err := BuildDocs(context.Background(), tb.data, tree, BuildOptions{})
	must(err)
	tb.took.ours = time.Since(start)
	start = time.Now()
	must(tb.buildPlain(filepath.Join(dir, "plain")))
	b.Cleanup(func() { tb.plain.Close() })
	tb.took.plain = time.Since(start)
	must(tb.measure(dir))
	docs, err := OpenDocs(tb.data)
	must(err)
	tb.index, err = New(nil, docs)
	must(err)
	b.Cleanup(func() { tb.index.Close() })
	must(tb.index.Warm())
	return tb
}

// buildPlain makes the index of bleve as it comes.
func (tb *textBench) buildPlain(path string) (err error) {
	if tb.plain, err = bleve.New(path, bleve.NewIndexMapping()); err != nil {
		return err
	}
	batch := tb.plain.NewBatch()
	for i, d := range tb.corpus.sections {
		row := map[string]string{"title": d.Title, "body": d.Body, "code": strings.Join(d.Code, "\n"), "page": d.ID}
		if err := batch.Index(strconv.Itoa(i), row); err != nil {
			return err
		}
		if batch.Size() == 1000 || i == len(tb.corpus.sections)-1 {
			if err := tb.plain.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	return nil
}

// measure adds up the files of both.
func (tb *textBench) measure(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		switch {
		case err != nil:
		case strings.HasPrefix(path, filepath.Join(dir, "plain")):
			tb.size.plain += info.Size()
		case e.Name() == docsSections || e.Name() == docsPages:
			tb.size.shown += info.Size()
		default:
			tb.size.ours += info.Size()
		}
		return err
	})
}

// pastes makes n pastes of a shape with the sections that answer them.
func (tb *textBench) pastes(n int, make func(knownError, *rand.Rand) string) (pastes []paste.Paste, want []string) {
	rng := rand.New(rand.NewPCG(17, 19))
	for i := range n {
		e := tb.corpus.errors[i*len(tb.corpus.errors)/n]
		pastes, want = append(pastes, paste.FromText(make(e, rng))), append(want, e.section)
	}
	return pastes, want
}

// text looks a paste up in the text index alone, without reading it.
func (tb *textBench) text(v *view, problems []Problem) ([]candidate, error) {
	cands := newCandidates(nil)
	err := tb.index.text.find(context.Background(), v, problems, cands)
	return cands.sections, err
}

// askPlain asks bleve as it comes and returns the first document.
func (tb *textBench) askPlain(text string) (string, error) {
	res, err := tb.plain.Search(bleve.NewSearchRequest(bleve.NewMatchQuery(text)))
	if err != nil || len(res.Hits) == 0 {
		return "", err
	}
	i, err := strconv.Atoi(res.Hits[0].ID)
	if err != nil {
		return "", err
	}
	return tb.corpus.sections[i].ID, nil
}

// quantile returns the q-th part of sorted times in microseconds.
func quantile(times []time.Duration, q float64) float64 {
	slices.Sort(times)
	return float64(times[int(q*float64(len(times)-1))].Nanoseconds()) / 1000
}

// BenchmarkText compares the text index with bleve as it comes.
func BenchmarkText(b *testing.B) {
	tb := newTextBench(b)
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) { tb.ask(b, shape.name, shape.paste) })
	}
	b.Run("disk", tb.disk)
	b.Run("callers", tb.callers)
}

// ask asks pastes of one shape. It reports how often the right section is
// first, the times of the text index alone and of all of Find, and how many
// times longer bleve as it comes takes (middle of the pairs; a log is too long
// for it to be asked whole). In best-p99 each paste counts with the fastest of
// its runs, which leaves out what other programs on the machine take.
func (tb *textBench) ask(b *testing.B, name string, shape func(knownError, *rand.Rand) string) {
	pastes, want := tb.pastes(1000, shape)
	views, found := make([]*view, len(pastes)), make([]extraction, len(pastes))
	for i, p := range pastes {
		views[i] = newView(p)
		found[i] = extract(views[i])
	}
	right := 0
	best := make([]time.Duration, len(pastes))
	var alone, whole []time.Duration
	for b.Loop() {
		right = 0
		for i, p := range pastes {
			start := time.Now()
			got, err := tb.text(views[i], found[i].problems)
			took := time.Since(start)
			if err != nil {
				b.Fatal(err)
			}
			if alone = append(alone, took); best[i] == 0 || took < best[i] {
				best[i] = took
			}
			if len(got) > 0 && got[0].doc.ID == want[i] {
				right++
			}
			if i%5 == 0 {
				start = time.Now()
				if _, err := tb.index.Find(context.Background(), p); err != nil {
					b.Fatal(err)
				}
				whole = append(whole, time.Since(start))
			}
		}
	}
	b.ReportMetric(float64(right)/float64(len(pastes)), "right@1")
	b.ReportMetric(quantile(alone, 0.5), "µs-p50")
	b.ReportMetric(quantile(alone, 0.99), "µs-p99")
	b.ReportMetric(quantile(best, 0.99), "µs-best-p99")
	b.ReportMetric(quantile(whole, 0.5), "µs-find-p50")
	b.ReportMetric(quantile(whole, 0.99), "µs-find-p99")
	b.ReportMetric(0, "ns/op")
	if name != "log" {
		tb.compare(b, pastes[:60], want, views, found)
	}
}

// compare asks bleve as it comes and the text index in turn.
func (tb *textBench) compare(b *testing.B, pastes []paste.Paste, want []string, views []*view, found []extraction) {
	var ratios []float64
	right := 0
	for i, p := range pastes {
		start := time.Now()
		got, err := tb.askPlain(p.Text())
		plain := time.Since(start)
		if err != nil {
			b.Fatal(err)
		}
		if got == want[i] {
			right++
		}
		start = time.Now()
		if _, err := tb.text(views[i], found[i].problems); err != nil {
			b.Fatal(err)
		}
		ratios = append(ratios, float64(plain)/float64(max(1, time.Since(start))))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-plain")
	b.ReportMetric(float64(right)/float64(len(pastes)), "plain-right@1")
}

// disk reports the sizes on disk and the times to build and to open.
func (tb *textBench) disk(b *testing.B) {
	for b.Loop() {
		docs, err := OpenDocs(tb.data)
		if err != nil {
			b.Fatal(err)
		}
		docs.Close()
	}
	const mb = 1 << 20
	b.ReportMetric(float64(tb.size.ours)/mb, "MB")
	b.ReportMetric(float64(tb.size.shown)/mb, "MB-shown")
	b.ReportMetric(float64(tb.size.plain)/mb, "MB-plain")
	b.ReportMetric(float64(tb.size.plain)/float64(tb.size.ours), "x-smaller")
	b.ReportMetric(tb.took.ours.Seconds(), "s-build")
	b.ReportMetric(tb.took.plain.Seconds(), "s-build-plain")
}

// callers reports the p99 of one caller and of eight at once.
func (tb *textBench) callers(b *testing.B) {
	pastes, _ := tb.pastes(400, knownError.traceback)
	run := func(callers int) float64 {
		times := make([][]time.Duration, callers)
		var all sync.WaitGroup
		for c := range callers {
			all.Go(func() {
				for i := range pastes {
					start := time.Now()
					if _, err := tb.index.Find(context.Background(), pastes[(i+c*50)%len(pastes)]); err != nil {
						b.Error(err)
					}
					times[c] = append(times[c], time.Since(start))
				}
			})
		}
		all.Wait()
		return quantile(slices.Concat(times...), 0.99)
	}
	var one, eight []float64
	for b.Loop() {
		one, eight = append(one, run(1)), append(eight, run(8))
	}
	slices.Sort(one)
	slices.Sort(eight)
	b.ReportMetric(one[len(one)/2], "µs-p99-1")
	b.ReportMetric(eight[len(eight)/2], "µs-p99-8")
	b.ReportMetric(eight[len(eight)/2]/one[len(one)/2], "x-p99")
	b.ReportMetric(float64(runtime.GOMAXPROCS(0)), "processors")
}

// BenchmarkTextStart builds the text index of the program's entries, which a
// first paste without a known error has to wait for.
func BenchmarkTextStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer() // texts are parsed once: take fresh ones
		entries, err := kb.ReadEntries(kb.Entries, "entries")
		if err != nil {
			b.Fatal(err)
		}
		sigs, err := compileSignatures(entries)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		x, err := newTextIndex(sigs, nil)
		if err != nil {
			b.Fatal(err)
		}
		x.close()
	}
}

// BenchmarkTextOpen opens a documentation index as large as that of Milvus in
// one language.
func BenchmarkTextOpen(b *testing.B) {
	dir := b.TempDir()
	report, err := BuildDocs(context.Background(), dir, newCorpus(2411, 100).tree(), BuildOptions{})
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	docs, err := OpenDocs(dir)
	if err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(docs)
	docs.Close()
	for b.Loop() {
		docs, err := OpenDocs(dir)
		if err != nil {
			b.Fatal(err)
		}
		docs.Close()
	}
	b.ReportMetric(float64(report.Sections), "sections")
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/(1<<20), "MB-heap")
}

// BenchmarkTextNear compares the error lines of pastes with 20,000 templates,
// none of which is in them as it is: a line, and a log of 100,000 lines cut
// to what is kept of it.
func BenchmarkTextNear(b *testing.B) {
	n := 20000
	if testing.Short() {
		n = 2000
	}
	entries, c := nearEntries(n)
	sigs, err := compileSignatures(entries)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	near := newNearIndex(sigs)
	built := time.Since(start)
	rng := rand.New(rand.NewPCG(41, 43))
	cuts := newCutIndex(sigs)
	inputs := map[string][]string{"line": nil, "log": nil}
	for i := range 200 {
		e := c.errors[i*len(c.errors)/200]
		inputs["line"] = append(inputs["line"], "Error: "+typos(rng, fill(rng, e.template)+" now", 2))
	}
	var long strings.Builder
	for i := range 100000 {
		level, what := "INFO", "ok "+fill(rng, c.errors[i%len(c.errors)].template)
		if i%50 == 0 {
			level, what = "ERROR", typos(rng, fill(rng, c.errors[i%len(c.errors)].template)+" now", 3)
		}
		fmt.Fprintf(&long, "%s [%s] [proxy/impl.go:%d] [%q]\n", stamp(rng), level, i%900, what)
	}
	inputs["log"] = append(inputs["log"], long.String())
	for name, texts := range inputs {
		b.Run(name, func(b *testing.B) {
			var views []*view
			var problems [][]Problem
			for _, t := range texts {
				v := newView(paste.FromText(t))
				views, problems = append(views, v), append(problems, worstFirst(extract(v).problems))
			}
			var times []time.Duration
			hits := 0
			for b.Loop() {
				times, hits = times[:0], 0
				for i, v := range views {
					cands := newCandidates(entries)
					start := time.Now()
					near.find(v, problems[i], cands)
					cuts.find(v, cands)
					times = append(times, time.Since(start))
					hits += min(1, len(cands.byEntry))
				}
			}
			b.ReportMetric(quantile(times, 0.5), "µs-p50")
			b.ReportMetric(quantile(times, 0.99), "µs-p99")
			b.ReportMetric(float64(hits)/float64(len(views)), "found")
			b.ReportMetric(float64(built.Milliseconds()), "ms-build")
			b.ReportMetric(0, "ns/op")
		})
	}
}
