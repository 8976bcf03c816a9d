package session

import (
	"context"
	"math/rand/v2"
	"time"
)

// Timings are the session's waits and deadlines. A zero field means the default
// named beside it.
type Timings struct {
	// Dial bounds the connection to the gateway with its handshakes (15 s).
	Dial time.Duration
	// Hello bounds the wait for the gateway's first packet (10 s).
	Hello time.Duration
	// Ready bounds the wait for READY, or between replayed events (30 s).
	Ready time.Duration
	// Ack is how long after a heartbeat its answer may take (15 s). A link is
	// given up after a heartbeat interval plus Ack without any packet.
	Ack time.Duration
	// Stable is how long a connection must live to forget earlier failures (30 s).
	Stable time.Duration
	// Backoff is the first pause after a failed connection (1 s); it doubles up
	// to BackoffMax (45 s), each time with jitter.
	Backoff, BackoffMax time.Duration
	// Invalid is the longest pause before a new IDENTIFY when Discord has
	// declared the session invalid (5 s; the shortest is a fifth of it).
	Invalid time.Duration
	// IdentifyGap is the least time between two IDENTIFYs (5 s).
	IdentifyGap time.Duration
	// FirstResponse bounds the first answer to an interaction, counted from its
	// receipt (2.5 s; Discord gives 3).
	FirstResponse time.Duration
	// Request bounds one attempt of any other request (10 s).
	Request time.Duration
	// Fetch bounds a download from connect to the last byte (30 s).
	Fetch time.Duration
	// Retry is the first pause before a request is repeated (250 ms).
	Retry time.Duration
	// MaxWait is the longest wait for a rate limit to pass (30 s).
	MaxWait time.Duration
	// Handler is a handler's deadline (2 min).
	Handler time.Duration
	// QueueWait is how long an interaction may wait for a worker (1.5 s).
	QueueWait time.Duration
	// Drain is how long running handlers get when Run ends (20 s).
	Drain time.Duration
	// Grace is how late the supervisor may be before Alive complains (30 s).
	Grace time.Duration
}

func (t *Timings) setDefaults() {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&t.Dial, 15 * time.Second},
		{&t.Hello, 10 * time.Second},
		{&t.Ready, 30 * time.Second},
		{&t.Ack, 15 * time.Second},
		{&t.Stable, 30 * time.Second},
		{&t.Backoff, time.Second},
		{&t.BackoffMax, 45 * time.Second},
		{&t.Invalid, 5 * time.Second},
		{&t.IdentifyGap, 5 * time.Second},
		{&t.FirstResponse, 2500 * time.Millisecond},
		{&t.Request, 10 * time.Second},
		{&t.Fetch, 30 * time.Second},
		{&t.Retry, 250 * time.Millisecond},
		{&t.MaxWait, 30 * time.Second},
		{&t.Handler, 2 * time.Minute},
		{&t.QueueWait, 1500 * time.Millisecond},
		{&t.Drain, 20 * time.Second},
		{&t.Grace, 30 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
}

// backoff returns the pause after the n-th failure in a row (from 0): it doubles
// from base up to limit, and half of it is random so that many bots that lost
// the same gateway do not come back together.
func backoff(n int, base, limit time.Duration) time.Duration {
	d := limit
	if n < 20 && base<<n < limit {
		d = base << n
	}
	return d/2 + between(0, d/2)
}

// between returns a random duration in [low, high].
func between(low, high time.Duration) time.Duration {
	if high <= low {
		return low
	}
	return low + rand.N(high-low+1)
}

// sleep waits for d or until ctx ends, whose error it then returns.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
