package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// apiHost and cdnHosts are the only hosts the session ever asks for.
const apiHost = "discord.com"

var cdnHosts = []string{"cdn.discordapp.com", "media.discordapp.net"}

// errRefusedHost is the transport's answer to an address outside the table.
var errRefusedHost = errors.New("address outside Discord refused")

// redirect sends requests for Discord's hosts to another server when api is set,
// and refuses all others. Rewriting here leaves discordgo's package variables
// alone, so that sessions with different servers can live in one process.
type redirect struct {
	base http.RoundTripper
	api  *url.URL
}

// RoundTrip implements http.RoundTripper.
func (r redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	isAPI := req.URL.Host == apiHost && strings.HasPrefix(req.URL.Path, "/api/")
	isCDN := slices.Contains(cdnHosts, req.URL.Host)
	if !isAPI && !isCDN {
		return nil, errRefusedHost
	}
	if r.api == nil {
		return r.base.RoundTrip(req)
	}
	u := *req.URL
	u.Scheme, u.Host = r.api.Scheme, r.api.Host
	if isAPI {
		prefix := strings.TrimSuffix(r.api.EscapedPath(), "/")
		joined, err := url.Parse(prefix + strings.TrimPrefix(req.URL.EscapedPath(), "/api"))
		if err != nil {
			return nil, errRefusedHost
		}
		u.Path, u.RawPath = joined.Path, joined.RawPath
	}
	out := req.Clone(req.Context())
	out.URL, out.Host = &u, ""
	return r.base.RoundTrip(out)
}

// newCDNClient returns the client for attachments: no proxy from the
// environment, no redirects, no transparent decompression (the size must mean
// what Discord stores).
func newCDNClient(opt Options) *http.Client {
	rt := opt.Transport
	if rt == nil {
		rt = &http.Transport{
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			ResponseHeaderTimeout: 15 * time.Second,
			IdleConnTimeout:       time.Minute,
			MaxIdleConnsPerHost:   4,
			DisableCompression:    true,
			ForceAttemptHTTP2:     true,
		}
	}
	return &http.Client{
		Transport: redirect{base: rt, api: opt.APIURL},
		Timeout:   opt.Timings.Fetch,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("redirects are not followed")
		},
	}
}

// Fetch opens an attachment of at most limit bytes. The address must be https on
// one of Discord's attachment hosts: whatever else it is, ErrHost. Too large,
// whether announced or found while reading, is ErrTooLarge; an expired address is
// an *Error that is ErrGone or ErrForbidden. The caller closes the reader.
func (s *Session) Fetch(ctx context.Context, address string, limit int64) (io.ReadCloser, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !slices.Contains(cdnHosts, u.Host) {
		return nil, fmt.Errorf("%w: only files uploaded to Discord are read", ErrHost)
	}
	u.Fragment = ""
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: only files uploaded to Discord are read", ErrHost)
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := s.cdn.Do(req)
	if err != nil {
		return nil, &Error{Route: "GET attachment", cause: withoutURL(err)}
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		resp.Body.Close()
		return nil, &Error{Route: "GET attachment", Status: resp.StatusCode}
	case resp.ContentLength > limit:
		resp.Body.Close()
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d", ErrTooLarge, resp.ContentLength, limit)
	case resp.Header.Get("Content-Encoding") != "" && resp.Header.Get("Content-Encoding") != "identity":
		resp.Body.Close()
		return nil, &Error{Route: "GET attachment", Status: resp.StatusCode, Text: "unasked content encoding"}
	}
	return &bounded{body: resp.Body, left: limit}, nil
}

// bounded turns bytes beyond the limit into an error, where io.LimitReader would
// pass a file off as complete that is not.
type bounded struct {
	body io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, ErrTooLarge
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("session: reading the attachment: %w", withoutURL(err))
	}
	return n, err
}

// Close implements io.Closer.
func (b *bounded) Close() error { return b.body.Close() }
