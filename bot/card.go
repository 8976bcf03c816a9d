package bot

import (
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
)

// Discord's limits that a card has to keep, in characters.
const (
	maxDescription = 4096
	maxEmbedTitle  = 256
	maxOptionLabel = 100
	maxOptions     = 25
	maxPlaceholder = 150
	maxButtonURL   = 512
	maxRowButtons  = 5
)

// The colours of the bar beside a card, by what it is.
const (
	colourAnswer = 0x2ea043
	colourLikely = 0xd29922
	colourNone   = 0x6e7681
	colourDanger = 0xda3633
)

// cardFile is the name of the file that holds what a card has no room for.
const cardFile = "answer.md"

// card is a message before it takes one of Discord's two shapes: Components
// V2, or an embed with rows of buttons. What stands in it is the same in both.
type card struct {
	// lead is a small line above the title; may be empty.
	lead string
	// title is plain text; may be empty.
	title  string
	colour int
	// source is the link of the title; empty or foreign: none. sourceLabel is
	// the text of its button.
	source, sourceLabel string
	// sections are shown one below the other, a line between them. Each is a
	// list of pieces of Markdown; a piece is shown whole or not at all.
	sections [][]string
	// footer is small print.
	footer string
	// press are the buttons, selects the menus below them.
	press   []discordgo.MessageComponent
	selects []discordgo.MessageComponent
	// all makes the file with everything, for a card whose pieces do not fit,
	// and cut is the note that says so. A card without all is known to fit.
	all     func() string
	cut     string
	private bool
}

// render gives a card the shape that the settings ask for.
func (b *Bot) render(c card) session.Message {
	m := session.Message{Ephemeral: c.private}
	var whole bool
	if b.v2() {
		m.V2 = true
		m.Components, whole = c.layout()
	} else {
		m.Content = c.lead
		var embed *discordgo.MessageEmbed
		embed, whole = c.embed()
		m.Embeds, m.Components = []*discordgo.MessageEmbed{embed}, c.rows(true)
	}
	if !whole {
		m.Files = []session.File{{Name: cardFile, ContentType: "text/markdown", Data: []byte(c.all())}}
	}
	return m
}

func (b *Bot) v2() bool { return b.cfg.Discord.Components == config.ComponentsV2 }

// renderNote makes a message of one paragraph, which may take the place of a
// card: a message that is V2 once is V2 for good.
func (b *Bot) renderNote(text string, private bool) session.Message {
	text = cutNote(text, session.MaxContent)
	if !b.v2() {
		return session.Message{Content: text, Ephemeral: private}
	}
	return session.Message{Components: []discordgo.MessageComponent{discordgo.TextDisplay{Content: text}}, V2: true, Ephemeral: private}
}

// cutNote keeps the first lines of a text that fit into most characters; a
// code block that does not fit goes as a whole.
func cutNote(text string, most int) string {
	if session.Length(text) <= most {
		return text
	}
	lines := strings.Split(text, "\n")
	left, open, whole := most-2, false, 0 // room for the mark at the end
	for i, line := range lines {
		if left -= session.Length(line) + 1; left < 0 {
			break
		}
		if open = open != strings.HasPrefix(line, "```"); !open {
			whole = i + 1
		}
	}
	return strings.Join(append(lines[:whole], "…"), "\n")
}

// embed is the classic shape.
func (c card) embed() (*discordgo.MessageEmbed, bool) {
	e := &discordgo.MessageEmbed{Title: cutText(c.title, maxEmbedTitle), Color: c.colour}
	if c.linked() {
		e.URL = c.source
	}
	if c.footer != "" {
		e.Footer = &discordgo.MessageEmbedFooter{Text: c.footer}
	}
	texts, whole := fill(c.sections, c.cut, maxDescription)
	e.Description = strings.Join(texts, "\n\n")
	return e, whole
}

// layout is the shape of Components V2: a container with the title beside the
// button of its source, the sections, the small print and the buttons.
func (c card) layout() ([]discordgo.MessageComponent, bool) {
	var in []discordgo.MessageComponent
	text := func(s string) discordgo.MessageComponent { return discordgo.TextDisplay{Content: s} }
	title := ""
	if c.title != "" {
		title = "### " + plainTitle(cutText(c.title, maxEmbedTitle))
	}
	footer := ""
	if c.footer != "" {
		footer = "-# " + c.footer
	}
	texts, whole := fill(c.sections, c.cut, session.MaxV2Text-session.Length(title)-session.Length(footer)-session.Length(c.lead))
	switch {
	case title == "":
	case c.linked():
		in = append(in, discordgo.Section{
			Components: []discordgo.MessageComponent{text(title)},
			Accessory:  discordgo.Button{Label: c.sourceLabel, Style: discordgo.LinkButton, URL: c.source},
		})
	default:
		in = append(in, text(title))
	}
	for i, t := range texts {
		if i > 0 {
			in = append(in, discordgo.Separator{})
		}
		in = append(in, text(t))
	}
	if !whole {
		in = append(in, discordgo.FileComponent{File: discordgo.UnfurledMediaItem{URL: "attachment://" + cardFile}})
	}
	in = append(in, c.rows(false)...)
	if footer != "" {
		in = append(in, text(footer))
	}
	colour := c.colour
	top := []discordgo.MessageComponent{discordgo.Container{AccentColor: &colour, Components: in}}
	if c.lead != "" {
		top = append([]discordgo.MessageComponent{text(c.lead)}, top...)
	}
	return top, whole
}

