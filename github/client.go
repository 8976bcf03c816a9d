package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// DefaultAPI is the address of GitHub's own API.
const DefaultAPI = "https://api.github.com/"

const (
	defaultTimeout = 30 * time.Second
	defaultMaxWait = 2 * time.Minute
	readTries      = 3
	userAgent      = "milvus-medic"
	// writeGap is the pause GitHub asks for between two writes.
	writeGap = time.Second
)

// Options are what a [Client] is made with; the zero value reads GitHub
// anonymously.
type Options struct {
	// API is the base address, [DefaultAPI] when empty; that of an Enterprise
	// server ends in "/api/v3/".
	API string
	// Transport sends the requests; nil: a clone of http.DefaultTransport.
	Transport http.RoundTripper
	// Token returns a fine-grained token with "Issues: read and write"; it is
	// called for each request, so it may change. nil or "": none.
	Token func() string
	// App acts as a GitHub App; it goes before Token.
	App *App
	// Log gets failures and waits; nil: nothing is logged.
	Log *slog.Logger
	// Timeout bounds one request with its answer; 0: 30 seconds.
	Timeout time.Duration
	// MaxWait is the longest wait for a limit before a request gives up with
	// KindLimit; 0: two minutes, negative: none.
	MaxWait time.Duration
	// WriteGap is the least time between two writes; 0: the second that GitHub
	// asks for.
	WriteGap time.Duration
}

// Rights are what the client may do.
type Rights int

// The rights, least first.
const (
	RightsNone  Rights = iota // read only; people file by the prefilled link
	RightsToken               // files as the owner of a token
	RightsApp                 // files as a GitHub App
)

// Client talks to GitHub. It is safe for concurrent use.
type Client struct {
	log      *slog.Logger
	api      *url.URL
	site     string
	base     http.RoundTripper
	app      *appKey
	token    func() string
	timeout  time.Duration
	maxWait  time.Duration
	writeGap time.Duration
	writes   chan struct{} // one write at a time
	lastSent time.Time     // of a write; held with writes

	limits limits

	mu     sync.Mutex
	access map[Repo]*access
}

// access is how one repository is reached.
type access struct {
	gh    *gh.Client
	login string // who files there; "" without rights or before it is known
}

