package github

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// limits remembers until when GitHub wants no requests. A spent quota is one
// resource's ("core", "search"), a secondary limit is everybody's.
type limits struct {
	mu    sync.Mutex
	until map[string]time.Time
	hits  int // secondary limits in a row that named no time
}

const (
	everything  = ""
	maxBackoffs = 4 // doublings of the wait where none is named
)

// note takes down a limit. Where no time is named, the waits grow.
func (l *limits) note(resource string, e *Error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil {
		l.until = map[string]time.Time{}
	}
	if !e.spent() {
		resource = everything
		if !e.named() {
			e.Until = e.Until.Add(unknownLimit*(1<<min(l.hits, maxBackoffs)) - unknownLimit)
			l.hits++
		} else {
			l.hits = 0
		}
	}
	if e.Until.After(l.until[resource]) {
		l.until[resource] = e.Until
	}
}

// wait returns when requests to the resource may go out, or an error at once
// if that takes longer than most.
func (l *limits) wait(ctx context.Context, op string, repo Repo, resource string, most time.Duration) error {
	l.mu.Lock()
	until := l.until[resource]
	if all := l.until[everything]; all.After(until) {
		until = all
	}
	l.mu.Unlock()
	d := time.Until(until)
	if d > max(most, 0) {
		return &Error{Op: op, Repo: repo, Kind: KindLimit, Until: until}
	}
	if err := sleep(ctx, d); err != nil {
		return &Error{Op: op, Repo: repo, Kind: KindNetwork, cause: err}
	}
	return nil
}

// header returns that of the response, or an empty one.
func (e *Error) header() http.Header {
	if resp, _ := responseOf(e.cause); resp != nil && resp.Header != nil {
		return resp.Header
	}
	return http.Header{}
}

// spent reports a used-up quota, as against a secondary limit.
func (e *Error) spent() bool { return e.header().Get("X-RateLimit-Remaining") == "0" }

// named reports that the response said how long to wait.
func (e *Error) named() bool { return e.header().Get("Retry-After") != "" }
