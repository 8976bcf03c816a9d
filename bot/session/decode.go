package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Types of the gateway events that are delivered. The link drops all others
// before discordgo decodes them.
const (
	typeMessageCreate     = "MESSAGE_CREATE"
	typeMessageUpdate     = "MESSAGE_UPDATE"
	typeMessageDelete     = "MESSAGE_DELETE"
	typeMessageDeleteBulk = "MESSAGE_DELETE_BULK"
	typeThreadCreate      = "THREAD_CREATE"
	typeInteraction       = "INTERACTION_CREATE"
	typeReady             = "READY"
	typeResumed           = "RESUMED"
)

var delivered = []string{typeMessageCreate, typeMessageUpdate, typeMessageDelete,
	typeMessageDeleteBulk, typeThreadCreate, typeInteraction}

// onEvent takes an event from discordgo, in the goroutine that reads the
// gateway: it must not block, and nothing in it may bring the process down.
func (s *Session) onEvent(e *discordgo.Event) {
	defer func() {
		if v := recover(); v != nil {
			s.health.dropped.add("malformed")
			s.log.Error("panic while decoding an event", "event", e.Type, "panic", s.brief(v), "stack", stack())
		}
	}()
	if e.Type == typeReady || e.Type == typeResumed {
		return // the link announces these
	}
	jobs, err := s.decode(e.Type, e.RawData)
	if err != nil {
		s.health.dropped.add("malformed")
		s.log.Warn("event dropped", "event", e.Type, "reason", "malformed", "err", s.brief(err))
		if e.Type == typeInteraction {
			s.guard.rescue(e.RawData)
		}
	}
	for _, j := range jobs {
		if j.key != "" && !s.seen.first(j.key) {
			s.health.dropped.add("duplicate")
			s.log.Debug("event dropped", "event", e.Type, "reason", "duplicate")
			continue
		}
		s.guard.submit(j)
	}
}

// decode turns an event into the jobs for its handler.
func (s *Session) decode(kind string, raw json.RawMessage) ([]*job, error) {
	switch kind {
	case typeMessageCreate:
		return s.decodeMessage(kind, raw, s.opt.Handler.MessageCreate)
	case typeMessageUpdate:
		return s.decodeMessage(kind, raw, s.opt.Handler.MessageUpdate)
	case typeMessageDelete, typeMessageDeleteBulk:
		return s.decodeDelete(kind, raw)
	case typeThreadCreate:
		return s.decodeThread(kind, raw)
	case typeInteraction:
		return s.decodeInteraction(kind, raw)
	}
	return nil, nil
}

func (s *Session) decodeMessage(kind string, raw json.RawMessage, handle func(context.Context, *MessageEvent) error) ([]*job, error) {
	if handle == nil {
		return nil, nil
	}
	m := new(discordgo.Message)
	if err := lenient(raw, m); err != nil {
		return nil, err
	}
	if m.ID == "" || m.ChannelID == "" {
		return nil, errors.New("a message without ids")
	}
	e := &MessageEvent{Message: m, Webhook: m.WebhookID != ""}
	user, key := m.WebhookID, kind+m.ID
	if m.Author != nil {
		user = m.Author.ID
		e.Bot = m.Author.Bot
		me := s.Me()
		e.Own = me != nil && me.ID == m.Author.ID
	}
	if kind == typeMessageUpdate {
		// One message is edited many times; only the same edit twice is a repeat.
		key += strconv.FormatUint(maphash.Bytes(s.seen.seed, raw), 36)
	}
	e.Log = s.scoped(kind, "message", m.ID, "channel", m.ChannelID, "guild", m.GuildID, "user", user)
	j := newJob(kind, user, key, e.Log, e, handle)
	j.subject = m.ID
	return []*job{j}, nil
}

