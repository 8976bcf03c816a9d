package session

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// village is a playground with a session on it.
type village struct {
	*playground.Server
	bot  *Session
	logs *logs
	ctx  context.Context
	// calls counts the calls that were checked against Discord's OpenAPI file.
	calls func() int64
}

// settle starts both and waits until they are connected.
func settle(t *testing.T, o playground.Options, opt Options) *village {
	t.Helper()
	calls := watch(t, &o)
	v := &village{Server: playground.New(o), logs: new(logs), calls: calls}
	if err := v.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	api, err := url.Parse(v.APIURL())
	if err != nil {
		t.Fatal(err)
	}
	opt.Token, opt.APIURL, opt.Log, opt.Timings, opt.Transport = v.Token(), api, v.logs.logger(), quick(), &http.Transport{}
	opt.Intents |= discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	if v.bot, err = New(opt); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- v.bot.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := receive(t, ended, "the end of Run"); err != nil {
			t.Errorf("Run returned %v", err)
		}
		opt.Transport.(*http.Transport).CloseIdleConnections()
		if strings.Contains(v.logs.String(), "canary") {
			t.Error("user text was logged")
		}
		if pings := v.Pings(); len(pings) != 0 {
			t.Errorf("pinged %+v", pings)
		}
	})
	var stop context.CancelFunc
	v.ctx, stop = context.WithTimeout(t.Context(), testLimit)
	t.Cleanup(stop)
	if err := v.Gateway().WaitConnected(v.ctx); err != nil {
		t.Fatal(err)
	}
	return v
}

// need unwraps a result, or fails the test.
func need[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// helpDesk is a small bot: what the tests talk to.
type helpDesk struct{ s func() *Session }

func (d helpDesk) interaction(ctx context.Context, i *Interaction) error {
	s := d.s()
	switch i.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		return s.Choices(ctx, i, []Choice{{"Out of memory", "oom"}})
	case discordgo.InteractionMessageComponent:
		return s.Modal(ctx, i, Modal{CustomID: "form", Title: "Report", Components: []discordgo.MessageComponent{
			Label{Label: "Title", Description: "In one line", Component: TextInput{CustomID: "title", Value: "canary"}},
			Label{Label: "Queue", Component: StringSelect{CustomID: "queue", Options: []discordgo.SelectMenuOption{{Label: "Kafka", Value: "kafka"}}}},
		}})
	case discordgo.InteractionModalSubmit:
		return s.Respond(ctx, i, Message{Content: "got " + i.Submit.Value("title") + " on " + i.Submit.Value("queue"), Ephemeral: true})
	}
	if err := s.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	data, _ := i.Command()
	text := data.Name
	if m := data.TargetID; m != "" {
		text += ": " + strings.Join(Contents(data.Resolved.Messages[m]), " ")
	}
	_, err := s.EditOriginal(ctx, i, Message{Content: text + " @everyone", Components: rows(1, discordgo.Button{Label: "File", CustomID: "file"})})
	if err == nil {
		_, err = s.FollowUp(ctx, i, Message{V2: true, Ephemeral: true, Components: displays(1, 5)})
	}
	return err
}

func (d helpDesk) message(ctx context.Context, e *MessageEvent) error {
	if e.Own || e.Bot {
		return nil
	}
	s := d.s()
	var text []byte
	for _, a := range Attachments(e.Message) {
		r, err := s.Fetch(ctx, a.URL, 1<<20)
		if err != nil {
			return err
		}
		defer r.Close()
		if text, err = io.ReadAll(r); err != nil {
			return err
		}
	}
	if err := s.Typing(ctx, e.ChannelID); err != nil {
		return err
	}
	m, err := s.Send(ctx, e.ChannelID, Message{Content: "read " + string(text) + " " + e.Author.Mention(),
		Files: []File{{Name: "log.txt", Data: text}}}, e.ID)
	if err != nil {
		return err
	}
	if _, err := s.Edit(ctx, m.ChannelID, m.ID, Message{Content: m.Content + " and edited", KeepFiles: true}); err != nil {
		return err
	}
	if err := s.React(ctx, e.ChannelID, e.ID, "✅"); err != nil {
		return err
	}
	for range 2 {
		if _, err := s.StartThread(ctx, m.ChannelID, m.ID, Thread{Name: "About it"}); err != nil {
			return err
		}
	}
	return nil
}

