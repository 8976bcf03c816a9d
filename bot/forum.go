package bot

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// watch is how a channel is listened to.
type watch int

const (
	unwatched watch = iota
	watchedChannel
	watchedThread // of a watched channel
	watchedPost   // of a watched forum
)

// place is what the bot has to know of a channel or thread.
type place struct {
	parent string // of a thread
	owner  string // who opened the thread
	guild  string
}

// maxPlaces is how many are remembered; when there are more, all are looked
// up again.
const maxPlaces = 10000

// places remembers channels and threads.
type places struct {
	mu   sync.Mutex
	byID map[string]place
}

func (p *places) get(id string) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.byID[id]
	return at, ok
}

func (p *places) put(c *discordgo.Channel) place {
	at := place{guild: c.GuildID}
	if c.IsThread() {
		at.parent, at.owner = c.ParentID, c.OwnerID
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID == nil || len(p.byID) >= maxPlaces {
		p.byID = map[string]place{}
	}
	p.byID[c.ID] = at
	return at
}

// placeOf returns what there is to know of a channel, asking Discord the
// first time. What the bot may not see is remembered as nothing.
func (b *Bot) placeOf(ctx context.Context, channel string) (place, error) {
	if at, ok := b.places.get(channel); ok {
		return at, nil
	}
	c, err := b.session.Channel(ctx, channel)
	if errors.Is(err, session.ErrGone) || errors.Is(err, session.ErrForbidden) {
		return b.places.put(&discordgo.Channel{ID: channel}), nil
	}
	if err != nil {
		return place{}, err
	}
	return b.places.put(c), nil
}

// watchOf tells how the channel of a message is watched.
func (b *Bot) watchOf(ctx context.Context, m *discordgo.Message) (watch, place) {
	d := b.settings(ctx, m.GuildID)
	switch {
	case m.GuildID == "" || !d.autoReply || len(d.channels)+len(d.forums) == 0:
		return unwatched, place{}
	case slices.Contains(d.channels, m.ChannelID):
		return watchedChannel, place{}
	}
	at, err := b.placeOf(ctx, m.ChannelID)
	switch {
	case err != nil:
		b.log.Warn("channel not looked up", "channel", m.ChannelID, "err", err)
		return unwatched, place{}
	case slices.Contains(d.forums, at.parent):
		return watchedPost, at
	case slices.Contains(d.channels, at.parent):
		return watchedThread, at
	}
	return unwatched, at
}

// thread reads the first message of a new forum post, in case its own event
// is lost. Whichever of the two comes first has it read.
func (b *Bot) thread(ctx context.Context, e *session.ThreadEvent) error {
	b.places.put(e.Channel)
	if !e.NewlyCreated || !slices.Contains(b.settings(ctx, e.GuildID).forums, e.ParentID) {
		return nil
	}
	m, err := b.session.Message(ctx, e.ID, e.ID) // a post has the id of its first message
	if errors.Is(err, session.ErrGone) {
		return nil // not posted yet: its event will come
	}
	if err != nil {
		return err
	}
	return b.message(ctx, b.session.Arrived(m, e.GuildID))
}

// solvedByTag tells whether a forum post is marked as solved or locked. The
// first message of a post is not asked for.
func (b *Bot) solvedByTag(ctx context.Context, m *discordgo.Message) bool {
	if m.ID == m.ChannelID {
		return false
	}
	c, err := b.session.Channel(ctx, m.ChannelID)
	if err != nil {
		return false
	}
	if c.ThreadMetadata != nil && c.ThreadMetadata.Locked {
		return true
	}
	if len(c.AppliedTags) == 0 {
		return false
	}
	forum, err := b.session.Channel(ctx, c.ParentID)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(forum.AvailableTags, func(t discordgo.ForumTag) bool {
		return slices.Contains(c.AppliedTags, t.ID) && isSolvedTag(t.Name)
	})
}
