package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

const (
	testToken = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.canary-of-the-bot-token"
	testLimit = 20 * time.Second // how long a test waits for what must happen
)

// fake is a Discord for the nasty cases: the test plays the gateway packet by
// packet, and answers REST calls as it likes.
type fake struct {
	t     *testing.T
	url   *url.URL
	conns chan *fakeConn
	// rest answers calls other than the look-up of the gateway.
	rest atomic.Pointer[http.HandlerFunc]
	// lookup, if set, answers the look-up.
	lookup atomic.Pointer[http.HandlerFunc]
	dials  atomic.Int64

	mu    sync.Mutex
	calls []fakeCall
}

type fakeCall struct {
	method, path, query, auth, kind string
	body                            []byte
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, conns: make(chan *fakeConn, 100)}
	mux := http.NewServeMux()
	mux.HandleFunc("/ws/", f.serveGateway)
	mux.HandleFunc("/api/v9/gateway/bot", f.serveLookup)
	mux.HandleFunc("/", f.serveREST)
	srv := httptest.NewServer(mux)
	f.url, _ = url.Parse(srv.URL + "/api")
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	return f
}

func (f *fake) gatewayURL() string { return "ws://" + f.url.Host + "/ws/" }

func (f *fake) serveLookup(w http.ResponseWriter, r *http.Request) {
	if h := f.lookup.Load(); h != nil {
		(*h)(w, r)
		return
	}
	fmt.Fprintf(w, `{"url":%q,"shards":1,"session_start_limit":{"total":1000,"remaining":999,"reset_after":1000,"max_concurrency":1}}`, f.gatewayURL())
}

func (f *fake) serveREST(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.calls = append(f.calls, fakeCall{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), body})
	f.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	if h := f.rest.Load(); h != nil {
		(*h)(w, r)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/callback") {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	fmt.Fprint(w, `{"id":"1","channel_id":"2"}`)
}

func (f *fake) answer(h http.HandlerFunc) { f.rest.Store(&h) }

// waitCall waits for a call whose method and path contain what.
func (f *fake) waitCall(what string) fakeCall {
	f.t.Helper()
	var found fakeCall
	eventually(f.t, "a call of "+what, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, c := range f.calls {
			if strings.Contains(c.method+" "+c.path, what) {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

func (f *fake) serveGateway(w http.ResponseWriter, r *http.Request) {
	f.dials.Add(1)
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &fakeConn{t: f.t, ws: ws, path: r.URL.Path, packets: make(chan fakePacket, 100), closed: make(chan int, 1)}
	c.ack.Store(true)
	f.conns <- c
	c.read()
}

// accept waits for the bot's next connection.
func (f *fake) accept() *fakeConn {
	f.t.Helper()
	select {
	case c := <-f.conns:
		f.t.Cleanup(func() { c.ws.Close() })
		return c
	case <-time.After(testLimit):
		f.t.Fatal("the bot did not connect")
		return nil
	}
}

// start accepts a connection and brings it to READY.
func (f *fake) start(id string) *fakeConn {
	f.t.Helper()
	c := f.accept()
	c.hello(50 * time.Millisecond)
	c.expect(opIdentify)
	c.ready(id)
	return c
}

type fakePacket struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
}

type fakeConn struct {
	t       *testing.T
	ws      *websocket.Conn
	path    string
	packets chan fakePacket // all but heartbeats
	closed  chan int        // the close code that the bot sent, 0 for none
	ack     atomic.Bool
	beats   atomic.Int64
	lastSeq atomic.Int64 // of the last heartbeat
	mu      sync.Mutex
}

func (c *fakeConn) read() {
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			code := 0
			if e, ok := err.(*websocket.CloseError); ok {
				code = e.Code
			}
			c.closed <- code
			return
		}
		var p fakePacket
		if json.Unmarshal(data, &p) != nil {
			continue
		}
		if p.Op == opHeartbeat {
			c.beats.Add(1)
			var seq int64
			_ = json.Unmarshal(p.Data, &seq)
			c.lastSeq.Store(seq)
			if c.ack.Load() {
				c.send(`{"op":11}`)
			}
			continue
		}
		c.packets <- p
	}
}

func (c *fakeConn) send(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteMessage(websocket.TextMessage, []byte(text))
}

func (c *fakeConn) hello(interval time.Duration) {
	c.send(fmt.Sprintf(`{"op":10,"d":{"heartbeat_interval":%d}}`, interval.Milliseconds()))
}

func (c *fakeConn) ready(id string) {
	c.event(1, "READY", fmt.Sprintf(`{"v":9,"session_id":%q,"resume_gateway_url":"ws://%s/ws/resume-%s","guilds":[null,{"id":"7","unavailable":true}],
		"user":{"id":"200","username":"medic","bot":true},"application":{"id":"201"}}`, id, c.ws.LocalAddr(), id))
}

func (c *fakeConn) event(seq int, kind, data string) {
	c.send(fmt.Sprintf(`{"op":0,"s":%d,"t":%q,"d":%s}`, seq, kind, data))
}

func (c *fakeConn) message(seq int, id, text string) {
	c.event(seq, "MESSAGE_CREATE", fmt.Sprintf(`{"id":%q,"channel_id":"2","content":%q,"author":{"id":"9"}}`, id, text))
}

// expect waits for a packet with op and returns its data.
func (c *fakeConn) expect(op int) json.RawMessage {
	c.t.Helper()
	select {
	case p := <-c.packets:
		if p.Op != op {
			c.t.Fatalf("the bot sent op %d, want %d", p.Op, op)
		}
		return p.Data
	case <-time.After(testLimit):
		c.t.Fatalf("the bot did not send op %d", op)
		return nil
	}
}

// gone waits until the bot has closed the connection and returns its code.
func (c *fakeConn) gone() int {
	c.t.Helper()
	select {
	case code := <-c.closed:
		return code
	case <-time.After(testLimit):
		c.t.Fatal("the bot keeps the connection")
		return 0
	}
}

// close sends a close frame.
func (c *fakeConn) close(code int) {
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, "said the fake"), time.Now().Add(time.Second))
}

