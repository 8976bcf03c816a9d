package session

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
)

func rows(n int, components ...discordgo.MessageComponent) []discordgo.MessageComponent {
	out := make([]discordgo.MessageComponent, n)
	for i := range out {
		out[i] = discordgo.ActionsRow{Components: components}
	}
	return out
}

func button(id string) discordgo.Button { return discordgo.Button{Label: "b", CustomID: id} }

func displays(n, length int) []discordgo.MessageComponent {
	out := make([]discordgo.MessageComponent, n)
	for i := range out {
		out[i] = discordgo.TextDisplay{Content: strings.Repeat("x", length)}
	}
	return out
}

func TestLimitsAreCheckedBeforeSending(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	embed := func(e discordgo.MessageEmbed) Message { return Message{Embeds: []*discordgo.MessageEmbed{&e}} }
	six := []discordgo.MessageComponent{button("1"), button("2"), button("3"), button("4"), button("5"), button("6")}
	for _, test := range []struct {
		name string
		m    Message
		want string // "" means accepted
	}{
		{"content at the limit", Message{Content: long(MaxContent)}, ""},
		{"content over it", Message{Content: long(MaxContent + 1)}, "content is 2001, Discord's limit is 2000"},
		{"content over it in UTF-16", Message{Content: strings.Repeat("😀", MaxContent/2+1)}, "content is 2002"},
		{"nothing", Message{}, "is empty"},
		{"white space", Message{Content: " \n\t"}, "is empty"},
		{"components alone", Message{Components: rows(1, button("a"))}, "is empty"},
		{"ephemeral in a channel", Message{Content: "x", Ephemeral: true}, "ephemeral"},
		{"nonce", Message{Content: "x", Nonce: long(26)}, "nonce is 26"},
		{"eleven embeds", Message{Embeds: make([]*discordgo.MessageEmbed, 11)}, "embeds is 11"},
		{"nil embed", Message{Embeds: make([]*discordgo.MessageEmbed, 1)}, "embeds[0] is nil"},
		{"embed title", embed(discordgo.MessageEmbed{Title: long(257)}), "embeds[0].title is 257"},
		{"embed description", embed(discordgo.MessageEmbed{Description: long(4097)}), "embeds[0].description"},
		{"embed fields", embed(discordgo.MessageEmbed{Title: "t", Fields: make([]*discordgo.MessageEmbedField, 26)}), "embeds[0].fields"},
		{"embed field without value", embed(discordgo.MessageEmbed{Fields: []*discordgo.MessageEmbedField{{Name: "n"}}}), "needs a name and a value"},
		{"embed field name", embed(discordgo.MessageEmbed{Fields: []*discordgo.MessageEmbedField{{Name: long(257), Value: "v"}}}), "fields[0].name"},
		{"embed field value", embed(discordgo.MessageEmbed{Fields: []*discordgo.MessageEmbedField{{Name: "n", Value: long(1025)}}}), "fields[0].value"},
		{"embed footer", embed(discordgo.MessageEmbed{Footer: &discordgo.MessageEmbedFooter{Text: long(2049)}}), "footer"},
		{"embed author", embed(discordgo.MessageEmbed{Author: &discordgo.MessageEmbedAuthor{Name: long(257)}}), "author"},
		{"embeds together", Message{Embeds: []*discordgo.MessageEmbed{{Description: long(3001)}, {Description: long(3000)}}}, "embeds together is 6001"},
		{"embeds together at the limit", Message{Embeds: []*discordgo.MessageEmbed{{Description: long(3000)}, {Description: long(3000)}}}, ""},
		{"eleven files", Message{Files: make([]File, 11)}, "files is 11"},
		{"large file", Message{Files: []File{{Data: make([]byte, MaxFile+1)}}}, "files[0]"},
		{"large files together", Message{Files: []File{{Data: make([]byte, MaxFile)}, {Data: make([]byte, MaxFile)}, {Data: make([]byte, MaxFile)}}}, "files together"},
		{"six rows", Message{Content: "x", Components: rows(6)}, "components is 6"},
		{"button without a row", Message{Content: "x", Components: []discordgo.MessageComponent{button("a")}}, "must be an action row"},
		{"empty row", Message{Content: "x", Components: rows(1)}, "empty row"},
		{"six buttons", Message{Content: "x", Components: rows(1, six...)}, "components[0].components is 6"},
		{"same id twice", Message{Content: "x", Components: rows(2, button("a"))}, "repeats the custom_id"},
		{"long id", Message{Content: "x", Components: rows(1, button(long(101)))}, "custom_id is 101"},
		{"long label", Message{Content: "x", Components: rows(1, discordgo.Button{Label: long(81), CustomID: "a"})}, "label is 81"},
		{"long address", Message{Content: "x", Components: rows(1, discordgo.Button{Label: "b", URL: long(513), Style: discordgo.LinkButton})}, "url is 513"},
		{"select without options", Message{Content: "x", Components: rows(1, discordgo.SelectMenu{CustomID: "s"})}, "no options"},
		{"select with long option", Message{Content: "x", Components: rows(1, discordgo.SelectMenu{CustomID: "s",
			Options: []discordgo.SelectMenuOption{{Label: long(101), Value: "v"}}})}, "options[0].label"},
		{"user select", Message{Content: "x", Components: rows(1, discordgo.SelectMenu{MenuType: discordgo.UserSelectMenu, CustomID: "s"})}, ""},
		{"text display without V2", Message{Content: "x", Components: rows(1, discordgo.TextDisplay{Content: "t"})}, "needs a row or V2"},
		{"V2", Message{V2: true, Components: displays(2, 2000)}, ""},
		{"V2 with content", Message{V2: true, Content: "x", Components: displays(1, 1)}, "must not have content"},
		{"V2 without components", Message{V2: true}, "is empty"},
		{"V2 with too much text", Message{V2: true, Components: displays(2, 2001)}, "text displays together is 4002"},
		{"V2 with an empty text", Message{V2: true, Components: displays(1, 0)}, "empty text"},
		{"V2 with many components", Message{V2: true, Components: []discordgo.MessageComponent{discordgo.Container{Components: displays(40, 1)}}}, "components is 41"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, ok)
			_, err := s.Send(t.Context(), "2", test.m, "")
			if test.want == "" {
				if err != nil || sc.count() != 1 {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var length *LengthError
			var form *FormError
			if !errors.As(err, &length) && !errors.As(err, &form) || !strings.Contains(err.Error(), test.want) || sc.count() != 0 {
				t.Errorf("got %v after %d calls", err, sc.count())
			}
		})
	}
}

