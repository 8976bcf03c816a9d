package search

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// labelled is one case of the evaluation set: a paste with the entry that
// answers it, or none.
type labelled struct {
	ID    string  `json:"id"`
	Paste string  `json:"paste"`
	Topic *string `json:"topic"`
}

// builtIn returns an index over the entries of the program.
func builtIn(t testing.TB) *Index {
	t.Helper()
	entries, err := kb.ReadEntries(kb.Entries, "entries")
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(entries, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// evaluation reads the labelled set. Nothing in the program may be fitted to
// single cases of it: it is there to show what general rules do.
func evaluation(t testing.TB) []labelled {
	t.Helper()
	f, err := os.Open("testdata/labelled.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []labelled
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c labelled
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// score counts what happened to the cases of one group.
type score struct {
	all, right, inThree, wrong, wrongCertain int // cases that have an answer
	reciprocal                               float64
	none, falseCertain, falseLikely          int // cases that have none
}

func (s *score) add(v Verdict, topic *string) {
	if topic == nil {
		s.none++
		switch v.Grade() {
		case Certain:
			s.falseCertain++
		case Likely:
			s.falseLikely++
		}
		return
	}
	s.all++
	for i, h := range v.Hits {
		if h.Doc.ID == *topic {
			s.inThree++
			s.reciprocal += 1 / float64(i+1)
			if i == 0 {
				s.right++
				return
			}
		}
	}
	switch v.Grade() {
	case Certain:
		s.wrongCertain++
		s.wrong++
	case Likely:
		s.wrong++
	}
}

func (s score) String() string {
	n := float64(max(1, s.all))
	return fmt.Sprintf("%5d  %.3f  %.3f  %.3f  %5d  %9d  %5d  %8d  %7d", s.all, float64(s.right)/n, float64(s.inThree)/n,
		s.reciprocal/n, s.wrong, s.wrongCertain, s.none, s.falseCertain, s.falseLikely)
}

const scoreHead = "cases  right@1 in@3  MRR    wrong  wrong-certain none  false-certain false-likely"

// evaluate asks every case, changed by mangle, and calls seen with each answer.
func evaluate(t testing.TB, x *Index, cases []labelled, mangle func(string) string, seen func(labelled, Verdict)) score {
	t.Helper()
	verdicts := make([]Verdict, len(cases))
	var wg sync.WaitGroup
	for i, c := range cases {
		wg.Go(func() {
			v, err := x.Find(context.Background(), paste.FromText(mangle(c.Paste)))
			if err != nil {
				t.Error(err)
			}
			verdicts[i] = v
		})
	}
	wg.Wait()
	var s score
	for i, c := range cases {
		s.add(verdicts[i], c.Topic)
		if seen != nil {
			seen(c, verdicts[i])
		}
	}
	return s
}

func asIs(s string) string { return s }

// language of a case's prose, by its script.
func language(s string) string {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "latin"
}

// TestEvaluation measures the labelled set: how often the right entry is
// first, and what is said to pastes that nothing known fits.
func TestEvaluation(t *testing.T) {
	const minRight, maxWrong, maxFalseLikely = 0.98, 0.01, 1
	s := evaluate(t, builtIn(t), evaluation(t), asIs, func(c labelled, v Verdict) {
		if c.Topic == nil && v.Grade() >= Likely || c.Topic != nil && (len(v.Hits) == 0 || v.Hits[0].Doc.ID != *c.Topic) {
			want := "nothing"
			if c.Topic != nil {
				want = *c.Topic
			}
			t.Logf("%s: wants %s, got %v", c.ID, want, ids(v))
		}
	})
	t.Logf("\n%s\n%s", scoreHead, s)
	if float64(s.right) < minRight*float64(s.all) || float64(s.wrong) > maxWrong*float64(s.all) || s.wrongCertain > 0 {
		t.Errorf("right %d, wrong %d of %d, at certain %d", s.right, s.wrong, s.all, s.wrongCertain)
	}
	if s.falseCertain > 0 || s.falseLikely > maxFalseLikely {
		t.Errorf("answers where nothing fits: %d certain, %d likely", s.falseCertain, s.falseLikely)
	}
}

// TestScorecard writes what TestEvaluation measures, for each language and
// each mangling, and compares it with testdata/scorecard.txt, so that every
// change to the ranking is a visible diff.
func TestScorecard(t *testing.T) {
	const maxLoss = 0.02
	x, cases := builtIn(t), evaluation(t)
	var out strings.Builder
	row := func(name string, s score) { fmt.Fprintf(&out, "%-20s %s\n", name, s) }
	fmt.Fprintf(&out, "%-20s %s\n", "", scoreHead)
	plain := evaluate(t, x, cases, asIs, nil)
	row("as pasted", plain)
	byLanguage := map[string][]labelled{}
	for _, c := range cases {
		byLanguage[language(c.Paste)] = append(byLanguage[language(c.Paste)], c)
	}
	var languages []string
	for l := range byLanguage {
		languages = append(languages, l)
	}
	sort.Strings(languages)
	for _, l := range languages {
		row("script "+l, evaluate(t, x, byLanguage[l], asIs, nil))
	}
	for _, m := range manglings {
		s := evaluate(t, x, cases, m.apply, func(c labelled, v Verdict) {
			if c.Topic != nil && (len(v.Hits) == 0 || v.Hits[0].Doc.ID != *c.Topic) || c.Topic == nil && v.Grade() >= Likely {
				t.Logf("%s: %s: %v", m.name, c.ID, ids(v))
			}
		})
		row(m.name, s)
		if loss := float64(plain.right-s.right) / float64(plain.all); loss > maxLoss+m.lossy {
			t.Errorf("%s costs %.3f, at most %.2f may be lost", m.name, loss, maxLoss+m.lossy)
		}
		if s.falseCertain > 0 || m.lossy == 0 && s.wrongCertain > plain.wrongCertain {
			t.Errorf("%s makes %d wrong and %d false answers certain", m.name, s.wrongCertain, s.falseCertain)
		}
	}
	const file = "testdata/scorecard.txt"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != out.String() {
		t.Errorf("the scorecard changed (rewrite it with -update and read the diff): %v\n%s", err, out.String())
	}
}

// TestSelf asks every entry's own examples and near misses.
func TestSelf(t *testing.T) {
	problems, err := SelfTest(context.Background(), builtIn(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// TestLeaveOut takes the examples out of the entries' sight: they must be
// found by what their entries say, not by themselves.
func TestLeaveOut(t *testing.T) {
	x := builtIn(t)
	var blind []*kb.Entry
	for _, e := range x.Entries() {
		c, err := kb.ReadEntry(e.ID, blindSource(t, e.ID))
		if err != nil {
			t.Fatal(err)
		}
		c.Examples, c.WeakExamples, c.NearMisses = nil, nil, nil
		blind = append(blind, c)
	}
	y, err := New(blind, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	for _, e := range x.Entries() {
		for i, text := range append(slices.Clone(e.Examples), e.WeakExamples...) {
			v, err := y.Find(context.Background(), paste.FromText(text))
			if err != nil {
				t.Fatal(err)
			}
			if len(v.Hits) == 0 || v.Hits[0].Doc.ID != e.ID {
				t.Errorf("%s: example %d is found by being an example only: %v", e.ID, i+1, ids(v))
			}
		}
	}
}

func blindSource(t *testing.T, id string) []byte {
	t.Helper()
	src, err := kb.Entries.ReadFile("entries/" + id + ".md")
	if err != nil {
		t.Fatal(err)
	}
	return src
}
