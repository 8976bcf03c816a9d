package playground

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options set a server up. The zero value is the playground of the demo.
type Options struct {
	// Log receives what happens at debug level, never message text. Nil is silent.
	Log *slog.Logger
	// Token is the bot's token; "playground" when empty.
	Token string
	// BotName is the bot's user name; "milvus-medic" when empty.
	BotName string
	// Observe, when set, is told of each REST call with its whole body before
	// it is answered or a fault strikes. It may be called by several goroutines
	// at once; the request must not be kept, only a clone of it.
	Observe func(r *http.Request, body []byte)
	// Samples are texts the web page offers to send.
	Samples []Sample
	// HeartbeatInterval is announced in HELLO; 41.25 s when zero.
	HeartbeatInterval time.Duration
	// InteractionDeadline is the time to answer an interaction; 3 s when zero.
	InteractionDeadline time.Duration
	// TokenLifetime is how long an interaction's token works; 15 min when zero.
	TokenLifetime time.Duration
	// SessionLifetime is how long a dropped gateway session can be resumed; 2 min when zero.
	SessionLifetime time.Duration
	// MessageContent switches the privileged MESSAGE_CONTENT intent on, as an
	// owner does in the developer portal.
	MessageContent bool
	// UserInstall keeps the bot out of the guild: people have installed its
	// commands for themselves, and it can do nothing but answer them.
	UserInstall bool
	// GuildMembers switches the privileged GUILD_MEMBERS intent on.
	GuildMembers bool
	// IdentifyBudget is how many IDENTIFYs a token survives; 1000 when zero,
	// as Discord allows in a day. The one after resets the token.
	IdentifyBudget int
	// RouteLimit is the number of requests per second a REST bucket takes; 50 when zero.
	RouteLimit int
	// GlobalLimit is the number of requests per second a bot may make, callbacks
	// and follow-ups of interactions left out; 50 when zero.
	GlobalLimit int
}

// Sample is a text the web page offers to send.
type Sample struct {
	// Title names the sample in the list.
	Title string `json:"title"`
	// Text is what is sent.
	Text string `json:"text"`
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	orStr := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	orDur := func(p *time.Duration, v time.Duration) {
		if *p <= 0 {
			*p = v
		}
	}
	orInt := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	orStr(&o.Token, "playground")
	orStr(&o.BotName, "milvus-medic")
	orDur(&o.HeartbeatInterval, 41250*time.Millisecond)
	orDur(&o.InteractionDeadline, 3*time.Second)
	orDur(&o.TokenLifetime, 15*time.Minute)
	orDur(&o.SessionLifetime, 2*time.Minute)
	orInt(&o.IdentifyBudget, 1000)
	orInt(&o.RouteLimit, 50)
	orInt(&o.GlobalLimit, 50)
	return o
}

// Server is one playground. Make it with [New].
type Server struct {
	opts Options
	log  *slog.Logger

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced on every change
	ids          ids
	world        *world
	files        files
	secret       string // signs attachment addresses
	interactions map[string]*interaction
	commands     commandSet
	nonces       map[string]nonce
	pings        []Ping
	requests     []*Request
	invalid      int
	faults       []*Fault
	buckets      map[string]*bucket
	tokenDead    bool
	messageText  bool
	gw           gateway
	out          outbound
	web          map[*webStream]bool

	http   *http.Server
	addr   string
	closed chan struct{}
	wg     sync.WaitGroup
}

// New makes a server with its seeded world; [Server.Start] opens its socket.
func New(o Options) *Server {
	o = o.withDefaults()
	return &Server{
		opts: o, log: o.Log,
		changed:      make(chan struct{}),
		world:        newWorld(o.BotName, !o.UserInstall),
		files:        files{byPath: map[string]*file{}},
		secret:       secret(16),
		interactions: map[string]*interaction{},
		commands:     newCommandSet(),
		nonces:       map[string]nonce{},
		buckets:      map[string]*bucket{},
		messageText:  o.MessageContent,
		gw:           gateway{sessions: map[string]*session{}, conns: map[*conn]bool{}},
		out:          newOutbound(o),
		web:          map[*webStream]bool{},
		closed:       make(chan struct{}),
	}
}

// Start listens on addr, for example "127.0.0.1:8420" or "127.0.0.1:0", and
// serves until [Server.Close]. It returns once the socket is open.
func (s *Server) Start(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("playground: listen on %s: %w; choose another address with --addr", addr, err)
	}
	s.mu.Lock()
	s.addr = reachable(ln.Addr().String())
	s.http = &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second}
	srv := s.http
	s.mu.Unlock()
	s.wg.Go(func() {
		if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("playground stopped serving", "err", err)
		}
	})
	return nil
}

// reachable replaces "every interface" by the address a client on this machine
// can dial.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// URL is the address of the web page, for example "http://127.0.0.1:8420".
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "http://" + s.addr
}

// APIURL is the base of the REST API without a version, what DISCORD_API_URL
// is set to, for example "http://127.0.0.1:8420/api".
func (s *Server) APIURL() string { return s.URL() + "/api" }

// Token is the bot token this server accepts.
func (s *Server) Token() string { return s.opts.Token }

// Close cuts every connection and waits until the server's goroutines are gone.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return
	default:
	}
	close(s.closed)
	for c := range s.gw.conns {
		c.cut()
	}
	for _, it := range s.interactions {
		it.timer.Stop()
	}
	srv := s.http
	s.mu.Unlock()
	if srv != nil {
		srv.Close()
	}
	s.wg.Wait()
}

func (s *Server) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

// notify wakes everybody who waits for a change. The lock is held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait blocks until cond holds, asking again after every change of the server's
// state. It returns the context's error, or an error when the server closed.
// cond runs without the server's lock and may call any method.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		ch := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-ch:
		case <-ctx.Done():
			return fmt.Errorf("playground: wait: %w", ctx.Err())
		case <-s.closed:
			return errors.New("playground: wait: the server was closed")
		}
	}
}

// do runs f under the lock.
func (s *Server) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// bot is the bot's user.
func (s *Server) bot() *user { return s.world.users[seedBot] }

// BotID is the bot's user id, which is its application id too.
func (s *Server) BotID() string { return seedBot }

// GuildID is the id of the one guild.
func (s *Server) GuildID() string { return seedGuild }
