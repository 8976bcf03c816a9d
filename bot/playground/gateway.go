package playground

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opPresence  = 3
	opVoice     = 4
	opResume    = 6
	opReconnect = 7
	opMembers   = 8
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// Gateway close codes.
const (
	closeUnknownError     = 4000
	closeUnknownOp        = 4001
	closeDecode           = 4002
	closeNotAuthenticated = 4003
	closeBadToken         = 4004
	closeAlready          = 4005
	closeBadSeq           = 4007
	closeRateLimited      = 4008
	closeTimedOut         = 4009
	closeBadShard         = 4010
	closeBadVersion       = 4012
	closeBadIntents       = 4013
	closeDisallowed       = 4014
)

const (
	maxSendBytes    = 4096
	sendsPerMinute  = 120
	keepReplay      = 1000 // events per session
	keepSessions    = 16   // that have no connection
	outQueue        = 8192 // frames waiting for a slow reader
	gatewayWriteCap = 10 * time.Second
)

// gateway is the state of the websocket side.
type gateway struct {
	sessions map[string]*session
	conns    map[*conn]bool

	identifies, resumes, accepted int
	lastIdentify                  obj
	lastClose                     int
	gatewayFaults
}

// session outlives its connections, so that it can be resumed.
type session struct {
	id      string
	intents int64
	seq     int64
	replay  []dispatched
	conn    *conn
	lost    time.Time // when the connection went
}

type dispatched struct {
	seq  int64
	data []byte
}

func (g *gateway) connected() bool {
	for _, ss := range g.sessions {
		if ss.conn != nil {
			return true
		}
	}
	return false
}

// serveGateway upgrades and runs one connection.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if e := q.Get("encoding"); e != "json" && e != "" {
		http.Error(w, "this gateway speaks encoding=json only", http.StatusBadRequest)
		return
	}
	if q.Get("compress") != "" {
		http.Error(w, "this gateway has no transport compression: leave compress out of the address", http.StatusBadRequest)
		return
	}
	if r.Header.Get("Origin") != "" && !sameOrigin(r) {
		http.Error(w, "cross-origin connections are refused", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, HandshakeTimeout: gatewayWriteCap}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &conn{s: s, ws: ws, out: make(chan frame, outQueue), done: make(chan struct{})}
	s.mu.Lock()
	s.gw.conns[c] = true
	s.gw.accepted++
	s.hello(c, q.Get("v"))
	s.notify()
	s.mu.Unlock()
	if s.isClosed() {
		c.ws.Close()
	}
	s.wg.Go(c.write)
	code := c.read()
	s.do(func() { s.dropped(c, code) })
}

// hello sends the first packet, or what a fault put in its place.
func (s *Server) hello(c *conn, version string) {
	if version != "9" && version != "10" && version != "" {
		c.close(closeBadVersion, "Invalid API version")
		return
	}
	c.silent = s.gw.silent
	if p, ok := take(&s.gw.firstPackets); ok {
		c.send(p)
		return
	}
	ms := s.opts.HeartbeatInterval.Milliseconds()
	c.sendOp(opHello, obj{"heartbeat_interval": ms, "_trace": []any{"[\"playground\"]"}})
}

// dropped cleans up after a connection. A client that closed with 1000 or 1001
// has ended its session; any other way it may resume.
func (s *Server) dropped(c *conn, code int) {
	c.stop()
	c.ws.Close()
	delete(s.gw.conns, c)
	if !c.closing {
		s.gw.lastClose = code
	}
	c.detach(code == websocket.CloseNormalClosure || code == websocket.CloseGoingAway)
	s.pruneSessions()
	s.notify()
}

func (s *Server) pruneSessions() {
	idle := 0
	for id, ss := range s.gw.sessions {
		if ss.conn != nil {
			continue
		}
		idle++
		if time.Since(ss.lost) > s.opts.SessionLifetime || idle > keepSessions {
			delete(s.gw.sessions, id)
		}
	}
}

// dispatch sends an event to every session that asked for its kind.
func (s *Server) dispatch(ev event) {
	for _, ss := range s.gw.sessions {
		if ev.intents == 0 || ss.intents&ev.intents != 0 {
			s.deliver(ss, ev)
		}
	}
}

// deliver gives an event its number in the session, keeps it for a replay and
// sends it, faults permitting.
func (s *Server) deliver(ss *session, ev event) {
	data := ev.data
	if ev.message != nil {
		data = s.gate(data, ss.intents&intentMessageContent != 0)
	}
	raw := encode(data)
	s.number(ss, ev.name, raw)
	if s.gw.duplicates > 0 {
		s.gw.duplicates--
		s.number(ss, ev.name, raw)
	}
}

