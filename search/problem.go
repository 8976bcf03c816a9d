package search

import (
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/milvus-medic/medic/search/paste"
)

// Problem is one error found in a paste. The same error on several lines is
// one Problem with a Count.
type Problem struct {
	// Kind is the format it was found in: the name of the extractor.
	Kind string `json:"kind"`
	// Text is the line as pasted (redacted), always a substring of it. Of a
	// problem on several lines it is the one that says most.
	Text string `json:"text"`
	// Message says what went wrong: Text without time, level and place, with
	// the other lines or fields that belong to it.
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
	Noise   Severity = iota - 1 // printed as a warning or an error by healthy systems too (see noise.go)
	Warning                     // the zero value
	Error
	Fatal // the process ended: panics, fatal lines, uncaught exceptions
)

// String returns "noise", "warning", "error" or "fatal".
func (s Severity) String() string { return [...]string{"noise", "warning", "error", "fatal"}[s+1] }

// MarshalText returns String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// maxProblems is how many different errors of one paste are kept; the most
// severe and earliest win.
const maxProblems = 64

// maxMessage is how much of a message makes its key, so that a giant line
// does not.
const maxMessage = 400

// keyText returns the part of a message that makes its key.
func keyText(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "")
}

// key returns the normalised form of a message.
func key(message string) string { return paste.Mask(keyText(message)) }

// problemSet collects problems, one for each kind and key. It keeps at most
// maxProblems of a severity.
type problemSet struct {
	list  []Problem
	byKey map[uint64]int
	kept  [Fatal - Noise + 1]int // problems of each severity
	seed  maphash.Seed
}

func (s *problemSet) add(p Problem) {
	if s.byKey == nil {
		s.byKey, s.seed = map[uint64]int{}, maphash.MakeSeed()
	}
	p.Count = max(1, p.Count)
	if p.Last.IsZero() {
		p.Last = p.Time
	}
	id := maphash.String(s.seed, p.Kind) ^ paste.MaskHash([]byte(keyText(p.Message)))
	if i, ok := s.byKey[id]; ok {
		s.again(&s.list[i], p)
		return
	}
	if isNoise(p) {
		p.Severity = Noise
	}
	if s.kept[p.Severity-Noise] >= maxProblems {
		return
	}
	p.Key = key(p.Message)
	s.byKey[id] = len(s.list)
	s.list = append(s.list, p)
	s.kept[p.Severity-Noise]++
}

// again counts one more occurrence of q.
func (s *problemSet) again(q *Problem, p Problem) {
	q.Count += p.Count
	if p.Severity > q.Severity && q.Severity != Noise {
		s.kept[q.Severity-Noise]--
		s.kept[p.Severity-Noise]++
		q.Severity = p.Severity
	}
	if q.Code == 0 {
		q.Code = p.Code
	}
	if p.Last.After(q.Last) {
		q.Last = p.Last
	}
	if !p.Time.IsZero() && (q.Time.IsZero() || p.Time.Before(q.Time)) {
		q.Time = p.Time
	}
}

// top returns the problems in the order in which they stand, cut to
// maxProblems by dropping the mildest and, of one severity, the last.
func (s *problemSet) top() []Problem {
	worst := slices.Clone(s.list)
	if len(worst) > maxProblems {
		slices.SortStableFunc(worst, func(a, b Problem) int { return int(b.Severity - a.Severity) })
		worst = worst[:maxProblems]
	}
	slices.SortStableFunc(worst, func(a, b Problem) int { return a.line - b.line })
	return worst
}
