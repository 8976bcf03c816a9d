package playground

import "time"

// change is an edit on its way to a message.
type change struct {
	body  obj
	files []upload
	it    *interaction // set when the edit comes through an interaction's token
}

// edit applies a change: fields that are absent stay, null empties them.
func (s *Server) edit(c *channel, m *message, ch change) error {
	if c.isThread() && c.archived {
		return refuse(codeArchived)
	}
	if err := sizes(ch.files); err != nil {
		return err
	}
	var f form
	plan := planAttachments(&f, ch.body, ch.files, list(m.body, "attachments"))
	v2 := m.is(flagV2) || number(ch.body, "flags")&flagV2 != 0
	checkBody(&f, ch.body, v2, plan.names())
	merged := merge(m.body, ch.body)
	if f.tree == nil {
		checkLegacy(&f, merged, v2)
	}
	if f.tree == nil {
		s.checkMerged(&f, m, ch, merged, v2, plan)
	}
	if err := f.err(); err != nil {
		return err
	}
	if empty(merged, len(plan.keep)+len(plan.add)) {
		return refuse(codeEmptyMessage)
	}
	if err := s.needForEdit(c, m, ch); err != nil {
		return err
	}
	s.applyEdit(c, m, ch, merged, v2, plan)
	s.messageEvent("MESSAGE_UPDATE", m)
	return nil
}

// checkMerged looks at what stays when the kind of message changes: rows sent
// earlier must still be allowed.
func (s *Server) checkMerged(f *form, m *message, ch change, merged obj, v2 bool, plan attachments) {
	if v2 == m.is(flagV2) || has(ch.body, "components") {
		return
	}
	newComponentCheck(f, v2, plan.names()).top(list(merged, "components"))
}

func (s *Server) needForEdit(c *channel, m *message, ch change) error {
	if ch.it != nil {
		return nil
	}
	var bits uint64
	if len(list(ch.body, "embeds")) > 0 {
		bits |= PermissionEmbedLinks
	}
	if len(ch.files) > 0 {
		bits |= PermissionAttachFiles
	}
	return s.world.need(m.authorID, c, bits)
}

// merge is the message's parts after the change.
func merge(old, change obj) obj {
	out := obj{}
	for _, k := range []string{"content", "embeds", "components", "poll", "sticker_ids"} {
		out[k] = old[k]
		if v, given := change[k]; given {
			out[k] = v
		}
	}
	return out
}

func (s *Server) applyEdit(c *channel, m *message, ch change, merged obj, v2 bool, plan attachments) {
	wasLoading := m.is(flagLoading)
	for k, v := range ch.body {
		if !handled[k] {
			m.body[k] = cloneAny(v)
		}
	}
	s.dropUnkept(m, plan)
	atts := append(append([]any{}, plan.keep...), s.storeFiles(plan, m)...)
	s.setParts(m, merged, atts)
	m.setFlag(flagLoading, false)
	if has(ch.body, "flags") {
		m.setFlag(flagSuppressEmbeds, number(ch.body, "flags")&flagSuppressEmbeds != 0)
	}
	m.setFlag(flagV2, v2)
	if !wasLoading {
		m.body["edited_timestamp"] = stamp(time.Now())
	}
	found := s.world.mentionsIn(textOf(m.body), m.authorID, c, rules(ch.body, m.made != nil), "")
	s.setMentions(m, found)
	if wasLoading {
		// Filling the placeholder is the first time anybody can be notified.
		s.recordPing(m, found)
	}
}

// dropUnkept forgets the files that an edit left out.
func (s *Server) dropUnkept(m *message, plan attachments) {
	for _, v := range list(m.body, "attachments") {
		a := v.(obj)
		if findByID(plan.keep, str(a, "id")) == nil {
			s.dropFile(a)
		}
	}
}
