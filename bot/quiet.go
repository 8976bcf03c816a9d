package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// Reasons why the bot says no more by itself. They are labels of a metric.
const (
	staffAnswered = "staff answered"
	threadSolved  = "solved"
)

// maxHush is how many threads are remembered in which the bot is silent; when
// there are more, the oldest half is forgotten.
const maxHush = 10000

// hush remembers the threads in which the bot says no more by itself.
type hush struct {
	mu   sync.Mutex
	now  map[string]string // reason by thread
	past map[string]string
}

// reason says why the bot is silent in a thread, or "".
func (h *hush) reason(thread string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r := h.now[thread]; r != "" {
		return r
	}
	return h.past[thread]
}

func (h *hush) set(thread, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now == nil || len(h.now) >= maxHush/2 {
		h.past, h.now = h.now, map[string]string{}
	}
	h.now[thread] = reason
}

// isStaff tells whether a member of the configured staff wrote a message.
// Messages that were fetched do not name the roles of their author, which are
// then asked for.
func (b *Bot) isStaff(ctx context.Context, m *discordgo.Message) bool {
	staff := b.settings(ctx, m.GuildID).staff
	if len(staff) == 0 {
		return false
	}
	member := m.Member
	if member == nil {
		var err error
		if member, err = b.roles.get(ctx, b.session, m.GuildID, m.Author.ID); err != nil {
			b.log.Warn("roles not looked up", "guild", m.GuildID, "user", m.Author.ID, "err", err)
			return false
		}
	}
	return slices.ContainsFunc(member.Roles, func(id string) bool { return slices.Contains(staff, id) })
}

// staffSpoke notes that staff has answered: in a thread to all of it, in a
// channel to whom the message replies to or mentions, or else to who asked
// last.
func (b *Bot) staffSpoke(ctx context.Context, m *discordgo.Message) {
	w, at := b.watchOf(ctx, m)
	if at.parent != "" {
		b.hush.set(m.ChannelID, staffAnswered)
		b.remember(ctx, m.GuildID, m.ChannelID, staffAnswered)
		return
	}
	if w == unwatched {
		return
	}
	var to string
	if m.MessageReference != nil {
		to = m.MessageReference.MessageID
	}
	var persons []string
	for _, u := range m.Mentions {
		persons = append(persons, u.ID)
	}
	b.talks.close(to, m.ChannelID, persons, staffAnswered)
}

// pressed answers a button and, where it marked a question as solved, keeps
// the bot from saying more to it.
func (b *Bot) pressed(ctx context.Context, i *session.Interaction) error {
	if err := b.press(ctx, i); err != nil {
		return err
	}
	_, id, _ := parseCustomID(i.CustomID())
	r := b.reports.get(id)
	if r == nil || r.private || i.GuildID == "" {
		return nil
	}
	r.mu.Lock()
	solved := r.solved
	r.mu.Unlock()
	if !solved {
		return nil
	}
	if at, err := b.placeOf(ctx, i.ChannelID); err == nil && at.parent != "" {
		b.hush.set(i.ChannelID, threadSolved)
		b.remember(ctx, i.GuildID, i.ChannelID, threadSolved)
	}
	b.talks.close("", r.channel, []string{r.owner}, threadSolved)
	return nil
}

const (
	// roleAge is how long the roles of a member are believed.
	roleAge = 10 * time.Minute
	// maxMembers is how many members are remembered with their roles.
	maxMembers = 2000
)

// roles remembers members whose roles were asked for.
type roles struct {
	mu sync.Mutex
	of map[[2]string]knownMember
}

type knownMember struct {
	*discordgo.Member
	asked time.Time
}

func (r *roles) get(ctx context.Context, s *session.Session, guild, user string) (*discordgo.Member, error) {
	key := [2]string{guild, user}
	r.mu.Lock()
	known, ok := r.of[key]
	r.mu.Unlock()
	if ok && time.Since(known.asked) < roleAge {
		return known.Member, nil
	}
	m, err := s.Member(ctx, guild, user)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil || len(r.of) >= maxMembers {
		r.of = map[[2]string]knownMember{}
	}
	r.of[key] = knownMember{m, time.Now()}
	return m, nil
}
