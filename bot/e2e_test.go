package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
)

const (
	badMember = `Error: bad member ID arg (strconv.ParseUint: parsing "": invalid syntax), expecting ID in Hex`
	nonsense  = "the flux capacitor hums in E flat"
	// patience bounds every wait of a test; what it waits for comes at once.
	patience = 20 * time.Second
)

// fast shortens what the session waits for when the network is bad.
var fast = session.Timings{
	Hello: time.Second, Ready: time.Second, Ack: time.Second, Backoff: 20 * time.Millisecond, BackoffMax: 100 * time.Millisecond,
	Invalid: 50 * time.Millisecond, IdentifyGap: 10 * time.Millisecond,
}

// world is a bot on a local Discord, over real sockets.
type world struct {
	t       *testing.T
	local   *playground.Server
	options Options
	bot     *Bot
	stop    func() // ends the bot
	starts  int    // of bots so far
	log     *lockedBuffer
	calls   calls
}

type lockedBuffer struct {
	mu    sync.Mutex
	b     bytes.Buffer
	wrote chan struct{} // closed and replaced at each write
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.wrote)
	b.wrote = make(chan struct{})
	return b.b.Write(p)
}

// wait waits until the log holds s so many times.
func (b *lockedBuffer) wait(ctx context.Context, s string, times int) error {
	for {
		b.mu.Lock()
		found, wrote := strings.Count(b.b.String(), s) >= times, b.wrote
		b.mu.Unlock()
		if found {
			return nil
		}
		select {
		case <-wrote:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// newWorld starts a local Discord and a bot on it that watches #help.
func newWorld(t *testing.T, o playground.Options, change func(*config.Config)) *world {
	t.Helper()
	return newWorldWith(t, o, func(options *Options) {
		if change != nil {
			change(&options.Config)
		}
	})
}

// newWorldWith is newWorld with other options of the bot.
func newWorldWith(t *testing.T, o playground.Options, change func(*Options)) *world {
	t.Helper()
	w := emptyWorld(t, o, change)
	w.start(nil)
	return w
}

// emptyWorld starts a local Discord for a bot that is started later.
func emptyWorld(t *testing.T, o playground.Options, change func(*Options)) *world {
	t.Helper()
	w := &world{t: t, log: &lockedBuffer{wrote: make(chan struct{})}}
	o.MessageContent, o.Observe = true, w.calls.add
	w.local = playground.New(o)
	if err := w.local.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.local.Close)
	help, err := w.local.As("Root").Channel("help")
	if err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Discord.Token, cfg.Discord.APIURL = config.Secret(w.local.Token()), w.local.APIURL()
	cfg.Discord.MessageContent, cfg.Discord.Channels = true, []string{help.ID}
	w.options = Options{Config: cfg, Index: sharedIndex(t), Timings: fast, Log: slog.New(slog.NewJSONHandler(io.MultiWriter(w.log), &slog.HandlerOptions{Level: slog.LevelDebug}))}
	change(&w.options)
	t.Cleanup(func() {
		w.stop()
		w.check()
	})
	return w
}

// start runs a bot with this store, nil for one in memory.
func (w *world) start(s *store.Store) {
	w.t.Helper()
	var err error
	options := w.options
	options.Store = s
	w.bot, err = New(options)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.bot.connect(); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.bot.Run(ctx) }()
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				w.t.Errorf("the bot ended with %v", err)
			}
			w.bot.Close()
		})
	}
	w.until(func() bool { return len(w.local.Commands()) == len(definitions()) && w.bot.session.Ready() })
	w.loggedTimes(`"msg":"caught up"`, w.starts+1) // what is said from here on comes as events
	w.starts++
}

// check holds what must be true after every test: no ping, no call that
// Discord's documents do not allow, no token and no pasted text in the log.
func (w *world) check() {
	w.calls.check(w.t)
	for _, r := range refused(w.local) {
		w.t.Errorf("refused with %d %d: %s %s %s", r.Status, r.Code, r.Method, r.Path, r.Body)
	}
	if pings := w.local.Pings(); len(pings) > 0 {
		w.t.Errorf("pings: %+v", pings)
	}
	log := w.log.String()
	// The third begins the token of every interaction.
	for _, secret := range []string{w.local.Token() + ".", "bad member ID", "aW50ZXJhY3Rpb246", "hunter2"} {
		if strings.Contains(log, secret) {
			w.t.Errorf("the log holds %q", secret)
		}
	}
}

func (w *world) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	w.t.Cleanup(cancel)
	return ctx
}

func (w *world) until(cond func() bool) {
	w.t.Helper()
	if err := w.local.Wait(w.ctx(), cond); err != nil {
		w.t.Fatalf("%v; log:\n%s", err, w.log.String())
	}
}

// logged waits until the log holds s.
func (w *world) logged(s string) {
	w.t.Helper()
	w.loggedTimes(s, 1)
}

func (w *world) loggedTimes(s string, times int) {
	w.t.Helper()
	if err := w.log.wait(w.ctx(), s, times); err != nil {
		w.t.Fatalf("the log does not say %q %d times:\n%s", s, times, w.log.String())
	}
}

// say posts a message as a person.
func (w *world) say(p *playground.Person, channel, text string, opts ...playground.SayOption) playground.Message {
	w.t.Helper()
	m, err := p.Say(channel, text, opts...)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// reply waits for a message of the bot that holds all of the texts.
func (w *world) reply(p *playground.Person, channel string, texts ...string) playground.Message {
	w.t.Helper()
	m, err := p.WaitMessage(w.ctx(), channel, func(m playground.Message) bool {
		if !m.FromBot() || m.Loading() {
			return false
		}
		for _, s := range texts {
			if !strings.Contains(m.Text(), s) {
				return false
			}
		}
		return true
	})
	if err != nil {
		var seen []string
		for _, m := range p.Sees(channel) {
			seen = append(seen, fmt.Sprintf("bot=%v: %.300s", m.FromBot(), m.Text()))
		}
		w.t.Fatalf("no reply with %q: %v\nseen:\n%s\nlog:\n%s", texts, err, strings.Join(seen, "\n"), w.log.String())
	}
	return m
}

// slash uses /troubleshoot.
func (w *world) slash(p *playground.Person, channel string, options ...playground.Option) {
	w.t.Helper()
	if _, err := p.Slash(channel, commandName, options...); err != nil {
		w.t.Fatal(err)
	}
}

// button returns the custom id of the button of an action.
func (w *world) button(m playground.Message, a action) string {
	w.t.Helper()
	for _, c := range m.Components() {
		if strings.HasPrefix(c.CustomID, idVersion+":"+a.name+":") {
			return c.CustomID
		}
	}
	w.t.Fatalf("no button %s in %s", a.name, m.Raw())
	return ""
}

// press presses the button of an action under a message.
func (w *world) press(p *playground.Person, channel string, m playground.Message, a action, values ...string) *playground.Interaction {
	w.t.Helper()
	i, err := p.Press(channel, m.ID(), w.button(m, a), values...)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}
