package bot

import (
	"context"
	"errors"
	"sync"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// maxReplies is how many replies are remembered for edits and deletions of
// what they answer; the oldest make room.
const maxReplies = 5000

// sent is the bot's reply to one message.
type sent struct {
	channel, reply string
}

// replies remembers what was said to which message.
type replies struct {
	mu    sync.Mutex
	byID  map[string]sent // by id of the message answered
	gone  map[string]bool // messages deleted before their reply was known
	order []string        // of both, oldest first
}

func newReplies() *replies { return &replies{byID: map[string]sent{}, gone: map[string]bool{}} }

// put keeps the reply to a message. It is false when the message was deleted
// while the reply was on its way.
func (r *replies) put(message string, s sent) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.byID[message] = s
	r.remember(message)
	return !r.gone[message]
}

// remember makes room for one more message. The lock is held.
func (r *replies) remember(message string) {
	r.order = append(r.order, message)
	for len(r.order) > maxReplies {
		delete(r.byID, r.order[0])
		delete(r.gone, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *replies) get(message string) (sent, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.byID[message]
	return s, ok
}

// forget notes that a message is gone, for a reply that is on its way.
func (r *replies) forget(message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.byID[message]; !known {
		r.gone[message] = true
		r.remember(message)
	}
}

// take returns the reply to a message and forgets it.
func (r *replies) take(message string) (sent, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.byID[message]
	delete(r.byID, message)
	return s, ok
}

// edited answers a message again that was changed, say by a log that came
// later: the reply it has is changed in place, so that nobody is called
// twice. A message that was not read yet is read as if it were new.
func (b *Bot) edited(ctx context.Context, e *session.MessageEvent) error {
	if e.Own || e.Author != nil && e.Author.Bot {
		return nil
	}
	// An update holds what changed only.
	m, err := b.session.Message(ctx, e.ChannelID, e.ID)
	if errors.Is(err, session.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	full := b.session.Arrived(m, e.GuildID)
	full.Member = e.Member
	t := b.talks.of(e.ID)
	if t == nil {
		return b.message(ctx, full)
	}
	return b.again(ctx, t, m)
}

// again answers a talk anew after one of its messages was changed.
func (b *Bot) again(ctx context.Context, t *talk, m *discordgo.Message) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer t.release()
	n := turn{message: m, edited: true}
	n.watch, _ = b.watchOf(ctx, m)
	b.talks.put(t, m.ID, b.read(ctx, b.asks(m)))
	return b.speak(ctx, t, n)
}

// change puts another message in the place of a reply.
func (b *Bot) change(ctx context.Context, message string, s sent, m session.Message) error {
	_, err := b.session.Edit(ctx, s.channel, s.reply, m)
	if errors.Is(err, session.ErrGone) {
		b.replies.take(message)
		return nil
	}
	return err
}

// deleted removes the reply to a message that is gone, and reads what else
// its author said without it.
func (b *Bot) deleted(ctx context.Context, e *session.DeleteEvent) error {
	b.replies.forget(e.MessageID)
	t := b.talks.of(e.MessageID)
	b.talks.drop(e.MessageID)
	if err := b.withdraw(ctx, e.MessageID); err != nil || t == nil {
		return err
	}
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer t.release()
	rest := b.talks.state(t, "")
	if rest.anchor == "" || len(rest.readings) == 0 {
		return nil
	}
	n := turn{message: &discordgo.Message{ID: rest.anchor, ChannelID: e.ChannelID, GuildID: e.GuildID, Author: &discordgo.User{ID: rest.person}}, edited: true}
	n.watch, _ = b.watchOf(ctx, n.message)
	return b.speak(ctx, t, n)
}

func (b *Bot) withdraw(ctx context.Context, message string) error {
	s, ok := b.replies.take(message)
	if !ok {
		return nil
	}
	err := b.session.Delete(ctx, s.channel, s.reply)
	if errors.Is(err, session.ErrGone) {
		return nil
	}
	return err
}
