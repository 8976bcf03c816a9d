package session

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// Stats is a snapshot of the session's counters since the start, for metrics.
// The maps are copies. Their keys come from fixed sets, never from users.
type Stats struct {
	// Events counts gateway events by type; those nobody handles are "other".
	Events map[string]uint64
	// Dropped counts events that no handler got, by reason.
	Dropped map[string]uint64
	// Interactions counts interactions by outcome: "ok", "error", "panic",
	// "timeout", "busy", "late".
	Interactions map[string]uint64
	// Requests counts REST answers: "ok", "401", "403", "429", "4xx", "5xx",
	// "error" (no answer), "refused" (not sent, see ErrStopped).
	Requests map[string]uint64
	// Connections, Identifies and Resumes count what the gateway cost.
	Connections, Identifies, Resumes uint64
	// LastEvent is when the last packet came, zero before the first.
	LastEvent time.Time
	// Ready says whether events flow now.
	Ready bool
	// Queued and Running are the events that wait and those being handled.
	Queued, Running int
}

// Stats returns the counters.
func (s *Session) Stats() Stats {
	h := &s.health
	queued, running := s.guard.queue.load()
	return Stats{
		Events:       h.events.copy(),
		Dropped:      h.dropped.copy(),
		Interactions: h.interactions.copy(),
		Requests:     h.requests.copy(),
		Connections:  h.connections.Load(),
		Identifies:   h.identifies.Load(),
		Resumes:      h.resumes.Load(),
		LastEvent:    s.LastEvent(),
		Ready:        s.Ready(),
		Queued:       queued,
		Running:      running,
	}
}

// Ready reports whether the gateway session is up: READY or RESUMED came, and
// the connection has not been lost since.
func (s *Session) Ready() bool { return s.health.ready.Load() }

// LastEvent returns when the gateway last sent anything, heartbeat answers
// included, or the zero time.
func (s *Session) LastEvent() time.Time {
	n := s.health.lastPacket.Load()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// Alive reports whether the session itself still works at the time now: not
// whether Discord answers, but whether the supervisor and the workers move. A
// liveness probe may restart the process when it returns an error. Before Run it
// is nil.
func (s *Session) Alive(now time.Time) error {
	h := &s.health
	switch h.state.Load() {
	case stateNew:
		return nil
	case stateEnded:
		return fmt.Errorf("session: ended")
	}
	if due := time.Unix(0, h.due.Load()); now.After(due.Add(s.opt.Timings.Grace)) {
		return fmt.Errorf("session: the supervisor is stuck since %s while %s: restart the process",
			due.UTC().Format(time.RFC3339), *h.phase.Load())
	}
	return s.guard.alive(now)
}

const (
	stateNew = iota
	stateRunning
	stateEnded
)

// health is what the watchdog looks at: nothing but atomics and small counters,
// so that a probe can never wait for a lock that a stuck goroutine holds.
type health struct {
	state      atomic.Int32
	ready      atomic.Bool
	lastPacket atomic.Int64
	lost       atomic.Int64 // the last packet of a session that may not come back, or 0
	due        atomic.Int64
	phase      atomic.Pointer[string]

	connections, identifies, resumes atomic.Uint64

	events, dropped, interactions, requests counter
}

func (h *health) begin() {
	h.expect(0, "starting")
	h.state.Store(stateRunning)
}

func (h *health) end() {
	h.ready.Store(false)
	h.state.Store(stateEnded)
}

// interrupted notes that a session that was up has lost its connection.
func (h *health) interrupted() { h.lost.CompareAndSwap(0, h.lastPacket.Load()) }

// gap returns since when events may be missing now that a session is up, and
// starts afresh. A resumed session has been given all of them.
func (h *health) gap(kind string) time.Time {
	n := h.lost.Swap(0)
	if n == 0 || kind == typeResumed {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// expect notes that the supervisor will be heard of again within d.
func (h *health) expect(d time.Duration, phase string) {
	h.phase.Store(&phase)
	h.due.Store(time.Now().Add(d).UnixNano())
}

// counter counts by label.
type counter struct {
	mu sync.Mutex
	n  map[string]uint64
}

func (c *counter) add(label string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = make(map[string]uint64)
	}
	c.n[label]++
}

func (c *counter) copy() map[string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		return map[string]uint64{}
	}
	return maps.Clone(c.n)
}
