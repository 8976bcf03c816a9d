package playground_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// errorCodes says how each of Discord's error codes is brought about. The
// server is fresh for each; general and forum are channels, said is Ada's
// message.
var errorCodes = map[int]struct {
	status  int
	provoke func(*codeWorld) (int, o)
	abroad  bool // where the bot is not, and its commands are their user's
}{
	10003: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("GET", "/channels/1", nil) }},
	10004: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("GET", "/guilds/1", nil) }},
	10007: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("GET", "/guilds/"+w.GuildID()+"/members/1", nil) }},
	10008: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("PATCH", w.general+"/messages/1", o{"content": "x"}) }},
	10013: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("GET", "/users/1", nil) }},
	10014: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.call("PUT", w.said+"/reactions/abc/@me", nil) }},
	10015: {status: 404, provoke: func(w *codeWorld) (int, o) { // before the first answer there is no webhook
		return w.call("POST", "/webhooks/"+w.BotID()+"/"+w.ask(), o{"content": "x"})
	}},
	10062: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("POST", "/interactions/1/x/callback", o{"type": 5}) }},
	10063: {status: 404, provoke: func(w *codeWorld) (int, o) { return w.call("PATCH", w.commands+"/1", o{"name": "x"}) }},
	10087: {status: 404, provoke: func(w *codeWorld) (int, o) {
		return w.call("POST", w.forum+"/threads", o{"name": "n", "message": o{"content": "x"}, "applied_tags": []any{"1"}})
	}},
	20012: {status: 403, provoke: func(w *codeWorld) (int, o) { return w.call("PUT", "/applications/1/commands", []any{}) }},
	30032: {status: 400, provoke: func(w *codeWorld) (int, o) {
		for i := range 15 {
			w.call("POST", w.commands, o{"name": fmt.Sprint("Menu ", i), "type": 3})
		}
		return w.call("POST", w.commands, o{"name": "One more", "type": 3})
	}},
	30034: {status: 429, provoke: func(w *codeWorld) (int, o) {
		for i := range 200 {
			w.call("PUT", w.commands, []any{o{"name": fmt.Sprint("c", i), "description": "d"}})
		}
		return w.call("POST", w.commands, o{"name": "one-more", "description": "d"})
	}},
	40005: {status: 413, provoke: func(w *codeWorld) (int, o) { return postFiles(w.t, w.Server, w.general+"/messages", "", 10<<20+1) }},
	40060: {status: 400, provoke: func(w *codeWorld) (int, o) {
		path := "/interactions/" + w.askedID() + "/" + w.token + "/callback"
		w.call("POST", path, o{"type": 5})
		return w.call("POST", path, o{"type": 5})
	}},
	40066: {status: 403, provoke: func(w *codeWorld) (int, o) {
		w.setForum("Triaged!")
		w.deny("support-forum", playground.PermissionManageThreads)
		return w.call("POST", w.forum+"/threads", o{"name": "n", "message": o{"content": "x"}})
	}},
	40067: {status: 400, provoke: func(w *codeWorld) (int, o) {
		w.setForum("Bug")
		return w.call("POST", w.forum+"/threads", o{"name": "n", "message": o{"content": "x"}})
	}},
	40094: {status: 400, abroad: true, provoke: func(w *codeWorld) (int, o) {
		id := w.askedID()
		w.call("POST", "/interactions/"+id+"/"+w.token+"/callback", o{"type": 4, "data": o{"content": "x"}})
		for range 5 {
			if status, body := w.followUp(); status != 200 {
				return status, body
			}
		}
		return w.followUp()
	}},
	50001: {status: 403, provoke: func(w *codeWorld) (int, o) {
		w.deny("general", playground.PermissionViewChannel)
		return w.call("GET", w.general, nil)
	}},
	50005: {status: 403, provoke: func(w *codeWorld) (int, o) { return w.call("PATCH", w.said, o{"content": "x"}) }},
	50006: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.call("POST", w.general+"/messages", o{"content": " "}) }},
	50007: {status: 403, provoke: func(w *codeWorld) (int, o) {
		return w.call("POST", "/users/@me/channels", o{"recipient_id": w.BotID()})
	}},
	50008: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.call("POST", w.forum+"/messages", o{"content": "x"}) }},
	50013: {status: 403, provoke: func(w *codeWorld) (int, o) {
		w.deny("general", playground.PermissionSendMessages)
		return w.call("POST", w.general+"/messages", o{"content": "x"})
	}},
	50024: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.call("PUT", w.general+"/thread-members/@me", nil) }},
	50027: {status: 401, provoke: func(w *codeWorld) (int, o) { return w.call("POST", "/webhooks/"+w.BotID()+"/x", o{"content": "x"}) }},
	50035: {status: 400, provoke: func(w *codeWorld) (int, o) {
		return w.call("POST", w.general+"/messages", o{"content": rep("x", 2001)})
	}},
	50041: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.raw("GET", w.URL()+"/api/v8/users/@me", "") }},
	50083: {status: 400, provoke: func(w *codeWorld) (int, o) {
		_, thread := w.call("POST", w.said+"/threads", o{"name": "n"})
		path := fmt.Sprint("/channels/", thread["id"])
		_, m := w.call("POST", path+"/messages", o{"content": "x"})
		w.call("PATCH", path, o{"archived": true})
		return w.call("PATCH", fmt.Sprint(path, "/messages/", m["id"]), o{"content": "y"})
	}},
	50109: {status: 400, provoke: func(w *codeWorld) (int, o) { return w.raw("POST", w.APIURL()+"/v10"+w.general+"/messages", "{") }},
	160002: {status: 400, provoke: func(w *codeWorld) (int, o) {
		w.deny("general", playground.PermissionReadMessageHistory)
		return w.call("POST", w.general+"/messages", o{"content": "x", "message_reference": o{"message_id": w.saidID}})
	}},
	160004: {status: 400, provoke: func(w *codeWorld) (int, o) {
		w.call("POST", w.said+"/threads", o{"name": "n"})
		return w.call("POST", w.said+"/threads", o{"name": "n"})
	}},
	160005: {status: 403, provoke: func(w *codeWorld) (int, o) {
		w.deny("general", playground.PermissionManageThreads)
		_, thread := w.call("POST", w.said+"/threads", o{"name": "n"})
		id := fmt.Sprint(thread["id"])
		if err := w.As("Mod").ChangeThread(id, o{"locked": true}); err != nil {
			w.t.Fatal(err)
		}
		return w.call("POST", "/channels/"+id+"/messages", o{"content": "x"})
	}},
	160006: {status: 400, provoke: func(w *codeWorld) (int, o) {
		status, body := 0, o{}
		for i := 0; i <= 1000 && code(body) == 0; i++ {
			status, body = w.call("POST", w.general+"/threads", o{"name": fmt.Sprint(i), "type": 11})
		}
		return status, body
	}},
}

