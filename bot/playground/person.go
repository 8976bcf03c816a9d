package playground

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Person acts in the world as one of its people does in Discord's client. Its
// methods refuse what the client or Discord would refuse, with an error that is
// a sentence.
type Person struct {
	s      *Server
	id     string
	locale string
	err    error
}

// As returns the person with a display name, user name or id. For somebody who
// does not exist every method of the result fails and says so.
func (s *Server) As(who string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.world.findUser(who)
	if u == nil || u.bot {
		return &Person{s: s, err: fmt.Errorf("playground: nobody here is called %q", who)}
	}
	return &Person{s: s, id: u.id}
}

// In returns the same person with a client set to another language, such as
// "zh-CN". It holds for this value only.
func (p *Person) In(locale string) *Person {
	q := *p
	q.locale = locale
	if !knownLocale(locale) && q.err == nil {
		q.err = fmt.Errorf("playground: Discord has no locale %q", locale)
	}
	return &q
}

// ID is the person's user id.
func (p *Person) ID() string { return p.id }

// Mention is the text that mentions the person.
func (p *Person) Mention() string { return "<@" + p.id + ">" }

// act runs f under the lock with the person's user.
func (p *Person) act(f func(u *user) error) error {
	if p.err != nil {
		return p.err
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	u := p.s.world.users[p.id]
	if p.s.world.members[p.id] == nil {
		return fmt.Errorf("playground: %s has left the guild", u.global)
	}
	return f(u)
}

func (p *Person) language(u *user) string {
	if p.locale != "" {
		return p.locale
	}
	return u.locale
}

// File is a file a person sends.
type File struct {
	// Name is the file's name.
	Name string
	// ContentType is what the client claims; empty lets the name decide.
	ContentType string
	// Data is its content.
	Data []byte
}

func (f File) upload(i int) upload {
	return upload{index: i, name: f.Name, contentType: f.ContentType, data: f.Data}
}

// sending is what a SayOption changes.
type sending struct {
	body  obj
	files []upload
	tags  []string
}

// SayOption adds to a message or post of a person.
type SayOption func(*sending)

// ReplyTo makes the message a reply that notifies the author replied to.
func ReplyTo(messageID string) SayOption {
	return func(s *sending) { s.body["message_reference"] = obj{"message_id": messageID} }
}

// WithoutPing turns the notification of a reply off.
func WithoutPing() SayOption {
	return func(s *sending) {
		s.body["allowed_mentions"] = obj{"parse": []any{"users", "roles", "everyone"}, "replied_user": false}
	}
}

// WithFile attaches a file.
func WithFile(name string, data []byte) SayOption {
	return func(s *sending) { s.files = append(s.files, File{Name: name, Data: data}.upload(len(s.files))) }
}

// WithTags puts tags, by name or id, on a forum post.
func WithTags(tags ...string) SayOption {
	return func(s *sending) { s.tags = append(s.tags, tags...) }
}

// Forwarding makes the message a forward of another one.
func Forwarding(channelID, messageID string) SayOption {
	return func(s *sending) {
		s.body["message_reference"] = obj{"type": 1, "channel_id": channelID, "message_id": messageID}
	}
}

func newSending(content string, opts []SayOption) sending {
	out := sending{body: obj{"content": content}}
	for _, o := range opts {
		o(&out)
	}
	return out
}

// channelFor finds a channel a person can see, by id, name, "@bot" for the
// direct message channel with the bot or "@Grace" for that with somebody else.
func (s *Server) channelFor(u *user, ref string) (*channel, error) {
	if ref == "@bot" {
		c, _ := s.world.dm(&s.ids, seedBot, u.id)
		return c, nil
	}
	if who, direct := strings.CutPrefix(ref, "@"); direct {
		if other := s.world.findUser(who); other != nil && other.id != u.id {
			c, _ := s.world.dm(&s.ids, u.id, other.id)
			return c, nil
		}
	}
	c := s.world.findChannel(ref)
	if c == nil || !s.world.may(u.id, c, PermissionViewChannel) {
		return nil, fmt.Errorf("playground: %s sees no channel %q", u.global, ref)
	}
	return c, nil
}

// say sends a person's message. The lock is held.
func (s *Server) say(u *user, c *channel, out sending) (*message, error) {
	if !c.holdsText() {
		return nil, fmt.Errorf("playground: #%s is a forum: open a post in it", c.name)
	}
	if !s.world.may(u.id, c, c.sending()) {
		return nil, fmt.Errorf("playground: %s may not write in #%s", u.global, c.name)
	}
	m, err := s.create(draft{author: u, channel: c, body: out.body, files: out.files})
	return m, explain("send the message", err)
}

// explain turns a refusal into a sentence for the person.
func explain(what string, err error) error {
	var e *apiError
	if !errors.As(err, &e) {
		return err
	}
	if at, text := firstFault(e.errors, nil); text != "" {
		return fmt.Errorf("playground: cannot %s: %s: %s", what, strings.Join(at, "."), text)
	}
	return fmt.Errorf("playground: cannot %s: %w", what, e)
}

// firstFault finds a fault in an error tree: where it is and what it says.
func firstFault(tree obj, at []string) (path []string, text string) {
	for _, v := range list(tree, "_errors") {
		if o, ok := v.(obj); ok {
			return at, str(o, "message")
		}
	}
	keys := make([]string, 0, len(tree))
	for k := range tree {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if path, text = firstFault(object(tree, k), append(at[:len(at):len(at)], k)); text != "" {
			return path, text
		}
	}
	return nil, ""
}

// Say sends a message into a channel, given by name or id; "@bot" is the direct
// message channel with the bot.
func (p *Person) Say(channel, content string, opts ...SayOption) (Message, error) {
	var out Message
	err := p.act(func(u *user) error {
		c, err := p.s.channelFor(u, channel)
		if err != nil {
			return err
		}
		m, err := p.s.say(u, c, newSending(content, opts))
		if err == nil {
			out = newMessage(m.json(u.id))
		}
		return err
	})
	return out, err
}

// Post opens a post in a forum.
func (p *Person) Post(forum, title, content string, opts ...SayOption) (Channel, Message, error) {
	var ch Channel
	var first Message
	err := p.act(func(u *user) error {
		c, err := p.s.channelFor(u, forum)
		if err != nil {
			return err
		}
		t, m, err := p.s.personPost(u, c, title, newSending(content, opts))
		if err == nil {
			ch, first = newChannel(p.s.world.channelJSON(t)), newMessage(m.json(u.id))
		}
		return err
	})
	return ch, first, err
}

func (s *Server) personPost(u *user, c *channel, title string, out sending) (*channel, *message, error) {
	if c.kind != kindForum {
		return nil, nil, fmt.Errorf("playground: #%s is not a forum", c.name)
	}
	tags := []any{}
	for _, ref := range out.tags {
		t := c.tag(ref)
		if t == nil {
			return nil, nil, fmt.Errorf("playground: #%s has no tag %q", c.name, ref)
		}
		tags = append(tags, t.id)
	}
	t, m, err := s.post(c, u, obj{"name": title, "message": out.body, "applied_tags": tags}, out.files)
	return t, m, explain("open the post", err)
}

// Thread starts a thread on a message.
func (p *Person) Thread(channel, messageID, name string) (Channel, error) {
	var out Channel
	err := p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		if !p.s.world.may(u.id, c, PermissionCreatePublicThreads) {
			return fmt.Errorf("playground: %s may not start threads in #%s", u.global, c.name)
		}
		t, err := p.s.branch(c, m, u.id, obj{"name": name})
		if err != nil {
			return explain("start the thread", err)
		}
		out = newChannel(p.s.world.channelJSON(t))
		return nil
	})
	return out, err
}

