package session

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
)

// everyComponent has each type of component, with its fields set and not.
func everyComponent(text string) []discordgo.MessageComponent {
	one, yes, wide := 1, true, discordgo.SeparatorSpacingSizeLarge
	button := discordgo.Button{Label: text, Style: discordgo.DangerButton, CustomID: "x:" + text}
	full := discordgo.SelectMenu{
		MenuType: discordgo.ChannelSelectMenu, CustomID: text, Placeholder: text, MinValues: &one, MaxValues: 2, Disabled: true, ID: 7,
		DefaultValues: []discordgo.SelectMenuDefaultValue{{ID: "1", Type: discordgo.SelectMenuDefaultValueChannel}},
		Options:       []discordgo.SelectMenuOption{{Label: text, Value: "a", Default: true}, {Value: text, Description: text, Emoji: &discordgo.ComponentEmoji{Name: text}}},
		ChannelTypes:  []discordgo.ChannelType{discordgo.ChannelTypeGuildText},
	}
	list := []discordgo.MessageComponent{
		discordgo.TextDisplay{Content: text}, discordgo.TextDisplay{}, &discordgo.TextDisplay{Content: text},
		discordgo.Separator{}, discordgo.Separator{ID: 1, Divider: &yes, Spacing: &wide},
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{button, &button, discordgo.Button{}}},
		discordgo.ActionsRow{ID: 3}, discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{}, full}},
		discordgo.Button{Label: "l", URL: "https://x/?a=1&b=2", SKUID: "s", ID: 2, Disabled: true, Emoji: &discordgo.ComponentEmoji{ID: "9"}},
		discordgo.Section{ID: 4, Components: []discordgo.MessageComponent{discordgo.TextDisplay{Content: text}}, Accessory: button},
		discordgo.FileComponent{File: discordgo.UnfurledMediaItem{URL: "attachment://a"}}, discordgo.Thumbnail{Media: discordgo.UnfurledMediaItem{URL: text}},
		Label{Label: text, Component: full},
	}
	colour := 0x2ea043
	return append(list, discordgo.Container{ID: 5, AccentColor: &colour, Spoiler: true, Components: list}, discordgo.Container{})
}

// TestComponentsLikeDiscordgo holds the own writer against encoding/json and
// discordgo, byte by byte, and what the limits look at against the JSON.
func TestComponentsLikeDiscordgo(t *testing.T) {
	for _, text := range []string{"plain", "", "a\"b\\c<d>&e\n\t\r\b\f\x00\x1f\x7f", "한국어 \U0001F511 \u2028\u2029", "broken \xff\xc3\xed\xa0\x80 end"} {
		list := everyComponent(text)
		want, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		var w jsonWriter
		w.components(list)
		if w.err != nil || !bytes.Equal(w.buf, want) {
			t.Errorf("%q: %v\n got %s\nwant %s", text, w.err, w.buf, want)
		}
		var fromJSON []node
		if err := json.Unmarshal(want, &fromJSON); err != nil {
			t.Fatal(err)
		}
		nodes, err := nodesOf(list)
		if err != nil {
			t.Fatal(err)
		}
		// Broken bytes are replaced on the way through the JSON.
		got := strings.ReplaceAll(asJSON(t, nodes), `\ufffd`, "\ufffd")
		if want := asJSON(t, fromJSON); got != want {
			t.Errorf("%q: the limits look at\n%s\nwant\n%s", text, got, want)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// FuzzJSONString holds the escaping against encoding/json.
func FuzzJSONString(f *testing.F) {
	f.Add("a\"b\\c<d>&e\n\x00\xff\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if got := appendJSONString(nil, s); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	})
}