func (s *Session) decodeDelete(kind string, raw json.RawMessage) ([]*job, error) {
	var v struct {
		ID        string   `json:"id"`
		IDs       []string `json:"ids"`
		ChannelID string   `json:"channel_id"`
		GuildID   string   `json:"guild_id"`
	}
	if s.opt.Handler.MessageDelete == nil {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	var jobs []*job
	for _, id := range append(v.IDs, v.ID) {
		if id == "" {
			continue
		}
		e := &DeleteEvent{MessageID: id, ChannelID: v.ChannelID, GuildID: v.GuildID}
		e.Log = s.scoped(kind, "message", id, "channel", v.ChannelID, "guild", v.GuildID)
		j := newJob(kind, "channel "+v.ChannelID, typeMessageDelete+id, e.Log, e, s.opt.Handler.MessageDelete)
		j.subject = id
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (s *Session) decodeThread(kind string, raw json.RawMessage) ([]*job, error) {
	if s.opt.Handler.ThreadCreate == nil {
		return nil, nil
	}
	var v struct {
		NewlyCreated bool `json:"newly_created"`
	}
	c := new(discordgo.Channel)
	if err := errors.Join(lenient(raw, c), json.Unmarshal(raw, &v)); err != nil {
		return nil, err
	}
	if c.ID == "" {
		return nil, errors.New("a thread without an id")
	}
	e := &ThreadEvent{Channel: c, NewlyCreated: v.NewlyCreated}
	e.Log = s.scoped(kind, "channel", c.ID, "guild", c.GuildID, "user", c.OwnerID)
	key := kind + c.ID + strconv.FormatBool(v.NewlyCreated)
	return []*job{newJob(kind, c.OwnerID, key, e.Log, e, s.opt.Handler.ThreadCreate)}, nil
}

func (s *Session) decodeInteraction(kind string, raw json.RawMessage) ([]*job, error) {
	if s.opt.Handler.Interaction == nil {
		return nil, nil
	}
	var extra struct {
		Data  json.RawMessage `json:"data"`
		Limit int64           `json:"attachment_size_limit"`
	}
	in := new(discordgo.Interaction)
	err := lenient(raw, in)
	if err == nil {
		err = json.Unmarshal(raw, &extra)
	}
	if err != nil || in.ID == "" || in.Token == "" {
		return nil, errors.Join(err, errors.New("an unreadable interaction"))
	}
	i := &Interaction{Interaction: in, AttachmentLimit: extra.Limit, Received: time.Now(), User: in.User}
	if in.Member != nil && in.Member.User != nil {
		i.User = in.Member.User
	}
	if i.User == nil || i.User.ID == "" {
		return nil, errors.New("an interaction without a user")
	}
	if in.Type == discordgo.InteractionModalSubmit {
		if i.Submit, err = readSubmit(extra.Data); err != nil {
			return nil, err
		}
	}
	i.Log = s.scoped(kind, "interaction", in.ID, "channel", in.ChannelID, "guild", in.GuildID, "user", i.User.ID)
	j := newJob(kind, i.User.ID, kind+in.ID, i.Log, i, s.opt.Handler.Interaction)
	j.inter = i
	return []*job{j}, nil
}

// scoped returns a logger with the ids that are not empty.
func (s *Session) scoped(event string, pairs ...string) *slog.Logger {
	args := []any{"event", event}
	for k := 0; k < len(pairs); k += 2 {
		if pairs[k+1] != "" {
			args = append(args, pairs[k], pairs[k+1])
		}
	}
	return s.log.With(args...)
}

// lenient decodes into a discordgo type. discordgo fails a whole message or
// interaction over one component type it does not know; a second attempt then
// goes without any components.
func lenient(raw json.RawMessage, v any) error {
	err := json.Unmarshal(raw, v)
	if err == nil {
		return nil
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&tree) != nil {
		return err
	}
	stripped, encodeErr := json.Marshal(withoutComponents(tree))
	if encodeErr != nil || json.Unmarshal(stripped, v) != nil {
		return err
	}
	return nil
}

func withoutComponents(tree any) any {
	switch t := tree.(type) {
	case map[string]any:
		delete(t, "components")
		for k, v := range t {
			t[k] = withoutComponents(v)
		}
	case []any:
		for k, v := range t {
			t[k] = withoutComponents(v)
		}
	}
	return tree
}

// readSubmit reads a modal submit by itself, for discordgo v0.29 knows neither
// labels nor the values of selects in a modal.
func readSubmit(raw json.RawMessage) (*Submit, error) {
	var v struct {
		CustomID   string            `json:"custom_id"`
		Components []json.RawMessage `json:"components"`
		Resolved   struct {
			Attachments map[string]*discordgo.MessageAttachment `json:"attachments"`
		} `json:"resolved"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, fmt.Errorf("a modal submit: %w", err)
	}
	s := &Submit{CustomID: v.CustomID, Values: map[string][]string{}, Files: v.Resolved.Attachments}
	for _, c := range v.Components {
		s.collect(c, 0)
	}
	return s, nil
}

// collect takes the values of a component and of those inside it, whatever their
// types are.
func (s *Submit) collect(raw json.RawMessage, depth int) {
	var v struct {
		CustomID   string            `json:"custom_id"`
		Value      any               `json:"value"`
		Values     []any             `json:"values"`
		Components []json.RawMessage `json:"components"`
		Component  json.RawMessage   `json:"component"`
	}
	if depth > 5 || json.Unmarshal(raw, &v) != nil {
		return
	}
	if v.Value != nil {
		v.Values = slices.Insert(v.Values, 0, v.Value)
	}
	if v.CustomID != "" {
		for _, value := range v.Values {
			s.Values[v.CustomID] = append(s.Values[v.CustomID], fmt.Sprint(value))
		}
	}
	for _, c := range append(v.Components, v.Component) {
		if len(c) > 0 {
			s.collect(c, depth+1)
		}
	}
}
