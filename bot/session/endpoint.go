package session

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// maxInteraction bounds the body of an interaction. The largest, a menu on a
	// message with ten full embeds, stays below 200 KiB.
	maxInteraction = 1 << 20
	// maxSkew is how far the timestamp of a request may be from our clock. What
	// was recorded cannot be sent again later; what is sent again sooner is
	// dropped as a repeat, for that many ids are remembered.
	maxSkew = 5 * time.Minute
	// refusalLog is how often refused requests are logged at most: anybody can
	// send them, Discord itself does so to see that signatures are checked.
	refusalLog = time.Minute
)

// interactionPing is what Discord sends to see whether an endpoint is there.
const interactionPing = 1

// Why a request to the endpoint is refused. They are labels of Stats.Dropped.
const (
	reasonForged   = "bad signature"
	reasonStale    = "stale timestamp"
	reasonTooLarge = "body too large"
)

// ParsePublicKey reads an application's public key as the developer portal
// shows it: 64 hexadecimal digits.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("session: the public key is not 64 hexadecimal digits: copy it from the developer portal under General Information > Public Key")
	}
	return key, nil
}

// Interactions returns the handler for the address that is entered in the
// developer portal as Interactions Endpoint URL. Discord then sends interactions
// there and no longer over the gateway; both may be served at once, for a repeat
// is dropped whichever way it comes.
//
// A request counts only with a signature by key over its timestamp and body, a
// timestamp within five minutes of this host's clock, and a body of at most
// 1 MiB; others get 401 or 413 and are not looked at. A ping is answered here.
// Everything else takes the way of a gateway event: the request is answered with
// 202, and the handler answers the interaction over REST, with its files and its
// errors like any other. Handlers run while Run does.
//
// It panics if key is not of the right length; ParsePublicKey makes sure.
func (s *Session) Interactions(key ed25519.PublicKey) http.Handler {
	if len(key) != ed25519.PublicKeySize {
		panic(fmt.Sprintf("session: a public key of %d bytes", len(key)))
	}
	e := &endpointHandler{s: s, key: key}
	return http.HandlerFunc(e.serve)
}

// endpointHandler is the state of one endpoint.
type endpointHandler struct {
	s      *Session
	key    ed25519.PublicKey
	logged atomic.Int64 // when a refusal was logged last
}

func (e *endpointHandler) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "Discord posts interactions here", http.StatusMethodNotAllowed)
		return
	}
	body, status, reason := e.verify(w, r)
	if reason != "" {
		e.refuse(reason)
		http.Error(w, reason, status)
		return
	}
	var v struct {
		Type int `json:"type"`
	}
	if json.Unmarshal(body, &v) != nil {
		e.s.health.dropped.add("malformed")
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	if v.Type == interactionPing {
		e.s.log.Info("Discord asked whether the interactions endpoint is there")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"type":%d}`, discordgo.InteractionResponsePong)
		return
	}
	e.s.health.events.add(typeInteraction)
	e.s.onEvent(&discordgo.Event{Type: typeInteraction, RawData: body})
	// Discord takes the answer over REST then. Source: the reference of
	// "Receiving and Responding" and discord-api-docs issue 7311.
	w.WriteHeader(http.StatusAccepted)
}

// verify returns the body of a request that Discord has signed, or why it is
// refused. The cheap checks come first, and nothing is read of what fails them.
func (e *endpointHandler) verify(w http.ResponseWriter, r *http.Request) (body []byte, status int, reason string) {
	signature, timestamp := r.Header.Get("X-Signature-Ed25519"), r.Header.Get("X-Signature-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || len(signature) != 2*ed25519.SignatureSize {
		return nil, http.StatusUnauthorized, reasonForged
	}
	if skew := time.Since(time.Unix(seconds, 0)); skew.Abs() > maxSkew {
		return nil, http.StatusUnauthorized, reasonStale
	}
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxInteraction))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, http.StatusRequestEntityTooLarge, reasonTooLarge
	case err != nil:
		return nil, http.StatusBadRequest, "the body could not be read"
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !discordgo.VerifyInteraction(r, e.key) {
		return nil, http.StatusUnauthorized, reasonForged
	}
	return body, 0, ""
}

// refuse counts a request that is refused, and logs one now and then.
func (e *endpointHandler) refuse(reason string) {
	e.s.health.dropped.add(reason)
	now := time.Now().UnixNano()
	last := e.logged.Load()
	if last != 0 && now-last < int64(refusalLog) || !e.logged.CompareAndSwap(last, now) {
		return
	}
	e.s.log.Warn("a request to the interactions endpoint was refused; if all are, compare the public key and this host's clock",
		"reason", reason)
}