// ChangeThread changes a thread or post as PATCH does, for example
// {"archived": true} or {"applied_tags": [...]}.
func (p *Person) ChangeThread(thread string, changes map[string]any) error {
	return p.act(func(u *user) error {
		c, err := p.s.channelFor(u, thread)
		if err != nil {
			return err
		}
		v, err := parseJSON(encode(changes))
		if err != nil || !c.isThread() {
			return fmt.Errorf("playground: %q is not a thread, or the change is not JSON", thread)
		}
		return explain("change the thread", p.s.patchThread(c, u.id, v.(obj)))
	})
}

// messageFor finds a message the person can see.
func (s *Server) messageFor(u *user, channel, messageID string) (*channel, *message, error) {
	c, err := s.channelFor(u, channel)
	if err != nil {
		return nil, nil, err
	}
	m := c.byID[messageID]
	if m == nil || !s.sees(u.id, c, m) {
		return nil, nil, fmt.Errorf("playground: %s sees no message %q in #%s", u.global, messageID, c.name)
	}
	return c, m, nil
}

// Edit changes the text of one's own message. Of the options only files count;
// they are added to those there are.
func (p *Person) Edit(channel, messageID, content string, opts ...SayOption) (Message, error) {
	var out Message
	err := p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		if m.authorID != u.id {
			return fmt.Errorf("playground: %s can edit only messages of their own", u.global)
		}
		added := newSending(content, opts)
		if err := p.s.edit(c, m, change{body: obj{"content": content}, files: added.files}); err != nil {
			return explain("edit the message", err)
		}
		out = newMessage(m.json(u.id))
		return nil
	})
	return out, err
}

// Delete removes one's own message, or with MANAGE_MESSAGES anybody's. An
// ephemeral message is dismissed.
func (p *Person) Delete(channel, messageID string) error {
	return p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		if m.authorID != u.id && m.only != u.id && !p.s.world.may(u.id, c, PermissionManageMessages) {
			return fmt.Errorf("playground: %s may not delete messages of others", u.global)
		}
		p.s.remove(c, m)
		return nil
	})
}

// React adds an emoji to a message.
func (p *Person) React(channel, messageID, emoji string) error {
	return p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		return explain("react", p.s.addReaction(c, m, u.id, emoji))
	})
}

// Unreact takes an emoji of one's own away.
func (p *Person) Unreact(channel, messageID, emoji string) error {
	return p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		return explain("take the reaction away", p.s.removeReaction(c, m, u.id, emoji))
	})
}
