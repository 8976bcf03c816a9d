package peer

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

//go:embed page.html
var pageSource string

// view is what the page template shows.
type view struct {
	Repo, Title string
	Maintain    bool
	List        []row
	Issue       *row
	Comments    []said
	New         bool
	Body        string // of a new issue, as given by the address
}

type row struct {
	Number         int64
	Title          string
	Open           bool
	Reason, Author string
	When           string
	Labels         []string
	Milestone      string
	Body           template.HTML
	Comments       int
}

type said struct {
	Author, Association, When string
	Body                      template.HTML
	ID                        int64
}

// pages serves what people see in a browser.
func (s *Server) pages() *http.ServeMux {
	mux := http.NewServeMux()
	page := template.Must(template.New("page").Parse(pageSource))
	// Raw HTML is left out, as goldmark does unless told otherwise.
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	show := func(build func(*http.Request, *repo) (view, bool)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			home := s.repos[strings.ToLower(r.PathValue("owner")+"/"+r.PathValue("repo"))]
			var v view
			ok := home != nil
			if ok {
				if home.movedTo != nil {
					home = home.movedTo
				}
				v, ok = build(r, home)
				v.Repo, v.Maintain = home.owner+"/"+home.name, s.o.Maintain
			}
			s.mu.Unlock()
			if !ok {
				http.NotFound(w, r)
				return
			}
			var buf bytes.Buffer
			if err := page.Execute(&buf, v); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
			h.Set("X-Content-Type-Options", "nosniff")
			w.Write(buf.Bytes())
		}
	}
	mux.HandleFunc("GET /{owner}/{repo}/issues", show(listView))
	mux.HandleFunc("GET /{owner}/{repo}/issues/new", show(newView))
	mux.HandleFunc("GET /{owner}/{repo}/issues/{number}", show(func(r *http.Request, home *repo) (view, bool) { return issueView(r, home, md) }))
	if s.o.Maintain {
		mux.HandleFunc("POST /{owner}/{repo}/issues/{number}/act", s.act)
	}
	return mux
}

func listView(_ *http.Request, home *repo) (view, bool) {
	v := view{Title: "Issues"}
	for n := len(home.issues) - 1; n >= 0; n-- {
		if i := home.issues[n]; i.movedTo == nil {
			v.List = append(v.List, rowOf(i))
		}
	}
	return v, true
}

func newView(r *http.Request, _ *repo) (view, bool) {
	q := r.URL.Query()
	return view{Title: q.Get("title"), Body: q.Get("body"), New: true}, true
}

func issueView(r *http.Request, home *repo, md goldmark.Markdown) (view, bool) {
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || n < 1 || n > len(home.issues) {
		return view{}, false
	}
	i := home.issues[n-1]
	if i.movedTo != nil {
		i = i.movedTo
	}
	line := rowOf(i)
	line.Body = render(md, i.body)
	v := view{Title: fmt.Sprintf("%s · Issue #%d", i.title, i.number), Issue: &line}
	for _, m := range i.comments {
		v.Comments = append(v.Comments, said{m.user.login, role(m.association), m.created.Format("Jan 2, 2006 15:04"), render(md, m.body), m.id})
	}
	return v, true
}

func role(association string) string {
	if association == "NONE" {
		return ""
	}
	return association[:1] + strings.ToLower(association[1:])
}

func rowOf(i *issue) row {
	v := row{
		Number: i.number, Title: i.title, Open: i.state == "open", Reason: strings.ReplaceAll(i.reason, "_", " "), Author: i.user.login,
		When: i.created.Format("Jan 2, 2006 15:04"), Labels: i.labels, Comments: len(i.comments),
	}
	if i.milestone > 0 {
		v.Milestone = i.repo.milestones[i.milestone-1]
	}
	return v
}

func render(md goldmark.Markdown, text string) template.HTML {
	var buf bytes.Buffer
	if err := md.Convert([]byte(text), &buf); err != nil {
		return template.HTML(template.HTMLEscapeString(text))
	}
	return template.HTML(buf.String())
}

// act does what a maintainer presses on an issue's page.
func (s *Server) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	// Another site's page must not press here.
	if u, err := url.Parse(r.Header.Get("Origin")); err != nil || u.Host != r.Host {
		http.Error(w, "from another page", http.StatusForbidden)
		return
	}
	full := r.PathValue("owner") + "/" + r.PathValue("repo")
	n, err := strconv.Atoi(r.PathValue("number"))
	s.mu.Lock()
	home := s.repos[strings.ToLower(full)]
	ok := err == nil && home != nil && home.movedTo == nil && n >= 1 && n <= len(home.issues) && home.issues[n-1].movedTo == nil
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	if text := strings.TrimSpace(r.FormValue("comment")); text != "" {
		s.Comment(full, n, "maintainer", "MEMBER", text)
	}
	if label := strings.TrimSpace(r.FormValue("label")); label != "" {
		s.Label(full, n, label)
	}
	switch do := r.FormValue("do"); do {
	case "completed", "not_planned", "duplicate":
		s.Close(full, n, do)
	case "reopen":
		s.Reopen(full, n)
	}
	http.Redirect(w, r, fmt.Sprintf("/%s/issues/%d", full, n), http.StatusSeeOther)
}
