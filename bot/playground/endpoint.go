package playground

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// itPing asks an endpoint whether it is there; cbPong is the answer.
	itPing = 1
	cbPong = 1
	// maxEndpointAnswer bounds what is read of an endpoint's answer.
	maxEndpointAnswer = 1 << 20
)

// outbound is the application's interactions endpoint.
type outbound struct {
	key    ed25519.PrivateKey
	url    string // empty: interactions go over the gateway
	client *http.Client
}

func newOutbound(o Options) outbound {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return outbound{key: key, client: &http.Client{
		Timeout:       o.InteractionDeadline,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// PublicKey is the application's public key in hexadecimal, with which an
// interactions endpoint checks that a request is this server's.
func (s *Server) PublicKey() string {
	return hex.EncodeToString(s.out.key.Public().(ed25519.PublicKey))
}

// SetInteractionsEndpoint enters an Interactions Endpoint URL, as an owner does
// in the developer portal. As Discord does, it first sends a ping, which must be
// answered with a pong, and requests with a wrong signature, which must be
// answered with 401; otherwise the address is not taken. From then on
// interactions are posted there and no longer sent over the gateway. An empty
// url goes back to that.
func (s *Server) SetInteractionsEndpoint(ctx context.Context, url string) error {
	if url != "" {
		if err := s.tryEndpoint(ctx, url); err != nil {
			return fmt.Errorf("playground: the interactions endpoint could not be verified: %w", err)
		}
	}
	s.do(func() { s.out.url = url })
	return nil
}

// tryEndpoint sends what Discord sends before it takes an address.
func (s *Server) tryEndpoint(ctx context.Context, url string) error {
	ping := encode(obj{"type": itPing, "id": "1", "application_id": seedBot, "token": "ping", "version": 1})
	status, body, err := s.toEndpoint(ctx, url, ping, func(*http.Request) {})
	if err != nil {
		return err
	}
	v, _ := parseJSON(body)
	pong, _ := v.(obj)
	if status != http.StatusOK || number(pong, "type") != cbPong {
		return fmt.Errorf("the ping was answered with %d %.200s", status, body)
	}
	for what, spoil := range map[string]func(*http.Request){
		"another signature": func(r *http.Request) {
			r.Header.Set("X-Signature-Ed25519", hex.EncodeToString(make([]byte, ed25519.SignatureSize)))
		},
		"no signature": func(r *http.Request) { r.Header.Del("X-Signature-Ed25519") },
	} {
		status, _, err := s.toEndpoint(ctx, url, ping, spoil)
		if err != nil {
			return err
		}
		if status != http.StatusUnauthorized {
			return fmt.Errorf("a ping with %s was answered with %d, not 401", what, status)
		}
	}
	return nil
}

// Sign returns the headers with which this server signs a body at a time.
func (s *Server) Sign(at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	h.Set("X-Signature-Timestamp", stamp)
	h.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(s.out.key, append([]byte(stamp), body...))))
	return h
}

// toEndpoint sends a signed body and returns the answer. spoil may change the request.
func (s *Server) toEndpoint(ctx context.Context, url string, body []byte, spoil func(*http.Request)) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header = s.Sign(time.Now(), body)
	spoil(r)
	res, err := s.out.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxEndpointAnswer))
	return res.StatusCode, answer, err
}

// deliverHTTP posts an interaction to the endpoint and takes its answer: 202
// leaves it to the callback route, 200 holds the answer itself. The lock is held
// by the caller; the call is made without it.
func (s *Server) deliverHTTP(it *interaction, payload obj) {
	if s.isClosed() {
		return
	}
	url, body := s.out.url, encode(payload)
	s.wg.Go(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			select {
			case <-s.closed:
				cancel()
			case <-ctx.Done():
			}
		}()
		status, answer, err := s.toEndpoint(ctx, url, body, func(*http.Request) {})
		s.do(func() { s.takeAnswer(it, status, answer, err) })
	})
}

// takeAnswer handles what an endpoint answered to an interaction.
func (s *Server) takeAnswer(it *interaction, status int, answer []byte, err error) {
	if err != nil || status != http.StatusOK {
		if err != nil || status/100 != 2 {
			s.log.Debug("the interactions endpoint failed", "status", status, "err", err)
			it.timer.Stop()
			s.expire(it)
		}
		return
	}
	v, err := parseJSON(answer)
	body, ok := v.(obj)
	if err != nil || !ok || it.answered != 0 || it.failed != "" {
		return // the deadline decides
	}
	if _, _, err := s.takeCallback(it, body, nil, false); err != nil {
		s.log.Debug("the interactions endpoint gave an answer that cannot be", "err", err)
	}
}
