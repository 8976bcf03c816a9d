package session

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
)

// postbox is an interactions endpoint over a real socket, with the key of a
// playground.
type postbox struct {
	*village
	url string
}

func openPostbox(t *testing.T, h Handler) *postbox {
	t.Helper()
	v := settle(t, playground.Options{}, Options{Handler: h})
	key := need(ParsePublicKey(v.PublicKey()))(t)
	srv := httptest.NewServer(v.bot.Interactions(key))
	t.Cleanup(srv.Close)
	return &postbox{v, srv.URL}
}

// post sends a body signed at a time; spoil may change the request.
func (p *postbox) post(t *testing.T, at time.Time, body string, spoil func(*http.Request)) (int, string) {
	t.Helper()
	r := need(http.NewRequest(http.MethodPost, p.url, strings.NewReader(body)))(t)
	r.Header = p.Sign(at, []byte(body))
	if spoil != nil {
		spoil(r)
	}
	res := need(http.DefaultClient.Do(r))(t)
	defer res.Body.Close()
	answer := need(io.ReadAll(res.Body))(t)
	return res.StatusCode, strings.TrimSpace(string(answer))
}

func signedCommand(id string) string {
	return fmt.Sprintf(`{"id":%q,"application_id":"1100000000000000200","token":"canary-token","type":2,"channel_id":"2","user":{"id":"9"},"data":{"id":"3","name":"x","type":1}}`, id)
}

func TestEndpointRefusesWhatDiscordDidNotSign(t *testing.T) {
	handled := make(chan string, 10)
	p := openPostbox(t, Handler{Interaction: func(_ context.Context, i *Interaction) error { handled <- i.ID; return nil }})
	other := playground.New(playground.Options{})
	now, body := time.Now(), signedCommand("100")
	for _, c := range []struct {
		name   string
		at     time.Time
		body   string
		spoil  func(*http.Request)
		status int
		reason string
	}{
		{"another key", now, body, func(r *http.Request) { r.Header = other.Sign(now, []byte(body)) }, 401, reasonForged},
		{"another body", now, body, func(r *http.Request) { r.Header = p.Sign(now, []byte(signedCommand("101"))) }, 401, reasonForged},
		{"another timestamp", now, body, func(r *http.Request) { r.Header.Set("X-Signature-Timestamp", fmt.Sprint(now.Unix()+1)) }, 401, reasonForged},
		{"no signature", now, body, func(r *http.Request) { r.Header.Del("X-Signature-Ed25519") }, 401, reasonForged},
		{"a short signature", now, body, func(r *http.Request) { r.Header.Set("X-Signature-Ed25519", "abcd") }, 401, reasonForged},
		{"no hexadecimal", now, body, func(r *http.Request) { r.Header.Set("X-Signature-Ed25519", strings.Repeat("z", 128)) }, 401, reasonForged},
		{"no timestamp", now, body, func(r *http.Request) { r.Header.Del("X-Signature-Timestamp") }, 401, reasonForged},
		{"a timestamp that is none", now, body, func(r *http.Request) { r.Header.Set("X-Signature-Timestamp", "yesterday") }, 401, reasonForged},
		{"recorded long ago", now.Add(-maxSkew - 5*time.Second), body, nil, 401, reasonStale},
		{"from the future", now.Add(maxSkew + 5*time.Second), body, nil, 401, reasonStale},
		{"too large", now, body + strings.Repeat(" ", maxInteraction), nil, 413, reasonTooLarge},
		{"GET", now, body, func(r *http.Request) { r.Method = http.MethodGet }, 405, ""},
		{"signed nonsense", now, "{", nil, 400, "not an interaction"},
	} {
		before := p.bot.Stats().Dropped[c.reason]
		status, answer := p.post(t, c.at, c.body, c.spoil)
		if status != c.status || !strings.Contains(answer, c.reason) {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, answer, c.status, c.reason)
		}
		if after := p.bot.Stats().Dropped[c.reason]; c.status != 400 && c.reason != "" && after != before+1 {
			t.Errorf("%s: counted %d times", c.name, after-before)
		}
	}
	if n := strings.Count(p.logs.String(), "a request to the interactions endpoint was refused"); n != 1 {
		t.Errorf("logged %d refusals, want one a minute", n)
	}
	// After all that, what Discord signs is still taken, and nothing else was.
	if status, _ := p.post(t, now, signedCommand("102"), nil); status != http.StatusAccepted {
		t.Errorf("a signed interaction: %d", status)
	}
	if got := receive(t, handled, "the interaction"); got != "102" || len(handled) != 0 {
		t.Errorf("handled %s and %d more", got, len(handled))
	}
}

func TestEndpointDropsRepeats(t *testing.T) {
	handled := make(chan string, 10)
	p := openPostbox(t, Handler{Interaction: func(_ context.Context, i *Interaction) error { handled <- i.ID; return nil }})
	now := time.Now()
	for range 3 {
		if status, _ := p.post(t, now, signedCommand("100"), nil); status != http.StatusAccepted {
			t.Errorf("status %d", status)
		}
	}
	p.Gateway().SendRaw([]byte(`{"op":0,"s":2,"t":"INTERACTION_CREATE","d":` + signedCommand("100") + `}`))
	p.post(t, now, signedCommand("101"), nil)
	eventually(t, "the repeats to be dropped", func() bool { return p.bot.Stats().Dropped["duplicate"] == 3 })
	if a, b := receive(t, handled, "the first"), receive(t, handled, "the second"); a == b || len(handled) != 0 {
		t.Errorf("handled %s, %s and %d more", a, b, len(handled))
	}
}

// TestEndpointServesLikeTheGateway has Discord verify the address and then takes
// commands, forms and buttons over it.
func TestEndpointServesLikeTheGateway(t *testing.T) {
	v := desk(t, playground.Options{}, Options{})
	srv := httptest.NewServer(v.bot.Interactions(need(ParsePublicKey(v.PublicKey()))(t)))
	t.Cleanup(srv.Close)
	if err := v.SetInteractionsEndpoint(v.ctx, srv.URL); err != nil {
		t.Fatal(err)
	}
	before := v.bot.Stats().Events[typeInteraction]
	useCommandsFormsAndButtons(t, v)
	if n := v.bot.Stats().Events[typeInteraction] - before; n != 4 {
		t.Errorf("%d interactions came by HTTP", n)
	}
}

func TestPublicKeyIsChecked(t *testing.T) {
	for text, ok := range map[string]bool{
		strings.Repeat("ab", 32): true, strings.Repeat("AB", 32): true, "": false, "abcd": false, strings.Repeat("zz", 32): false,
		strings.Repeat("ab", 33): false, " " + strings.Repeat("ab", 32): false,
	} {
		if _, err := ParsePublicKey(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a key of no length was taken")
		}
	}()
	s, _, _ := scripted(t, Options{}, ok)
	s.Interactions(bytes.Repeat([]byte{1}, 5))
}
