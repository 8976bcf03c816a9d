package session

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// MaxHistory is the most messages that one call of History returns.
const MaxHistory = 100

// History returns at most limit messages of a channel or thread that were
// posted after the message with the id after, oldest first. Where the bot may
// not read the history Discord returns none; without the message content
// intent their texts are empty. Member and GuildID are not set.
func (s *Session) History(ctx context.Context, channelID, after string, limit int) ([]*discordgo.Message, error) {
	c := endpoint(http.MethodGet, "/channels/{channel}/messages", channelID)
	c.url += "?" + url.Values{"after": {after}, "limit": {strconv.Itoa(min(max(limit, 1), MaxHistory))}}.Encode()
	list, err := get[[]*discordgo.Message](ctx, s, c)
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(*list, func(m *discordgo.Message) bool { return m == nil || m.ID == "" || m.Author == nil })
	slices.Reverse(out) // Discord sends the newest first
	return out, nil
}

// ActiveThreads returns the threads and forum posts of a server that are not
// archived and that the bot can see.
func (s *Session) ActiveThreads(ctx context.Context, guildID string) ([]*discordgo.Channel, error) {
	list, err := get[discordgo.ThreadsList](ctx, s, endpoint(http.MethodGet, "/guilds/{guild}/threads/active", guildID))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Threads, func(c *discordgo.Channel) bool { return c == nil || c.ID == "" }), nil
}

// Member returns a member of a server with their roles.
func (s *Session) Member(ctx context.Context, guildID, userID string) (*discordgo.Member, error) {
	return get[discordgo.Member](ctx, s, endpoint(http.MethodGet, "/guilds/{guild}/members/{user}", guildID, userID))
}

// Arrived makes the event of a message that was fetched and not delivered. The
// guild is empty for a direct message.
func (s *Session) Arrived(m *discordgo.Message, guildID string) *MessageEvent {
	m.GuildID = guildID
	e := &MessageEvent{Message: m, Webhook: m.WebhookID != ""}
	user := m.WebhookID
	if m.Author != nil {
		user, e.Bot = m.Author.ID, m.Author.Bot
		me := s.Me()
		e.Own = me != nil && me.ID == m.Author.ID
	}
	e.Log = s.scoped("fetched message", "message", m.ID, "channel", m.ChannelID, "guild", guildID, "user", user)
	return e
}
