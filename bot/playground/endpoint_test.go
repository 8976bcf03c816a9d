package playground_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

// endpoint is an interactions endpoint as its owner may have written it.
func endpoint(t *testing.T, s *playground.Server, checks bool, answer func(http.ResponseWriter, o)) string {
	t.Helper()
	key, err := hex.DecodeString(s.PublicKey())
	if err != nil || len(key) != ed25519.PublicKeySize {
		t.Fatalf("public key %q", s.PublicKey())
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if checks && !discordgo.VerifyInteraction(r, key) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var in o
		raw, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(raw, &in); err != nil {
			t.Errorf("%v in %s", err, raw)
		}
		answer(w, in)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestEndpointIsVerified(t *testing.T) {
	s := start(t, playground.Options{})
	ctx := within(t)
	pong := func(w http.ResponseWriter, _ o) { fmt.Fprint(w, `{"type":1}`) }
	for name, c := range map[string]struct {
		checks bool
		answer func(http.ResponseWriter, o)
		want   string
	}{
		"as it should be":      {true, pong, ""},
		"signatures unchecked": {false, pong, "not 401"},
		"no pong":              {true, func(w http.ResponseWriter, _ o) { fmt.Fprint(w, `{"type":4}`) }, "the ping was answered"},
		"nothing":              {true, func(w http.ResponseWriter, _ o) { w.WriteHeader(204) }, "the ping was answered"},
		"a redirect":           {true, func(w http.ResponseWriter, _ o) { w.Header().Set("Location", "/"); w.WriteHeader(302) }, "the ping was answered"},
	} {
		err := s.SetInteractionsEndpoint(ctx, endpoint(t, s, c.checks, c.answer))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if err := s.SetInteractionsEndpoint(ctx, "http://127.0.0.1:1/"); err == nil {
		t.Error("an address where nobody is was taken")
	}
}

// TestEndpointAnswers has an endpoint answer in the response, over REST, late
// and wrongly, and then none.
func TestEndpointAnswers(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	must(b.ApplicationCommandCreate(s.BotID(), "", &discordgo.ApplicationCommand{Name: "ask", Description: "d"}))(t)
	ctx, ada := within(t), s.As("Ada")
	var answers = make(chan func(http.ResponseWriter, o), 1)
	url := endpoint(t, s, true, func(w http.ResponseWriter, in o) {
		if in["type"] == 1.0 {
			fmt.Fprint(w, `{"type":1}`)
			return
		}
		(<-answers)(w, in)
	})
	if err := s.SetInteractionsEndpoint(ctx, url); err != nil {
		t.Fatal(err)
	}
	ask := func(answer func(http.ResponseWriter, o)) string {
		t.Helper()
		answers <- answer
		m, err := must(ada.Slash("general", "ask"))(t).Reply(ctx)
		if err != nil {
			return err.Error()
		}
		return m.Content()
	}
	if out := ask(func(w http.ResponseWriter, _ o) { fmt.Fprint(w, `{"type":4,"data":{"content":"in the response"}}`) }); out != "in the response" {
		t.Errorf("answered %q", out)
	}
	out := ask(func(w http.ResponseWriter, in o) {
		w.WriteHeader(http.StatusAccepted)
		status, body, _ := callAs(t, s, "", "POST", fmt.Sprintf("/interactions/%s/%s/callback", in["id"], in["token"]), o{"type": 4, "data": o{"content": "over REST"}})
		if status != 204 {
			t.Errorf("callback: %d %v", status, body)
		}
	})
	if out != "over REST" {
		t.Errorf("answered %q", out)
	}
	if out := ask(func(w http.ResponseWriter, _ o) { w.WriteHeader(500) }); !strings.Contains(out, "did not respond") {
		t.Errorf("an endpoint that fails: %q", out)
	}
	if n := len(b.all("INTERACTION_CREATE")); n != 0 {
		t.Errorf("%d interactions went over the gateway too", n)
	}
	if err := s.SetInteractionsEndpoint(ctx, ""); err != nil {
		t.Fatal(err)
	}
	must(ada.Slash("general", "ask"))(t)
	b.interaction(1)
}
