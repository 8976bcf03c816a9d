package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// maxAnswer is the longest response that is read: a hundred issues of the
// longest bodies that GitHub takes are smaller.
const maxAnswer = 16 << 20

// maxHops is how many redirects a reading request follows.
const maxHops = 3

var (
	errForeign  = errors.New("the request would leave the API's host")
	errTooLarge = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
)

// wire is the innermost transport: it keeps requests, which carry a token, on
// the API's host, bounds what is read, and notes when a write goes out.
type wire struct {
	base http.RoundTripper
	host string
}

// attempt is one writing request. sent is set as soon as it has a
// connection: from then on it may take effect.
type attempt struct {
	path string
	sent atomic.Bool
}

type attemptKey struct{}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host != w.host {
		return nil, errForeign
	}
	if a, ok := req.Context().Value(attemptKey{}).(*attempt); ok && req.Method == http.MethodPost && req.URL.Path == a.path {
		trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { a.sent.Store(true) }}
		req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	}
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{resp.Body, maxAnswer}
	return resp, nil
}

// bounded fails instead of cutting in silence.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// stayHome follows a few redirects of reading requests on the same host. A
// write is never sent a second time.
func stayHome(req *http.Request, via []*http.Request) error {
	if first := via[0]; first.Method != http.MethodGet || req.URL.Host != first.URL.Host || len(via) > maxHops {
		return http.ErrUseLastResponse
	}
	return nil
}

// bearer adds a token, asked for anew with each request so that it can be
// rotated.
type bearer struct {
	base  http.RoundTripper
	token func() string
}

// RoundTrip implements http.RoundTripper.
func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	if token := b.token(); token != "" {
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return b.base.RoundTrip(req)
}

// withAttempt returns a context under which the write to path is watched.
func withAttempt(ctx context.Context, path string) (context.Context, *attempt) {
	a := &attempt{path: path}
	return context.WithValue(ctx, attemptKey{}, a), a
}
