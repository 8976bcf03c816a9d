package playground_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// start runs a server for one test, which then runs beside others.
func start(t *testing.T, o playground.Options) *playground.Server {
	t.Helper()
	t.Parallel()
	s := playground.New(o)
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// redirect sends Discord's hosts to the playground, as the bot's transport does.
type redirect struct{ api *url.URL }

func (d redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = d.api.Scheme, d.api.Host
	return http.DefaultTransport.RoundTrip(r)
}

// bot is a discordgo session with what its tests need around it.
type bot struct {
	*discordgo.Session
	t    *testing.T
	mu   sync.Mutex
	seen []discordgo.Event
	wake chan struct{}
}

const allIntents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages |
	discordgo.IntentsGuildMessageReactions

// newBot makes a session that is not open yet.
func newBot(t *testing.T, s *playground.Server, intents discordgo.Intent) *bot {
	t.Helper()
	dg, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	dg.Client = &http.Client{Transport: redirect{u}, Timeout: 10 * time.Second}
	dg.Identify.Intents = intents
	dg.LogLevel = -1
	dg.StateEnabled = false // it hands live pointers to handlers
	dg.ShouldRetryOnRateLimit = false
	dg.MaxRestRetries = 0
	b := &bot{Session: dg, t: t, wake: make(chan struct{})}
	dg.SyncEvents = true
	dg.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { b.note(e) })
	return b
}

// connect makes a session and opens it.
func connect(t *testing.T, s *playground.Server, intents discordgo.Intent) *bot {
	t.Helper()
	b := newBot(t, s, intents)
	if err := b.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func (b *bot) note(e *discordgo.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = append(b.seen, *e)
	close(b.wake)
	b.wake = make(chan struct{})
}

// all lists the events of a type so far.
func (b *bot) all(kind string) []discordgo.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []discordgo.Event
	for _, e := range b.seen {
		if e.Type == kind {
			out = append(out, e)
		}
	}
	return out
}

// await waits for the n-th event of a type, counted from 1.
func (b *bot) await(kind string, n int) discordgo.Event {
	b.t.Helper()
	ctx := within(b.t)
	for {
		b.mu.Lock()
		wake := b.wake
		b.mu.Unlock()
		if got := b.all(kind); len(got) >= n {
			return got[n-1]
		}
		select {
		case <-wake:
		case <-ctx.Done():
			b.t.Fatalf("no %s number %d arrived", kind, n)
		}
	}
}

// interaction waits for the n-th interaction.
func (b *bot) interaction(n int) *discordgo.Interaction {
	b.t.Helper()
	e := b.await("INTERACTION_CREATE", n)
	return e.Struct.(*discordgo.InteractionCreate).Interaction
}

// respond answers an interaction and fails the test if that is refused.
func (b *bot) respond(i *discordgo.Interaction, r *discordgo.InteractionResponse) {
	b.t.Helper()
	if err := b.InteractionRespond(i, r); err != nil {
		b.t.Fatalf("respond: %v", err)
	}
}

// within is a context that ends in good time for the test to report.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// must unwraps a result.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// call makes a raw REST call and returns status, body and headers.
func call(t *testing.T, s *playground.Server, method, path string, body any) (int, map[string]any, http.Header) {
	t.Helper()
	return callAs(t, s, "Bot "+s.Token(), method, path, body)
}

func callAs(t *testing.T, s *playground.Server, auth, method, path string, body any) (int, map[string]any, http.Header) {
	t.Helper()
	var rd io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		rd = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, s.APIURL()+"/v10"+path, rd)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if auth != "" {
		req.Header.Set("Authorization", auth)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if strings.HasPrefix(string(raw), "{") {
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	} else if len(raw) > 0 {
		out = map[string]any{"list": json.RawMessage(raw)}
	}
	return res.StatusCode, out, res.Header
}

// code is the JSON error code of an answer.
func code(body map[string]any) int {
	n, _ := body["code"].(float64)
	return int(n)
}

// fault digs the codes at a dotted path out of an error tree.
func fault(body map[string]any, path string) string {
	at, _ := body["errors"].(map[string]any)
	if path != "" {
		for _, p := range strings.Split(path, ".") {
			at, _ = at[p].(map[string]any)
		}
	}
	list, _ := at["_errors"].([]any)
	var codes []string
	for _, e := range list {
		o, _ := e.(map[string]any)
		c, _ := o["code"].(string)
		codes = append(codes, c)
	}
	return strings.Join(codes, ",")
}

// restCode is the JSON error code inside of a discordgo error.
func restCode(err error) int {
	re, ok := err.(*discordgo.RESTError)
	if !ok || re.Message == nil {
		return 0
	}
	return re.Message.Code
}
