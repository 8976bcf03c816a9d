package playground

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gorilla/websocket"
)

// gatewayFaults is what a test has put in the gateway's way.
type gatewayFaults struct {
	silent, noAck, noGuilds  bool
	firstPackets, answers    [][]byte
	duplicates, losses, swap int
}

func take(q *[][]byte) ([]byte, bool) {
	if len(*q) == 0 {
		return nil, false
	}
	p := (*q)[0]
	*q = (*q)[1:]
	return p, true
}

// Gateway controls and observes the gateway from a test.
type Gateway struct{ s *Server }

// Gateway returns the controls of the gateway.
func (s *Server) Gateway() Gateway { return Gateway{s} }

// each runs f for every open connection, under the lock.
func (g Gateway) each(f func(c *conn)) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for c := range g.s.gw.conns {
		f(c)
	}
}

// Reconnect sends op 7 to every connection: the client must leave and resume.
func (g Gateway) Reconnect() { g.each(func(c *conn) { c.sendOp(opReconnect, nil) }) }

// Invalidate sends op 9. A session that is not resumable is forgotten.
func (g Gateway) Invalidate(resumable bool) {
	g.each(func(c *conn) {
		c.detach(!resumable)
		c.sendOp(opInvalid, resumable)
	})
}

// CloseWith closes every connection with a close code.
func (g Gateway) CloseWith(code int, reason string) {
	g.each(func(c *conn) { c.close(code, reason) })
}

// Drop cuts every connection without a word, as a dead network does.
func (g Gateway) Drop() { g.each(func(c *conn) { c.cut() }) }

// Silence makes the gateway accept everything and send nothing, on the open
// connections and on new ones, until it is switched off. What happens meanwhile
// is kept for a resume.
func (g Gateway) Silence(on bool) {
	g.s.do(func() { g.s.gw.silent = on })
	g.each(func(c *conn) { c.silent = on })
}

// StopAcks leaves heartbeats unanswered.
func (g Gateway) StopAcks(on bool) { g.s.do(func() { g.s.gw.noAck = on }) }

// FirstPacket puts a packet in place of HELLO on the next connection; call it
// several times for several connections.
func (g Gateway) FirstPacket(op int, d any) {
	g.s.do(func() { g.s.gw.firstPackets = append(g.s.gw.firstPackets, encode(obj{"op": op, "d": d})) })
}

// AnswerNext puts a packet in place of the answer to the next IDENTIFY or
// RESUME, for example op 7 or op 9.
func (g Gateway) AnswerNext(op int, d any) {
	g.s.do(func() { g.s.gw.answers = append(g.s.gw.answers, encode(obj{"op": op, "d": d})) })
}

// ReadyWithoutGuilds makes READY list no guilds and leaves GUILD_CREATE out.
func (g Gateway) ReadyWithoutGuilds(on bool) { g.s.do(func() { g.s.gw.noGuilds = on }) }

// Duplicate sends each of the next n events twice, with its own number each time.
func (g Gateway) Duplicate(n int) { g.s.do(func() { g.s.gw.duplicates = n }) }

// Lose numbers the next n events and does not send them. A resume replays them.
func (g Gateway) Lose(n int) { g.s.do(func() { g.s.gw.losses = n }) }

// Reorder lets the next event be overtaken by the one after it, n times.
func (g Gateway) Reorder(n int) { g.s.do(func() { g.s.gw.swap = n }) }

// Dispatch sends an event of any name and data to every session.
func (g Gateway) Dispatch(name string, data any) {
	g.s.do(func() {
		for _, ss := range g.s.gw.sessions {
			g.s.number(ss, name, encode(data))
		}
	})
}

// SendRaw sends bytes as they are, malformed JSON included.
func (g Gateway) SendRaw(p []byte) {
	g.each(func(c *conn) { c.push(frame{kind: websocket.TextMessage, data: p}) })
}

// SendBinary sends a binary frame, where a client expects zlib.
func (g Gateway) SendBinary(p []byte) {
	g.each(func(c *conn) { c.push(frame{kind: websocket.BinaryMessage, data: p}) })
}

// Outage takes the guild away (GUILD_DELETE with unavailable) or brings it back.
func (g Gateway) Outage(on bool) {
	g.s.do(func() {
		w := g.s.world
		w.unavailable = on
		if on {
			g.s.dispatch(event{name: "GUILD_DELETE", intents: intentGuilds, data: obj{"id": w.guildID, "unavailable": true}})
			return
		}
		for _, ss := range g.s.gw.sessions {
			if ss.intents&intentGuilds != 0 && w.inside() {
				g.s.deliver(ss, event{name: "GUILD_CREATE", data: w.guildCreate(seedBot, ss.intents&intentMembers != 0)})
			}
		}
	})
}

// GatewayStats counts what clients have done.
type GatewayStats struct {
	// Connections, Identifies and Resumes count since the start.
	Connections, Identifies, Resumes int
	// Open is the number of connections now, Sessions that of sessions that
	// are connected or can be resumed.
	Open, Sessions int
	// LastClose is the code the last connection was left with by the client;
	// 1006 if there was none.
	LastClose int
	// Identify is the last IDENTIFY payload without its token.
	Identify json.RawMessage
}

// Stats returns the counters.
func (g Gateway) Stats() GatewayStats {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	gw := &g.s.gw
	return GatewayStats{Connections: gw.accepted, Identifies: gw.identifies, Resumes: gw.resumes,
		Open: len(gw.conns), Sessions: len(gw.sessions), LastClose: gw.lastClose, Identify: encode(gw.lastIdentify)}
}

// Connected reports whether a bot is connected and identified.
func (g Gateway) Connected() bool {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.s.gw.connected()
}

// WaitConnected waits until a bot is connected and identified.
func (g Gateway) WaitConnected(ctx context.Context) error { return g.s.Wait(ctx, g.Connected) }

// AllowMessageContent switches the privileged MESSAGE_CONTENT intent, as an
// owner does in the developer portal. Sessions keep what they identified with.
func (s *Server) AllowMessageContent(on bool) { s.do(func() { s.messageText = on }) }

// ExpireSessions makes every dropped session impossible to resume.
func (g Gateway) ExpireSessions() {
	g.s.do(func() {
		for _, ss := range g.s.gw.sessions {
			if ss.conn == nil {
				ss.lost = time.Time{}
			}
		}
	})
}
