package github

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// MaxHookBytes is the largest webhook that is read. Those of issues and
// comments hold two texts of 65,536 characters at most.
const MaxHookBytes = 1 << 20

// minSecret is the least length of a webhook secret, in bytes.
const minSecret = 16

// Deliveries remember what has arrived, durably and for some days.
type Deliveries interface {
	// FirstSeen notes an id and tells whether it is new; of several callers one
	// gets true. Kinds keep ids apart.
	FirstSeen(ctx context.Context, kind, id string, at time.Time) (bool, error)
}

// HookOptions are what a webhook handler is made with.
type HookOptions struct {
	// Secrets are accepted, the current and perhaps the previous one; at least
	// one, each of 16 bytes or more.
	Secrets []string
	// Repos are those whose events are taken; at least one.
	Repos []Repo
	// Seen keeps replayed deliveries out.
	Seen Deliveries
	// Handle takes an event, once for each delivery. It should store it and
	// return: GitHub waits ten seconds. The same event can come by polling too:
	// [Event.Key] tells. What Handle fails at is not delivered again by itself;
	// polling catches up.
	Handle func(context.Context, Event) error
	// Log gets what is refused; nil: nothing is logged.
	Log *slog.Logger
}

type hook struct {
	o    HookOptions
	keys [][]byte
	log  *slog.Logger
}

// NewHook returns the handler for GitHub's webhooks. It takes POST with JSON
// and a valid X-Hub-Signature-256 only. It fails without a secret: whoever
// finds the address could send events.
func NewHook(o HookOptions) (http.Handler, error) {
	h := &hook{o: o, log: o.Log}
	if len(o.Secrets) == 0 {
		return nil, errors.New("github: webhook: needs a secret; set the one that GitHub's webhook settings have")
	}
	for _, s := range o.Secrets {
		if len(s) < minSecret {
			return nil, errors.New("github: webhook: the secret is shorter than 16 bytes; make a random one")
		}
		h.keys = append(h.keys, []byte(s))
	}
	if len(o.Repos) == 0 || o.Seen == nil || o.Handle == nil {
		return nil, errors.New("github: webhook: needs repositories, a store for deliveries and a handler of events")
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	return h, nil
}

var deliveryID = regexp.MustCompile(`^[A-Za-z0-9-]{8,100}$`)

// ServeHTTP implements http.Handler. Answers say little: who is asking is not
// known until the signature fits.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, why := h.serve(w, r)
	if status >= 300 {
		h.log.Warn("github webhook refused", "status", status, "reason", why)
		http.Error(w, why, status)
		return
	}
	w.WriteHeader(status)
}

func (h *hook) serve(w http.ResponseWriter, r *http.Request) (int, string) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	id := r.Header.Get("X-GitHub-Delivery")
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed, "only POST"
	case kind != "application/json":
		return http.StatusUnsupportedMediaType, "only application/json"
	case r.Header.Get("X-GitHub-Event") == "" || !deliveryID.MatchString(id):
		return http.StatusBadRequest, "event or delivery is missing"
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxHookBytes))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, "too large"
	case err != nil:
		return http.StatusBadRequest, "cut off"
	case !h.signed(r.Header.Values("X-Hub-Signature-256"), body):
		return http.StatusForbidden, "signature does not fit"
	}
	e, ok, err := parseEvent(r.Header.Get("X-GitHub-Event"), body)
	switch {
	case err != nil:
		return http.StatusBadRequest, errNoEvent.Error()
	case !ok || !slices.ContainsFunc(h.o.Repos, func(repo Repo) bool { return strings.EqualFold(repo.String(), e.Repo.String()) }):
		return http.StatusNoContent, ""
	}
	return h.take(r.Context(), id, e)
}

// take hands an event on, unless this delivery was there before.
func (h *hook) take(ctx context.Context, id string, e Event) (int, string) {
	first, err := h.o.Seen.FirstSeen(ctx, seenDelivery, id, time.Now())
	if err != nil {
		h.log.Error("github webhook not noted", "err", err)
		return http.StatusServiceUnavailable, "not noted, deliver again"
	}
	if !first {
		return http.StatusNoContent, ""
	}
	if err := h.o.Handle(ctx, e); err != nil {
		h.log.Error("github event not handled", "repo", e.Repo.String(), "issue", e.Number, "kind", string(e.Kind), "err", err)
		return http.StatusInternalServerError, "not handled"
	}
	return http.StatusAccepted, ""
}

// seenDelivery is the kind under which deliveries are kept.
const seenDelivery = "github delivery"

// signed compares with every secret, in the same time whatever fits.
func (h *hook) signed(headers []string, body []byte) bool {
	if len(headers) != 1 {
		return false
	}
	digits, ok := strings.CutPrefix(headers[0], "sha256=")
	got, err := hex.DecodeString(digits)
	if !ok || err != nil {
		return false
	}
	fits := false
	for _, key := range h.keys {
		mac := hmac.New(sha256.New, key)
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), got) {
			fits = true
		}
	}
	return fits
}
