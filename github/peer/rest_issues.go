package peer

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func (s *Server) getUser(c *call) answer {
	if c.token == nil {
		return needLogin
	}
	u := s.userJSON(c.token.user)
	for _, n := range []string{"public_repos", "public_gists", "followers", "following"} {
		u[n] = 0
	}
	for _, n := range []string{"name", "company", "blog", "location", "email", "hireable", "bio"} {
		u[n] = nil
	}
	u["user_view_type"] = "public"
	u["created_at"], u["updated_at"] = stamp(time.Unix(0, 0)), stamp(time.Unix(0, 0))
	return answer{status: http.StatusOK, body: u}
}

func (s *Server) getRateLimit(*call) answer {
	rate := func(n int) map[string]any {
		return map[string]any{"limit": n, "remaining": n - 1, "used": 1, "reset": time.Now().Add(time.Hour).Unix()}
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"resources": map[string]any{"core": rate(5000), "search": rate(30)}, "rate": rate(5000),
	}}
}

func (s *Server) getRepo(c *call) answer {
	r, bad := s.find(c)
	if bad != nil {
		return *bad
	}
	body := s.repoJSON(r)
	if c.token != nil {
		push := c.token.push
		body["permissions"] = map[string]any{"admin": false, "maintain": false, "push": push, "triage": push, "pull": true}
	}
	return answer{status: http.StatusOK, body: body}
}

func (s *Server) getRepoByID(c *call) answer {
	r := s.repoByID(c.PathValue("id"))
	if r == nil {
		return notFound
	}
	return answer{status: http.StatusOK, body: s.repoJSON(r)}
}

// page cuts a list and names its neighbours as GitHub does.
func page[T any](s *Server, c *call, all []T) ([]T, http.Header, *answer) {
	number, size := 1, 30
	for name, p := range map[string]*int{"page": &number, "per_page": &size} {
		if v := c.URL.Query().Get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				a := fail(http.StatusUnprocessableEntity, "Validation Failed", map[string]any{"resource": "Issue", "field": name, "code": "invalid"})
				return nil, nil, &a
			}
			*p = n
		}
	}
	size = min(size, 100)
	first := min((number-1)*size, len(all))
	last := min(first+size, len(all))
	h := http.Header{}
	if last < len(all) {
		q := c.URL.Query()
		link := func(n int, rel string) string {
			q.Set("page", strconv.Itoa(n))
			return fmt.Sprintf("<%s?%s>; rel=%q", s.o.URL+c.URL.Path, q.Encode(), rel)
		}
		h.Set("Link", link(number+1, "next")+", "+link((len(all)+size-1)/size, "last"))
	}
	return all[first:last], h, nil
}

