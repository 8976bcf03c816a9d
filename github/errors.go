package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v60/github"
)

// Kind says what went wrong with a request to GitHub. It is a word that
// sentences in other languages can be looked up by.
type Kind string

// The kinds of failed requests.
const (
	KindNetwork   Kind = "network"   // no answer, or none in time
	KindServer    Kind = "server"    // 5xx
	KindAuth      Kind = "auth"      // 401
	KindForbidden Kind = "forbidden" // 403 that is no limit
	KindLimit     Kind = "limit"     // 403 or 429 for too many requests
	KindNotFound  Kind = "notFound"  // 404, which GitHub also says for missing rights
	KindGone      Kind = "gone"      // 410: issues are switched off, or the issue was deleted
	KindInvalid   Kind = "invalid"   // 422
	KindMoved     Kind = "moved"     // a redirect that is not followed
	KindRights    Kind = "rights"    // not sent: the program has neither app nor token
	KindOther     Kind = "other"
)

// advice is what to do about each kind.
var advice = map[Kind]string{
	KindNetwork:   "check that this machine reaches GitHub, then try again",
	KindServer:    "GitHub has a problem of its own (githubstatus.com); try again in a few minutes",
	KindAuth:      "the token or the app's key is not accepted; renew it and check this machine's clock",
	KindForbidden: "give the token or app the permission \"Issues: read and write\" on this repository",
	KindLimit:     "GitHub's limit is reached; wait until it ends, nothing is lost",
	KindNotFound:  "check the repository's name and that the app is installed there or the token may see it",
	KindGone:      "issues are switched off or the issue was deleted; report elsewhere",
	KindInvalid:   "GitHub refuses the content; shorten or correct the title and text",
	KindMoved:     "the repository has another name now; set it as github.repo",
	KindRights:    "set up a GitHub App or a token, or use the prefilled link",
	KindOther:     "the answer was not understood; check that the API address is that of a GitHub server",
}

// Error is a request to GitHub that failed. Its text tells what to do, and
// holds neither tokens nor texts of users.
type Error struct {
	Op     string // what was being done
	Repo   Repo
	Kind   Kind
	Status int // of the response; 0 without one
	// Until is when requests may go on (KindLimit).
	Until time.Time
	// Message is GitHub's own explanation, one line of at most 200 characters.
	Message string
	// Sent reports that the request may have taken effect although it failed.
	Sent bool

	cause error
}

// Error tells what failed and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "github: %s in %s: ", e.Op, e.Repo)
	switch {
	case e.Status != 0:
		b.WriteString(strconv.Itoa(e.Status) + " " + http.StatusText(e.Status))
	case e.cause != nil:
		b.WriteString(clip(oneLine(e.cause.Error()), "…", maxMessage, utf16Len))
	default:
		b.WriteString("not sent")
	}
	if e.Message != "" {
		b.WriteString(" (" + e.Message + ")")
	}
	b.WriteString(": " + e.Advice())
	return b.String()
}

// Advice says what to do, in English and without the details of the failure.
func (e *Error) Advice() string {
	if e.Kind == KindLimit && !e.Until.IsZero() {
		return advice[KindLimit] + " (" + e.Until.UTC().Format("15:04:05 MST") + ")"
	}
	return advice[e.Kind]
}

// Unwrap returns the cause, so that the end of a context can be told.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of a failed request, or "" for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// maxMessage bounds what is shown of GitHub's own words.
const maxMessage = 200

// kindOf maps the status of a response that is not a limit.
func kindOf(status int) Kind {
	switch {
	case status == http.StatusUnauthorized:
		return KindAuth
	case status == http.StatusForbidden:
		return KindForbidden
	case status == http.StatusNotFound:
		return KindNotFound
	case status == http.StatusGone:
		return KindGone
	case status == http.StatusUnprocessableEntity, status == http.StatusBadRequest:
		return KindInvalid
	case status >= 300 && status < 400:
		return KindMoved
	case status >= 500:
		return KindServer
	}
	return KindOther
}