// desk settles a village with a help desk in it.
func desk(t *testing.T, o playground.Options, opt Options) *village {
	var v *village
	ready := make(chan struct{})
	d := helpDesk{func() *Session { <-ready; return v.bot }}
	opt.Handler = Handler{Interaction: d.interaction, MessageCreate: d.message}
	v = settle(t, o, opt)
	close(ready)
	return v
}

func TestCommandsFormsAndButtonsInThePlayground(t *testing.T) {
	useCommandsFormsAndButtons(t, desk(t, playground.Options{}, Options{}))
}

func useCommandsFormsAndButtons(t *testing.T, v *village) {
	t.Helper()
	list := []*discordgo.ApplicationCommand{
		{Name: "diagnose", Description: "Explain an error", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "text", Description: "The error", Required: true, Autocomplete: true}}},
		{Name: "Diagnose this", Type: discordgo.MessageApplicationCommand},
	}
	eventually(t, "readiness", v.bot.Ready)
	for _, want := range []bool{true, false} {
		if wrote := need(v.bot.RegisterCommands(v.ctx, "", "", list))(t); wrote != want {
			t.Errorf("wrote the commands: %v, want %v", wrote, want)
		}
	}
	ada := v.As("Ada")
	if c := need(ada.Autocomplete(v.ctx, "help", "diagnose", "text", "o"))(t); len(c) != 1 || c[0].Value != "oom" {
		t.Errorf("suggested %v", c)
	}
	said := need(ada.Say("help", "canary panic"))(t)
	i := need(ada.Menu("help", "Diagnose this", said.ID()))(t)
	answer := need(ada.WaitMessage(v.ctx, "help", func(m playground.Message) bool {
		return strings.HasPrefix(m.Content(), "Diagnose this: canary panic")
	}))(t)
	if _, err := i.Wait(v.ctx); err != nil || !answer.Ephemeral() || answer.MentionsEveryone() {
		t.Errorf("answered %s, %v", answer.Raw(), err)
	}
	need(ada.WaitMessage(v.ctx, "help", playground.Message.V2))(t)
	need(ada.Press("help", answer.ID(), "file"))(t)
	form := need(ada.WaitModal(v.ctx))(t)
	need(ada.SubmitAll(form, map[string][]string{"title": {"It breaks"}, "queue": {"kafka"}}, nil))(t)
	need(ada.WaitMessage(v.ctx, "help", func(m playground.Message) bool { return m.Content() == "got It breaks on kafka" }))(t)
}

func TestMessagesFilesAndThreadsInThePlayground(t *testing.T) {
	v := desk(t, playground.Options{MessageContent: true}, Options{Intents: discordgo.IntentMessageContent})
	ada := v.As("Ada")
	// The effect takes place, the answer is lost: it must not be said twice.
	lost := v.Fail(playground.Fault{Method: "POST", Path: "/channels/*/messages", Status: 502, AfterEffect: true})
	said, err := ada.Say("help", "see file", playground.WithFile("milvus.log", []byte("panic: canary")))
	if err != nil {
		t.Fatal(err)
	}
	got, err := ada.WaitMessage(v.ctx, "help", func(m playground.Message) bool { return m.ThreadID() != "" })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got.Content(), "read panic: canary") || !strings.HasSuffix(got.Content(), "and edited") ||
		got.ReplyTo() != said.ID() || len(got.Attachments()) != 1 || len(got.MentionIDs()) != 0 {
		t.Errorf("answered %s", got.Raw())
	}
	n := 0
	for _, m := range ada.Sees("help") {
		if m.FromBot() && m.ReplyTo() == said.ID() {
			n++
		}
	}
	if n != 1 || lost.Hits() != 1 {
		t.Errorf("answered %d times after %d faults", n, lost.Hits())
	}
	p, err := v.bot.Permissions(v.ctx, got.ThreadID(), v.BotID())
	if err != nil || p&discordgo.PermissionViewChannel == 0 {
		t.Errorf("the bot may %b in the thread, %v", p, err)
	}
	if err := errors.Join(v.bot.Delete(v.ctx, got.ChannelID(), got.ID()), v.bot.Delete(v.ctx, got.ChannelID(), got.ID())); err != nil {
		t.Error(err)
	}
}

