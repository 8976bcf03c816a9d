package playground

import (
	"encoding/json"
	"strings"
)

// Message is a message as one person sees it: a reading of its JSON.
type Message struct {
	raw  json.RawMessage
	body obj
}

func newMessage(o obj) Message {
	raw := encode(o)
	v, err := parseJSON(raw)
	if err != nil {
		return Message{raw: raw, body: obj{}}
	}
	body, _ := v.(obj)
	return Message{raw: raw, body: body}
}

// Raw is the message's JSON as Discord would send it.
func (m Message) Raw() json.RawMessage { return m.raw }

// ID is the message's id; empty for the zero Message.
func (m Message) ID() string { return str(m.body, "id") }

// ChannelID is the id of the channel or thread it is in.
func (m Message) ChannelID() string { return str(m.body, "channel_id") }

// AuthorID is the user id of its author.
func (m Message) AuthorID() string { return str(object(m.body, "author"), "id") }

// FromBot reports whether a bot wrote it.
func (m Message) FromBot() bool { return boolean(object(m.body, "author"), "bot") }

// Content is the text field alone; see [Message.Text] for all that is shown.
func (m Message) Content() string { return str(m.body, "content") }

// Type is Discord's message type: 0 ordinary, 19 a reply, 20 answer to a slash command.
func (m Message) Type() int { return int(number(m.body, "type")) }

// Flags are Discord's message flags.
func (m Message) Flags() int64 { return number(m.body, "flags") }

// Ephemeral reports whether only one person sees it.
func (m Message) Ephemeral() bool { return m.Flags()&flagEphemeral != 0 }

// Loading reports whether it is the placeholder of a deferred answer.
func (m Message) Loading() bool { return m.Flags()&flagLoading != 0 }

// V2 reports whether it consists of Components V2.
func (m Message) V2() bool { return m.Flags()&flagV2 != 0 }

// Edited reports whether it was changed after it was sent.
func (m Message) Edited() bool { return has(m.body, "edited_timestamp") }

// ReplyTo is the id of the message it replies to, or empty.
func (m Message) ReplyTo() string {
	if m.Type() != typeReply {
		return ""
	}
	return str(object(m.body, "message_reference"), "message_id")
}

// MentionIDs are the ids of the users it notifies.
func (m Message) MentionIDs() []string {
	var out []string
	for _, v := range list(m.body, "mentions") {
		if u, ok := v.(obj); ok {
			out = append(out, str(u, "id"))
		}
	}
	return out
}

// MentionsEveryone reports whether @everyone or @here notifies.
func (m Message) MentionsEveryone() bool { return boolean(m.body, "mention_everyone") }

// ThreadID is the id of the thread that was started on it, or empty.
func (m Message) ThreadID() string { return str(object(m.body, "thread"), "id") }

// Reactions are the emoji on it, in the order they came.
func (m Message) Reactions() []string {
	var out []string
	for _, v := range list(m.body, "reactions") {
		if r, ok := v.(obj); ok {
			out = append(out, str(object(r, "emoji"), "name"))
		}
	}
	return out
}

// Embed is one embed of a message.
type Embed struct {
	// Title, Description, URL, Footer and Author are the texts of the embed.
	Title, Description, URL, Footer, Author string
	// Color is its RGB colour.
	Color int
	// Fields are its fields.
	Fields []Field
	// Raw is its JSON.
	Raw json.RawMessage
}

// Field is one field of an [Embed].
type Field struct {
	// Name and Value are its two texts.
	Name, Value string
	// Inline is set when it may share its line.
	Inline bool
}

// Embeds are the message's embeds.
func (m Message) Embeds() []Embed {
	var out []Embed
	for _, v := range list(m.body, "embeds") {
		o, ok := v.(obj)
		if !ok {
			continue
		}
		e := Embed{Title: str(o, "title"), Description: str(o, "description"), URL: str(o, "url"),
			Footer: str(object(o, "footer"), "text"), Author: str(object(o, "author"), "name"),
			Color: int(number(o, "color")), Raw: encode(o)}
		for _, fv := range list(o, "fields") {
			if fo, ok := fv.(obj); ok {
				e.Fields = append(e.Fields, Field{str(fo, "name"), str(fo, "value"), boolean(fo, "inline")})
			}
		}
		out = append(out, e)
	}
	return out
}

// Attachment is one file of a message.
type Attachment struct {
	// ID, Filename, ContentType and URL are as Discord gives them.
	ID, Filename, ContentType, URL string
	// Size is in bytes.
	Size int
}

