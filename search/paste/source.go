package paste

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errSource marks what the caller's reader reported, against damage in the
// data.
var errSource = errors.New("the source failed")

// source counts and bounds what comes from the caller's reader.
type source struct {
	rd *reading
	r  io.Reader
}

// Read reads on, up to the limit of bytes sent.
func (s *source) Read(p []byte) (int, error) {
	if err := s.rd.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.rd.sent += int64(n)
	if s.rd.sent > s.rd.lim.Sent {
		return 0, &Error{Reason: ErrTooLarge, Detail: "more than " + megabytes(s.rd.lim.Sent)}
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", errSource, err)
	}
	return n, err
}

// unpacker counts and bounds what comes out of a decompressor.
type unpacker struct {
	rd *reading
	r  io.Reader
}

// Read reads on, up to the limits of unpacked bytes and of their ratio.
func (u *unpacker) Read(p []byte) (int, error) {
	rd := u.rd
	if err := rd.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := u.r.Read(p)
	rd.unpacked += int64(n)
	if rd.unpacked > rd.lim.RatioFrom && rd.unpacked > rd.lim.Ratio*max(rd.sent, 1) {
		return 0, &Error{Reason: ErrBomb, Detail: fmt.Sprintf("more than %d times its size", rd.lim.Ratio)}
	}
	if rd.unpacked > rd.lim.Unpacked {
		return 0, &Error{Reason: ErrTooLarge, Detail: "more than " + megabytes(rd.lim.Unpacked) + " unpacked"}
	}
	return n, err
}

// interruptible makes reads end with ctx, also while r blocks. Readers of
// memory never block and are used as they are.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	switch r.(type) {
	case *bytes.Reader, *strings.Reader, *bytes.Buffer:
		return r
	}
	p := &pump{ctx: ctx, full: make(chan chunk), free: make(chan []byte, 2)}
	p.free <- make([]byte, chunkBytes)
	p.free <- make([]byte, chunkBytes)
	go p.run(r)
	return p
}

// pump reads ahead in a goroutine of its own.
type pump struct {
	ctx  context.Context
	full chan chunk
	free chan []byte
	cur  chunk
	rest []byte
}

type chunk struct {
	buf []byte
	n   int
	err error
}

// run fills buffers until the end or until nobody waits for them.
func (p *pump) run(r io.Reader) {
	for {
		var c chunk
		select {
		case c.buf = <-p.free:
		case <-p.ctx.Done():
			return
		}
		c.n, c.err = readSafely(r, c.buf)
		select {
		case p.full <- c:
		case <-p.ctx.Done():
			return
		}
		if c.err != nil {
			return
		}
	}
}

// readSafely keeps a panic of the reader from ending the process: no other
// goroutine could recover it here.
func readSafely(r io.Reader, buf []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = 0, fmt.Errorf("the reader panicked: %v", v)
		}
	}()
	return r.Read(buf)
}

// Read hands out what run has read, or the error of the context.
func (p *pump) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.cur.err != nil {
			return 0, p.cur.err
		}
		if p.cur.buf != nil {
			p.free <- p.cur.buf
			p.cur.buf = nil
		}
		select {
		case p.cur = <-p.full:
			p.rest = p.cur.buf[:p.cur.n]
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
