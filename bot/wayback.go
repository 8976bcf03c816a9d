package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
)

const (
	// hookPath is where GitHub's webhooks are to be sent.
	hookPath = "/github/webhook"
	// explainTime bounds what is asked while GitHub waits for the webhook's
	// answer, which it does for ten seconds.
	explainTime = 6 * time.Second
	// nonceDigits of a note's digest keep it from being posted twice.
	nonceDigits = 24
)

// happening is what a note has to tell beside its kind and issue.
type happening struct {
	Reason  string `json:"reason,omitempty"`
	Version string `json:"version,omitempty"` // that has the fix
	PR      int    `json:"pr,omitempty"`      // that is the fix
	URL     string `json:"url,omitempty"`     // of the comment, or of where it is now
	Moved   string `json:"moved,omitempty"`   // "owner/name#1"
}

// webhooks is the handler for what GitHub sends.
func (b *Bot) webhooks() (http.Handler, error) {
	h, err := github.NewHook(github.HookOptions{
		Secrets: []string{b.cfg.GitHub.WebhookSecret.Reveal()}, Repos: b.hub.repos(), Seen: b.store, Handle: b.happened, Log: b.log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(hookPath, h)
	return mux, nil
}

// serveWebhooks takes GitHub's webhooks on addr until ctx ends.
func (b *Bot) serveWebhooks(ctx context.Context, addr string) error {
	h, err := b.webhooks()
	if err != nil {
		return err
	}
	return b.listen(ctx, "webhooks", addr, h, "set github.webhook_addr (GITHUB_WEBHOOK_ADDR) to a free address, or to nothing")
}

// happened notes what happened to an issue, once, whichever way it came, and
// leaves a note for each channel that follows it.
func (b *Bot) happened(ctx context.Context, e github.Event) error {
	name := e.Repo.String()
	if repo, ok := b.hub.repo(name); ok {
		name = repo.String()
	}
	issue, err := b.store.Issue(ctx, name, e.Number)
	if errors.Is(err, store.ErrNotFound) {
		return nil // nobody here asked about it
	}
	if err != nil {
		return err
	}
	now := time.Now()
	due := now
	what := happening{Reason: e.Reason}
	if strings.HasPrefix(e.URL, b.hub.client.Site()+"/") {
		what.URL = e.URL
	}
	switch e.Kind {
	case github.EventClosed:
		look, cancel := context.WithTimeout(ctx, explainTime)
		explained, err := b.hub.client.Explain(look, e)
		cancel()
		if err != nil {
			b.log.Info("fix not looked up", "repo", name, "issue", e.Number, "err", err)
		}
		issue.Closed, issue.Reason, issue.FixVersion, issue.FixPR = true, e.Reason, explained.Fix.Version, explained.Fix.PR
		what.Version, what.PR = explained.Fix.Version, explained.Fix.PR
	case github.EventReopened:
		issue.Closed, issue.Reason, issue.FixVersion, issue.FixPR = false, "", "", 0
	case github.EventTransferred:
		what.Moved = e.MovedTo.String() + "#" + itoa(e.MovedNumber)
	case github.EventMaintainer, github.EventNeedsInfo:
		due = now.Add(b.hub.times.Hush)
	}
	detail, err := json.Marshal(what)
	if err != nil {
		return err
	}
	changed := e.Kind == github.EventClosed || e.Kind == github.EventReopened
	fresh, err := b.store.Happened(ctx, issue, changed, store.Note{ID: e.Key(), Kind: store.NoteKind(e.Kind), Detail: string(detail), Due: due}, now)
	if err != nil {
		return err
	}
	if fresh {
		b.log.Info("issue event", "repo", name, "issue", e.Number, "kind", string(e.Kind))
		nudge(b.hub.tell)
	}
	if e.Kind == github.EventTransferred { // not only when it is fresh: a crash may have come between
		return b.store.Moved(ctx, issue, e.MovedTo.String(), e.MovedNumber, now)
	}
	return nil
}

// pollAll asks how every followed issue stands: where no webhook arrives this
// is how the bot hears of it, elsewhere it makes up for lost ones.
func (b *Bot) pollAll(ctx context.Context) time.Duration {
	issues, err := b.store.FollowedIssues(ctx, time.Now().Add(-b.cfg.Data.Retention))
	if err != nil {
		b.log.Error("followed issues not read", "err", err)
		return 0
	}
	for _, i := range issues {
		if err := b.poll(ctx, i); err != nil {
			if ctx.Err() != nil {
				return 0
			}
			b.log.Warn("issue not asked for", "repo", i.Repository, "issue", i.Number, "err", err)
		}
	}
	return 0
}

func (b *Bot) poll(ctx context.Context, i store.Issue) error {
	repo, err := github.ParseRepo(i.Repository)
	if err != nil {
		return err
	}
	var w github.Watched
	if i.Watched != "" {
		if err := json.Unmarshal([]byte(i.Watched), &w); err != nil {
			return err
		}
	}
	w.Repo, w.Number = repo, i.Number
	next, events, err := b.hub.client.Poll(ctx, w)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := b.happened(ctx, e); err != nil {
			return err // and is found again at the next poll
		}
	}
	stored, err := json.Marshal(next)
	if err != nil || string(stored) == i.Watched {
		return err
	}
	return b.store.SetWatched(ctx, i.Repository, i.Number, string(stored), next.Gone)
}

// tellNotes says what is due, each note once, and returns when the next is.
func (b *Bot) tellNotes(ctx context.Context) (next time.Duration) {
	notes, err := b.store.UnsentNotes(ctx)
	if err != nil {
		b.log.Error("notes not read", "err", err)
		return 0
	}
	closed := map[string]bool{}
	place := func(n store.Note) string { return n.Repository + "#" + itoa(n.Number) + " " + n.Channel }
	for _, n := range notes {
		if n.Kind == store.NoteKind(github.EventClosed) {
			closed[place(n)] = true
		}
	}
	for _, n := range notes {
		remark := n.Kind == store.NoteKind(github.EventMaintainer) || n.Kind == store.NoteKind(github.EventNeedsInfo)
		switch wait := time.Until(n.Due); {
		case remark && closed[place(n)]:
			err = b.store.SetSent(ctx, n.ID) // the closing says all
		case wait > 0:
			if next == 0 || wait < next {
				next = wait
			}
			continue
		default:
			err = b.tellNote(ctx, n)
		}
		if ctx.Err() != nil {
			return 0
		}
		if err != nil {
			b.log.Warn("note not told, will be tried again", "channel", n.Channel, "kind", string(n.Kind), "err", err)
		}
	}
	return next
}

// tellNote posts one note. A crash right after it leaves it to be told again,
// which its nonce makes one message.
func (b *Bot) tellNote(ctx context.Context, n store.Note) error {
	m, err := b.noteMessage(n)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(n.ID))
	m.Nonce, m.Silent = hex.EncodeToString(sum[:])[:nonceDigits], true
	_, err = b.session.Send(ctx, n.Channel, m, "")
	switch {
	case errors.Is(err, session.ErrGone), errors.Is(err, session.ErrForbidden):
		b.log.Info("nobody to tell", "channel", n.Channel, "kind", string(n.Kind), "err", err)
	case err != nil:
		return err
	}
	return b.store.SetSent(ctx, n.ID)
}

