package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	// maxTalkMessages is how many messages are remembered for edits, deletions
	// and what follows them; the oldest make room.
	maxTalkMessages = 5000
	// maxTalkBytes is how much redacted text of them is kept in memory.
	maxTalkBytes = 64 << 20
	// pickUp is how long after the bot asked for a log it is still read
	// together with the question.
	pickUp = 24 * time.Hour
	// secondThought is the part of the time in which messages are read as one
	// after which a direct message to a bot that has answered asks anew.
	secondThought = 4
)

// talk is what one person said in one channel that is read as one question,
// and what the bot said to it. Its fields belong to talks; who holds the turn
// is the only one to read messages for it and to answer.
type talk struct {
	turn chan struct{}
	talkKey
	parts     []part
	last      time.Time // of its latest message
	addressed bool      // the bot was spoken to
	closed    string    // why the bot says no more by itself; empty: it may
	said
}

// said is the bot's reply to a talk.
type said struct {
	// anchor is the message that was replied to, empty without a reply.
	anchor string
	// entry is the answer that is shown, empty for none.
	entry string
	// shape tells replies apart that would look different.
	shape string
	// problem is the fingerprint of the error that it is about.
	problem string
	// asking is set while the reply asks for more.
	asking bool
}

// about is what a reply that nobody asked for speaks of, for its cooldown.
func (s said) about() string {
	if s.asking {
		return "log" // what is asked for
	}
	return s.entry
}

// part is one message of a talk.
type part struct {
	id     string
	read   *reading
	weight int // bytes, as counted when it was put
}

func newTalk(key talkKey) *talk { return &talk{turn: make(chan struct{}, 1), talkKey: key} }

// hold waits for the turn, release gives it back.
func (t *talk) hold(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *talk) release() { <-t.turn }

// talks are the latest talks of all channels.
type talks struct {
	// together is within what time messages are read as one.
	together time.Duration

	mu     sync.Mutex
	open   map[talkKey]*talk // the last one of each person in each channel
	byID   map[string]*talk  // by the ids of their messages
	order  []remembered      // oldest first
	weight int               // bytes of text in parts
}

// talkKey is where a talk is and whose messages it is made of.
type talkKey struct{ channel, person string }

type remembered struct {
	id  string
	key talkKey
}

func newTalks(together time.Duration) *talks {
	return &talks{together: together, open: map[talkKey]*talk{}, byID: map[string]*talk{}}
}

// manner is how a message stands to the bot.
type manner struct {
	// addressed: it speaks to the bot. direct: it does so in a direct message,
	// where everything speaks to the bot.
	addressed, direct bool
	// opener: its author opened the forum post that it stands in.
	opener bool
}

// join finds the talk that a message continues, or opens one. It is nil for a
// message that is part of one already.
func (s *talks) join(m *discordgo.Message, how manner) *talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[m.ID] != nil {
		return nil
	}
	key := talkKey{m.ChannelID, m.Author.ID}
	t := s.open[key]
	if t == nil || !s.continues(t, m, how) {
		t = newTalk(key)
	}
	s.add(t, m, how)
	return t
}

// restart takes a message out of its talk and opens another with it.
func (s *talks) restart(m *discordgo.Message, how manner) *talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := newTalk(talkKey{m.ChannelID, m.Author.ID})
	s.add(t, m, how)
	return t
}

// add makes a message part of a talk. The lock is held.
func (s *talks) add(t *talk, m *discordgo.Message, how manner) {
	s.open[t.talkKey], s.byID[m.ID] = t, t
	s.order = append(s.order, remembered{m.ID, t.talkKey})
	t.addressed = t.addressed || how.addressed
	if at := postedAt(m.ID); at.After(t.last) {
		t.last = at
	}
	for len(s.order) > maxTalkMessages {
		s.forgetOldest()
	}
}

func (s *talks) forgetOldest() {
	old := s.order[0]
	s.order = s.order[1:]
	if t := s.byID[old.id]; t != nil {
		s.dropPart(t, old.id)
		delete(s.byID, old.id)
	}
	if t := s.open[old.key]; t != nil && len(t.parts) == 0 {
		delete(s.open, old.key)
	}
}

