package bot

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
)

// maxReplies is how many replies are remembered for edits and deletions of
// what they answer; the oldest make room.
const maxReplies = 5000

// sent is the bot's reply to one message.
type sent struct {
	channel, reply string
	addressed      bool
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

// channels lists where replies were sent, the latest first.
func (r *replies) channels() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	seen := map[string]bool{}
	for _, message := range slices.Backward(r.order) {
		if c := r.byID[message].channel; c != "" && !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return out
}

// edited answers a message again that was changed, say by a log that came
// later: the reply it has is changed in place, so that nobody is called
// twice. A message without a reply is read as if it were new.
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
	m.GuildID = e.GuildID
	had, answered := b.replies.get(e.ID)
	full := &session.MessageEvent{Log: e.Log, Message: m, Bot: m.Author != nil && m.Author.Bot, Webhook: m.WebhookID != ""}
	if !answered {
		return b.message(ctx, full)
	}
	a := b.asks(m, had.addressed)
	if had.addressed {
		return b.change(ctx, e.ID, had, b.answerMessage(ctx, a))
	}
	p, _ := b.read(ctx, a)
	lang := languageOf("", p.Text(), b.cfg.Language)
	answer, err := b.Ask(ctx, p, lang)
	if err != nil || answer.Verdict.Grade() < search.Likely {
		return b.withdraw(ctx, e.ID)
	}
	return b.change(ctx, e.ID, had, b.post(a, p, lang, answer))
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

// deleted removes the reply to a message that is gone.
func (b *Bot) deleted(ctx context.Context, e *session.DeleteEvent) error {
	b.replies.forget(e.MessageID)
	return b.withdraw(ctx, e.MessageID)
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
