package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Errors that callers tell apart with errors.Is. An *Error is one of the first
// group when its code says so.
var (
	// ErrExpired: the interaction can no longer be answered (10062, 10015,
	// 50027, or our own deadline for the first answer has passed).
	ErrExpired = errors.New("session: the interaction has expired")
	// ErrAnswered: the interaction already has its first answer (40060).
	ErrAnswered = errors.New("session: the interaction was already answered")
	// ErrGone: the channel or message no longer exists (10003, 10008, other 404s).
	ErrGone = errors.New("session: the channel or message is gone")
	// ErrForbidden: the bot lacks a permission (403).
	ErrForbidden = errors.New("session: a permission is missing")
	// ErrRateLimited: the limit would take longer to pass than we may wait.
	ErrRateLimited = errors.New("session: rate limited")
	// ErrUnknownOutcome: nobody knows whether the request took effect.
	ErrUnknownOutcome = errors.New("session: the outcome is unknown")
	// ErrUnauthorized: Discord refused the bot's token (401).
	ErrUnauthorized = errors.New("session: the token was refused")

	// ErrStopped: too many answers of 401, 403 and 429; no request is sent for
	// some minutes, lest Discord ban the address.
	ErrStopped = errors.New("session: requests are stopped after too many refusals, see the log for the cause")
	// ErrTooLarge: an attachment is larger than the limit.
	ErrTooLarge = errors.New("session: the attachment is too large")
	// ErrHost: an attachment's address is not one of Discord's.
	ErrHost = errors.New("session: not an attachment address of Discord")
)

// Discord's JSON error codes that the package acts on. Source: Discord's table
// of JSON error codes.
const (
	codeUnknownChannel     = 10003
	codeUnknownMessage     = 10008
	codeUnknownWebhook     = 10015
	codeUnknownInteraction = 10062
	codeAlreadyAnswered    = 40060
	codeBadWebhookToken    = 50027
	codeThreadExists       = 160004
)

// Error is an answer of Discord's REST API that is not a success, or the lack of
// an answer. Neither the text nor the fields hold a token.
type Error struct {
	// Route is method and path with placeholders, "PATCH /channels/{channel}".
	Route string
	// Status is the HTTP status, 0 if no answer came.
	Status int
	// Code is Discord's JSON error code, 0 if there was none.
	Code int
	// Text is Discord's message with the fields it complains of.
	Text string
	// RetryAfter is how long a 429 asked to wait.
	RetryAfter time.Duration
	// Unknown says that the request may have taken effect all the same.
	Unknown bool

	global, shared, unsent bool
	cause                  error
}

// Error says what was asked, what came back, and what to do where that is known.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("session: " + e.Route + ": ")
	switch {
	case e.Status == 0 && e.cause != nil:
		b.WriteString(e.cause.Error())
	case e.Code != 0:
		fmt.Fprintf(&b, "HTTP %d, code %d", e.Status, e.Code)
	default:
		fmt.Fprintf(&b, "HTTP %d", e.Status)
	}
	if e.Text != "" {
		b.WriteString(" (" + e.Text + ")")
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, ", retry after %s", e.RetryAfter)
	}
	if e.Unknown {
		b.WriteString(", it may have taken effect")
	}
	if e.Status == http.StatusForbidden {
		b.WriteString(": check the bot's permissions in that channel")
	}
	return b.String()
}

// Is makes an Error one of the package's sentinel errors.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrExpired:
		return slices.Contains([]int{codeUnknownInteraction, codeUnknownWebhook, codeBadWebhookToken}, e.Code)
	case ErrAnswered:
		return e.Code == codeAlreadyAnswered
	case ErrGone:
		return e.Code == codeUnknownChannel || e.Code == codeUnknownMessage ||
			e.Status == http.StatusNotFound && !e.Is(ErrExpired)
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	case ErrUnknownOutcome:
		return e.Unknown
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized && e.Code != codeBadWebhookToken
	}
	return false
}

// Unwrap returns the network or context error behind it, if any.
func (e *Error) Unwrap() error { return e.cause }

// LengthError says that a part of an outgoing message breaks one of Discord's
// limits; nothing was sent.
type LengthError struct {
	// Field is the part: "content", "embeds[0].title", "components".
	Field string
	// Have and Max are its size and the limit, in UTF-16 units for texts.
	Have, Max int
}

// Error names the field and both numbers.
func (e *LengthError) Error() string {
	return fmt.Sprintf("session: %s is %d, Discord's limit is %d", e.Field, e.Have, e.Max)
}

// FormError says that an outgoing message would be refused for another reason
// than a length; nothing was sent.
type FormError struct {
	// Field is the part, Problem what is wrong with it.
	Field, Problem string
}

// Error names the field and the problem.
func (e *FormError) Error() string { return "session: " + e.Field + " " + e.Problem }

// withoutURL strips the addresses that net/http and transports put around an
// error: they hold the token of an interaction, a credential for fifteen minutes.
func withoutURL(err error) error {
	for u := (*url.Error)(nil); errors.As(err, &u); {
		err = u.Err
	}
	return err
}

// maxErrorText bounds what is kept of Discord's explanation.
const maxErrorText = 300

// readErrorBody reads code and text from the body of a refusal. A body that is
// not Discord's JSON (a proxy's page) gives nothing.
func readErrorBody(body []byte) (code int, text string) {
	var v struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Errors  json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &v) != nil {
		return 0, ""
	}
	parts := append([]string{v.Message}, formErrors(v.Errors, "", 0)...)
	return v.Code, cut(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; "), maxErrorText)
}

// formErrors flattens the tree of a 50035 answer to "embeds.0.title: CODE". Only
// paths and codes: the messages may quote what was sent.
func formErrors(raw json.RawMessage, path string, depth int) []string {
	var node map[string]json.RawMessage
	if depth > 10 || json.Unmarshal(raw, &node) != nil {
		return nil
	}
	var out []string
	var list []struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(node["_errors"], &list) == nil {
		for _, e := range list {
			out = append(out, path+": "+e.Code)
		}
	}
	keys := make([]string, 0, len(node))
	for k := range node {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if k != "_errors" {
			out = append(out, formErrors(node[k], strings.TrimPrefix(path+"."+k, "."), depth+1)...)
		}
	}
	return out
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