// scriptedCodes come from ErrorBody only: what leads to them is not modelled.
var scriptedCodes = map[int]int{10011: 404, 20028: 429, 30046: 429, 200000: 400, 240000: 400}

// codeWorld is a fresh server with the paths that the table uses.
type codeWorld struct {
	*playground.Server
	t                              *testing.T
	general, forum, said, commands string
	saidID, token                  string
}

func newCodeWorld(t *testing.T, abroad bool) *codeWorld {
	s := start(t, playground.Options{UserInstall: abroad, RouteLimit: 5000, GlobalLimit: 5000, InteractionDeadline: time.Minute})
	ada := s.As("Ada")
	said := must(ada.Say("general", "hi"))(t)
	w := &codeWorld{Server: s, t: t, saidID: said.ID(), general: "/channels/" + said.ChannelID(), commands: "/applications/" + s.BotID() + "/commands"}
	w.forum = "/channels/" + must(ada.Channel("support-forum"))(t).ID
	w.said = w.general + "/messages/" + said.ID()
	return w
}

func (w *codeWorld) call(method, path string, body any) (int, o) {
	status, out, _ := call(w.t, w.Server, method, path, body)
	return status, out
}

func (w *codeWorld) raw(method, url, body string) (int, o) {
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+w.Token())
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return send(w.t, req)
}

func (w *codeWorld) deny(channel string, bits uint64) {
	if err := w.SetPermission(channel, w.BotID(), 0, bits); err != nil {
		w.t.Fatal(err)
	}
}

func (w *codeWorld) setForum(tags ...string) {
	if err := w.SetForum("support-forum", true, tags...); err != nil {
		w.t.Fatal(err)
	}
}

// askedID makes an interaction and returns its id; its token is in w.token.
func (w *codeWorld) askedID() string {
	b := connect(w.t, w.Server, allIntents)
	command := askCommand()
	command.IntegrationTypes = &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall, discordgo.ApplicationIntegrationUserInstall}
	register(w.t, b, w.Server, command)
	must(w.As("Ada").Slash("general", "ask"))(w.t)
	i := b.interaction(1)
	w.token = i.Token
	return i.ID
}

func (w *codeWorld) followUp() (int, o) {
	return w.call("POST", "/webhooks/"+w.BotID()+"/"+w.token, o{"content": "x"})
}

func (w *codeWorld) ask() string {
	w.askedID()
	return w.token
}

// TestErrorCodes brings about every error code that the server knows.
func TestErrorCodes(t *testing.T) {
	for _, c := range playground.Codes() {
		want, can := errorCodes[c]
		status, scripted := scriptedCodes[c]
		if can == scripted {
			t.Errorf("%d: the tables must say either how it comes about or that it is scripted", c)
			continue
		}
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			w := newCodeWorld(t, want.abroad)
			provoke := func(w *codeWorld) (int, o) {
				_, body := playground.ErrorBody(c)
				w.Fail(playground.Fault{Status: status, Body: body})
				return w.call("GET", "/users/@me", nil)
			}
			if can {
				provoke, status = want.provoke, want.status
			}
			got, body := provoke(w)
			if message, _ := body["message"].(string); got != status || code(body) != c || message == "" {
				t.Errorf("%d %v, want %d", got, body, status)
			}
		})
	}
	if n := len(errorCodes) + len(scriptedCodes); n != len(playground.Codes()) {
		t.Errorf("%d codes in the tables, %d in the server", n, len(playground.Codes()))
	}
}
