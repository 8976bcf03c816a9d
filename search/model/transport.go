package model

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxBody is the longest answer that is read; go-openai itself reads
	// without limit.
	maxBody = 16 << 20
	// tries is how often a request is sent at most.
	tries = 3
	// firstWait is the wait before the second try, doubled and with jitter
	// before the next.
	firstWait = 200 * time.Millisecond
	// maxWait is the longest wait that a server may ask for.
	maxWait = 5 * time.Second
)

var errTooLong = errors.New("model: the answer is too long")

// onceKey marks a context whose requests are sent once.
type onceKey struct{}

// once returns a context whose requests are not repeated.
func once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

// transport retries what is worth it and bounds what is read.
type transport struct{ next http.RoundTripper }

// RoundTrip sends r up to tries times. It follows no redirect, for the key
// must not go to another place.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tries := tries
	if r.Context().Value(onceKey{}) != nil {
		tries = 1
	}
	for n := 1; ; n++ {
		resp, err := t.next.RoundTrip(r)
		if n == tries || r.Context().Err() != nil || !transient(resp, err) || r.Body != nil && r.GetBody == nil {
			if err == nil && resp.StatusCode >= 300 && resp.StatusCode < 400 {
				resp.Body.Close()
				return nil, &Error{Fault: FaultNotAPI, Status: resp.StatusCode}
			}
			if err == nil {
				resp.Body = &capped{ReadCloser: resp.Body, left: maxBody}
			}
			return resp, err
		}
		wait := waitFor(resp, n)
		if resp != nil {
			io.CopyN(io.Discard, resp.Body, 64<<10)
			resp.Body.Close()
		}
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
		if r.Body != nil {
			r = r.Clone(r.Context())
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

func transient(resp *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	}
	return resp.StatusCode >= 500
}

// waitFor returns how long to wait after the nth try: what the server asked
// for, or more each time, with jitter so that callers spread.
func waitFor(resp *http.Response, n int) time.Duration {
	if resp != nil {
		if s, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64); err == nil && s >= 0 {
			// Bounded before it is converted: a huge number would overflow into no wait.
			return time.Duration(min(s, maxWait.Seconds()) * float64(time.Second))
		}
	}
	wait := firstWait << (n - 1)
	return wait/2 + rand.N(wait)
}

// capped is a body that fails once more than left bytes were read.
type capped struct {
	io.ReadCloser
	left int64
}

// Read reads up to the cap.
func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errTooLong
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}

// private tells whether a host is this machine or one of a private network,
// to which servers of one's own usually speak plain HTTP.
func private(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsPrivate())
}
