package bot

import (
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/milvus-medic/medic/kb"
)

const (
	// maxTopic is how long a topic can be, in characters; longer text is a paste.
	maxTopic = 60
	// maxTopicWords is how many words a topic can have.
	maxTopicWords = 6
	// entryPrefix marks the value of a suggestion that names an entry.
	entryPrefix = "entry:"
)

// How well a typed word fits a word of an entry.
const (
	fitExact  = 1.0
	fitPrefix = 0.9
	fitTypo   = 0.7
	fitPart   = 0.6
	// fitEnough is the mean that the words of a topic must reach.
	fitEnough = 0.6
)

// topics looks entries up by what people call them.
type topics struct {
	entries []*kb.Entry
	// words returns, of each entry, those of its id, title in all languages,
	// aliases and component. They are made when first asked for.
	words func() [][]string
}

func newTopics(entries []*kb.Entry) *topics {
	return &topics{entries: entries, words: sync.OnceValue(func() [][]string {
		var list [][]string
		for _, e := range entries {
			text := []string{e.ID, e.Component}
			text = append(text, e.Aliases...)
			text = append(text, e.Titles()...)
			words := splitWords(strings.Join(text, " "))
			slices.Sort(words)
			list = append(list, slices.Compact(words))
		}
		return list
	})}
}

// splitWords returns the words of s in lower case.
func splitWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// find returns the entries that fit a topic, best first. Typing errors of
// one letter in four are forgiven. A text that is no topic finds nothing.
func (t *topics) find(topic string) []*kb.Entry {
	if id, ok := strings.CutPrefix(topic, entryPrefix); ok {
		topic = id
	}
	for _, e := range t.entries {
		if e.ID == topic {
			return []*kb.Entry{e}
		}
	}
	typed := splitWords(topic)
	if len(typed) == 0 || len(typed) > maxTopicWords || utf8.RuneCountInString(topic) > maxTopic || strings.Contains(topic, "\n") {
		return nil
	}
	type scored struct {
		entry *kb.Entry
		score float64
	}
	words := t.words()
	var found []scored
	for i, e := range t.entries {
		score := 0.0
		for _, w := range typed {
			fit := bestFit(w, words[i])
			if fit == 0 {
				score = 0
				break
			}
			score += fit / float64(len(typed))
		}
		if score < fitEnough {
			continue
		}
		if e.Component == typed[0] {
			score += 0.05 // the component itself before those that mention it
		}
		found = append(found, scored{e, score})
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].score > found[j].score })
	out := make([]*kb.Entry, len(found))
	for i, f := range found {
		out[i] = f.entry
	}
	return out
}

// bestFit returns how well w fits the best of words, 0 for not at all.
func bestFit(w string, words []string) float64 {
	best := 0.0
	n := utf8.RuneCountInString(w)
	for _, have := range words {
		switch {
		case have == w:
			return fitExact
		case n >= 2 && strings.HasPrefix(have, w):
			best = max(best, fitPrefix)
		case n >= 4 && strings.Contains(have, w):
			best = max(best, fitPart)
		case n >= 4 && distance(w, have) <= n/4:
			best = max(best, fitTypo)
		}
	}
	return best
}

// distance is the number of letters inserted, left out, changed or swapped
// with a neighbour between a and b. It gives up early on words of very
// different length.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if d := len(s) - len(t); d > 3 || d < -3 {
		return len(s) + len(t)
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