func TestLimitsOfChoicesAndModals(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, ok)
	many := make([]Choice, 26)
	for i := range many {
		many[i] = Choice{fmt.Sprint(i), "v"}
	}
	input := Label{Label: "l", Component: TextInput{CustomID: "t"}}
	modal := func(title, id string, c ...discordgo.MessageComponent) Modal { return Modal{id, title, c} }
	for name, err := range map[string]error{
		"26 choices":      s.Choices(t.Context(), interaction(s, "1"), many),
		"long choice":     s.Choices(t.Context(), interaction(s, "1"), []Choice{{strings.Repeat("x", 101), "v"}}),
		"empty choice":    s.Choices(t.Context(), interaction(s, "1"), []Choice{{"", "v"}}),
		"no title":        s.Modal(t.Context(), interaction(s, "1"), modal(" ", "m", input)),
		"no components":   s.Modal(t.Context(), interaction(s, "1"), modal("t", "m")),
		"six components":  s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", input, input, input, input, input, input)),
		"long title":      s.Modal(t.Context(), interaction(s, "1"), modal(strings.Repeat("x", 46), "m", input)),
		"same input":      s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", input, input)),
		"long label":      s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", Label{Label: strings.Repeat("x", 46), Component: TextInput{CustomID: "t"}})),
		"long value":      s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", Label{Label: "l", Component: TextInput{CustomID: "t", Value: strings.Repeat("x", 4001)}})),
		"select, no list": s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", Label{Label: "l", Component: StringSelect{CustomID: "t"}})),
		"wrong archive":   second(s.StartThread(t.Context(), "2", "3", Thread{Name: "n", AutoArchive: 5})),
	} {
		var length *LengthError
		var form *FormError
		if !errors.As(err, &length) && !errors.As(err, &form) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sc.count() != 0 {
		t.Errorf("%d calls", sc.count())
	}
	if err := s.Modal(t.Context(), interaction(s, "1"), modal("t", "m", input)); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// FuzzMessages checks that no text makes the checks or the encoding fail in any
// other way than with a typed error, nor the payload ping.
func FuzzMessages(f *testing.F) {
	f.Add("hello @everyone", "a.txt", "title", uint8(0))
	f.Add("\xff\x00", "../\x00", strings.Repeat("x", 300), uint8(7))
	f.Fuzz(func(t *testing.T, content, name, title string, bits uint8) {
		m := Message{Content: content, Ephemeral: bits&1 != 0, V2: bits&2 != 0, Previews: bits&4 != 0}
		if bits&8 != 0 {
			m.Files = []File{{Name: name, Data: []byte(content)}}
		}
		if bits&16 != 0 {
			m.Embeds = []*discordgo.MessageEmbed{{Title: title, Description: content}}
		}
		if bits&32 != 0 {
			m.Components = []discordgo.MessageComponent{discordgo.TextDisplay{Content: content}}
		}
		for _, why := range []purpose{forCreate, forAnswer, forEdit} {
			p, err := m.payload(why)
			if err != nil {
				continue
			}
			c, err := encode(endpoint("POST", "/x"), p, m.Files)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(c.body), `"allowed_mentions":{"parse":[]}`) {
				t.Errorf("sends %s", c.body)
			}
			if strings.ContainsAny(safeName(name), "/\\\"\r\n\x00") {
				t.Errorf("file name %q", safeName(name))
			}
		}
	})
}
