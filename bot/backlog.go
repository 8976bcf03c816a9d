package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

const (
	// backlogAge is how old a message may be that is still read after the
	// connection was lost, or after a start.
	backlogAge = 30 * time.Minute
	// backlogMargin is how much further back is read, for clocks that differ
	// and events that were on their way.
	backlogMargin = 30 * time.Second
	// maxBacklogChannels is how many channels and threads are read again.
	maxBacklogChannels = 100
	// maxBacklogPages is how many times session.MaxHistory messages of each
	// are read.
	maxBacklogPages = 5
	// discordEpoch is the millisecond from which the time in ids counts.
	discordEpoch = 1420070400000
)

// directs remembers the latest direct messages by channel: Discord offers no
// list of a bot's.
type directs struct {
	mu   sync.Mutex
	last map[string]string
}

// saw notes a message that arrived.
func (d *directs) saw(m *discordgo.Message) {
	if m.GuildID != "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last == nil || len(d.last) >= maxPlaces {
		d.last = map[string]string{}
	}
	d.last[m.ChannelID] = newer(d.last[m.ChannelID], m.ID)
}

// active returns the channels with a message of after the id oldest.
func (d *directs) active(oldest string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for c, last := range d.last {
		if byAge(last, oldest) > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, byAge)
	return out
}

// newer returns the later of two ids.
func newer(a, b string) string {
	if byAge(a, b) > 0 {
		return a
	}
	return b
}

// catchUp reads what was posted in watched channels and direct messages while
// the bot was not connected. A new gateway session, unlike a resumed one, does
// not replay it. What has been read or answered already is left alone. A zero
// since means that it is not known how long the bot was away.
func (b *Bot) catchUp(ctx context.Context, since time.Time) error {
	from := time.Now().Add(-backlogAge)
	if since = since.Add(-backlogMargin); since.After(from) {
		from = since
	}
	oldest := strconv.FormatInt((from.UnixMilli()-discordEpoch)<<22, 10)
	places, err := b.toCatchUp(ctx, oldest)
	var errs []error
	if err != nil {
		errs = append(errs, err)
	}
	read := 0
	for _, c := range places[:min(len(places), maxBacklogChannels)] {
		n, err := b.catchUpIn(ctx, c, oldest)
		read += n
		if err != nil {
			errs = append(errs, fmt.Errorf("bot: reading channel %s again: %w", c.id, err))
		}
	}
	b.log.Info("caught up", "channels", len(places), "messages", read, "failed", len(errs))
	return errors.Join(errs...)
}

// missed is a channel in which messages may have been missed.
type missed struct{ id, guild string }

// toCatchUp lists the watched channels, their active threads and those of the
// watched forums, and the latest direct messages.
func (b *Bot) toCatchUp(ctx context.Context, oldest string) ([]missed, error) {
	d := b.watchedEverywhere(ctx)
	var list []missed
	var guilds []string
	var errs []error
	for _, id := range slices.Concat(d.channels, d.forums) {
		at, err := b.placeOf(ctx, id)
		if err != nil || at.guild == "" {
			errs = append(errs, err)
			continue
		}
		if !slices.Contains(d.forums, id) {
			list = append(list, missed{id, at.guild})
		}
		if !slices.Contains(guilds, at.guild) {
			guilds = append(guilds, at.guild)
		}
	}
	for _, guild := range guilds {
		threads, err := b.session.ActiveThreads(ctx, guild)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, t := range threads {
			watched := slices.Contains(d.channels, t.ParentID) || slices.Contains(d.forums, t.ParentID)
			if watched && byAge(newer(t.LastMessageID, t.ID), oldest) > 0 {
				b.places.put(t)
				list = append(list, missed{t.ID, guild})
			}
		}
	}
	for _, id := range b.directs.active(oldest) {
		list = append(list, missed{id, ""})
	}
	return list, errors.Join(errs...)
}

// catchUpIn reads the messages of one channel after the one with the id after.
func (b *Bot) catchUpIn(ctx context.Context, c missed, after string) (read int, err error) {
	var messages []*discordgo.Message
	for range maxBacklogPages {
		page, err := b.session.History(ctx, c.id, after, session.MaxHistory)
		if errors.Is(err, session.ErrGone) || errors.Is(err, session.ErrForbidden) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		messages = append(messages, page...)
		if len(page) < session.MaxHistory {
			break
		}
		after = page[len(page)-1].ID
	}
	me := b.session.Me()
	replies := map[string]string{} // by the message that was replied to
	for _, m := range messages {
		if me != nil && m.Author.ID == me.ID && m.MessageReference != nil {
			replies[m.MessageReference.MessageID] = m.ID
		}
	}
	staff := b.staffOf(ctx, messages, c.guild)
	var errs []error // one message that fails does not keep the others from an answer
	for i, m := range messages {
		if b.talks.of(m.ID) != nil {
			continue
		}
		read++
		e := b.session.Arrived(m, c.guild)
		switch reply := replies[m.ID]; {
		case reply != "":
			err = b.adopt(ctx, e, reply)
		case slices.ContainsFunc(messages[i+1:], func(s *discordgo.Message) bool { return staff[s.ID] && answers(s, m) }):
			b.skip(e, staffAnswered)
		default:
			err = b.message(ctx, e)
		}
		if ctx.Err() != nil {
			return read, ctx.Err()
		}
		errs = append(errs, err)
	}
	return read, errors.Join(errs...)
}

// staffOf returns which of the messages of a server's channel are of staff.
func (b *Bot) staffOf(ctx context.Context, messages []*discordgo.Message, guild string) map[string]bool {
	staff := map[string]bool{}
	for _, m := range messages {
		if m.GuildID = guild; guild != "" && !m.Author.Bot && m.WebhookID == "" && b.isStaff(ctx, m) {
			staff[m.ID] = true
		}
	}
	return staff
}

// answers tells whether a later message can be the answer to a question: it
// replies to it, calls its author, or speaks to nobody in particular.
func answers(later, question *discordgo.Message) bool {
	if later.MessageReference != nil {
		return later.MessageReference.MessageID == question.ID
	}
	return len(later.Mentions) == 0 || slices.ContainsFunc(later.Mentions, func(u *discordgo.User) bool { return u.ID == question.Author.ID })
}

// adopt takes over a message that the bot replied to before it was started:
// it says nothing, but knows of the reply when more is said.
func (b *Bot) adopt(ctx context.Context, e *session.MessageEvent, reply string) error {
	m := e.Message
	n := turn{message: m, explicit: b.addressed(m)}
	if read, reason := b.worthReading(ctx, e, &n); !read {
		b.skip(e, reason)
		return nil
	}
	t := b.talks.join(m, n.manner())
	if t == nil {
		return nil
	}
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer t.release()
	a := b.asks(m)
	r := b.read(ctx, a)
	b.talks.put(t, m.ID, r)
	j, err := b.judge(ctx, a, r)
	if err != nil {
		return err
	}
	b.replies.claim(ctx, m, n.explicit)
	b.replies.put(ctx, m.ID, sent{channel: m.ChannelID, reply: reply, addressed: n.explicit, entry: j.entry(), problem: fingerprint(leading(j.answer))})
	now := said{anchor: m.ID, entry: j.entry(), shape: b.shapeOf(j), asking: j.entry() == ""}
	b.talks.answered(t, now)
	b.cooldown.allow(m.ChannelID, now.about(), time.Now(), b.cfg.Discord.Cooldown)
	return nil
}
