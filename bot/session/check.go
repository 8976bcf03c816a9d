package session

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
)

// Discord's limits for what a bot sends. Sources: the documents on messages,
// components and uploads; where they and the OpenAPI file differ, the lower one.
const (
	MaxContent      = 2000     // characters of a message's text
	MaxEmbeds       = 10       // embeds of a message
	MaxEmbedTitle   = 256      // characters of an embed's title
	MaxEmbedText    = 4096     // characters of an embed's description
	MaxEmbedFields  = 25       // fields of an embed
	MaxFieldName    = 256      // characters of a field's name
	MaxFieldValue   = 1024     // characters of a field's value
	MaxEmbedFooter  = 2048     // characters of an embed's footer
	MaxEmbedAuthor  = 256      // characters of an embed's author
	MaxEmbedsTotal  = 6000     // characters of all embeds together
	MaxFiles        = 10       // attachments of a message
	MaxFile         = 10 << 20 // bytes of one attachment
	MaxUpload       = 25 << 20 // bytes of all attachments together
	MaxRows         = 5        // action rows of a message
	MaxV2Components = 40       // components of a V2 message, nested ones included
	MaxV2Text       = 4000     // characters of all text displays together
	MaxNonce        = 25       // characters of a nonce
	MaxCustomID     = 100      // characters of a component's custom_id
	MaxThreadName   = 100      // characters of a thread's name
	MaxChoices      = 25       // suggestions of an autocomplete answer
	MaxChoice       = 100      // characters of a suggestion's name or value
)

