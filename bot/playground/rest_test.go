package playground_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// send makes a prepared request and reads its JSON answer.
func send(t *testing.T, req *http.Request) (int, o) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out o
	if raw, err := io.ReadAll(res.Body); err == nil && len(raw) > 0 {
		json.Unmarshal(raw, &out)
	}
	return res.StatusCode, out
}

func TestRESTRefusals(t *testing.T) {
	s := start(t, playground.Options{})
	general := "/channels/" + must(s.As("Ada").Channel("general"))(t).ID
	forum := "/channels/" + must(s.As("Ada").Channel("support-forum"))(t).ID
	said := must(s.As("Ada").Say("general", "hi"))(t)
	for _, c := range []struct {
		name, method, path string
		body               any
		status, code       int
	}{
		{"unknown channel", "GET", "/channels/1", nil, 404, 10003},
		{"unknown message", "GET", general + "/messages/1", nil, 404, 10008},
		{"unknown guild", "GET", "/guilds/1", nil, 404, 10004},
		{"unknown user", "GET", "/users/1", nil, 404, 10013},
		{"unknown member", "GET", "/guilds/" + s.GuildID() + "/members/1", nil, 404, 10007},
		{"unknown path", "GET", "/nonsense", nil, 404, 0},
		{"method", "PUT", general + "/messages", nil, 405, 0},
		{"into a forum", "POST", forum + "/messages", o{"content": "x"}, 400, 50008},
		{"edit another's", "PATCH", general + "/messages/" + said.ID(), o{"content": "x"}, 403, 50005},
		{"delete another's", "DELETE", general + "/messages/" + said.ID(), nil, 403, 50013},
		{"members without the intent", "GET", "/guilds/" + s.GuildID() + "/members", nil, 403, 50001},
		{"unknown interaction", "POST", "/interactions/1/x/callback", o{"type": 4}, 404, 10062},
		{"unknown token", "POST", "/webhooks/" + s.BotID() + "/x", o{"content": "x"}, 401, 50027},
		{"unknown command", "GET", "/applications/" + s.BotID() + "/commands/1", nil, 404, 10063},
		{"DM to itself", "POST", "/users/@me/channels", o{"recipient_id": s.BotID()}, 403, 50007},
		{"emoji", "PUT", general + "/messages/" + said.ID() + "/reactions/abc/@me", nil, 400, 10014},
	} {
		status, body, h := call(t, s, c.method, c.path, c.body)
		if status != c.status || code(body) != c.code {
			t.Errorf("%s: %d %v, want %d %d", c.name, status, body, c.status, c.code)
		}
		if c.status != 405 && c.name != "unknown path" && h.Get("X-RateLimit-Bucket") == "" {
			t.Errorf("%s: no rate limit headers", c.name)
		}
	}
	if status, body, _ := callAs(t, s, "Bot nonsense", "GET", "/users/@me", nil); status != 401 || body["message"] != "401: Unauthorized" {
		t.Errorf("wrong token: %d %v", status, body)
	}
	if status, _, _ := callAs(t, s, "", "GET", "/gateway", nil); status != 200 {
		t.Errorf("GET /gateway needs a token: %d", status)
	}
	for path, want := range map[string]int{"/api/users/@me": 200, "/api/v9/users/@me": 200, "/api/v8/users/@me": 400} {
		req, _ := http.NewRequest("GET", s.URL()+path, nil)
		req.Header.Set("Authorization", "Bot "+s.Token())
		if status, _ := send(t, req); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	req, _ := http.NewRequest("POST", s.APIURL()+general+"/messages", strings.NewReader("{"))
	req.Header.Set("Authorization", "Bot "+s.Token())
	req.Header.Set("Content-Type", "application/json")
	if status, body := send(t, req); status != 400 || code(body) != 50109 {
		t.Errorf("broken JSON: %d %v", status, body)
	}
}

func TestRateLimits(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 3, GlobalLimit: 5})
	b := newBot(t, s, allIntents)
	general := must(s.As("Ada").Channel("general"))(t).ID
	status := 200
	var body o
	var h http.Header
	for range 10 {
		if status, body, h = call(t, s, "GET", "/channels/"+general, nil); status == 429 {
			break
		}
	}
	after, _ := body["retry_after"].(float64)
	if status != 429 || body["global"] != false || after <= 0 || h.Get("Retry-After") == "" || h.Get("X-RateLimit-Scope") != "user" {
		t.Errorf("route limit: %d %v %v", status, body, h)
	}
	for range 20 {
		for _, p := range []string{"/users/@me", "/gateway/bot", "/guilds/" + s.GuildID()} {
			if status, body, h = call(t, s, "GET", p, nil); status == 429 && body["global"] == true {
				break
			}
		}
		if body["global"] == true {
			break
		}
	}
	if body["global"] != true || h.Get("X-RateLimit-Global") != "true" {
		t.Errorf("global limit: %d %v %v", status, body, h)
	}
	if s.Invalid() < 2 {
		t.Errorf("%d invalid requests were counted", s.Invalid())
	}
	s.Fail(playground.Fault{Path: "/users/@me", Status: 429, RetryAfter: 2 * time.Second})
	if _, err := b.User("@me"); err == nil || !strings.Contains(err.Error(), "Rate limit") && !strings.Contains(err.Error(), "rate limit") {
		t.Errorf("a scripted 429: %v", err)
	}
}