func (s *Server) listIssues(c *call) answer {
	r, bad := s.find(c)
	if bad != nil {
		return *bad
	}
	list, bad := selectIssues(r, c.URL.Query())
	if bad != nil {
		return *bad
	}
	list, h, bad := page(s, c, list)
	if bad != nil {
		return *bad
	}
	out := make([]any, 0, len(list))
	for _, i := range list {
		out = append(out, s.issueJSON(i))
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func selectIssues(r *repo, q url.Values) ([]*issue, *answer) {
	state, sort, direction := q.Get("state"), q.Get("sort"), q.Get("direction")
	var since time.Time
	var err error
	if v := q.Get("since"); v != "" {
		since, err = time.Parse(time.RFC3339, v)
	}
	if err != nil || !slices.Contains([]string{"", "open", "closed", "all"}, state) ||
		!slices.Contains([]string{"", "created", "updated", "comments"}, sort) || !slices.Contains([]string{"", "asc", "desc"}, direction) {
		a := fail(http.StatusUnprocessableEntity, "Validation Failed")
		return nil, &a
	}
	if state == "" {
		state = "open"
	}
	var list []*issue
	for _, i := range r.issues {
		fits := i.movedTo == nil && (state == "all" || i.state == state) && !i.updated.Before(since) &&
			(q.Get("creator") == "" || strings.EqualFold(q.Get("creator"), i.user.login))
		for l := range strings.SplitSeq(q.Get("labels"), ",") {
			fits = fits && (l == "" || slices.ContainsFunc(i.labels, func(have string) bool { return strings.EqualFold(have, l) }))
		}
		if fits {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b *issue) int {
		order := int(a.number - b.number)
		if sort == "updated" {
			if by := a.updated.Compare(b.updated); by != 0 {
				order = by
			}
		}
		if direction == "asc" {
			return order
		}
		return -order
	})
	return list, nil
}

// findIssue returns the issue of a call, or what to answer instead.
func (s *Server) findIssue(c *call) (*issue, *answer) {
	r, bad := s.find(c)
	if bad != nil {
		return nil, bad
	}
	n, err := strconv.Atoi(c.PathValue("number"))
	if err != nil || n < 1 || n > len(r.issues) {
		return nil, &notFound
	}
	i := r.issues[n-1]
	if i.movedTo != nil {
		to := fmt.Sprintf("%srepositories/%d/issues/%d", s.API(), i.movedTo.repo.id, i.movedTo.number)
		a := redirect(c, to)
		return nil, &a
	}
	return i, nil
}

func (s *Server) getIssue(c *call) answer {
	i, bad := s.findIssue(c)
	if bad != nil {
		return *bad
	}
	return answer{status: http.StatusOK, body: s.issueJSON(i)}
}

func (s *Server) postIssue(c *call) answer {
	r, bad := s.find(c)
	switch {
	case bad != nil:
		return *bad
	case c.token == nil:
		return needLogin
	case r.noIssues:
		return fail(http.StatusGone, "Issues has been disabled in this repository.")
	}
	var in struct {
		Title     any      `json:"title"`
		Body      *string  `json:"body"`
		Labels    []any    `json:"labels"`
		Assignees []string `json:"assignees"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	title, _ := in.Title.(string)
	body := ""
	if in.Body != nil {
		body = *in.Body
	}
	switch {
	case strings.TrimSpace(title) == "":
		return invalid("title", "missing_field", "")
	case utf8.RuneCountInString(title) > maxTitle:
		return invalid("title", "custom", "title is too long (maximum is 256 characters)")
	case utf8.RuneCountInString(body) > maxBody:
		return invalid("body", "custom", "body is too long (maximum is 65536 characters)")
	}
	i := s.open(r, c.token.user, title, body)
	if c.token.push {
		for _, l := range in.Labels {
			if name, ok := l.(string); ok {
				i.labels = append(i.labels, name)
			}
		}
		i.association = "COLLABORATOR"
	}
	s.deliver(i, "issues", "opened", nil)
	return answer{
		status: http.StatusCreated, body: s.issueJSON(i),
		header: http.Header{"Location": {fmt.Sprintf("%srepos/%s/%s/issues/%d", s.API(), r.owner, r.name, i.number)}},
	}
}

// open adds an issue; the caller holds the lock.
func (s *Server) open(r *repo, u *user, title, body string) *issue {
	now := s.now()
	i := &issue{
		id: s.nextID(), number: int64(len(r.issues) + 1), repo: r, title: title, body: body, state: "open", user: u, association: "NONE",
		created: now, updated: now,
	}
	r.issues = append(r.issues, i)
	return i
}

func (s *Server) listComments(c *call) answer {
	i, bad := s.findIssue(c)
	if bad != nil {
		return *bad
	}
	var since time.Time
	if v := c.URL.Query().Get("since"); v != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, v); err != nil {
			return fail(http.StatusUnprocessableEntity, "Validation Failed")
		}
	}
	var list []*comment
	for _, m := range i.comments {
		if !m.updated.Before(since) {
			list = append(list, m)
		}
	}
	list, h, bad := page(s, c, list)
	if bad != nil {
		return *bad
	}
	out := make([]any, 0, len(list))
	for _, m := range list {
		out = append(out, s.commentJSON(i, m))
	}
	return answer{status: http.StatusOK, header: h, body: out}
}

func (s *Server) postComment(c *call) answer {
	i, bad := s.findIssue(c)
	switch {
	case bad != nil:
		return *bad
	case c.token == nil:
		return needLogin
	case i.repo.noIssues:
		return fail(http.StatusGone, "Issues are disabled for this repo")
	}
	var in struct {
		Body string `json:"body"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	switch {
	case strings.TrimSpace(in.Body) == "":
		return invalid("body", "missing_field", "")
	case utf8.RuneCountInString(in.Body) > maxBody:
		return invalid("body", "custom", "body is too long (maximum is 65536 characters)")
	}
	association := "NONE"
	if c.token.push {
		association = "COLLABORATOR"
	}
	m := s.comment(i, c.token.user, association, in.Body)
	return answer{status: http.StatusCreated, body: s.commentJSON(i, m), header: http.Header{"Location": {s.commentURL(i, m)}}}
}

// comment adds a comment; the caller holds the lock.
func (s *Server) comment(i *issue, u *user, association, body string) *comment {
	now := s.now()
	m := &comment{id: s.nextID(), user: u, association: association, body: body, created: now, updated: now}
	i.comments = append(i.comments, m)
	i.updated = now
	s.deliver(i, "issue_comment", "created", map[string]any{"comment": s.commentJSON(i, m)})
	return m
}
