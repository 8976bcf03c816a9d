package github

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/milvus-medic/medic/search/paste"
)

// Match says how an issue resembles a report.
type Match string

// The matches, the closer first.
const (
	MatchSameError Match = "sameError" // an error of the report stands in it
	MatchSimilar   Match = "similar"   // most of the report's telling words do
)

// Duplicate is an issue that may be about the same problem.
type Duplicate struct {
	Issue Issue
	Match Match
	// Shared is what they have in common: keys of errors (MatchSameError) or
	// words, the most telling first. Show it in a fence.
	Shared []string
	// Fix is what is known of one that is closed.
	Fix Fix

	weight float64
}

// Query is what duplicates are looked for by.
type Query struct {
	// Keys are those of the report's errors, the leading one first, made as
	// [MirrorOptions.Keys] makes them.
	Keys []string
	Text string // title and description
}

// Query returns the draft's text to look for duplicates by; the keys are for
// the caller to add.
func (d *Draft) Query() Query {
	text := strings.TrimPrefix(d.Title(), d.form.Title) + "\n" + d.problem
	if id, ok := d.form.roles()[roleCurrent]; ok {
		text += "\n" + cutText(d.answers[id].Text, maxQueryText)
	}
	return Query{Text: text}
}

const (
	maxQueryText  = 2000 // bytes of a description
	maxQueryTerms = 40   // the most telling
	minShared     = 3    // words
	// minCovered is the part of the report's weight that must be found in an
	// issue. Half is reached by any two timeouts of one component.
	minCovered = 0.6
	maxTerms   = 400 // of one issue
	maxKeys64  = 64  // of one issue
)

// index is a mirror's content, ready to be searched. It does not change.
type index struct {
	docs     []doc // by number, descending
	byNumber map[int]int
	byKey    map[string][]int
	byTerm   map[string][]int
}

type doc struct {
	issue Issue
	terms []string
}

func newIndex(issues map[int]Issue, keys func(string) []string) *index {
	ix := &index{byNumber: map[int]int{}, byKey: map[string][]int{}, byTerm: map[string][]int{}}
	for _, i := range issues {
		ix.docs = append(ix.docs, doc{issue: i})
	}
	slices.SortFunc(ix.docs, func(a, b doc) int { return b.issue.Number - a.issue.Number })
	for n := range ix.docs {
		d := &ix.docs[n]
		ix.byNumber[d.issue.Number] = n
		text := d.issue.Title + "\n" + d.issue.Body
		d.terms = terms(text, maxTerms)
		for _, t := range d.terms {
			ix.byTerm[t] = append(ix.byTerm[t], n)
		}
		found := keys(text)
		slices.Sort(found)
		for _, k := range firstN(slices.Compact(found), maxKeys64) {
			ix.byKey[k] = append(ix.byKey[k], n)
		}
	}
	return ix
}

func firstN(list []string, n int) []string { return list[:min(n, len(list))] }

// Duplicates returns the issues that are most likely about the same problem,
// at most n: those with the same error first, then by weight of what is
// shared, then the newest.
func (m *Mirror) Duplicates(q Query, n int) []Duplicate {
	ix := m.index.Load()
	found := map[int]*Duplicate{}
	for rank, k := range q.Keys {
		for _, d := range ix.byKey[k] {
			dup := found[d]
			if dup == nil {
				dup = &Duplicate{Issue: ix.docs[d].issue, Match: MatchSameError}
				found[d] = dup
			}
			dup.Shared = append(dup.Shared, k)
			dup.weight += 1 / float64(rank+1)
		}
	}
	ix.similar(q.Text, found)
	var out []Duplicate
	for _, d := range found {
		out = append(out, *d)
	}
	sortDuplicates(out)
	return out[:min(n, len(out))]
}

func sortDuplicates(list []Duplicate) {
	slices.SortFunc(list, func(a, b Duplicate) int {
		same := func(d Duplicate) int {
			if d.Match == MatchSameError {
				return 0
			}
			return 1
		}
		return cmp.Or(same(a)-same(b), cmp.Compare(b.weight, a.weight), b.Issue.Number-a.Issue.Number)
	})
}

