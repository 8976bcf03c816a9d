package playground

import (
	"sort"
	"strings"
)

// guildRoutes adds what concerns the application, users and the guild.
func (s *Server) guildRoutes(add func(string, endpoint)) {
	add("GET /users/@me", func(*request) (int, any, error) { return 200, s.bot().json(), nil })
	add("GET /users/{user}", s.getUser)
	add("GET /users/@me/guilds", s.getGuilds)
	add("POST /users/@me/channels", s.openDM)
	add("GET /applications/@me", s.getApplication)
	add("GET /oauth2/applications/@me", s.getApplication)
	add("GET /guilds/{guild}", s.inGuild(func(*request) (int, any, error) { return 200, s.world.guildJSON(), nil }))
	add("GET /guilds/{guild}/channels", s.inGuild(s.getChannels))
	add("GET /guilds/{guild}/roles", s.inGuild(func(*request) (int, any, error) { return 200, s.world.roleList(), nil }))
	add("GET /guilds/{guild}/members", s.inGuild(s.getMembers))
	add("GET /guilds/{guild}/members/search", s.inGuild(s.searchMembers))
	add("GET /guilds/{guild}/members/{user}", s.inGuild(s.getMember))
	add("GET /guilds/{guild}/threads/active", s.inGuild(s.activeThreads))
}

// inGuild answers for the one guild and refuses any other.
func (s *Server) inGuild(h endpoint) endpoint {
	return func(r *request) (int, any, error) {
		if r.PathValue("guild") != s.world.guildID || !s.world.inside() {
			return 0, nil, refuse(codeUnknownGuild)
		}
		return h(r)
	}
}

func (s *Server) getUser(r *request) (int, any, error) {
	u := s.world.users[r.PathValue("user")]
	if u == nil {
		return 0, nil, refuse(codeUnknownUser)
	}
	return 200, u.json(), nil
}

func (s *Server) getGuilds(*request) (int, any, error) {
	w := s.world
	if !w.inside() {
		return 200, []any{}, nil
	}
	return 200, []any{obj{"id": w.guildID, "name": w.guildName, "icon": nil, "owner": false,
		"permissions": bits(w.base(w.members[seedBot])), "features": []any{"COMMUNITY"}}}, nil
}

func (s *Server) getApplication(*request) (int, any, error) {
	var endpoint any
	if s.out.url != "" {
		endpoint = s.out.url
	}
	return 200, obj{"id": seedBot, "name": s.bot().name, "icon": nil, "description": "", "bot_public": true,
		"bot_require_code_grant": false, "verify_key": s.PublicKey(), "flags": s.appFlags(), "bot": s.bot().json(),
		"owner": s.world.users[s.world.ownerID].json(), "team": nil, "interactions_endpoint_url": endpoint,
		"approximate_guild_count": 1}, nil
}

// openDM is how a bot writes to a person first.
func (s *Server) openDM(r *request) (int, any, error) {
	u := s.world.users[snowflake(r.body["recipient_id"])]
	if u == nil {
		return 0, nil, formErr("recipient_id", "USER_INVALID", "Unknown user")
	}
	if u.bot {
		return 0, nil, refuse(codeCannotDM)
	}
	c, _ := s.world.dm(&s.ids, seedBot, u.id)
	s.notify()
	return 200, s.world.channelJSON(c), nil
}

func (s *Server) getChannels(*request) (int, any, error) {
	channels := []any{}
	for _, id := range s.world.channelOrder {
		if c := s.world.channels[id]; c.kind != kindDM && !c.isThread() {
			channels = append(channels, s.world.channelJSON(c))
		}
	}
	return 200, channels, nil
}

// getMembers needs the GUILD_MEMBERS intent switched on.
func (s *Server) getMembers(r *request) (int, any, error) {
	if !s.opts.GuildMembers {
		return 0, nil, refuse(codeMissingAccess)
	}
	return 200, s.world.memberList(seedBot, true), nil
}

func (s *Server) searchMembers(r *request) (int, any, error) {
	q := strings.ToLower(r.URL.Query().Get("query"))
	var found []string
	for id, m := range s.world.members {
		if q != "" && (strings.HasPrefix(strings.ToLower(m.user.name), q) || strings.HasPrefix(strings.ToLower(m.user.global), q)) {
			found = append(found, id)
		}
	}
	sort.Strings(found)
	out := []any{}
	for _, id := range found {
		out = append(out, s.world.members[id].json(true))
	}
	return 200, out, nil
}

func (s *Server) getMember(r *request) (int, any, error) {
	m := s.world.members[r.PathValue("user")]
	if m == nil {
		return 0, nil, refuse(codeUnknownMember)
	}
	return 200, m.json(true), nil
}

func (s *Server) activeThreads(*request) (int, any, error) {
	_, threads := s.world.channelLists(seedBot)
	return 200, obj{"threads": threads, "members": []any{}}, nil
}