func TestPlaygroundsGatewayFaults(t *testing.T) {
	for name, disturb := range map[string]func(playground.Gateway){
		"cut":                  playground.Gateway.Drop,
		"op 7":                 playground.Gateway.Reconnect,
		"op 9 true":            func(g playground.Gateway) { g.Invalidate(true) },
		"op 9 false":           func(g playground.Gateway) { g.Invalidate(false) },
		"session expired":      func(g playground.Gateway) { g.ExpireSessions(); g.Drop() },
		"op 7 as first packet": func(g playground.Gateway) { g.FirstPacket(7, nil); g.Drop() },
		"op 7 answers RESUME":  func(g playground.Gateway) { g.AnswerNext(7, nil); g.Drop() },
		"op 9 answers RESUME":  func(g playground.Gateway) { g.AnswerNext(9, false); g.Drop() },
		"close 4000":           func(g playground.Gateway) { g.CloseWith(4000, "unknown error") },
		"close 4009":           func(g playground.Gateway) { g.CloseWith(4009, "session timed out") },
		"malformed JSON":       func(g playground.Gateway) { g.SendRaw([]byte(`{"op":0,`)); g.Drop() },
		"a binary frame":       func(g playground.Gateway) { g.SendBinary([]byte{1, 2, 3}) },
		"every event twice":    func(g playground.Gateway) { g.Duplicate(10) },
		"an event lost":        func(g playground.Gateway) { g.Lose(1); time.AfterFunc(50*time.Millisecond, g.Drop) },
		"outage and return":    func(g playground.Gateway) { g.Outage(true); g.Outage(false) },
		"READY without guilds": func(g playground.Gateway) { g.ReadyWithoutGuilds(true); g.ExpireSessions(); g.Drop() },
		"no heartbeat answers": func(g playground.Gateway) {
			g.StopAcks(true)
			time.AfterFunc(300*time.Millisecond, func() { g.StopAcks(false) })
		},
		"silence, then it returns": func(g playground.Gateway) {
			g.Silence(true)
			time.AfterFunc(300*time.Millisecond, func() { g.Silence(false) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := make(chan string, 100)
			v := settle(t, playground.Options{MessageContent: true, HeartbeatInterval: 100 * time.Millisecond}, Options{
				Intents: discordgo.IntentMessageContent,
				Handler: Handler{MessageCreate: func(_ context.Context, e *MessageEvent) error { seen <- e.Content; return nil }},
			})
			eventually(t, "readiness", v.bot.Ready)
			disturb(v.Gateway())
			// What is said while the session is being replaced is nobody's to
			// replay, so say something until it arrives.
			for k := 0; ; k++ {
				if _, err := v.As("Ada").Say("help", "hello"); err != nil {
					t.Fatal(err)
				}
				select {
				case <-seen:
				case <-time.After(50 * time.Millisecond):
					if v.ctx.Err() != nil {
						t.Fatalf("nothing arrives any more\n%s", v.logs)
					}
					continue
				}
				break
			}
			if st := v.Gateway().Stats(); st.Identifies > 2 {
				t.Errorf("%d IDENTIFYs", st.Identifies)
			}
		})
	}
}

func TestIntentThatIsOffStopsInThePlayground(t *testing.T) {
	p := playground.New(playground.Options{})
	if err := p.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	api, _ := url.Parse(p.APIURL())
	s, err := New(Options{Token: p.Token(), APIURL: api, Intents: discordgo.IntentMessageContent, Transport: &http.Transport{DisableKeepAlives: true}})
	if err != nil {
		t.Fatal(err)
	}
	var fatal *FatalError
	if err := s.Run(t.Context()); !errors.As(err, &fatal) || fatal.Code != closeDisallowedIntents {
		t.Errorf("Run returned %v", err)
	}
}
