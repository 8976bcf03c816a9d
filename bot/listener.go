package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
)

// message answers a message of a channel, a thread, a forum post or a DM.
// Where the bot was addressed it always answers; elsewhere only to what it
// knows. What one person says in a row is one question (talks.go).
func (b *Bot) message(ctx context.Context, e *session.MessageEvent) error {
	m := e.Message
	b.directs.saw(m)
	n := turn{message: m, explicit: b.addressed(m)}
	if read, reason := b.worthReading(ctx, e, &n); !read {
		b.skip(e, reason)
		return nil
	}
	if b.talks.of(m.ID) == nil {
		if had, answered := b.replies.get(ctx, m.ID); answered {
			b.skip(e, "answered before")
			return b.adopt(ctx, e, had.reply)
		}
	}
	t := b.talks.join(m, n.manner())
	if t == nil {
		b.skip(e, "read already")
		return nil
	}
	if err := b.hear(ctx, t, n); err != nil {
		b.talks.drop(m.ID) // so that it can be read again
		return err
	}
	return nil
}

func (b *Bot) skip(e *session.MessageEvent, reason string) {
	e.Log.Debug("message skipped", "reason", reason)
	b.metrics.skipped(reason)
}

// turn is one message that may make the bot speak.
type turn struct {
	message  *discordgo.Message
	explicit bool  // it speaks to the bot
	watch    watch // how its channel is watched
	edited   bool  // it is an old one that was changed
}

func (n turn) manner() manner {
	return manner{addressed: n.explicit, direct: n.message.GuildID == "", opener: n.watch == watchedPost}
}

// hear reads a message as a part of a talk and answers the talk.
func (b *Bot) hear(ctx context.Context, t *talk, n turn) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer func() { t.release() }()
	a := b.asks(n.message)
	r := b.read(ctx, a)
	if n.explicit && b.apart(ctx, t, a, r) {
		next := b.talks.restart(n.message, n.manner())
		if err := next.hold(ctx); err != nil {
			return err // the turn that is given back is that of t
		}
		t.release()
		t = next
	}
	b.talks.put(t, n.message.ID, r)
	return b.speak(ctx, t, n)
}

// apart tells whether a message to the bot is a question of its own although
// it follows another: it names a topic, or repeats the problem that was
// answered already.
func (b *Bot) apart(ctx context.Context, t *talk, a asked, r *reading) bool {
	before := b.talks.state(t, "")
	if len(before.readings) == 0 || r.paste.Empty() {
		return false
	}
	if r.files == 0 && len(b.known().topics.find(strings.TrimSpace(r.paste.Text()))) > 0 {
		return true
	}
	if before.entry == "" {
		return false
	}
	alone, err := b.judgeText(ctx, a, []*reading{r})
	return err == nil && alone.grade() >= search.Likely && alone.entry() == before.entry
}

// asks makes a question of a message, without the mention of the bot.
func (b *Bot) asks(m *discordgo.Message) asked {
	a := asked{owner: m.Author.ID, guild: m.GuildID, channel: m.ChannelID}
	a.addMessage(m)
	if me := b.session.Me(); me != nil {
		for i := range a.texts {
			a.texts[i] = strings.NewReplacer("<@"+me.ID+">", "", "<@!"+me.ID+">", "").Replace(a.texts[i])
		}
	}
	return a
}

