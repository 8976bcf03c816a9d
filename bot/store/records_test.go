package store

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAnswers(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := Answer{Message: "1", Guild: "g", Channel: "c", Author: "u", Addressed: true, Entry: "e", Problem: "p", At: noon}
		got, fresh, err := s.Claim(ctx, in)
		if err != nil || !fresh || !reflect.DeepEqual(got, in) {
			t.Errorf("first claim: %+v, %v, %v", got, fresh, err)
		}
		if got, fresh, err = s.Claim(ctx, Answer{Message: "1", Author: "other", At: noon.Add(time.Hour)}); err != nil || fresh || !reflect.DeepEqual(got, in) {
			t.Errorf("second claim: %+v, %v, %v", got, fresh, err)
		}
		must(t, s.SetReply(ctx, "1", "r", "e2", "p2"))
		in.Reply, in.Entry, in.Problem = "r", "e2", "p2"
		if got, ok, err := s.Answer(ctx, "1"); err != nil || !ok || !reflect.DeepEqual(got, in) {
			t.Errorf("answer: %+v, %v, %v", got, ok, err)
		}
		if err := s.SetReply(ctx, "2", "r", "", ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("reply without a claim: %v", err)
		}
		if got, ok, err := s.DropAnswer(ctx, "1"); err != nil || !ok || got.Reply != "r" {
			t.Errorf("drop: %+v, %v, %v", got, ok, err)
		}
		if _, ok, err := s.DropAnswer(ctx, "1"); err != nil || ok {
			t.Errorf("dropped twice: %v, %v", ok, err)
		}
	})
}

// TestClaimOnce lets many claim the same message.
func TestClaimOnce(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		won := race(t, 30, func() bool {
			_, fresh, err := s.Claim(t.Context(), Answer{Message: "1", At: noon})
			if err != nil {
				t.Error(err)
			}
			return fresh
		})
		if won != 1 {
			t.Errorf("%d claimed it", won)
		}
	})
}

func race(t *testing.T, n int, f func() bool) (won int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for range n {
		wg.Go(func() {
			if f() {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return won
}

func TestFirstSeen(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		for n, want := range []bool{true, false} {
			if got, err := s.FirstSeen(t.Context(), "github", "d1", noon); err != nil || got != want {
				t.Errorf("delivery %d: %v, %v", n, got, err)
			}
		}
		if got, err := s.FirstSeen(t.Context(), "other", "d1", noon); err != nil || !got {
			t.Errorf("another kind: %v, %v", got, err)
		}
	})
}

func TestStats(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for _, c := range []struct {
			guild string
			what  Outcome
			entry string
			at    time.Time
		}{
			{"g", Answered, "a", noon}, {"g", Answered, "b", noon}, {"g", Answered, "b", noon.Add(24 * time.Hour)}, {"g", Unknown, "", noon},
			{"g", Answered, "a", noon.Add(-100 * 24 * time.Hour)}, {"other", Answered, "a", noon},
		} {
			must(t, s.Count(ctx, c.guild, c.what, c.entry, c.at))
		}
		for _, f := range []Feedback{
			{Report: "1", Author: "u", Guild: "g", Verdict: Solved, Entry: "b", At: noon},
			{Report: "1", Author: "u", Guild: "g", Verdict: Solved, Entry: "b", At: noon.Add(time.Hour)}, // pressed twice
			{Report: "2", Author: "u", Guild: "g", Verdict: Wrong, Reason: "version", Entry: "a", At: noon},
			{Report: "3", Author: "u", Guild: "other", Verdict: Wrong, Entry: "a", At: noon},
		} {
			must(t, s.AddFeedback(ctx, f))
		}
		got, err := s.Stats(ctx, "g", noon.Add(-time.Hour), 5)
		must(t, err)
		want := Stats{
			Outcomes: map[Outcome]int{Answered: 3, Unknown: 1}, Verdicts: map[Verdict]int{Solved: 1, Wrong: 1},
			Entries: []EntryCount{{Entry: "b", Answered: 2, Solved: 1}, {Entry: "a", Answered: 1, Wrong: 1}},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if got, err = s.Stats(ctx, "g", noon.Add(-time.Hour), 1); err != nil || len(got.Entries) != 1 {
			t.Errorf("limit 1: %+v, %v", got.Entries, err)
		}
	})
}

func TestGaps(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		for n, f := range []string{"x", "y", "y", "z"} {
			must(t, s.AddGap(ctx, Gap{Guild: "g", Fingerprint: f, Masked: "widget <n> drifted", Component: "querynode", Code: 5}, noon.Add(time.Duration(n)*time.Minute)))
		}
		must(t, s.AddGap(ctx, Gap{Guild: "other", Fingerprint: "x", Masked: strings.Repeat("é", MaxMasked)}, noon))
		got, err := s.Gaps(ctx, "g", 2)
		must(t, err)
		want := Gap{Guild: "g", Fingerprint: "y", Masked: "widget <n> drifted", Component: "querynode", Code: 5, Times: 2, First: noon.Add(time.Minute), Last: noon.Add(2 * time.Minute)}
		if len(got) != 2 || got[0] != want || got[1].Fingerprint != "z" {
			t.Errorf("gaps %+v", got)
		}
		other, err := s.Gaps(ctx, "other", 9)
		if err != nil || len(other) != 1 || len(other[0].Masked) > MaxMasked || strings.ContainsRune(other[0].Masked, '\uFFFD') {
			t.Errorf("long gap %+v, %v", other, err)
		}
	})
}

func TestThreads(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		got, err := s.Thread(ctx, "t")
		if err != nil || !reflect.DeepEqual(got, Thread{ID: "t"}) {
			t.Errorf("unknown thread: %+v, %v", got, err)
		}
		for n, want := range []bool{true, false} {
			if fresh, err := s.NoteProblem(ctx, "g", "t", "p1", noon); err != nil || fresh != want {
				t.Errorf("problem, time %d: %v, %v", n, fresh, err)
			}
		}
		_, err = s.NoteProblem(ctx, "g", "t", "p0", noon.Add(time.Minute))
		must(t, err)
		must(t, s.SetStaff(ctx, "g", "t", true, noon.Add(2*time.Minute)))
		must(t, s.SetSolved(ctx, "g", "t", true, noon.Add(3*time.Minute)))
		must(t, s.SetSolved(ctx, "g", "t2", true, noon))
		got, err = s.Thread(ctx, "t")
		want := Thread{ID: "t", Guild: "g", Problems: []string{"p1", "p0"}, Solved: true, Staff: true, At: noon.Add(3 * time.Minute)}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
		must(t, s.SetSolved(ctx, "g", "t", false, noon))
		if got, err = s.Thread(ctx, "t"); err != nil || got.Solved || !got.Staff {
			t.Errorf("reopened: %+v, %v", got, err)
		}
	})
}