// Attachments are the message's files.
func (m Message) Attachments() []Attachment {
	var out []Attachment
	for _, v := range list(m.body, "attachments") {
		if o, ok := v.(obj); ok {
			out = append(out, Attachment{ID: str(o, "id"), Filename: str(o, "filename"), URL: str(o, "url"),
				ContentType: str(o, "content_type"), Size: int(number(o, "size"))})
		}
	}
	return out
}

// Component is one component of a message or modal, of any type.
type Component struct {
	// Type is Discord's component type: 1 row, 2 button, 3 string select, 4 text input, ...
	Type int
	// CustomID, Label, URL, Placeholder, Value and Content are empty where the type has none.
	CustomID, Label, URL, Placeholder, Value, Content string
	// Style is the style of a button or text input.
	Style int
	// Disabled is set for a control that cannot be used.
	Disabled bool
	// Options are the choices of a select, by value.
	Options []Choice
	// Raw is its JSON, children included.
	Raw json.RawMessage
}

// Components are all components of the message, flattened, parents first.
func (m Message) Components() []Component { return flatten(list(m.body, "components")) }

func flatten(in []any) []Component {
	var out []Component
	walkComponents(in, func(o obj) {
		c := Component{Type: kindOf(o), CustomID: str(o, "custom_id"), Label: str(o, "label"), URL: str(o, "url"),
			Placeholder: str(o, "placeholder"), Value: str(o, "value"), Content: str(o, "content"),
			Style: int(number(o, "style")), Disabled: boolean(o, "disabled"), Raw: encode(o)}
		for _, v := range list(o, "options") {
			if op, ok := v.(obj); ok {
				c.Options = append(c.Options, Choice{Name: str(op, "label"), Value: op["value"]})
			}
		}
		out = append(out, c)
	})
	return out
}

// Buttons are the buttons and selects that can be used.
func (m Message) Buttons() []Component {
	var out []Component
	for _, c := range m.Components() {
		if c.CustomID != "" && !c.Disabled {
			out = append(out, c)
		}
	}
	return out
}

// Text is everything a reader sees: content, embeds, text displays and the
// labels of controls, one after the other.
func (m Message) Text() string {
	parts := []string{m.Content()}
	for _, e := range m.Embeds() {
		parts = append(parts, e.Author, e.Title, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Name, f.Value)
		}
		parts = append(parts, e.Footer)
	}
	for _, c := range m.Components() {
		parts = append(parts, c.Content, c.Label, c.Placeholder)
		for _, o := range c.Options {
			parts = append(parts, o.Name)
		}
	}
	keep := parts[:0]
	for _, p := range parts {
		if p != "" {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, "\n")
}

// Channel is a channel or thread: a reading of its JSON.
type Channel struct {
	// ID, Name and ParentID are as Discord gives them.
	ID, Name, ParentID string
	// Type is Discord's channel type: 0 text, 1 direct message, 11 thread, 15 forum.
	Type int
	// Tags are the ids of the tags on a forum post.
	Tags []string
	// Archived and Locked are the state of a thread.
	Archived, Locked bool
	// Raw is its JSON.
	Raw json.RawMessage
}

func newChannel(o obj) Channel {
	md := object(o, "thread_metadata")
	return Channel{ID: str(o, "id"), Name: str(o, "name"), ParentID: str(o, "parent_id"), Type: int(number(o, "type")),
		Tags: strList(list(o, "applied_tags")), Archived: boolean(md, "archived"), Locked: boolean(md, "locked"), Raw: encode(o)}
}

// Modal is a form the bot has put before a person.
type Modal struct {
	// InteractionID is that of the interaction it answered.
	InteractionID string
	// CustomID and Title are as the bot sent them.
	CustomID, Title string
	// Components are its components, flattened.
	Components []Component
	// Raw is its JSON.
	Raw json.RawMessage
}

func newModal(it *interaction) *Modal {
	m := &Modal{InteractionID: it.id, CustomID: str(it.modal, "custom_id"), Title: str(it.modal, "title"), Raw: encode(it.modal)}
	v, err := parseJSON(m.Raw)
	if o, ok := v.(obj); err == nil && ok {
		m.Components = flatten(list(o, "components"))
	}
	return m
}

// Choice is one suggestion of an autocomplete or one option of a select.
type Choice struct {
	// Name is what is shown.
	Name string `json:"name"`
	// Value is what is sent back: a string or a number.
	Value any `json:"value"`
}