// New returns a client. It does no request. It fails on an address that is
// none and on a key that cannot be read.
func New(o Options) (*Client, error) {
	if o.API == "" {
		o.API = DefaultAPI
	}
	api, err := url.Parse(o.API)
	if err != nil || api.Host == "" || api.Scheme != "https" && api.Scheme != "http" || api.User != nil {
		return nil, errors.New("github: API address: write it as https://host/ or https://host/api/v3/")
	}
	if !strings.HasSuffix(api.Path, "/") {
		api.Path += "/"
	}
	c := &Client{
		log: o.Log, api: api, site: siteOf(api), token: o.Token, timeout: o.Timeout, maxWait: o.MaxWait, writeGap: o.WriteGap,
		writes: make(chan struct{}, 1), access: map[Repo]*access{},
	}
	if c.log == nil {
		c.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.maxWait == 0 {
		c.maxWait = defaultMaxWait
	}
	if c.writeGap == 0 {
		c.writeGap = writeGap
	}
	base := o.Transport
	if base == nil {
		base = http.DefaultTransport.(*http.Transport).Clone()
	}
	c.base = &wire{base, api.Host}
	if o.App != nil {
		if c.app, err = newAppKey(*o.App, c.base, api); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// siteOf returns where the pages for people are.
func siteOf(api *url.URL) string {
	host := api.Host
	if host == "api.github.com" {
		host = "github.com"
	}
	return api.Scheme + "://" + host
}

// Site returns the address of GitHub's pages, for [Draft.Site]; no slash at
// its end.
func (c *Client) Site() string { return c.site }

// Rights tells in whose name the client files, if at all.
func (c *Client) Rights() Rights {
	switch {
	case c.app != nil:
		return RightsApp
	case c.token != nil && c.token() != "":
		return RightsToken
	}
	return RightsNone
}

// CanLabel tells whether labels that the client sets on its issues stay.
// GitHub drops those of callers without triage or push access in silence.
func (c *Client) CanLabel(ctx context.Context, repo Repo) (bool, error) {
	if c.Rights() != RightsToken {
		return c.Rights() == RightsApp, nil // "Issues: write" of an app includes labels
	}
	var can bool
	err := c.read(ctx, "read the rights", repo, "core", func(ctx context.Context, g *gh.Client) error {
		got, _, err := g.Repositories.Get(ctx, repo.Owner, repo.Name)
		can = got.GetPermissions()["push"] || got.GetPermissions()["triage"]
		return err
	})
	return can, err
}

// newGH puts a go-github client on top of a transport that authorises.
func (c *Client) newGH(auth http.RoundTripper) *gh.Client {
	g := gh.NewClient(&http.Client{Transport: newETags(auth), CheckRedirect: stayHome})
	g.BaseURL = c.api
	g.UserAgent = userAgent
	return g
}

// reach returns the access to a repository. An app is asked for its
// installation there once.
func (c *Client) reach(ctx context.Context, repo Repo) (*access, error) {
	c.mu.Lock()
	a := c.access[repo]
	c.mu.Unlock()
	if a != nil {
		return a, nil
	}
	a = &access{}
	if c.app == nil {
		token := c.token
		if token == nil {
			token = func() string { return "" }
		}
		a.gh = c.newGH(&bearer{c.base, token})
	} else {
		auth, login, err := c.app.installation(ctx, repo)
		if err != nil {
			return nil, err
		}
		a.gh, a.login = c.newGH(auth), login
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other := c.access[repo]; other != nil {
		return other, nil
	}
	c.access[repo] = a
	return a, nil
}

// read runs a reading request, waiting for limits and trying again what may
// pass. What f returns must come from go-github.
func (c *Client) read(ctx context.Context, op string, repo Repo, resource string, f func(context.Context, *gh.Client) error) error {
	for try := 1; ; try++ {
		if err := c.limits.wait(ctx, op, repo, resource, c.maxWait); err != nil {
			return err
		}
		err := c.once(ctx, repo, f)
		if err == nil {
			return nil
		}
		e := classify(op, repo, err, time.Now(), false)
		c.forget(repo, e)
		pause := time.Duration(0)
		switch e.Kind {
		case KindLimit:
			c.limits.note(resource, e)
		case KindServer, KindNetwork:
			pause = time.Second << (try - 1)
		default:
			return e
		}
		if ended(ctx) || try == readTries {
			return e
		}
		c.log.Info("github request failed, trying again", "op", op, "repo", repo.String(), "kind", string(e.Kind), "status", e.Status)
		if err := sleep(ctx, pause); err != nil {
			return e
		}
	}
}

// forget drops an app's installation that may be no more: taken out and
// installed again it has another number.
func (c *Client) forget(repo Repo, e *Error) {
	if c.app == nil || e.Kind != KindAuth && e.Kind != KindNotFound {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.access, repo)
}

func (c *Client) once(ctx context.Context, repo Repo, f func(context.Context, *gh.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	a, err := c.reach(ctx, repo)
	if err != nil {
		return err
	}
	return f(ctx, a.gh)
}

// login returns who files in a repository, as the list of issues knows them.
func (c *Client) login(ctx context.Context, repo Repo) (string, error) {
	var login string
	err := c.read(ctx, "look up the own account", repo, "core", func(ctx context.Context, g *gh.Client) error {
		a, err := c.reach(ctx, repo)
		if err != nil {
			return err
		}
		c.mu.Lock()
		login = a.login
		c.mu.Unlock()
		if login != "" {
			return nil
		}
		user, _, err := g.Users.Get(ctx, "")
		if err != nil {
			return err
		}
		login = user.GetLogin()
		c.mu.Lock()
		a.login = login
		c.mu.Unlock()
		return nil
	})
	if err == nil && login == "" {
		err = &Error{Op: "look up the own account", Repo: repo, Kind: KindOther, cause: errors.New("the answer names nobody")}
	}
	return login, err
}

// turn waits for the one place from which writes are sent, a moment after
// the last. The caller gives it back with done.
func (c *Client) turn(ctx context.Context, op string, repo Repo) (done func(), err error) {
	select {
	case c.writes <- struct{}{}:
	case <-ctx.Done():
		return nil, &Error{Op: op, Repo: repo, Kind: KindNetwork, cause: ctx.Err()}
	}
	done = func() {
		c.lastSent = time.Now()
		<-c.writes
	}
	err = c.limits.wait(ctx, op, repo, "core", c.maxWait)
	if err == nil {
		if slept := sleep(ctx, time.Until(c.lastSent.Add(c.writeGap))); slept != nil {
			err = &Error{Op: op, Repo: repo, Kind: KindNetwork, cause: slept}
		}
	}
	if err != nil {
		<-c.writes
		return nil, err
	}
	return done, nil
}

// write sends one request, once. The caller has the turn. Shutting down does
// not break it off: its outcome would not be known then.
func (c *Client) write(ctx context.Context, op string, repo Repo, path string, f func(context.Context, *gh.Client) error) error {
	ctx, a := withAttempt(context.WithoutCancel(ctx), c.api.Path+path)
	err := c.once(ctx, repo, f)
	if err == nil {
		return nil
	}
	e := classify(op, repo, err, time.Now(), a.sent.Load())
	c.forget(repo, e)
	if e.Kind == KindLimit {
		c.limits.note("core", e)
	}
	c.log.Warn("github write failed", "op", op, "repo", repo.String(), "kind", string(e.Kind), "status", e.Status, "sent", e.Sent)
	return e
}

// sleep waits, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// path returns the API path of a repository.
func (r Repo) path(rest string) string { return fmt.Sprintf("repos/%s/%s/%s", r.Owner, r.Name, rest) }