// continues tells whether a message belongs to a talk. The lock is held.
func (s *talks) continues(t *talk, m *discordgo.Message, how manner) bool {
	gap := postedAt(m.ID).Sub(t.last).Abs()
	switch {
	case how.addressed && t.closed != "":
		return false
	case how.addressed && t.entry != "":
		return how.direct && gap < s.together/secondThought
	case t.asking || how.opener:
		return gap < pickUp
	}
	return gap < s.together
}

// awaited tells whether the bot waits for what this person says next here.
func (s *talks) awaited(m *discordgo.Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.open[talkKey{m.ChannelID, m.Author.ID}]
	return t != nil && t.addressed && t.closed == "" && s.continues(t, m, manner{})
}

// of returns the talk that a message is part of, or nil.
func (s *talks) of(message string) *talk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[message]
}

// put keeps what was read of a message of a talk, in the place of what was
// read of it before.
func (s *talks) put(t *talk, message string, r *reading) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if had := s.byID[message]; had != nil {
		s.dropPart(had, message)
	} else { // it was forgotten while it was read, and has to be once more
		s.order = append(s.order, remembered{message, t.talkKey})
	}
	s.byID[message] = t
	p := part{message, r, r.weight()}
	t.parts = append(t.parts, p)
	slices.SortFunc(t.parts, func(a, b part) int { return byAge(a.id, b.id) })
	s.weight += p.weight
	for s.weight > maxTalkBytes && len(s.order) > 1 {
		s.forgetOldest()
	}
}

// drop forgets a message.
func (s *talks) drop(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.byID[message]; t != nil {
		s.dropPart(t, message)
		delete(s.byID, message)
		if t.anchor == message {
			t.said = said{}
		}
	}
}

// forget drops what a person said, everywhere.
func (s *talks) forget(person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, t := range s.byID {
		if t.person == person {
			s.dropPart(t, id)
			delete(s.byID, id)
		}
	}
	for key := range s.open {
		if key.person == person {
			delete(s.open, key)
		}
	}
}

// dropPart forgets what was read of a message. The lock is held.
func (s *talks) dropPart(t *talk, message string) {
	t.parts = slices.DeleteFunc(t.parts, func(p part) bool {
		if p.id == message {
			s.weight -= p.weight
		}
		return p.id == message
	})
}

// state is a talk at one moment.
type state struct {
	said
	person    string
	addressed bool
	closed    string
	readings  []*reading
	// late: the message comes too long after the one before it to be read as
	// one with it.
	late bool
}

// state returns what there is of a talk when a message is to be answered.
func (s *talks) state(t *talk, message string) state {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := state{said: t.said, person: t.person, addressed: t.addressed, closed: t.closed}
	var before time.Time
	for _, p := range t.parts {
		st.readings = append(st.readings, p.read)
		if p.id != message {
			before = postedAt(p.id)
		} else if !before.IsZero() {
			st.late = postedAt(message).Sub(before) >= s.together
		}
	}
	return st
}

// answered notes what the bot said.
func (s *talks) answered(t *talk, now said) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.said = now
}

// close keeps the bot from saying more by itself to the talk of a message or,
// where the message is of none, to the latest of the channel that began
// before it.
func (s *talks) close(message, channel string, persons []string, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.byID[message]; t != nil {
		t.closed = reason
		return
	}
	var latest *talk
	for key, t := range s.open {
		if key.channel != channel || len(persons) > 0 && !slices.Contains(persons, key.person) {
			continue
		}
		if latest == nil || t.last.After(latest.last) {
			latest = t
		}
	}
	if latest != nil {
		latest.closed = reason
	}
}

// byAge compares two ids of Discord: the older one is less.
func byAge(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) }

// postedAt reads the time out of a message's id; the zero time if it has none.
func postedAt(id string) time.Time {
	at, err := discordgo.SnowflakeTimestamp(id)
	if err != nil {
		return time.Time{}
	}
	return at
}
