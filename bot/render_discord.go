package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// Discord's limits that a reply has to keep, in characters.
const (
	maxDescription = 4096
	maxEmbedTitle  = 256
	maxOptionLabel = 100
	maxOptions     = 25
	maxButtonURL   = 512
	// cutReserve is kept free in a description for the note that the rest is
	// in the attached file.
	cutReserve = 200
)

// The colours of the bar beside a reply, by what it is.
const (
	colourAnswer = 0x2ea043
	colourLikely = 0xd29922
	colourNone   = 0x6e7681
)

// renderDiscord turns a reply into a message. Its embed holds whole pieces
// only: what does not fit goes, complete, into an attached file, so that no
// command is ever cut.
func (b *Bot) renderDiscord(r Reply, id string, private bool) session.Message {
	say := func(key string, values ...data) string { return b.words.say(r.Lang, key, values...) }
	embed := &discordgo.MessageEmbed{Footer: &discordgo.MessageEmbedFooter{Text: say("about")}}
	var pieces []string
	switch {
	case r.Answer == nil:
		embed.Title, embed.Color = say("unknown"), colourNone
		pieces = unknownPieces(r, say)
	default:
		embed.Title, embed.Color, embed.URL = cutText(r.Text.Title, maxEmbedTitle), colourAnswer, r.URL
		if r.Grade == search.Likely {
			embed.Color = colourLikely
		}
		embed.Footer.Text = say("about") + " " + say("reviewed", data{"ID": r.Answer.ID})
		pieces = answerPieces(r, say)
	}
	pieces = append(pieces, notePieces(r, say)...)
	text, whole := fill(pieces, say("cut"))
	embed.Description = text
	m := session.Message{Embeds: []*discordgo.MessageEmbed{embed}, Components: b.buttons(r, id, private, say), Ephemeral: private}
	if !whole {
		m.Files = append(m.Files, session.File{Name: "answer.md", ContentType: "text/markdown", Data: []byte(b.renderText(r))})
	}
	return m
}

// fill joins pieces as long as they fit, and tells whether all did.
func fill(pieces []string, cut string) (text string, whole bool) {
	var out strings.Builder
	n := 0
	for i, p := range pieces {
		size := utf8.RuneCountInString(p) + 1
		reserve := cutReserve
		if i == len(pieces)-1 {
			reserve = 0
		}
		if n+size+reserve > maxDescription {
			out.WriteString("*" + cut + "*")
			return out.String(), false
		}
		out.WriteString(p + "\n")
		n += size
	}
	return strings.TrimRight(out.String(), "\n"), true
}

func answerPieces(r Reply, say func(string, ...data) string) []string {
	var pieces []string
	switch {
	case r.Line != "":
		pieces = append(pieces, say("matched")+":\n"+fence("", r.Line))
	case len(r.Why) > 0:
		pieces = append(pieces, say("matchedWords")+"\n")
	}
	if r.Grade == search.Likely {
		pieces = append(pieces, "*"+say("likely")+"*\n")
	}
	pieces = append(pieces, "**"+say("cause")+"**")
	pieces = append(pieces, blockPieces(r.Text.Cause, say)...)
	if len(r.Text.Danger) > 0 {
		pieces = append(pieces, "\n⚠️ **"+say("danger")+"**: "+proseOf(r.Text.Danger))
	}
	pieces = append(pieces, "\n**"+say("fix")+"**")
	pieces = append(pieces, blockPieces(blocksFor(r.Text.Fix, r.Deployment), say)...)
	if r.inEnglish() {
		pieces = append(pieces, "\n*"+say("english")+"*")
	}
	return pieces
}

// blockPieces keeps each code block in one piece with the prose before it,
// so that a command never stands without what it does.
func blockPieces(blocks []kb.Block, say func(string, ...data) string) []string {
	var pieces []string
	step, several := 0, severalDeployments(blocks)
	for _, b := range blocks {
		if !b.Code {
			switch {
			case b.Step != step && b.Step != 0:
				pieces = append(pieces, fmt.Sprintf("%d. %s", b.Step, b.Text))
			case b.Bullet:
				pieces = append(pieces, "- "+b.Text)
			default:
				pieces = append(pieces, b.Text)
			}
			step = b.Step
			continue
		}
		code := fence(b.Lang, b.Text)
		if label := codeLabel(b, several, say); label != "" {
			code = "-# " + label + "\n" + code
		}
		if len(pieces) == 0 {
			pieces = append(pieces, code)
			continue
		}
		pieces[len(pieces)-1] += "\n" + code
	}
	return pieces
}

