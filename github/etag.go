package github

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

const (
	maxCached      = 256      // responses
	maxCachedBytes = 32 << 20 // of all bodies together
)

// etags answers repeated readings from memory where GitHub says that nothing
// has changed: such a request does not count against the limit. It keeps
// what was asked for last. It is safe for concurrent use.
type etags struct {
	base http.RoundTripper

	mu    sync.Mutex
	kept  map[string]*cached
	order []string // least recently used first
	bytes int
}

type cached struct {
	tag    string
	header http.Header
	body   []byte
}

func newETags(base http.RoundTripper) *etags { return &etags{base: base, kept: map[string]*cached{}} }

// RoundTrip implements http.RoundTripper.
func (e *etags) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.Header.Get("If-None-Match") != "" {
		return e.base.RoundTrip(req)
	}
	key := req.Header.Get("Accept") + " " + req.URL.String()
	old := e.get(key)
	if old != nil {
		req = req.Clone(req.Context())
		req.Header.Set("If-None-Match", old.tag)
	}
	resp, err := e.base.RoundTrip(req)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusNotModified && old != nil:
		resp.Body.Close()
		return old.response(req, resp.Header), nil
	case resp.StatusCode == http.StatusOK && resp.Header.Get("ETag") != "":
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(bytes.NewReader(body))
		e.put(key, &cached{resp.Header.Get("ETag"), resp.Header.Clone(), body})
	}
	return resp, nil
}

// response builds the kept response again, with the limits of the new one.
func (c *cached) response(req *http.Request, fresh http.Header) *http.Response {
	h := c.header.Clone()
	for name, v := range fresh {
		if name != "Content-Length" && name != "Content-Type" && name != "Link" {
			h[name] = v
		}
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: req,
	}
}

func (e *etags) get(key string) *cached {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.kept[key]
	if c != nil {
		e.touch(key)
	}
	return c
}

func (e *etags) put(key string, c *cached) {
	if len(c.body) > maxCachedBytes/4 {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if old := e.kept[key]; old != nil {
		e.bytes -= len(old.body)
	}
	e.kept[key] = c
	e.bytes += len(c.body)
	e.touch(key)
	for len(e.order) > maxCached || e.bytes > maxCachedBytes {
		e.bytes -= len(e.kept[e.order[0]].body)
		delete(e.kept, e.order[0])
		e.order = e.order[1:]
	}
}

// touch makes key the last of the order; the caller holds the lock.
func (e *etags) touch(key string) {
	for i, k := range e.order {
		if k == key {
			e.order = append(e.order[:i], e.order[i+1:]...)
			break
		}
	}
	e.order = append(e.order, key)
}
