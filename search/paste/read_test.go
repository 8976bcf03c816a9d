package paste

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func read(t *testing.T, data []byte) (Paste, error) {
	t.Helper()
	return Read(context.Background(), bytes.NewReader(data), "report.log", patient())
}

// patient are the default limits with more time, for busy machines.
func patient() Limits {
	lim := DefaultLimits()
	lim.Time = 10 * time.Minute
	return lim
}

func mustRead(t *testing.T, data []byte) Paste {
	t.Helper()
	p, err := read(t, data)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return p
}

func TestReadEncodings(t *testing.T) {
	const text = "[ERROR] 连接失败: collection 未加载\nsecond line é"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(strings.TrimSuffix(text, " é"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"UTF-8", []byte(text), text},
		{"UTF-8 with a mark", append([]byte("\xef\xbb\xbf"), text...), text},
		{"UTF-8 with a broken byte", []byte("a 连接 \xff b 失败"), "a 连接 \ufffd b 失败"},
		{"UTF-16LE", utf16Bytes(text, false, true), text},
		{"UTF-16BE", utf16Bytes(text, true, true), text},
		{"UTF-16LE without a mark", utf16Bytes("some lines of ASCII\r\nand more of it\r\n", false, false), "some lines of ASCII\nand more of it"},
		{"UTF-16BE without a mark", utf16Bytes("some lines of ASCII\r\nand more of it\r\n", true, false), "some lines of ASCII\nand more of it"},
		{"GBK", []byte(gbk), strings.TrimSuffix(text, " é")},
		{"Latin-1", []byte("caf\xe9 d\xe9j\xe0 vu"), "café déjà vu"},
		{"NUL bytes", []byte(strings.Repeat("\x00", 9000) + "log starts\x00 here\nend"), "log starts here\nend"},
		{"old Mac line ends", []byte("a\rb\rc"), "a\nb\nc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustRead(t, tt.data).Text(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestReadLateEncoding has its first byte over 127 after the sniffed part.
func TestReadLateEncoding(t *testing.T) {
	head := strings.Repeat("plain ASCII line\n", 40_000)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("连接失败，请检查服务是否启动\n")
	if err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, []byte(head+gbk+"end"))
	if !strings.HasSuffix(got.Text(), "连接失败，请检查服务是否启动\nend") {
		t.Errorf("got the end %q", got.Text()[len(got.Text())-60:])
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct {
		name   string
		data   []byte
		reason Reason
		detail string
	}{
		{"nothing", nil, ErrEmpty, ""},
		{"blanks", []byte(" \r\n\t\n\x00\x00"), ErrEmpty, ""},
		{"PNG", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), ErrBinary, "PNG image"},
		{"JPEG", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), ErrBinary, "JPEG image"},
		{"PDF", []byte("%PDF-1.7\n1 0 obj"), ErrBinary, "PDF document"},
		{"ELF", []byte("\x7fELF\x02\x01\x01\x00\x00\x00"), ErrBinary, "Linux program"},
		{"EXE", append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), bytes.Repeat([]byte{0, 1, 2, 3}, 40)...), ErrBinary, "Windows program"},
		{"Parquet", append([]byte("PAR1\x15\x04\x15\x80\x01"), bytes.Repeat([]byte{1, 2, 3, 0x80}, 40)...), ErrBinary, "Parquet"},
		{"xz", []byte("\xfd7zXZ\x00\x00\x04\xe6\xd6"), ErrBinary, "use zip or gzip"},
		{"noise", noise(8000), ErrBinary, "binary data"},
		{"Word", zipped("word/document.xml", "<w/>"), ErrBinary, "Word document"},
		{"image in zip", zipped("a.png", "\x89PNG\r\n\x1a\n\x00\x00"), ErrBinary, "PNG image"},
		{"broken gzip", []byte("\x1f\x8b\x08\x00garbage that is no gzip stream"), ErrCorrupt, ""},
		{"broken zip", []byte("PK\x03\x04garbage"), ErrCorrupt, ""},
		{"empty zip", zipped(), ErrEmpty, ""},
		{"three layers", gzipped(gzipped(gzipped([]byte("x")))), ErrNested, ""},
		{"encrypted zip", encrypted(zipped("a.log", "text")), ErrEncrypted, "a.log"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := read(t, tt.data)
			var e *Error
			if !errors.As(err, &e) || !errors.Is(err, tt.reason) {
				t.Fatalf("got %v, %v; want %v", p, err, tt.reason)
			}
			if !strings.Contains(e.Sentence(), tt.detail) || strings.Contains(e.Sentence(), "\n") {
				t.Errorf("sentence %q, want %q in it", e.Sentence(), tt.detail)
			}
			if !p.Empty() {
				t.Errorf("text with an error: %q", p.Text())
			}
		})
	}
}

