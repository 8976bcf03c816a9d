package playground

import (
	"fmt"
	"strings"
	"time"
)

// draft is a message on its way into a channel.
type draft struct {
	author  *user
	channel *channel
	body    obj // as it was sent
	files   []upload
	kind    int64
	only    string       // makes it ephemeral, for this person
	it      *interaction // the interaction it answers
	replyTo *message     // set by Discord itself for follow-ups
	loading bool         // a deferral's placeholder
	starter bool         // the first message of a forum post
}

// nonce remembers which message a nonce led to.
type nonce struct {
	messageID string
	at        time.Time
}

const (
	nonceLife = 5 * time.Minute // Discord says "a few minutes"
	keepNonce = 1000
)

// settable is the flags a sender may set.
const settable = flagSuppressEmbeds | flagSilent | flagV2

// handled are the fields of a request that do not go into the message as they
// are; every other field does.
var handled = map[string]bool{"content": true, "embeds": true, "components": true, "allowed_mentions": true,
	"attachments": true, "message_reference": true, "flags": true, "nonce": true, "enforce_nonce": true,
	"tts": true, "sticker_ids": true, "payload_json": true}

// create checks a draft, stores the message and tells everybody. The caller has
// checked the author's right to write in the channel.
func (s *Server) create(d draft) (*message, error) {
	c := d.channel
	if err := sizes(d.files); err != nil {
		return nil, err
	}
	var f form
	plan := planAttachments(&f, d.body, d.files, nil)
	checkBody(&f, d.body, number(d.body, "flags")&flagV2 != 0, plan.names())
	ref, err := s.reference(&f, d)
	if err != nil {
		return nil, err
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if !d.loading && empty(d.body, len(plan.add)) && !ref.forward {
		return nil, refuse(codeEmptyMessage)
	}
	if err := s.needForContent(d); err != nil {
		return nil, err
	}
	if old := s.repeated(d); old != nil {
		return old, nil
	}
	if err := s.wake(d.author, c); err != nil {
		return nil, err
	}
	m := s.build(d, plan, ref)
	s.keep(c, m)
	if c.isThread() && !d.starter && d.only == "" {
		c.sent++
	}
	s.remember(d, m)
	s.messageEvent("MESSAGE_CREATE", m)
	return m, nil
}

func sizes(ups []upload) error {
	for _, u := range ups {
		if len(u.data) > maxFileBytes {
			return refuse(codeTooLarge)
		}
	}
	return nil
}

// empty reports whether a body would show nothing.
func empty(body obj, files int) bool {
	if strings.TrimSpace(str(body, "content")) != "" || files > 0 || len(list(body, "components")) > 0 || has(body, "poll") {
		return false
	}
	for _, e := range list(body, "embeds") {
		if o, _ := e.(obj); embedShows(o) {
			return false
		}
	}
	return true
}

// needForContent checks the rights that embeds and files need. Answers to
// interactions need neither.
func (s *Server) needForContent(d draft) error {
	if d.it != nil {
		return nil
	}
	var bits uint64
	if len(list(d.body, "embeds")) > 0 {
		bits |= PermissionEmbedLinks
	}
	if len(d.files) > 0 {
		bits |= PermissionAttachFiles
	}
	return s.world.need(d.author.id, d.channel, bits)
}

// wake lets a message un-archive its thread, unless the thread is locked.
func (s *Server) wake(author *user, c *channel) error {
	if !c.isThread() {
		return nil
	}
	if c.locked && !s.world.may(author.id, c, PermissionManageThreads) {
		return refuse(codeLocked)
	}
	if c.archived {
		c.archived, c.archiveChanged = false, time.Now()
		s.channelEvent("THREAD_UPDATE", c)
	}
	return nil
}

// repeated finds the message an enforced nonce already made.
func (s *Server) repeated(d draft) *message {
	key := nonceKey(d)
	if key == "" || !boolean(d.body, "enforce_nonce") {
		return nil
	}
	n, ok := s.nonces[key]
	if !ok || time.Since(n.at) > nonceLife {
		return nil
	}
	return d.channel.byID[n.messageID]
}

func nonceKey(d draft) string {
	if !has(d.body, "nonce") {
		return ""
	}
	return fmt.Sprintf("%s/%s/%v", d.author.id, d.channel.id, d.body["nonce"])
}

func (s *Server) remember(d draft, m *message) {
	key := nonceKey(d)
	if key == "" {
		return
	}
	if len(s.nonces) >= keepNonce {
		for k, n := range s.nonces {
			if time.Since(n.at) > nonceLife || len(s.nonces) >= keepNonce {
				delete(s.nonces, k)
			}
		}
	}
	s.nonces[key] = nonce{messageID: m.id, at: time.Now()}
}

// build makes the message object.
func (s *Server) build(d draft, plan attachments, ref reference) *message {
	m := &message{id: s.ids.next(), channelID: d.channel.id, authorID: d.author.id, only: d.only, made: d.it}
	if d.starter {
		m.id = d.channel.id
	}
	b := obj{}
	for k, v := range d.body {
		if !handled[k] && v != nil {
			b[k] = cloneAny(v)
		}
	}
	b["id"], b["channel_id"], b["author"], b["type"] = m.id, m.channelID, d.author.json(), d.kind
	b["timestamp"], b["edited_timestamp"] = stamp(time.Now()), nil
	b["tts"], b["pinned"] = boolean(d.body, "tts"), false
	if has(d.body, "nonce") {
		b["nonce"] = d.body["nonce"]
	}
	flags := number(d.body, "flags") & settable
	if d.only != "" {
		flags |= flagEphemeral
	}
	if d.loading {
		flags = flags&flagEphemeral | flagLoading
	}
	b["flags"] = flags
	m.body = b
	s.setParts(m, d.body, s.storeFiles(plan, m))
	if d.it != nil {
		d.it.sign(b)
	}
	ref.apply(s, m)
	found := s.world.mentionsIn(textOf(b), d.author.id, d.channel, rules(d.body, d.it != nil), ref.pinged)
	s.setMentions(m, found)
	s.recordPing(m, found)
	return m
}

// setParts writes content, embeds, components and attachments into a message.
func (s *Server) setParts(m *message, from obj, atts []any) {
	embeds, _ := cloneAny(list(from, "embeds")).([]any)
	comps, _ := cloneAny(list(from, "components")).([]any)
	if embeds == nil {
		embeds = []any{}
	}
	if comps == nil {
		comps = []any{}
	}
	byName := map[string]obj{}
	for _, a := range atts {
		o := a.(obj)
		byName[str(o, "filename")] = o
	}
	for _, e := range embeds {
		o := e.(obj)
		if !has(o, "type") {
			o["type"] = "rich"
		}
		for _, k := range []string{"image", "thumbnail"} {
			link(object(o, k), byName)
		}
	}
	numberComponents(comps)
	walkComponents(comps, func(o obj) {
		link(object(o, "media"), byName)
		if a := link(object(o, "file"), byName); a != nil {
			o["name"], o["size"] = a["filename"], a["size"]
		}
		for _, it := range list(o, "items") {
			if i, ok := it.(obj); ok {
				link(object(i, "media"), byName)
			}
		}
	})
	m.body["content"] = strings.TrimSpace(str(from, "content"))
	m.body["embeds"], m.body["components"], m.body["attachments"] = embeds, comps, atts
}

// link turns an attachment:// reference into the attachment's address.
func link(media obj, byName map[string]obj) obj {
	name, ok := strings.CutPrefix(str(media, "url"), "attachment://")
	a := byName[name]
	if !ok || a == nil {
		return nil
	}
	media["url"], media["proxy_url"] = a["url"], a["proxy_url"]
	media["attachment_id"], media["content_type"] = a["id"], a["content_type"]
	return a
}

// keep stores a message and lets the oldest of the channel go.
func (s *Server) keep(c *channel, m *message) {
	for _, old := range c.add(m) {
		s.dropFiles(old)
		old.dead = true
	}
}

// remove deletes a message and tells everybody.
func (s *Server) remove(c *channel, m *message) {
	c.store.remove(m)
	s.dropFiles(m)
	m.dead = true
	s.deleteEvent(c, m)
}
