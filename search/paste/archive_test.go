package paste

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

// bzipped is "first log\n[ERROR] a failed"; the standard library cannot make it.
var bzipped = []byte("BZh91AY&SYi\x94.w\x00\x00\x08W\x80\x00\x10@\x00\x02\x00\x90\n'\xa4\x9c\x00 \x001M2111\n\x1a4\xda\x8fI\xa6\x9c\xd3H\x14`\xc8\t\xea<\x15\x8c\xad\xfd?\x17rE8P\x90i\x94.w")

func TestReadArchives(t *testing.T) {
	const a, b = "first log\n[ERROR] a failed", "second log\n[ERROR] b failed"
	both := "==> a.log <==\n" + a + "\n==> dir/b.log <==\n" + b
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"gzip", gzipped([]byte(a)), a},
		{"gzip of two members", append(gzipped([]byte("x\n")), gzipped([]byte("y"))...), "x\ny"},
		{"zstd", zstandard([]byte(a)), a},
		{"bzip2", bzipped, a},
		{"zip of one", zipped("a.log", a), a},
		{"zip", zipped("a.log", a, "dir/b.log", b), both},
		{"tar", tarred("a.log", a, "dir/b.log", b), both},
		{"tar.gz", gzipped(tarred("a.log", a, "dir/b.log", b)), both},
		{"tar.zst", zstandard(tarred("a.log", a, "dir/b.log", b)), both},
		{"gzip in zip", zipped("a.log", string(gzipped([]byte(a))), "dir/b.log", b), both},
		{"tar.gz in zip", zipped("x.tgz", string(gzipped(tarred("a.log", a, "dir/b.log", b)))), both},
		{"zip in zip", zipped("x.zip", string(zipped("a.log", a, "dir/b.log", b))), both},
		{"gzip in tar.gz", gzipped(tarred("a.log", string(gzipped([]byte(a))), "dir/b.log", b)), both},
		{"rubbish in zip", zipped("__MACOSX/._a.log", "\x00\x05\x16\x07\x00", ".DS_Store", "\x00\x00\x00\x01Bud1", "a.log", a), a},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := mustRead(t, tt.data)
			if p.Text() != tt.want {
				t.Errorf("got %q\nwant %q", p.Text(), tt.want)
			}
			if len(p.Skipped()) != 0 {
				t.Errorf("skipped %v", p.Skipped())
			}
		})
	}
}

func TestReadSkips(t *testing.T) {
	deep := gzipped(gzipped([]byte("too deep")))
	p := mustRead(t, zipped("a.png", "\x89PNG\r\n\x1a\n\x00", "ok.log", "text", "empty.log", "", "deep.gz", string(deep), "cut.gz", string(deep[:12])))
	if p.Text() != "text" {
		t.Errorf("text %q", p.Text())
	}
	var kinds []string
	for _, s := range p.Skipped() {
		kinds = append(kinds, s.Name+" "+string(s.Kind))
		if s.String() == "" || !strings.HasPrefix(s.String(), s.Name) {
			t.Errorf("skip reads %q", s.String())
		}
	}
	want := "a.png binary, empty.log empty, deep.gz nested, cut.gz damaged"
	if got := strings.Join(kinds, ", "); got != want {
		t.Errorf("skipped %s\nwant    %s", got, want)
	}
}

func TestReadCutArchive(t *testing.T) {
	text := string(milvusLog(200_000, 5))
	data := gzipped([]byte(text))
	p := mustRead(t, data[:len(data)/2])
	if !strings.HasPrefix(text, p.Text()[:10_000]) || len(p.Text()) < 50_000 {
		t.Errorf("only %d bytes of text", len(p.Text()))
	}
	if s := p.Skipped(); len(s) != 1 || s[0].Kind != SkipDamaged {
		t.Errorf("skipped %v, want damage", s)
	}
}

func TestReadManyFiles(t *testing.T) {
	var files []string
	for i := range 80 {
		files = append(files, fmt.Sprintf("f%02d.log", i), fmt.Sprintf("log %d", i))
	}
	for name, data := range map[string][]byte{"zip": zipped(files...), "tar": tarred(files...)} {
		p := mustRead(t, data)
		if n := len(p.Names()); n != 50 {
			t.Errorf("%s: %d files, want 50", name, n)
		}
		if s := p.Skipped(); len(s) != 1 || s[0].Kind != SkipMoreFiles {
			t.Errorf("%s: skipped %v", name, s)
		}
	}
}

// TestReadSharesKept gives each log of an archive its part of what is kept.
func TestReadSharesKept(t *testing.T) {
	var files []string
	for i := range 12 {
		files = append(files, fmt.Sprintf("pod-%d.log", i), string(milvusLog(1<<18, uint64(i)))+fmt.Sprintf("\n[ERROR] the last line of pod %d", i))
	}
	files = append(files, "small.txt", "a short note")
	lim := patient()
	lim.Kept = 1 << 20
	for name, data := range map[string][]byte{"zip": zipped(files...), "tar.gz": gzipped(tarred(files...))} {
		p, err := Read(context.Background(), bytes.NewReader(data), "x", lim)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(p.Text()); n > lim.Kept+lim.Kept/8 || n < lim.Kept/3 {
			t.Errorf("%s: %d bytes kept", name, n)
		}
		for i := range 12 {
			if !strings.Contains(p.Text(), fmt.Sprintf("the last line of pod %d", i)) {
				t.Errorf("%s: pod %d has lost its end", name, i)
			}
		}
		if !strings.Contains(p.Text(), "a short note") {
			t.Errorf("%s: the small file is gone", name)
		}
	}
}

func TestZipWithLyingSizes(t *testing.T) {
	data := zipped("a.log", strings.Repeat("a line of text\n", 10_000))
	for _, off := range []int{20, 24} { // sizes in the central directory
		lie := bytes.Clone(data)
		i := bytes.Index(lie, []byte("PK\x01\x02")) + off
		copy(lie[i:], []byte{9, 0, 0, 0})
		p, err := read(t, lie)
		if err == nil && len(p.Text()) > 200_000 {
			t.Errorf("offset %d: %d bytes of text", off, len(p.Text()))
		}
	}
}
