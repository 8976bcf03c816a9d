package playground

// Gateway intents, by Discord's numbers.
const (
	intentGuilds         = 1 << 0
	intentMembers        = 1 << 1
	intentPresences      = 1 << 8
	intentMessages       = 1 << 9
	intentReactions      = 1 << 10
	intentDMs            = 1 << 12
	intentDMReactions    = 1 << 13
	intentMessageContent = 1 << 15

	// knownIntents is every bit a v9 or v10 gateway accepts.
	knownIntents = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

// event is something that happened, before it is cut to what a session may see.
type event struct {
	name    string
	intents int64 // any of these bits lets a session have it; 0 means everybody
	data    obj
	message *message // set for messages, whose text is gated
}

// messageEvent tells the bot and the page about a message. An ephemeral one is
// told to nobody but its person.
func (s *Server) messageEvent(name string, m *message) {
	c := s.world.channels[m.channelID]
	defer s.notify()
	if c == nil {
		return
	}
	web := map[string]string{"MESSAGE_CREATE": "message_create", "MESSAGE_UPDATE": "message_update"}[name]
	s.toPage(web, m.json(""), func(userID string) bool { return s.sees(userID, c, m) })
	if m.only != "" || !s.world.may(seedBot, c, PermissionViewChannel) {
		return
	}
	data := shallow(m.json(seedBot))
	intent := int64(intentMessages)
	if c.kind == kindDM {
		intent = intentDMs
		data["channel_type"] = kindDM
	} else {
		data["guild_id"] = s.world.guildID
		if mem := s.world.members[m.authorID]; mem != nil && m.made == nil {
			data["member"] = mem.json(false)
		}
	}
	s.dispatch(event{name: name, intents: intent, data: data, message: m})
}

func (s *Server) deleteEvent(c *channel, m *message) {
	defer s.notify()
	s.toPage("message_delete", obj{"id": m.id, "channel_id": c.id}, func(userID string) bool { return s.sees(userID, c, m) })
	if m.only != "" || !s.world.may(seedBot, c, PermissionViewChannel) {
		return
	}
	data, intent := obj{"id": m.id, "channel_id": c.id}, int64(intentDMs)
	if c.kind != kindDM {
		data["guild_id"], intent = s.world.guildID, intentMessages
	}
	s.dispatch(event{name: "MESSAGE_DELETE", intents: intent, data: data})
}

// channelEvent tells about a channel or thread; name is Discord's.
func (s *Server) channelEvent(name string, c *channel) {
	defer s.notify()
	data := s.world.channelJSON(c)
	switch name {
	case "CHANNEL_CREATE", "THREAD_CREATE":
		s.toPage("channel_create", data, func(id string) bool { return s.world.may(id, c, PermissionViewChannel) })
	case "CHANNEL_UPDATE", "THREAD_UPDATE":
		s.toPage("channel_update", data, func(id string) bool { return s.world.may(id, c, PermissionViewChannel) })
	case "CHANNEL_DELETE", "THREAD_DELETE":
		s.toPage("state", obj{"connected": s.gw.connected()}, everybody)
	}
	if name == "THREAD_DELETE" {
		data = obj{"id": c.id, "guild_id": s.world.guildID, "parent_id": c.parentID, "type": c.kind}
	} else if c.kind == kindDM || !s.world.may(seedBot, c, PermissionViewChannel) && name != "CHANNEL_DELETE" {
		return
	}
	if name == "THREAD_CREATE" {
		data["newly_created"] = true
	}
	s.dispatch(event{name: name, intents: intentGuilds, data: data})
}

// sees reports whether a person can see a message.
func (s *Server) sees(userID string, c *channel, m *message) bool {
	if m.only != "" && m.only != userID {
		return false
	}
	return s.world.may(userID, c, PermissionViewChannel|PermissionReadMessageHistory) ||
		s.world.may(userID, c, PermissionViewChannel) && m.only == userID
}

func everybody(string) bool { return true }

func shallow(o obj) obj {
	out := make(obj, len(o)+4)
	for k, v := range o {
		out[k] = v
	}
	return out
}

// readable reports whether the bot gets a message's text without the
// MESSAGE_CONTENT intent: its own, direct messages, and what mentions it, which
// a reply with its ping on does too.
func (s *Server) readable(o obj) bool {
	if str(object(o, "author"), "id") == seedBot {
		return true
	}
	if c := s.world.channels[str(o, "channel_id")]; c == nil || c.kind == kindDM {
		return true
	}
	return findByID(list(o, "mentions"), seedBot) != nil
}

// gate empties the fields that the MESSAGE_CONTENT intent guards.
func (s *Server) gate(o obj, allowed bool) obj {
	if allowed {
		return o
	}
	out := o
	if !s.readable(o) {
		out = shallow(o)
		out["content"] = ""
		for _, k := range []string{"embeds", "attachments", "components"} {
			out[k] = []any{}
		}
		delete(out, "poll")
		delete(out, "message_snapshots")
	}
	if ref := object(o, "referenced_message"); ref != nil && !s.readable(ref) {
		out = shallow(out)
		out["referenced_message"] = s.gate(ref, false)
	}
	return out
}
