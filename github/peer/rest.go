package peer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxTitle   = 256
	maxBody    = 65536
	maxRequest = 1 << 20
	apiVersion = "2022-11-28"
	apiPrefix  = "/api/v3"
)

// call is one request to the API.
type call struct {
	*http.Request
	body  []byte
	token *token // nil: anonymous
}

// answer is what a call gets.
type answer struct {
	status int
	header http.Header
	body   any
}

func fail(status int, message string, fields ...map[string]any) answer {
	body := map[string]any{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
	if len(fields) > 0 {
		body["errors"] = fields
	}
	return answer{status: status, body: body}
}

func invalid(field, code, message string) answer {
	f := map[string]any{"resource": "Issue", "field": field, "code": code}
	if message != "" {
		f["message"] = message
	}
	return fail(http.StatusUnprocessableEntity, "Validation Failed", f)
}

var (
	notFound  = fail(http.StatusNotFound, "Not Found")
	needLogin = fail(http.StatusUnauthorized, "Requires authentication")
)

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, apiPrefix+"/") {
		s.rest.ServeHTTP(w, r)
		return
	}
	s.web.ServeHTTP(w, r)
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, f := range map[string]func(*call) answer{
		"GET /user":                                           s.getUser,
		"GET /rate_limit":                                     s.getRateLimit,
		"GET /search/issues":                                  s.searchIssues,
		"GET /repos/{owner}/{repo}":                           s.getRepo,
		"GET /repos/{owner}/{repo}/installation":              s.getInstallation,
		"POST /app/installations/{id}/access_tokens":          s.postAccessToken,
		"GET /repos/{owner}/{repo}/issues":                    s.listIssues,
		"POST /repos/{owner}/{repo}/issues":                   s.postIssue,
		"GET /repos/{owner}/{repo}/issues/{number}":           s.getIssue,
		"GET /repos/{owner}/{repo}/issues/{number}/comments":  s.listComments,
		"POST /repos/{owner}/{repo}/issues/{number}/comments": s.postComment,
		"GET /repos/{owner}/{repo}/contents/{path...}":        s.getContents,
		"GET /repositories/{id}":                              s.getRepoByID,
		"GET /repositories/{id}/issues":                       s.byID(s.listIssues),
		"GET /repositories/{id}/issues/{number}":              s.byID(s.getIssue),
		"GET /repositories/{id}/issues/{number}/comments":     s.byID(s.listComments),
		"GET /repositories/{id}/contents/{path...}":           s.byID(s.getContents),
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+apiPrefix+path, s.api(f))
	}
	mux.HandleFunc(apiPrefix+"/", s.api(func(*call) answer { return notFound }))
	return mux
}

// api wraps what every call has in common: the rules for headers, who is
// asking, faults, conditional requests and limits.
func (s *Server) api(f func(*call) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		c := &call{Request: r, body: body}
		path := strings.TrimPrefix(r.URL.Path, apiPrefix+"/")
		fault := s.fault(r.Method, path)
		if fault != nil && !fault.After {
			if fault.run(w, r) {
				return
			}
		}
		var a answer
		switch {
		case err != nil:
			a = fail(http.StatusRequestEntityTooLarge, "Request body is too large")
		default:
			a = s.checked(c, f)
		}
		s.mu.Lock()
		s.log = append(s.log, r.Method+" "+path+" "+strconv.Itoa(a.status))
		s.mu.Unlock()
		if fault != nil && fault.After && fault.run(w, r) {
			return
		}
		s.write(w, c, path, a)
	}
}

func (s *Server) checked(c *call, f func(*call) answer) answer {
	switch v := c.Header.Get("X-GitHub-Api-Version"); {
	case c.UserAgent() == "":
		return fail(http.StatusForbidden, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header")
	case v != "" && v != apiVersion:
		return fail(http.StatusBadRequest, "API version not supported")
	case c.Method == http.MethodPost && !strings.HasPrefix(c.Header.Get("Content-Type"), "application/json"):
		return fail(http.StatusUnsupportedMediaType, "The request body must be JSON")
	}
	if auth := c.Header.Get("Authorization"); auth != "" && !isJWT(auth) {
		scheme, value, _ := strings.Cut(auth, " ")
		s.mu.Lock()
		c.token = s.tokens[value]
		s.mu.Unlock()
		known := strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "token")
		if !known || c.token == nil || !c.token.expires.IsZero() && time.Now().After(c.token.expires) {
			return fail(http.StatusUnauthorized, "Bad credentials")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(c)
}

// write sends an answer with the headers that GitHub's have.
func (s *Server) write(w http.ResponseWriter, c *call, path string, a answer) {
	var body []byte
	if a.body != nil {
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(a.body); err != nil {
			panic("peer: " + err.Error()) // only maps, texts and numbers
		}
		body = buf.Bytes()
	}
	h := w.Header()
	for name, v := range a.header {
		h[name] = v
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
	h.Set("X-RateLimit-Limit", "5000")
	h.Set("X-RateLimit-Remaining", "4999")
	h.Set("X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10))
	h.Set("X-RateLimit-Resource", "core")
	if a.status == http.StatusOK && c.Method == http.MethodGet {
		sum := sha256.Sum256(body)
		tag := `W/"` + hex.EncodeToString(sum[:]) + `"`
		h.Set("ETag", tag)
		if c.Header.Get("If-None-Match") == tag {
			s.mu.Lock()
			s.log[len(s.log)-1] = c.Method + " " + path + " 304"
			s.mu.Unlock()
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(a.status)
	w.Write(body)
	if s.o.Watch != nil {
		s.o.Watch(Exchange{Request: c.Request, Path: "/" + path, Body: c.body, Status: a.status, Header: h.Clone(), Response: body})
	}
}

// find returns the repository of a call, or the redirect to where it is now.
func (s *Server) find(c *call) (*repo, *answer) {
	r := s.repos[strings.ToLower(c.PathValue("owner")+"/"+c.PathValue("repo"))]
	if r == nil {
		return nil, &notFound
	}
	if c.token != nil && c.token.repo != "" && !strings.EqualFold(c.token.repo, r.owner+"/"+r.name) {
		return nil, &notFound
	}
	if r.movedTo == nil {
		return r, nil
	}
	tail := strings.TrimPrefix(c.URL.Path, apiPrefix+"/repos/"+c.PathValue("owner")+"/"+c.PathValue("repo"))
	to := s.API() + "repositories/" + strconv.FormatInt(r.id, 10) + tail
	if c.URL.RawQuery != "" {
		to += "?" + c.URL.RawQuery
	}
	a := redirect(c, to)
	return nil, &a
}

func redirect(c *call, to string) answer {
	status := http.StatusMovedPermanently
	if c.Method != http.MethodGet {
		status = http.StatusTemporaryRedirect
	}
	a := fail(status, "Moved Permanently")
	a.body.(map[string]any)["url"] = to
	a.header = http.Header{"Location": {to}}
	return a
}

// byID serves a call that names the repository by its number.
func (s *Server) byID(f func(*call) answer) func(*call) answer {
	return func(c *call) answer {
		r := s.repoByID(c.PathValue("id"))
		if r == nil {
			return notFound
		}
		c.SetPathValue("owner", r.owner)
		c.SetPathValue("repo", r.name)
		return f(c)
	}
}

func (s *Server) repoByID(id string) *repo {
	for _, r := range s.repos {
		if strconv.FormatInt(r.id, 10) == id && r.movedTo == nil {
			return r
		}
	}
	return nil
}