// speak answers a talk as it is now, or stays silent.
func (b *Bot) speak(ctx context.Context, t *talk, n turn) error {
	before := b.talks.state(t, n.message.ID)
	a := b.asks(n.message)
	j, err := b.judge(ctx, a, before.readings...)
	a.topics = before.addressed
	switch {
	case err != nil && before.addressed && ctx.Err() == nil:
		b.log.Error("ask failed", "channel", a.channel, "err", err)
		return b.utter(ctx, t, n, before, said{}, b.renderNote(b.words.say(j.lang, "failed"), false), nil)
	case err != nil:
		return err
	case before.addressed:
		now := said{entry: j.entry(), shape: b.shapeOf(j), asking: j.entry() == "", problem: fingerprint(leading(j.answer))}
		if !worthSaying(before, now, n) {
			return nil
		}
		b.record(ctx, a.guild, j.answer)
		answer, r := b.respond(a, j)
		return b.utter(ctx, t, n, before, now, answer, r)
	}
	b.recall(ctx, a.channel)
	now, reason := b.volunteers(j, before, n)
	if reason == "" && worthSaying(before, now, n) && b.answeredInThread(ctx, n, before, now) {
		reason = "answered in this thread"
	}
	if reason != "" {
		b.log.Info("silent", "message", n.message.ID, "channel", a.channel, "reason", reason, "grade", j.grade().String(), "doc", j.entry())
		b.metrics.skipped(reason)
		if j.grade() < search.Likely && !n.edited {
			b.record(ctx, a.guild, j.answer)
		}
		if n.edited && before.anchor != "" && !j.known() && !before.asking {
			b.talks.answered(t, said{})
			return b.withdraw(ctx, before.anchor)
		}
		return nil
	}
	if !worthSaying(before, now, n) {
		return nil
	}
	if b.settings(ctx, a.guild).dryRun {
		b.log.Info("dry run", "message", n.message.ID, "channel", a.channel, "doc", now.entry, "grade", j.grade().String())
		return nil
	}
	answer, r := b.askForLog(j), (*report)(nil)
	if !now.asking {
		b.record(ctx, a.guild, j.answer)
		answer, r = b.post(a, j.paste, j.lang, j.answer)
	}
	if err := b.utter(ctx, t, n, before, now, answer, r); err != nil {
		b.cooldown.lift(n.message.ChannelID, now.about())
		return err
	}
	b.noteInThread(ctx, n, before, now)
	return nil
}

// volunteers decides whether to answer a talk that was not meant for the bot,
// and gives the reason if not.
func (b *Bot) volunteers(j judged, before state, n turn) (now said, silent string) {
	known := j.known()
	now = said{entry: j.entry(), shape: b.shapeOf(j), asking: !known, problem: fingerprint(leading(j.answer))}
	channel := n.message.ChannelID
	switch {
	case before.closed != "":
		return now, before.closed
	case b.hush.reason(channel) != "":
		return now, b.hush.reason(channel)
	case !known && (before.anchor != "" || j.paste.Empty() && len(j.unread) == 0 || !lacksLog(j, n.watch)):
		return now, "nothing known"
	}
	wait := b.cfg.Discord.Cooldown
	if n.watch != watchedChannel {
		wait = max(wait, threadCooldown) // a thread is about one problem
	}
	if (before.anchor == "" || before.entry != now.entry) && !b.cooldown.allow(channel, now.about(), time.Now(), wait) {
		return now, "cooldown"
	}
	return now, ""
}

// worthSaying tells whether a reply would say anything new.
func worthSaying(before state, now said, n turn) bool {
	switch {
	case before.anchor == "":
		return true
	case n.edited || !before.late:
		return now.shape != before.shape
	}
	return n.explicit || now.entry != "" && now.entry != before.entry
}

// utter gives a talk its reply, and lets a model add to the report of it, if
// it has one.
func (b *Bot) utter(ctx context.Context, t *talk, n turn, before state, now said, answer session.Message, r *report) error {
	if err := b.place(ctx, t, n, before, now, answer); err != nil {
		return err
	}
	b.assist(r, func(ctx context.Context, m session.Message) error { return b.later(ctx, t, now, m) })
	return nil
}

// place puts the reply to a talk in the place of the one it has or, where
// that is long ago, says it anew under the message that brought it about.
func (b *Bot) place(ctx context.Context, t *talk, n turn, before state, now said, answer session.Message) error {
	if before.anchor != "" && (n.edited || !before.late) {
		now.anchor = before.anchor
		b.talks.answered(t, now)
		if s, ok := b.replies.get(ctx, before.anchor); ok {
			return b.change(ctx, s, answer)
		}
		return nil // somebody removed it
	}
	now.anchor = n.message.ID
	b.talks.answered(t, now)
	err := b.reply(ctx, n.message, answer, sent{addressed: before.addressed, entry: now.entry, problem: now.problem})
	if err != nil {
		b.talks.answered(t, before.said) // so that an edit may try again
	}
	return err
}

