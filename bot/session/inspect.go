package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"
)

// packet is a gateway packet as it comes from Discord.
type packet struct {
	Op   *int            `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// encode writes p for discordgo. It cannot fail: all of p came from JSON or from
// a struct of strings.
func (p packet) encode() []byte {
	b, _ := json.Marshal(p)
	return b
}

// inspect decides what discordgo is shown of a packet: nothing, the packet, or
// something in its place. An error ends the link. What cannot be read is dropped:
// TCP delivers what was sent, so a replay would bring it again.
func (l *link) inspect(data []byte, now time.Time) ([][]byte, error) {
	var p packet
	if err := json.Unmarshal(data, &p); err != nil || p.Op == nil {
		l.s.health.dropped.add("malformed")
		l.s.log.Warn("gateway packet dropped", "reason", "malformed", "bytes", len(data))
		return nil, nil
	}
	greeted := l.interval.Load() != 0
	switch *p.Op {
	case opHello:
		if greeted {
			return nil, nil
		}
		return l.hello(p, now)
	case opReconnect:
		return nil, errReconnect
	case opInvalidSession:
		if string(bytes.TrimSpace(p.Data)) == "true" {
			return nil, errRefused
		}
		return nil, errInvalid
	case opHeartbeat:
		if !greeted {
			return nil, nil
		}
		beat, err := l.heartbeat(now)
		if err != nil {
			return nil, err
		}
		return nil, l.writeUp(beat)
	case opHeartbeatAck:
		l.beat.Store(0)
		if l.shown { // before READY, an answer deadlocks Open as op 7 does
			return [][]byte{data}, nil
		}
	case opDispatch:
		if !greeted {
			return nil, fmt.Errorf("%w: an event came before HELLO", errProtocol)
		}
		return l.dispatch(p, data, now)
	}
	return nil, nil
}

// hello takes in the heartbeat interval. On a resumed session discordgo is given
// a READY at once, for it would take the first replayed event for a fault.
func (l *link) hello(p packet, now time.Time) ([][]byte, error) {
	var h struct {
		Interval float64 `json:"heartbeat_interval"`
	}
	err := json.Unmarshal(p.Data, &h)
	interval := time.Duration(h.Interval * float64(time.Millisecond))
	if err != nil || interval < minInterval || interval > maxInterval {
		return nil, fmt.Errorf("%w: HELLO without a usable heartbeat interval", errProtocol)
	}
	l.interval.Store(int64(interval))
	l.progress = now
	op := opHello
	data, _ := json.Marshal(map[string]int64{"heartbeat_interval": interval.Milliseconds()})
	out := [][]byte{packet{Op: &op, Data: data}.encode()}
	if l.from.id != "" {
		l.shown = true
		out = append(out, ready(l.from))
	}
	return out, nil
}

// ready is a READY with what discordgo needs of it. The guilds are left out: it
// would only decode them, and a null among them would panic.
func ready(r resume) []byte {
	op := opDispatch
	data, _ := json.Marshal(map[string]any{"v": 9, "session_id": r.id, "user": r.who.user})
	return packet{Op: &op, Seq: &r.seq, Type: typeReady, Data: data}.encode()
}

// dispatch handles an event. Only the types that handlers can have reach
// discordgo: it would log others with all their text.
func (l *link) dispatch(p packet, data []byte, now time.Time) ([][]byte, error) {
	if p.Seq != nil {
		l.now.seq = max(l.now.seq, *p.Seq) // events may overtake each other
		l.seq.Store(l.now.seq)
	}
	known := p.Type == typeReady || p.Type == typeResumed || slices.Contains(delivered, p.Type)
	if !known {
		l.s.health.events.add("other")
		return nil, nil
	}
	l.s.health.events.add(p.Type)
	l.progress = now
	switch p.Type {
	case typeReady:
		return l.onReady(p)
	case typeResumed:
		l.establish(typeResumed)
		return nil, nil
	}
	isObject := bytes.HasPrefix(bytes.TrimSpace(p.Data), []byte("{"))
	if !isObject || l.from.id == "" && !l.established {
		l.s.health.dropped.add("malformed")
		l.s.log.Warn("event dropped", "event", p.Type, "reason", "malformed or before READY")
		return nil, nil
	}
	return [][]byte{data}, nil
}

func (l *link) onReady(p packet) ([][]byte, error) {
	var r struct {
		SessionID   string          `json:"session_id"`
		ResumeURL   string          `json:"resume_gateway_url"`
		User        *discordgo.User `json:"user"`
		Application struct {
			ID string `json:"id"`
		} `json:"application"`
	}
	if err := json.Unmarshal(p.Data, &r); err != nil || r.SessionID == "" || r.User == nil || r.User.ID == "" {
		return nil, fmt.Errorf("%w: READY without a session and a user", errProtocol)
	}
	if l.established {
		return nil, nil
	}
	if r.Application.ID == "" {
		r.Application.ID = r.User.ID // the same for all applications since 2015
	}
	l.now.id, l.now.url = r.SessionID, r.ResumeURL
	l.now.who = identity{user: r.User, appID: r.Application.ID}
	l.establish(typeReady)
	if l.shown {
		return nil, nil
	}
	l.shown = true
	return [][]byte{ready(l.now)}, nil
}

// establish marks the session as up and tells the handler.
func (l *link) establish(kind string) {
	l.established = true
	who := l.now.who
	l.s.me.Store(&who)
	l.s.health.ready.Store(true)
	since := l.s.health.gap(kind)
	log := l.s.scoped(kind, "user", who.user.ID)
	log.Info("connected to Discord", "resumed", kind == typeResumed)
	handle := l.s.opt.Handler.Ready
	if kind == typeResumed {
		handle = l.s.opt.Handler.Resumed
	}
	if handle == nil {
		return
	}
	e := &ReadyEvent{Log: log, User: who.user, AppID: who.appID, Since: since}
	j := newJob(kind, "gateway", "", log, e, handle)
	j.force = true
	l.s.guard.submit(j)
}
