package bot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// renderDiscord turns a reply into a message. It holds whole pieces only:
// what does not fit goes, complete, into an attached file, so that no command
// is ever cut. Commands that delete data are in neither: a button shows them.
func (b *Bot) renderDiscord(r Reply, id string, private bool) session.Message {
	return b.render(b.answerCard(r, id, private))
}

// answerCard is the card of a reply. id is that of the report its buttons
// work on.
func (b *Bot) answerCard(r Reply, id string, private bool) card {
	say := func(key string, values ...data) string { return b.words.say(r.Lang, key, values...) }
	c := card{title: say("unknown"), colour: colourNone, footer: say("about"), cut: say("cut"), private: private}
	if r.Answer == nil {
		c.press, c.selects = pressOf(r, id, private, false, say), menusOf(r, id, r.deployments(say), say)
	}
	switch {
	case r.Answer == nil && r.Issue != nil:
		c.title, c.footer, c.sections = say("reportedTitle"), say("reportedSource"), b.reportedSections(r, say)
		if r.Issue.fixed() {
			c.colour = colourLikely
		}
	case r.Answer == nil:
		c.sections = unknownSections(r, say)
	default:
		parts := b.parts.of(r, say)
		c.press, c.selects = pressOf(r, id, private, parts.destructive, say), menusOf(r, id, parts.deployments, say)
		c.title, c.colour = r.Text.Title, colourAnswer
		if r.Grade == search.Likely {
			c.colour = colourLikely
		}
		c.source, c.sourceLabel, c.footer = r.URL, say("buttonSource"), parts.footer
		c.sections = [][]string{append(whyPieces(r, say), parts.cause...), parts.fix}
	}
	if notes := notePieces(r, say); len(notes) > 0 {
		c.sections = append(c.sections, notes)
	}
	if pieces := modelPieces(r, say); len(pieces) > 0 {
		c.sections, c.footer = append(c.sections, pieces), say("aboutModel")
	}
	c.all = func() string {
		r.Text = r.shownText(say)
		return b.renderText(r)
	}
	return c
}

// whyPieces say why the answer is shown.
func whyPieces(r Reply, say func(string, ...data) string) []string {
	var why []string
	switch more := len(r.Follows) + len(r.Also); {
	case len(r.Follows) > 0 && len(r.Also) == 0:
		why = append(why, "**"+say("severalRoot", data{"Count": more + 1})+"**")
	case more > 0:
		why = append(why, "**"+say("several", data{"Count": more + 1})+"**")
	}
	switch {
	case r.Line != "":
		why = append(why, say("matched")+times(r.Count)+":\n"+fence("", r.Line))
	case len(r.Why) > 0:
		why = append(why, say("matchedWords"))
	}
	if r.Grade == search.Likely {
		why = append(why, "*"+say("likely")+"*")
	}
	return why
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

func unknownSections(r Reply, say func(string, ...data) string) [][]string {
	what := []string{say("unknownText")}
	if r.Problem != nil {
		what = append(what, say("unknownProblem")+times(r.Problem.Count)+":\n"+fence("", cutLine(r.Problem.Text)))
	} else {
		what = append(what, say("unknownNoError"))
	}
	next := []string{
		"**" + say("unknownNext") + "**",
		"1. " + say("unknownCollect") + "\n" + fence("sh", collectCommand(r.Deployment, r.Problem)),
		"2. " + say("unknownIssue"),
	}
	return [][]string{what, next}
}

// reportedSections are what GitHub says of an error that no entry answers.
func (b *Bot) reportedSections(r Reply, say func(string, ...data) string) [][]string {
	what := []string{say("reported")}
	if r.Problem != nil {
		what = append(what, fence("", cutLine(r.Problem.Text)))
	}
	what = append(what, b.stateText(*r.Issue, say))
	if r.Issue.fixed() {
		return [][]string{what}
	}
	return append([][]string{what}, unknownSections(r, say)[1:]...)
}

// times says how often a line stands in a paste, if more than once.
func times(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" (×%d)", n)
}

// notePieces says what else was found, removed and not read.
func notePieces(r Reply, say func(string, ...data) string) []string {
	var pieces []string
	list := func(title string, list []Candidate) {
		if len(list) == 0 {
			return
		}
		lines := []string{"**" + say(title) + "**"}
		for _, c := range list {
			line := "- " + c.Title
			if kb.CheckLink(c.URL) == nil {
				line = fmt.Sprintf("- [%s](<%s>)", linkText(c.Title), c.URL)
			}
			lines = append(lines, line+times(c.Count))
		}
		pieces = append(pieces, strings.Join(lines, "\n"))
	}
	list("follows", r.Follows)
	list("also", r.Also)
	if r.Answer != nil {
		list("others", r.Others)
	} else {
		list("related", r.Others)
	}
	if s := r.Mismatch.text(say); s != "" {
		pieces = append(pieces, s)
	}
	if code := r.codeText(say); code != "" {
		pieces = append(pieces, "-# "+code)
	}
	if len(r.Secrets) > 0 {
		pieces = append(pieces, "🔑 "+say("secrets", data{"Kinds": strings.Join(r.Secrets, ", ")}))
	}
	if r.FromPicture {
		pieces = append(pieces, "-# "+say("fromPicture"))
	}
	for _, s := range r.Skipped {
		pieces = append(pieces, "-# "+say("skipped")+": "+plainText(s.say(say)))
	}
	return pieces
}

// pressOf are the buttons that a reply offers, one of them for the commands
// that delete data.
func pressOf(r Reply, id string, private, destructive bool, say func(string, ...data) string) []discordgo.MessageComponent {
	var row []discordgo.MessageComponent
	press := func(a action, style discordgo.ButtonStyle) {
		row = append(row, discordgo.Button{Label: say(a.label), Style: style, CustomID: a.customID(id)})
	}
	if r.Answer != nil {
		press(actSolved, discordgo.SuccessButton)
		press(actWrong, discordgo.SecondaryButton)
	}
	press(actIssue, discordgo.PrimaryButton)
	switch {
	case private && r.Answer != nil:
		press(actShare, discordgo.SecondaryButton)
	case !private:
		press(actDismiss, discordgo.SecondaryButton)
	}
	if destructive {
		press(actReveal, discordgo.DangerButton)
	}
	if r.Machine {
		press(actOriginal, discordgo.SecondaryButton)
	}
	return row
}

// menusOf are the menus that a reply offers: the commands of another
// deployment, and the other entries.
func menusOf(r Reply, id string, deployments []discordgo.SelectMenuOption, say func(string, ...data) string) []discordgo.MessageComponent {
	var menus []discordgo.MessageComponent
	if len(deployments) > 1 {
		menus = append(menus, menu(actWhere, id, say("where"), deployments))
	}
	if others := r.entries(); len(others) > 0 && r.Answer != nil {
		menus = append(menus, pickMenu(others, id, say("others")))
	}
	return menus
}

// entries are what the reply offers beside its answer and can show.
func (r Reply) entries() []Candidate {
	return slices.DeleteFunc(slices.Concat(r.Follows, r.Also, r.Others), func(c Candidate) bool { return !c.Entry })
}
