// Package peer is a GitHub-compatible server in one process: the REST calls
// that filing reports needs, pages that people can look at, webhooks, and
// faults on demand. The playground files into it, and every test that talks
// to GitHub talks to it.
//
// It is as strict as GitHub where that matters: it refuses what GitHub
// refuses, with GitHub's statuses and bodies, drops labels of callers without
// push access in silence, limits titles and bodies, pages lists, answers
// conditional requests and signs what it delivers. Exchanges can be watched
// ([Options.Watch]), so that tests hold both sides against GitHub's own
// description of its API.
//
// The API is under /api/v3/, as on an Enterprise server; pages are beside it.
package peer

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Exchange is one request to the API and its answer.
type Exchange struct {
	Request  *http.Request // its body has been read
	Path     string        // without /api/v3
	Body     []byte
	Status   int
	Header   http.Header
	Response []byte
}

// Options are what a [Server] is made with.
type Options struct {
	// URL is where people and clients reach the server, without a slash at the
	// end.
	URL string
	// Watch is called after each exchange that was answered in full; nil: not.
	Watch func(Exchange)
	// Deliver sends webhooks; nil: http.DefaultClient.
	Deliver *http.Client
	// Maintain lets whoever opens a page act as a maintainer: close, reopen,
	// label and comment. It is for the playground and tests.
	Maintain bool
}

// Server is the peer. It is an http.Handler, safe for concurrent use, and
// keeps everything in memory.
type Server struct {
	o         Options
	rest, web *http.ServeMux

	mu     sync.Mutex
	repos  map[string]*repo // by lower-case "owner/name"
	users  map[string]*user
	tokens map[string]*token
	apps   map[int64]*app
	faults []*Fault
	hooks  []hook
	log    []string // "POST repos/o/n/issues 201"
	lastID int64

	deliveries sync.WaitGroup
}

// New returns a server without repositories.
func New(o Options) *Server {
	s := &Server{
		o: o, repos: map[string]*repo{}, users: map[string]*user{}, tokens: map[string]*token{}, apps: map[int64]*app{}, lastID: 1000,
	}
	if s.o.Deliver == nil {
		s.o.Deliver = http.DefaultClient
	}
	s.rest, s.web = s.routes(), s.pages()
	return s
}

// SetURL sets the address, for a server that learns it after it listens. Call
// it before the first request.
func (s *Server) SetURL(url string) { s.o.URL = url }

// API returns the base address of the API.
func (s *Server) API() string { return s.o.URL + "/api/v3/" }

// Wait returns when all webhooks that are on their way have been answered.
func (s *Server) Wait() { s.deliveries.Wait() }

type repo struct {
	id          int64
	owner, name string
	movedTo     *repo
	noIssues    bool
	labels      []string
	milestones  []string
	files       map[string][]byte
	issues      []*issue // issue n is at n-1
	holdSearch  bool
	searchable  int // issues the index knows while it is held
	partial     bool
}

type user struct {
	id    int64
	login string
	bot   bool
}

type token struct {
	user    *user
	push    bool
	expires time.Time // zero: never
	repo    string    // "": every one
}

type issue struct {
	id, number  int64
	repo        *repo
	title, body string
	state       string
	reason      string
	labels      []string
	milestone   int // 1 + index, 0: none
	user        *user
	association string
	pull        bool
	created     time.Time
	updated     time.Time
	closed      time.Time
	movedTo     *issue
	comments    []*comment
}

type comment struct {
	id               int64
	user             *user
	association      string
	body             string
	created, updated time.Time
}

// nextID returns a new id; the caller holds the lock.
func (s *Server) nextID() int64 {
	s.lastID++
	return s.lastID
}

// now is GitHub's clock, which has whole seconds; the caller holds the lock.
func (s *Server) now() time.Time { return time.Now().UTC().Truncate(time.Second) }

// AddRepo makes a repository with those labels. It panics on a name that is
// taken or is none: a mistake of the program that sets the peer up.
func (s *Server) AddRepo(fullName string, labels ...string) {
	owner, name, ok := strings.Cut(fullName, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(fullName)
	if !ok || owner == "" || name == "" || s.repos[key] != nil {
		panic(fmt.Sprintf("peer: repository %q", fullName))
	}
	s.person(owner)
	s.repos[key] = &repo{id: s.nextID(), owner: owner, name: name, labels: labels, files: map[string][]byte{}}
}

// AddMilestone adds a milestone to a repository.
func (s *Server) AddMilestone(repo, title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustRepo(repo)
	r.milestones = append(r.milestones, title)
}

// PutFile stores a file of the default branch; nil removes it.
func (s *Server) PutFile(repo, path string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if content == nil {
		delete(s.mustRepo(repo).files, path)
		return
	}
	s.mustRepo(repo).files[path] = content
}

// AddToken lets a token act as login. Without push access its labels are
// dropped in silence.
func (s *Server) AddToken(value, login string, push bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[value] = &token{user: s.person(login), push: push}
}

// DropToken makes a token invalid.
func (s *Server) DropToken(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tokens, value)
}

// SetIssues switches a repository's issues on or off.
func (s *Server) SetIssues(repo string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustRepo(repo).noIssues = !on
}

// Rename gives a repository another name; the old one redirects.
func (s *Server) Rename(from, to string) {
	owner, name, _ := strings.Cut(to, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustRepo(from)
	moved := *r
	moved.owner, moved.name = owner, name
	s.person(owner)
	s.repos[strings.ToLower(to)] = &moved
	for _, i := range moved.issues {
		i.repo = &moved
	}
	s.repos[strings.ToLower(from)] = &repo{id: r.id, owner: r.owner, name: r.name, movedTo: &moved}
}

// HoldSearch stops the search index, or lets it catch up.
func (s *Server) HoldSearch(repo string, hold bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustRepo(repo)
	r.holdSearch, r.searchable = hold, len(r.issues)
}

// PartialSearch makes searches run out of time, as GitHub's do under load.
func (s *Server) PartialSearch(repo string, partial bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustRepo(repo).partial = partial
}

// Requests lists what was asked so far: "POST repos/o/n/issues 201".
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log...)
}

// mustRepo is for those who set the peer up; the caller holds the lock.
func (s *Server) mustRepo(fullName string) *repo {
	r := s.repos[strings.ToLower(fullName)]
	if r == nil || r.movedTo != nil {
		panic(fmt.Sprintf("peer: no repository %q", fullName))
	}
	return r
}

// person returns the user of that name, made if needed; the caller holds the
// lock.
func (s *Server) person(login string) *user {
	u := s.users[strings.ToLower(login)]
	if u == nil {
		u = &user{id: s.nextID(), login: login, bot: strings.HasSuffix(login, "[bot]")}
		s.users[strings.ToLower(login)] = u
	}
	return u
}
