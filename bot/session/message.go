package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// Message is what the bot says, wherever it says it. Nothing in it can ping
// anybody: allowed_mentions is always sent, and always empty.
type Message struct {
	// Content is the text, at most MaxContent. Empty with V2.
	Content string
	// Embeds are at most 10. None with V2.
	Embeds []*discordgo.MessageEmbed
	// Components are rows of buttons and selects or, with V2, any layout.
	Components []discordgo.MessageComponent
	// Files are at most 10 attachments.
	Files []File
	// Ephemeral shows the message to the invoker alone. Only for first answers
	// and follow-ups to interactions; an edit cannot change it.
	Ephemeral bool
	// V2 switches to Components V2. It can never be taken back by an edit.
	V2 bool
	// Previews lets Discord unfurl links; they are suppressed otherwise.
	Previews bool
	// Silent posts a message without a notification. Only for new messages.
	Silent bool
	// KeepFiles keeps the attachments that a message has when it is edited;
	// otherwise an edit replaces them by Files.
	KeepFiles bool
	// Nonce makes Send idempotent: within a few minutes Discord answers a repeat
	// with the first message. At most 25 characters; random if empty. Two
	// processes that derive it from the message they answer post one answer.
	Nonce string
}

// File is an attachment to send.
type File struct {
	// Name is what the reader sees; characters that could confuse are replaced.
	Name string
	// ContentType is the MIME type; empty means application/octet-stream.
	ContentType string
	// Data is the content, at most MaxFile.
	Data []byte
}

// purpose is what a message is sent for: it decides which fields are written.
type purpose int

const (
	forCreate purpose = iota // a new message in a channel
	forAnswer                // a first answer or follow-up to an interaction
	forEdit                  // an existing message is replaced
)

// payload is a message as Discord wants it. What may be left out is left out
// when nil, and written when empty.
type payload struct {
	Content      any
	Embeds       any
	Components   []discordgo.MessageComponent
	Attachments  []attachmentRef
	Flags        discordgo.MessageFlags
	Nonce        string // may be empty
	EnforceNonce bool
	Reference    *reference
}

// MarshalJSON writes the payload. allowed_mentions must have an explicit empty
// list: without it everything pings, and null is not documented.
func (p *payload) MarshalJSON() ([]byte, error) {
	w := jsonWriter{buf: make([]byte, 0, payloadSize)}
	w.open('{')
	if p.Content != nil {
		w.key("content")
		w.any(p.Content)
	}
	if p.Embeds != nil {
		w.key("embeds")
		w.any(p.Embeds)
	}
	if p.Components != nil {
		w.key("components")
		w.components(p.Components)
	}
	if p.Attachments != nil {
		w.key("attachments")
		w.any(p.Attachments)
	}
	w.key("allowed_mentions")
	w.open('{')
	w.key("parse")
	w.buf = append(w.buf, "[]"...)
	w.close('}')
	w.num("flags", int(p.Flags))
	w.strIf("nonce", p.Nonce)
	if p.EnforceNonce {
		w.flag("enforce_nonce", true)
	}
	if p.Reference != nil {
		w.key("message_reference")
		w.any(p.Reference)
	}
	w.close('}')
	return w.buf, w.err
}

// payloadSize is a guess that most payloads fit into, in bytes.
const payloadSize = 6 << 10

type reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"`
}

type attachmentRef struct {
	ID       int    `json:"id,string"` // a snowflake, which JSON writes as text
	Filename string `json:"filename"`
}

// payload renders m and checks it against Discord's limits.
func (m Message) payload(why purpose) (*payload, error) {
	p := &payload{}
	if why == forEdit || len(m.Components) > 0 {
		p.Components = append([]discordgo.MessageComponent{}, m.Components...)
	}
	switch {
	case m.V2:
		p.Flags |= discordgo.MessageFlagsIsComponentsV2
		if why == forEdit {
			p.Content, p.Embeds = json.RawMessage("null"), []string{}
		}
	default:
		if why == forEdit || m.Content != "" {
			p.Content = m.Content
		}
		if why == forEdit || len(m.Embeds) > 0 {
			p.Embeds = append([]*discordgo.MessageEmbed{}, m.Embeds...)
		}
		if len(m.Embeds) == 0 && !m.Previews {
			p.Flags |= discordgo.MessageFlagsSuppressEmbeds
		}
	}
	if m.Silent && why == forCreate {
		p.Flags |= discordgo.MessageFlagsSuppressNotifications
	}
	if m.Ephemeral && why == forAnswer {
		p.Flags |= discordgo.MessageFlagsEphemeral
	}
	if len(m.Files) > 0 || why == forEdit && !m.KeepFiles {
		refs := make([]attachmentRef, len(m.Files))
		for i, f := range m.Files {
			refs[i] = attachmentRef{i, safeName(f.Name)}
		}
		p.Attachments = refs
	}
	return p, m.check(why)
}

// Encode returns the body of the request that posts m in a channel, checked
// against Discord's limits; attached files travel beside it.
func (m Message) Encode() ([]byte, error) {
	p, err := m.post()
	if err != nil {
		return nil, err
	}
	return p.MarshalJSON()
}

// post is the payload of a new message in a channel, with a nonce.
func (m Message) post() (*payload, error) {
	p, err := m.payload(forCreate)
	if err != nil {
		return nil, err
	}
	if p.Nonce, p.EnforceNonce = m.Nonce, true; p.Nonce == "" {
		p.Nonce = newNonce()
	}
	return p, nil
}

// encode puts v as the body of c, as a form with the files if there are any.
func encode(c call, v any, files []File) (call, error) {
	c, err := c.json(v)
	if err != nil || len(files) == 0 {
		return c, err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := writePart(w, `form-data; name="payload_json"`, "application/json", c.body); err != nil {
		return c, err
	}
	for i, f := range files {
		kind := f.ContentType
		if kind == "" {
			kind = "application/octet-stream"
		}
		head := fmt.Sprintf(`form-data; name="files[%d]"; filename="%s"`, i, safeName(f.Name))
		if err := writePart(w, head, kind, f.Data); err != nil {
			return c, err
		}
	}
	if err := w.Close(); err != nil {
		return c, fmt.Errorf("session: encoding files: %w", err)
	}
	c.body, c.ctype = b.Bytes(), w.FormDataContentType()
	return c, nil
}

func writePart(w *multipart.Writer, disposition, kind string, data []byte) error {
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {disposition},
		"Content-Type":        {kind},
	})
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil {
		return fmt.Errorf("session: encoding files: %w", err)
	}
	return nil
}

// safeName keeps letters, digits, dot, dash and underscore of a file name.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, name)
	if name = strings.Trim(cut(name, 100), "."); name == "" {
		return "file"
	}
	return strings.ReplaceAll(name, "…", "")
}
