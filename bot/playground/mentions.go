package playground

import (
	"regexp"
	"sort"
)

var (
	codeSpans    = regexp.MustCompile("(?s)```.*?```|``.+?``|`[^`]+`")
	userMention  = regexp.MustCompile(`<@!?(\d{1,20})>`)
	roleMention  = regexp.MustCompile(`<@&(\d{1,20})>`)
	everyoneHere = regexp.MustCompile(`@(everyone|here)`)
)

// Ping is one notification that a message of the bot caused.
type Ping struct {
	// MessageID and ChannelID say where.
	MessageID, ChannelID string
	// Users are the ids of the people notified, a replied-to author included.
	Users []string
	// Roles are the ids of the roles notified.
	Roles []string
	// Everyone is set for @everyone and @here.
	Everyone bool
}

// keepPings bounds the record of pings.
const keepPings = 1000

// Pings lists the messages of the bot that notified somebody, oldest first.
// Mentions that allowed_mentions or a missing permission kept silent are not
// among them.
func (s *Server) Pings() []Ping {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Ping(nil), s.pings...)
}

// mentions is who a message notifies.
type mentions struct {
	users, roles []string
	everyone     bool
}

func (m mentions) none() bool { return len(m.users) == 0 && len(m.roles) == 0 && !m.everyone }

// mentionRules is allowed_mentions after defaults.
type mentionRules struct {
	users, roles, everyone, replied bool
	userIDs, roleIDs                map[string]bool
}

// rules reads allowed_mentions. Without it an ordinary message notifies all it
// names and an answer to an interaction only users. An explicit "parse": null
// counts as absent, which is what makes a forgotten list dangerous.
func rules(body obj, interaction bool) mentionRules {
	am := object(body, "allowed_mentions")
	parse, given := am["parse"]
	if am == nil || given && parse == nil && len(list(am, "users")) == 0 && len(list(am, "roles")) == 0 {
		replied := am == nil || boolean(am, "replied_user")
		return mentionRules{users: true, roles: !interaction, everyone: !interaction, replied: replied}
	}
	r := mentionRules{userIDs: map[string]bool{}, roleIDs: map[string]bool{}, replied: boolean(am, "replied_user")}
	for _, p := range list(am, "parse") {
		switch p {
		case "users":
			r.users = true
		case "roles":
			r.roles = true
		case "everyone":
			r.everyone = true
		}
	}
	for _, id := range strList(list(am, "users")) {
		r.userIDs[id] = true
	}
	for _, id := range strList(list(am, "roles")) {
		r.roleIDs[id] = true
	}
	return r
}

// mentionsIn works out whom a text notifies. Text in code is not looked at.
func (w *world) mentionsIn(text, authorID string, c *channel, r mentionRules, repliedTo string) mentions {
	text = codeSpans.ReplaceAllString(text, " ")
	var out mentions
	seen := map[string]bool{}
	for _, m := range userMention.FindAllStringSubmatch(text, -1) {
		id := m[1]
		if w.users[id] != nil && !seen[id] && (r.users || r.userIDs[id]) {
			seen[id] = true
			out.users = append(out.users, id)
		}
	}
	if repliedTo != "" && r.replied && !seen[repliedTo] && repliedTo != authorID {
		out.users = append(out.users, repliedTo)
	}
	sort.Strings(out.users)
	if c.kind == kindDM || !w.may(authorID, c, PermissionMentionEveryone) {
		return out
	}
	for _, m := range roleMention.FindAllStringSubmatch(text, -1) {
		id := m[1]
		if w.roles[id] != nil && id != w.guildID && !seen[id] && (r.roles || r.roleIDs[id]) {
			seen[id] = true
			out.roles = append(out.roles, id)
		}
	}
	sort.Strings(out.roles)
	out.everyone = r.everyone && everyoneHere.MatchString(text)
	return out
}

// setMentions writes the result into a message.
func (s *Server) setMentions(m *message, found mentions) {
	users := []any{}
	for _, id := range found.users {
		users = append(users, s.world.users[id].json())
	}
	m.body["mentions"] = users
	m.body["mention_roles"] = anyList(found.roles)
	m.body["mention_everyone"] = found.everyone
}

// recordPing notes that the bot notified somebody.
func (s *Server) recordPing(m *message, found mentions) {
	if m.authorID != seedBot || found.none() || m.is(flagSilent) {
		return
	}
	s.pings = append(s.pings, Ping{MessageID: m.id, ChannelID: m.channelID,
		Users: found.users, Roles: found.roles, Everyone: found.everyone})
	if len(s.pings) > keepPings {
		s.pings = s.pings[len(s.pings)-keepPings:]
	}
}
