package model

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/kb"
)

// body writes a complete answer.
func body(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

// TestFaults lets the server fail in every way and wants the fault's own
// sentence, no panic, no text of the server, and an end in time.
func TestFaults(t *testing.T) {
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	const secret = "canary of the server"
	for _, test := range []struct {
		name    string
		handle  http.HandlerFunc
		fault   Fault
		embed   bool
		timeout time.Duration
	}{
		{name: "L2 hang", fault: FaultTimeout, timeout: 200 * time.Millisecond, handle: func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-hang:
			}
		}},
		{name: "L3 429", fault: FaultBusy, handle: body(429, `{"error":{"message":"`+secret+`"}}`)},
		{name: "L4 500", fault: FaultServer, handle: body(500, `{"error":{"message":"`+secret+`"}}`)},
		{name: "L5 HTML page with an error", fault: FaultNotAPI, handle: body(502, "<html>"+secret+"</html>")},
		{name: "L5 HTML page without an error", fault: FaultNotAPI, handle: body(200, "<html>"+secret+"</html>")},
		{name: "L6 cut answer", fault: FaultCut, handle: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"choices":[{"mess`)
		}},
		{name: "L7 invalid JSON said", fault: FaultBadJSON, handle: says("I think that " + secret)},
		{name: "L8 other JSON said", fault: FaultSchema, handle: says(`{"answerable":"yes","steps":"none"}`)},
		{name: "L8 vectors missing", fault: FaultSchema, embed: true, handle: body(200, `{"data":[{"index":0,"embedding":[1,2]}]}`)},
		{name: "L8 vectors without direction", fault: FaultSchema, embed: true, handle: body(200, `{"data":[{"index":0,"embedding":[0,0]},{"index":1,"embedding":[1,2]}]}`)},
		{name: "L9 no choice", fault: FaultEmpty, handle: body(200, `{"choices":[]}`)},
		{name: "L9 nothing said", fault: FaultEmpty, handle: says("  ")},
		{name: "L9 no vectors", fault: FaultEmpty, embed: true, handle: body(200, `{"data":[]}`)},
		{name: "L12 model removed", fault: FaultNoModel, handle: body(404, `{"error":{"message":"`+secret+`","code":"model_not_found"}}`)},
		{name: "key refused", fault: FaultKey, handle: body(401, `{"error":{"message":"`+secret+`"}}`)},
		{name: "redirect", fault: FaultNotAPI, handle: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/v1", http.StatusFound)
		}},
		{name: "refused", fault: FaultRefused, handle: body(200, `{"choices":[{"finish_reason":"stop","message":{"refusal":"no"}}]}`)},
		{name: "stopped", fault: FaultCut, handle: body(200, `{"choices":[{"finish_reason":"length","message":{"content":"{\"answ"}}]}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t)
			s.Handle(test.handle)
			var outcome string // the last
			c := s.client(func(o *Options) {
				o.Observe = func(got string) { outcome = got }
				if test.timeout > 0 {
					o.Timeout = test.timeout
				}
			})
			var err error
			if test.embed {
				_, err = c.Embed(context.Background(), t.TempDir()+"/v", manual, func(int, int) {})
			} else {
				_, err = c.Answer(context.Background(), question("more shards"), manual)
			}
			wantFault(t, err, test.fault)
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), s.URL())) {
				t.Errorf("the error quotes the server or its address: %v", err)
			}
			if outcome != string(test.fault) {
				t.Errorf("the outcome counted is %q", outcome)
			}
		})
	}
}

// says lets the model say something.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":%q}}]}`, text)
	}
}

func wantFault(t *testing.T, err error, fault Fault) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Fault != fault {
		t.Fatalf("error %v, want %s", err, fault)
	}
	if faults[fault].text == "" || !strings.Contains(err.Error(), faults[fault].text) {
		t.Errorf("no sentence for %s: %v", fault, err)
	}
}

