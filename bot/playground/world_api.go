package playground

import (
	"fmt"
)

// The methods of this file change the world the way an administrator would, for
// tests and for demonstrations.

// SetPermission sets one overwrite of a channel: who is a role or a person, by
// name or id ("@everyone" and the bot's name included). Passing no bits removes
// the overwrite.
func (s *Server) SetPermission(channel, who string, allow, deny uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.findChannel(channel)
	if c == nil || c.isThread() {
		return fmt.Errorf("playground: there is no channel %q that has overwrites", channel)
	}
	o := overwrite{allow: allow, deny: deny}
	if r := s.world.findRole(who); r != nil && r.botID == "" {
		o.id = r.id
	} else if u := s.world.findUser(who); u != nil {
		o.id, o.kind = u.id, 1
	} else {
		return fmt.Errorf("playground: %q is neither a role nor a person", who)
	}
	before := s.world.may(seedBot, c, PermissionViewChannel)
	keep := []overwrite{}
	for _, have := range c.overwrites {
		if have.id != o.id {
			keep = append(keep, have)
		}
	}
	if allow|deny != 0 {
		keep = append(keep, o)
	}
	c.overwrites = keep
	s.announceAccess(c, before)
	return nil
}

// announceAccess tells the bot of a channel that it lost or gained as Discord
// does: as if the channel had been deleted or created.
func (s *Server) announceAccess(c *channel, before bool) {
	after := s.world.may(seedBot, c, PermissionViewChannel)
	switch {
	case before && !after:
		s.dispatch(event{name: "CHANNEL_DELETE", intents: intentGuilds, data: s.world.channelJSON(c)})
		s.notify()
	case !before && after:
		s.channelEvent("CHANNEL_CREATE", c)
	default:
		s.channelEvent("CHANNEL_UPDATE", c)
	}
	s.toPage("state", obj{"connected": s.gw.connected()}, everybody)
}

// SetRole sets the guild-wide permissions of a role, by name or id. The bot's
// own role bears the bot's name.
func (s *Server) SetRole(name string, permissions uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.world.findRole(name)
	if r == nil {
		return fmt.Errorf("playground: there is no role %q", name)
	}
	r.perms = permissions
	s.dispatch(event{name: "GUILD_ROLE_UPDATE", intents: intentGuilds, data: obj{"guild_id": s.world.guildID, "role": r.json()}})
	s.notify()
	return nil
}

// AddRole adds a role and returns its id.
func (s *Server) AddRole(name string, permissions uint64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &role{id: s.ids.next(), name: name, perms: permissions}
	s.world.addRole(r)
	s.dispatch(event{name: "GUILD_ROLE_CREATE", intents: intentGuilds, data: obj{"guild_id": s.world.guildID, "role": r.json()}})
	s.notify()
	return r.id
}

// AddMember lets somebody new join, with roles given by name or id.
func (s *Server) AddMember(name string, roles ...string) (*Person, error) {
	s.mu.Lock()
	if s.world.findUser(name) != nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("playground: somebody here is called %q already", name)
	}
	var have []string
	for _, ref := range roles {
		r := s.world.findRole(ref)
		if r == nil {
			s.mu.Unlock()
			return nil, fmt.Errorf("playground: there is no role %q", ref)
		}
		have = append(have, r.id)
	}
	u := &user{id: s.ids.next(), name: name, global: name}
	m := s.world.addMember(u, have...)
	data := m.json(true)
	data["guild_id"] = s.world.guildID
	s.dispatch(event{name: "GUILD_MEMBER_ADD", intents: intentMembers, data: data})
	s.toPage("state", obj{"connected": s.gw.connected()}, everybody)
	s.notify()
	s.mu.Unlock()
	return s.As(u.id), nil
}

// RemoveMember makes somebody leave; their messages stay.
func (s *Server) RemoveMember(who string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.world.findUser(who)
	if u == nil || u.bot || s.world.members[u.id] == nil {
		return fmt.Errorf("playground: no member is called %q", who)
	}
	delete(s.world.members, u.id)
	s.dispatch(event{name: "GUILD_MEMBER_REMOVE", intents: intentMembers, data: obj{"guild_id": s.world.guildID, "user": u.json()}})
	s.toPage("state", obj{"connected": s.gw.connected()}, everybody)
	s.notify()
	return nil
}

// GiveRoles sets the roles of a member, by name or id.
func (s *Server) GiveRoles(who string, roles ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.world.findUser(who)
	if u == nil || s.world.members[u.id] == nil {
		return fmt.Errorf("playground: no member is called %q", who)
	}
	var have []string
	for _, ref := range roles {
		r := s.world.findRole(ref)
		if r == nil {
			return fmt.Errorf("playground: there is no role %q", ref)
		}
		have = append(have, r.id)
	}
	m := s.world.members[u.id]
	m.roles = have
	data := m.json(true)
	data["guild_id"] = s.world.guildID
	if u.bot {
		s.dispatch(event{name: "GUILD_MEMBER_UPDATE", intents: intentGuilds, data: data})
	} else {
		s.dispatch(event{name: "GUILD_MEMBER_UPDATE", intents: intentMembers, data: data})
	}
	s.notify()
	return nil
}

// AddChannel adds a text channel (kind 0) or a forum (kind 15) and returns its id.
func (s *Server) AddChannel(name string, kind int) (string, error) {
	if kind != kindText && kind != kindForum {
		return "", fmt.Errorf("playground: channels are of type %d or %d", kindText, kindForum)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.addChannel(&channel{id: s.ids.next(), name: name, kind: kind})
	s.channelEvent("CHANNEL_CREATE", c)
	return c.id, nil
}

// RemoveChannel deletes a channel or thread, by name or id, with its threads.
func (s *Server) RemoveChannel(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.findChannel(name)
	if c == nil {
		return fmt.Errorf("playground: there is no channel %q", name)
	}
	s.drop(c)
	return nil
}

// SetForum sets the tags of a forum and whether a post needs one. A name that
// ends in "!" makes a tag only moderators may put on.
func (s *Server) SetForum(name string, requireTag bool, tags ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.findChannel(name)
	if c == nil || c.kind != kindForum {
		return fmt.Errorf("playground: there is no forum %q", name)
	}
	next := []tag{}
	for _, t := range tags {
		moderated := len(t) > 1 && t[len(t)-1] == '!'
		if moderated {
			t = t[:len(t)-1]
		}
		if old := c.tag(t); old != nil {
			next = append(next, tag{id: old.id, name: t, moderated: moderated})
			continue
		}
		next = append(next, tag{id: s.ids.next(), name: t, moderated: moderated})
	}
	c.tags, c.requireTag = next, requireTag
	s.channelEvent("CHANNEL_UPDATE", c)
	return nil
}

// DeleteMessage deletes any message, as a moderator who is not the bot would.
func (s *Server) DeleteMessage(channel, messageID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.world.findChannel(channel)
	if c == nil || c.byID[messageID] == nil {
		return fmt.Errorf("playground: there is no message %q in %q", messageID, channel)
	}
	s.remove(c, c.byID[messageID])
	return nil
}

// SetLanguage sets the guild's preferred locale, which interactions carry as
// guild_locale.
func (s *Server) SetLanguage(locale string) error {
	if !knownLocale(locale) {
		return fmt.Errorf("playground: Discord has no locale %q", locale)
	}
	s.do(func() { s.world.locale = locale })
	return nil
}

// Commands lists the commands the bot has registered, as JSON objects, the
// guild's own first.
func (s *Server) Commands() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, c := range s.commands.all(s.world.guildID) {
		out = append(out, cloneObj(c))
	}
	return out
}
