package store

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"
)

func draft(t *testing.T, s *Store) Intent {
	t.Helper()
	in, err := s.AddIntent(t.Context(), Intent{
		Author: "u", Guild: "g", Channel: "c", ThreadLink: "https://discord.com/channels/g/c", Repository: "o/n", Title: "title", Body: "body", Draft: "{}",
	}, noon)
	must(t, err)
	return in
}

// TestIntent goes the whole way of an issue.
func TestIntent(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := draft(t, s)
		if in.ID == "" || len(in.Marker) < 26 || in.State != StateDrafted {
			t.Errorf("draft %+v", in)
		}
		must(t, s.SaveDraft(ctx, in.ID, "title 2", "body 2", "{2}", "", noon))
		if err := s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon); !errors.Is(err, ErrChanged) {
			t.Errorf("a text that was not previewed is confirmed: %v", err)
		}
		digest := Digest("o/n", "title 2", "body 2")
		must(t, s.Confirm(ctx, in.ID, digest, "u", noon.Add(time.Minute)))
		must(t, s.Post(ctx, in.ID, noon.Add(time.Minute), noon))
		must(t, s.Lost(ctx, in.ID, noon))
		list, err := s.Unsettled(ctx)
		if err != nil || len(list) != 1 || list[0].ID != in.ID {
			t.Errorf("unsettled %+v, %v", list, err)
		}
		must(t, s.Filed(ctx, in.ID, 7, noon.Add(time.Hour)))
		got, err := s.IntentOfIssue(ctx, "o/n", 7)
		must(t, err)
		want := Intent{
			ID: in.ID, Marker: in.Marker, State: StateFiled, Author: "u", Guild: "g", Channel: "c", ThreadLink: in.ThreadLink, Repository: "o/n",
			Title: "title 2", Body: "body 2", Draft: "{2}", Digest: digest, ConfirmedBy: "u", ConfirmedAt: noon.Add(time.Minute), Issue: 7,
			CreatedAt: noon, ChangedAt: noon.Add(time.Hour),
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if list, err := s.IntentsOf(ctx, "u", 9); err != nil || len(list) != 0 {
			t.Errorf("filed is still open: %+v, %v", list, err)
		}
		if _, err := s.Intent(ctx, "none"); !errors.Is(err, ErrNotFound) {
			t.Errorf("unknown intent: %v", err)
		}
	})
}

// TestConfirmedTextChanges takes the confirmation back.
func TestConfirmedTextChanges(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := draft(t, s)
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon))
		must(t, s.SaveDraft(ctx, in.ID, "title", "other", "", "", noon))
		if err := s.Post(ctx, in.ID, noon, noon); !errors.Is(err, ErrState) {
			t.Errorf("posted without a confirmation: %v", err)
		}
		got, err := s.Intent(ctx, in.ID)
		if err != nil || got.State != StateDrafted || got.Digest != "" || got.ConfirmedBy != "" || !got.ConfirmedAt.IsZero() {
			t.Errorf("got %+v, %v", got, err)
		}
		if list, err := s.IntentsOf(ctx, "u", 9); err != nil || len(list) != 1 {
			t.Errorf("drafts %+v, %v", list, err)
		}
	})
}

// TestPostOutdated refuses who read a text before another one was confirmed.
func TestPostOutdated(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		in := draft(t, s)
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon))
		read, err := s.Intent(ctx, in.ID)
		must(t, err)
		must(t, s.SaveDraft(ctx, in.ID, "title", "other", "", "", noon.Add(time.Second)))
		must(t, s.Confirm(ctx, in.ID, Digest("o/n", "title", "other"), "u", noon.Add(time.Second)))
		if err := s.Post(ctx, in.ID, read.ChangedAt, noon.Add(time.Minute)); !errors.Is(err, ErrState) {
			t.Errorf("the first text is taken for posting: %v", err)
		}
		must(t, s.Post(ctx, in.ID, noon.Add(time.Second), noon.Add(time.Minute)))
	})
}

