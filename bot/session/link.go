package session

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Gateway opcodes. Source: Discord's table of gateway opcodes.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

const (
	// maxPacket bounds one packet: a large server's GUILD_CREATE has megabytes.
	maxPacket = 64 << 20
	// writeTimeout bounds every write on either side.
	writeTimeout = 10 * time.Second
	// Heartbeat intervals outside of these bounds are refused: discordgo panics
	// on 0, and nothing would notice a dead link under a very long one. Discord
	// sends about 41 s.
	minInterval, maxInterval = 10 * time.Millisecond, 10 * time.Minute
)

// What ends a link, apart from *websocket.CloseError and network errors.
var (
	errReconnect = errors.New("a new connection was asked for (op 7)")
	errInvalid   = errors.New("the session was declared invalid (op 9)")
	errRefused   = errors.New("the session was interrupted and can be resumed (op 9)")
	errSilent    = errors.New("the gateway has gone silent")
	errNoAck     = errors.New("the gateway does not answer heartbeats")
	errProtocol  = errors.New("the gateway broke the protocol")
	errWrite     = errors.New("writing to the gateway failed")
)

// lastWords is how long the reader may look for the reason of a failed write.
const lastWords = time.Second

// resume is what is needed to continue a session on another connection.
type resume struct {
	id  string
	url string
	seq int64
	who identity
}

// link is one connection to Discord with the discordgo.Session that it feeds.
// receive carries packets down to discordgo, send carries them up to Discord;
// the first error of any part ends all. A link is used once.
type link struct {
	s     *Session
	up    *websocket.Conn // to Discord
	upMu  sync.Mutex      // held while writing to up
	down  *websocket.Conn // to discordgo
	spend func()          // told of each IDENTIFY

	// from is the session to resume; its id is empty for a new one.
	from resume
	// now is the session as it goes on. Only receive writes it.
	now resume

	// established says that READY or RESUMED came; shown that discordgo has been
	// given a READY; progress when a packet last brought the session nearer to
	// being established. Only receive uses them.
	established bool
	shown       bool
	start       time.Time
	progress    time.Time

	interval atomic.Int64 // the heartbeat interval, 0 before HELLO
	seq      atomic.Int64
	beat     atomic.Int64 // when the unanswered heartbeat was sent, or 0

	wg    sync.WaitGroup
	once  sync.Once
	done  chan struct{}
	cause error

	read    chan struct{} // closed when receive has returned readErr
	readErr error
}

// newLink makes a link over up. It resumes the session from, if that has an id.
func newLink(s *Session, up *websocket.Conn, from resume, spend func()) *link {
	now := time.Now()
	l := &link{s: s, up: up, spend: spend, from: from, now: from, start: now, progress: now,
		done: make(chan struct{}), read: make(chan struct{})}
	l.seq.Store(from.seq)
	return l
}

// end ends the link with its cause; the first caller's counts.
func (l *link) end(cause error) {
	l.once.Do(func() {
		l.cause = cause
		close(l.done)
	})
}

// run serves the connection until it ends, and returns why. When it returns,
// nothing of the link runs any more but discordgo's second of closing.
func (l *link) run(ctx context.Context) error {
	library, ours := net.Pipe()
	dg, err := l.library(library)
	if err != nil {
		return err
	}
	opened := make(chan struct{})
	l.wg.Go(func() { l.end(l.serve(ours)) })
	go func() {
		defer close(opened)
		if err := dg.Open(); err != nil {
			l.end(fmt.Errorf("discordgo could not open: %w", err))
		}
	}()
	code := closeKeepSession
	select {
	case <-l.done:
		l.settle()
	case <-ctx.Done():
		l.end(ctx.Err())
		code = websocket.CloseNormalClosure
	}
	_ = l.up.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	l.up.Close()
	ours.Close()
	library.Close()
	l.wg.Wait()
	select {
	case <-opened:
	case <-time.After(writeTimeout):
		// Nothing known leads here. If it happens, a goroutine is lost and not the bot.
		l.s.log.Error("discordgo does not let go of a closed connection, leaving it behind")
	}
	return l.cause
}

// settle corrects the cause when a write failed: that is only a symptom, for
// once Discord has closed, a heartbeat may fail before the close frame is read.
// What the reader finds within a moment is the cause, above all a fatal code.
func (l *link) settle() {
	if !errors.Is(l.cause, errWrite) {
		return
	}
	t := time.NewTimer(lastWords)
	defer t.Stop()
	select {
	case <-l.read:
		l.cause = l.readErr
	case <-t.C:
	}
}

// library makes the discordgo.Session of this link: all it can reach is the
// in-memory pipe, and it neither reconnects nor retries nor keeps state.
func (l *link) library(pipe net.Conn) (*discordgo.Session, error) {
	dg, err := discordgo.New("Bot " + l.s.opt.Token)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	dg.Client = &http.Client{Transport: lookUp{}}
	dg.Dialer = &websocket.Dialer{
		NetDialContext:   func(context.Context, string, string) (net.Conn, error) { return pipe, nil },
		HandshakeTimeout: writeTimeout,
	}
	dg.ShouldReconnectOnError = false
	dg.ShouldReconnectVoiceOnSessionError = false
	dg.ShouldRetryOnRateLimit = false
	dg.MaxRestRetries = 0
	dg.StateEnabled = false
	dg.Compress = false
	dg.LogLevel = discordgo.LogWarning
	dg.UserAgent = userAgent
	dg.Identify.Intents = l.s.opt.Intents
	dg.Identify.LargeThreshold = 50
	// In the reading goroutine, so that order is kept; onEvent never blocks.
	dg.SyncEvents = true
	dg.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { l.s.onEvent(e) })
	return dg, nil
}