// similar adds issues that hold most of the text's telling words.
func (ix *index) similar(text string, found map[int]*Duplicate) {
	weight := map[string]float64{}
	words := terms(text, maxTerms)
	for _, t := range words {
		weight[t] = math.Log(float64(len(ix.docs)+1) / float64(len(ix.byTerm[t])+1))
	}
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(weight[b], weight[a]) })
	words = firstN(words, maxQueryTerms)
	total := 0.0
	covered := map[int]float64{}
	shared := map[int][]string{}
	for _, t := range words {
		total += weight[t]
		for _, d := range ix.byTerm[t] {
			covered[d] += weight[t]
			shared[d] = append(shared[d], t)
		}
	}
	for d, w := range covered {
		if found[d] != nil || len(shared[d]) < minShared || w < minCovered*total || w == 0 {
			continue
		}
		found[d] = &Duplicate{Issue: ix.docs[d].issue, Match: MatchSimilar, Shared: firstN(shared[d], 5), weight: w / total}
	}
}

// formWords stand in every report.
var formWords = map[string]bool{
	"existing": true, "issue": true, "searched": true, "environment": true, "milvus": true, "version": true, "deployment": true, "mode": true,
	"standalone": true, "cluster": true, "type": true, "rocksmq": true, "pulsar": true, "kafka": true, "sdk": true, "pymilvus": true, "ubuntu": true,
	"centos": true, "cpu": true, "memory": true, "gpu": true, "others": true, "current": true, "behavior": true, "expected": true, "steps": true,
	"reproduce": true, "log": true, "anything": true, "else": true, "response": true, "the": true, "and": true, "for": true, "with": true,
	"there": true, "this": true, "that": true, "have": true, "not": true, "bug": true, "error": true, "failed": true, "fail": true, "info": true, "warn": true,
}

// terms returns the words of a text that can tell problems apart, each once,
// in order. Scripts without spaces give pairs of characters.
func terms(text string, most int) []string {
	var out []string
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] && !formWords[w] && len(out) < most {
			seen[w] = true
			out = append(out, w)
		}
	}
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		runes := []rune(w)
		switch {
		case unicode.In(runes[0], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			for i := 0; i+1 < len(runes); i++ {
				add(string(runes[i : i+2]))
			}
		case len(runes) >= 3 && len(runes) <= 60 && strings.IndexFunc(w, unicode.IsDigit) < 0:
			add(w)
		}
	}
	return out
}

const (
	maxKeyLines = 2000
	minKey      = 24 // characters of a masked line
)

// LineKeys are the masked lines of a text that complain about something, each
// once: the keys of a [Mirror] that is given no others, and of its queries.
func LineKeys(text string) []string {
	var keys []string
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if n++; n > maxKeyLines || len(keys) == maxKeys64 {
			break
		}
		lower := strings.ToLower(line)
		if !strings.Contains(lower, "error") && !strings.Contains(lower, "fail") && !strings.Contains(lower, "panic") && !strings.Contains(lower, "exception") {
			continue
		}
		if k := strings.TrimSpace(paste.Mask(strings.TrimSpace(line))); len(k) >= minKey && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// Duplicates looks in the mirror and, if live is set, asks GitHub's search
// for the leading error too; of those that are closed it finds out the fix.
// What was found can be used although an error tells what could not be asked.
func (c *Client) Duplicates(ctx context.Context, m *Mirror, q Query, n int, live bool) ([]Duplicate, error) {
	list := m.Duplicates(q, n)
	var errs []error
	if live && len(q.Keys) > 0 {
		found, complete, err := c.Search(ctx, m.o.Repo, q.Keys[0])
		if err == nil && !complete {
			err = errIncomplete
		}
		errs = append(errs, err)
		for _, i := range found {
			if !slices.ContainsFunc(list, func(d Duplicate) bool { return d.Issue.Number == i.Number }) {
				i.Body = cutText(i.Body, maxMirrorBody)
				list = append(list, Duplicate{Issue: i, Match: MatchSameError, Shared: q.Keys[:1]})
			}
		}
		sortDuplicates(list)
		list = list[:min(n, len(list))]
	}
	for i := range list {
		fix, err := c.Fix(ctx, list[i].Issue)
		list[i].Fix = fix
		if err != nil {
			errs = append(errs, err)
			break // the others would fail as well
		}
	}
	return list, errors.Join(errs...)
}

var errIncomplete = errors.New("github: search: GitHub ran out of time; there may be more than what is shown")
