package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
)

const (
	// maxDuplicates is how many issues are shown.
	maxDuplicates = 5
	// lookTime bounds the search for them; what was found until then is shown.
	lookTime = 8 * time.Second
	// maxSharedLine is how much is shown of what two reports have in common.
	maxSharedLine = 160
)

// duplicatesMessage shows which issues may be about the same problem, with
// the reasons, before anything is written. Going on states what the form
// wants stated: that existing issues were searched.
func (b *Bot) duplicatesMessage(ctx context.Context, r *report, in store.Intent, d *github.Draft) session.Message {
	say := func(id string, values ...data) string { return b.words.say(in.Language, id, values...) }
	repo, _ := b.hub.repo(in.Repository)
	mirror := b.hub.mirrors[repo]
	q := d.Query()
	if p := leading(r.now()); p != nil {
		q.Keys = github.LineKeys(p.Text)
	}
	for _, k := range github.LineKeys(r.paste.Text()) {
		if !slices.Contains(q.Keys, k) {
			q.Keys = append(q.Keys, k)
		}
	}
	look, cancel := context.WithTimeout(ctx, lookTime)
	found, err := b.hub.client.Duplicates(look, mirror, q, maxDuplicates, true)
	cancel()
	var lines []string
	if len(found) > 0 {
		lines = append(lines, "**"+say("duplicates")+"**")
	} else {
		lines = append(lines, say("duplicatesNone", data{"Count": mirror.Len()}))
	}
	for _, dup := range found {
		lines = append(lines, b.duplicateLine(in.Repository, dup, say))
	}
	if err != nil {
		b.log.Info("duplicates not looked for in full", "repo", in.Repository, "err", err)
		lines = append(lines, "-# "+say("duplicatesPartial"))
	}
	if states := d.Confirmations(); len(states) > 0 {
		lines = append(lines, "", say("duplicatesState"))
		for _, c := range states {
			lines = append(lines, "> "+plainText(cutLineTo(c.Option, maxSharedLine)))
		}
	}
	m := session.Message{Embeds: []*discordgo.MessageEmbed{{
		Title: cutText(say("duplicatesTitle"), maxEmbedTitle), Color: colourNone, Description: cutText(strings.Join(lines, "\n"), maxDescription),
	}}}
	label := actForm.label
	if len(found) > 0 {
		label = "buttonNone"
	}
	m.Components = oneButton(discordgo.Button{Label: say(label), Style: discordgo.PrimaryButton, CustomID: actForm.customID(in.ID)})
	if len(found) > 0 {
		m.Components = append(m.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{duplicatesMenu(found, in.ID, say)}})
	}
	return m
}

// duplicateLine is one issue with how it stands and why it is shown. Its title
// was written by others: it is shown as plain text.
func (b *Bot) duplicateLine(repository string, dup github.Duplicate, say func(string, ...data) string) string {
	state := say("issueOpen")
	switch {
	case !dup.Issue.Open && dup.Fix.Version != "":
		state = say("issueFixed", data{"Version": dup.Fix.Version})
	case !dup.Issue.Open:
		state = say("issueClosed")
	}
	why := say("sameError")
	if dup.Match != github.MatchSameError {
		why = say("similarWords")
	}
	line := fmt.Sprintf("- %s %s\n  %s. %s", b.issueLink(repository, dup.Issue.Number), plainText(cutLineTo(dup.Issue.Title, maxSharedLine)), state, why)
	if len(dup.Shared) > 0 {
		shared := dup.Shared[0]
		if dup.Match != github.MatchSameError {
			shared = strings.Join(dup.Shared, ", ")
		}
		line += ":\n" + fence("", cutLineTo(shared, maxSharedLine))
	}
	return line
}

// duplicatesMenu lets the reader say that one of them is theirs.
func duplicatesMenu(found []github.Duplicate, id string, say func(string, ...data) string) discordgo.SelectMenu {
	var options []discordgo.SelectMenuOption
	for _, dup := range found {
		n := strconv.Itoa(dup.Issue.Number)
		options = append(options, discordgo.SelectMenuOption{Label: cutText("#"+n+" "+cutLineTo(dup.Issue.Title, maxOptionLabel), maxOptionLabel), Value: n})
	}
	return menu(actMine, id, say(actMine.label), options)
}

// pressForm opens the form. With it goes the statement that the message above
// the button names.
func (b *Bot) pressForm(ctx context.Context, i *session.Interaction, in store.Intent, _ string) error {
	if settled(in) {
		return b.session.UpdateMessage(ctx, i, b.standing(in))
	}
	d, err := draftOf(in)
	if err != nil {
		return err
	}
	for _, c := range d.Confirmations() {
		if err := d.Confirm(c.ID, c.Option); err != nil {
			return err
		}
	}
	in, err = b.saveDraft(ctx, in, d)
	if errors.Is(err, store.ErrState) {
		return b.session.UpdateMessage(ctx, i, b.standing(in))
	}
	if err != nil {
		return err
	}
	return b.openForm(ctx, i, in, d, modalAgain)
}

// pressMine shows what would be added to an issue that is there, as a comment
// of its own that takes the same way as an issue.
func (b *Bot) pressMine(ctx context.Context, i *session.Interaction, in store.Intent, _ string) error {
	if settled(in) {
		return b.session.UpdateMessage(ctx, i, b.standing(in))
	}
	c, _ := i.Component()
	number, err := strconv.Atoi(firstOf(c.Values))
	if err != nil || number <= 0 {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(in.Language, "expired"), Ephemeral: true})
	}
	d, err := draftOf(in)
	if err != nil {
		return err
	}
	d.ID = github.NewID()
	comment := store.Intent{
		Marker: d.ID, Author: in.Author, Guild: in.Guild, Channel: in.Channel, ThreadLink: in.ThreadLink, Repository: in.Repository,
		Language: in.Language, Problem: in.Problem, OnIssue: number,
	}
	if err := fillIntent(&comment, d); err != nil {
		return err
	}
	comment.Title, comment.Body = fmt.Sprintf("%s#%d", in.Repository, number), d.Comment()
	if comment, err = b.store.AddIntent(ctx, comment, time.Now()); err != nil {
		return err
	}
	return b.session.UpdateMessage(ctx, i, b.preview(ctx, comment, d))
}
