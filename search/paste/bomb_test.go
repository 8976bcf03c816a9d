package paste

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// allocated runs f and gives the bytes it allocated in total, which bounds
// what it can have held.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// bomb is a gzip stream of many members of 16 MiB, each of which repeats one
// byte.
func bomb(c byte, members int) []byte {
	one := gzipped(bytes.Repeat([]byte{c}, 16<<20))
	return bytes.Repeat(one, members)
}

func TestReadBombs(t *testing.T) {
	zeros := bomb(0, 64)
	tests := []struct {
		name   string
		data   []byte
		reason Reason
	}{
		{"gzip of zeros", zeros, ErrBomb},
		{"gzip of one letter", bomb('a', 64), ErrBomb},
		{"gzip of empty lines", bomb('\n', 64), ErrBomb},
		{"gzip in gzip", gzipped(zeros), ErrBomb},
		{"gzip in zip", zipped("a.log.gz", string(zeros)), ErrBomb},
		{"zip", zipped("a.log", strings.Repeat("a line\n", 2<<20)), ErrBomb},
		{"zip of many", zipped(manyFiles(40, strings.Repeat("0123456789\n", 1<<18/11))...), ErrBomb},
		{"zstd", zstandard(bytes.Repeat([]byte("0123456\n"), 2<<20)), ErrBomb},
		{"tar.gz", gzipped(tarred("a", strings.Repeat("x", 12<<20))), ErrBomb},
		{"directory of a zip", bigDirectory(), ErrTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			lim := patient()
			lim.RatioFrom = 8 << 20
			used := allocated(func() { _, err = Read(context.Background(), bytes.NewReader(tt.data), "x", lim) })
			if !errors.Is(err, tt.reason) {
				t.Errorf("got %v, want %v", err, tt.reason)
			}
			if limit := uint64(64<<20 + 4*len(tt.data)); used > limit {
				t.Errorf("allocated %d MiB for %d KiB sent", used>>20, len(tt.data)>>10)
			}
		})
	}
}

func manyFiles(n int, text string) []string {
	var files []string
	for i := range n {
		files = append(files, fmt.Sprintf("%d.log", i), text)
	}
	return files
}

// bigDirectory is a zip archive with 30,000 empty files.
func bigDirectory() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 30_000 {
		w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i)})
	}
	w.Close()
	return b.Bytes()
}

// TestReadTarOfManyEntries reads no more of it than it has to.
func TestReadTarOfManyEntries(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := range 100_000 {
		w.WriteHeader(&tar.Header{Name: fmt.Sprintf("dir/%d.log", i), Mode: 0o644})
	}
	w.Close()
	z.Close()
	var err error
	used := allocated(func() { _, err = read(t, b.Bytes()) })
	if !errors.Is(err, ErrEmpty) {
		t.Errorf("got %v, want ErrEmpty", err)
	}
	if used > 64<<20 {
		t.Errorf("allocated %d MiB", used>>20)
	}
}

// endless gives n bytes of one line.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.n)
	for i := range p[:n] {
		p[i] = "abcdefg "[i%8]
	}
	e.n -= n
	return n, nil
}

func TestReadOneEndlessLine(t *testing.T) {
	lim := patient()
	if _, err := Read(context.Background(), &endless{200 << 20}, "x", lim); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
	lim.Sent = 300 << 20
	var err error
	used := allocated(func() { _, err = Read(context.Background(), &endless{200 << 20}, "x", lim) })
	if !errors.Is(err, ErrLineTooLong) {
		t.Errorf("got %v, want ErrLineTooLong", err)
	}
	if used > 48<<20 {
		t.Errorf("allocated %d MiB for one line", used>>20)
	}
}

// TestReadLongLineAmongOthers keeps a log with one monstrous line.
func TestReadLongLineAmongOthers(t *testing.T) {
	log := string(milvusLog(100_000, 9))
	r := io.MultiReader(strings.NewReader(log+"\nvectors: "), &endless{12 << 20}, strings.NewReader("\n[ERROR] after the vectors\n"))
	p, err := Read(context.Background(), r, "x", patient())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.Text(), log[:50_000]) || !strings.HasSuffix(p.Text(), "[ERROR] after the vectors") {
		t.Errorf("the lines around are gone (%d bytes)", len(p.Text()))
	}
	if s := p.Skipped(); len(s) == 0 || s[len(s)-1].Kind != SkipLongLine {
		t.Errorf("skipped %v, want a long line", s)
	}
}

func TestReadTooLarge(t *testing.T) {
	_, err := read(t, make([]byte, 26<<20))
	var e *Error
	if !errors.As(err, &e) || e.Reason != ErrTooLarge || !strings.Contains(e.Sentence(), "25 MiB") {
		t.Errorf("got %v, want ErrTooLarge with the limit", err)
	}
	lim := patient()
	lim.Unpacked = 1 << 20
	if _, err := Read(context.Background(), bytes.NewReader(gzipped(milvusLog(2<<20, 1))), "x", lim); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

// TestReadLargeLogInLittleMemory reads 40 MiB of log.
func TestReadLargeLogInLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	one := gzipped(milvusLog(2<<20, 3))
	data := bytes.Repeat(one, 20)
	lim := patient()
	lim.Sent = int64(len(data))
	var p Paste
	var err error
	used := allocated(func() { p, err = Read(context.Background(), bytes.NewReader(data), "x", lim) })
	if err != nil {
		t.Fatal(err)
	}
	if used > 48<<20 {
		t.Errorf("allocated %d MiB", used>>20)
	}
	if n := len(p.Text()); n > 5<<20 {
		t.Errorf("kept %d bytes", n)
	}
}