// classify makes an Error of what go-github or a transport returned.
func classify(op string, repo Repo, err error, now time.Time, sent bool) *Error {
	e := &Error{Op: op, Repo: repo, Kind: KindNetwork, Sent: sent, cause: err}
	resp, message := responseOf(err)
	if resp == nil {
		if errors.Is(err, errForeign) || errors.Is(err, errTooLarge) || isDecode(err) {
			e.Kind = KindOther
		}
		return e
	}
	e.Status = resp.StatusCode
	e.Message = clip(plainTitle(message), "…", maxMessage, utf16Len)
	e.Kind = kindOf(e.Status)
	if until, ok := limitEnd(resp, message, now); ok {
		e.Kind, e.Until = KindLimit, until
	}
	// A refusal is one; a broken proxy or server may have passed it on.
	e.Sent = sent && (e.Kind == KindServer || e.Kind == KindOther)
	return e
}

// responseOf digs the response out of the many types of errors.
func responseOf(err error) (*http.Response, string) {
	var (
		plain     *gh.ErrorResponse
		primary   *gh.RateLimitError
		secondary *gh.AbuseRateLimitError
		two       *gh.TwoFactorAuthError
		app       *ghinstallation.HTTPError
	)
	switch {
	case errors.As(err, &primary):
		if h := primary.Response.Header; h.Get("X-RateLimit-Reset") == "" {
			// The library sent nothing, as an answer before was the last one: what
			// that said stands in Rate only.
			h.Set("X-RateLimit-Remaining", strconv.Itoa(primary.Rate.Remaining))
			h.Set("X-RateLimit-Reset", strconv.FormatInt(primary.Rate.Reset.Unix(), 10))
		}
		return primary.Response, primary.Message
	case errors.As(err, &secondary):
		return secondary.Response, secondary.Message
	case errors.As(err, &two):
		return two.Response, two.Message
	case errors.As(err, &plain):
		var words []string
		for _, e := range plain.Errors {
			words = append(words, oneLine(e.Field+" "+e.Code+" "+e.Message))
		}
		return plain.Response, strings.TrimSpace(plain.Message + " " + strings.Join(words, ", "))
	case errors.As(err, &app):
		if app.Response != nil && app.Response.Body != nil {
			app.Response.Body.Close() // left open by the library
		}
		return app.Response, "" // nil when there was none
	}
	return nil, ""
}

// isDecode tells an answer that is no JSON, or not the JSON it should be.
func isDecode(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

const (
	// unknownLimit is how long to wait where GitHub does not say.
	unknownLimit = time.Minute
	// maxLimit bounds what a response can ask for; a reset is an hour away at
	// most.
	maxLimit = time.Hour + time.Minute
)

// limitEnd reports whether a response is about a limit, and when that ends.
// Both limits answer 403 or 429, with or without a time.
func limitEnd(resp *http.Response, message string, now time.Time) (time.Time, bool) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return time.Time{}, false
	}
	h := resp.Header
	after := h.Get("Retry-After")
	spent := h.Get("X-RateLimit-Remaining") == "0"
	told := strings.Contains(strings.ToLower(message), "rate limit")
	if resp.StatusCode == http.StatusForbidden && after == "" && !spent && !told {
		return time.Time{}, false
	}
	until := now.Add(unknownLimit)
	if s, err := strconv.Atoi(after); err == nil && s >= 0 {
		until = now.Add(time.Duration(min(s, int(maxLimit/time.Second))) * time.Second)
	} else if t, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && spent {
		until = time.Unix(t, 0).Add(time.Second)
	}
	if latest := now.Add(maxLimit); until.After(latest) {
		until = latest
	}
	return until, true
}

// ended reports that the caller's own context is over.
func ended(ctx context.Context) bool { return ctx.Err() != nil }
