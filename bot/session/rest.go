package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// maxLimited is how many 429s one call puts up with.
	maxLimited = 5
	// maxUnsent is how often a call is repeated that never left this host.
	maxUnsent = 2
	// maxAnswer bounds what is read of an answer; the longest that is asked for,
	// a full list of commands, stays far below.
	maxAnswer = 8 << 20
	userAgent = "DiscordBot (https://github.com/milvus-medic/medic, 1)"
)

// call is one request.
type call struct {
	method string
	// route is method and path with placeholders; it goes into errors and logs.
	route string
	// major is the id that Discord counts limits by.
	major string
	url   string
	ctype string
	body  []byte
	// public calls carry their authority in the address, as interaction
	// endpoints do: the bot's token is not sent, the global limit does not apply,
	// and nothing is remembered about them.
	public bool
	// retries says how often the call may be repeated when nobody knows whether
	// it took effect. 0 for creates that Discord cannot tell from new ones.
	retries int
	// settled is the error code that, on a repeat, proves that the first attempt
	// took effect.
	settled int
}

// endpoint builds a call from a template such as "/channels/{channel}/messages"
// and the values of its placeholders in order. They are escaped, so that no id
// can change the path. The first one is the major parameter.
func endpoint(method, template string, values ...string) call {
	c := call{method: method, route: method + " " + template}
	if len(values) > 0 {
		c.major = values[0]
	}
	path, rest := "", template
	for _, v := range values {
		before, after, _ := strings.Cut(rest, "{")
		_, after, _ = strings.Cut(after, "}")
		path, rest = path+before+url.PathEscape(v), after
	}
	c.url = strings.TrimSuffix(discordgo.EndpointAPI, "/") + path + rest
	if method != http.MethodPost {
		c.retries = 2
	}
	return c
}

// json puts v as the body.
func (c call) json(v any) (call, error) {
	marshal := func() ([]byte, error) { return json.Marshal(v) }
	if p, ok := v.(*payload); ok {
		marshal = p.MarshalJSON // json.Marshal would read it all through again
	}
	b, err := marshal()
	if err != nil {
		return c, fmt.Errorf("session: %s: encoding the request: %w", c.route, err)
	}
	c.body, c.ctype = b, "application/json"
	return c, nil
}

// api is the REST client.
type api struct {
	http    *http.Client
	auth    string
	log     *slog.Logger
	limits  *limits
	refused *refusals
	times   Timings
	count   *counter
	fatal   func(*FatalError)
}

func newAPI(s *Session) *api {
	rt := s.opt.Transport
	if rt == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		rt = t
	}
	return &api{
		http: &http.Client{
			Transport: redirect{base: rt, api: s.opt.APIURL},
			// A redirect could carry the token elsewhere; Discord sends none.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		auth:    "Bot " + s.opt.Token,
		log:     s.log,
		limits:  newLimits(),
		refused: &refusals{limit: s.opt.RefusalLimit},
		times:   s.opt.Timings,
		count:   &s.health.requests,
		fatal:   s.fail,
	}
}

// do sends c, waits for rate limits, repeats what may be repeated, and returns
// the body of the success. A nil body with a nil error means that a repeat found
// the work done (call.settled). The error is an *Error, ErrStopped, or ctx's.
func (a *api) do(ctx context.Context, c call) ([]byte, error) {
	limited, unknown, unsent := 0, 0, 0
	for {
		if err := a.admit(ctx, &c); err != nil {
			return nil, err
		}
		body, fail := a.attempt(ctx, &c)
		if fail == nil {
			return body, nil
		}
		if unknown > 0 && c.settled != 0 && fail.Code == c.settled {
			return nil, nil
		}
		wait := backoff(unknown+unsent, a.times.Retry, a.times.MaxWait)
		switch {
		case fail.Status == http.StatusTooManyRequests && limited < maxLimited:
			limited++
			wait = fail.RetryAfter
		case fail.unsent && unsent < maxUnsent:
			unsent++
		case fail.Unknown && unknown < c.retries:
			unknown++
		default:
			return nil, fail
		}
		if !a.worthWaiting(ctx, wait) || sleep(ctx, wait) != nil {
			return nil, fail
		}
	}
}

