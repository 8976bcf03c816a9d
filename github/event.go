package github

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// EventKind says what happened to an issue.
type EventKind string

// What is worth a message to those who asked.
const (
	EventClosed      EventKind = "closed"
	EventReopened    EventKind = "reopened"
	EventTransferred EventKind = "transferred"
	EventNeedsInfo   EventKind = "needsInfo"  // a maintainer wants to know more
	EventMaintainer  EventKind = "maintainer" // the first comment of a maintainer
)

// Event is something that happened to an issue, from a webhook or from
// polling. It holds no text of others but the title.
type Event struct {
	Kind   EventKind
	Repo   Repo
	Number int
	Title  string
	URL    string // of the issue or comment
	// Reason is why it was closed: completed, not_planned, duplicate or "".
	Reason string
	// Fix is what is known of it (EventClosed), see [Client.Explain].
	Fix Fix
	// MovedTo and MovedNumber are where it is now (EventTransferred).
	MovedTo     Repo
	MovedNumber int
	Author      string // who commented (EventMaintainer)
	At          time.Time

	milestone string
}

// Key names what happened: the same from a webhook, its redelivery and from
// polling. There is one first comment of a maintainer.
func (e Event) Key() string {
	key := fmt.Sprintf("%s#%d %s", e.Repo, e.Number, e.Kind)
	if e.Kind == EventClosed || e.Kind == EventReopened {
		key += " " + e.At.UTC().Format(time.RFC3339)
	}
	return key
}

// Explain adds to a closing what fixed the issue. The event is good without,
// if GitHub cannot be asked.
func (c *Client) Explain(ctx context.Context, e Event) (Event, error) {
	if e.Kind != EventClosed {
		return e, nil
	}
	fix, err := c.Fix(ctx, Issue{Repo: e.Repo, Number: e.Number, Reason: e.Reason, Milestone: e.milestone})
	e.Fix.Version = cmp.Or(fix.Version, e.Fix.Version)
	e.Fix.PR = cmp.Or(fix.PR, e.Fix.PR)
	return e, err
}

var needsInfo = regexp.MustCompile(`(?i)\bneeds?[-_ /]*(?:more[-_ ]*)?info|\bmore[-_ ]info|(?:awaiting|waiting)[-_ ](?:for[-_ ])?(?:author|reporter|response|feedback|user)`)

// payload is what webhooks send of an event; the keys are GitHub's.
type payload struct {
	Action     string           `json:"action"`
	Issue      *gh.Issue        `json:"issue"`
	Comment    *gh.IssueComment `json:"comment"`
	Label      *gh.Label        `json:"label"`
	Repository struct {
		FullName string `json:"full_name"`
	} `json:"repository"`
	Changes struct {
		NewIssue      *gh.Issue `json:"new_issue"`
		NewRepository struct {
			FullName string `json:"full_name"`
		} `json:"new_repository"`
	} `json:"changes"`
}

var errNoEvent = errors.New("not an event of an issue")

// parseEvent reads a webhook's body. ok is false for what is not worth a
// message.
func parseEvent(name string, body []byte) (e Event, ok bool, err error) {
	if name != "issues" && name != "issue_comment" {
		return e, false, nil
	}
	var p payload
	if err := json.Unmarshal(body, &p); err != nil {
		return e, false, fmt.Errorf("%w: %w", errNoEvent, err)
	}
	repo, err := ParseRepo(p.Repository.FullName)
	if err != nil || p.Issue.GetNumber() <= 0 {
		return e, false, errNoEvent
	}
	i := issueOf(repo, p.Issue)
	e = Event{
		Repo: repo, Number: i.Number, Title: plainTitle(i.Title), URL: i.URL, Reason: i.Reason, At: i.Updated, milestone: i.Milestone,
	}
	if p.Issue.IsPullRequest() {
		return e, false, nil
	}
	switch name + " " + p.Action {
	case "issues closed":
		e.Kind, e.At, e.Fix.Version = EventClosed, i.Closed, milestoneFix(i)
	case "issues reopened":
		e.Kind = EventReopened
	case "issues labeled":
		e.Kind = EventNeedsInfo
		return e, needsInfo.MatchString(p.Label.GetName()), nil
	case "issues transferred":
		e.Kind = EventTransferred
		e.MovedNumber = p.Changes.NewIssue.GetNumber()
		if e.MovedTo, err = ParseRepo(p.Changes.NewRepository.FullName); err != nil || e.MovedNumber <= 0 {
			return e, false, errNoEvent
		}
		e.URL = p.Changes.NewIssue.GetHTMLURL()
	case "issue_comment created":
		if p.Comment == nil {
			return e, false, errNoEvent
		}
		m := commentOf(p.Comment)
		e.Kind, e.Author, e.URL, e.At = EventMaintainer, m.Author, m.URL, m.Created
		return e, m.Maintainer, nil
	default:
		return e, false, nil
	}
	return e, true, nil
}

