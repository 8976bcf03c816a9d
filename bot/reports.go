package bot

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"github.com/milvus-medic/medic/search/paste"
)

const (
	// maxReports is how many reports are kept for their buttons; the oldest
	// make room.
	maxReports = 5000
	// reportAge is how long a report's buttons work. It holds redacted text
	// only, in memory.
	reportAge = 24 * time.Hour
)

// report is one answered paste, kept for the buttons under its reply.
type report struct {
	id      string
	owner   string // user id of the asker
	guild   string
	channel string
	lang    string
	paste   paste.Paste
	answer  Answer
	private bool
	made    time.Time

	mu     sync.Mutex // guards what follows, and answer
	intent string     // of the issue that was begun, in the store
	solved bool
	reason string // why it was not the reader's problem
}

// now returns the answer as it is now: a reader's choice or a model may change
// it at any time.
func (r *report) now() Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answer
}

// reply returns what is shown now, and whether the problem is solved.
func (r *report) reply() (Reply, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answer.Reply, r.solved
}

// reports keeps the latest reports by id.
type reports struct {
	mu    sync.Mutex
	byID  map[string]*report
	order []string // oldest first
}

func newReports() *reports { return &reports{byID: map[string]*report{}} }

// add keeps a report under a new random id.
func (s *reports) add(r *report) *report {
	r.id = strings.ToLower(rand.Text()[:20])
	r.made = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byID[r.id] = r
	s.order = append(s.order, r.id)
	for len(s.order) > maxReports || len(s.order) > 0 && s.expired(s.order[0]) {
		delete(s.byID, s.order[0])
		s.order = s.order[1:]
	}
	return r
}

func (s *reports) expired(id string) bool {
	r := s.byID[id]
	return r == nil || time.Since(r.made) > reportAge
}

// get returns the report with this id, or nil when it is unknown or too old.
func (s *reports) get(id string) *report {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expired(id) {
		return nil
	}
	return s.byID[id]
}

// forget drops the reports of a user.
func (s *reports) forget(owner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, r := range s.byID {
		if r.owner == owner {
			delete(s.byID, id)
		}
	}
}
