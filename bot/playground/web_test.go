package playground_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// page is a browser without a screen.
type page struct {
	t      *testing.T
	s      *playground.Server
	as     string
	events chan o
}

// openPage listens to the events of a person.
func openPage(t *testing.T, s *playground.Server, as string) *page {
	t.Helper()
	p := &page{t: t, s: s, as: as, events: make(chan o, 100)}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL()+"/web/events?as="+as, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Fatalf("events come as %q", ct)
	}
	sc := bufio.NewScanner(res.Body)
	sc.Scan() // the greeting
	go func() {
		defer res.Body.Close()
		for sc.Scan() {
			if raw, ok := strings.CutPrefix(sc.Text(), "data: "); ok {
				var e o
				if json.Unmarshal([]byte(raw), &e) == nil {
					p.events <- e
				}
			}
		}
	}()
	return p
}

// next waits for an event of a type and returns its data.
func (p *page) next(kind string) o {
	p.t.Helper()
	ctx := within(p.t)
	for {
		select {
		case e := <-p.events:
			if e["type"] == kind {
				return e["data"].(o)
			}
		case <-ctx.Done():
			p.t.Fatalf("no %s came", kind)
		}
	}
}

// do calls the server as the page would.
func (p *page) do(method, path string, body o) (int, o) {
	p.t.Helper()
	var rd io.Reader
	if body != nil {
		body["as"] = p.as
		raw, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		rd = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, p.s.URL()+path, rd)
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Origin", p.s.URL())
	return send(p.t, req)
}

func (p *page) ok(method, path string, body o) o {
	p.t.Helper()
	status, out := p.do(method, path, body)
	if status != 200 {
		p.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

func TestWebWalk(t *testing.T) {
	s := start(t, playground.Options{Samples: []playground.Sample{{Title: "etcd", Text: "panic"}}})
	ada := s.As("Ada")
	p := openPage(t, s, ada.ID())
	b := connect(t, s, allIntents)
	if d := p.next("state"); d["connected"] != true {
		t.Errorf("state %v", d)
	}
	register(t, b, s, &discordgo.ApplicationCommand{Name: "ask", Description: "Ask", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionAttachment, Name: "log", Description: "log"},
		{Type: discordgo.ApplicationCommandOptionString, Name: "q", Description: "q", Autocomplete: true}}})
	st := p.ok("GET", "/web/state?as="+ada.ID(), nil)
	cmds := st["commands"].([]any)
	if st["me"].(o)["global_name"] != "Ada" || len(st["users"].([]any)) != 4 || st["bot"].(o)["bot"] != true ||
		len(cmds) != 1 || len(st["locales"].([]any)) != 32 || len(st["samples"].([]any)) != 1 || st["dm"].(o)["id"] == "" {
		t.Errorf("state %v", st)
	}
	general := st["guild"].(o)["channels"].([]any)[0].(o)["id"].(string)

	said := p.ok("POST", "/web/messages", o{"channel_id": general, "content": "hello", "locale": "fr"})
	if m := p.next("message_create"); m["id"] != said["id"] || m["content"] != "hello" {
		t.Errorf("event %v", m)
	}
	p.ok("PATCH", "/web/messages/"+said["id"].(string), o{"channel_id": general, "content": "hallo"})
	if m := p.next("message_update"); m["content"] != "hallo" {
		t.Errorf("event %v", m)
	}

	cmd := cmds[0].(o)["id"]
	in := p.upload("/web/commands", o{"as": p.as, "channel_id": general, "locale": "fr", "command_id": cmd,
		"options": []any{o{"name": "log", "type": 11, "value": 0}}}, "milvus.log", "boom")
	i := b.interaction(1)
	if i.ID != in["interaction_id"] || i.Locale != "fr" {
		t.Errorf("interaction %+v", i)
	}
	d := i.ApplicationCommandData()
	if a := d.Resolved.Attachments[d.Options[0].Value.(string)]; a == nil || fetch(t, b, a.URL) != "boom" {
		t.Errorf("attachment %+v", a)
	}
	b.respond(i, reply("only you", discordgo.MessageFlagsEphemeral, button("Report", "go")))
	m := p.next("message_create")
	if list := p.ok("GET", "/web/messages?channel="+general+"&as="+s.As("Grace").ID(), nil)["messages"].([]any); len(list) != 1 {
		t.Errorf("Grace sees %v", list)
	}
	p.ok("POST", "/web/components", o{"channel_id": general, "message_id": m["id"], "custom_id": "go", "component_type": 2, "values": []any{}})
	b.respond(b.interaction(2), form("Report"))
	modal := p.next("modal")
	if modal["title"] != "Report" || len(modal["components"].([]any)) != 2 {
		t.Errorf("modal %v", modal)
	}
	p.ok("POST", "/web/modals", o{"interaction_id": modal["interaction_id"], "values": o{"what": "crash"}})
	b.respond(b.interaction(3), &discordgo.InteractionResponse{Type: discordgo.InteractionResponseUpdateMessage,
		Data: &discordgo.InteractionResponseData{Content: "reported"}})
	if u := p.next("message_update"); u["content"] != "reported" || u["id"] != m["id"] {
		t.Errorf("update %v", u)
	}
	post := p.ok("POST", "/web/posts", o{"channel_id": st["guild"].(o)["channels"].([]any)[2].(o)["id"], "title": "Crash", "content": "log"})
	if c := p.next("channel_create"); c["id"] != post["channel"].(o)["id"] {
		t.Errorf("channel %v", c)
	}
	p.ok("DELETE", "/web/messages/"+said["id"].(string), o{"channel_id": general})
	if gone := p.next("message_delete"); gone["id"] != said["id"] || gone["channel_id"] != general {
		t.Errorf("deletion %v", gone)
	}
}

