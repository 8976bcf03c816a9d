package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
)

// The steps on the way to an issue. Their custom ids hold the stored report,
// so that they outlive a restart, and that of actFile the text it files.
var (
	actForm  = action{name: "form", label: "buttonForm", owner: true}
	actMine  = action{name: "mine", label: "duplicatesMine", owner: true}
	actEdit  = action{name: "edit", label: "buttonEdit", owner: true}
	actFile  = action{name: "file", label: "buttonFile", owner: true}
	actCheck = action{name: "check", label: "buttonCheck", owner: true}
	actAgain = action{name: "again", label: "buttonAgain", owner: true}
)

// step is an action on a stored report. digest is what the custom id of the
// control says of its text.
type step struct {
	action
	run func(b *Bot, ctx context.Context, i *session.Interaction, in store.Intent, digest string) error
}

// filingSteps are all steps.
func filingSteps() []step {
	return []step{
		{actForm, (*Bot).pressForm}, {actMine, (*Bot).pressMine}, {actEdit, (*Bot).pressEdit}, {actFile, (*Bot).pressFile},
		{actCheck, (*Bot).pressCheck}, {actAgain, (*Bot).pressAgain},
	}
}

func filingStep(name string) *step {
	all := filingSteps()
	if at := slices.IndexFunc(all, func(s step) bool { return s.name == name }); at >= 0 {
		return &all[at]
	}
	return nil
}

// digestDigits is how much of a digest a custom id holds.
const digestDigits = 16

// fileID is the custom id that files a report with the text it has now.
func fileID(in store.Intent) string {
	return actFile.customID(in.ID + "." + store.Digest(in.Repository, in.Title, in.Body)[:digestDigits])
}

// ownIntent returns the stored report of who acts, or the id of the sentence
// that says why not.
func (b *Bot) ownIntent(ctx context.Context, i *session.Interaction, id string) (in store.Intent, refusal string, err error) {
	in, err = b.store.Intent(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return in, "expired", nil
	case err != nil:
		return in, "", err
	case in.Guild != i.GuildID || in.Channel != i.ChannelID:
		return in, "expired", nil
	case i.User.Bot || in.Author == "" || in.Author != i.User.ID:
		return in, "foreign", nil
	}
	return in, "", nil
}

// pressFiling takes a step, if who pressed may.
func (b *Bot) pressFiling(ctx context.Context, i *session.Interaction, s *step, id string) error {
	id, digest, _ := strings.Cut(id, ".")
	in, refusal, err := b.ownIntent(ctx, i, id)
	if err != nil {
		return err
	}
	if refusal != "" {
		b.log.Debug("press refused", "action", s.name, "reason", refusal)
		lang := languageOf(string(i.Locale), "", b.cfg.Language)
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(lang, refusal), Ephemeral: true})
	}
	return s.run(b, ctx, i, in, digest)
}

// settled tells whether the text of a report can no longer change.
func settled(in store.Intent) bool {
	return in.State != store.StateDrafted && in.State != store.StateConfirmed
}

// pressEdit opens the form again.
func (b *Bot) pressEdit(ctx context.Context, i *session.Interaction, in store.Intent, _ string) error {
	if settled(in) {
		return b.session.UpdateMessage(ctx, i, b.standing(in))
	}
	d, err := draftOf(in)
	if err != nil {
		return err
	}
	return b.openForm(ctx, i, in, d, modalAgain)
}

// filingRow are the buttons under a preview.
func (b *Bot) filingRow(in store.Intent, own bool, say func(string, ...data) string) []discordgo.MessageComponent {
	var row []discordgo.MessageComponent
	if own {
		label := actFile.label
		if in.OnIssue != 0 {
			label = "buttonComment"
		}
		row = append(row, discordgo.Button{Label: say(label), Style: discordgo.SuccessButton, CustomID: fileID(in)})
	}
	if in.OnIssue == 0 {
		row = append(row, discordgo.Button{Label: say(actEdit.label), Style: discordgo.SecondaryButton, CustomID: actEdit.customID(in.ID)})
	}
	if len(row) == 0 {
		return nil
	}
	return []discordgo.MessageComponent{discordgo.ActionsRow{Components: row}}
}

// pressFile files the text that the press belongs to. It does so once however
// often it is pressed: the store lets one press alone take the report.
func (b *Bot) pressFile(ctx context.Context, i *session.Interaction, in store.Intent, digest string) error {
	if err := b.session.AcknowledgeUpdate(ctx, i); err != nil {
		return err
	}
	if !b.mayFile(in.Repository) {
		d, err := draftOf(in)
		if err != nil {
			return err
		}
		return b.edit(ctx, i, b.preview(ctx, in, d)) // the rights were taken away since
	}
	m, mine, err := b.alone(in.ID, func() (session.Message, error) {
		// What another press has done meanwhile counts.
		in, err := b.store.Intent(ctx, in.ID)
		if err != nil {
			return session.Message{}, err
		}
		return b.file(ctx, in, i.User.ID, digest)
	})
	if err != nil || !mine {
		return err // the press that is at it shows what comes of it
	}
	return b.edit(ctx, i, m)
}