// Length returns the length of s as the session counts it: in UTF-16 units,
// which is never less than Discord counts.
func Length(s string) int {
	ascii := 0
	for ascii < len(s) && s[ascii] < utf8.RuneSelf {
		ascii++
	}
	n := ascii
	for _, r := range s[ascii:] {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// over returns a LengthError if s is longer than limit.
func over(field, s string, limit int) error {
	return above(field, Length(s), limit)
}

func above(field string, have, limit int) error {
	if have > limit {
		return &LengthError{field, have, limit}
	}
	return nil
}

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// check holds m against the limits.
func (m Message) check(why purpose) error {
	empty := strings.TrimSpace(m.Content) == "" && len(m.Embeds) == 0 && len(m.Files) == 0
	switch {
	case m.V2 && (m.Content != "" || len(m.Embeds) > 0):
		return &FormError{"message", "with V2 must not have content or embeds: put the text into text displays"}
	case m.V2 && len(m.Components) == 0, !m.V2 && empty && !(why == forEdit && m.KeepFiles):
		return &FormError{"message", "is empty"}
	case m.Ephemeral && why == forCreate:
		return &FormError{"message", "cannot be ephemeral: only answers to interactions can"}
	}
	if err := first(
		over("content", m.Content, MaxContent),
		over("nonce", m.Nonce, MaxNonce),
		checkEmbeds(m.Embeds),
		checkFiles(m.Files),
	); err != nil {
		return err
	}
	return checkComponents(m.Components, m.V2)
}

func checkEmbeds(embeds []*discordgo.MessageEmbed) error {
	if err := above("embeds", len(embeds), MaxEmbeds); err != nil {
		return err
	}
	total := 0
	for i, e := range embeds {
		if e == nil {
			return &FormError{fmt.Sprintf("embeds[%d]", i), "is nil"}
		}
		n, err := checkEmbed(fmt.Sprintf("embeds[%d].", i), e)
		if err != nil {
			return err
		}
		total += n
	}
	return above("embeds together", total, MaxEmbedsTotal)
}

// checkEmbed returns the characters that count towards MaxEmbedsTotal.
func checkEmbed(at string, e *discordgo.MessageEmbed) (int, error) {
	total := Length(e.Title) + Length(e.Description)
	err := first(
		over(at+"title", e.Title, MaxEmbedTitle),
		over(at+"description", e.Description, MaxEmbedText),
		above(at+"fields", len(e.Fields), MaxEmbedFields),
	)
	if e.Footer != nil {
		total += Length(e.Footer.Text)
		err = first(err, over(at+"footer.text", e.Footer.Text, MaxEmbedFooter))
	}
	if e.Author != nil {
		total += Length(e.Author.Name)
		err = first(err, over(at+"author.name", e.Author.Name, MaxEmbedAuthor))
	}
	for i, f := range e.Fields {
		field := fmt.Sprintf("%sfields[%d]", at, i)
		if f == nil || strings.TrimSpace(f.Name) == "" || strings.TrimSpace(f.Value) == "" {
			return 0, first(err, &FormError{field, "needs a name and a value"})
		}
		total += Length(f.Name) + Length(f.Value)
		err = first(err, over(field+".name", f.Name, MaxFieldName), over(field+".value", f.Value, MaxFieldValue))
	}
	return total, err
}

func checkFiles(files []File) error {
	err := above("files", len(files), MaxFiles)
	total := 0
	for i, f := range files {
		total += len(f.Data)
		err = first(err, above(fmt.Sprintf("files[%d]", i), len(f.Data), MaxFile))
	}
	return first(err, above("files together", total, MaxUpload))
}

// checkComponents holds components against the limits.
func checkComponents(components []discordgo.MessageComponent, v2 bool) error {
	list, err := nodesOf(components)
	if err != nil {
		return err
	}
	w := walker{v2: v2, ids: map[string]bool{}}
	if !v2 {
		if err := above("components", len(list), MaxRows); err != nil {
			return err
		}
		for i, n := range list {
			if n.Type != discordgo.ActionsRowComponent {
				return &FormError{fmt.Sprintf("components[%d]", i), "must be an action row, or the message V2"}
			}
		}
	}
	for i := range list {
		if err := w.visit(fmt.Sprintf("components[%d]", i), &list[i], 0); err != nil {
			return err
		}
	}
	if v2 {
		return first(above("components", w.count, MaxV2Components), above("text displays together", w.text, MaxV2Text))
	}
	return nil
}

// node is what the limits of components look at.
type node struct {
	Type        discordgo.ComponentType `json:"type"`
	CustomID    string                  `json:"custom_id"`
	Label       string                  `json:"label"`
	URL         string                  `json:"url"`
	Content     string                  `json:"content"`
	Placeholder string                  `json:"placeholder"`
	Description string                  `json:"description"`
	Value       string                  `json:"value"`
	Options     []node                  `json:"options,omitempty"`
	Components  []node                  `json:"components,omitempty"`
	Component   *node                   `json:"component"`
	Accessory   *node                   `json:"accessory"`
}

// walker counts while it goes down a tree of components.
type walker struct {
	v2    bool
	modal bool
	ids   map[string]bool
	count int
	text  int
}

func (w *walker) visit(at string, n *node, depth int) error {
	w.count++
	if depth > 5 {
		return &FormError{at, "is nested too deeply"}
	}
	if n.CustomID != "" {
		if w.ids[n.CustomID] {
			return &FormError{at, "repeats the custom_id of another component"}
		}
		w.ids[n.CustomID] = true
	}
	if err := first(over(at+".custom_id", n.CustomID, MaxCustomID), w.checkType(at, n)); err != nil {
		return err
	}
	for i := range n.Components {
		if err := w.visit(fmt.Sprintf("%s.components[%d]", at, i), &n.Components[i], depth+1); err != nil {
			return err
		}
	}
	for _, child := range []*node{n.Component, n.Accessory} {
		if child != nil {
			if err := w.visit(at+".component", child, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkType holds one component against the limits of its type.
func (w *walker) checkType(at string, n *node) error {
	switch n.Type {
	case discordgo.ActionsRowComponent:
		if len(n.Components) == 0 {
			return &FormError{at, "is an empty row"}
		}
		return above(at+".components", len(n.Components), 5)
	case discordgo.ButtonComponent:
		return first(over(at+".label", n.Label, 80), over(at+".url", n.URL, 512))
	case discordgo.UserSelectMenuComponent, discordgo.RoleSelectMenuComponent,
		discordgo.MentionableSelectMenuComponent, discordgo.ChannelSelectMenuComponent:
		return over(at+".placeholder", n.Placeholder, 150)
	case discordgo.SelectMenuComponent:
		return first(over(at+".placeholder", n.Placeholder, 150), checkOptions(at, n.Options))
	case discordgo.TextInputComponent:
		return first(over(at+".label", n.Label, 45), over(at+".placeholder", n.Placeholder, 100), over(at+".value", n.Value, 4000))
	case labelType:
		return first(over(at+".label", n.Label, 45), over(at+".description", n.Description, 100))
	case discordgo.TextDisplayComponent:
		w.text += Length(n.Content)
		if n.Content == "" {
			return &FormError{at, "is an empty text"}
		}
	}
	if !w.v2 && !w.modal {
		return &FormError{at, fmt.Sprintf("has type %d, which needs a row or V2", n.Type)}
	}
	return nil
}

func checkOptions(at string, options []node) error {
	if len(options) == 0 {
		return &FormError{at, "has no options"}
	}
	err := above(at+".options", len(options), 25)
	for i, o := range options {
		field := fmt.Sprintf("%s.options[%d]", at, i)
		err = first(err, over(field+".label", o.Label, 100), over(field+".value", o.Value, 100),
			over(field+".description", o.Description, 100))
	}
	return err
}