// TestStepBetween changes the row while a step is under way, as another
// transaction can where the database does not lock at the start of one.
func TestStepBetween(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		in := draft(t, s)
		err := s.step(t.Context(), in.ID, StateDrafted, noon.Add(time.Hour), func(tx *sql.Tx, in *Intent) error {
			in.Body = "the first"
			_, err := tx.ExecContext(t.Context(), `UPDATE intents SET body = 'the second', changed_at = $2 WHERE id = $1`, in.ID, millis(noon.Add(time.Second)))
			return err
		})
		if !errors.Is(err, ErrState) {
			t.Errorf("wrote over what was saved in between: %v", err)
		}
	})
}

// TestMoves tries every step in every state: a late one must not undo what
// another process has begun.
func TestMoves(t *testing.T) {
	s := openAt(t, t.TempDir()+"/"+FileName)
	digest := Digest("o/n", "title", "body")
	for name, step := range map[string]struct {
		do   func(context.Context, Intent) error
		from []State
	}{
		"draft": {func(ctx context.Context, in Intent) error {
			return s.SaveDraft(ctx, in.ID, "title", "body", "", "", noon)
		}, []State{StateDrafted, StateConfirmed}},
		"confirm": {func(ctx context.Context, in Intent) error { return s.Confirm(ctx, in.ID, digest, "u", noon) }, []State{StateDrafted}},
		"post":    {func(ctx context.Context, in Intent) error { return s.Post(ctx, in.ID, in.ChangedAt, noon) }, []State{StateConfirmed}},
		"lost":    {func(ctx context.Context, in Intent) error { return s.Lost(ctx, in.ID, noon) }, []State{StatePosting}},
		"refused": {func(ctx context.Context, in Intent) error { return s.Refused(ctx, in.ID, noon) }, []State{StatePosting}},
		"absent":  {func(ctx context.Context, in Intent) error { return s.Absent(ctx, in.ID, in.ChangedAt, noon) }, []State{StatePosting, StateUnknown}},
		"filed":   {func(ctx context.Context, in Intent) error { return s.Filed(ctx, in.ID, 1, noon) }, []State{StatePosting, StateUnknown}},
	} {
		for _, from := range []State{StateDrafted, StateConfirmed, StatePosting, StateUnknown, StateFiled} {
			in := draft(t, s)
			_, err := s.write.Exec(`UPDATE intents SET state = $1 WHERE id = $2`, string(from), in.ID)
			must(t, err)
			in, err = s.Intent(t.Context(), in.ID)
			must(t, err)
			err = step.do(t.Context(), in)
			if slices.Contains(step.from, from) != (err == nil) || err != nil && !errors.Is(err, ErrState) {
				t.Errorf("%s what is %s: %v", name, from, err)
			}
		}
	}
}

// TestPostOnce lets a hundred presses through two processes reach one post.
func TestPostOnce(t *testing.T) {
	path := t.TempDir() + "/" + FileName
	stores := []*Store{openAt(t, path), openAt(t, path)}
	in := draft(t, stores[0])
	must(t, stores[0].Confirm(t.Context(), in.ID, Digest("o/n", "title", "body"), "u", noon))
	turn := make(chan *Store, 100)
	for n := range 100 {
		turn <- stores[n%2]
	}
	won := race(t, 100, func() bool {
		err := (<-turn).Post(t.Context(), in.ID, noon, noon)
		if err != nil && !errors.Is(err, ErrState) {
			t.Error(err)
		}
		return err == nil
	})
	if won != 1 {
		t.Errorf("%d may post", won)
	}
}

func TestDigest(t *testing.T) {
	seen := map[string][3]string{}
	for _, in := range [][3]string{{"a", "b", "c"}, {"ab", "", "c"}, {"a", "bc", ""}, {"a", "", "bc"}, {"", "1:a", "c"}} {
		d := Digest(in[0], in[1], in[2])
		if other, ok := seen[d]; ok || len(d) != 64 {
			t.Errorf("%q and %q have the digest %s", in, other, d)
		}
		seen[d] = in
	}
}