// admit holds c back while the circuit is open or a limit is known.
func (a *api) admit(ctx context.Context, c *call) error {
	for {
		now := time.Now()
		if a.refused.full(now) {
			a.count.add("refused")
			return fmt.Errorf("%w (%s)", ErrStopped, c.route)
		}
		wait := a.limits.take(c, now)
		if wait == 0 {
			return ctx.Err()
		}
		if !a.worthWaiting(ctx, wait) {
			return &Error{Route: c.route, Status: http.StatusTooManyRequests, RetryAfter: wait}
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// worthWaiting is false when the wait would outlast the context or our patience:
// then the caller hears of it at once.
func (a *api) worthWaiting(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return wait <= a.times.MaxWait && (!ok || time.Now().Add(wait).Before(deadline))
}

// attempt sends c once.
func (a *api) attempt(ctx context.Context, c *call) ([]byte, *Error) {
	ctx, cancel := context.WithTimeout(ctx, a.times.Request)
	defer cancel()
	resp, err := a.send(ctx, c)
	if err != nil {
		a.count.add("error")
		return nil, a.noAnswer(c, err)
	}
	defer resp.Body.Close()
	now := time.Now()
	a.limits.note(c, resp.Header, now)
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, a.refusal(c, resp, body, now)
	case err != nil:
		a.count.add("error")
		return nil, a.noAnswer(c, fmt.Errorf("reading the answer: %w", err))
	case len(body) > maxAnswer:
		return nil, &Error{Route: c.route, Status: resp.StatusCode, Text: "the answer is too long", Unknown: true}
	}
	a.count.add("ok")
	return body, nil
}

func (a *api) send(ctx context.Context, c *call) (*http.Response, error) {
	var body io.Reader
	if c.body != nil {
		body = bytes.NewReader(c.body)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	if c.body != nil {
		req.Header.Set("Content-Type", c.ctype)
	}
	if !c.public {
		req.Header.Set("Authorization", a.auth)
	}
	return a.http.Do(req)
}

// noAnswer makes an Error of a failure of the network. What never connected
// cannot have taken effect.
func (a *api) noAnswer(c *call, err error) *Error {
	e := &Error{Route: c.route, cause: withoutURL(err)}
	var op *net.OpError
	var dns *net.DNSError
	e.unsent = errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns) || errors.Is(err, errRefusedHost)
	e.Unknown = !e.unsent
	return e
}

// refusal makes an Error of an answer that is no success, and counts it.
func (a *api) refusal(c *call, resp *http.Response, body []byte, now time.Time) *Error {
	e := &Error{Route: c.route, Status: resp.StatusCode, Unknown: resp.StatusCode >= 500}
	e.Code, e.Text = readErrorBody(body)
	switch {
	case e.Status == http.StatusTooManyRequests:
		a.tooMany(e, resp.Header, body, now)
	case e.Status == http.StatusUnauthorized && !c.public:
		a.log.Error("Discord refused the bot's token", "route", c.route)
		a.fatal(unauthorized())
	}
	switch {
	case e.Status == 401 || e.Status == 403 || e.Status == 429:
		a.count.add(strconv.Itoa(e.Status))
		if !e.shared && a.refused.add(now) == a.refused.limit {
			a.log.Error("too many refusals by Discord, requests stop until they age", "limit", a.refused.limit,
				"route", c.route, "status", e.Status, "code", e.Code)
		}
	default:
		a.count.add(strconv.Itoa(e.Status/100) + "xx")
	}
	return e
}

// tooMany reads how long a 429 wants us to wait. Discord's own carry JSON; those
// of the proxy before it only a header, and count for the whole address.
func (a *api) tooMany(e *Error, h http.Header, body []byte, now time.Time) {
	var v struct {
		RetryAfter *float64 `json:"retry_after"`
		Global     bool     `json:"global"`
	}
	own := json.Unmarshal(body, &v) == nil && v.RetryAfter != nil
	wait, ok := seconds(h.Get("Retry-After"))
	if own {
		wait, ok = seconds(strconv.FormatFloat(*v.RetryAfter, 'f', -1, 64))
	}
	if !ok {
		wait = time.Second
	}
	e.RetryAfter = max(wait, time.Millisecond)
	e.shared = h.Get("X-RateLimit-Scope") == "shared"
	e.global = v.Global || h.Get("X-RateLimit-Global") == "true" || !own
	if e.global {
		a.limits.block(now.Add(e.RetryAfter))
	}
	a.log.Warn("rate limited", "route", e.Route, "retry_after", e.RetryAfter, "global", e.global, "shared", e.shared)
}
