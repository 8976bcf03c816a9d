package session

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxBuckets bounds the buckets remembered; spent ones are swept when it is
// reached. Interaction endpoints never have one, so tokens cannot pile up here.
const maxBuckets = 1024

// limits remembers what Discord said about its rate limits, so that a request
// that would be refused waits before it is sent. It holds no lock while anybody
// waits or a request runs.
type limits struct {
	mu      sync.Mutex
	global  time.Time
	hashes  map[string]string // route template to Discord's bucket name
	buckets map[string]*bucket
}

// bucket is one limit of Discord's: its name joined with the major parameter.
type bucket struct {
	limit, remaining int
	reset            time.Time
}

func newLimits() *limits {
	return &limits{hashes: map[string]string{}, buckets: map[string]*bucket{}}
}

// take returns how long to wait before c may be sent; at zero it has counted c
// as sent.
func (l *limits) take(c *call, now time.Time) time.Duration {
	if c.public {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.global.After(now) {
		return l.global.Sub(now)
	}
	b := l.buckets[l.key(c)]
	if b == nil {
		return 0
	}
	if !b.reset.After(now) {
		b.remaining = b.limit
	}
	if b.remaining > 0 {
		b.remaining--
		return 0
	}
	return max(b.reset.Sub(now), 0)
}

// key returns the bucket of c: Discord's name for it where known, else the
// route. The lock is held.
func (l *limits) key(c *call) string {
	if hash := l.hashes[c.route]; hash != "" {
		return hash + "/" + c.major
	}
	return c.route + "/" + c.major
}

// note takes in the headers of an answer.
func (l *limits) note(c *call, h http.Header, now time.Time) {
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, ok := seconds(h.Get("X-RateLimit-Reset-After"))
	if c.public || err != nil || !ok {
		return
	}
	limit, _ := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	l.mu.Lock()
	defer l.mu.Unlock()
	if hash := h.Get("X-RateLimit-Bucket"); hash != "" && len(hash) < 100 {
		l.hashes[c.route] = hash
	}
	if len(l.buckets) >= maxBuckets {
		l.sweep(now)
	}
	l.buckets[l.key(c)] = &bucket{limit: max(limit, 1), remaining: remaining, reset: now.Add(after)}
}

// sweep forgets the buckets whose limit has passed, or all if none has.
func (l *limits) sweep(now time.Time) {
	for k, b := range l.buckets {
		if !b.reset.After(now) {
			delete(l.buckets, k)
		}
	}
	if len(l.buckets) >= maxBuckets {
		clear(l.buckets)
	}
}

// block makes every request wait for a global limit.
func (l *limits) block(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.global) {
		l.global = until
	}
}

// seconds parses a number of seconds as Discord writes it, "0.65"; nonsense is
// refused, more than a day is a day.
func seconds(s string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	return time.Duration(min(f, 86400) * float64(time.Second)), true
}

// refusals counts the answers of 401, 403 and 429 over ten minutes. Discord bans
// an address at 10 000 of them, for all bots behind it.
type refusals struct {
	mu      sync.Mutex
	limit   int
	minutes [10]int
	last    int64 // the minute that was counted last
}

// add counts one and returns the sum.
func (r *refusals) add(now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	r.minutes[r.last%10]++
	return r.sum()
}

// full reports whether requests must stop.
func (r *refusals) full(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(now)
	return r.sum() >= r.limit
}

func (r *refusals) forget(now time.Time) {
	minute := now.Unix() / 60
	if minute-r.last >= 10 {
		r.minutes = [10]int{}
		r.last = minute
	}
	for r.last < minute {
		r.last++
		r.minutes[r.last%10] = 0
	}
}

func (r *refusals) sum() int {
	n := 0
	for _, m := range r.minutes {
		n += m
	}
	return n
}
