package playground

import (
	"strconv"
)

// messageRoutes adds what concerns messages and reactions.
func (s *Server) messageRoutes(add func(string, endpoint)) {
	add("GET /channels/{channel}/messages", s.listMessages)
	add("POST /channels/{channel}/messages", s.postMessage)
	add("GET /channels/{channel}/messages/{message}", s.getMessage)
	add("PATCH /channels/{channel}/messages/{message}", s.patchMessage)
	add("DELETE /channels/{channel}/messages/{message}", s.deleteMessage)
	add("PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me", s.react)
	add("DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me", s.unreact)
	add("DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/{user}", s.unreactOther)
	add("DELETE /channels/{channel}/messages/{message}/reactions/{emoji}", s.clearReactions)
	add("DELETE /channels/{channel}/messages/{message}/reactions", s.clearReactions)
	add("GET /channels/{channel}/messages/{message}/reactions/{emoji}", s.listReactors)
}

// inMessage finds the message of a call. Ephemeral messages do not exist here.
func (s *Server) inMessage(r *request, need uint64) (*channel, *message, error) {
	c, err := s.inChannel(r, need)
	if err != nil {
		return nil, nil, err
	}
	m := c.byID[r.PathValue("message")]
	if m == nil || m.only != "" {
		return nil, nil, refuse(codeUnknownMessage)
	}
	return c, m, nil
}

// shown is a message as the bot may read it over REST: the application's
// MESSAGE_CONTENT switch decides, whatever a session identified with.
func (s *Server) shown(m *message) obj { return s.gate(m.json(seedBot), s.messageText) }

func (s *Server) postMessage(r *request) (int, any, error) {
	c := s.world.channels[r.PathValue("channel")]
	if c == nil {
		return 0, nil, refuse(codeUnknownChannel)
	}
	if err := s.world.need(seedBot, c, c.sending()); err != nil {
		return 0, nil, err
	}
	if !c.holdsText() {
		return 0, nil, refuse(codeNotText)
	}
	m, err := s.create(draft{author: s.bot(), channel: c, body: r.body, files: r.files})
	if err != nil {
		return 0, nil, err
	}
	return 200, m.json(seedBot), nil
}

func (s *Server) getMessage(r *request) (int, any, error) {
	_, m, err := s.inMessage(r, PermissionReadMessageHistory)
	if err != nil {
		return 0, nil, err
	}
	return 200, s.shown(m), nil
}

// listMessages is newest first, as Discord's list is.
func (s *Server) listMessages(r *request) (int, any, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return 0, nil, err
	}
	q := r.URL.Query()
	limit := 50
	if v := q.Get("limit"); v != "" {
		limit, err = strconv.Atoi(v)
		if err != nil || limit < 1 || limit > 100 {
			return 0, nil, formErr("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
		}
	}
	out := []any{}
	if !s.world.may(seedBot, c, PermissionReadMessageHistory) {
		return 200, out, nil
	}
	for _, m := range pick(c.msgs, q.Get("before"), q.Get("after"), q.Get("around"), limit) {
		out = append(out, s.shown(m))
	}
	return 200, out, nil
}

// pick selects up to limit messages, newest first.
func pick(all []*message, before, after, around string, limit int) []*message {
	var in []*message
	for _, m := range all {
		if m.only != "" || before != "" && !later(before, m.id) || after != "" && !later(m.id, after) {
			continue
		}
		in = append(in, m)
	}
	start := max(0, len(in)-limit)
	if after != "" {
		start = 0
	}
	if around != "" {
		at := 0
		for at < len(in) && later(around, in[at].id) {
			at++
		}
		start = max(0, min(at-limit/2, len(in)-limit))
	}
	in = in[start:min(len(in), start+limit)]
	out := make([]*message, 0, len(in))
	for i := len(in) - 1; i >= 0; i-- {
		out = append(out, in[i])
	}
	return out
}

func (s *Server) patchMessage(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, 0)
	if err != nil {
		return 0, nil, err
	}
	if m.authorID != seedBot {
		return 0, nil, refuse(codeOthersMessage)
	}
	if err := s.edit(c, m, change{body: r.body, files: r.files}); err != nil {
		return 0, nil, err
	}
	return 200, m.json(seedBot), nil
}

func (s *Server) deleteMessage(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, 0)
	if err != nil {
		return 0, nil, err
	}
	if m.authorID != seedBot {
		if err := s.world.need(seedBot, c, PermissionManageMessages); err != nil {
			return 0, nil, err
		}
	}
	if c.isThread() && c.archived {
		return 0, nil, refuse(codeArchived)
	}
	s.remove(c, m)
	return 204, nil, nil
}

