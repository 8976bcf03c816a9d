package search

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/milvus-medic/medic/search/paste"
)

// TestScanStream reads one log plain, packed and in an archive.
func TestScanStream(t *testing.T) {
	x := builtIn(t)
	const id = "collection-not-loaded"
	log := newLogMaker(3, serverStatements).log(6<<20, nil)
	copy(log[3<<20:], "\n"+x.Entry(id).Examples[0]+"\n")
	for name, pack := range map[string]func(io.Writer) io.WriteCloser{
		"plain.log": func(w io.Writer) io.WriteCloser { return nopCloser{w} },
		"log.gz":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"log.zst": func(w io.Writer) io.WriteCloser {
			z, err := zstd.NewWriter(w)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
		"log.zip": func(w io.Writer) io.WriteCloser {
			z := zip.NewWriter(w)
			f, err := z.Create("milvus.log")
			if err != nil {
				t.Fatal(err)
			}
			return writeCloser{f, z}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var packed bytes.Buffer
			w := pack(&packed)
			if _, err := w.Write(log); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			p, v, err := x.Scan(context.Background(), &packed, name)
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Hits) == 0 || v.Hits[0].Doc.ID != id {
				t.Errorf("found %v", ids(v))
			}
			if n := len(p.Text()); n > paste.DefaultLimits().Kept {
				t.Errorf("%d bytes are kept", n)
			}
		})
	}
}

type writeCloser struct {
	io.Writer
	io.Closer
}

type nopCloser struct{ io.Writer }

// Close does nothing.
func (nopCloser) Close() error { return nil }

// TestScanErrors wants the reasons of paste.Read and of ctx to come through.
func TestScanErrors(t *testing.T) {
	x := builtIn(t)
	var why *paste.Error
	if _, _, err := x.Scan(context.Background(), strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00"), "shot.png"); !errors.As(err, &why) || why.Reason != paste.ErrBinary {
		t.Errorf("an image: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := x.Scan(ctx, strings.NewReader("text"), "log"); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled scan: %v", err)
	}
}

// TestScanAnywhere plants the first example of each entry at a random place
// of a log that is reduced to a part of itself. Of the log of a busy cluster,
// everything has to be found that is found in the examples among a few lines
// of it. Where hardly two lines are alike, words that a signature wants beside
// it may go, but no line with an anchor.
func TestScanAnywhere(t *testing.T) {
	x := builtIn(t)
	t.Run("busy", func(t *testing.T) {
		scanAnywhere(t, x, serverStatements, 12, x.fired)
	})
	t.Run("varied", func(t *testing.T) {
		scanAnywhere(t, x, 500_000, 60, x.anchored)
	})
}

// scanAnywhere plants group examples in one log.
func scanAnywhere(t *testing.T, x *Index, statements, group int, holds func(paste.Paste) map[string]bool) {
	lines := bytes.SplitAfter(newLogMaker(9, statements).log(24<<20, nil), []byte("\n"))
	rng := rand.New(rand.NewPCG(25, 167))
	var examples []string
	for _, e := range x.Entries() {
		if len(e.Examples) > 0 {
			examples = append(examples, e.Examples[0]+"\n")
		}
	}
	rng.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
	planted := 0
	for batch := range slices.Chunk(examples, group) {
		places := rng.Perm(len(lines))[:len(batch)]
		slices.Sort(places)
		var log bytes.Buffer
		done := 0
		for i, place := range places {
			log.Write(bytes.Join(lines[done:place], nil))
			log.WriteString(batch[i])
			done = place
		}
		log.Write(bytes.Join(lines[done:], nil))
		p, _, err := x.Scan(context.Background(), &log, "milvus.log")
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Skipped()) == 0 {
			t.Fatal("nothing of the log is left out: the test tests nothing")
		}
		got := holds(p)
		for what := range holds(paste.FromText(string(bytes.Join(lines[:2000], nil)) + strings.Join(batch, ""))) {
			planted++
			if !got[what] {
				t.Errorf("%s is not found in the log", what)
			}
		}
	}
	if planted < len(examples)*9/10 {
		t.Errorf("only %d of %d examples say something", planted, len(examples))
	}
}

// fired returns the entries of which a signature or a fact is in the paste.
func (x *Index) fired(p paste.Paste) map[string]bool {
	v := newView(p)
	out := map[string]bool{}
	for i, c := range x.sigs.find(v, extract(v).facts).byEntry {
		if len(c.fired) > 0 {
			out[x.entries[i].ID] = true
		}
	}
	return out
}

// anchored returns the anchors that stand in one line of the paste.
func (x *Index) anchored(p paste.Paste) map[string]bool {
	out := map[string]bool{}
	for _, line := range p.MatchLines() {
		x.sigs.scan.scan(squeeze(line), func(literal, _ int) { out[string(x.sigs.scan.literals[literal])] = true })
	}
	return out
}
