package playground

// reference is what message_reference resolved to.
type reference struct {
	to      *message
	forward bool
	pinged  string // id of the author a reply notifies
}

// reference resolves the reply or forward of a draft.
func (s *Server) reference(f *form, d draft) (reference, error) {
	if d.replyTo != nil {
		return reference{to: d.replyTo}, nil
	}
	in := object(d.body, "message_reference")
	if in == nil || snowflake(in["message_id"]) == "" {
		return reference{}, nil
	}
	forward := number(in, "type") == 1
	c := d.channel
	if id := snowflake(in["channel_id"]); id != "" {
		c = s.world.channels[id]
		if c == nil || c != d.channel && !forward {
			f.add("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply to a message in a different channel")
			return reference{}, nil
		}
	}
	if !s.world.may(d.author.id, c, PermissionReadMessageHistory) {
		return reference{}, refuse(codeNoHistory)
	}
	to := c.byID[snowflake(in["message_id"])]
	if to == nil || to.only != "" {
		if v, given := in["fail_if_not_exists"].(bool); given && !v {
			return reference{}, nil
		}
		f.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
		return reference{}, nil
	}
	ref := reference{to: to, forward: forward}
	// A reply to the answer of an interaction does not notify the bot.
	if !forward && (to.made == nil || d.author.bot) {
		ref.pinged = to.authorID
	}
	return ref, nil
}

func (r reference) apply(s *Server, m *message) {
	if r.to == nil {
		return
	}
	o := obj{"type": 0, "channel_id": r.to.channelID, "message_id": r.to.id}
	if c := s.world.channels[r.to.channelID]; c != nil && c.kind != kindDM {
		o["guild_id"] = s.world.guildID
	}
	m.body["message_reference"] = o
	if r.forward {
		o["type"] = 1
		m.body["flags"] = m.flags() | 1<<14
		snap := obj{}
		for _, k := range []string{"content", "embeds", "attachments", "components", "timestamp",
			"edited_timestamp", "flags", "mentions", "mention_roles", "type"} {
			snap[k] = cloneAny(r.to.body[k])
		}
		m.body["message_snapshots"] = []any{obj{"message": snap}}
		return
	}
	if m.body["type"] == int64(typeDefault) {
		m.body["type"] = int64(typeReply)
	}
	if r.to.only == "" || r.to.only == m.only {
		m.body["referenced_message"] = quoted(r.to)
	}
}

// quoted is a message as another one shows it: without its own quotation.
func quoted(m *message) obj {
	out := obj{}
	for k, v := range m.body {
		if k != "referenced_message" {
			out[k] = v
		}
	}
	return cloneObj(out)
}