// linked tells whether the source can be shown as a link and as a button.
func (c card) linked() bool {
	return c.source != "" && len(c.source) <= maxButtonURL && kb.CheckLink(c.source) == nil
}

// rows puts the buttons into rows, with the menus below them. The classic
// shape has the source's button among them.
func (c card) rows(source bool) []discordgo.MessageComponent {
	press := c.press
	if source && c.linked() {
		press = append(press[:len(press):len(press)], discordgo.Button{Label: c.sourceLabel, Style: discordgo.LinkButton, URL: c.source})
	}
	var rows []discordgo.MessageComponent
	for len(press) > 0 {
		n := min(len(press), maxRowButtons)
		rows = append(rows, discordgo.ActionsRow{Components: press[:n]})
		press = press[n:]
	}
	for _, s := range c.selects {
		rows = append(rows, discordgo.ActionsRow{Components: []discordgo.MessageComponent{s}})
	}
	return rows
}

// fill joins the pieces of each section as long as they fit into most
// characters, and tells whether all did. A note stands where they end.
func fill(sections [][]string, cut string, most int) (texts []string, whole bool) {
	note := "*" + cut + "*"
	left := most
	for s, pieces := range sections {
		var out []string
		for i, p := range pieces {
			need := session.Length(p) + 2 // and the line break, or the gap between sections
			if s < len(sections)-1 || i < len(pieces)-1 {
				need += session.Length(note) + 2
			}
			if need > left {
				return append(texts, strings.Join(append(out, note), "\n")), false
			}
			left -= session.Length(p) + 2
			out = append(out, p)
		}
		if len(out) > 0 {
			texts = append(texts, strings.Trim(strings.Join(out, "\n"), "\n"))
		}
	}
	return texts, true
}

// menu is a select of one value.
func menu(a action, report, placeholder string, options []discordgo.SelectMenuOption) discordgo.SelectMenu {
	return discordgo.SelectMenu{
		MenuType: discordgo.StringSelectMenu, CustomID: a.customID(report),
		Placeholder: cutText(placeholder, maxPlaceholder), Options: options,
	}
}

// pickMenu is a menu of entries.
func pickMenu(list []Candidate, report, placeholder string) discordgo.SelectMenu {
	var options []discordgo.SelectMenuOption
	for _, c := range list[:min(len(list), maxOptions)] {
		options = append(options, discordgo.SelectMenuOption{Label: cutText(c.Title, maxOptionLabel), Value: c.ID})
	}
	return menu(actPick, report, placeholder, options)
}

// fence wraps text in a code block that it cannot leave: Discord has no
// escape for a backtick inside one, so each is followed by a zero width space.
func fence(lang, text string) string {
	if strings.Contains(text, "```") || strings.HasSuffix(text, "`") || lang == "" {
		text = strings.ReplaceAll(text, "`", "`\u200b")
	}
	return "```" + lang + "\n" + text + "\n```"
}

// What linkText, plainText and plainTitle replace.
var (
	linkMarkup  = strings.NewReplacer("[", "(", "]", ")", "`", "'")
	textMarkup  = strings.NewReplacer("://", ": ", "/", " / ", "`", "'", "*", "", "_", " ", "[", "(", "]", ")", "<", "", ">", "", "@", "(at)", "|", "/", "~", "-", "#", "")
	titleMarkup = strings.NewReplacer("`", "'", "*", `\*`, "_", `\_`, "~", `\~`, "|", `\|`, "<", `\<`, "@", "(at)")
)

// linkText keeps brackets of a title from ending a link's text.
func linkText(s string) string { return linkMarkup.Replace(s) }

// plainText takes the markup out of text that is not ours, and what Discord
// would make a link of.
func plainText(s string) string {
	return textMarkup.Replace(s)
}

// plainTitle keeps a title that is plain already from being read as markup.
func plainTitle(s string) string {
	return titleMarkup.Replace(s)
}

// cutText shortens s to n characters.
func cutText(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
