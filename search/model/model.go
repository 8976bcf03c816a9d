// Package model is the optional language model: embeddings that find
// documents near in meaning, steps worded from the documentation, and reviewed
// entries in languages they lack. Any OpenAI-compatible server does.
//
// The model is a careful assistant and nothing else. It sees redacted text
// only (paste.Paste), it has no tools, and what it says is data: guard.go
// checks every sentence against the excerpts it was given and drops what is
// not in them. It is never on the way of filing, permissions, redaction,
// choosing labels or repositories, or fetching addresses. Whatever goes wrong
// with it is an [Error], and the caller answers as if there were no model.
package model

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// Options say which server and models to use. A zero model name switches
// what it is for off.
type Options struct {
	// BaseURL is the address of the API, such as "http://127.0.0.1:8000/v1";
	// empty: OpenAI's.
	BaseURL string
	// Key is the API key; servers of one's own often need none.
	Key string
	// Chat names the model that words answers.
	Chat string
	// Embed names the model that embeds documents, EmbedQuery the one that
	// embeds questions; empty: the same. Some servers tell the two apart so.
	Embed, EmbedQuery string
	// PassagePrefix and QueryPrefix are put before what is embedded, as some
	// models were trained to have it ("passage: ", "query: ").
	PassagePrefix, QueryPrefix string

	// Timeout bounds one call with its retries; zero: 15 s.
	Timeout time.Duration
	Budget  Budget
	// Transport sends the requests; nil: http.DefaultTransport.
	Transport http.RoundTripper
	// Log gets what goes wrong, without any text of users; nil: nothing.
	Log *slog.Logger
	// Now tells the time for budgets; nil: time.Now.
	Now func() time.Time
	// Observe is told the outcome of each call, "ok" or a Fault; nil: nobody.
	Observe func(outcome string)
}

const (
	defaultTimeout = 15 * time.Second
	// breakAfter calls that fail in a row open the breaker for breakFor.
	breakAfter = 5
	breakFor   = 30 * time.Second
)

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	opt Options
	api *openai.Client
	// Chat and embeddings each have their breaker: often they are different
	// models, of which one may be slow and the other not.
	chatting, embedding *gobreaker.CircuitBreaker[any]
	budget              *ledger
	answers             *cache[Grounded]

	mu        sync.Mutex
	dimension int // of the server's embeddings, once known
}

// New makes a client. It connects to nothing; it fails on an address that is
// none, and on one that would send the key in clear over a network.
func New(o Options) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = "https://api.openai.com/v1"
	}
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("model: %q is no address of an API; give one such as https://api.openai.com/v1", o.BaseURL)
	}
	if u.Scheme == "http" && o.Key != "" && !private(u.Hostname()) {
		return nil, fmt.Errorf("model: the key would go to %s in clear; use https", u.Host)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Observe == nil {
		o.Observe = func(string) {}
	}
	cfg := openai.DefaultConfig(o.Key)
	cfg.BaseURL = o.BaseURL
	cfg.HTTPClient = &http.Client{Transport: &transport{next: o.Transport}}
	c := &Client{opt: o, api: openai.NewClientWithConfig(cfg), budget: newLedger(o.Budget, o.Now), answers: newCache[Grounded](o.Now)}
	c.chatting, c.embedding = newBreaker("chat"), newBreaker("embeddings")
	return c, nil
}

func newBreaker(name string) *gobreaker.CircuitBreaker[any] {
	return gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Name: name, Timeout: breakFor,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= breakAfter },
		IsSuccessful: func(err error) bool { return !outage(err) },
		IsExcluded:   givenUp,
	})
}

// Host is the host of the server, for saying where text goes.
func (c *Client) Host() string {
	u, err := url.Parse(c.opt.BaseURL)
	if err != nil {
		return "" // New has read it
	}
	return u.Hostname()
}

// CanEmbed tells whether a model for embeddings is named.
func (c *Client) CanEmbed() bool { return c != nil && c.opt.Embed != "" }

// CanChat tells whether a model for wording is named.
func (c *Client) CanChat() bool { return c != nil && c.opt.Chat != "" }

// call runs f against the server under a breaker and the time limit. What
// fails is an *Error.
func call[T any](ctx context.Context, c *Client, breaker *gobreaker.CircuitBreaker[any], f func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	var got T
	_, err := breaker.Execute(func() (any, error) {
		var err error
		got, err = f(ctx)
		return nil, toError(ctx, err)
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = &Error{Fault: FaultPaused}
	}
	c.report(err)
	return got, err
}

// report logs and counts the outcome of a call.
func (c *Client) report(err error) {
	if err == nil {
		c.opt.Observe("ok")
		return
	}
	var e *Error
	if errors.As(err, &e) {
		c.opt.Observe(string(e.Fault))
		level := slog.LevelWarn
		switch e.Fault {
		case FaultPaused, FaultBudget, FaultCancelled:
			level = slog.LevelDebug // said for every question until it passes, or nothing wrong; the outcome is counted
		}
		c.opt.Log.Log(context.Background(), level, "model not used", "fault", string(e.Fault), "status", e.Status)
	}
}
