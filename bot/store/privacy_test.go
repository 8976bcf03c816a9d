package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	canary     = "200000000000000077"
	canaryText = "the draft that must not survive"
)

// known writes something about a user into every table that can hold it.
func known(t *testing.T, s *Store, user, text string) (filed Intent) {
	t.Helper()
	ctx := t.Context()
	for n := range 50 {
		_, _, err := s.Claim(ctx, Answer{Message: fmt.Sprint(user, "-m", n), Author: user, At: noon})
		must(t, err)
	}
	must(t, s.AddFeedback(ctx, Feedback{Report: "r", Author: user, Guild: "g", Verdict: Solved, At: noon}))
	_, err := s.ChangeSettings(ctx, "g", user, noon, func(o *Settings) error { o.Language = "ko"; return nil })
	must(t, err)
	for n := range 3 {
		in, err := s.AddIntent(ctx, Intent{Author: user, Repository: "o/n", Title: text, Body: strings.Repeat(text, 200), Draft: text, ThreadLink: "link"}, noon)
		must(t, err)
		if n == 0 {
			continue
		}
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", in.Title, in.Body), user, noon))
		if n == 2 {
			must(t, s.Post(ctx, in.ID, noon, noon))
			must(t, s.Filed(ctx, in.ID, 7, noon))
			filed = in
		}
	}
	return filed
}

// TestForgetUser searches the files for what was deleted.
func TestForgetUser(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, filepath.Join(dir, FileName))
	filed := known(t, s, canary, canaryText)
	known(t, s, "200000000000000088", "the text of somebody else")
	if held(t, dir, canary) == 0 || held(t, dir, canaryText) == 0 {
		t.Fatal("the search finds nothing before")
	}
	_, err := s.ChangeSettings(t.Context(), "g", canary, noon, func(o *Settings) error { o.Language = "ko"; return nil })
	must(t, err)
	n, err := s.ForgetUser(t.Context(), canary, noon)
	must(t, err)
	if n < 50+1+1+2+1 {
		t.Errorf("%d rows", n)
	}
	for _, what := range []string{canary, canaryText} {
		if n := held(t, dir, what); n != 0 {
			t.Errorf("%q is in the files %d times", what, n)
		}
	}
	if held(t, dir, "200000000000000088") == 0 || held(t, dir, "the text of somebody else") == 0 {
		t.Error("somebody else was forgotten")
	}
	got, err := s.Intent(t.Context(), filed.ID)
	if err != nil || got.Issue != 7 || got.ThreadLink != "link" || got.Digest == "" || got.ConfirmedAt.IsZero() {
		t.Errorf("the filed issue: %+v, %v", got, err)
	}
	if o, err := s.Settings(t.Context(), "g"); err != nil || o.Language != "ko" {
		t.Errorf("the settings went along: %+v, %v", o, err)
	}
	if n, err := s.Forgotten(t.Context()); err != nil || n != 1 {
		t.Errorf("%d forgotten, %v", n, err)
	}
}

// held counts a text in all files of a directory.
func held(t *testing.T, dir, text string) int {
	t.Helper()
	files, err := os.ReadDir(dir)
	must(t, err)
	n := 0
	for _, f := range files {
		src, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		n += bytes.Count(src, []byte(text))
	}
	return n
}

func TestPrune(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		filed := known(t, s, canary, canaryText)
		_, err := s.FirstSeen(ctx, "github", "d", noon)
		must(t, err)
		must(t, s.Count(ctx, "g", Answered, "e", noon))
		must(t, s.AddGap(ctx, Gap{Guild: "g", Fingerprint: "f"}, noon))
		_, err = s.NoteProblem(ctx, "g", "t", "p", noon)
		must(t, err)
		posting := draft(t, s)
		must(t, s.Confirm(ctx, posting.ID, Digest("o/n", "title", "body"), "u", noon))
		must(t, s.Post(ctx, posting.ID, noon, noon))

		if n, err := s.Prune(ctx, noon.Add(-time.Hour)); err != nil || n != 0 {
			t.Errorf("too early: %d rows, %v", n, err)
		}
		if n, err := s.Prune(ctx, noon.Add(24*time.Hour)); err != nil || n == 0 {
			t.Errorf("pruned %d rows, %v", n, err)
		}
		for _, table := range []string{"answers", "seen", "feedback", "tallies", "threads", "thread_problems", "gaps"} {
			var n int
			must(t, s.read.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&n))
			if n != 0 {
				t.Errorf("%s keeps %d rows", table, n)
			}
		}
		if o, err := s.Settings(ctx, "g"); err != nil || o.Language != "ko" {
			t.Errorf("settings: %+v, %v", o, err)
		}
		if in, err := s.Intent(ctx, filed.ID); err != nil || in.Issue != 7 || in.Body != "" || in.Author != "" {
			t.Errorf("filed: %+v, %v", in, err)
		}
		if in, err := s.Intent(ctx, posting.ID); err != nil || in.State != StatePosting || in.Body == "" {
			t.Errorf("on its way: %+v, %v", in, err)
		}
		if list, err := s.IntentsOf(ctx, canary, 9); err != nil || len(list) != 0 {
			t.Errorf("drafts: %+v, %v", list, err)
		}
	})
}

// TestForgottenWhilePosting lets the answer of GitHub come after the user left.
func TestForgottenWhilePosting(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := draft(t, s)
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon))
		must(t, s.Post(ctx, in.ID, noon, noon))
		_, err := s.ForgetUser(ctx, "u", noon)
		must(t, err)
		must(t, s.Filed(ctx, in.ID, 9, noon))
		if err := s.Post(ctx, in.ID, noon, noon); !errors.Is(err, ErrState) {
			t.Errorf("posted again: %v", err)
		}
	})
}
