package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
	// modalAgain is the same where the form was opened from a private message
	// of the report, which then shows the preview.
	modalAgain = "redraft"
	// titleInput is the custom id of the title's input.
	titleInput = "title"
	// maxQuestions beside the title; a modal holds five inputs.
	maxQuestions = 4
)

// newDraft fills the project's issue form from a report.
func (b *Bot) newDraft(ctx context.Context, r *report, target github.Repo) *github.Draft {
	in := github.Report{Log: r.paste, Lang: scriptLanguage(r.paste.Text()), Environment: draftEnvironment(r.answer.Verdict.Env)}
	if p := r.answer.Reply.Problem; p != nil {
		in.Title = p.Message
	}
	form, template := b.formOf(ctx, target)
	d := github.NewDraft(form, in)
	d.ID, d.Repo, d.Template = github.NewID(), target, template
	if b.hub != nil {
		d.Site = b.hub.client.Site()
	}
	if r.guild != "" && !r.private {
		d.Source = "https://discord.com/channels/" + r.guild + "/" + r.channel
	}
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

// pressIssue begins a report, or goes on with the one there is: it shows what
// may be the same, where GitHub can be asked, and opens the form.
func (b *Bot) pressIssue(ctx context.Context, i *session.Interaction, r *report) error {
	target := b.settings(ctx, r.guild).target
	// The lock is not held while GitHub is asked what may be the same: another
	// press would wait for it past Discord's three seconds.
	begin := func() (store.Intent, *github.Draft, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		return b.beginReport(ctx, r, target)
	}
	if !b.reads(target) {
		in, d, err := begin()
		if err != nil {
			return err
		}
		return b.openForm(ctx, i, in, d, modalAction)
	}
	if err := b.session.Acknowledge(ctx, i, true); err != nil {
		return err
	}
	in, d, err := begin()
	if err != nil {
		return err
	}
	if settled(in) {
		return b.edit(ctx, i, b.standing(in))
	}
	return b.edit(ctx, i, b.duplicatesMessage(ctx, r, in, d))
}

// beginReport returns the stored report of an answer, made if it is not there.
// From here on what its author types is kept over a restart. The lock of r is
// held.
func (b *Bot) beginReport(ctx context.Context, r *report, target github.Repo) (store.Intent, *github.Draft, error) {
	if r.intent != "" {
		in, err := b.store.Intent(ctx, r.intent)
		if err == nil {
			d, err := draftOf(in)
			return in, d, err
		}
		if !errors.Is(err, store.ErrNotFound) {
			return in, nil, err
		}
	}
	d := b.newDraft(ctx, r, target)
	in := store.Intent{
		Marker: d.ID, Author: r.owner, Guild: r.guild, Channel: r.channel, Repository: target.String(), Language: r.lang,
		ThreadLink: d.Source, Problem: fingerprint(tellingProblem(r.answer)),
	}
	if err := fillIntent(&in, d); err != nil {
		return in, d, err
	}
	in, err := b.store.AddIntent(ctx, in, time.Now())
	if err == nil {
		r.intent = in.ID
	}
	return in, d, err
}

// fillIntent puts a draft's text into an intent.
func fillIntent(in *store.Intent, d *github.Draft) error {
	stored, err := json.Marshal(d)
	if err != nil {
		return err
	}
	in.Title, in.Body, in.Draft, in.Milvus = d.Title(), d.Body(), string(stored), d.Environment().MilvusVersion.Text
	return nil
}

// draftOf returns the draft behind a stored report.
func draftOf(in store.Intent) (*github.Draft, error) {
	d := new(github.Draft)
	if err := json.Unmarshal([]byte(in.Draft), d); err != nil {
		return nil, fmt.Errorf("bot: report %s: %w", in.ID, err)
	}
	return d, nil
}

// openForm asks for the title and what the paste leaves open.
func (b *Bot) openForm(ctx context.Context, i *session.Interaction, in store.Intent, d *github.Draft, action string) error {
	say := func(id string) string { return b.words.say(in.Language, id) }
	m := session.Modal{CustomID: idVersion + ":" + action + ":" + in.ID, Title: cutText(say("modalTitle"), session.MaxModalTitle)}
	m.Components = append(m.Components, input(github.Question{ID: titleInput, Label: say("modalName"), Value: d.Title(), Required: true}))
	for _, q := range d.Questions(maxQuestions) {
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
	if i.CustomID() == panelRepository.customID() {
		return b.submitRepository(ctx, i)
	}
	action, id, ok := parseCustomID(i.CustomID())
	acknowledge := func(ctx context.Context, i *session.Interaction) error { return b.session.Acknowledge(ctx, i, true) }
	if action == modalAgain {
		acknowledge = b.session.AcknowledgeUpdate // the form was opened from the private message that it changes
	}
	if err := acknowledge(ctx, i); err != nil {
		return err
	}
	lang := languageOf(string(i.Locale), "", b.cfg.Language)
	if !ok || action != modalAction && action != modalAgain {
		return b.edit(ctx, i, session.Message{Content: b.words.say(lang, "expired")})
	}
	in, refusal, err := b.ownIntent(ctx, i, id)
	if err != nil {
		return err
	}
	if refusal != "" {
		return b.edit(ctx, i, session.Message{Content: b.words.say(lang, refusal)})
	}
	d, err := draftOf(in)
	if err != nil {
		return err
	}
	if err := takeAnswers(d, i.Submit.Values); err != nil {
		return err
	}
	in, err = b.saveDraft(ctx, in, d)
	if errors.Is(err, store.ErrState) {
		return b.edit(ctx, i, b.standing(in))
	}
	if err != nil {
		return err
	}
	b.metrics.feedback("draft")
	b.count(ctx, in.Guild, store.Drafted, "")
	return b.edit(ctx, i, b.preview(ctx, in, d))
}

// takeAnswers puts what was typed into the draft, redacted.
func takeAnswers(d *github.Draft, values map[string][]string) error {
	for field, list := range values {
		text := paste.FromText(firstOf(list))
		if field == titleInput {
			d.SetTitle(text)
			continue
		}
		if err := d.Answer(field, text); err != nil {
			return err
		}
		if lang := scriptLanguage(text.Text()); lang != "" {
			d.Lang = lang
		}
	}
	return nil
}

// saveDraft stores another text of a report, which takes its confirmation
// back, and returns the report as it is then.
func (b *Bot) saveDraft(ctx context.Context, in store.Intent, d *github.Draft) (store.Intent, error) {
	if err := fillIntent(&in, d); err != nil {
		return in, err
	}
	saved := b.store.SaveDraft(ctx, in.ID, in.Title, in.Body, in.Draft, in.Milvus, time.Now())
	if saved != nil && !errors.Is(saved, store.ErrState) {
		return in, saved
	}
	now, err := b.store.Intent(ctx, in.ID)
	if err != nil {
		return in, err
	}
	return now, saved
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

// preview shows a draft: what would be filed, what was removed, what is still
// unknown, and the ways to file it that the rights allow.
func (b *Bot) preview(ctx context.Context, in store.Intent, d *github.Draft) session.Message {
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	own := b.mayFile(in.Repository)
	notes := []string{"**" + say("previewRemoved") + "**: " + removedText(d.Removed(), say)}
	if unknown := d.Unknown(); len(unknown) > 0 {
		notes = append(notes, "**"+say("previewUnknown")+"**: "+strings.Join(unknown, ", "))
	}
	m := session.Message{
		Files:      []session.File{{Name: "issue.md", ContentType: "text/markdown", Data: []byte(d.Markdown())}},
		Components: b.filingRow(in, own, say),
	}
	var link string
	if in.OnIssue == 0 {
		var cut string
		if link, cut = d.Link(maxLink); cut != "" {
			notes = append(notes, "**"+say("previewCut")+"**: "+cut)
		}
		notes = append(notes, say("previewFile"))
	}
	switch {
	case own && in.OnIssue != 0:
		notes = append(notes, say("previewComment", data{"Issue": b.issueLink(in.Repository, in.OnIssue)}))
	case own:
		notes = append(notes, say("previewFiling", data{"Repository": in.Repository}), b.labelNote(ctx, in, d, say))
	case in.OnIssue != 0:
		notes = append(notes, say("previewPaste", data{"Issue": b.issueLink(in.Repository, in.OnIssue)}))
	default:
		notes = append(notes, say("previewYou"))
	}
	title := d.Title()
	if in.OnIssue != 0 {
		title = in.Title
	}
	notes = slices.DeleteFunc(notes, func(s string) bool { return s == "" })
	text := "**" + plainTitle(title) + "**\n" + strings.Join(notes, "\n") + "\n" + fence("md", cutText(in.Body, previewBody))
	m.Embeds = []*discordgo.MessageEmbed{{Title: cutText(say("previewTitle"), maxEmbedTitle), Color: colourNone, Description: text}}
	if in.OnIssue != 0 {
		m.Files[0] = session.File{Name: "comment.md", ContentType: "text/markdown", Data: []byte(in.Body)}
	}
	if link != "" {
		m.Embeds = append(m.Embeds, &discordgo.MessageEmbed{Color: colourAnswer, Description: "[" + say("previewLink") + "](" + link + ")"})
	}
	return m
}

// labelNote says which labels the issue will have, where that is certain.
func (b *Bot) labelNote(ctx context.Context, in store.Intent, d *github.Draft, say func(string, ...data) string) string {
	labels := b.labels(ctx, in, d)
	if len(labels) == 0 {
		return ""
	}
	return "**" + say("previewLabels") + "**: `" + strings.Join(labels, "`, `") + "`"
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
