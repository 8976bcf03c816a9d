package peer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

func node(kind string, id int64) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + strconv.FormatInt(id, 10)))
}

func (s *Server) userJSON(u *user) map[string]any {
	kind := "User"
	if u.bot {
		kind = "Bot"
	}
	api := s.API() + "users/" + strings.TrimSuffix(u.login, "[bot]")
	return map[string]any{
		"login": u.login, "id": u.id, "node_id": node("User", u.id), "avatar_url": s.o.URL + "/avatar/" + strconv.FormatInt(u.id, 10),
		"gravatar_id": "", "url": api, "html_url": s.o.URL + "/" + strings.TrimSuffix(u.login, "[bot]"), "type": kind, "site_admin": false,
		"followers_url": api + "/followers", "following_url": api + "/following", "gists_url": api + "/gists", "starred_url": api + "/starred",
		"subscriptions_url": api + "/subscriptions", "organizations_url": api + "/orgs", "repos_url": api + "/repos", "events_url": api + "/events",
		"received_events_url": api + "/received_events",
	}
}

func (s *Server) repoAPI(r *repo) string { return s.API() + "repos/" + r.owner + "/" + r.name }

func (i *issue) page(base string) string {
	return fmt.Sprintf("%s/%s/%s/issues/%d", base, i.repo.owner, i.repo.name, i.number)
}

func (s *Server) issueJSON(i *issue) map[string]any {
	api := fmt.Sprintf("%s/issues/%d", s.repoAPI(i.repo), i.number)
	labels := make([]any, 0, len(i.labels))
	for _, l := range i.labels {
		labels = append(labels, s.labelJSON(i.repo, l))
	}
	out := map[string]any{
		"id": i.id, "node_id": node("Issue", i.id), "url": api, "repository_url": s.repoAPI(i.repo), "labels_url": api + "/labels{/name}",
		"comments_url": api + "/comments", "events_url": api + "/events", "html_url": i.page(s.o.URL), "number": i.number, "state": i.state,
		"state_reason": nil, "title": i.title, "body": i.body, "user": s.userJSON(i.user), "labels": labels, "assignee": nil, "assignees": []any{},
		"milestone": nil, "locked": false, "active_lock_reason": nil, "comments": len(i.comments), "closed_at": stampOrNull(i.closed),
		"created_at": stamp(i.created), "updated_at": stamp(i.updated), "author_association": i.association, "closed_by": nil,
		"performed_via_github_app": nil, "reactions": reactions(api), "timeline_url": api + "/timeline",
	}
	if i.reason != "" {
		out["state_reason"] = i.reason
	}
	if i.milestone > 0 {
		out["milestone"] = s.milestoneJSON(i.repo, i.milestone)
	}
	if i.pull {
		pr := fmt.Sprintf("%s/pulls/%d", s.repoAPI(i.repo), i.number)
		page := fmt.Sprintf("%s/%s/%s/pull/%d", s.o.URL, i.repo.owner, i.repo.name, i.number)
		out["pull_request"] = map[string]any{"url": pr, "html_url": page, "diff_url": page + ".diff", "patch_url": page + ".patch"}
		out["html_url"] = page
	}
	return out
}

func (s *Server) labelJSON(r *repo, name string) map[string]any {
	id := r.id*1000 + int64(slices.Index(r.labels, name)) + 1
	return map[string]any{
		"id": id, "node_id": node("Label", id), "url": s.repoAPI(r) + "/labels/" + strings.ReplaceAll(name, "/", "%2F"), "name": name,
		"color": "ededed", "default": false, "description": "",
	}
}

