package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
)

const (
	// maxGone is how many deleted messages are remembered for replies that are
	// on their way; the oldest make room.
	maxGone = 5000
	// nonceWindow is for how long Discord is sure to know a nonce again: a reply
	// that a crash may have swallowed is sent once more within it, and comes out
	// once. Later it is left alone, as it may be there.
	nonceWindow = 2 * time.Minute
)

// sent is the bot's reply to one message.
type sent struct {
	channel, reply string
	addressed      bool
	entry, problem string // may be empty
}

// replies knows what was said to which message, after a restart too. When the
// store fails it says so in the log and lets the bot answer: the nonce keeps
// a second delivery from posting again.
type replies struct {
	store *store.Store
	log   *slog.Logger

	mu    sync.Mutex
	gone  map[string]bool // messages deleted, maybe before their reply was known
	order []string        // of gone, oldest first
}

func newReplies(s *store.Store, log *slog.Logger) *replies {
	return &replies{store: s, log: log, gone: map[string]bool{}}
}

// claim takes a message for answering. It is false when it was answered.
func (r *replies) claim(ctx context.Context, m *discordgo.Message, addressed bool) bool {
	now := time.Now()
	prior, fresh, err := r.store.Claim(ctx, store.Answer{
		Message: m.ID, Guild: m.GuildID, Channel: m.ChannelID, Author: m.Author.ID, Addressed: addressed, At: now,
	})
	if err != nil {
		r.log.Error("message not claimed", "message", m.ID, "err", err)
		return true
	}
	return fresh || prior.Reply == "" && now.Sub(prior.At) < nonceWindow
}

// put keeps the reply to a claimed message. It is false when the message was
// deleted while the reply was on its way.
func (r *replies) put(ctx context.Context, message string, s sent) bool {
	if err := r.store.SetReply(ctx, message, s.reply, s.entry, s.problem); err != nil {
		r.log.Error("reply not recorded", "message", message, "err", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.gone[message]
}

func (r *replies) get(ctx context.Context, message string) (sent, bool) {
	a, ok, err := r.store.Answer(ctx, message)
	if err != nil {
		r.log.Error("reply not looked up", "message", message, "err", err)
	}
	return sent{a.Channel, a.Reply, a.Addressed, a.Entry, a.Problem}, ok && a.Reply != ""
}

// forget notes that a message is gone, for a reply that is on its way.
func (r *replies) forget(message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gone[message] {
		return
	}
	r.gone[message] = true
	r.order = append(r.order, message)
	if len(r.order) > maxGone {
		delete(r.gone, r.order[0])
		r.order = r.order[1:]
	}
}

// take returns the reply to a message and forgets it.
func (r *replies) take(ctx context.Context, message string) (sent, bool) {
	a, ok, err := r.store.DropAnswer(ctx, message)
	if err != nil {
		r.log.Error("reply not forgotten", "message", message, "err", err)
	}
	return sent{a.Channel, a.Reply, a.Addressed, a.Entry, a.Problem}, ok && a.Reply != ""
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
	if t != nil {
		return b.again(ctx, t, m)
	}
	if had, answered := b.replies.get(ctx, e.ID); answered {
		return b.resume(ctx, full, had)
	}
	return b.message(ctx, full)
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

// resume answers a message anew that was answered before the last start and
// has changed since.
func (b *Bot) resume(ctx context.Context, e *session.MessageEvent, had sent) error {
	n := turn{message: e.Message, explicit: had.addressed, edited: true}
	t := b.talks.join(e.Message, n.manner())
	if t == nil {
		return nil
	}
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer t.release()
	n.watch, _ = b.watchOf(ctx, e.Message)
	b.talks.put(t, e.ID, b.read(ctx, b.asks(e.Message)))
	b.talks.answered(t, said{anchor: e.ID, entry: had.entry, asking: had.addressed && had.entry == ""})
	return b.speak(ctx, t, n)
}

// change puts another message in the place of a reply. One that somebody
// removed stays removed, and known, so that the message is not answered anew.
func (b *Bot) change(ctx context.Context, s sent, m session.Message) error {
	_, err := b.session.Edit(ctx, s.channel, s.reply, m)
	if errors.Is(err, session.ErrGone) {
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
	err := b.withdraw(ctx, e.MessageID)
	if t == nil {
		return err
	}
	if late := t.hold(ctx); late != nil {
		return errors.Join(err, late)
	}
	defer t.release()
	b.talks.drop(e.MessageID) // it may have been read meanwhile
	if err != nil {
		return err
	}
	rest := b.talks.state(t, "")
	if rest.anchor == "" || len(rest.readings) == 0 {
		return nil
	}
	n := turn{message: &discordgo.Message{ID: rest.anchor, ChannelID: e.ChannelID, GuildID: e.GuildID, Author: &discordgo.User{ID: rest.person}}, edited: true}
	n.watch, _ = b.watchOf(ctx, n.message)
	return b.speak(ctx, t, n)
}

func (b *Bot) withdraw(ctx context.Context, message string) error {
	s, ok := b.replies.take(ctx, message)
	if !ok {
		return nil
	}
	err := b.session.Delete(ctx, s.channel, s.reply)
	if errors.Is(err, session.ErrGone) {
		return nil
	}
	return err
}
