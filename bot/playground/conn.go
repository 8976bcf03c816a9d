package playground

import (
	"bytes"
	"compress/zlib"
	"errors"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// compressFrom is the payload size above which a client that asked for
// compression gets zlib.
const compressFrom = 1024

// conn is one websocket. All fields but ws and out are guarded by the server's
// lock; one goroutine reads, one writes.
type conn struct {
	s        *Server
	ws       *websocket.Conn
	out      chan frame
	done     chan struct{}
	stopped  bool
	session  *session
	compress bool
	silent   bool   // nothing is sent any more
	closing  bool   // we sent a close frame; what the client says now is ignored
	held     []byte // an event that waits to be overtaken
	sends    []time.Time
}

// frame is something for the writer: a packet, or a close code after which the
// connection goes.
type frame struct {
	kind   int
	data   []byte
	code   int
	reason string
}

func (c *conn) stop() {
	if !c.stopped {
		c.stopped = true
		close(c.done)
	}
}

// cut drops the connection without a close frame.
func (c *conn) cut() {
	c.stop()
	c.ws.Close()
}

func (c *conn) push(f frame) {
	if c.stopped || c.silent || c.closing {
		return
	}
	select {
	case c.out <- f:
	default:
		c.s.log.Warn("gateway connection reads too slowly and was cut")
		c.cut()
	}
}

// send queues one packet, compressed if the client asked for it.
func (c *conn) send(p []byte) {
	if !c.compress || len(p) < compressFrom {
		c.push(frame{kind: websocket.TextMessage, data: p})
		return
	}
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(p)
	z.Close()
	c.push(frame{kind: websocket.BinaryMessage, data: b.Bytes()})
}

func (c *conn) sendOp(op int, d any) { c.send(encode(obj{"op": op, "d": d, "s": nil, "t": nil})) }

// close queues a close frame and lets go of the session, for good where the
// code says so. The socket stays until the client has answered.
func (c *conn) close(code int, reason string) {
	if c.closing {
		return
	}
	c.silent = false
	c.push(frame{kind: websocket.CloseMessage, code: code, reason: reason})
	c.closing = true
	c.detach(endsSession(code))
}

func endsSession(code int) bool {
	switch code {
	case closeBadToken, closeBadSeq, closeTimedOut, closeBadShard, closeBadVersion, closeBadIntents, closeDisallowed,
		websocket.CloseNormalClosure, websocket.CloseGoingAway:
		return true
	}
	return false
}

// detach parts the connection from its session; the session can be resumed
// unless it ended.
func (c *conn) detach(ended bool) {
	ss := c.session
	c.session = nil
	if ss == nil || ss.conn != c {
		return
	}
	ss.conn, ss.lost = nil, time.Now()
	if ended {
		delete(c.s.gw.sessions, ss.id)
	}
	c.s.toPage("state", obj{"connected": c.s.gw.connected()}, everybody)
}

// closeWait is how long a client may take to answer a close frame.
const closeWait = 2 * time.Second

func (c *conn) write() {
	for {
		select {
		case f := <-c.out:
			c.ws.SetWriteDeadline(time.Now().Add(gatewayWriteCap))
			if f.kind == websocket.CloseMessage {
				c.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(f.code, f.reason))
				c.ws.SetReadDeadline(time.Now().Add(closeWait))
				return
			}
			if c.ws.WriteMessage(f.kind, f.data) != nil {
				c.ws.Close()
				return
			}
		case <-c.done:
			return
		}
	}
}

// read handles packets until the connection ends and returns the client's close
// code, 1006 when there was none.
func (c *conn) read() int {
	// A client that misses two heartbeats has timed out.
	grace := 2*c.s.opts.HeartbeatInterval + time.Second
	c.ws.SetReadLimit(maxSendBytes * 4)
	// The default handler would answer at once and race with the writer.
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	for {
		if !c.isClosing() {
			c.ws.SetReadDeadline(time.Now().Add(grace))
		}
		_, p, err := c.ws.ReadMessage()
		if err != nil {
			return c.lost(err)
		}
		c.s.do(func() { c.handle(p) })
	}
}

func (c *conn) isClosing() (is bool) {
	c.s.do(func() { is = c.closing })
	return is
}

// lost turns a read error into a close code and answers it.
func (c *conn) lost(err error) int {
	var ce *websocket.CloseError
	if errors.As(err, &ce) {
		c.goodbye(ce.Code)
		return ce.Code
	}
	var ne net.Error
	switch {
	case errors.Is(err, websocket.ErrReadLimit):
		c.goodbye(closeDecode)
	case errors.As(err, &ne) && ne.Timeout() && !c.isClosing():
		c.goodbye(closeTimedOut)
		c.s.do(func() { c.detach(true) })
	}
	return websocket.CloseAbnormalClosure
}

// goodbye writes a close frame past the queue; WriteControl may be used beside
// the writer.
func (c *conn) goodbye(code int) {
	if !c.isClosing() && code != websocket.CloseNoStatusReceived {
		c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	}
}

// handle acts on one packet of the client.
func (c *conn) handle(p []byte) {
	if c.stopped || c.closing {
		return
	}
	if c.tooMany(time.Now()) {
		c.close(closeRateLimited, "You are being rate limited.")
		return
	}
	v, err := parseJSON(p)
	o, ok := v.(obj)
	if err != nil || !ok || len(p) > maxSendBytes {
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	op, ok := asInt(o["op"])
	if !ok {
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	d := object(o, "d")
	switch op {
	case opHeartbeat:
		if !c.s.gw.noAck {
			c.sendOp(opAck, nil)
		}
	case opIdentify:
		c.s.identify(c, d)
	case opResume:
		c.s.resume(c, d)
	case opPresence, opVoice, opMembers:
		switch {
		case c.session == nil:
			c.close(closeNotAuthenticated, "Not authenticated.")
		case op == opMembers:
			c.s.chunk(c.session, d)
		}
	default:
		c.close(closeUnknownOp, "Unknown opcode.")
	}
}

// tooMany counts sends over a sliding minute.
func (c *conn) tooMany(now time.Time) bool {
	keep := c.sends[:0]
	for _, t := range c.sends {
		if now.Sub(t) < time.Minute {
			keep = append(keep, t)
		}
	}
	c.sends = append(keep, now)
	return len(c.sends) > sendsPerMinute
}

// chunk answers REQUEST_GUILD_MEMBERS. Without the GUILD_MEMBERS intent only
// members asked for by id are given.
func (s *Server) chunk(ss *session, d obj) {
	wanted := map[string]bool{}
	for _, id := range strList(list(d, "user_ids")) {
		wanted[id] = true
	}
	if id := snowflake(d["user_ids"]); id != "" {
		wanted[id] = true
	}
	members, missing := []any{}, []any{}
	for _, v := range s.world.memberList(seedBot, true) {
		m := v.(obj)
		id := str(object(m, "user"), "id")
		if wanted[id] || len(wanted) == 0 && ss.intents&intentMembers != 0 {
			members = append(members, m)
			delete(wanted, id)
		}
	}
	for id := range wanted {
		missing = append(missing, id)
	}
	data := obj{"guild_id": s.world.guildID, "members": members, "chunk_index": 0, "chunk_count": 1, "not_found": missing}
	if has(d, "nonce") {
		data["nonce"] = d["nonce"]
	}
	s.deliver(ss, event{name: "GUILD_MEMBERS_CHUNK", data: data})
}
