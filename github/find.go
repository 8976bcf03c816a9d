package github

import (
	"context"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

const (
	pageSize = 100
	// maxFindPages bounds a look-up: one account's writes of a few minutes are
	// far fewer.
	maxFindPages = 20
	// clockSlack allows for a clock that differs from GitHub's.
	clockSlack = 15 * time.Minute
)

// find looks for the text with the intent's marker. It lists, which is
// consistent, and does not search: the search index lags behind. No label
// narrows the list, as that goes through the index too.
func (f *Filer) find(ctx context.Context, in Intent) (Outcome, bool, error) {
	if f.c.Rights() == RightsNone {
		return Outcome{}, false, &Error{Op: "look up the report", Repo: in.Repo, Kind: KindRights}
	}
	login, err := f.c.login(ctx, in.Repo)
	if err != nil {
		return Outcome{}, false, err
	}
	since := in.Changed.Add(-clockSlack - f.absent)
	if in.OnIssue != 0 {
		return f.c.findComment(ctx, in, since)
	}
	return f.c.findIssue(ctx, in, login, since)
}

func (c *Client) findIssue(ctx context.Context, in Intent, login string, since time.Time) (out Outcome, found bool, err error) {
	opts := &gh.IssueListByRepoOptions{
		Creator: login, State: "all", Sort: "created", Direction: "desc", Since: since, ListOptions: gh.ListOptions{PerPage: pageSize},
	}
	for page := 1; page > 0 && page <= maxFindPages && !found && err == nil; page = opts.Page {
		opts.Page = page
		err = c.read(ctx, "look up the report", in.Repo, "core", func(ctx context.Context, g *gh.Client) error {
			issues, resp, err := g.Issues.ListByRepo(ctx, in.Repo.Owner, in.Repo.Name, opts)
			if err != nil {
				return err
			}
			opts.Page = resp.NextPage
			for _, got := range issues {
				if strings.Contains(got.GetBody(), Marker(in.Marker)) {
					i := issueOf(in.Repo, got)
					out = Outcome{Issue: i.Number, URL: i.URL, Adopted: true, Dropped: missing(in.Labels, i.Labels)}
					found = true
					return nil
				}
			}
			return nil
		})
	}
	return out, found, err
}

func (c *Client) findComment(ctx context.Context, in Intent, since time.Time) (out Outcome, found bool, err error) {
	comments, err := c.comments(ctx, in.Repo, in.OnIssue, since, maxFindPages)
	if err != nil {
		return out, false, err
	}
	for _, m := range comments {
		if strings.Contains(m.Body, Marker(in.Marker)) {
			return Outcome{Issue: in.OnIssue, URL: m.URL, Adopted: true}, true, nil
		}
	}
	return out, false, nil
}

// comments lists those of an issue that changed since, oldest first, from at
// most so many pages.
func (c *Client) comments(ctx context.Context, repo Repo, number int, since time.Time, pages int) ([]Comment, error) {
	opts := &gh.IssueListCommentsOptions{ListOptions: gh.ListOptions{PerPage: pageSize}}
	if !since.IsZero() {
		opts.Since = &since
	}
	var out []Comment
	for page := 1; page > 0 && page <= pages; page = opts.Page {
		opts.Page = page
		err := c.read(ctx, "read the comments", repo, "core", func(ctx context.Context, g *gh.Client) error {
			got, resp, err := g.Issues.ListComments(ctx, repo.Owner, repo.Name, number, opts)
			if err != nil {
				return err
			}
			opts.Page = resp.NextPage
			for _, m := range got {
				out = append(out, commentOf(m))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