// cut breaks the connection without a word.
func (c *fakeConn) cut() {
	c.ws.UnderlyingConn().(*net.TCPConn).SetLinger(0)
	c.ws.UnderlyingConn().Close()
}

// quick are timings for tests over sockets.
func quick() Timings {
	return Timings{
		Hello: 2 * time.Second, Ready: 2 * time.Second, Ack: 200 * time.Millisecond,
		Backoff: 10 * time.Millisecond, BackoffMax: 50 * time.Millisecond, Invalid: 20 * time.Millisecond,
		IdentifyGap: time.Millisecond, Retry: time.Millisecond, Drain: 2 * time.Second,
	}
}

// logs collects everything that is logged, at every level.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logs) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// bot is a Session that runs against a fake.
type bot struct {
	*Session
	logs   *logs
	cancel context.CancelFunc
	ended  chan struct{}
	err    error
}

// startBot runs a session against f until the test ends.
func startBot(t *testing.T, f *fake, opt Options) *bot {
	t.Helper()
	b := &bot{logs: new(logs), ended: make(chan struct{})}
	opt.Token, opt.APIURL, opt.Log = testToken, f.url, b.logs.logger()
	if opt.Timings == (Timings{}) {
		opt.Timings = quick()
	}
	if opt.IdentifiesPerHour == 0 {
		opt.IdentifiesPerHour = 100
	}
	opt.Transport = &http.Transport{}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	b.Session = s
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	go func() {
		b.err = s.Run(ctx)
		close(b.ended)
	}()
	t.Cleanup(func() {
		cancel()
		b.wait(t)
		opt.Transport.(*http.Transport).CloseIdleConnections()
		if strings.Contains(b.logs.String(), "canary") {
			t.Error("a secret or user text was logged")
		}
		if strings.Contains(b.logs.String(), "does not let go") {
			t.Error("discordgo deadlocked")
		}
	})
	return b
}

// wait waits for Run to end and returns its error.
func (b *bot) wait(t *testing.T) error {
	t.Helper()
	select {
	case <-b.ended:
		return b.err
	case <-time.After(testLimit):
		t.Fatalf("Run did not end\n%s", allStacks())
		return nil
	}
}

func allStacks() string {
	buf := make([]byte, 1<<20)
	return string(buf[:runtime.Stack(buf, true)])
}

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(testLimit); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

// receive waits for a value.
func receive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(testLimit):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// messages is a Handler that passes messages and readiness on.
func messages(n int) (Handler, chan string, chan string) {
	texts, states := make(chan string, n), make(chan string, 100)
	return Handler{
		MessageCreate: func(_ context.Context, e *MessageEvent) error { texts <- e.Content; return nil },
		Ready:         func(context.Context, *ReadyEvent) error { states <- "ready"; return nil },
		Resumed:       func(context.Context, *ReadyEvent) error { states <- "resumed"; return nil },
	}, texts, states
}

// interaction is an interaction as the handler would get it.
func interaction(s *Session, id string) *Interaction {
	return &Interaction{
		Interaction: &discordgo.Interaction{ID: id, AppID: "201", Token: "canary-interaction-token-" + id, Type: discordgo.InteractionApplicationCommand},
		User:        &discordgo.User{ID: "9"}, Received: time.Now(), Log: s.log,
	}
}
