package search

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

// logSize is how large the log of the benchmarks is, before squeezing.
const logSize = 25 << 20

// anchors returns the literals that the built-in entries are scanned for.
func anchors(tb testing.TB) [][]byte {
	tb.Helper()
	return builtIn(tb).sigs.scan.literals
}

// scanOf is the scan of a text for some literals.
func scanOf(literals [][]byte, text []byte) way {
	s := newScanner(literals)
	hits := 0
	found := func(int, int) { hits++ }
	return timed("scan", len(text), func() { s.scan(text, found) })
}

var sizes = []int{200, 2000, 20000, 100000}

// BenchmarkScan scans a squeezed log, one line in a hundred with an error
// text, for literals of at least 15 bytes.
func BenchmarkScan(b *testing.B) {
	own := anchors(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			texts := signatureTexts(own, n, longAnchor)
			literals := squeezeAll(texts)
			log := string(newLogMaker(1, serverStatements).log(logSize, texts))
			text := squeeze(log)
			rivals := []way{byteSum(text), containsLoop(literals, text)}
			if n <= 2000 { // more takes gigabytes, or minutes
				rivals = append(rivals, regexpLoop(texts, log), ahoCorasick(literals, text))
			}
			if hs, err := hyperscan(b, literals, text); err != nil {
				b.Log("without hyperscan: ", err)
			} else {
				rivals = append(rivals, hs)
			}
			versus(b, scanOf(literals, text), rivals...)
		})
	}
}

// BenchmarkScanShort scans for literals of seven bytes: alone, and as six in
// a hundred among longer ones.
func BenchmarkScanShort(b *testing.B) {
	own := anchors(b)
	routine := squeeze(string(newLogMaker(2, serverStatements).log(4<<20, nil)))
	for _, n := range []int{200, 2000} {
		long := signatureTexts(own, 4*n, longAnchor)
		short := pieces(long, minAnchor, n, routine)
		mixed := append(append([]string{}, short[:n*6/100]...), long[:n-n*6/100]...)
		for name, texts := range map[string][]string{"seven": short, "mixed": mixed} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				literals := squeezeAll(texts)
				text := squeeze(string(newLogMaker(1, serverStatements).log(logSize, texts)))
				rivals := []way{byteSum(text), containsLoop(literals, text), ahoCorasick(literals, text)}
				if hs, err := hyperscan(b, literals, text); err != nil {
					b.Log("without hyperscan: ", err)
				} else {
					rivals = append(rivals, hs)
				}
				versus(b, scanOf(literals, text), rivals...)
			})
		}
	}
}

// BenchmarkScanNearMisses scans a log every line of which is an error whose
// last character differs from an error text, against the ordinary log.
func BenchmarkScanNearMisses(b *testing.B) {
	own := anchors(b)
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			texts := signatureTexts(own, n, longAnchor)
			literals := squeezeAll(texts)
			ordinary := scanOf(literals, squeeze(string(newLogMaker(1, serverStatements).log(logSize, texts))))
			ordinary.name = "ordinary"
			text := squeeze(string(newLogMaker(1, serverStatements).nearMisses(logSize, texts)))
			rivals := []way{ordinary}
			if hs, err := hyperscan(b, literals, text); err != nil {
				b.Log("without hyperscan: ", err)
			} else {
				rivals = append(rivals, hs)
			}
			versus(b, scanOf(literals, text), rivals...)
		})
	}
}

// BenchmarkSqueeze squeezes a log, against doing it byte by byte, and with
// the scan behind it.
func BenchmarkSqueeze(b *testing.B) {
	texts := signatureTexts(anchors(b), 2000, longAnchor)
	log := string(newLogMaker(1, serverStatements).log(logSize, texts))
	ours := timed("squeeze", len(log), func() { squeezeText(log) })
	bytewise := timed("bytewise", len(log), func() { squeezeFew(make([]byte, 0, len(log)), log, len(log)) })
	b.Run("alone", func(b *testing.B) { versus(b, ours, byteSum([]byte(log)), bytewise) })
	b.Run("and scan", func(b *testing.B) {
		s := newScanner(squeezeAll(texts))
		versus(b, timed("stage", len(log), func() {
			text, _ := squeezeText(log)
			s.scan(text, func(int, int) {})
		}), byteSum([]byte(log)))
	})
}

// BenchmarkTable makes the tables of many signatures and reports what they
// take of the heap.
func BenchmarkTable(b *testing.B) {
	own := anchors(b)
	for _, n := range append([]int{len(own)}, sizes...) {
		entries := syntheticEntries(signatureTexts(own, n, minAnchor))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var s *signatures
			before := heap()
			for b.Loop() {
				var err error
				if s, err = compileSignatures(entries); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(heap()-before)/float64(n), "table-B/signature")
			runtime.KeepAlive(s)
		})
	}
}

// syntheticEntries makes one entry with one signature of each text.
func syntheticEntries(texts []string) []*kb.Entry {
	entries := make([]*kb.Entry, len(texts))
	for i, t := range texts {
		entries[i] = entry(fmt.Sprintf("e%d", i), text(templateEscapes.Replace(t)))
	}
	return entries
}

// heap returns how many bytes of the heap are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
