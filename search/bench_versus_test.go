package search

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	ahocorasick "github.com/BobuSumisu/aho-corasick"
)

// way is one way to do what is measured: run does it once, over size bytes,
// and returns how long it took.
type way struct {
	name string
	size int
	run  func() time.Duration
}

// timed makes a way of a function.
func timed(name string, size int, f func()) way {
	return way{name, size, func() time.Duration {
		start := time.Now()
		f()
		return time.Since(start)
	}}
}

// versus reports how fast ours is, and against each rival the median of the
// ratios of speeds taken in turn: machines are busy with other things, which
// then slow down both.
func versus(b *testing.B, ours way, rivals ...way) {
	const rounds = 9
	speed := func(w way) float64 { return float64(w.size) / max(1, float64(w.run().Nanoseconds())) }
	var speeds []float64
	ratios := make([][]float64, len(rivals))
	ours.run()
	for n := 0; n < rounds || b.Loop(); n++ {
		if len(rivals) == 0 {
			speeds = append(speeds, speed(ours))
		}
		for i, r := range rivals {
			mine := speed(ours)
			speeds = append(speeds, mine)
			ratios[i] = append(ratios[i], mine/speed(r))
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(1000*median(speeds), "MB/s")
	for i, r := range rivals {
		b.ReportMetric(median(ratios[i]), "x-"+r.name)
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// byteSum is what it costs to look at each byte.
func byteSum(text []byte) way {
	return timed("byte-sum", len(text), func() {
		n := 0
		for _, c := range text {
			n += int(c)
		}
		if n == 0 {
			panic("an empty text")
		}
	})
}

// containsLoop looks for one literal after the other, in as much of the text
// as takes a moment.
func containsLoop(literals [][]byte, text []byte) way {
	text = text[:min(len(text), max(4<<10, (128<<20)/len(literals)))]
	return timed("contains", len(text), func() {
		for _, lit := range literals {
			bytes.Contains(text, lit)
		}
	})
}

// regexpLoop asks one case-insensitive regexp after the other.
func regexpLoop(texts []string, log string) way {
	list := make([]*regexp.Regexp, len(texts))
	for i, t := range texts {
		list[i] = regexp.MustCompile("(?i)" + regexp.QuoteMeta(t))
	}
	log = log[:min(len(log), max(1<<10, (2<<20)/len(texts)))]
	return timed("regexp", len(log), func() {
		for _, re := range list {
			re.MatchString(log)
		}
	})
}

// ahoCorasick is the automaton of a library.
func ahoCorasick(literals [][]byte, text []byte) way {
	trie := ahocorasick.NewTrieBuilder().AddPatterns(literals).Build()
	text = text[:min(len(text), 4<<20)]
	return timed("aho-corasick", len(text), func() {
		trie.Walk(text, func(_, _, _ int64) bool { return true })
	})
}

// errNoHyperscan says why there is no comparison with Hyperscan.
var errNoHyperscan = errors.New("needs a C compiler and Hyperscan: Debian packages gcc and libhyperscan-dev, or libvectorscan-dev")

// hyperscan starts the program in testdata, which scans the text each time
// that it is told to.
func hyperscan(b *testing.B, literals [][]byte, text []byte) (way, error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return way{}, errNoHyperscan
	}
	dir := b.TempDir()
	program := filepath.Join(dir, "scan")
	if out, err := exec.Command(cc, "-O2", "-o", program, filepath.Join("testdata", "hyperscan", "scan.c"), "-lhs").CombinedOutput(); err != nil {
		if bytes.Contains(out, []byte("hs.h")) || bytes.Contains(out, []byte("lhs")) {
			return way{}, errNoHyperscan
		}
		return way{}, fmt.Errorf("%w: %s", err, out)
	}
	patterns, log := filepath.Join(dir, "patterns"), filepath.Join(dir, "log")
	if err := errors.Join(os.WriteFile(patterns, append(bytes.Join(literals, []byte("\n")), '\n'), 0o600), os.WriteFile(log, text, 0o600)); err != nil {
		return way{}, err
	}
	cmd := exec.Command(program, patterns, log)
	in, err := cmd.StdinPipe()
	if err != nil {
		return way{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return way{}, err
	}
	if err := cmd.Start(); err != nil {
		return way{}, err
	}
	b.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	answers := bufio.NewReader(out)
	answer := func() time.Duration {
		var ns, matches int64
		if _, err := fmt.Fscan(answers, &ns, &matches); err != nil {
			b.Fatal("hyperscan: ", err)
		}
		return time.Duration(ns)
	}
	answer() // of compiling
	return way{"hyperscan", len(text), func() time.Duration {
		if _, err := io.WriteString(in, "\n"); err != nil {
			b.Fatal("hyperscan: ", err)
		}
		return answer()
	}}, nil
}

// squeezeAll squeezes each text.
func squeezeAll(texts []string) [][]byte {
	out := make([][]byte, len(texts))
	for i, t := range texts {
		out[i] = squeeze(t)
	}
	return out
}

// pieces cuts texts to different literals of n bytes that the routine text
// does not hold.
func pieces(texts []string, n, count int, routine []byte) []string {
	var out []string
	seen := map[string]bool{}
	for off := 0; len(out) < count; off += 3 {
		for _, t := range texts {
			lit := string(squeeze(t))
			if len(lit) < off+n || len(out) == count {
				continue
			}
			if piece := lit[off : off+n]; !seen[piece] && !strings.Contains(string(routine), piece) {
				seen[piece] = true
				out = append(out, piece)
			}
		}
		if off > 100 {
			panic("too few texts")
		}
	}
	return out
}
