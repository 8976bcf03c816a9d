package store

import (
	"errors"
	"testing"
	"time"
)

// filed brings an intent to the state filed, as issue 7 of o/n.
func filed(t *testing.T, s *Store, channel string) Intent {
	t.Helper()
	in, err := s.AddIntent(t.Context(), Intent{
		Marker: "mark" + channel, Author: "u", Guild: "g", Channel: channel, Repository: "o/n", Title: "title", Body: "body",
		Language: "ko", Milvus: "2.6.1", Problem: "fp",
	}, noon)
	must(t, err)
	must(t, s.Confirm(t.Context(), in.ID, Digest("o/n", "title", "body"), "u", noon))
	must(t, s.Post(t.Context(), in.ID, noon, noon))
	must(t, s.Filed(t.Context(), in.ID, 7, noon))
	return in
}

// TestFollow: what is filed is followed, and its place is to be told, in the
// same step.
func TestFollow(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := filed(t, s, "c")
		if in.Marker != "markc" {
			t.Errorf("the marker is %q", in.Marker)
		}
		notes, err := s.UnsentNotes(ctx)
		if err != nil || len(notes) != 1 || notes[0].Kind != NoteFiled || notes[0].Place != (Place{"g", "c", "ko", "2.6.1"}) || notes[0].Number != 7 {
			t.Fatalf("notes %+v, %v", notes, err)
		}
		must(t, s.SetSent(ctx, notes[0].ID))
		if notes, err := s.UnsentNotes(ctx); err != nil || len(notes) != 0 {
			t.Errorf("said, and still to be said: %+v, %v", notes, err)
		}
		if err := s.Filed(ctx, in.ID, 7, noon); !errors.Is(err, ErrState) {
			t.Errorf("filed twice: %v", err)
		}
		list, err := s.FollowedIssues(ctx, noon)
		if err != nil || len(list) != 1 || list[0].Number != 7 || list[0].Closed {
			t.Errorf("followed %+v, %v", list, err)
		}
		for problem, want := range map[string]int{"fp": 1, "other": 0, "": 0} {
			if list, err := s.IssuesOfProblem(ctx, problem); err != nil || len(list) != want {
				t.Errorf("issues of %q: %+v, %v", problem, list, err)
			}
		}
	})
}

// TestHappened: an event is noted once, whoever brings it, and every place
// hears of it.
func TestHappened(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		filed(t, s, "c")
		filed(t, s, "d")
		notes, err := s.UnsentNotes(ctx)
		must(t, err)
		for _, n := range notes {
			must(t, s.SetSent(ctx, n.ID))
		}
		closed := Issue{Repository: "o/n", Number: 7, Closed: true, Reason: "completed", FixVersion: "2.6.5", FixPR: 9}
		for k, want := range []bool{true, false} {
			if fresh, err := s.Happened(ctx, closed, true, Note{ID: "closed 1", Kind: "closed", Due: noon}, noon); err != nil || fresh != want {
				t.Errorf("time %d: %v, %v", k, fresh, err)
			}
		}
		if notes, err := s.UnsentNotes(ctx); err != nil || len(notes) != 2 || notes[0].Channel == notes[1].Channel {
			t.Errorf("notes %+v, %v", notes, err)
		}
		// A comment that was read before the closing changes nothing about it.
		open := Issue{Repository: "o/n", Number: 7}
		if fresh, err := s.Happened(ctx, open, false, Note{ID: "comment 1", Kind: "maintainer", Due: noon}, noon); err != nil || !fresh {
			t.Errorf("a comment: %v, %v", fresh, err)
		}
		got, err := s.Issue(ctx, "o/n", 7)
		if err != nil || !got.Closed || got.FixVersion != "2.6.5" || got.FixPR != 9 || got.Reason != "completed" {
			t.Errorf("got %+v, %v", got, err)
		}
		if list, err := s.FollowedIssues(ctx, noon.Add(time.Hour)); err != nil || len(list) != 0 {
			t.Errorf("closed long ago and still followed: %+v, %v", list, err)
		}
		strange := Issue{Repository: "o/n", Number: 8}
		if fresh, err := s.Happened(ctx, strange, true, Note{ID: "closed 2"}, noon); err != nil || fresh {
			t.Errorf("an issue that nobody follows: %v, %v", fresh, err)
		}
	})
}

// TestMoved follows an issue to another repository, with all who follow it.
func TestMoved(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		filed(t, s, "c")
		i, err := s.Issue(ctx, "o/n", 7)
		must(t, err)
		must(t, s.SetWatched(ctx, "o/n", 7, "{}", true))
		for range 2 {
			must(t, s.Moved(ctx, i, "o/m", 3, noon))
		}
		if _, err := s.Issue(ctx, "o/n", 7); !errors.Is(err, ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		got, err := s.Issue(ctx, "o/m", 3)
		if err != nil || got.Watched != "" || got.Gone {
			t.Errorf("got %+v, %v", got, err)
		}
		if list, err := s.IssuesOfProblem(ctx, "fp"); err != nil || len(list) != 1 || list[0].Number != 3 {
			t.Errorf("issues %+v, %v", list, err)
		}
		if fresh, err := s.Happened(ctx, got, true, Note{ID: "x"}, noon); err != nil || !fresh {
			t.Errorf("its place is lost: %v, %v", fresh, err)
		}
	})
}

// TestAbsent goes back to confirmed only from the state that was looked up.
func TestAbsent(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := draft(t, s)
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon))
		must(t, s.Post(ctx, in.ID, noon, noon.Add(time.Second)))
		if err := s.Absent(ctx, in.ID, noon, noon.Add(time.Hour)); !errors.Is(err, ErrState) {
			t.Errorf("from an outdated view: %v", err)
		}
		must(t, s.Absent(ctx, in.ID, noon.Add(time.Second), noon.Add(time.Hour)))
		if got, err := s.Intent(ctx, in.ID); err != nil || got.State != StateConfirmed {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

// TestNotes: the same is not said twice.
func TestNotes(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		n := Note{ID: "absent 1", Kind: "absent", Place: Place{Channel: "c"}, Detail: "id", Due: noon}
		for range 2 {
			must(t, s.AddNote(t.Context(), n, noon))
		}
		if list, err := s.UnsentNotes(t.Context()); err != nil || len(list) != 1 || list[0] != n {
			t.Errorf("notes %+v, %v", list, err)
		}
	})
}