// upload posts a payload with one file.
func (p *page) upload(path string, payload o, name, data string) o {
	p.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	raw, err := json.Marshal(payload)
	if err != nil {
		p.t.Fatal(err)
	}
	w.WriteField("payload", string(raw))
	f, err := w.CreateFormFile("files[]", name)
	if err != nil {
		p.t.Fatal(err)
	}
	io.WriteString(f, data)
	w.Close()
	req, err := http.NewRequest("POST", p.s.URL()+path, &b)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	status, out := send(p.t, req)
	if status != 200 {
		p.t.Fatalf("%s: %d %v", path, status, out)
	}
	return out
}

func TestWebAutocompleteAndFailure(t *testing.T) {
	s := start(t, playground.Options{InteractionDeadline: 2e9})
	ada := s.As("Ada")
	p := openPage(t, s, ada.ID())
	b := connect(t, s, allIntents)
	register(t, b, s, &discordgo.ApplicationCommand{Name: "kb", Description: "d", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "q", Description: "q", Autocomplete: true, Required: true}}})
	general := must(ada.Channel("general"))(t).ID
	id := s.Commands()[0]["id"]
	body := func() o {
		return o{"channel_id": general, "command_id": id, "options": []any{o{"name": "q", "type": 3, "value": "e", "focused": true}}}
	}
	remove := b.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			b.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: 8, Data: &discordgo.InteractionResponseData{
				Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "etcd", Value: "etcd-down"}}}})
		}
	})
	got := p.ok("POST", "/web/autocomplete", body())["choices"].([]any)
	if len(got) != 1 || got[0].(o)["value"] != "etcd-down" {
		t.Errorf("choices %v", got)
	}
	remove()
	if status, out := p.do("POST", "/web/autocomplete", body()); status != 400 || out["message"] == "" {
		t.Errorf("without an answer: %d %v", status, out)
	}
	in := p.ok("POST", "/web/commands", o{"channel_id": general, "command_id": id, "options": []any{o{"name": "q", "type": 3, "value": "e"}}})
	if f := p.next("interaction_failed"); f["interaction_id"] != in["interaction_id"] || f["reason"] == "" {
		t.Errorf("failure %v", f)
	}
	if status, out := p.do("POST", "/web/messages", o{"channel_id": general, "content": rep("x", 2001)}); status != 400 ||
		!strings.Contains(out["message"].(string), "2000") {
		t.Errorf("a long message: %d %v", status, out)
	}
}

func TestWebIsClosedToOthers(t *testing.T) {
	s := start(t, playground.Options{})
	get := func(path string, change func(*http.Request)) *http.Response {
		t.Helper()
		req, err := http.NewRequest("POST", s.URL()+path, strings.NewReader(`{"channel_id":"general","content":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		change(req)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"own page":       {func(r *http.Request) { r.Header.Set("Origin", s.URL()) }, 200},
		"no browser":     {func(r *http.Request) {}, 200},
		"other origin":   {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		"null origin":    {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"cross site":     {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"rebound name":   {func(r *http.Request) { r.Host = "evil.example" }, 421},
		"discord's name": {func(r *http.Request) { r.Host = "discord.com" }, 200},
	} {
		if res := get("/web/messages", c.change); res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
	}
	if res := get("/api/v10/channels/1/messages", func(r *http.Request) { r.Host = "evil.example:80" }); res.StatusCode != 421 {
		t.Errorf("the API under another name: %d", res.StatusCode)
	}
	res, err := http.Get(s.URL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if csp := res.Header.Get("Content-Security-Policy"); res.StatusCode != 200 || !strings.HasPrefix(csp, "default-src 'self'; img-src 'self' data:;") {
		t.Errorf("page: %d %q", res.StatusCode, csp)
	}
	for path, want := range map[string]int{"/assets/app.js": 200, "/assets/style.css": 200, "/assets/../server.go": 404,
		"/assets/%2e%2e%2fserver.go": 404, "/nothing": 404} {
		if res, err := http.Get(s.URL() + path); err != nil || res.StatusCode != want {
			t.Errorf("%s: %v %v, want %d", path, res.StatusCode, err, want)
		}
	}
}
