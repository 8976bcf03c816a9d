package github

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	gh "github.com/google/go-github/v60/github"
)

const (
	// defaultBack is how far back a new mirror starts: older issues are about
	// versions nobody runs.
	defaultBack = 2 * 365 * 24 * time.Hour
	// defaultMirrorPages bounds one refresh; the next goes on where it ended.
	// Anonymous callers have 60 requests an hour.
	defaultMirrorPages = 40
	// maxMirrorBody bounds the text that is kept of one issue, in bytes.
	maxMirrorBody = 16 << 10
)

// MirrorOptions are what a [Mirror] is made with.
type MirrorOptions struct {
	Repo Repo
	// File keeps the issues between runs; "": they are in memory only.
	File string
	// Back is how long before its start a new mirror begins; 0: two years.
	Back time.Duration
	// Keys returns the keys of the errors in a text: what is equal for two
	// occurrences of one error. nil: masked log lines.
	Keys func(text string) []string
	// Pages bounds the requests of one refresh; 0: 40.
	Pages int
}

// Mirror is a local copy of a repository's issues, to find duplicates in
// without asking GitHub. It is safe for concurrent use.
type Mirror struct {
	c *Client
	o MirrorOptions

	refresh sync.Mutex // one refresh at a time
	cursor  time.Time  // all changes up to here are in issues
	resume  int        // the page to go on with, where one second holds more than was read
	issues  map[int]Issue
	index   atomic.Pointer[index]
}

// OpenMirror reads the mirror's file. A file that is missing or damaged makes
// an empty mirror, which refreshes itself from GitHub; a damaged one is also
// reported. The mirror can be used in any case.
func OpenMirror(c *Client, o MirrorOptions) (*Mirror, error) {
	if o.Back == 0 {
		o.Back = defaultBack
	}
	if o.Pages == 0 {
		o.Pages = defaultMirrorPages
	}
	if o.Keys == nil {
		o.Keys = LineKeys
	}
	m := &Mirror{c: c, o: o, issues: map[int]Issue{}, cursor: time.Now().Add(-o.Back).UTC().Truncate(24 * time.Hour)}
	err := m.load()
	m.index.Store(newIndex(m.issues, o.Keys))
	return m, err
}

// Len returns how many issues there are.
func (m *Mirror) Len() int { return len(m.index.Load().docs) }

// Issue returns an issue of the mirror.
func (m *Mirror) Issue(number int) (Issue, bool) {
	ix := m.index.Load()
	d, ok := ix.byNumber[number]
	if !ok {
		return Issue{}, false
	}
	return ix.docs[d].issue, true
}

// Refresh fetches what has changed on GitHub and returns how many issues that
// were. done is false if there is more: call again. What was fetched before
// an error is kept.
func (m *Mirror) Refresh(ctx context.Context) (changed int, done bool, err error) {
	m.refresh.Lock()
	defer m.refresh.Unlock()
	opts := &gh.IssueListByRepoOptions{State: "all", Sort: "updated", Direction: "asc", ListOptions: gh.ListOptions{Page: max(1, m.resume), PerPage: pageSize}}
	for page := 0; page < m.o.Pages && !done && err == nil; page++ {
		opts.Since = m.cursor
		var n int
		n, done, err = m.page(ctx, opts)
		changed += n
	}
	if m.resume = opts.Page; done {
		m.resume = 0
	}
	if changed > 0 {
		if saved := m.save(); saved != nil && err == nil {
			err = saved
		}
		m.index.Store(newIndex(m.issues, m.o.Keys))
	}
	return changed, done, err
}

// page fetches one page. Issues that change while the list is read move to
// its end and pull others over the border of a page, so the next page is the
// first one since the last change seen.
func (m *Mirror) page(ctx context.Context, opts *gh.IssueListByRepoOptions) (changed int, done bool, err error) {
	err = m.c.read(ctx, "list the issues", m.o.Repo, "core", func(ctx context.Context, g *gh.Client) error {
		list, resp, err := g.Issues.ListByRepo(ctx, m.o.Repo.Owner, m.o.Repo.Name, opts)
		if err != nil {
			return err
		}
		latest := m.cursor
		for _, got := range list {
			if at := got.GetUpdatedAt().Time; at.After(latest) {
				latest = at
			}
			if !got.IsPullRequest() && m.put(issueOf(m.o.Repo, got)) {
				changed++
			}
		}
		done = resp.NextPage == 0
		if latest.After(m.cursor) {
			m.cursor, opts.Page = latest, 1
		} else {
			opts.Page++ // more than a page of changes in one second
		}
		return nil
	})
	return changed, done, err
}

// put keeps an issue and reports whether it is new or changed.
func (m *Mirror) put(i Issue) bool {
	old, ok := m.issues[i.Number]
	if ok && old.Updated.Equal(i.Updated) && old.Open == i.Open {
		return false
	}
	i.Repo = m.o.Repo
	i.Body = cutText(i.Body, maxMirrorBody)
	m.issues[i.Number] = i
	return true
}

// cutText cuts to at most n bytes at a whole character.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// Search asks GitHub's own search for issues with a phrase. complete is false
// if it ran out of time or its answer is otherwise known to be partial. The
// index is some seconds behind, so it never tells that something is not there.
func (c *Client) Search(ctx context.Context, repo Repo, phrase string) (found []Issue, complete bool, err error) {
	phrase = searchable(phrase)
	if phrase == "" {
		return nil, true, nil
	}
	q := fmt.Sprintf("repo:%s is:issue %s", repo, phrase)
	err = c.read(ctx, "search the issues", repo, "search", func(ctx context.Context, g *gh.Client) error {
		got, _, err := g.Search.Issues(ctx, q, &gh.SearchOptions{ListOptions: gh.ListOptions{PerPage: maxLive}})
		if err != nil {
			return err
		}
		found, complete = found[:0], !got.GetIncompleteResults()
		for _, i := range got.Issues {
			if !i.IsPullRequest() {
				found = append(found, issueOf(repo, i))
			}
		}
		return nil
	})
	return found, complete, err
}

const (
	maxLive   = 20
	maxPhrase = 120 // of the 256 characters of a query
)

// searchable makes a quoted phrase without signs that mean something in a
// query; it keeps the longest part without variable places.
func searchable(s string) string {
	best := ""
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '#' || r == '"' || r == '\\' || isBreak(r) }) {
		if part = oneLine(part); len(part) > len(best) {
			best = part
		}
	}
	if best = strings.TrimSpace(cutText(best, maxPhrase)); len(best) < 3 {
		return ""
	}
	return `"` + best + `"`
}
