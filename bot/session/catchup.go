package session

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// discordEpoch is the millisecond at which Discord's ids begin: 2015.
	discordEpoch = 1420070400000
	// catchUpPage is how many messages one request gives at most, catchUpPages
	// how many requests are made for one channel. Who wrote more than that while
	// the bot was away is answered from the end of the list on by asking again.
	catchUpPage, catchUpPages = 100, 3
	// catchUpMargin is how much further back is read, for clocks that differ and
	// events that were on their way. What was handled is not handled again.
	catchUpMargin = 30 * time.Second
)

// CatchUp reads the messages that were posted in a channel since a time, and
// hands those that no event has brought to Handler.MessageCreate, oldest first,
// as if their events came now. It returns how many messages it found, those
// known already included; at most 300. Call it for ReadyEvent.Since: a new
// gateway session brings nothing of what was posted before it.
func (s *Session) CatchUp(ctx context.Context, channelID string, since time.Time) (int, error) {
	channel, err := s.Channel(ctx, channelID)
	if err != nil {
		return 0, err
	}
	after := snowflakeAt(since.Add(-catchUpMargin))
	found := 0
	for range catchUpPages {
		c := endpoint(http.MethodGet, "/channels/{channel}/messages", channelID)
		c.url += fmt.Sprintf("?limit=%d&after=%s", catchUpPage, after)
		page, err := get[[]json.RawMessage](ctx, s, c)
		if err != nil {
			return found, err
		}
		for _, raw := range slices.Backward(*page) { // Discord lists the newest first
			raw, id, err := asEvent(raw, channel.GuildID)
			if err != nil {
				return found, fmt.Errorf("session: %s: %w", c.route, err)
			}
			after = id
			found++
			s.onEvent(&discordgo.Event{Type: typeMessageCreate, RawData: raw})
		}
		if len(*page) < catchUpPage {
			break
		}
	}
	return found, nil
}

// asEvent adds to a message of the API what only its event says: the server.
func asEvent(raw json.RawMessage, guildID string) (json.RawMessage, string, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, "", err
	}
	var id string
	if err := json.Unmarshal(m["id"], &id); err != nil {
		return nil, "", err
	}
	if guildID != "" {
		m["guild_id"], _ = json.Marshal(guildID) // a string cannot fail
	}
	out, err := json.Marshal(m)
	return out, id, err
}

// snowflakeAt is the smallest id of what is made at a time.
func snowflakeAt(t time.Time) string {
	return strconv.FormatInt(max(0, t.UnixMilli()-discordEpoch)<<22, 10)
}