func TestFaults(t *testing.T) {
	s := start(t, playground.Options{})
	general := must(s.As("Ada").Channel("general"))(t).ID
	path := "/channels/" + general + "/messages"
	f := s.Fail(playground.Fault{Method: "POST", Path: "/channels/*/messages", Status: 502, Body: "<html>bad gateway</html>", AfterEffect: true})
	if status, _, h := call(t, s, "POST", path, o{"content": "took effect"}); status != 502 || !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		t.Errorf("status %d %v", status, h)
	}
	if seen := s.As("Ada").Sees("general"); len(seen) != 1 || f.Hits() != 1 {
		t.Errorf("%d messages, %d hits", len(seen), f.Hits())
	}
	s.Fail(playground.Fault{Method: "POST", Path: "/channels/**", Status: 500})
	call(t, s, "POST", path, o{"content": "no effect"})
	if seen := s.As("Ada").Sees("general"); len(seen) != 1 {
		t.Errorf("%d messages after a fault without effect", len(seen))
	}
	always := s.Fail(playground.Fault{Status: 503, Times: -1})
	for range 3 {
		if status, _, _ := call(t, s, "GET", "/users/@me", nil); status != 503 {
			t.Errorf("status %d", status)
		}
	}
	always.Remove()
	if status, _, _ := call(t, s, "GET", "/users/@me", nil); status != 200 {
		t.Errorf("after Remove: %d", status)
	}
	status, raw := playground.ErrorBody(50013)
	s.Fail(playground.Fault{Status: status, Body: raw, Headers: map[string]string{"X-Test": "1"}})
	if status, body, h := call(t, s, "GET", "/users/@me", nil); status != 403 || code(body) != 50013 || h.Get("X-Test") != "1" {
		t.Errorf("%d %v", status, body)
	}
	s.Fail(playground.Fault{Cut: true, Status: 200, Body: `{"id":"1"`})
	res, err := http.Get(s.APIURL() + "/gateway")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("a cut body was read to its end")
	}
	hang := s.Fail(playground.Fault{Hang: true, Path: "/gateway"})
	hc := &http.Client{Timeout: 100 * time.Millisecond}
	if _, err := hc.Get(s.APIURL() + "/gateway"); err == nil || hang.Hits() != 1 {
		t.Errorf("a hanging call came back: %v", err)
	}
	said := must(s.As("Ada").Say("general", "x", playground.WithFile("a.log", []byte("x"))))(t)
	b := newBot(t, s, allIntents)
	s.Fail(playground.Fault{Path: "/attachments/**", Status: 404})
	res, err = b.Client.Get(said.Attachments()[0].URL)
	if err != nil || res.StatusCode != 404 {
		t.Errorf("expired attachment: %v", err)
	}
	if got := s.Requests(); len(got) == 0 || got[0].Path != path || got[0].Status != 502 || !strings.Contains(string(got[0].Body), "took effect") {
		t.Errorf("requests %+v", got)
	}
}

