package session

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/bwmarrin/discordgo"
)

// delivery runs one event through a session and returns what the handler got.
func delivery[E any](t *testing.T, kind, raw string, set func(*Handler, func(context.Context, E) error)) (got []E, s *Session) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var h Handler
		set(&h, func(_ context.Context, e E) error { got = append(got, e); return nil })
		s, _, _ = guarded(t, Options{Workers: 1, Handler: h})
		s.me.Store(&identity{user: &discordgo.User{ID: "200"}})
		s.onEvent(&discordgo.Event{Type: kind, RawData: json.RawMessage(raw)})
		synctest.Wait()
	})
	return got, s
}

func onMessage(h *Handler, f func(context.Context, *MessageEvent) error)    { h.MessageCreate = f }
func onEdit(h *Handler, f func(context.Context, *MessageEvent) error)       { h.MessageUpdate = f }
func onDelete(h *Handler, f func(context.Context, *DeleteEvent) error)      { h.MessageDelete = f }
func onThread(h *Handler, f func(context.Context, *ThreadEvent) error)      { h.ThreadCreate = f }
func onInteraction(h *Handler, f func(context.Context, *Interaction) error) { h.Interaction = f }

func TestForwardedTextAndFilesAreRead(t *testing.T) {
	got, _ := delivery(t, typeMessageCreate, `{"id":"1","channel_id":"2","content":"","author":{"id":"9"},
		"attachments":[{"id":"a","filename":"own.log"}],
		"message_snapshots":[{"message":{"content":"forwarded","attachments":[{"id":"b","filename":"fwd.log"},null]}},{"message":null}]}`, onMessage)
	if len(got) != 1 {
		t.Fatal("not delivered")
	}
	if texts := Contents(got[0].Message); !reflect.DeepEqual(texts, []string{"forwarded"}) {
		t.Errorf("texts %q", texts)
	}
	if files := Attachments(got[0].Message); len(files) != 2 || files[1].Filename != "fwd.log" {
		t.Errorf("files %v", files)
	}
	if Contents(nil) != nil || Attachments(nil) != nil {
		t.Error("nil has contents")
	}
}

func TestAuthorsAreMarked(t *testing.T) {
	for author, want := range map[string][3]bool{
		`"author":{"id":"9"}`:                                   {false, false, false},
		`"author":{"id":"9","bot":true}`:                        {true, false, false},
		`"author":{"id":"9","bot":true},"webhook_id":"9"`:       {true, true, false},
		`"author":{"id":"200","bot":true},"application_id":"1"`: {true, false, true},
		`"content":"no author"`:                                 {false, false, false},
	} {
		got, _ := delivery(t, typeMessageCreate, `{"id":"1","channel_id":"2",`+author+`}`, onMessage)
		if len(got) != 1 || [3]bool{got[0].Bot, got[0].Webhook, got[0].Own} != want {
			t.Errorf("%s gives %+v", author, got)
		}
	}
}