// Watched is an issue that is followed by polling, and how it stood. Store it
// between polls; start with Repo and Number.
type Watched struct {
	Repo      Repo      `json:"repo"`
	Number    int       `json:"number"`
	Closed    bool      `json:"closed,omitempty"`
	NeedsInfo bool      `json:"needs_info,omitempty"`
	Answered  bool      `json:"answered,omitempty"` // by a maintainer
	Gone      bool      `json:"gone,omitempty"`     // nothing more will come
	Updated   time.Time `json:"updated,omitzero"`
}

// freshTime is how old a change must be to be the last of its second: GitHub's
// clock has whole ones, and may differ from ours a little.
const freshTime = 5 * time.Second

// Poll asks how a watched issue stands and returns what happened since, in
// order. Asking costs nothing against the limit while nothing changes.
func (c *Client) Poll(ctx context.Context, w Watched) (Watched, []Event, error) {
	if w.Gone {
		return w, nil, nil
	}
	var i Issue
	err := c.read(ctx, fmt.Sprintf("read issue %d", w.Number), w.Repo, "core", func(ctx context.Context, g *gh.Client) error {
		got, _, err := g.Issues.Get(ctx, w.Repo.Owner, w.Repo.Name, w.Number)
		if err == nil {
			i = issueOf(w.Repo, got)
		}
		return err
	})
	if k := KindOf(err); k == KindGone || k == KindNotFound {
		w.Gone = true
		return w, nil, nil
	}
	if err != nil || i.Updated.Equal(w.Updated) && i.Repo == w.Repo {
		return w, nil, err
	}
	base := Event{Repo: w.Repo, Number: w.Number, Title: plainTitle(i.Title), URL: i.URL, Reason: i.Reason, At: i.Updated, milestone: i.Milestone}
	if i.Repo != w.Repo {
		now, err := c.canonical(ctx, w.Repo)
		if err != nil {
			return w, nil, err
		}
		if now != i.Repo {
			e := base.as(EventTransferred)
			e.MovedTo, e.MovedNumber = i.Repo, i.Number
			w.Gone = true // its new home has a number of its own
			return w, []Event{e}, nil
		}
		// The repository has another name, all else is as before.
	}
	var events []Event
	if info := slices.ContainsFunc(i.Labels, needsInfo.MatchString); info != w.NeedsInfo {
		w.NeedsInfo = info
		if info {
			events = append(events, base.as(EventNeedsInfo))
		}
	}
	if !w.Answered && i.Comments > 0 {
		comments, err := c.comments(ctx, w.Repo, w.Number, w.Updated, maxFixPages)
		if err != nil {
			return w, nil, err
		}
		if n := slices.IndexFunc(comments, func(m Comment) bool { return m.Maintainer }); n >= 0 {
			e := base.as(EventMaintainer)
			e.Author, e.URL, e.At = comments[n].Author, comments[n].URL, comments[n].Created
			w.Answered = true
			events = append(events, e)
		}
	}
	switch {
	case !i.Open && !w.Closed:
		e := base.as(EventClosed)
		e.At, e.Fix.Version = i.Closed, milestoneFix(i)
		events = append(events, e)
	case i.Open && w.Closed:
		events = append(events, base.as(EventReopened))
	}
	w.Closed, w.Updated = !i.Open, i.Updated
	if time.Since(i.Updated) < freshTime {
		w.Updated = i.Updated.Add(-time.Second) // so that the next poll looks again
	}
	return w, events, nil
}

// canonical returns the present name of a repository.
func (c *Client) canonical(ctx context.Context, repo Repo) (Repo, error) {
	var now Repo
	err := c.read(ctx, "read the repository's name", repo, "core", func(ctx context.Context, g *gh.Client) error {
		got, _, err := g.Repositories.Get(ctx, repo.Owner, repo.Name)
		if err == nil {
			now, err = ParseRepo(got.GetFullName())
		}
		return err
	})
	return now, err
}

// as returns the event with a kind.
func (e Event) as(k EventKind) Event {
	e.Kind = k
	return e
}
