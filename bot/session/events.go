package session

import (
	"context"
	"log/slog"
	"time"

	"github.com/bwmarrin/discordgo"
)

// Handler receives events, each in a goroutine of a bounded pool, with a context
// that ends at the handler's deadline. A nil function ignores its event. An error
// is logged in full and, for an interaction, answered with Texts.Failed; a panic
// likewise. Events of one kind may arrive out of order.
type Handler struct {
	// Ready is called when a new gateway session has begun.
	Ready func(context.Context, *ReadyEvent) error
	// Resumed is called when a lost connection was continued without loss.
	Resumed func(context.Context, *ReadyEvent) error
	// MessageCreate is called for messages of everybody, the bot's own included.
	MessageCreate func(context.Context, *MessageEvent) error
	// MessageUpdate is called for edits and for what Discord adds by itself, such
	// as previews; fields that did not change may be missing, the author too.
	MessageUpdate func(context.Context, *MessageEvent) error
	// MessageDelete is called once for each deleted message.
	MessageDelete func(context.Context, *DeleteEvent) error
	// ThreadCreate is called for new threads and those the bot is added to.
	ThreadCreate func(context.Context, *ThreadEvent) error
	// Interaction is called for commands, autocompletion, components and modals.
	Interaction func(context.Context, *Interaction) error
}

// ReadyEvent says who the bot is.
type ReadyEvent struct {
	// Log carries the ids of the event.
	Log *slog.Logger
	// User is the bot itself, AppID the application's id.
	User  *discordgo.User
	AppID string
	// Since is when Discord was last heard of before this session, if events
	// may have been lost since then. Zero on the first Ready, and
	// when a session was resumed.
	Since time.Time
}

// MessageEvent is a message that was posted or edited. If a component in it is
// unknown to discordgo, Components is empty and all else is there.
type MessageEvent struct {
	// Log carries the ids of the event, never its text.
	Log *slog.Logger
	*discordgo.Message
	// Bot marks messages of applications, Webhook those of webhooks, Own the
	// bot's own.
	Bot, Webhook, Own bool
}

// DeleteEvent is a message that is gone.
type DeleteEvent struct {
	// Log carries the ids of the event.
	Log                           *slog.Logger
	MessageID, ChannelID, GuildID string
}

// ThreadEvent is a thread that the bot can see since now.
type ThreadEvent struct {
	// Log carries the ids of the event.
	Log *slog.Logger
	*discordgo.Channel
	// NewlyCreated tells a new thread from one the bot was added to.
	NewlyCreated bool
}

// Contents returns what a message says: its content and that of the messages
// forwarded in it, whose text Discord keeps apart. Empty ones are left out.
func Contents(m *discordgo.Message) []string {
	var out []string
	for _, part := range withSnapshots(m) {
		if part.Content != "" {
			out = append(out, part.Content)
		}
	}
	return out
}

// Attachments returns the files of a message and of the messages forwarded in it.
func Attachments(m *discordgo.Message) []*discordgo.MessageAttachment {
	var out []*discordgo.MessageAttachment
	for _, part := range withSnapshots(m) {
		for _, a := range part.Attachments {
			if a != nil {
				out = append(out, a)
			}
		}
	}
	return out
}

func withSnapshots(m *discordgo.Message) []*discordgo.Message {
	if m == nil {
		return nil
	}
	out := []*discordgo.Message{m}
	for _, s := range m.MessageSnapshots {
		if s.Message != nil {
			out = append(out, s.Message)
		}
	}
	return out
}

// Interaction is a user's command, choice or form. Its token answers it for
// fifteen minutes; String, GoString and LogValue leave the token out.
type Interaction struct {
	// Log carries the ids of the event.
	Log *slog.Logger
	*discordgo.Interaction
	// User is who acted, in a server as in a direct message. Never nil.
	User *discordgo.User
	// Submit is what a modal was filled in with, nil for other kinds.
	Submit *Submit
	// AttachmentLimit is the largest file in bytes that the user may upload
	// here, 0 if Discord did not say.
	AttachmentLimit int64
	// Received is when the event arrived.
	Received time.Time

	state answerState
}

// Submit is a modal's content, whatever components it had.
type Submit struct {
	// CustomID is the modal's.
	CustomID string
	// Values maps the custom id of a component to what was entered or chosen.
	Values map[string][]string
	// Files are the uploads, by the ids that Values holds for them.
	Files map[string]*discordgo.MessageAttachment
}

// Value returns the first value of a component, or "".
func (s *Submit) Value(customID string) string {
	if s == nil || len(s.Values[customID]) == 0 {
		return ""
	}
	return s.Values[customID][0]
}

// Command returns the data of a command or an autocompletion. discordgo's own
// getter panics where this one returns false.
func (i *Interaction) Command() (discordgo.ApplicationCommandInteractionData, bool) {
	data, ok := i.Data.(discordgo.ApplicationCommandInteractionData)
	return data, ok
}

// Component returns the data of a pressed button or a select.
func (i *Interaction) Component() (discordgo.MessageComponentInteractionData, bool) {
	data, ok := i.Data.(discordgo.MessageComponentInteractionData)
	return data, ok
}

// CustomID returns the custom id of the component or modal, or "".
func (i *Interaction) CustomID() string {
	if i.Submit != nil {
		return i.Submit.CustomID
	}
	data, _ := i.Component()
	return data.CustomID
}

// String names the interaction without its token.
func (i *Interaction) String() string {
	if i == nil || i.Interaction == nil {
		return "interaction"
	}
	return "interaction " + i.ID
}

// GoString is String, for %#v.
func (i *Interaction) GoString() string { return i.String() }

// LogValue implements slog.LogValuer without the token.
func (i *Interaction) LogValue() slog.Value { return slog.StringValue(i.String()) }