// TestL1Refused asks where nobody listens.
func TestL1Refused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c, err := New(Options{BaseURL: "http://" + l.Addr().String() + "/v1", Chat: "m"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Answer(context.Background(), question("more shards"), manual)
	wantFault(t, err, FaultUnreachable)
}

// TestL11DimensionChanged has the server load another model after the index
// was made.
func TestL11DimensionChanged(t *testing.T) {
	s := newScripted(t)
	path := t.TempDir() + "/vectors"
	d, err := s.client(nil).Embed(context.Background(), path, manual, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	s.SetDimension(16)
	_, err = d.Near(context.Background(), "shards", 1)
	wantFault(t, err, FaultDimension)
	// Nor are new vectors mixed with the old ones.
	more := append([]kb.Doc{{ID: "new", Title: "new", Body: "a page"}}, manual...)
	_, err = s.client(nil).Embed(context.Background(), path, more, func(int, int) {})
	wantFault(t, err, FaultDimension)
}

// TestRetries wants transient failures tried again and others not.
func TestRetries(t *testing.T) {
	for status, want := range map[int]int{408: 3, 429: 3, 500: 3, 503: 3, 400: 1, 401: 1, 403: 1, 404: 1, 422: 1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := newScripted(t)
			s.Handle(body(status, `{"error":{"message":"x"}}`))
			if _, err := s.client(nil).Answer(context.Background(), question("more shards"), manual); err == nil {
				t.Error("no error")
			}
			if n := s.asked(); n != want {
				t.Errorf("%d requests, want %d", n, want)
			}
		})
	}
}

// TestBreaker wants a server that is down left alone, and what the model
// itself says badly not counted as that.
func TestBreaker(t *testing.T) {
	s := newScripted(t)
	s.Handle(body(401, `{"error":{"message":"x"}}`))
	c := s.client(nil)
	for range breakAfter {
		_, err := c.Answer(context.Background(), question("more shards"), manual)
		wantFault(t, err, FaultKey)
	}
	n := s.asked()
	_, err := c.Answer(context.Background(), question("more shards"), manual)
	wantFault(t, err, FaultPaused)
	if s.asked() != n {
		t.Error("the server was asked all the same")
	}
	// Embeddings have a breaker of their own.
	_, err = c.Embed(context.Background(), t.TempDir()+"/v", manual, func(int, int) {})
	wantFault(t, err, FaultKey)
	s.Handle(nil)
	c = s.client(nil)
	s.says("not JSON")
	for range 2 * breakAfter {
		_, err := c.Answer(context.Background(), question("more shards"), manual)
		wantFault(t, err, FaultBadJSON)
	}
}

