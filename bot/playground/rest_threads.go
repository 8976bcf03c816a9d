package playground

import "time"

// threadRoutes adds what concerns threads.
func (s *Server) threadRoutes(add func(string, endpoint)) {
	add("POST /channels/{channel}/messages/{message}/threads", s.threadFromMessage)
	add("POST /channels/{channel}/threads", s.startThread)
	add("GET /channels/{channel}/threads/archived/public", s.archivedThreads)
	add("GET /channels/{channel}/thread-members", s.threadMembers)
	add("PUT /channels/{channel}/thread-members/@me", s.joinThread)
	add("DELETE /channels/{channel}/thread-members/@me", s.leaveThread)
	add("PUT /channels/{channel}/thread-members/{user}", s.addToThread)
}

// newThread opens a thread in parent. An empty id takes a new one.
func (s *Server) newThread(parent *channel, id, ownerID string, kind int, body obj) (*channel, error) {
	var f form
	f.size(body, "name", "name", 1, 100)
	checkArchive(&f, body)
	f.within(body, "rate_limit_per_user", "rate_limit_per_user", 0, 21600)
	if err := f.err(); err != nil {
		return nil, err
	}
	if s.threadCount() >= keepThreads {
		return nil, refuse(codeThreadLimit)
	}
	if id == "" {
		id = s.ids.next()
	}
	now := time.Now()
	t := thread{ownerID: ownerID, created: now, archiveChanged: now, autoArchive: 4320, members: map[string]bool{ownerID: true},
		slowmode: int(number(body, "rate_limit_per_user"))}
	if n := number(body, "auto_archive_duration"); n != 0 {
		t.autoArchive = int(n)
	}
	c := s.world.addChannel(&channel{id: id, name: str(body, "name"), kind: kind, parentID: parent.id, thread: t})
	return c, nil
}

// threadCount makes room by dropping the oldest archived thread once the cap is
// reached, and counts what is left.
func (s *Server) threadCount() int {
	n := 0
	var oldest *channel
	for _, id := range s.world.channelOrder {
		c := s.world.channels[id]
		if !c.isThread() {
			continue
		}
		n++
		if c.archived && oldest == nil {
			oldest = c
		}
	}
	if n >= keepThreads && oldest != nil {
		s.drop(oldest)
		n--
	}
	return n
}

func (s *Server) threadFromMessage(r *request) (int, any, error) {
	c, m, err := s.inMessage(r, PermissionCreatePublicThreads)
	if err != nil {
		return 0, nil, err
	}
	t, err := s.branch(c, m, seedBot, r.body)
	if err != nil {
		return 0, nil, err
	}
	return 201, s.world.channelJSON(t), nil
}

// branch opens a thread on a message; the thread takes the message's id.
func (s *Server) branch(c *channel, m *message, ownerID string, body obj) (*channel, error) {
	if c.kind != kindText {
		return nil, refuse(codeBadType)
	}
	if m.is(flagHasThread) {
		return nil, refuse(codeHasThread)
	}
	t, err := s.newThread(c, m.id, ownerID, kindPublicThread, body)
	if err != nil {
		return nil, err
	}
	m.setFlag(flagHasThread, true)
	m.body["thread"] = s.world.channelJSON(t)
	s.channelEvent("THREAD_CREATE", t)
	starter := &message{id: s.ids.next(), channelID: t.id, authorID: ownerID}
	starter.body = s.system(starter, typeThreadStarter, "")
	starter.body["message_reference"] = obj{"type": 0, "guild_id": s.world.guildID, "channel_id": c.id, "message_id": m.id}
	starter.body["referenced_message"] = quoted(m)
	s.keep(t, starter)
	s.messageEvent("MESSAGE_CREATE", starter)
	s.messageEvent("MESSAGE_UPDATE", m)
	return t, nil
}

// system is a message that Discord itself writes in somebody's name.
func (s *Server) system(m *message, kind int64, content string) obj {
	return obj{"id": m.id, "channel_id": m.channelID, "author": s.world.users[m.authorID].json(), "content": content,
		"type": kind, "timestamp": stamp(time.Now()), "edited_timestamp": nil, "tts": false, "pinned": false,
		"flags": int64(0), "mentions": []any{}, "mention_roles": []any{}, "mention_everyone": false,
		"attachments": []any{}, "embeds": []any{}, "components": []any{}}
}

// startThread opens a post in a forum or a thread without a message.
func (s *Server) startThread(r *request) (int, any, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return 0, nil, err
	}
	if c.kind == kindForum {
		t, m, err := s.post(c, s.bot(), r.body, r.files)
		if err != nil {
			return 0, nil, err
		}
		out := s.world.channelJSON(t)
		out["message"] = m.json(seedBot)
		return 201, out, nil
	}
	t, err := s.standalone(c, seedBot, r.body)
	if err != nil {
		return 0, nil, err
	}
	return 201, s.world.channelJSON(t), nil
}

