package playground_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/milvus-medic/medic/bot/playground"
)

// TestResumeReplays speaks the protocol itself: discordgo may take long to come
// back.
func TestResumeReplays(t *testing.T) {
	s := start(t, playground.Options{MessageContent: true})
	ws := dial(t, s, "v=10")
	readOp(t, ws) // HELLO
	ws.WriteJSON(identify(s, int(discordgo.IntentGuildMessages|discordgo.IntentMessageContent)))
	ready := readOp(t, ws)
	ada, g := s.As("Ada"), s.Gateway()
	g.Lose(1)
	must(ada.Say("general", "lost"))(t)
	g.Drop()
	must(ada.Say("general", "while away"))(t)
	ws = dial(t, s, "v=10")
	readOp(t, ws)
	ws.WriteJSON(resume(s, ready))
	// What was lost has a lower number than what the client never saw.
	for _, want := range []string{"lost", "while away"} {
		p := readOp(t, ws)
		if m, _ := p["d"].(map[string]any); p["t"] != "MESSAGE_CREATE" || m["content"] != want {
			t.Errorf("got %v, want %q", p, want)
		}
	}
	if p := readOp(t, ws); p["t"] != "RESUMED" {
		t.Errorf("no RESUMED but %v", p)
	}
	if st := g.Stats(); st.Identifies != 1 || st.Resumes != 1 || st.Connections != 2 || st.Sessions != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestReconnectOnOp7(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	s.Gateway().Reconnect()
	b.await("RESUMED", 1)
	if st := s.Gateway().Stats(); st.Identifies != 1 || st.LastClose != 1012 {
		t.Errorf("stats %+v", st)
	}
}

func TestInvalidSession(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	s.Gateway().Invalidate(false)
	b.await("READY", 2)
	if st := s.Gateway().Stats(); st.Identifies != 2 || st.Sessions != 1 {
		t.Errorf("after op 9 false: %+v", st)
	}
	s.Gateway().AnswerNext(9, false)
	s.Gateway().Drop()
	b.await("READY", 3)
	if st := s.Gateway().Stats(); st.Identifies != 3 || st.Resumes != 1 {
		t.Errorf("after op 9 on a resume: %+v", st)
	}
}

// TestExpiredSessionMustIdentify speaks the protocol itself: discordgo can
// lock up on op 9 in answer to a RESUME.
func TestExpiredSessionMustIdentify(t *testing.T) {
	s := start(t, playground.Options{SessionLifetime: time.Nanosecond})
	ws := dial(t, s, "v=10")
	readOp(t, ws) // HELLO
	ws.WriteJSON(identify(s, 1))
	ready := readOp(t, ws)
	s.Gateway().Drop()
	ws = dial(t, s, "v=10")
	readOp(t, ws)
	ws.WriteJSON(resume(s, ready))
	if p := readOp(t, ws); p["op"] != 9.0 || p["d"] != false {
		t.Fatalf("the session was resumed: %v", p)
	}
	ws.WriteJSON(identify(s, 1))
	if p := readOp(t, ws); p["t"] != "READY" {
		t.Errorf("no READY but %v", p)
	}
}

func TestCloseCodes(t *testing.T) {
	s := start(t, playground.Options{})
	b := newBot(t, s, allIntents|discordgo.IntentMessageContent)
	b.ShouldReconnectOnError = false
	if err := b.Open(); !websocket.IsCloseError(err, 4014) {
		t.Errorf("a disallowed intent: %v", err)
	}
	b = newBot(t, s, allIntents)
	b.ShouldReconnectOnError = false
	b.Identify.Token = "Bot wrong"
	if err := b.Open(); !websocket.IsCloseError(err, 4004) {
		t.Errorf("a wrong token: %v", err)
	}
	b = connect(t, s, allIntents)
	s.Gateway().CloseWith(4000, "oops")
	b.await("RESUMED", 1)
	s.Gateway().CloseWith(4009, "timed out")
	b.await("READY", 2)
}

// dial opens a bare websocket and reads HELLO.
func dial(t *testing.T, s *playground.Server, query string) *websocket.Conn {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL(), "http")+"/gateway/?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	ws.SetReadDeadline(time.Now().Add(15 * time.Second))
	return ws
}

// readOp reads one packet.
func readOp(t *testing.T, ws *websocket.Conn) map[string]any {
	t.Helper()
	var p map[string]any
	if err := ws.ReadJSON(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func identify(s *playground.Server, intents int) map[string]any {
	return map[string]any{"op": 2, "d": map[string]any{"token": s.Token(), "intents": intents, "properties": map[string]any{}}}
}

// resume continues the session that a READY began.
func resume(s *playground.Server, ready map[string]any) map[string]any {
	d, _ := ready["d"].(map[string]any)
	return map[string]any{"op": 6, "d": map[string]any{"token": s.Token(), "session_id": d["session_id"], "seq": ready["s"]}}
}

func TestProtocolErrors(t *testing.T) {
	s := start(t, playground.Options{})
	closed := func(name string, want int, query string, packets ...any) {
		t.Helper()
		ws := dial(t, s, query)
		for _, p := range packets {
			if raw, ok := p.(string); ok {
				ws.WriteMessage(websocket.TextMessage, []byte(raw))
			} else {
				ws.WriteJSON(p)
			}
		}
		for {
			_, _, err := ws.ReadMessage()
			if err == nil {
				continue
			}
			if !websocket.IsCloseError(err, want) {
				t.Errorf("%s: %v, want %d", name, err, want)
			}
			return
		}
	}
	op := func(n int, d any) map[string]any { return map[string]any{"op": n, "d": d} }
	closed("unknown op", 4001, "v=10&encoding=json", op(99, nil))
	closed("not JSON", 4002, "v=10", "{")
	closed("too long", 4002, "v=10", `{"op":1,"d":"`+strings.Repeat("x", 5000)+`"}`)
	closed("not authenticated", 4003, "v=10", op(3, map[string]any{}))
	closed("twice", 4005, "v=10", identify(s, 1), identify(s, 1))
	closed("version", 4012, "v=8")
	closed("intents", 4013, "v=10", identify(s, 1<<30))
	shard := identify(s, 1)
	shard["d"].(map[string]any)["shard"] = []int{1, 1}
	closed("shard", 4010, "v=10", shard)
	many := []any{}
	for range 121 {
		many = append(many, op(1, nil))
	}
	closed("too many sends", 4008, "v=10", many...)

	for _, q := range []string{"encoding=etf", "compress=zlib-stream"} {
		_, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(s.URL(), "http")+"/gateway?v=10&"+q, nil)
		if err == nil || res == nil || res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s was not refused: %v", q, err)
		}
	}
}

