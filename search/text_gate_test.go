package search

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// TestGate wants never more at work than processors, everyone served who
// waits, and those refused who are too many.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := runtime.GOMAXPROCS(0)
		g := newGate()
		var working, most, served, refused atomic.Int64
		finish := make(chan struct{})
		var all sync.WaitGroup
		for range n*(1+maxWaiting) + 5 {
			all.Go(func() {
				leave, err := g.enter(t.Context())
				if errors.Is(err, ErrBusy) {
					refused.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				if now := working.Add(1); now > most.Load() {
					most.Store(now)
				}
				<-finish
				working.Add(-1)
				served.Add(1)
			})
		}
		synctest.Wait()
		if got := refused.Load(); got != 5 {
			t.Errorf("%d are refused, want 5", got)
		}
		close(finish)
		all.Wait()
		if got := most.Load(); got != int64(n) {
			t.Errorf("%d at work at once, want %d", got, n)
		}
		if got := served.Load(); got != int64(n*(1+maxWaiting)) {
			t.Errorf("%d are served, want %d", got, n*(1+maxWaiting))
		}
	})
}

// TestGateContext wants a waiting caller to go when its context ends, and
// its place in the queue to be free then.
func TestGateContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		var leaves []func()
		for range runtime.GOMAXPROCS(0) {
			leave, err := g.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error)
		go func() {
			_, err := g.enter(ctx)
			got <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		if len(g.queue) != len(leaves) {
			t.Errorf("%d places are taken, want %d", len(g.queue), len(leaves))
		}
		if _, err := g.enter(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %v", err)
		}
		for _, leave := range leaves {
			leave()
		}
		if leave, err := g.enter(t.Context()); err != nil {
			t.Error(err)
		} else {
			leave()
		}
	})
}