// noteMessage is a note in words.
func (b *Bot) noteMessage(n store.Note) (session.Message, error) {
	say := func(id string, values ...data) string { return b.words.say(n.Language, id, values...) }
	link := data{"Issue": b.issueLink(n.Repository, n.Number)}
	switch n.Kind {
	case store.NoteFiled:
		return session.Message{Content: say("noteFiled", link)}, nil
	case store.NoteCommented:
		return session.Message{Content: say("noteCommented", link)}, nil
	case noteAbsent:
		return session.Message{Content: say("noteAbsent", data{"Repository": n.Repository}), Components: oneButton(discordgo.Button{
			Label: say(actAgain.label), Style: discordgo.PrimaryButton, CustomID: actAgain.customID(n.Detail),
		})}, nil
	}
	var what happening
	if err := json.Unmarshal([]byte(n.Detail), &what); err != nil {
		return session.Message{}, err
	}
	text := ""
	switch github.EventKind(n.Kind) {
	case github.EventClosed:
		text = b.closedText(n, what, say)
	case github.EventReopened:
		text = say("noteReopened", link)
	case github.EventTransferred:
		text = say("noteTransferred", data{"Issue": b.issueLink(n.Repository, n.Number), "New": "[" + what.Moved + "](<" + what.URL + ">)"})
		if what.URL == "" {
			text = say("noteTransferred", data{"Issue": b.issueLink(n.Repository, n.Number), "New": what.Moved})
		}
	case github.EventNeedsInfo:
		text = say("noteNeedsInfo", link)
	case github.EventMaintainer:
		text = say("noteMaintainer", link)
	}
	return session.Message{Content: text}, nil
}

// closedText says why an issue was closed and what that means for who
// reported it.
func (b *Bot) closedText(n store.Note, what happening, say func(string, ...data) string) string {
	k := known{Repository: n.Repository, Number: n.Number, Closed: true, Reason: what.Reason, Version: what.Version, PR: what.PR, Have: n.Milvus}
	return b.stateText(k, say)
}