func (s *Server) standalone(c *channel, ownerID string, body obj) (*channel, error) {
	if c.kind != kindText {
		return nil, refuse(codeBadType)
	}
	kind, bit := kindPrivateThread, PermissionCreatePrivateThreads
	if number(body, "type") == kindPublicThread {
		kind, bit = kindPublicThread, PermissionCreatePublicThreads
	}
	if err := s.world.need(ownerID, c, bit); err != nil {
		return nil, err
	}
	t, err := s.newThread(c, "", ownerID, kind, body)
	if err != nil {
		return nil, err
	}
	s.channelEvent("THREAD_CREATE", t)
	if kind == kindPublicThread {
		note := &message{id: s.ids.next(), channelID: c.id, authorID: ownerID}
		note.body = s.system(note, typeThreadCreated, t.name)
		note.body["message_reference"] = obj{"type": 0, "guild_id": s.world.guildID, "channel_id": t.id}
		s.keep(c, note)
		s.messageEvent("MESSAGE_CREATE", note)
	}
	return t, nil
}

// post opens a forum post: a thread and its first message, which has its id.
func (s *Server) post(forum *channel, author *user, body obj, ups []upload) (*channel, *message, error) {
	if err := s.world.need(author.id, forum, PermissionSendMessages); err != nil {
		return nil, nil, err
	}
	first := object(body, "message")
	if first == nil {
		return nil, nil, formErr("message", "BASE_TYPE_REQUIRED", "This field is required")
	}
	tags := strList(list(body, "applied_tags"))
	if err := s.checkTags(forum, author.id, tags, nil); err != nil {
		return nil, nil, err
	}
	if err := s.dryPost(forum, author, first, ups); err != nil {
		return nil, nil, err
	}
	t, err := s.newThread(forum, "", author.id, kindPublicThread, body)
	if err != nil {
		return nil, nil, err
	}
	t.applied = tags
	s.channelEvent("THREAD_CREATE", t)
	m, err := s.create(draft{author: author, channel: t, body: first, files: ups, starter: true})
	if err != nil {
		s.drop(t)
		return nil, nil, err
	}
	return t, m, nil
}

// dryPost checks the first message before the thread exists, so that a refused
// post leaves nothing behind.
func (s *Server) dryPost(forum *channel, author *user, body obj, ups []upload) error {
	var f, nested form
	plan := planAttachments(&f, body, ups, nil)
	checkBody(&f, body, number(body, "flags")&flagV2 != 0, plan.names())
	if f.tree != nil {
		nested.tree = obj{"message": f.tree}
		return nested.err()
	}
	if empty(body, len(plan.add)) {
		return refuse(codeEmptyMessage)
	}
	if err := sizes(ups); err != nil {
		return err
	}
	return s.needForContent(draft{author: author, channel: forum, body: body, files: ups})
}

func (s *Server) archivedThreads(r *request) (int, any, error) {
	c, err := s.inChannel(r, PermissionReadMessageHistory)
	if err != nil {
		return 0, nil, err
	}
	out := []any{}
	for i := len(s.world.channelOrder) - 1; i >= 0; i-- {
		t := s.world.channels[s.world.channelOrder[i]]
		if t.parentID == c.id && t.kind == kindPublicThread && t.archived {
			out = append(out, s.world.channelJSON(t))
		}
	}
	return 200, obj{"threads": out, "members": []any{}, "has_more": false}, nil
}

func (s *Server) inThread(r *request) (*channel, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return nil, err
	}
	if !c.isThread() {
		return nil, refuse(codeBadType)
	}
	return c, nil
}

func (s *Server) threadMembers(r *request) (int, any, error) {
	c, err := s.inThread(r)
	if err != nil {
		return 0, nil, err
	}
	out := []any{}
	for _, id := range append(append([]string{}, s.world.people...), seedBot) {
		if c.members[id] {
			out = append(out, obj{"id": c.id, "user_id": id, "join_timestamp": stamp(c.created), "flags": 0})
		}
	}
	return 200, out, nil
}

func (s *Server) joinThread(r *request) (int, any, error) { return s.setMember(r, seedBot, true) }

func (s *Server) leaveThread(r *request) (int, any, error) { return s.setMember(r, seedBot, false) }

func (s *Server) addToThread(r *request) (int, any, error) {
	if s.world.members[r.PathValue("user")] == nil {
		return 0, nil, refuse(codeUnknownMember)
	}
	return s.setMember(r, r.PathValue("user"), true)
}

func (s *Server) setMember(r *request, userID string, in bool) (int, any, error) {
	c, err := s.inThread(r)
	if err != nil {
		return 0, nil, err
	}
	if c.archived {
		return 0, nil, refuse(codeArchived)
	}
	if in {
		c.members[userID] = true
	} else {
		delete(c.members, userID)
	}
	s.channelEvent("THREAD_UPDATE", c)
	return 204, nil, nil
}
