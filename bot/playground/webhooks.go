package playground

// maxUserFollowUps is how often an interaction may be followed up where the bot
// is not.
const maxUserFollowUps = 5

// followUp is POST /webhooks/{app}/{token}. The first one after a deferral
// fills the placeholder.
func (s *Server) followUp(r *request) (int, any, error) {
	it, err := s.live(r.PathValue("app"), r.PathValue("token"))
	if err != nil {
		return 0, nil, err
	}
	if it.pending {
		body := shallow(r.body)
		m, err := s.fill(it, it.original, change{body: body, files: r.files, it: it})
		if err != nil {
			return 0, nil, err
		}
		return 200, m.json(seedBot), nil
	}
	if _, byUser := it.installed["1"]; byUser {
		if it.followUps++; it.followUps > maxUserFollowUps {
			return 0, nil, refuse(codeMaxFollowUps)
		}
	}
	d := draft{body: r.body, files: r.files, it: it, kind: typeDefault}
	if to := it.original; to != nil && !to.dead {
		d.replyTo, d.kind = to, typeReply
	}
	m, err := s.respond(it, d)
	if err != nil {
		return 0, nil, err
	}
	if it.original == nil {
		it.original = m
	}
	return 200, m.json(seedBot), nil
}

// fill edits a message through the interaction's token.
func (s *Server) fill(it *interaction, m *message, ch change) (*message, error) {
	c := s.world.channels[m.channelID]
	if c == nil || m.dead {
		return nil, refuse(codeUnknownMessage)
	}
	if err := s.edit(c, m, ch); err != nil {
		return nil, err
	}
	if m == it.original {
		it.pending = false
	}
	return m, nil
}

// webhookTarget finds the message an interaction's token may touch: @original,
// or one that the same interaction made.
func (s *Server) webhookTarget(r *request) (*interaction, *message, error) {
	it, err := s.live(r.PathValue("app"), r.PathValue("token"))
	if err != nil {
		return nil, nil, err
	}
	id := r.PathValue("message")
	m := it.original
	if id != "@original" {
		m = s.world.channels[it.channelID].byID[id]
		if m != nil && m.made != it && m != it.original {
			m = nil
		}
	}
	if m == nil || m.dead {
		return nil, nil, refuse(codeUnknownMessage)
	}
	return it, m, nil
}

func (s *Server) webhookGet(r *request) (int, any, error) {
	_, m, err := s.webhookTarget(r)
	if err != nil {
		return 0, nil, err
	}
	return 200, m.json(seedBot), nil
}

func (s *Server) webhookEdit(r *request) (int, any, error) {
	it, m, err := s.webhookTarget(r)
	if err != nil {
		return 0, nil, err
	}
	if m, err = s.fill(it, m, change{body: r.body, files: r.files, it: it}); err != nil {
		return 0, nil, err
	}
	return 200, m.json(seedBot), nil
}

func (s *Server) webhookDelete(r *request) (int, any, error) {
	it, m, err := s.webhookTarget(r)
	if err != nil {
		return 0, nil, err
	}
	c := s.world.channels[m.channelID]
	if c.isThread() && c.archived {
		return 0, nil, refuse(codeArchived)
	}
	if m == it.original {
		it.pending = false
	}
	s.remove(c, m)
	return 204, nil, nil
}
