package paste

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	peekBytes  = 4 << 10   // looked at to tell what the input is
	chunkBytes = 256 << 10 // read at once
	maxDepth   = 2         // layers of packing: a .gz in a .zip
	maxOneLine = 8 << 20   // a text of one line over this is no log
)

// Read reads what a user sent: text in UTF-8, UTF-16, GBK or Latin-1, packed
// with gzip, zstd or bzip2, or as files in a zip or tar archive, packed once
// more inside it. It looks at the content and not at the name, which is only
// shown. Nothing is written to disk, and memory is bounded by the limits: a
// zip archive is held as it was sent, of everything else about twice Kept.
//
// A file of an archive that cannot be used is a Skip. An *Error with its
// Reason comes back when there is no text at all, or a limit is passed; an
// error that wraps ctx.Err() when ctx ends. Read waits for r no longer than
// ctx and Limits.Time allow. A call of r.Read that never returns then keeps
// one goroutine until the caller closes the source.
func Read(ctx context.Context, r io.Reader, name string, lim Limits) (Paste, error) {
	lim = lim.orDefault()
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, lim.Time)
	defer cancel()
	rd := &reading{ctx: ctx, lim: lim, c: newCollector(lim), room: lim.Kept}
	rd.name = rd.c.name(name)
	err := rd.open(&source{rd: rd, r: interruptible(ctx, r)}, item{name: rd.name, share: lim.Kept})
	switch {
	case err == nil && len(rd.c.parts) > 0:
		return rd.c.paste(), nil
	case err == nil:
		return Paste{}, rd.nothing()
	case outer.Err() != nil:
		return Paste{}, fmt.Errorf("paste: reading %q: %w", rd.name, outer.Err())
	case ctx.Err() != nil:
		return Paste{}, &Error{Reason: ErrSlow, Name: rd.name, Detail: "more than " + lim.Time.String()}
	}
	return Paste{}, rd.describe(err)
}

// reading is the state of one call of Read.
type reading struct {
	ctx      context.Context
	lim      Limits
	c        *collector
	name     string
	sent     int64
	unpacked int64
	files    int // text files of archives
	room     int // bytes of Kept that no file has used
	buf      []byte
}

// item is one thing to read: the input or a file in it.
type item struct {
	name   string
	depth  int  // layers of packing around it
	packed bool // the layer just around it is a compression, not an archive
	share  int  // bytes of Kept that it may use
}

// open tells what r holds and reads it.
func (rd *reading) open(r io.Reader, it item) error {
	br := bufio.NewReaderSize(r, peekBytes)
	head, err := br.Peek(peekBytes)
	if err != nil && err != io.EOF {
		return err
	}
	f := sniff(head)
	if f.packing != packNone && f.packing != packTar && it.depth == maxDepth {
		return &Error{Reason: ErrNested, Name: it.name}
	}
	switch f.packing {
	case packGzip, packZstd, packBzip2:
		return rd.openCompressed(br, f.packing, it)
	case packZip:
		return rd.openZip(br, it)
	case packTar:
		return rd.openTar(br, it)
	}
	if f.binary != "" {
		return &Error{Reason: ErrBinary, Name: it.name, Detail: "it is " + f.binary}
	}
	return rd.readText(br, it)
}

// readText reads one text, reduces it where it is long, and adds it.
func (rd *reading) readText(br *bufio.Reader, it item) error {
	red := newReducer(max(it.share, minShare), rd.lim)
	r := decoder(br)
	if rd.buf == nil {
		rd.buf = make([]byte, chunkBytes)
	}
	var damage error
	for {
		n, err := r.Read(rd.buf)
		red.write(plainLines(rd.buf[:n]))
		if err == io.EOF {
			break
		}
		if fatal(err) || rd.ctx.Err() != nil {
			return errors.Join(err, rd.ctx.Err())
		}
		if err != nil {
			damage = err
			break
		}
	}
	text := red.finish()
	if red.lines <= 1 && red.longest > maxOneLine {
		return &Error{Reason: ErrLineTooLong, Name: it.name, Detail: megabytes(red.longest)}
	}
	if damage != nil && strings.TrimSpace(text) == "" {
		return &Error{Reason: ErrCorrupt, Name: it.name, Err: damage}
	}
	rd.c.noteReduced(it.name, red)
	if damage != nil {
		rd.c.skip(Skip{Kind: SkipDamaged, Name: it.name})
	}
	if !rd.c.add(it.name, text) {
		return &Error{Reason: ErrEmpty, Name: it.name}
	}
	rd.room -= len(text)
	return nil
}

// minShare is what a file can always use of Kept.
const minShare = 8 << 10

// plainLines drops NUL bytes, which logs cut by copytruncate begin with, and
// makes line ends of carriage returns where there are no others.
func plainLines(p []byte) []byte {
	if bytes.IndexByte(p, 0) >= 0 {
		out := p[:0]
		for _, c := range p {
			if c != 0 {
				out = append(out, c)
			}
		}
		p = out
	}
	if bytes.IndexByte(p, '\n') < 0 && bytes.IndexByte(p, '\r') >= 0 {
		for i, c := range p {
			if c == '\r' {
				p[i] = '\n'
			}
		}
	}
	return p
}

// describe gives an error its file name and, to errors of readers and
// decoders, a Reason.
func (rd *reading) describe(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Errorf("paste: reading %q: %w", rd.name, err)
	}
	if e.Name == "" && e.Reason != ErrEmpty {
		e.Name = rd.name
	}
	if e.Reason == ErrEmpty {
		e.Name = ""
	}
	return e
}

// nothing is the error for an archive without any text.
func (rd *reading) nothing() error {
	reasons := []struct {
		kind   SkipKind
		reason Reason
	}{{SkipEncrypted, ErrEncrypted}, {SkipBinary, ErrBinary}, {SkipUnusual, ErrBinary}, {SkipTooBig, ErrTooLarge},
		{SkipNested, ErrNested}, {SkipDamaged, ErrCorrupt}}
	for _, r := range reasons {
		for _, s := range rd.c.skipped {
			if s.Kind == r.kind {
				return &Error{Reason: r.reason, Name: rd.name, Detail: "no text in it; " + s.String()}
			}
		}
	}
	return &Error{Reason: ErrEmpty}
}

// fatal reports whether an error ends the whole of Read and not just one file.
func fatal(err error) bool {
	var e *Error
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errSource) {
		return true
	}
	if !errors.As(err, &e) {
		return false
	}
	return e.Reason == ErrTooLarge && !e.oneFile || e.Reason == ErrBomb || e.Reason == ErrSlow
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(n, 10) + " bytes"
	}
	return strconv.FormatInt(n>>20, 10) + " MiB"
}
