package session

import (
	"context"
	"testing"
	"time"
)

// TestGapIsAnnounced wants Since on a new session after a lost one, and on no
// other.
func TestGapIsAnnounced(t *testing.T) {
	f := newFake(t)
	gaps := make(chan time.Time, 10)
	note := func(_ context.Context, e *ReadyEvent) error { gaps <- e.Since; return nil }
	startBot(t, f, Options{Handler: Handler{Ready: note, Resumed: note}})
	before := time.Now()
	c := f.start("one")
	if since := receive(t, gaps, "READY"); !since.IsZero() {
		t.Errorf("the first session has a gap since %s", since)
	}
	c.cut()
	c = f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opResume)
	c.event(2, "RESUMED", `{}`)
	if since := receive(t, gaps, "RESUMED"); !since.IsZero() {
		t.Errorf("a resumed session has a gap since %s", since)
	}
	c.send(`{"op":9,"d":false}`)
	c.gone()
	f.start("two")
	if since := receive(t, gaps, "the new READY"); since.Before(before) || since.After(time.Now()) {
		t.Errorf("the gap is since %s", since)
	}
}