// number is the last step of deliver: one packet, one sequence number.
func (s *Server) number(ss *session, name string, raw []byte) {
	ss.seq++
	p := encode(obj{"op": opDispatch, "t": name, "s": ss.seq, "d": json.RawMessage(raw)})
	ss.replay = append(ss.replay, dispatched{ss.seq, p})
	if len(ss.replay) > keepReplay {
		ss.replay = ss.replay[len(ss.replay)-keepReplay:]
	}
	if ss.conn == nil {
		return
	}
	switch {
	case s.gw.losses > 0:
		s.gw.losses--
	case s.gw.swap > 0 && ss.conn.held == nil:
		s.gw.swap--
		ss.conn.held = p
	default:
		ss.conn.send(p)
		if held := ss.conn.held; held != nil {
			ss.conn.held = nil
			ss.conn.send(held)
		}
	}
}

// identify starts a session or says why not.
func (s *Server) identify(c *conn, d obj) {
	s.gw.identifies++
	s.gw.lastIdentify = cloneObj(d)
	delete(s.gw.lastIdentify, "token")
	defer s.notify()
	if c.session != nil {
		c.close(closeAlready, "Already authenticated.")
		return
	}
	if s.gw.identifies > s.opts.IdentifyBudget {
		s.tokenDead = true
	}
	if !s.rightToken(str(d, "token")) {
		c.close(closeBadToken, "Authentication failed.")
		return
	}
	if code, reason := s.checkIntents(d); code != 0 {
		c.close(code, reason)
		return
	}
	if p, ok := take(&s.gw.answers); ok {
		c.send(p)
		return
	}
	ss := &session{id: secret(16), intents: number(d, "intents"), conn: c}
	c.session, c.compress = ss, boolean(d, "compress")
	s.gw.sessions[ss.id] = ss
	s.ready(ss, d)
}

func (s *Server) checkIntents(d obj) (int, string) {
	intents, ok := asInt(d["intents"])
	if sh := list(d, "shard"); len(sh) > 0 {
		n, _ := asInt(sh[0])
		of := int64(0)
		if len(sh) == 2 {
			of, _ = asInt(sh[1])
		}
		if n < 0 || n >= of {
			return closeBadShard, "Invalid shard."
		}
	}
	if !ok || intents < 0 || intents&^knownIntents != 0 {
		return closeBadIntents, "Invalid intent(s)."
	}
	if intents&intentMessageContent != 0 && !s.messageText ||
		intents&intentMembers != 0 && !s.opts.GuildMembers || intents&intentPresences != 0 {
		return closeDisallowed, "Disallowed intent(s)."
	}
	return 0, ""
}

// ready sends READY and, with the GUILDS intent, the guild.
func (s *Server) ready(ss *session, d obj) {
	guilds := []any{}
	if !s.gw.noGuilds && s.world.inside() {
		guilds = append(guilds, obj{"id": s.world.guildID, "unavailable": true})
	}
	data := obj{"v": 10, "user": s.bot().json(), "guilds": guilds, "session_id": ss.id,
		"resume_gateway_url": "ws://" + s.addr + "/gateway", "session_type": "normal", "private_channels": []any{},
		"relationships": []any{}, "application": obj{"id": seedBot, "flags": s.appFlags()}}
	if has(d, "shard") {
		data["shard"] = d["shard"]
	}
	s.deliver(ss, event{name: "READY", data: data})
	if ss.intents&intentGuilds != 0 && !s.gw.noGuilds && !s.world.unavailable && s.world.inside() {
		s.deliver(ss, event{name: "GUILD_CREATE", data: s.world.guildCreate(seedBot, ss.intents&intentMembers != 0)})
	}
	s.toPage("state", obj{"connected": true}, everybody)
	s.log.Debug("gateway session started", "intents", ss.intents)
}

// appFlags says which privileged intents are on, as the application object does.
func (s *Server) appFlags() int {
	flags := 0
	if s.messageText {
		flags |= 1 << 19
	}
	if s.opts.GuildMembers {
		flags |= 1 << 15
	}
	return flags
}

func (s *Server) rightToken(t string) bool {
	return !s.tokenDead && (t == s.opts.Token || t == "Bot "+s.opts.Token)
}

// resume replays what a session missed.
func (s *Server) resume(c *conn, d obj) {
	s.gw.resumes++
	defer s.notify()
	if !s.rightToken(str(d, "token")) {
		c.close(closeBadToken, "Authentication failed.")
		return
	}
	if p, ok := take(&s.gw.answers); ok {
		c.send(p)
		return
	}
	ss, seq := s.gw.sessions[str(d, "session_id")], number(d, "seq")
	if ss == nil || time.Since(ss.lost) > s.opts.SessionLifetime && ss.conn == nil {
		c.sendOp(opInvalid, false)
		return
	}
	if seq > ss.seq {
		c.close(closeBadSeq, "Invalid seq.")
		return
	}
	if len(ss.replay) > 0 && ss.replay[0].seq > seq+1 {
		delete(s.gw.sessions, ss.id)
		c.sendOp(opInvalid, false)
		return
	}
	if old := ss.conn; old != nil && old != c {
		old.close(closeUnknownError, "Session resumed elsewhere.")
	}
	ss.conn, c.session = c, ss
	for _, ev := range ss.replay {
		if ev.seq > seq {
			c.send(ev.data)
		}
	}
	s.deliver(ss, event{name: "RESUMED", data: obj{"_trace": []any{}}})
	s.toPage("state", obj{"connected": true}, everybody)
}
