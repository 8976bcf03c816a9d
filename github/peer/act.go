package peer

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Issue is what a test sees of an issue.
type Issue struct {
	Repo            string
	Number          int
	Title, Body     string
	Open            bool
	Labels          []string
	Author          string
	Comments        []string
	CommentAuthors  []string
	Created, Closed time.Time
}

// Issues lists the issues of a repository, oldest first.
func (s *Server) Issues(repo string) []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Issue
	for _, i := range s.mustRepo(repo).issues {
		if i.movedTo != nil {
			continue
		}
		v := Issue{
			Repo: repo, Number: int(i.number), Title: i.title, Body: i.body, Open: i.state == "open", Labels: slices.Clone(i.labels),
			Author: i.user.login, Created: i.created, Closed: i.closed,
		}
		for _, m := range i.comments {
			v.Comments = append(v.Comments, m.body)
			v.CommentAuthors = append(v.CommentAuthors, m.user.login)
		}
		out = append(out, v)
	}
	return out
}

// Open adds an issue by some user and returns its number.
func (s *Server) Open(repo, login, title, body string, labels ...string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.open(s.mustRepo(repo), s.person(login), title, body)
	i.labels = labels
	s.deliver(i, "issues", "opened", nil)
	return int(i.number)
}

// OpenPull adds a pull request, which lists show among the issues.
func (s *Server) OpenPull(repo, login, title, body string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.open(s.mustRepo(repo), s.person(login), title, body)
	i.pull = true
	return int(i.number)
}

// at returns an issue; the caller holds the lock.
func (s *Server) at(repo string, number int) *issue { return s.mustRepo(repo).issues[number-1] }

// Close closes an issue with a reason: completed, not_planned or duplicate.
func (s *Server) Close(repo string, number int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.at(repo, number)
	now := s.now()
	i.state, i.reason, i.closed, i.updated = "closed", reason, now, now
	s.deliver(i, "issues", "closed", nil)
}

// Reopen opens a closed issue again.
func (s *Server) Reopen(repo string, number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.at(repo, number)
	i.state, i.reason, i.closed, i.updated = "open", "reopened", time.Time{}, s.now()
	s.deliver(i, "issues", "reopened", nil)
}

// Label adds a label.
func (s *Server) Label(repo string, number int, label string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.at(repo, number)
	if !slices.Contains(i.labels, label) {
		i.labels = append(i.labels, label)
	}
	i.updated = s.now()
	s.deliver(i, "issues", "labeled", map[string]any{"label": s.labelJSON(i.repo, label)})
}

// Milestone puts an issue into a milestone of its repository.
func (s *Server) Milestone(repo string, number int, title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.at(repo, number)
	i.milestone = slices.Index(i.repo.milestones, title) + 1
	i.updated = s.now()
	if i.milestone > 0 {
		s.deliver(i, "issues", "milestoned", map[string]any{"milestone": s.milestoneJSON(i.repo, i.milestone)})
	}
}

// Comment adds a comment; association is that of the author: MEMBER, NONE.
func (s *Server) Comment(repo string, number int, login, association, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comment(s.at(repo, number), s.person(login), association, body)
}

// Transfer moves an issue to another repository and returns its number there.
func (s *Server) Transfer(repo string, number int, to string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.at(repo, number)
	target := s.mustRepo(to)
	moved := *i
	moved.milestone = 0 // it belongs to the repository
	moved.repo, moved.number, moved.id, moved.updated = target, int64(len(target.issues)+1), s.nextID(), s.now()
	target.issues = append(target.issues, &moved)
	i.movedTo = &moved
	s.deliver(i, "issues", "transferred", map[string]any{
		"changes": map[string]any{"new_issue": s.issueJSON(&moved), "new_repository": s.repoJSON(target)},
	})
	return int(moved.number)
}

type hook struct{ repo, url, secret string }

// AddHook delivers what happens in a repository to a URL, signed.
func (s *Server) AddHook(repo, url, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = append(s.hooks, hook{repo, url, secret})
}

// deliver sends an event to the hooks of the issue's repository in the
// background; the caller holds the lock.
func (s *Server) deliver(i *issue, event, action string, more map[string]any) {
	full := i.repo.owner + "/" + i.repo.name
	payload := map[string]any{
		"action": action, "issue": s.issueJSON(i), "repository": s.repoJSON(i.repo), "sender": s.userJSON(s.person(i.repo.owner)),
	}
	for k, v := range more {
		payload[k] = v
	}
	body, err := json.Marshal(payload)
	if err != nil {
		panic("peer: " + err.Error()) // only maps, texts and numbers
	}
	for _, h := range s.hooks {
		if strings.EqualFold(h.repo, full) {
			d := Delivery{Event: event, ID: fmt.Sprintf("%s-%d", rand.Text(), s.nextID()), Body: body, Secret: h.secret}
			s.deliveries.Go(func() { s.post(h.url, d) })
		}
	}
}

// Delivery is one event on its way to a webhook.
type Delivery struct {
	Event, ID, Secret string
	Body              []byte
}

// Request builds the signed request of a delivery.
func (d Delivery) Request(url string) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(d.Body))
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, []byte(d.Secret))
	mac.Write(d.Body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "GitHub-Hookshot/peer")
	req.Header.Set("X-GitHub-Event", d.Event)
	req.Header.Set("X-GitHub-Delivery", d.ID)
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return req, nil
}

// post sends a delivery once, as GitHub does.
func (s *Server) post(url string, d Delivery) {
	req, err := d.Request(url)
	if err != nil {
		return
	}
	resp, err := s.o.Deliver.Do(req)
	if err == nil {
		resp.Body.Close()
	}
}