// shapeOf tells answers apart that would look different.
func (b *Bot) shapeOf(j judged) string {
	shown := b.renderText(j.answer.Reply)
	if j.entry() == "" {
		shown += j.paste.Text() // a topic
	}
	sum := sha256.Sum256([]byte(shown))
	return string(sum[:])
}

// reply answers a message, once: it is claimed in the store, so that no later
// process answers it again, and the nonce is that of the message, so that a
// second delivery of now posts nothing new.
func (b *Bot) reply(ctx context.Context, m *discordgo.Message, answer session.Message, s sent) error {
	if !b.replies.claim(ctx, m, s.addressed) {
		return nil
	}
	answer.Nonce = m.ID
	posted, err := b.session.Send(ctx, m.ChannelID, answer, m.ID)
	if err != nil {
		var refused *session.Error
		if errors.As(err, &refused) && !refused.Unknown {
			b.replies.take(ctx, m.ID) // nothing was posted; an edit may try again
		}
		return err
	}
	s.channel, s.reply = m.ChannelID, posted.ID
	if !b.replies.put(ctx, m.ID, s) {
		return b.withdraw(ctx, m.ID)
	}
	return nil
}

// addressed tells whether a message speaks to the bot: a DM, a mention, or a
// reply to one of its messages.
func (b *Bot) addressed(m *discordgo.Message) bool {
	if m.GuildID == "" {
		return true
	}
	me := b.session.Me()
	if me == nil {
		return false
	}
	if slices.ContainsFunc(m.Mentions, func(u *discordgo.User) bool { return u.ID == me.ID }) {
		return true
	}
	return m.ReferencedMessage != nil && m.ReferencedMessage.Author != nil && m.ReferencedMessage.Author.ID == me.ID
}

// worthReading says whether to read a message and, if not, why. It notes how
// the channel is watched.
func (b *Bot) worthReading(ctx context.Context, e *session.MessageEvent, n *turn) (ok bool, reason string) {
	switch {
	case e.Author == nil || e.Bot || e.Webhook || e.Own:
		return false, "bot or webhook"
	case e.Type != discordgo.MessageTypeDefault && e.Type != discordgo.MessageTypeReply:
		return false, "system message"
	case e.GuildID != "" && b.isStaff(ctx, e.Message):
		if !n.explicit { // who asks the bot has not answered anybody
			b.staffSpoke(ctx, e.Message)
			return false, "staff"
		}
	}
	if !n.explicit && !b.talks.awaited(e.Message) {
		var by place
		n.watch, by = b.watchOf(ctx, e.Message)
		switch {
		case n.watch == unwatched:
			return false, "channel not watched"
		case n.watch == watchedPost && by.owner != e.Author.ID:
			return false, "not who opened the post"
		case n.watch == watchedPost && b.solvedByTag(ctx, e.Message):
			return false, "solved"
		}
	}
	if e.Content == "" && len(e.Attachments) == 0 && len(e.MessageSnapshots) == 0 {
		return false, "no content"
	}
	return true, ""
}

// cooldown keeps the bot from answering the same problem in the same channel
// again and again.
type cooldown struct {
	mu    sync.Mutex
	until map[[2]string]time.Time
}

// maxCooldowns is when the past ones are thrown away.
const maxCooldowns = 10000

// threadCooldown is the cooldown in a thread or forum post, which is about
// one problem.
const threadCooldown = 24 * time.Hour

// allow tells whether to speak of an entry in a channel, and if so keeps the
// bot from it for wait.
func (c *cooldown) allow(channel, entry string, now time.Time, wait time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until == nil {
		c.until = map[[2]string]time.Time{}
	}
	if len(c.until) > maxCooldowns {
		for k, t := range c.until {
			if t.Before(now) {
				delete(c.until, k)
			}
		}
		if len(c.until) > maxCooldowns {
			clear(c.until)
		}
	}
	k := [2]string{channel, entry}
	if now.Before(c.until[k]) {
		return false
	}
	c.until[k] = now.Add(wait)
	return true
}

// lift takes back an allowance that came to nothing.
func (c *cooldown) lift(channel, entry string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.until, [2]string{channel, entry})
}
