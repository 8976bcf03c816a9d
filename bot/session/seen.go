package session

import (
	"hash/maphash"
	"sync"
)

// seenSize is how many events are remembered at least; twice as many at most.
// Repeats come within seconds, after a RESUME or from two nodes of Discord's.
const seenSize = 4096

// seen drops repeats: Discord may deliver an event any number of times. It keeps
// two generations of hashed keys, the older of which is forgotten as a whole.
type seen struct {
	seed maphash.Seed
	size int

	mu       sync.Mutex
	now, old map[uint64]struct{}
}

func newSeen(size int) *seen {
	return &seen{seed: maphash.MakeSeed(), size: size, now: make(map[uint64]struct{})}
}

// first reports whether key is new, and remembers it.
func (s *seen) first(key string) bool {
	h := maphash.String(s.seed, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.now[h]; ok {
		return false
	}
	_, ok := s.old[h]
	if len(s.now) >= s.size {
		s.old, s.now = s.now, make(map[uint64]struct{})
	}
	s.now[h] = struct{}{}
	return !ok
}