func unknownPieces(r Reply, say func(string, ...data) string) []string {
	pieces := []string{say("unknownText")}
	if r.Problem != nil {
		pieces = append(pieces, say("unknownProblem")+":\n"+fence("", cutLine(r.Problem.Text)))
	} else {
		pieces = append(pieces, say("unknownNoError"))
	}
	return append(pieces,
		"\n**"+say("unknownNext")+"**",
		"1. "+say("unknownCollect")+"\n"+fence("sh", collectCommand(r.Deployment, r.Problem)),
		"2. "+say("unknownIssue"))
}

// notePieces says what else was found, removed and not read.
func notePieces(r Reply, say func(string, ...data) string) []string {
	var pieces []string
	if code := r.codeText(say); code != "" {
		pieces = append(pieces, "-# "+code)
	}
	list := func(title string, list []Candidate) {
		if len(list) == 0 {
			return
		}
		lines := []string{"\n**" + say(title) + "**"}
		for _, c := range list {
			line := "- " + c.Title
			if kb.CheckLink(c.URL) == nil {
				line = fmt.Sprintf("- [%s](<%s>)", linkText(c.Title), c.URL)
			}
			lines = append(lines, line)
		}
		pieces = append(pieces, strings.Join(lines, "\n"))
	}
	list("follows", r.Follows)
	if r.Answer != nil {
		list("others", r.Others)
	} else {
		list("related", r.Others)
	}
	if len(r.Secrets) > 0 {
		pieces = append(pieces, "\n🔑 "+say("secrets", data{"Kinds": strings.Join(r.Secrets, ", ")}))
	}
	if r.FromPicture {
		pieces = append(pieces, "-# "+say("fromPicture"))
	}
	for _, s := range r.Skipped {
		pieces = append(pieces, "-# "+say("skipped")+": "+plainText(s))
	}
	return pieces
}

// buttons are the presses that a reply offers.
func (b *Bot) buttons(r Reply, id string, private bool, say func(string, ...data) string) []discordgo.MessageComponent {
	var row []discordgo.MessageComponent
	press := func(a action, style discordgo.ButtonStyle) {
		row = append(row, discordgo.Button{Label: say(a.label), Style: style, CustomID: a.customID(id)})
	}
	if r.Answer != nil {
		press(actSolved, discordgo.SuccessButton)
		press(actWrong, discordgo.SecondaryButton)
	}
	press(actIssue, discordgo.PrimaryButton)
	if private && r.Answer != nil {
		press(actShare, discordgo.SecondaryButton)
	}
	if r.Answer != nil && r.URL != "" && len(r.URL) <= maxButtonURL && kb.CheckLink(r.URL) == nil {
		row = append(row, discordgo.Button{Label: say("buttonSource"), Style: discordgo.LinkButton, URL: r.URL})
	}
	rows := []discordgo.MessageComponent{discordgo.ActionsRow{Components: row}}
	var others []Candidate
	for _, c := range slices.Concat(r.Follows, r.Others) {
		if c.Entry {
			others = append(others, c)
		}
	}
	if len(others) > 0 && r.Answer != nil {
		rows = append(rows, pickRow(others, id, say("others")))
	}
	return rows
}

// pickRow is a select menu of entries.
func pickRow(list []Candidate, id, placeholder string) discordgo.ActionsRow {
	menu := discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: actPick.customID(id), Placeholder: cutText(placeholder, 150)}
	for _, c := range list[:min(len(list), maxOptions)] {
		menu.Options = append(menu.Options, discordgo.SelectMenuOption{Label: cutText(c.Title, maxOptionLabel), Value: c.ID})
	}
	return discordgo.ActionsRow{Components: []discordgo.MessageComponent{menu}}
}

// fence wraps text in a code block that it cannot leave: Discord has no
// escape for a backtick inside one, so each is followed by a zero width space.
func fence(lang, text string) string {
	if strings.Contains(text, "```") || strings.HasSuffix(text, "`") || lang == "" {
		text = strings.ReplaceAll(text, "`", "`\u200b")
	}
	return "```" + lang + "\n" + text + "\n```"
}

// linkText keeps brackets of a title from ending a link's text.
func linkText(s string) string { return strings.NewReplacer("[", "(", "]", ")", "`", "'").Replace(s) }

// plainText takes the markup out of text that is not ours.
func plainText(s string) string {
	return strings.NewReplacer("`", "'", "*", "", "_", " ", "[", "(", "]", ")", "<", "", ">", "", "@", "(at)", "|", "/", "~", "-", "#", "").Replace(s)
}

// plainTitle keeps a title that is plain already from being read as markup.
func plainTitle(s string) string {
	return strings.NewReplacer("`", "'", "*", `\*`, "_", `\_`, "~", `\~`, "|", `\|`, "<", `\<`, "@", "(at)").Replace(s)
}

// cutText shortens s to n characters.
func cutText(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
