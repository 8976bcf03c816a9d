package github

import (
	"net/url"
	"regexp"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// Issue is an issue on GitHub as far as it matters here. Its texts were
// written by others: they are shown as links or in fences only.
type Issue struct {
	Repo      Repo      `json:"repo"`
	Number    int       `json:"number"`
	Title     string    `json:"title"`
	Body      string    `json:"body,omitempty"`
	Open      bool      `json:"open"`
	Reason    string    `json:"reason,omitempty"` // of closing: completed, not_planned, duplicate
	Labels    []string  `json:"labels,omitempty"`
	Milestone string    `json:"milestone,omitempty"`
	Author    string    `json:"author,omitempty"`
	URL       string    `json:"url"`
	Comments  int       `json:"comments,omitempty"`
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
	Closed    time.Time `json:"closed,omitzero"`
}

// Comment is a comment on an issue.
type Comment struct {
	ID     int64
	Author string
	// Maintainer is true for owners, members and collaborators, and never for
	// bots.
	Maintainer bool
	Body       string
	URL        string
	Created    time.Time
}

func issueOf(repo Repo, in *gh.Issue) Issue {
	i := Issue{
		Repo: repo, Number: in.GetNumber(), Title: in.GetTitle(), Body: in.GetBody(), Open: in.GetState() != "closed",
		Reason: in.GetStateReason(), Milestone: in.GetMilestone().GetTitle(), Author: in.GetUser().GetLogin(), URL: in.GetHTMLURL(),
		Comments: in.GetComments(), Created: in.GetCreatedAt().Time, Updated: in.GetUpdatedAt().Time, Closed: in.GetClosedAt().Time,
	}
	// A transferred issue comes back under its new home.
	if r, ok := repoOf(i.URL); ok {
		i.Repo = r
	}
	for _, l := range in.Labels {
		i.Labels = append(i.Labels, l.GetName())
	}
	return i
}

func commentOf(in *gh.IssueComment) Comment {
	return Comment{
		ID: in.GetID(), Author: in.GetUser().GetLogin(), Body: in.GetBody(), URL: in.GetHTMLURL(), Created: in.GetCreatedAt().Time,
		Maintainer: maintainer(in.GetAuthorAssociation(), in.GetUser()),
	}
}

// maintainer tells those who speak for the project. Bots comment a lot and
// decide nothing.
func maintainer(association string, u *gh.User) bool {
	if u.GetType() == "Bot" || strings.HasSuffix(u.GetLogin(), "[bot]") || strings.HasSuffix(u.GetLogin(), "-bot") {
		return false
	}
	return association == "OWNER" || association == "MEMBER" || association == "COLLABORATOR"
}

var issuePage = regexp.MustCompile(`^/([^/]+)/([^/]+)/(?:issues|pull)/\d+$`)

// repoOf reads the repository out of the address of an issue's page.
func repoOf(page string) (Repo, bool) {
	u, err := url.Parse(page)
	if err != nil {
		return Repo{}, false
	}
	m := issuePage.FindStringSubmatch(u.Path)
	if m == nil {
		return Repo{}, false
	}
	r, err := ParseRepo(m[1] + "/" + m[2])
	return r, err == nil
}
