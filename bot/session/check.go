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
	ascii := 0 // nearly all of most texts
	for ; len(s)-ascii >= 8; ascii += 8 {
		b := s[ascii : ascii+8]
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&utf8.RuneSelf != 0 {
			break
		}
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
	w := walker{v2: v2}
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
		if err := w.visit(&place{field: "components", index: i}, &list[i], 0); err != nil {
			return err
		}
	}
	if v2 {
		return first(above("components", w.count, MaxV2Components), above("text displays together", w.text, MaxV2Text))
	}
	return nil
}