func TestHeartbeatAndTimeout(t *testing.T) {
	s := start(t, playground.Options{HeartbeatInterval: 50 * time.Millisecond})
	ws := dial(t, s, "v=10")
	if p := readOp(t, ws); p["op"] != 10.0 || p["d"].(map[string]any)["heartbeat_interval"] != 50.0 {
		t.Errorf("HELLO %v", p)
	}
	ws.WriteJSON(map[string]any{"op": 1, "d": nil})
	if p := readOp(t, ws); p["op"] != 11.0 {
		t.Errorf("no ACK but %v", p)
	}
	s.Gateway().StopAcks(true)
	ws.WriteJSON(map[string]any{"op": 1, "d": nil})
	ws.WriteJSON(identify(s, 1))
	if p := readOp(t, ws); p["t"] != "READY" {
		t.Errorf("an ACK came although they are stopped: %v", p)
	}
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, 4009) {
			t.Errorf("a client without heartbeats: %v", err)
		}
		break
	}
}

func TestFirstPacketsAndSilence(t *testing.T) {
	s := start(t, playground.Options{})
	g := s.Gateway()
	g.FirstPacket(7, nil)
	if p := readOp(t, dial(t, s, "v=10")); p["op"] != 7.0 {
		t.Errorf("first packet %v", p)
	}
	g.AnswerNext(7, nil)
	ws := dial(t, s, "v=10")
	readOp(t, ws)
	ws.WriteJSON(identify(s, 1))
	if p := readOp(t, ws); p["op"] != 7.0 {
		t.Errorf("answer to IDENTIFY %v", p)
	}
	g.Silence(true)
	ws = dial(t, s, "v=10")
	ws.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, p, err := ws.ReadMessage(); err == nil {
		t.Errorf("a silent gateway said %s", p)
	}
}

func TestEventFaults(t *testing.T) {
	s := start(t, playground.Options{MessageContent: true})
	b := connect(t, s, allIntents|discordgo.IntentMessageContent)
	b.await("GUILD_CREATE", 1)
	g, ada := s.Gateway(), s.As("Ada")
	g.Duplicate(1)
	must(ada.Say("general", "one"))(t)
	g.Reorder(1)
	must(ada.Say("general", "two"))(t)
	must(ada.Say("general", "three"))(t)
	b.await("MESSAGE_CREATE", 4)
	var got []string
	for _, e := range b.all("MESSAGE_CREATE") {
		got = append(got, e.Struct.(*discordgo.MessageCreate).Content)
	}
	if strings.Join(got, ",") != "one,one,three,two" {
		t.Errorf("order %v", got)
	}
	g.Dispatch("SOMETHING_NEW", map[string]any{"a": 1})
	if e := b.await("SOMETHING_NEW", 1); string(e.RawData) != `{"a":1}` {
		t.Errorf("unknown event %s", e.RawData)
	}
	g.SendRaw([]byte(`{"op":0,"t":"MESSAGE`))
	g.SendBinary([]byte("not zlib"))
	must(ada.Say("general", "still there"))(t)
	b.await("MESSAGE_CREATE", 5)
	g.Outage(true)
	if e := b.await("GUILD_DELETE", 1); !strings.Contains(string(e.RawData), `"unavailable":true`) {
		t.Errorf("outage %s", e.RawData)
	}
	g.Outage(false)
	b.await("GUILD_CREATE", 2)
}

func TestReadyWithoutGuilds(t *testing.T) {
	s := start(t, playground.Options{})
	s.Gateway().ReadyWithoutGuilds(true)
	b := connect(t, s, allIntents)
	if r := b.await("READY", 1).Struct.(*discordgo.Ready); len(r.Guilds) != 0 {
		t.Errorf("guilds %v", r.Guilds)
	}
}

func TestIdentifyBudget(t *testing.T) {
	s := start(t, playground.Options{IdentifyBudget: 1})
	b := connect(t, s, allIntents)
	b.await("READY", 1)
	c := newBot(t, s, allIntents)
	c.ShouldReconnectOnError = false
	if err := c.Open(); !websocket.IsCloseError(err, 4004) {
		t.Errorf("beyond the budget: %v", err)
	}
	if status, _, _ := call(t, s, "GET", "/users/@me", nil); status != 401 {
		t.Errorf("the token still works: %d", status)
	}
}

func TestIntentsDecideEvents(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, discordgo.IntentsGuilds)
	register(t, b, s, askCommand())
	must(s.As("Ada").Say("general", "unheard"))(t)
	must(s.As("Ada").Slash("general", "ask"))(t)
	b.interaction(1)
	if n := len(b.all("MESSAGE_CREATE")); n != 0 {
		t.Errorf("%d messages came without the intent", n)
	}
}
