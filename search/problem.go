package search

import (
	"time"

	"github.com/milvus-medic/medic/search/paste"
)

// Problem is one error found in a paste. The same error on several lines is
// one Problem with a Count.
type Problem struct {
	// Kind is the format it was found in: the name of the extractor.
	Kind string `json:"kind"`
	// Text is the line as pasted (redacted), always a substring of it.
	Text string `json:"text"`
	// Message is the part of Text that says what went wrong.
	Message string `json:"message"`
	// Key is Message with its variable parts masked: equal keys, same error.
	Key string `json:"key"`
	// Component is what wrote the line, such as "rootcoord" or "etcd"; may be empty.
	Component string    `json:"component,omitempty"`
	Severity  Severity  `json:"severity"`
	Code      int       `json:"code,omitempty"` // Milvus error code, 0 if none was printed
	Time      time.Time `json:"time,omitzero"`  // of the first occurrence, zero if the line has none
	Last      time.Time `json:"last,omitzero"`  // of the last occurrence
	Count     int       `json:"count"`
	line      int       // index of its first line
}

// Severity is how bad the writer of a line found it.
type Severity int

// The severities, mildest first.
const (
	Warning Severity = iota
	Error
	Fatal // the process ended: panics, fatal lines, uncaught exceptions
)

// String returns "warning", "error" or "fatal".
func (s Severity) String() string { return [...]string{"warning", "error", "fatal"}[s] }

// MarshalText returns String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// maxProblems is how many different errors of one paste are kept; the most
// severe and earliest win.
const maxProblems = 64

// maxMessage is how much of a message makes its key, so that a giant line
// does not.
const maxMessage = 400

// key returns the normalised form of a message.
func key(message string) string {
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	return paste.Mask(message)
}

// problemSet collects problems, one a key.
type problemSet struct {
	list  []Problem
	byKey map[string]int
}

func (s *problemSet) add(p Problem) {
	p.Key = key(p.Message)
	if p.Count == 0 {
		p.Count = 1
	}
	if p.Last.IsZero() {
		p.Last = p.Time
	}
	id := p.Kind + "\x00" + p.Key
	if i, ok := s.byKey[id]; ok {
		q := &s.list[i]
		q.Count += p.Count
		q.Severity = max(q.Severity, p.Severity)
		if p.Last.After(q.Last) {
			q.Last = p.Last
		}
		if !p.Time.IsZero() && (q.Time.IsZero() || p.Time.Before(q.Time)) {
			q.Time = p.Time
		}
		return
	}
	if s.byKey == nil {
		s.byKey = map[string]int{}
	}
	s.byKey[id] = len(s.list)
	s.list = append(s.list, p)
}

// top returns the problems in the order in which they stand, cut to
// maxProblems by dropping the mildest.
func (s *problemSet) top() []Problem {
	for min := Warning; len(s.list) > maxProblems && min < Fatal; min++ {
		kept := s.list[:0]
		for _, p := range s.list {
			if p.Severity > min || len(kept) < maxProblems/2 {
				kept = append(kept, p)
			}
		}
		s.list = kept
	}
	if len(s.list) > maxProblems {
		s.list = s.list[:maxProblems]
	}
	return s.list
}
