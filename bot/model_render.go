package bot

import (
	"context"
	"fmt"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
)

// modelPieces are what a model adds to a reply that knows no answer, below all
// that was reviewed.
func modelPieces(r Reply, say func(string, ...data) string) []string {
	if r.AskBack != "" {
		return []string{"❔ " + say(r.AskBack)}
	}
	if r.Grounded == nil || r.Answer != nil {
		return nil
	}
	pieces := []string{"🤖 **" + say("grounded") + "**\n-# " + say("groundedNote")}
	number := map[string]int{}
	for i, d := range r.Grounded.Sources {
		number[d.ID] = i + 1
	}
	for i, s := range r.Grounded.Steps {
		step := fmt.Sprintf("%d. %s [%d]", i+1, plainTitle(s.Text), number[s.Source.ID])
		if s.Command != "" {
			step += "\n" + fence("sh", s.Command)
		}
		pieces = append(pieces, step)
	}
	sources := "**" + say("source") + "**"
	for i, d := range r.Grounded.Sources {
		sources += fmt.Sprintf("\n[%d] ", i+1) + linkedTitle(d)
	}
	return append(pieces, sources)
}

// linkedTitle is the title of a document, with its link where it has one that
// can be shown.
func linkedTitle(d kb.Doc) string {
	if kb.CheckLink(d.URL) == nil {
		return fmt.Sprintf("[%s](<%s>)", linkText(d.Title), d.URL)
	}
	return plainTitle(d.Title)
}

// modelText writes the same for a terminal and for files.
func modelText(r Reply, p func(string, ...any), say func(string, ...data) string) {
	if r.AskBack != "" {
		p("\n%s", say(r.AskBack))
	}
	if r.Grounded == nil || r.Answer != nil {
		return
	}
	p("\n## %s\n%s\n", say("grounded"), say("groundedNote"))
	for i, s := range r.Grounded.Steps {
		p("%d. %s", i+1, s.Text)
		if s.Command != "" {
			p("       %s", s.Command)
		}
	}
	for _, d := range r.Grounded.Sources {
		p("%s: %s %s", say("source"), d.Title, d.URL)
	}
}

// pressOriginal shows the reviewed text of an answer that a model translated.
func (b *Bot) pressOriginal(ctx context.Context, i *session.Interaction, r *report) error {
	answer := r.now()
	reply := answer.Reply
	if reply.Answer == nil {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(r.lang, "expired"), Ephemeral: true})
	}
	answer.Reply = entryReply(reply.Answer, english, reply.Deployment)
	next := b.reports.add(&report{owner: r.owner, guild: r.guild, channel: r.channel, lang: english, paste: r.paste, answer: answer, private: true})
	return b.session.Respond(ctx, i, b.renderDiscord(answer.Reply, next.id, true))
}
