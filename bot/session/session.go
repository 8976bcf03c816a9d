// Package session is the one place where the bot talks to Discord. It knows
// nothing of problems, entries or replies: events come in as typed values, and
// messages go out through one wrapper.
//
// Events. discordgo's Session reads the gateway, but never the network: each
// connection to Discord ends in a link (link.go), which passes packets on over
// an in-memory socket. The link exists because discordgo v0.29 cannot be
// trusted with some packets: op 7 or a heartbeat answer before READY deadlocks
// Open, op 9 makes it identify at once on a session that could be resumed, a
// silent gateway hangs it for ever, fatal close codes are retried for ever, a
// HELLO without an interval panics, and its session id and sequence are private,
// so that only its own unbounded reconnect loop could resume. The link answers
// all that itself: one discordgo.Session serves one connection and is thrown
// away with it, and the supervisor (gateway.go) decides what comes next: RESUME,
// IDENTIFY within a budget, a pause, or the end. No goroutine and no lock
// outlives a connection by more than the second that discordgo sleeps while
// closing.
//
// Handlers. Every event passes one guard (guard.go): duplicates are dropped, a
// bounded queue that is fair between users holds it, a worker runs the handler
// with a deadline, a scoped logger and recover. An interaction that cannot be
// taken in time, fails or panics is answered with one fixed sentence.
//
// Requests. REST calls go through one small client (rest.go) rather than
// discordgo's: that one serialises all edits of interaction replies, keeps a
// bucket per interaction token for ever, sleeps deaf to the context, and repeats
// creates after a 502. Every message that leaves says that nothing in it may
// ping, and is checked against Discord's limits before it is sent.
//
// Errors never contain the bot's token or an interaction's: they name the route
// as a template ("POST /channels/{channel}/messages"), never as an address.
package session

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Defaults of Options. They suit a support bot on a few servers.
const (
	DefaultWorkers           = 16
	DefaultQueueSize         = 256
	DefaultPerUser           = 8
	DefaultIdentifiesPerHour = 12
	DefaultRefusalLimit      = 1000
)

// Options configures a Session. Only Token is required.
type Options struct {
	// Token is the bot's token, with or without the prefix "Bot ".
	Token string
	// APIURL replaces Discord: https://discord.com/api/vN/x is sent to
	// APIURL/vN/x, and the hosts of attachments to the origin of APIURL. Nil
	// means Discord. The transport does it; discordgo's globals stay untouched.
	APIURL *url.URL
	// Intents says which events Discord sends; ask for the fewest.
	Intents discordgo.Intent
	// Handler receives the events.
	Handler Handler
	// Log is where things are reported; nil discards them. Whatever handler it
	// has is wrapped with Censor for the token.
	Log *slog.Logger
	// Transport carries REST calls and downloads; nil means a transport of the
	// session's own.
	Transport http.RoundTripper
	// Dial opens the gateway's network connection; nil means TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Workers is the number of handlers that run at once.
	Workers int
	// QueueSize is how many interactions, and how many other events, may wait.
	QueueSize int
	// PerUser is how many events of one user may wait.
	PerUser int
	// IdentifiesPerHour caps IDENTIFY: Discord resets the token of a bot that
	// sends more than 1000 in a day.
	IdentifiesPerHour int
	// RefusalLimit is how many answers of 401, 403 or 429 in ten minutes stop
	// all requests; Discord bans the address at 10 000.
	RefusalLimit int
	// Texts are the two sentences the session itself says to users.
	Texts Texts
	// Observe, when set, is told how long things took: "first_response" from
	// receipt to Discord's answer, "handler", "queue". It must not block.
	Observe func(what string, took time.Duration)
	// Timings are the waits and deadlines; zero fields get defaults.
	Timings Timings
}

// Texts are the sentences with which the session answers an interaction by
// itself. A nil function means English.
type Texts struct {
	// Busy is said when an interaction cannot be taken in time.
	Busy func(discordgo.Locale) string
	// Failed is said when a handler failed, panicked or ran out of time.
	Failed func(discordgo.Locale) string
}

func (t Texts) busy(l discordgo.Locale) string {
	if t.Busy != nil {
		return t.Busy(l)
	}
	return "I am busy at the moment. Please try again in a minute."
}

func (t Texts) failed(l discordgo.Locale) string {
	if t.Failed != nil {
		return t.Failed(l)
	}
	return "Something went wrong on my side. It has been logged; please try again."
}

// Session is one bot on Discord. Its methods may be called from any goroutine,
// those that send also before Run.
type Session struct {
	opt    Options
	log    *slog.Logger
	scrub  func(string) string
	api    *api
	cdn    *http.Client
	guard  *guard
	seen   *seen
	health health
	me     atomic.Pointer[identity]
	stop   atomic.Pointer[context.CancelCauseFunc]
	ran    atomic.Bool
}

// identity is who the bot is, as READY says.
type identity struct {
	user  *discordgo.User
	appID string
}

// New returns a Session that is not connected yet. It fails when the options
// make no sense.
func New(opt Options) (*Session, error) {
	words := strings.Fields(opt.Token)
	if len(words) > 0 && words[0] == "Bot" {
		words = words[1:]
	}
	switch len(words) {
	case 0:
		return nil, errors.New("session: no token: create one in the developer portal under Bot, and set it")
	case 1:
		opt.Token = words[0]
	default:
		return nil, errors.New("session: the token contains white space: copy it again from the developer portal")
	}
	if u := opt.APIURL; u != nil && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return nil, errors.New("session: the API address must be an absolute http or https URL")
	}
	opt.setDefaults()
	s := &Session{opt: opt}
	handler := newCensor(opt.Log.Handler(), opt.Token)
	s.log, s.scrub = slog.New(handler), handler.text
	s.forwardDiscordgoLog()
	s.seen = newSeen(seenSize)
	s.guard = newGuard(s)
	s.api = newAPI(s)
	s.cdn = newCDNClient(opt)
	return s, nil
}

func (o *Options) setDefaults() {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(string, time.Duration) {}
	}
	for _, d := range []struct {
		field *int
		value int
	}{
		{&o.Workers, DefaultWorkers},
		{&o.QueueSize, DefaultQueueSize},
		{&o.PerUser, DefaultPerUser},
		{&o.IdentifiesPerHour, DefaultIdentifiesPerHour},
		{&o.RefusalLimit, DefaultRefusalLimit},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	o.Timings.setDefaults()
}

// Run connects and stays connected until ctx ends, then lets running handlers
// finish within Timings.Drain and returns nil. It returns a *FatalError when
// nothing but a person can help: a refused token, an intent that is switched
// off. It can be called once.
func (s *Session) Run(ctx context.Context) error {
	if s.ran.Swap(true) {
		return errors.New("session: Run was called twice: make a new Session")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	s.stop.Store(&cancel)
	s.guard.start()
	s.health.begin()
	err := s.supervise(ctx)
	s.guard.drain()
	s.health.end()
	var fatal *FatalError
	if errors.As(context.Cause(ctx), &fatal) {
		return fatal
	}
	return err
}

// fail ends Run with a fatal error.
func (s *Session) fail(err *FatalError) {
	if cancel := s.stop.Load(); cancel != nil {
		(*cancel)(err)
	}
}

// Me returns the bot's own user, nil until the first Ready event.
func (s *Session) Me() *discordgo.User {
	if id := s.me.Load(); id != nil {
		return id.user
	}
	return nil
}

// AppID returns the application's id, empty until the first Ready event.
func (s *Session) AppID() string {
	if id := s.me.Load(); id != nil {
		return id.appID
	}
	return ""
}
