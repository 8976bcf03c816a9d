package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

const (
	// maxResumes is how many connections in a row may fail to resume a session
	// before it is given up for a new one.
	maxResumes = 3
	// fewStarts is where Discord's own count of IDENTIFYs left becomes worrying.
	fewStarts = 100
)

// gateway is the supervisor's state. It is used by one goroutine.
type gateway struct {
	s       *Session
	session resume
	budget  budget
	// failures counts connections in a row that did not last, failedResumes
	// those among them that did not resume.
	failures, failedResumes int
	lastURL                 string
}

// supervise keeps the bot connected until ctx ends. It returns nil then, and a
// *FatalError if trying again cannot help.
func (s *Session) supervise(ctx context.Context) error {
	g := &gateway{s: s, budget: budget{perHour: s.opt.IdentifiesPerHour, gap: s.opt.Timings.IdentifyGap}}
	for {
		start := time.Now()
		err := g.connect(ctx)
		s.health.ready.Store(false)
		if ctx.Err() != nil {
			return nil
		}
		if fatal := fatalFor(err, s.opt.Intents); fatal != nil {
			s.log.Error("the bot stops", "err", fatal)
			return fatal
		}
		wait := g.next(err, time.Since(start))
		level := slog.LevelWarn
		if errors.Is(err, errReconnect) {
			level = slog.LevelInfo // Discord does so several times a day
		}
		s.log.Log(ctx, level, "not connected to Discord", "err", err, "resume", g.session.id != "",
			"failures", g.failures, "wait", wait)
		s.health.expect(wait, "waiting to reconnect")
		if sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// next sorts out why a connection ended, and returns how long to wait.
func (g *gateway) next(err error, lived time.Duration) time.Duration {
	t := g.s.opt.Timings
	var closed *websocket.CloseError
	dead := errors.As(err, &closed) && (closed.Code == closeInvalidSequence || closed.Code == closeSessionTimedOut)
	if lived >= t.Stable {
		g.failures = 0
	}
	g.failures++
	if dead || errors.Is(err, errInvalid) || g.failedResumes >= maxResumes {
		g.session, g.failedResumes = resume{}, 0
	}
	wait := backoff(g.failures-1, t.Backoff, t.BackoffMax)
	if errors.Is(err, errInvalid) {
		wait = max(wait, between(t.Invalid/5, t.Invalid))
	}
	return wait
}

// connect makes one connection and serves it to its end.
func (g *gateway) connect(ctx context.Context) error {
	resuming := g.session.id != ""
	if !resuming {
		if err := g.mayIdentify(ctx); err != nil {
			return err
		}
	}
	address, err := g.address(ctx)
	if err != nil {
		return err
	}
	up, err := g.dial(ctx, address)
	if err != nil {
		g.failedResumes += bool2int(resuming && g.session.url == g.lastURL)
		return err
	}
	l := newLink(g.s, up, g.session, func() { g.budget.spend(time.Now()) })
	err = l.run(ctx)
	switch {
	case l.established:
		g.s.health.interrupted()
		g.session, g.failedResumes = l.now, 0
	case resuming:
		g.session.seq = l.now.seq
		g.failedResumes++
	}
	return err
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mayIdentify waits until the budget allows another IDENTIFY.
func (g *gateway) mayIdentify(ctx context.Context) error {
	for {
		wait, spent := g.budget.wait(time.Now())
		if wait <= 0 {
			return ctx.Err()
		}
		if spent {
			g.s.log.Error("too many new gateway sessions, pausing lest Discord reset the token",
				"per_hour", g.budget.perHour, "wait", wait)
		}
		g.s.health.expect(wait, "waiting for the IDENTIFY budget")
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// address returns where to connect: to resume, the address that READY named,
// unless it has just failed; otherwise the one that REST names.
func (g *gateway) address(ctx context.Context) (string, error) {
	if g.session.url != "" && g.failedResumes == 0 && g.permitted(g.session.url) {
		g.lastURL = g.session.url
		return g.session.url, nil
	}
	g.lastURL = ""
	found, err := g.lookUp(ctx)
	if err != nil {
		return "", fmt.Errorf("looking up the gateway: %w", err)
	}
	if !g.permitted(found.URL) {
		return "", errors.New("looking up the gateway: the address is not one of Discord's, nor on the configured API's host")
	}
	return found.URL, g.heed(ctx, found.SessionStartLimit)
}

// lookUp asks REST for the gateway. A REST proxy or a test peer may serve the
// public look-up alone, which says nothing about limits.
func (g *gateway) lookUp(ctx context.Context) (*discordgo.GatewayBotResponse, error) {
	limit := 2*g.s.opt.Timings.Request + g.s.opt.Timings.MaxWait
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	g.s.health.expect(limit, "looking up the gateway")
	found, err := get[discordgo.GatewayBotResponse](ctx, g.s, endpoint(http.MethodGet, "/gateway/bot"))
	switch {
	case errors.Is(err, ErrUnauthorized):
		return nil, unauthorized()
	case err != nil && ctx.Err() == nil:
		return get[discordgo.GatewayBotResponse](ctx, g.s, endpoint(http.MethodGet, "/gateway"))
	}
	return found, err
}

// heed obeys Discord's own count of the sessions that may still be started.
func (g *gateway) heed(ctx context.Context, start discordgo.SessionInformation) error {
	if start.Total == 0 || g.session.id != "" || start.Remaining > fewStarts {
		return nil
	}
	reset := time.Duration(start.ResetAfter) * time.Millisecond
	g.s.log.Error("few new gateway sessions are left, after the last one Discord resets the token",
		"left", start.Remaining, "of", start.Total, "reset_after", reset)
	if start.Remaining > 0 {
		return nil
	}
	g.s.health.expect(reset, "waiting for Discord's session limit")
	return sleep(ctx, reset)
}

// permitted says whether the token may be sent to an address: over TLS to
// Discord, or to the host that the operator configured instead.
func (g *gateway) permitted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	host := u.Hostname()
	if u.Scheme == "wss" && (host == "discord.gg" || strings.HasSuffix(host, ".discord.gg")) {
		return true
	}
	api := g.s.opt.APIURL
	return api != nil && (u.Scheme == "ws" || u.Scheme == "wss") && (host == api.Hostname() || loopback(host))
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// dial opens the websocket to Discord.
func (g *gateway) dial(ctx context.Context, address string) (*websocket.Conn, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("connecting to the gateway: %w", err)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	q := u.Query()
	q.Set("v", discordgo.APIVersion)
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	d := &websocket.Dialer{HandshakeTimeout: g.s.opt.Timings.Dial, Proxy: http.ProxyFromEnvironment}
	if g.s.opt.Dial != nil {
		d.NetDialContext, d.Proxy = g.s.opt.Dial, nil
	}
	g.s.health.expect(g.s.opt.Timings.Dial, "connecting")
	g.s.health.connections.Add(1)
	conn, resp, err := d.DialContext(ctx, u.String(), http.Header{"User-Agent": {userAgent}})
	if err != nil && resp != nil {
		return nil, fmt.Errorf("connecting to the gateway: HTTP %d: %w", resp.StatusCode, err)
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to the gateway: %w", err)
	}
	return conn, nil
}

// budget counts IDENTIFYs: Discord allows 1000 a day and resets the token of a
// bot that sends more. A bot that flaps all day must stay far below.
type budget struct {
	perHour int
	gap     time.Duration
	used    []time.Time
}

// spend counts one.
func (b *budget) spend(now time.Time) { b.used = append(b.used, now) }

// wait returns how long until another may be sent, and whether the hour's share
// is spent.
func (b *budget) wait(now time.Time) (wait time.Duration, spent bool) {
	for len(b.used) > 0 && now.Sub(b.used[0]) >= time.Hour {
		b.used = b.used[1:]
	}
	n := len(b.used)
	if n == 0 {
		return 0, false
	}
	if n >= b.perHour {
		return b.used[n-b.perHour].Add(time.Hour).Sub(now), true
	}
	return max(0, b.used[n-1].Add(b.gap).Sub(now)), false
}
