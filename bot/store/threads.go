package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Thread is where a thread or forum post stands.
type Thread struct {
	ID, Guild string
	// Problems are the fingerprints answered in it, oldest first.
	Problems []string
	// Solved and Staff are reasons to be silent in it: somebody marked it as
	// solved, or staff has taken over.
	Solved, Staff bool
	// At is when something was noted last, zero if nothing ever was.
	At time.Time
}

// Thread returns where a thread stands; of one without a note only ID is set.
func (s *Store) Thread(ctx context.Context, id string) (Thread, error) {
	t := Thread{ID: id}
	var at int64
	err := s.read.QueryRowContext(ctx, `SELECT guild, solved, staff, at FROM threads WHERE thread = $1`, id).Scan(&t.Guild, &t.Solved, &t.Staff, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err != nil {
		return t, s.failed("thread "+id, err)
	}
	t.At = moment(at)
	t.Problems, err = list(ctx, s.read, func(r scanner) (p string, err error) { return p, r.Scan(&p) },
		`SELECT problem FROM thread_problems WHERE thread = $1 ORDER BY at, problem`, id)
	return t, s.failed("thread "+id, err)
}

const upsertThread = `INSERT INTO threads (thread, guild, solved, staff, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (thread) DO UPDATE SET at = excluded.at`

// NoteProblem notes that a problem is answered in a thread. It is false when
// it was already: of several callers one gets true.
func (s *Store) NoteProblem(ctx context.Context, guild, thread, problem string, at time.Time) (bool, error) {
	var n int64
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, upsertThread, thread, guild, false, false, millis(at)); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO thread_problems (thread, problem, at) VALUES ($1, $2, $3) ON CONFLICT (thread, problem) DO NOTHING`,
			thread, problem, millis(at))
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n == 1, s.failed("note a problem in thread "+thread, err)
}

// SetSolved marks a thread as solved, or as open again.
func (s *Store) SetSolved(ctx context.Context, guild, thread string, solved bool, at time.Time) error {
	_, err := s.exec(ctx, upsertThread+`, solved = excluded.solved`, thread, guild, solved, false, millis(at))
	return s.failed("mark thread "+thread, err)
}

// SetStaff notes that staff has answered in a thread, or has left it to the
// bot again.
func (s *Store) SetStaff(ctx context.Context, guild, thread string, staff bool, at time.Time) error {
	_, err := s.exec(ctx, upsertThread+`, staff = excluded.staff`, thread, guild, false, staff, millis(at))
	return s.failed("mark thread "+thread, err)
}