// TestGivenUp wants questions that are given up, as with an interrupt, neither
// blamed on the server nor counted by the breaker, for or against it.
func TestGivenUp(t *testing.T) {
	s := newScripted(t)
	c := s.client(nil)
	giveUp := func() {
		t.Helper()
		ctx, cancel := context.WithCancel(context.Background())
		s.Handle(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		_, err := c.Answer(ctx, question("more shards"), manual)
		wantFault(t, err, FaultCancelled)
	}
	for range 2 * breakAfter {
		giveUp()
	}
	for i := range breakAfter {
		if i == breakAfter-1 {
			giveUp()
		}
		s.Handle(body(401, `{"error":{"message":"x"}}`))
		_, err := c.Answer(context.Background(), question("more shards"), manual)
		wantFault(t, err, FaultKey)
	}
	_, err := c.Answer(context.Background(), question("more shards"), manual)
	wantFault(t, err, FaultPaused)
}

// TestWaitFor wants what a server asks for kept within bounds.
func TestWaitFor(t *testing.T) {
	for asked, want := range map[string]time.Duration{
		"0": 0, "0.5": 500 * time.Millisecond, "3": 3 * time.Second, "60": maxWait, "1e30": maxWait, "Inf": maxWait,
	} {
		if got := waitFor(&http.Response{Header: http.Header{"Retry-After": {asked}}}, 1); got != want {
			t.Errorf("Retry-After %s: %s, want %s", asked, got, want)
		}
	}
	for _, bad := range []string{"", "-1", "NaN", "Fri, 31 Dec 1999 23:59:59 GMT"} {
		if got := waitFor(&http.Response{Header: http.Header{"Retry-After": {bad}}}, 1); got < firstWait/2 || got > 2*firstWait {
			t.Errorf("Retry-After %q: %s", bad, got)
		}
	}
}

// TestOneMoreTry lets a model that broke the schema say it again.
func TestOneMoreTry(t *testing.T) {
	s := newScripted(t)
	s.Says(func(req string) string {
		if strings.Contains(req, "not the JSON asked for") {
			return steps(t, good)
		}
		return "Sure! Here is the JSON"
	})
	g, err := s.client(nil).Answer(context.Background(), question("more shards"), manual)
	if err != nil || len(g.Steps) != 1 || s.asked() != 2 {
		t.Errorf("%+v, %v after %d requests", g, err, s.asked())
	}
}

// TestBudget wants each budget kept, and a new day to begin anew.
func TestBudget(t *testing.T) {
	now := time.Date(2026, 11, 25, 23, 0, 0, 0, time.UTC)
	for name, b := range map[string]Budget{
		"all": {TokensPerDay: 1500}, "guild": {TokensPerGuild: 1500}, "cost": {CentsPerMillion: 1e6, CentsPerDay: 1500},
	} {
		s := newScripted(t)
		s.saysSteps(good)
		clock := now
		c := s.client(func(o *Options) { o.Budget, o.Now = b, func() time.Time { return clock } })
		var err error
		n := 0
		for ; err == nil && n < 100; n++ {
			_, err = c.Answer(context.Background(), question(fmt.Sprint("more shards", n)), manual)
		}
		wantFault(t, err, FaultBudget)
		if n < 2 {
			t.Errorf("%s: not even one answer", name)
		}
		other := question("more shards")
		other.Guild = "2"
		if _, err := c.Answer(context.Background(), other, manual); (err == nil) != (name == "guild") {
			t.Errorf("%s: another guild gets %v", name, err)
		}
		clock = now.Add(2 * time.Hour)
		if _, err := c.Answer(context.Background(), question("again"), manual); err != nil {
			t.Errorf("%s: the next day gets %v", name, err)
		}
	}
}

// TestAddresses wants bad addresses refused before anything is sent.
func TestAddresses(t *testing.T) {
	for _, o := range []Options{
		{BaseURL: "localhost:8000"}, {BaseURL: "ftp://x/v1"}, {BaseURL: "://"}, {BaseURL: "http://models.example.com/v1", Key: "k"},
	} {
		if _, err := New(o); err == nil || !strings.HasPrefix(err.Error(), "model: ") {
			t.Errorf("%q: %v", o.BaseURL, err)
		}
	}
	for _, u := range []string{"", "https://models.example.com/v1", "http://127.0.0.1:1/v1", "http://10.1.2.3/v1", "http://localhost:11434/v1"} {
		if _, err := New(Options{BaseURL: u, Key: "k"}); err != nil {
			t.Errorf("%q: %v", u, err)
		}
	}
}

// TestOff wants a client without models, and none at all, to do nothing.
func TestOff(t *testing.T) {
	var none *Client
	if none.CanChat() || none.CanEmbed() {
		t.Error("no client can do something")
	}
	s := newScripted(t)
	c := s.client(func(o *Options) { o.Chat, o.Embed = "", "" })
	if _, err := c.Answer(context.Background(), question("x"), manual); err == nil || c.CanChat() || c.CanEmbed() || s.asked() != 0 {
		t.Errorf("%v after %d requests", err, s.asked())
	}
}

// TestLongAnswer wants an endless answer cut off.
func TestLongAnswer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"choices":[{"message":{"content":"`)
		chunk := strings.Repeat("a", 1<<20)
		for range 40 {
			if _, err := fmt.Fprint(w, chunk); err != nil {
				return
			}
		}
		fmt.Fprint(w, `"}}]}`)
	}))
	t.Cleanup(s.Close)
	c, err := New(Options{BaseURL: s.URL, Chat: "m"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Answer(context.Background(), question("more shards"), manual)
	wantFault(t, err, FaultCut)
}
