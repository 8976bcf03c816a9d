package session

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

// TestCatchUpHandsOverWhatNoEventBrought reads three pages, in order, without
// what was handled before.
func TestCatchUpHandsOverWhatNoEventBrought(t *testing.T) {
	f := newFake(t)
	since := time.Now().Add(-time.Minute)
	first, _ := strconv.Atoi(snowflakeAt(since))
	const posted = 250
	asked := 0
	f.answer(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/messages") {
			fmt.Fprint(w, `{"id":"2","type":0,"guild_id":"7"}`)
			return
		}
		asked++
		after, _ := strconv.Atoi(r.URL.Query().Get("after"))
		var page []string
		for k := range posted {
			if id := first + k; id > after && len(page) < catchUpPage {
				page = append(page, fmt.Sprintf(`{"id":"%d","channel_id":"2","content":"text %d","author":{"id":"%d"}}`, id, k, 1000+k))
			}
		}
		slices.Reverse(page)
		fmt.Fprintf(w, "[%s]", strings.Join(page, ","))
	})
	got := make(chan *MessageEvent, posted+1)
	b := startBot(t, f, Options{Workers: 1, QueueSize: 2 * posted, Handler: Handler{
		MessageCreate: func(_ context.Context, e *MessageEvent) error { got <- e; return nil }}})
	c := f.start("one")
	c.message(2, fmt.Sprint(first+5), "text 5")
	receive(t, got, "the event")
	n, err := b.CatchUp(t.Context(), "2", since)
	if err != nil || n != posted || asked != 3 {
		t.Fatalf("found %d in %d requests, %v", n, asked, err)
	}
	for k := range posted {
		if k == 5 {
			continue
		}
		if e := receive(t, got, "a message"); e.Content != fmt.Sprint("text ", k) || e.GuildID != "7" {
			t.Fatalf("message %d is %q in %q", k, e.Content, e.GuildID)
		}
	}
	if len(got) != 0 || b.Stats().Dropped["duplicate"] != 1 {
		t.Errorf("%d more, dropped %v", len(got), b.Stats().Dropped)
	}
}
