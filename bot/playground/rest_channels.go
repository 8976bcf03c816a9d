package playground

import (
	"time"
)

// channelRoutes adds what concerns one channel.
func (s *Server) channelRoutes(add func(string, endpoint)) {
	add("GET /channels/{channel}", s.getChannel)
	add("PATCH /channels/{channel}", s.patchChannel)
	add("DELETE /channels/{channel}", s.deleteChannel)
	add("POST /channels/{channel}/typing", s.typing)
}

// inChannel finds the channel of a call and checks the bot's rights there.
func (s *Server) inChannel(r *request, need uint64) (*channel, error) {
	c := s.world.channels[r.PathValue("channel")]
	if c == nil {
		return nil, refuse(codeUnknownChannel)
	}
	return c, s.world.need(seedBot, c, need)
}

func (s *Server) getChannel(r *request) (int, any, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return 0, nil, err
	}
	return 200, s.world.channelJSON(c), nil
}

func (s *Server) typing(r *request) (int, any, error) {
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
	return 204, nil, nil
}

func (s *Server) patchChannel(r *request) (int, any, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return 0, nil, err
	}
	if c.kind == kindDM {
		return 0, nil, refuse(codeBadType)
	}
	if c.isThread() {
		err = s.patchThread(c, seedBot, r.body)
	} else {
		err = s.patchPlain(c, r.body)
	}
	if err != nil {
		return 0, nil, err
	}
	return 200, s.world.channelJSON(c), nil
}

// patchPlain changes the name and topic of a channel that is no thread.
func (s *Server) patchPlain(c *channel, body obj) error {
	if err := s.world.need(seedBot, c, PermissionManageChannels); err != nil {
		return err
	}
	var f form
	if has(body, "name") {
		f.size(body, "name", "name", 1, 100)
	}
	f.size(body, "topic", "topic", 0, 1024)
	if err := f.err(); err != nil {
		return err
	}
	if has(body, "name") {
		c.name = str(body, "name")
	}
	if has(body, "topic") {
		c.topic = str(body, "topic")
	}
	s.channelEvent("CHANNEL_UPDATE", c)
	return nil
}

// archiveMinutes are the durations a thread may have.
var archiveMinutes = []int{60, 1440, 4320, 10080}

// threadRights checks who may change what of a thread: its owner the name, the
// tags and whether it is archived; everything else needs MANAGE_THREADS.
func (s *Server) threadRights(c *channel, userID string, body obj) error {
	if s.world.may(userID, c, PermissionManageThreads) {
		return nil
	}
	if c.ownerID != userID || c.locked {
		return refuse(codeMissingPermissions)
	}
	for k := range body {
		switch k {
		case "name", "applied_tags", "archived", "auto_archive_duration":
		case "locked":
			if boolean(body, "locked") != c.locked {
				return refuse(codeMissingPermissions)
			}
		default:
			return refuse(codeMissingPermissions)
		}
	}
	return nil
}

// patchThread changes a thread for somebody.
func (s *Server) patchThread(c *channel, userID string, body obj) error {
	if err := s.threadRights(c, userID, body); err != nil {
		return err
	}
	var f form
	if has(body, "name") {
		f.size(body, "name", "name", 1, 100)
	}
	checkArchive(&f, body)
	f.within(body, "rate_limit_per_user", "rate_limit_per_user", 0, 21600)
	if err := f.err(); err != nil {
		return err
	}
	if stays, given := body["archived"].(bool); c.archived && (!given || stays) && len(body) > 0 {
		return refuse(codeArchived)
	}
	if tags, given := body["applied_tags"].([]any); given {
		if err := s.setTags(c, userID, strList(tags)); err != nil {
			return err
		}
	}
	if has(body, "name") {
		c.name = str(body, "name")
	}
	if n := number(body, "auto_archive_duration"); n != 0 {
		c.autoArchive = int(n)
	}
	if has(body, "rate_limit_per_user") {
		c.slowmode = int(number(body, "rate_limit_per_user"))
	}
	if has(body, "flags") {
		c.pinned = number(body, "flags")&2 != 0
	}
	if has(body, "locked") {
		c.locked = boolean(body, "locked")
	}
	if v, given := body["archived"].(bool); given && v != c.archived {
		c.archived, c.archiveChanged = v, time.Now()
	}
	s.channelEvent("THREAD_UPDATE", c)
	return nil
}

func checkArchive(f *form, body obj) {
	if n, ok := asInt(body["auto_archive_duration"]); has(body, "auto_archive_duration") && (!ok || !contains(archiveMinutes, int(n))) {
		f.add("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
	}
}

// maxTags is how many tags a post may carry.
const maxTags = 5

// setTags checks tags against the forum and puts them on a post.
func (s *Server) setTags(c *channel, userID string, tags []string) error {
	parent := s.world.channels[c.parentID]
	if parent == nil || parent.kind != kindForum {
		return refuse(codeBadType)
	}
	if err := s.checkTags(parent, userID, tags, c.applied); err != nil {
		return err
	}
	c.applied = tags
	return nil
}

func (s *Server) checkTags(forum *channel, userID string, tags, before []string) error {
	if len(tags) > maxTags {
		return formErr("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxTags)
	}
	if len(tags) == 0 && forum.requireTag {
		if !s.world.may(userID, forum, PermissionManageThreads) && forum.onlyModerated() {
			return refuse(codeMaxTags)
		}
		return refuse(codeTagRequired)
	}
	had := map[string]bool{}
	for _, id := range before {
		had[id] = true
	}
	for _, id := range tags {
		t := forum.tag(id)
		if t == nil {
			return refuse(codeUnknownTag)
		}
		if t.moderated && !had[id] && !s.world.may(userID, forum, PermissionManageThreads) {
			return refuse(codeMissingPermissions)
		}
	}
	return nil
}

// onlyModerated reports whether a forum has no tag that everybody may put on.
func (c *channel) onlyModerated() bool {
	for _, t := range c.tags {
		if !t.moderated {
			return false
		}
	}
	return true
}

func (c *channel) tag(ref string) *tag {
	for i := range c.tags {
		if c.tags[i].id == ref || c.tags[i].name == ref {
			return &c.tags[i]
		}
	}
	return nil
}

func (s *Server) deleteChannel(r *request) (int, any, error) {
	c, err := s.inChannel(r, 0)
	if err != nil {
		return 0, nil, err
	}
	bit := PermissionManageChannels
	if c.isThread() {
		bit = PermissionManageThreads
	}
	if err := s.world.need(seedBot, c, bit); err != nil {
		return 0, nil, err
	}
	body := s.world.channelJSON(c)
	s.drop(c)
	return 200, body, nil
}

// drop deletes a channel with its threads and files.
func (s *Server) drop(c *channel) {
	for _, gone := range s.world.dropChannel(c.id) {
		for _, m := range gone.msgs {
			s.dropFiles(m)
			m.dead = true
		}
		name := "CHANNEL_DELETE"
		if gone.isThread() {
			name = "THREAD_DELETE"
		}
		s.channelEvent(name, gone)
	}
}