func (s *Server) milestoneJSON(r *repo, n int) map[string]any {
	api := fmt.Sprintf("%s/milestones/%d", s.repoAPI(r), n)
	return map[string]any{
		"url": api, "html_url": fmt.Sprintf("%s/%s/%s/milestone/%d", s.o.URL, r.owner, r.name, n), "labels_url": api + "/labels",
		"id": r.id*100 + int64(n), "node_id": node("Milestone", int64(n)), "number": n, "state": "open", "title": r.milestones[n-1],
		"description": "", "creator": s.userJSON(s.person(r.owner)), "open_issues": 1, "closed_issues": 0, "created_at": stamp(time.Unix(0, 0)),
		"updated_at": stamp(time.Unix(0, 0)), "closed_at": nil, "due_on": nil,
	}
}

func (s *Server) commentURL(i *issue, m *comment) string {
	return fmt.Sprintf("%s/issues/comments/%d", s.repoAPI(i.repo), m.id)
}

func (s *Server) commentJSON(i *issue, m *comment) map[string]any {
	return map[string]any{
		"id": m.id, "node_id": node("IssueComment", m.id), "url": s.commentURL(i, m),
		"html_url":  fmt.Sprintf("%s#issuecomment-%d", i.page(s.o.URL), m.id),
		"issue_url": fmt.Sprintf("%s/issues/%d", s.repoAPI(i.repo), i.number), "user": s.userJSON(m.user), "body": m.body,
		"created_at": stamp(m.created), "updated_at": stamp(m.updated), "author_association": m.association, "performed_via_github_app": nil,
		"reactions": reactions(s.commentURL(i, m)),
	}
}

// reactions is what nobody has shown.
func reactions(api string) map[string]any {
	out := map[string]any{"url": api + "/reactions", "total_count": 0}
	for _, r := range []string{"+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"} {
		out[r] = 0
	}
	return out
}

// repoLinks are the addresses that a repository's description must have,
// after its own.
var repoLinks = strings.Fields("archive assignees blobs branches collaborators comments commits compare contents contributors deployments " +
	"downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones " +
	"notifications pulls releases stargazers statuses subscribers subscription tags teams trees")

func (s *Server) repoJSON(r *repo) map[string]any {
	api, page := s.repoAPI(r), s.o.URL+"/"+r.owner+"/"+r.name
	out := map[string]any{
		"id": r.id, "node_id": node("Repository", r.id), "name": r.name, "full_name": r.owner + "/" + r.name, "owner": s.userJSON(s.person(r.owner)),
		"private": false, "html_url": page, "description": nil, "fork": false, "url": api, "clone_url": page + ".git", "git_url": page + ".git",
		"ssh_url": "git@peer:" + r.owner + "/" + r.name + ".git", "svn_url": page, "mirror_url": nil, "homepage": nil, "language": nil, "license": nil,
		"has_issues": !r.noIssues, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": false, "has_discussions": false,
		"archived": false, "disabled": false, "default_branch": "master", "forks": 0, "forks_count": 0, "open_issues": len(r.issues),
		"open_issues_count": len(r.issues), "size": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "network_count": 0,
		"subscribers_count": 0, "pushed_at": stamp(time.Unix(0, 0)), "created_at": stamp(time.Unix(0, 0)), "updated_at": stamp(time.Unix(0, 0)),
	}
	for _, l := range repoLinks {
		out[l+"_url"] = api + "/" + l
	}
	return out
}

func sha(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:20])
}

func (s *Server) fileJSON(r *repo, path string, content []byte) map[string]any {
	name := path[strings.LastIndex(path, "/")+1:]
	api := s.repoAPI(r) + "/contents/" + path
	page := fmt.Sprintf("%s/%s/%s/blob/master/%s", s.o.URL, r.owner, r.name, path)
	git := s.repoAPI(r) + "/git/blobs/" + sha(content)
	return map[string]any{
		"type": "file", "name": name, "path": path, "sha": sha(content), "size": len(content), "url": api + "?ref=master", "html_url": page,
		"git_url": git, "download_url": s.o.URL + "/raw/" + r.owner + "/" + r.name + "/master/" + path,
		"_links": map[string]any{"self": api + "?ref=master", "git": git, "html": page},
	}
}