func noise(n int) []byte {
	out := make([]byte, n)
	x := uint32(12345)
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = byte(x >> 24)
	}
	return out
}

// encrypted sets the flag for encryption in both headers of a zip archive.
func encrypted(data []byte) []byte {
	for _, h := range []struct {
		sig string
		at  int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		if i := bytes.Index(data, []byte(h.sig)); i >= 0 {
			data[i+h.at] |= 1
		}
	}
	return data
}

// TestReadWordsThatLookLikeMagic reads logs that begin like binary files.
func TestReadWordsThatLookLikeMagic(t *testing.T) {
	for _, text := range []string{"MZ is not a program here", "ORC file missing", "RIFF raff", "BZhang wrote this log", "GIF87a is a format", "ID3 tags"} {
		if got := mustRead(t, []byte(text)).Text(); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

// blocked never returns from Read.
type blocked struct{ stop chan struct{} }

func (b blocked) Read([]byte) (int, error) { <-b.stop; return 0, io.EOF }

// dripping gives one byte with each call, after a pause.
type dripping struct{ pause time.Duration }

func (d dripping) Read(p []byte) (int, error) {
	time.Sleep(d.pause)
	p[0] = 'x'
	return 1, nil
}

func TestReadHonoursContext(t *testing.T) {
	src := blocked{make(chan struct{})}
	defer close(src.stop)
	ctx, cancel := context.WithCancel(context.Background())
	go cancel()
	if _, err := Read(ctx, src, "x", DefaultLimits()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestReadHonoursTime(t *testing.T) {
	lim := DefaultLimits()
	lim.Time = 30 * time.Millisecond
	if _, err := Read(context.Background(), dripping{time.Millisecond}, "x", lim); !errors.Is(err, ErrSlow) {
		t.Errorf("got %v, want ErrSlow", err)
	}
}

// failing gives some text and then an error.
type failing struct{ n int }

var errBroken = errors.New("connection reset")

func (f *failing) Read(p []byte) (int, error) {
	if f.n++; f.n > 3 {
		return 0, errBroken
	}
	return copy(p, "some text\n"), nil
}

func TestReadReportsTheSource(t *testing.T) {
	if p, err := Read(context.Background(), &failing{}, "x", DefaultLimits()); !errors.Is(err, errBroken) || !p.Empty() {
		t.Errorf("got %q, %v; want the error of the source", p.Text(), err)
	}
}

type panicking struct{}

func (panicking) Read([]byte) (int, error) { panic("no") }

func TestReadSurvivesPanic(t *testing.T) {
	if _, err := Read(context.Background(), panicking{}, "x", DefaultLimits()); err == nil || !strings.Contains(err.Error(), "panicked") {
		t.Errorf("got %v, want an error about the panic", err)
	}
}

func TestReadNames(t *testing.T) {
	p, err := Read(context.Background(), strings.NewReader("text"), "/home/jdoe/\x1b[31mmy\u202elog.txt\nx", DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Names(); len(got) != 1 || got[0] != "/home/<user-1>/mylog.txt x" {
		t.Errorf("names %q", got)
	}
	_, err = Read(context.Background(), strings.NewReader(""), "password=hunter2", DefaultLimits())
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v holds the name as it was", err)
	}
}
