package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bwmarrin/discordgo"
)

func ok(int, *http.Request) (*http.Response, error) { return reply(200, aMessage), nil }

// sent decodes the body of a call.
func sent(t *testing.T, c scriptCall) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(c.body), &m); err != nil {
		t.Fatalf("%v: %s", err, c.body)
	}
	return m
}

func TestFirstAnswers(t *testing.T) {
	row := discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.Button{Label: "b", CustomID: "x"}}}
	for _, test := range []struct {
		name string
		do   func(*Session, context.Context, *Interaction) error
		want string
	}{
		{"acknowledge", func(s *Session, ctx context.Context, i *Interaction) error { return s.Acknowledge(ctx, i, false) },
			`{"type":5,"data":{}}`},
		{"acknowledge privately", func(s *Session, ctx context.Context, i *Interaction) error { return s.Acknowledge(ctx, i, true) },
			`{"type":5,"data":{"flags":64}}`},
		{"acknowledge update", func(s *Session, ctx context.Context, i *Interaction) error { return s.AcknowledgeUpdate(ctx, i) },
			`{"type":6}`},
		{"respond", func(s *Session, ctx context.Context, i *Interaction) error {
			return s.Respond(ctx, i, Message{Content: "hi", Ephemeral: true})
		}, `{"type":4,"data":{"content":"hi","allowed_mentions":{"parse":[]},"flags":68}}`},
		{"respond in V2", func(s *Session, ctx context.Context, i *Interaction) error {
			return s.Respond(ctx, i, Message{V2: true, Components: []discordgo.MessageComponent{discordgo.TextDisplay{Content: "t"}}})
		}, `{"type":4,"data":{"components":[{"content":"t","type":10}],"allowed_mentions":{"parse":[]},"flags":32768}}`},
		{"update", func(s *Session, ctx context.Context, i *Interaction) error {
			return s.UpdateMessage(ctx, i, Message{Content: "hi", Components: []discordgo.MessageComponent{row}})
		}, `{"type":7,"data":{"content":"hi","embeds":[],"components":[{"components":[{"label":"b","style":1,"disabled":false,"custom_id":"x","type":2}],"type":1}],` +
			`"attachments":[],"allowed_mentions":{"parse":[]},"flags":4}}`},
		{"choices", func(s *Session, ctx context.Context, i *Interaction) error {
			return s.Choices(ctx, i, []Choice{{"n", "v"}})
		}, `{"type":8,"data":{"choices":[{"name":"n","value":"v"}]}}`},
		{"no choices", func(s *Session, ctx context.Context, i *Interaction) error { return s.Choices(ctx, i, nil) },
			`{"type":8,"data":{"choices":[]}}`},
		{"modal", func(s *Session, ctx context.Context, i *Interaction) error {
			return s.Modal(ctx, i, Modal{CustomID: "m", Title: "T", Components: []discordgo.MessageComponent{
				Label{Label: "L", Description: "D", Component: TextInput{CustomID: "t", Paragraph: true, Optional: true, Max: 10}},
				Label{Label: "S", Component: StringSelect{CustomID: "s", Options: []discordgo.SelectMenuOption{{Label: "a", Value: "b"}}}},
				Label{Label: "F", Component: FileUpload{CustomID: "f", Max: 2}},
			}})
		}, `{"type":9,"data":{"custom_id":"m","title":"T","components":[` +
			`{"type":18,"label":"L","description":"D","component":{"type":4,"custom_id":"t","style":2,"max_length":10,"required":false}},` +
			`{"type":18,"label":"S","component":{"type":3,"custom_id":"s","options":[{"label":"a","value":"b"}],"required":true}},` +
			`{"type":18,"label":"F","component":{"type":19,"custom_id":"f","max_values":2,"required":true}}]}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, ok)
			i := interaction(s, "7")
			if err := test.do(s, t.Context(), i); err != nil {
				t.Fatal(err)
			}
			c := sc.call(0)
			if c.body != test.want {
				t.Errorf("sent %s\nwant %s", c.body, test.want)
			}
			if c.url != "https://discord.com/api/v9/interactions/7/canary-interaction-token-7/callback" || c.auth != "" {
				t.Errorf("sent to %s with %q", c.url, c.auth)
			}
			if err := test.do(s, t.Context(), i); !errors.Is(err, ErrAnswered) || sc.count() != 1 {
				t.Errorf("a second first answer: %v after %d calls", err, sc.count())
			}
		})
	}
}

func TestFirstAnswerKeepsItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		s, sc, _ := scripted(t, Options{}, hang)
		i := interaction(s, "7")
		time.Sleep(time.Second) // spent in the queue
		start := time.Now()
		err := s.Respond(t.Context(), i, Message{Content: "x"})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 1500*time.Millisecond+lateAnswer {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		noLeak(t, err)
		// What may have arrived must not keep the handler from its answer.
		for _, acknowledge := range []func(*Interaction) error{
			func(i *Interaction) error { return s.Acknowledge(t.Context(), i, false) },
			func(i *Interaction) error { return s.AcknowledgeUpdate(t.Context(), i) },
		} {
			if err := acknowledge(interaction(s, "9")); err != nil {
				t.Errorf("an acknowledgement that may have arrived: %v", err)
			}
		}
		late := interaction(s, "8")
		time.Sleep(3 * time.Second)
		if err := s.Acknowledge(t.Context(), late, false); !errors.Is(err, ErrExpired) || sc.count() != 3 {
			t.Errorf("too late: %v after %d calls", err, sc.count())
		}
	})
}

func TestFirstAnswerAfterUnknownOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				return reply(502, ""), nil
			}
			return reply(400, `{"code":40060,"message":"Interaction has already been acknowledged."}`), nil
		})
		if err := s.Acknowledge(t.Context(), interaction(s, "7"), false); err != nil || sc.count() != 2 {
			t.Errorf("%v after %d calls, though the first took effect", err, sc.count())
		}
	})
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(400, `{"code":40060,"message":"Interaction has already been acknowledged."}`), nil
	})
	if err := s.Acknowledge(t.Context(), interaction(s, "7"), false); !errors.Is(err, ErrAnswered) || sc.count() != 1 {
		t.Errorf("%v after %d calls: somebody else answered", err, sc.count())
	}
}

func TestEditsOfManyInteractionsRunTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			return reply(200, aMessage), nil
		})
		start := time.Now()
		var wg sync.WaitGroup
		for k := range 30 {
			wg.Go(func() {
				if _, err := s.EditOriginal(t.Context(), interaction(s, fmt.Sprint(k)), Message{Content: "x"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Errorf("30 edits took %s", took)
		}
	})
}

func TestMessagesNeverPing(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, ok)
	ctx, m := t.Context(), Message{Content: "@everyone <@1>"}
	i := interaction(s, "7")
	_, e1 := s.Send(ctx, "2", m, "3")
	_, e2 := s.Edit(ctx, "2", "3", m)
	_, e3 := s.EditOriginal(ctx, i, m)
	_, e4 := s.FollowUp(ctx, i, m)
	e5 := s.Respond(ctx, i, m)
	e6 := s.UpdateMessage(ctx, interaction(s, "8"), m)
	if err := errors.Join(e1, e2, e3, e4, e6); err != nil || !errors.Is(e5, ErrAnswered) {
		t.Fatal(err, e5)
	}
	for k := range sc.count() {
		if b := sc.call(k).body; strings.Count(b, `"allowed_mentions":{"parse":[]}`) != 1 {
			t.Errorf("sent %s", b)
		}
	}
	if b := sc.call(0).body; !strings.Contains(b, `"message_reference":{"message_id":"3","fail_if_not_exists":false}`) {
		t.Errorf("the reply refers to nothing: %s", b)
	}
}

func TestPreviewsAreSuppressedUnlessWanted(t *testing.T) {
	embed := []*discordgo.MessageEmbed{{Title: "t"}}
	for _, test := range []struct {
		m    Message
		want discordgo.MessageFlags
	}{
		{Message{Content: "x"}, discordgo.MessageFlagsSuppressEmbeds},
		{Message{Content: "x", Previews: true}, 0},
		{Message{Embeds: embed}, 0},
	} {
		s, sc, _ := scripted(t, Options{}, ok)
		if _, err := s.Edit(t.Context(), "2", "3", test.m); err != nil {
			t.Fatal(err)
		}
		if got := sent(t, sc.call(0))["flags"]; got != float64(test.want) {
			t.Errorf("flags are %v, want %d", got, test.want)
		}
	}
}

// TestSilent: a new message can come without a notification, an edit has none.
func TestSilent(t *testing.T) {
	m := Message{Content: "x", Silent: true, Previews: true}
	s, sc, _ := scripted(t, Options{}, ok)
	if _, err := s.Send(t.Context(), "2", m, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Edit(t.Context(), "2", "3", m); err != nil {
		t.Fatal(err)
	}
	for n, want := range []discordgo.MessageFlags{discordgo.MessageFlagsSuppressNotifications, 0} {
		if got := sent(t, sc.call(n))["flags"]; got != float64(want) {
			t.Errorf("call %d: flags are %v, want %d", n, got, want)
		}
	}
}

func TestEditReplacesEverything(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, ok)
	if _, err := s.Edit(t.Context(), "2", "3", Message{Content: "x"}); err != nil {
		t.Fatal(err)
	}
	m := sent(t, sc.call(0))
	for _, field := range []string{"embeds", "components", "attachments"} {
		if list, ok := m[field].([]any); !ok || len(list) != 0 {
			t.Errorf("%s is %v, so the old ones stay", field, m[field])
		}
	}
	if _, err := s.Edit(t.Context(), "2", "3", Message{Content: "x", KeepFiles: true}); err != nil {
		t.Fatal(err)
	}
	if _, there := sent(t, sc.call(1))["attachments"]; there {
		t.Error("KeepFiles drops the files")
	}
	text := []discordgo.MessageComponent{discordgo.TextDisplay{Content: "t"}}
	if _, err := s.EditOriginal(t.Context(), interaction(s, "7"), Message{V2: true, Components: text}); err != nil {
		t.Fatal(err)
	}
	if m := sent(t, sc.call(2)); m["content"] != nil || m["flags"] != float64(discordgo.MessageFlagsIsComponentsV2) {
		t.Errorf("a V2 edit sends %v", m)
	}
}

func TestFilesAreSentAsForm(t *testing.T) {
	var form map[string]string
	var name string
	s, _, _ := scripted(t, Options{}, nil)
	sc := s.api.http.Transport.(redirect).base.(*script)
	sc.reply = func(_ int, r *http.Request) (*http.Response, error) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			return nil, err
		}
		f, err := multipart.NewReader(strings.NewReader(sc.calls[0].body), params["boundary"]).ReadForm(1 << 20)
		if err != nil {
			return nil, err
		}
		form = map[string]string{"payload": f.Value["payload_json"][0]}
		name = f.File["files[0]"][0].Filename
		return reply(200, aMessage), nil
	}
	file := File{Name: "../lo\"g\r\n.txt", ContentType: "text/plain", Data: []byte("data")}
	if _, err := s.Send(t.Context(), "2", Message{Files: []File{file}}, ""); err != nil {
		t.Fatal(err)
	}
	if name != "_lo_g__.txt" || !strings.Contains(form["payload"], `"attachments":[{"id":"0","filename":"_lo_g__.txt"}]`) {
		t.Errorf("file %q, payload %s", name, form["payload"])
	}
}

func TestStartThreadTwiceGivesTheSameThread(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			return reply(400, `{"code":160004,"message":"A thread has already been created for this message"}`), nil
		}
		return reply(200, `{"id":"3","type":11}`), nil
	})
	c, err := s.StartThread(t.Context(), "2", "3", Thread{Name: strings.Repeat("é\n", 200)})
	if err != nil || c.ID != "3" || sc.call(1).url != "https://discord.com/api/v9/channels/3" {
		t.Errorf("%v, %v", c, err)
	}
	if name := sent(t, sc.call(0))["name"].(string); Length(name) > MaxThreadName || strings.Contains(name, "\n") {
		t.Errorf("named %q", name)
	}
}

func TestDeletingWhatIsGoneIsNoError(t *testing.T) {
	s, _, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(404, `{"code":10008,"message":"Unknown Message"}`), nil
	})
	if err := s.Delete(t.Context(), "2", "3"); err != nil {
		t.Error(err)
	}
	if _, err := s.Message(t.Context(), "2", "3"); !errors.Is(err, ErrGone) {
		t.Error(err)
	}
}

func TestSmallCalls(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(204, ""), nil })
	ctx := t.Context()
	if err := errors.Join(s.Typing(ctx, "2"), s.React(ctx, "2", "3", "✅"), s.Unreact(ctx, "2", "3", "ok:5"),
		s.DeleteOriginal(ctx, interaction(s, "7"))); err != nil {
		t.Fatal(err)
	}
	for k, want := range []string{"POST /channels/2/typing", "PUT /channels/2/messages/3/reactions/%E2%9C%85/@me",
		"DELETE /channels/2/messages/3/reactions/ok:5/@me", "DELETE /webhooks/201/canary-interaction-token-7/messages/@original"} {
		c := sc.call(k)
		if got := c.method + " " + strings.TrimPrefix(c.url, "https://discord.com/api/v9"); got != want {
			t.Errorf("call %d is %s, want %s", k, got, want)
		}
	}
}
