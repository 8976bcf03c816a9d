package playground

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// window is the length of a rate limit window.
const window = time.Second

// keepBuckets bounds the table of buckets; idle ones are dropped first.
const keepBuckets = 4096

// bucket counts the calls of one window.
type bucket struct {
	start time.Time
	used  int
}

// take counts one call and reports what is left, or that there was none.
func (b *bucket) take(now time.Time, limit int) (left int, reset time.Duration, ok bool) {
	if now.Sub(b.start) >= window {
		b.start, b.used = now, 0
	}
	reset = window - now.Sub(b.start)
	if b.used >= limit {
		return 0, reset, false
	}
	b.used++
	return limit - b.used, reset, true
}

// majors are the path values that split a route into buckets of their own.
var majors = []string{"channel", "guild", "token"}

// limited runs h within the limits and adds the headers every answer has.
func (s *Server) limited(rt route, r *request, h func() answer) answer {
	key := rt.pattern
	for _, name := range majors {
		key += "/" + r.PathValue(name)
	}
	now := time.Now()
	b := s.bucket(key, now)
	left, reset, ok := b.take(now, s.opts.RouteLimit)
	if !ok {
		return tooMany(reset, "user", false)
	}
	if !rt.exempt {
		if _, wait, ok := s.bucket("global", now).take(now, s.opts.GlobalLimit); !ok {
			return tooMany(wait, "global", true)
		}
	}
	a := h()
	sum := sha256.Sum256([]byte(strings.SplitN(key, "?", 2)[0]))
	a.headers.Set("X-RateLimit-Limit", itoa(s.opts.RouteLimit))
	a.headers.Set("X-RateLimit-Remaining", itoa(left))
	a.headers.Set("X-RateLimit-Reset", seconds(time.Duration(now.Add(reset).UnixNano())))
	a.headers.Set("X-RateLimit-Reset-After", seconds(reset))
	a.headers.Set("X-RateLimit-Bucket", hex.EncodeToString(sum[:8]))
	return a
}

func (s *Server) bucket(key string, now time.Time) *bucket {
	if b := s.buckets[key]; b != nil {
		return b
	}
	if len(s.buckets) >= keepBuckets {
		for k, b := range s.buckets {
			if now.Sub(b.start) >= window {
				delete(s.buckets, k)
			}
		}
	}
	b := &bucket{start: now}
	s.buckets[key] = b
	return b
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// tooMany is a 429 as Discord words it.
func tooMany(wait time.Duration, scope string, global bool) answer {
	a := jsonAnswer(http.StatusTooManyRequests, obj{"message": "You are being rate limited.",
		"retry_after": float64(wait.Milliseconds()) / 1000, "global": global})
	a.headers.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	a.headers.Set("X-RateLimit-Scope", scope)
	if global {
		a.headers.Set("X-RateLimit-Global", "true")
		return a
	}
	a.headers.Set("X-RateLimit-Remaining", "0")
	a.headers.Set("X-RateLimit-Reset-After", seconds(wait))
	return a
}
