package bot

import (
	"context"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/paste"
)

const (
	// modalAction stands in the custom id of the report's form.
	modalAction = "draft"
	// titleInput is the custom id of the title's input.
	titleInput = "title"
	// maxQuestions beside the title; a modal holds five inputs.
	maxQuestions = 4
)

// newDraft fills the project's issue form from a report.
func (b *Bot) newDraft(r *report, target github.Repo) *github.Draft {
	in := github.Report{Log: r.paste, Lang: scriptLanguage(r.paste.Text()), Environment: draftEnvironment(r.answer.Verdict.Env)}
	if p := r.answer.Reply.Problem; p != nil {
		in.Title = p.Message
	}
	d := github.NewDraft(b.form(), in)
	d.Repo, d.Template = target, b.cfg.GitHub.Template
	return d
}

// draftEnvironment carries over what the paste said of the system.
func draftEnvironment(e search.Environment) github.Environment {
	found := func(s string) github.Detail { return github.Detail{Text: s, Detected: s != ""} }
	return github.Environment{
		MilvusVersion: found(e.Milvus), Deployment: found(e.Deployment), MQ: found(e.Queue),
		SDK: found(e.SDK), SDKVersion: found(e.SDKVersion), OS: found(e.OS), GPU: found(e.GPU),
	}
}

// pressIssue opens the form: the title and the questions that the paste
// leaves open.
func (b *Bot) pressIssue(ctx context.Context, i *session.Interaction, r *report) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draft == nil {
		r.draft = b.newDraft(r, b.settings(ctx, r.guild).target)
	}
	say := func(id string) string { return b.words.say(r.lang, id) }
	m := session.Modal{CustomID: idVersion + ":" + modalAction + ":" + r.id, Title: cutText(say("modalTitle"), session.MaxModalTitle)}
	m.Components = append(m.Components, input(github.Question{ID: titleInput, Label: say("modalName"), Value: r.draft.Title(), Required: true}))
	for _, q := range r.draft.Questions(maxQuestions) {
		m.Components = append(m.Components, input(q))
	}
	return b.session.Modal(ctx, i, m)
}

// input is one question of the form.
func input(q github.Question) discordgo.MessageComponent {
	return session.Label{Label: q.Label, Component: session.TextInput{
		CustomID: q.ID, Placeholder: q.Placeholder, Value: q.Value, Optional: !q.Required, Paragraph: q.Paragraph,
	}}
}

// submit takes the filled form and shows the issue as it would be filed.
func (b *Bot) submit(ctx context.Context, i *session.Interaction) error {
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	if i.CustomID() == panelRepository.customID() {
		return b.submitRepository(ctx, i)
	}
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	action, id, ok := parseCustomID(i.CustomID())
	r := b.reports.get(id)
	if !ok || action != modalAction || r == nil {
		return b.edit(ctx, i, session.Message{Content: b.words.say(lang, "expired")})
	}
	if i.User.ID != r.owner {
		return b.edit(ctx, i, session.Message{Content: b.words.say(lang, "foreign")})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draft == nil {
		r.draft = b.newDraft(r, b.settings(ctx, r.guild).target)
	}
	for field := range i.Submit.Values {
		text := paste.FromText(i.Submit.Value(field))
		if field == titleInput {
			r.draft.SetTitle(text)
			continue
		}
		if err := r.draft.Answer(field, text); err != nil {
			return err
		}
		if lang := scriptLanguage(text.Text()); lang != "" {
			r.draft.Lang = lang
		}
	}
	b.metrics.feedback("draft")
	b.count(ctx, r.guild, store.Drafted, "")
	return b.edit(ctx, i, b.preview(r))
}

const (
	// previewBody is how much of the body the preview shows in the message;
	// all of it is in the attached file. With the notes around it and the
	// link it keeps to the 6,000 characters that all embeds share.
	previewBody = 1000
	// maxLink is how long the prefilled link may be: it stands in an embed of
	// its own, which takes 4,096 characters. A link button takes 512 only.
	maxLink = 3800
)

// preview shows a draft: what would be filed, what was removed, what is
// still unknown, and the link that opens the prefilled form.
func (b *Bot) preview(r *report) session.Message {
	say := func(id string, values ...data) string { return b.words.say(r.lang, id, values...) }
	d := r.draft
	link, cut := d.Link(maxLink)
	notes := []string{"**" + say("previewRemoved") + "**: " + removedText(d.Removed(), say)}
	if unknown := d.Unknown(); len(unknown) > 0 {
		notes = append(notes, "**"+say("previewUnknown")+"**: "+strings.Join(unknown, ", "))
	}
	if cut != "" {
		notes = append(notes, "**"+say("previewCut")+"**: "+cut)
	}
	notes = append(notes, say("previewFile"), say("previewYou"))
	text := "**" + plainTitle(d.Title()) + "**\n" + strings.Join(notes, "\n") + "\n" + fence("md", cutText(d.Body(), previewBody))
	return session.Message{
		Embeds: []*discordgo.MessageEmbed{
			{Title: cutText(say("previewTitle"), maxEmbedTitle), Color: colourNone, Description: text},
			{Color: colourAnswer, Description: "[" + say("previewLink") + "](" + link + ")"},
		},
		Files: []session.File{{Name: "issue.md", ContentType: "text/markdown", Data: []byte(d.Markdown())}},
	}
}

func removedText(removed []paste.Removal, say func(string, ...data) string) string {
	if len(removed) == 0 {
		return say("previewNothingRemoved")
	}
	var kinds []string
	for _, rm := range removed {
		kinds = append(kinds, fmt.Sprintf("%d × %s", rm.Count, rm.Kind))
	}
	return strings.Join(kinds, ", ")
}
