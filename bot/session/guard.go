package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// answerTimeout bounds the sentence that is sent when a handler could not.
	answerTimeout = 5 * time.Second
	// maxRefusing bounds the busy sentences under way at once; a flood beyond it
	// gets none, and the users see Discord's own notice.
	maxRefusing = 256
	// lastMoment is what handlers get after their context was cancelled.
	lastMoment = 2 * time.Second
)

// guard is the one place where events run: a slot, a deadline, a scoped logger
// and recover for each.
type guard struct {
	s        *Session
	queue    *queue
	refusing chan struct{}
	workers  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc

	mu      sync.Mutex
	started map[*job]time.Time
}

func newGuard(s *Session) *guard {
	g := &guard{
		s:        s,
		queue:    newQueue(s.opt.QueueSize, s.opt.PerUser, s.opt.Workers),
		refusing: make(chan struct{}, maxRefusing),
		started:  map[*job]time.Time{},
	}
	// Handlers outlive Run's context by the drain, so theirs is not its child.
	g.ctx, g.cancel = context.WithCancel(context.Background())
	return g
}

func (g *guard) start() {
	for range g.s.opt.Workers {
		g.workers.Go(func() {
			for j := g.queue.pop(); j != nil; j = g.queue.pop() {
				g.run(j)
			}
		})
	}
}

// submit queues j, or refuses it at once. It never blocks.
func (g *guard) submit(j *job) {
	j.queued = time.Now()
	if j.inter != nil {
		j.timer = time.AfterFunc(g.s.opt.Timings.QueueWait, func() {
			if g.queue.remove(j) {
				g.refuse(j, reasonLate)
			}
		})
	}
	if reason := g.queue.push(j); reason != "" {
		if j.timer != nil {
			j.timer.Stop()
		}
		g.refuse(j, reason)
	}
}

// refuse drops j, with a sentence if it is an interaction.
func (g *guard) refuse(j *job, reason string) {
	g.s.health.dropped.add(reason)
	j.log.Warn("event dropped", "reason", reason)
	if j.inter == nil {
		return
	}
	g.s.health.interactions.add("busy")
	g.tell(j.inter, g.s.opt.Texts.busy(j.inter.Locale))
}

// tell answers an interaction in a goroutine of its own, one of few.
func (g *guard) tell(i *Interaction, text string) {
	select {
	case g.refusing <- struct{}{}:
		go func() {
			defer func() { <-g.refusing }()
			g.s.answerFor(i, text)
		}()
	default:
		i.Log.Warn("not even told that the bot is busy", "reason", "too many to tell")
	}
}

// run runs the handler of j.
func (g *guard) run(j *job) {
	defer g.queue.done(j)
	if j.timer != nil {
		j.timer.Stop()
	}
	start := time.Now()
	g.s.opt.Observe("queue", start.Sub(j.queued))
	g.track(j, start)
	defer g.track(j, time.Time{})
	ctx, cancel := context.WithTimeout(g.ctx, g.s.opt.Timings.Handler)
	defer cancel()
	err := g.call(ctx, j)
	took := time.Since(start)
	g.s.opt.Observe("handler", took)
	outcome := outcomeOf(err)
	if j.inter != nil {
		g.s.health.interactions.add(outcome)
	}
	if err == nil {
		j.log.Debug("event handled", "took", took)
		return
	}
	j.log.Error("event failed", "outcome", outcome, "took", took, "err", err)
	if j.inter != nil && !errors.Is(err, ErrExpired) && !errors.Is(err, ErrAnswered) {
		g.s.answerFor(j.inter, g.s.opt.Texts.failed(j.inter.Locale))
	}
}

// panicked is what a handler's panic becomes.
type panicked struct{ value string }

// Error says what was panicked with.
func (p *panicked) Error() string { return "session: the handler panicked: " + p.value }

// call runs the handler and turns a panic into an error. The stack is logged
// here; the value is cut, for it may quote a message.
func (g *guard) call(ctx context.Context, j *job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			j.log.Error("panic in a handler", "panic", g.s.brief(v), "stack", stack())
			err = &panicked{g.s.brief(v)}
		}
	}()
	return j.run(ctx)
}

func outcomeOf(err error) string {
	var p *panicked
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &p):
		return "panic"
	case errors.Is(err, ErrExpired):
		return "late"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return "error"
}

// stack returns the caller's stack, bounded.
func stack() string { return cut(string(debug.Stack()), 8<<10) }

// track remembers when running jobs began, for alive; a zero time forgets.
func (g *guard) track(j *job, start time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if start.IsZero() {
		delete(g.started, j)
		return
	}
	g.started[j] = start
}

// alive fails when every worker has been held past its deadline by a handler
// that does not heed its context.
func (g *guard) alive(now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	late := 0
	for _, start := range g.started {
		if now.Sub(start) > g.s.opt.Timings.Handler+g.s.opt.Timings.Grace {
			late++
		}
	}
	if late >= g.s.opt.Workers {
		return fmt.Errorf("session: all %d workers are stuck in handlers: restart the process", late)
	}
	return nil
}

// drain lets what runs and waits finish within Timings.Drain, then cancels it.
func (g *guard) drain() {
	defer g.cancel()
	g.queue.close()
	if g.wait(g.s.opt.Timings.Drain) {
		return
	}
	g.cancel()
	for _, j := range g.queue.discard() {
		g.refuse(j, reasonClosing)
	}
	if !g.wait(lastMoment) {
		_, running := g.queue.load()
		g.s.log.Error("handlers did not end in time and are left behind", "running", running)
	}
}

// wait waits until all workers have ended, and reports whether they have.
func (g *guard) wait(limit time.Duration) bool {
	done := make(chan struct{})
	go func() {
		g.workers.Wait()
		close(done)
	}()
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// rescue answers an interaction that could not be read, as far as its token can.
func (g *guard) rescue(raw json.RawMessage) {
	var v struct {
		ID     string                    `json:"id"`
		AppID  string                    `json:"application_id"`
		Token  string                    `json:"token"`
		Type   discordgo.InteractionType `json:"type"`
		Locale discordgo.Locale          `json:"locale"`
	}
	// A field of a wrong type leaves the others filled in.
	_ = json.Unmarshal(raw, &v)
	if v.ID == "" || v.Token == "" || !g.s.seen.first(typeInteraction+v.ID) {
		return
	}
	g.s.health.interactions.add("error")
	g.tell(&Interaction{
		Interaction: &discordgo.Interaction{ID: v.ID, AppID: v.AppID, Token: v.Token, Type: v.Type, Locale: v.Locale},
		Log:         g.s.scoped(typeInteraction, "interaction", v.ID),
		Received:    time.Now(),
	}, g.s.opt.Texts.failed(v.Locale))
}
