package peer

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

// getContents answers for a file with its content and for a folder with a
// list.
func (s *Server) getContents(c *call) answer {
	r, bad := s.find(c)
	if bad != nil {
		return *bad
	}
	path := strings.Trim(c.PathValue("path"), "/")
	if content, ok := r.files[path]; ok {
		f := s.fileJSON(r, path, content)
		f["encoding"], f["content"] = "base64", base64.StdEncoding.EncodeToString(content)+"\n"
		return answer{status: http.StatusOK, body: f}
	}
	list := []any{}
	var names []string
	for name := range r.files {
		if rest, ok := strings.CutPrefix(name, path+"/"); ok && !strings.Contains(rest, "/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		list = append(list, s.fileJSON(r, name, r.files[name]))
	}
	if len(list) == 0 {
		return notFound
	}
	return answer{status: http.StatusOK, body: list}
}

const maxQuery = 256

// searchIssues finds issues that hold all words of the query, of those the
// index knows.
func (s *Server) searchIssues(c *call) answer {
	q := c.URL.Query().Get("q")
	if q == "" || len(q) > maxQuery {
		return fail(http.StatusUnprocessableEntity, "Validation Failed", map[string]any{"resource": "Search", "field": "q", "code": "missing"})
	}
	var r *repo
	var words []string
	for i, part := range strings.Split(q, `"`) {
		if i%2 == 1 {
			words = append(words, strings.ToLower(part))
			continue
		}
		for _, w := range strings.Fields(part) {
			if name, ok := strings.CutPrefix(w, "repo:"); ok {
				r = s.repos[strings.ToLower(name)]
			} else if !strings.Contains(w, ":") {
				words = append(words, strings.ToLower(w))
			}
		}
	}
	if r == nil || r.movedTo != nil {
		return fail(http.StatusUnprocessableEntity, "Validation Failed", map[string]any{
			"resource": "Search", "field": "q", "code": "invalid", "message": "The listed users and repositories cannot be searched",
		})
	}
	var found []*issue
	for n, i := range r.issues {
		text := strings.ToLower(i.title + "\n" + i.body)
		missing := func(w string) bool { return !strings.Contains(text, w) }
		if !(r.holdSearch && n >= r.searchable) && !i.pull && !slices.ContainsFunc(words, missing) {
			found = append(found, i)
		}
	}
	list, h, bad := page(s, c, found)
	if bad != nil {
		return *bad
	}
	if r.partial {
		list = list[:len(list)/2]
	}
	items := []any{}
	for _, i := range list {
		item := s.issueJSON(i)
		item["score"] = 1.0
		items = append(items, item)
	}
	return answer{status: http.StatusOK, header: h, body: map[string]any{"search_type": "lexical", "total_count": len(found), "incomplete_results": r.partial, "items": items}}
}

// app is a GitHub App that is installed in some repositories.
type app struct {
	id           int64
	slug         string
	key          *rsa.PublicKey
	installation int64
	repos        []string
	owner        *user
}

// AddApp registers an app with its public key and installs it.
func (s *Server) AddApp(id int64, slug string, key *rsa.PublicKey, repos ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, _, _ := strings.Cut(strings.Join(repos, ""), "/")
	s.apps[id] = &app{id: id, slug: slug, key: key, installation: s.nextID(), repos: repos, owner: s.person(owner)}
}

// RemoveApp takes an app out of all repositories; its tokens end with it.
func (s *Server) RemoveApp(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.apps[id]
	a.repos = nil
	for value, t := range s.tokens {
		if t.user.login == a.slug+"[bot]" {
			delete(s.tokens, value)
		}
	}
}

func isJWT(auth string) bool { return strings.Count(auth, ".") == 2 }

// signer returns the app that signed a call. GitHub takes signatures of at
// most ten minutes, made in the past.
func (s *Server) signer(c *call) *app {
	_, value, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	var claims jwt.RegisteredClaims
	var a *app
	_, err := jwt.ParseWithClaims(value, &claims, func(t *jwt.Token) (any, error) {
		id, err := strconv.ParseInt(claims.Issuer, 10, 64)
		if a = s.apps[id]; err != nil || a == nil || t.Method.Alg() != "RS256" {
			return nil, jwt.ErrTokenUnverifiable
		}
		return a.key, nil
	})
	now := time.Now()
	if err != nil || claims.IssuedAt == nil || claims.ExpiresAt == nil || claims.IssuedAt.After(now) || claims.ExpiresAt.After(now.Add(10*time.Minute)) {
		return nil
	}
	return a
}

var badJWT = fail(http.StatusUnauthorized, "A JSON web token could not be decoded")

func (s *Server) getInstallation(c *call) answer {
	a := s.signer(c)
	if a == nil {
		return badJWT
	}
	r, bad := s.find(c)
	if bad != nil {
		return *bad
	}
	full := r.owner + "/" + r.name
	if !slices.Contains(a.repos, full) {
		return notFound
	}
	return answer{status: http.StatusOK, body: map[string]any{
		"id": a.installation, "account": s.userJSON(a.owner), "repository_selection": "selected", "app_id": a.id, "app_slug": a.slug,
		"access_tokens_url": fmt.Sprintf("%sapp/installations/%d/access_tokens", s.API(), a.installation),
		"repositories_url":  s.API() + "installation/repositories", "html_url": s.o.URL + "/settings/installations/" + strconv.FormatInt(a.installation, 10),
		"target_id": a.owner.id, "target_type": "Organization", "permissions": map[string]any{"issues": "write", "metadata": "read", "contents": "read"},
		"events": []any{}, "created_at": stamp(time.Unix(0, 0)), "updated_at": stamp(time.Unix(0, 0)), "single_file_name": nil,
		"suspended_by": nil, "suspended_at": nil,
	}}
}

func (s *Server) postAccessToken(c *call) answer {
	a := s.signer(c)
	if a == nil {
		return badJWT
	}
	if strconv.FormatInt(a.installation, 10) != c.PathValue("id") || len(a.repos) == 0 {
		return notFound
	}
	var in struct {
		Repositories []string `json:"repositories"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return fail(http.StatusBadRequest, "Problems parsing JSON")
	}
	only := ""
	for _, name := range in.Repositories {
		i := slices.IndexFunc(a.repos, func(full string) bool { return strings.HasSuffix(full, "/"+name) })
		if i < 0 {
			return fail(http.StatusUnprocessableEntity, "There is at least one repository that does not exist or is not accessible to the parent installation.")
		}
		only = a.repos[i]
	}
	value := "ghs_" + rand.Text()
	expires := time.Now().Add(time.Hour)
	s.tokens[value] = &token{user: s.person(a.slug + "[bot]"), push: true, expires: expires, repo: only}
	return answer{status: http.StatusCreated, body: map[string]any{
		"token": value, "expires_at": stamp(expires), "permissions": map[string]any{"issues": "write", "metadata": "read"}, "repository_selection": "selected",
	}}
}