// alone runs f unless another press of this process is at the same report. It
// lets go of the report before what f returns is shown: whoever sees it may
// press again at once.
func (b *Bot) alone(id string, f func() (session.Message, error)) (m session.Message, mine bool, err error) {
	if _, busy := b.hub.busy.LoadOrStore(id, true); busy {
		return m, false, nil
	}
	defer b.hub.busy.Delete(id)
	m, err = f()
	return m, true, err
}

// file confirms and files a report, and returns what to show.
func (b *Bot) file(ctx context.Context, in store.Intent, by, digest string) (session.Message, error) {
	if settled(in) {
		return b.standing(in), nil
	}
	d, err := draftOf(in)
	if err != nil {
		return session.Message{}, err
	}
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	retry := func(problem string) (session.Message, error) {
		m := b.preview(ctx, in, d)
		m.Content = "⚠️ " + problem
		return m, nil
	}
	full := store.Digest(in.Repository, in.Title, in.Body)
	if len(digest) != digestDigits || !strings.HasPrefix(full, digest) {
		return retry(say("filingChanged"))
	}
	if no, ok := b.hub.quota.Take(by, in.Guild, time.Now()); !ok {
		return retry(b.quotaText(no, say))
	}
	if in.State == store.StateDrafted {
		if err := b.store.Confirm(ctx, in.ID, full, by, time.Now()); err != nil {
			b.hub.quota.Return(by, in.Guild)
			if errors.Is(err, store.ErrChanged) || errors.Is(err, store.ErrState) {
				return b.now(ctx, in), nil
			}
			return session.Message{}, err
		}
	}
	return b.send(ctx, in.ID, by, d, (*github.Filer).File)
}

// send files a confirmed report in one of the filer's ways and returns what
// to show.
func (b *Bot) send(ctx context.Context, id, by string, d *github.Draft,
	how func(*github.Filer, context.Context, github.Intent) (github.Outcome, error)) (session.Message, error) {
	in, err := b.store.Intent(ctx, id)
	if err != nil {
		return session.Message{}, err
	}
	intent, err := intentOf(in, b.labels(ctx, in, d))
	if err != nil {
		return session.Message{}, err
	}
	out, err := how(b.filer(), ctx, intent)
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	var refused *github.Error
	switch {
	case out.Issue != 0:
		if err != nil { // it is there, and is noted when it is settled
			b.log.Error("filed, and not noted", "report", in.ID, "issue", out.Issue, "err", err)
			nudge(b.hub.settle)
		}
		result := "filed"
		if out.Adopted {
			result = "adopted"
		}
		b.metrics.filed(result)
		b.log.Info("filed", "repo", in.Repository, "issue", out.Issue, "adopted", out.Adopted, "comment", in.OnIssue != 0)
		nudge(b.hub.tell)
		in.Issue = out.Issue
		return b.filedMessage(in, out, say), nil
	case errors.Is(err, store.ErrState):
		if !settled(in) { // another try has taken nothing that it could give back
			b.hub.quota.Return(by, in.Guild)
		}
		return b.now(ctx, in), nil
	case errors.Is(err, github.ErrUnknown):
		b.metrics.filed("unknown")
		b.log.Warn("filed, outcome not known", "report", in.ID, "err", err)
		nudge(b.hub.settle)
		in.State = store.StateUnknown
		return b.standing(in), nil
	case errors.Is(err, github.ErrAbsent):
		return b.absentMessage(in, say), nil
	case err != nil && b.undecided(ctx, in.ID):
		b.log.Warn("report not looked up before another try", "report", in.ID, "err", err)
		return b.standing(in), nil
	case errors.As(err, &refused):
		b.hub.quota.Return(by, in.Guild)
		b.metrics.filed("refused")
		b.log.Warn("not filed", "report", in.ID, "err", err)
		m := b.preview(ctx, in, d)
		m.Content = "⚠️ " + githubTrouble(refused, say) + "\n" + say("filingKept")
		return m, nil
	}
	b.hub.quota.Return(by, in.Guild)
	return session.Message{}, err
}

// undecided tells whether nobody knows if a report arrived: where the look-up
// before another try failed, as little is known as before it.
func (b *Bot) undecided(ctx context.Context, id string) bool {
	in, err := b.store.Intent(ctx, id)
	return err != nil || settled(in)
}

// labels are those that the form asks for, if they will stay: what would be
// dropped in silence is neither asked for nor promised.
func (b *Bot) labels(ctx context.Context, in store.Intent, d *github.Draft) []string {
	if in.OnIssue != 0 || len(d.Form().Labels) == 0 {
		return nil
	}
	repo, err := github.ParseRepo(in.Repository)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, rightsTime)
	defer cancel()
	can, err := b.hub.client.CanLabel(ctx, repo)
	if err != nil {
		b.log.Info("rights not known", "repo", in.Repository, "err", err)
	}
	if !can {
		return nil
	}
	return d.Form().Labels
}

// now shows how a report stands at this moment.
func (b *Bot) now(ctx context.Context, in store.Intent) session.Message {
	fresh, err := b.store.Intent(ctx, in.ID)
	if err != nil {
		return session.Message{Content: b.words.say(in.Language, "expired")}
	}
	if settled(fresh) {
		return b.standing(fresh)
	}
	d, err := draftOf(fresh)
	if err != nil {
		return session.Message{Content: b.words.say(in.Language, "failed")}
	}
	m := b.preview(ctx, fresh, d)
	m.Content = "⚠️ " + b.words.say(in.Language, "filingChanged")
	return m
}
