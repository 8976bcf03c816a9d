package session

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// Send posts a message in a channel or thread, as a reply to the message replyTo
// unless that is empty; nobody is pinged by it. If nobody knows whether it took
// effect it is repeated once, with the nonce that makes Discord return the first
// message instead of a second.
func (s *Session) Send(ctx context.Context, channelID string, m Message, replyTo string) (*discordgo.Message, error) {
	p, err := m.post()
	if err != nil {
		return nil, err
	}
	if replyTo != "" {
		p.Reference = &reference{MessageID: replyTo}
	}
	c, err := encode(endpoint(http.MethodPost, "/channels/{channel}/messages", channelID), p, m.Files)
	if err != nil {
		return nil, err
	}
	c.retries = 1
	return s.message(ctx, c)
}

func newNonce() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// Edit replaces one of the bot's own messages.
func (s *Session) Edit(ctx context.Context, channelID, messageID string, m Message) (*discordgo.Message, error) {
	p, err := m.payload(forEdit)
	if err != nil {
		return nil, err
	}
	c, err := encode(endpoint(http.MethodPatch, "/channels/{channel}/messages/{message}", channelID, messageID), p, m.Files)
	if err != nil {
		return nil, err
	}
	return s.message(ctx, c)
}

// Delete removes a message. One that is gone already is no error.
func (s *Session) Delete(ctx context.Context, channelID, messageID string) error {
	c := endpoint(http.MethodDelete, "/channels/{channel}/messages/{message}", channelID, messageID)
	return s.delete(ctx, c, codeUnknownMessage)
}

// Message fetches a message; its attachments get fresh addresses.
func (s *Session) Message(ctx context.Context, channelID, messageID string) (*discordgo.Message, error) {
	return s.message(ctx, endpoint(http.MethodGet, "/channels/{channel}/messages/{message}", channelID, messageID))
}

// Thread is what a new thread is like.
type Thread struct {
	// Name is cut to MaxThreadName.
	Name string
	// AutoArchive is the minutes without messages after which it is archived:
	// 60, 1440, 4320 or 10080; 0 means 1440.
	AutoArchive int
}

// StartThread opens a thread on a message. If the message has one already, that
// one is returned.
func (s *Session) StartThread(ctx context.Context, channelID, messageID string, t Thread) (*discordgo.Channel, error) {
	if t.AutoArchive == 0 {
		t.AutoArchive = 1440
	}
	if !slices.Contains([]int{60, 1440, 4320, 10080}, t.AutoArchive) {
		return nil, &FormError{"thread", fmt.Sprintf("cannot be archived after %d minutes", t.AutoArchive)}
	}
	c, err := endpoint(http.MethodPost, "/channels/{channel}/messages/{message}/threads", channelID, messageID).json(struct {
		Name        string `json:"name"`
		AutoArchive int    `json:"auto_archive_duration"`
	}{threadName(t.Name), t.AutoArchive})
	if err != nil {
		return nil, err
	}
	c.retries, c.settled = 1, codeThreadExists
	body, err := s.api.do(ctx, c)
	var e *Error
	if err == nil && body == nil || errors.As(err, &e) && e.Code == codeThreadExists {
		return s.Channel(ctx, messageID) // a thread has the id of its first message
	}
	if err != nil {
		return nil, err
	}
	return decodeAs[discordgo.Channel](c, body)
}

// threadName makes one line of at most MaxThreadName units.
func threadName(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	n := 0
	for i, r := range name {
		if n += Length(string(r)); n > MaxThreadName {
			return strings.TrimSpace(name[:i])
		}
	}
	if name == "" {
		return "…"
	}
	return name
}

// Typing shows the bot as typing for ten seconds.
func (s *Session) Typing(ctx context.Context, channelID string) error {
	_, err := s.api.do(ctx, endpoint(http.MethodPost, "/channels/{channel}/typing", channelID))
	return err
}

// React adds the bot's reaction: a Unicode emoji, or name:id of a custom one.
func (s *Session) React(ctx context.Context, channelID, messageID, emoji string) error {
	_, err := s.api.do(ctx, endpoint(http.MethodPut,
		"/channels/{channel}/messages/{message}/reactions/{emoji}/@me", channelID, messageID, emoji))
	return err
}

// Unreact takes the bot's reaction back.
func (s *Session) Unreact(ctx context.Context, channelID, messageID, emoji string) error {
	return s.delete(ctx, endpoint(http.MethodDelete,
		"/channels/{channel}/messages/{message}/reactions/{emoji}/@me", channelID, messageID, emoji), codeUnknownMessage)
}

// Channel fetches a channel or thread.
func (s *Session) Channel(ctx context.Context, channelID string) (*discordgo.Channel, error) {
	return get[discordgo.Channel](ctx, s, endpoint(http.MethodGet, "/channels/{channel}", channelID))
}

// message runs a call whose answer is a message.
func (s *Session) message(ctx context.Context, c call) (*discordgo.Message, error) {
	return get[discordgo.Message](ctx, s, c)
}

// delete runs a call after which something shall be gone; code says that it was.
func (s *Session) delete(ctx context.Context, c call, code int) error {
	_, err := s.api.do(ctx, c)
	var e *Error
	if errors.As(err, &e) && e.Code == code {
		return nil
	}
	return err
}

func get[T any](ctx context.Context, s *Session, c call) (*T, error) {
	body, err := s.api.do(ctx, c)
	if err != nil {
		return nil, err
	}
	return decodeAs[T](c, body)
}

// decodeAs reads the answer to c. The call has succeeded by then; the error only
// says that its answer makes no sense.
func decodeAs[T any](c call, body []byte) (*T, error) {
	v := new(T)
	if err := lenient(json.RawMessage(body), v); err != nil {
		return nil, &Error{Route: c.route, Status: http.StatusOK, Text: "the answer is not what the documents say",
			Unknown: c.method != http.MethodGet, cause: err}
	}
	return v, nil
}