// lookUp answers discordgo's question for the gateway's address with the pipe,
// and nothing else: every other call must go through api.
type lookUp struct{}

// RoundTrip implements http.RoundTripper.
func (lookUp) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.String() != discordgo.EndpointGateway {
		return nil, errRefusedHost
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader(`{"url":"ws://link/"}`)),
	}, nil
}

// serve is the gateway that discordgo sees. It returns when the link ends.
func (l *link) serve(conn net.Conn) error {
	var err error
	if l.down, err = accept(conn); err != nil {
		return fmt.Errorf("discordgo's handshake: %w", err)
	}
	l.wg.Go(func() {
		l.readErr = l.receive()
		close(l.read)
		l.end(l.readErr)
	})
	return l.send()
}

// accept does the server's part of a websocket handshake on conn.
func accept(conn net.Conn) (*websocket.Conn, error) {
	if err := conn.SetDeadline(time.Now().Add(writeTimeout)); err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, err
	}
	u := websocket.Upgrader{ReadBufferSize: 4096, WriteBufferSize: 4096}
	return u.Upgrade(hijacked{conn, bufio.NewReadWriter(r, bufio.NewWriter(conn))}, req, nil)
}

// hijacked is a connection as an http.ResponseWriter that the Upgrader can take
// over. Only refused handshakes write to it, and those have no reader.
type hijacked struct {
	conn net.Conn
	rw   *bufio.ReadWriter
}

func (hijacked) Header() http.Header         { return http.Header{} }
func (hijacked) Write(p []byte) (int, error) { return len(p), nil }
func (hijacked) WriteHeader(int)             {}

// Hijack implements http.Hijacker.
func (h hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, h.rw, nil }

// receive carries packets from Discord to discordgo.
func (l *link) receive() error {
	l.up.SetReadLimit(maxPacket)
	for {
		if err := l.up.SetReadDeadline(l.deadline(time.Now())); err != nil {
			return err
		}
		_, data, err := l.up.ReadMessage()
		if err != nil {
			return silence(err)
		}
		now := time.Now()
		l.s.health.lastPacket.Store(now.UnixNano())
		packets, err := l.inspect(data, now)
		if err != nil {
			return err
		}
		for _, p := range packets {
			if err := write(l.down, p); err != nil {
				return fmt.Errorf("discordgo does not read: %w", err)
			}
		}
	}
}

// deadline is when the next packet must have come. It also tells the watchdog.
func (l *link) deadline(now time.Time) time.Time {
	t, phase := l.s.opt.Timings, "connected"
	interval := time.Duration(l.interval.Load())
	var at time.Time
	switch {
	case interval == 0:
		at, phase = l.start.Add(t.Hello), "waiting for HELLO"
	case !l.established:
		at, phase = l.progress.Add(t.Ready), "waiting for READY"
	default:
		at = now.Add(interval + t.Ack)
	}
	l.s.health.expect(at.Sub(now), phase)
	return at
}

// silence names a read deadline for what it means.
func silence(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return errSilent
	}
	return err
}

func write(c *websocket.Conn, data []byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return c.WriteMessage(websocket.TextMessage, data)
}

// send carries packets from discordgo to Discord.
func (l *link) send() error {
	for {
		_, data, err := l.down.ReadMessage()
		if err != nil {
			return fmt.Errorf("discordgo hung up: %w", err)
		}
		if data, err = l.rewrite(data, time.Now()); err != nil {
			return err
		}
		if err := l.writeUp(data); err != nil {
			return err
		}
	}
}

func (l *link) writeUp(data []byte) error {
	l.upMu.Lock()
	defer l.upMu.Unlock()
	if err := write(l.up, data); err != nil {
		return fmt.Errorf("%w: %w", errWrite, err)
	}
	return nil
}

// rewrite turns discordgo's IDENTIFY into a RESUME where there is a session to
// resume, and gives heartbeats the true sequence number: discordgo only knows
// that of the events it was shown.
func (l *link) rewrite(data []byte, now time.Time) ([]byte, error) {
	var p struct {
		Op int `json:"op"`
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("discordgo sent nonsense: %w", err)
	}
	switch p.Op {
	case opIdentify:
		if l.from.id != "" {
			l.s.health.resumes.Add(1)
			return json.Marshal(map[string]any{"op": opResume, "d": map[string]any{
				"token": "Bot " + l.s.opt.Token, "session_id": l.from.id, "seq": l.from.seq}})
		}
		l.s.health.identifies.Add(1)
		l.spend()
	case opHeartbeat:
		return l.heartbeat(now)
	}
	return data, nil
}

// heartbeat counts a heartbeat that is about to be sent. One that the server
// asked for may overtake an answer, so a missing answer counts only once it is
// older than an answer may be.
func (l *link) heartbeat(now time.Time) ([]byte, error) {
	patience := min(l.s.opt.Timings.Ack, time.Duration(l.interval.Load()))
	if sent := l.beat.Load(); sent == 0 {
		l.beat.Store(now.UnixNano())
	} else if now.Sub(time.Unix(0, sent)) >= patience*9/10 {
		return nil, errNoAck
	}
	var d any
	if seq := l.seq.Load(); seq > 0 {
		d = seq
	}
	return json.Marshal(map[string]any{"op": opHeartbeat, "d": d})
}