// react needs ADD_REACTIONS only for an emoji that is not on the message yet.
func (s *Server) react(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, PermissionReadMessageHistory)
	if err != nil {
		return 0, nil, err
	}
	return 204, nil, s.addReaction(c, m, seedBot, r.PathValue("emoji"))
}

// maxReactions is how many different emoji a message takes.
const maxReactions = 20

func (s *Server) addReaction(c *channel, m *message, userID, emoji string) error {
	if !isEmoji(emoji) {
		return refuse(codeUnknownEmoji)
	}
	if c.isThread() && c.archived {
		return refuse(codeArchived)
	}
	rc := m.reaction(emoji)
	if rc == nil {
		if err := s.world.need(userID, c, PermissionAddReactions); err != nil {
			return err
		}
		if len(m.reactions) >= maxReactions {
			return &apiError{status: 400, code: 30010, message: "Maximum number of reactions reached (20)"}
		}
		rc = &reaction{emoji: obj{"id": nil, "name": emoji}}
		m.reactions = append(m.reactions, rc)
	}
	for _, u := range rc.users {
		if u == userID {
			return nil
		}
	}
	rc.users = append(rc.users, userID)
	s.reactionEvent("MESSAGE_REACTION_ADD", c, m, userID, rc.emoji)
	return nil
}

func (m *message) reaction(emoji string) *reaction {
	for _, r := range m.reactions {
		if str(r.emoji, "name") == emoji {
			return r
		}
	}
	return nil
}

func (s *Server) reactionEvent(name string, c *channel, m *message, userID string, emoji obj) {
	data := obj{"user_id": userID, "channel_id": c.id, "message_id": m.id, "emoji": emoji, "burst": false, "type": 0,
		"message_author_id": m.authorID}
	intent := int64(intentDMReactions)
	if c.kind != kindDM {
		data["guild_id"], intent = s.world.guildID, intentReactions
		if mem := s.world.members[userID]; mem != nil && name == "MESSAGE_REACTION_ADD" {
			data["member"] = mem.json(true)
		}
	}
	if s.world.may(seedBot, c, PermissionViewChannel) {
		s.dispatch(event{name: name, intents: intent, data: data})
	}
	s.toPage("message_update", m.json(""), func(id string) bool { return s.sees(id, c, m) })
	s.notify()
}

func (s *Server) removeReaction(c *channel, m *message, userID, emoji string) error {
	rc := m.reaction(emoji)
	if rc == nil {
		return refuse(codeUnknownEmoji)
	}
	for i, u := range rc.users {
		if u == userID {
			rc.users = append(rc.users[:i:i], rc.users[i+1:]...)
			break
		}
	}
	m.dropEmpty()
	s.reactionEvent("MESSAGE_REACTION_REMOVE", c, m, userID, rc.emoji)
	return nil
}

func (m *message) dropEmpty() {
	keep := m.reactions[:0:0]
	for _, r := range m.reactions {
		if len(r.users) > 0 {
			keep = append(keep, r)
		}
	}
	m.reactions = keep
}

func (s *Server) unreact(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, 0)
	if err != nil {
		return 0, nil, err
	}
	return 204, nil, s.removeReaction(c, m, seedBot, r.PathValue("emoji"))
}

func (s *Server) unreactOther(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, PermissionManageMessages)
	if err != nil {
		return 0, nil, err
	}
	return 204, nil, s.removeReaction(c, m, r.PathValue("user"), r.PathValue("emoji"))
}

func (s *Server) clearReactions(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, PermissionManageMessages)
	if err != nil {
		return 0, nil, err
	}
	emoji := r.PathValue("emoji")
	for _, rc := range m.reactions {
		if emoji == "" || str(rc.emoji, "name") == emoji {
			rc.users = nil
		}
	}
	m.dropEmpty()
	s.reactionEvent("MESSAGE_REACTION_REMOVE_ALL", c, m, "", obj{})
	return 204, nil, nil
}

func (s *Server) listReactors(r *request) (int, any, error) {
	_, m, err := s.inMessage(r, PermissionReadMessageHistory)
	if err != nil {
		return 0, nil, err
	}
	out := []any{}
	if rc := m.reaction(r.PathValue("emoji")); rc != nil {
		for _, id := range rc.users {
			out = append(out, s.world.users[id].json())
		}
	}
	return 200, out, nil
}