func TestSignedAttachments(t *testing.T) {
	s := start(t, playground.Options{})
	b := newBot(t, s, allIntents)
	said := must(s.As("Ada").Say("general", "", playground.WithFile("../../x <y>.html", []byte("<script>"))))(t)
	a := said.Attachments()[0]
	if a.Filename != "x__y_.html" || a.Size != 8 {
		t.Errorf("attachment %+v", a)
	}
	res, err := b.Client.Get(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if d := res.Header.Get("Content-Disposition"); res.StatusCode != 200 || !strings.HasPrefix(d, "attachment") {
		t.Errorf("%s, disposition %q", res.Status, d)
	}
	for _, bad := range []string{strings.SplitN(a.URL, "?", 2)[0], a.URL + "0", strings.Replace(a.URL, "?ex=", "?ex=1", 1)} {
		if res, err = b.Client.Get(bad); err != nil || res.StatusCode != 404 {
			t.Errorf("%s was served", bad)
		}
	}
	if err := s.As("Ada").Delete("general", said.ID()); err != nil {
		t.Fatal(err)
	}
	if res, err = b.Client.Get(a.URL); err != nil || res.StatusCode != 404 {
		t.Error("the file outlived its message")
	}
}

func TestNonceAndRoundTrip(t *testing.T) {
	s := start(t, playground.Options{})
	general := must(s.As("Ada").Channel("general"))(t).ID
	body := o{"content": "once", "nonce": "abc", "enforce_nonce": true, "shiny_new_field": o{"deep": []any{1, "x"}}}
	_, first, _ := call(t, s, "POST", "/channels/"+general+"/messages", body)
	_, second, _ := call(t, s, "POST", "/channels/"+general+"/messages", body)
	if first["id"] != second["id"] || len(s.As("Ada").Sees("general")) != 1 {
		t.Errorf("a repeated nonce made %v and %v", first["id"], second["id"])
	}
	raw := string(s.As("Ada").Sees("general")[0].Raw())
	if !strings.Contains(raw, `"shiny_new_field":{"deep":[1,"x"]}`) {
		t.Errorf("the unknown field is gone: %s", raw)
	}
}

func TestCommandsLifecycle(t *testing.T) {
	s := start(t, playground.Options{})
	b := newBot(t, s, allIntents)
	made := must(b.ApplicationCommandCreate(s.BotID(), "", askCommand()))(t)
	again := must(b.ApplicationCommandBulkOverwrite(s.BotID(), "", []*discordgo.ApplicationCommand{askCommand(), {Name: "new", Description: "d",
		NameLocalizations: &map[discordgo.Locale]string{"de": "neu"}}}))(t)
	if len(again) != 2 || again[0].ID != made.ID {
		t.Errorf("a known command got another id: %+v", again)
	}
	listed := must(b.ApplicationCommands(s.BotID(), ""))(t)
	if len(listed) != 2 || listed[1].NameLocalizations != nil && len(*listed[1].NameLocalizations) > 0 {
		// discordgo asks with with_localizations=true since v0.26.
		if (*listed[1].NameLocalizations)["de"] != "neu" {
			t.Errorf("listed %+v", listed[1])
		}
	}
	if _, err := b.ApplicationCommandEdit(s.BotID(), "", made.ID, &discordgo.ApplicationCommand{Name: "ask", Description: "Other"}); err != nil {
		t.Fatal(err)
	}
	if err := b.ApplicationCommandDelete(s.BotID(), "", again[1].ID); err != nil {
		t.Fatal(err)
	}
	if cmds := s.Commands(); len(cmds) != 1 || cmds[0]["description"] != "Other" {
		t.Errorf("commands %v", cmds)
	}
	must(b.ApplicationCommandBulkOverwrite(s.BotID(), s.GuildID(), nil))(t)
}