func TestMessageWithUnknownComponentIsReadWithoutComponents(t *testing.T) {
	raw := `{"id":"1","channel_id":"2","content":"text","author":{"id":"9"},"components":[{"type":99,"x":1}],
		"referenced_message":{"id":"0","channel_id":"2","content":"before","components":[{"type":1,"components":[{"type":98}]}]}}`
	if json.Unmarshal([]byte(raw), new(discordgo.Message)) == nil {
		t.Fatal("discordgo reads it by itself now: this test and lenient can go")
	}
	got, _ := delivery(t, typeMessageCreate, raw, onMessage)
	if len(got) != 1 || got[0].Content != "text" || got[0].ReferencedMessage.Content != "before" || len(got[0].Components) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestPartialEditIsDelivered(t *testing.T) {
	got, _ := delivery(t, typeMessageUpdate, `{"id":"1","channel_id":"2","embeds":[]}`, onEdit)
	if len(got) != 1 || got[0].Author != nil {
		t.Errorf("got %+v", got)
	}
}

func TestDeletionsAreDeliveredOneByOne(t *testing.T) {
	one, _ := delivery(t, typeMessageDelete, `{"id":"1","channel_id":"2","guild_id":"3"}`, onDelete)
	many, _ := delivery(t, typeMessageDeleteBulk, `{"ids":["4","5"],"channel_id":"2","guild_id":"3"}`, onDelete)
	var ids []string
	for _, e := range append(one, many...) {
		ids = append(ids, e.MessageID+e.ChannelID+e.GuildID)
	}
	if strings.Join(ids, " ") != "123 423 523" {
		t.Errorf("got %v", ids)
	}
}

func TestThreadsTellNewFromJoined(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"id":"1","guild_id":"3","owner_id":"9","parent_id":"2","name":"n","newly_created":true}`: true,
		`{"id":"1","guild_id":"3","owner_id":"9","parent_id":"2","name":"n"}`:                      false,
	} {
		got, _ := delivery(t, typeThreadCreate, raw, onThread)
		if len(got) != 1 || got[0].NewlyCreated != want || got[0].ParentID != "2" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestModalSubmitWithLabelsAndFutureComponents(t *testing.T) {
	raw := `{"id":"1","application_id":"201","token":"canary","type":5,"user":{"id":"9"},"attachment_size_limit":10485760,
		"data":{"custom_id":"draft","resolved":{"attachments":{"77":{"id":"77","filename":"milvus.log","size":5}}},"components":[
		{"type":18,"id":1,"component":{"type":4,"custom_id":"title","value":"It \"breaks\""}},
		{"type":18,"id":2,"component":{"type":3,"custom_id":"queue","values":["pulsar","kafka"]}},
		{"type":18,"id":3,"component":{"type":19,"custom_id":"logs","values":["77"]}},
		{"type":18,"id":4,"component":{"type":23,"custom_id":"searched","value":true}},
		{"type":18,"id":5,"component":{"type":99,"custom_id":"new","values":[3]}},
		{"type":1,"components":[{"type":4,"custom_id":"old","value":"row"}]},
		{"type":10,"id":6}, 5]}}`
	got, _ := delivery(t, typeInteraction, raw, onInteraction)
	if len(got) != 1 || got[0].Submit == nil {
		t.Fatal("not delivered")
	}
	i := got[0]
	want := map[string][]string{"title": {`It "breaks"`}, "queue": {"pulsar", "kafka"}, "logs": {"77"}, "searched": {"true"}, "new": {"3"}, "old": {"row"}}
	if i.CustomID() != "draft" || !reflect.DeepEqual(i.Submit.Values, want) || i.Submit.Files["77"].Filename != "milvus.log" {
		t.Errorf("got %q %v %v", i.CustomID(), i.Submit.Values, i.Submit.Files)
	}
	if i.Submit.Value("title") != `It "breaks"` || i.Submit.Value("none") != "" || (*Submit)(nil).Value("x") != "" || i.AttachmentLimit != 10<<20 {
		t.Error("values wrong")
	}
}

func TestCommandOnAMessageWithUnknownComponents(t *testing.T) {
	raw := `{"id":"1","application_id":"201","token":"canary","type":2,"member":{"user":{"id":"9"},"permissions":"8"},
		"data":{"name":"Diagnose","type":3,"target_id":"5","resolved":{"messages":{"5":{"id":"5","content":"",
		"components":[{"type":99}],"message_snapshots":[{"message":{"content":"panic: x","components":[{"type":98}]}}]}}}}}`
	got, _ := delivery(t, typeInteraction, raw, onInteraction)
	if len(got) != 1 {
		t.Fatal("not delivered")
	}
	data, ok := got[0].Command()
	if !ok || Contents(data.Resolved.Messages[data.TargetID])[0] != "panic: x" || got[0].User.ID != "9" || got[0].Member.Permissions != 8 {
		t.Errorf("got %+v", data)
	}
	if _, ok := got[0].Component(); ok || got[0].CustomID() != "" {
		t.Error("a command passes for a component")
	}
}

func TestComponentPress(t *testing.T) {
	raw := `{"id":"1","application_id":"201","token":"canary","type":3,"user":{"id":"9"},"message":{"id":"5","components":[{"type":99}]},
		"data":{"custom_id":"file:1","component_type":2}}`
	got, _ := delivery(t, typeInteraction, raw, onInteraction)
	if len(got) != 1 || got[0].CustomID() != "file:1" || got[0].Message.ID != "5" {
		t.Errorf("got %v", got)
	}
	if _, ok := got[0].Command(); ok {
		t.Error("a component passes for a command")
	}
}

func TestUnreadableInteractionIsAnsweredAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := guarded(t, Options{Handler: Handler{Interaction: func(context.Context, *Interaction) error { return nil }}})
		for range 2 {
			s.onEvent(&discordgo.Event{Type: typeInteraction, RawData: []byte(`{"id":"1","token":"canary","type":2,"data":7,"user":{"id":"9"}}`)})
		}
		s.onEvent(&discordgo.Event{Type: typeInteraction, RawData: []byte(`{"type":2}`)})
		synctest.Wait()
		if sc.count() != 1 || !strings.Contains(sc.call(0).body, "Something went wrong") {
			t.Errorf("%d calls", sc.count())
		}
		if st := s.Stats(); st.Dropped["malformed"] != 3 || st.Interactions["error"] != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestInteractionNeverShowsItsToken(t *testing.T) {
	s, _, l := scripted(t, Options{}, ok)
	i := interaction(s, "7")
	texts := []string{i.String(), fmt.Sprint(i), fmt.Sprintf("%v %+v %#v %s", i, i, i, i)}
	s.log.Info("i", "interaction", i)
	if all := strings.Join(texts, " ") + l.String(); strings.Contains(all, "canary") || !strings.Contains(l.String(), "interaction 7") {
		t.Errorf("shows %s", all)
	}
}

func TestPanicWhileDecodingIsContained(t *testing.T) {
	s, _, l := scripted(t, Options{Handler: Handler{MessageCreate: func(context.Context, *MessageEvent) error { return nil }}}, ok)
	s.guard = nil
	post(s, "1", "u1", "x")
	if !strings.Contains(l.String(), "panic while decoding") || s.health.dropped.copy()["malformed"] != 1 {
		t.Errorf("log: %s", l)
	}
}

func FuzzEvents(f *testing.F) {
	f.Add(typeMessageCreate, `{"id":"1","channel_id":"2","content":"x","author":{"id":"9"},"components":[{"type":99}]}`)
	f.Add(typeInteraction, `{"id":"1","token":"t","type":5,"user":{"id":"9"},"data":{"custom_id":"c","components":[{"type":18,"component":{"type":4}}]}}`)
	f.Add(typeThreadCreate, `{"id":"1"}`)
	f.Add(typeMessageDeleteBulk, `{"ids":["1"]}`)
	nothing := func() error { return nil }
	s, err := New(Options{Token: testToken, Handler: Handler{
		MessageCreate: func(context.Context, *MessageEvent) error { return nothing() },
		MessageUpdate: func(context.Context, *MessageEvent) error { return nothing() },
		MessageDelete: func(context.Context, *DeleteEvent) error { return nothing() },
		ThreadCreate:  func(context.Context, *ThreadEvent) error { return nothing() },
		Interaction:   func(context.Context, *Interaction) error { return nothing() },
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind, raw string) {
		if !json.Valid([]byte(raw)) {
			t.Skip("discordgo hands on valid JSON only")
		}
		jobs, err := s.decode(kind, json.RawMessage(raw))
		if err != nil && len(jobs) > 0 {
			t.Error("jobs beside an error")
		}
		l := &link{s: s}
		l.interval.Store(1)
		_, _ = l.inspect([]byte(raw), l.start)
	})
}
