package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"
)

// erasure is one statement that removes something about a person or something old.
type erasure struct {
	query string
	args  []any
}

// erase runs all in one transaction and counts the rows.
func (s *Store) erase(ctx context.Context, list []erasure, last func(*sql.Tx, int64) error) (int64, error) {
	var total int64
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, e := range list {
			res, err := tx.ExecContext(ctx, e.query, e.args...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			total += n
		}
		return last(tx, total)
	})
	if err != nil {
		return 0, err
	}
	return total, s.dialect.scrub(ctx, s.write)
}

// ForgetUser deletes all that is tied to a user and returns how many rows it
// was. Drafts go. An issue that may be on GitHub keeps its row without the
// user and the text, so that it is not filed again and its thread still hears
// of it. That somebody was forgotten is noted, without who.
func (s *Store) ForgetUser(ctx context.Context, user string, at time.Time) (int64, error) {
	n, err := s.erase(ctx, []erasure{
		{`DELETE FROM answers WHERE author = $1`, []any{user}},
		{`DELETE FROM feedback WHERE author = $1`, []any{user}},
		{`UPDATE settings SET changed_by = '' WHERE changed_by = $1`, []any{user}},
		{`DELETE FROM intents WHERE author = $1 AND state IN ('drafted', 'confirmed')`, []any{user}},
		{`UPDATE intents SET author = '', title = '', body = '', draft = '' WHERE author = $1`, []any{user}},
		{`UPDATE intents SET confirmed_by = '' WHERE confirmed_by = $1`, []any{user}},
	}, func(tx *sql.Tx, n int64) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO forgotten (id, removed, at) VALUES ($1, $2, $3)`, strings.ToLower(rand.Text()), n, millis(at))
		return err
	})
	return n, s.failed("forget a user", err)
}

// Forgotten returns how many requests to be forgotten were carried out.
func (s *Store) Forgotten(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM forgotten`).Scan(&n)
	return n, s.failed("forgotten users", err)
}

// Prune deletes what is older than a time and returns how many rows it was:
// answers, feedback, counts, threads, gaps and drafts. Of filed issues the
// number and the thread stay, without the user and the text. What may be on
// its way to GitHub stays until that is settled, and settings stay.
func (s *Store) Prune(ctx context.Context, before time.Time) (int64, error) {
	ms := []any{millis(before)}
	n, err := s.erase(ctx, []erasure{
		{`DELETE FROM answers WHERE at < $1`, ms},
		{`DELETE FROM seen WHERE at < $1`, ms},
		{`DELETE FROM feedback WHERE at < $1`, ms},
		{`DELETE FROM tallies WHERE day < $1`, []any{dayOf(before)}},
		{`DELETE FROM thread_problems WHERE thread IN (SELECT thread FROM threads WHERE at < $1)`, ms},
		{`DELETE FROM threads WHERE at < $1`, ms},
		{`DELETE FROM gaps WHERE last_at < $1`, ms},
		{`DELETE FROM forgotten WHERE at < $1`, ms},
		{`DELETE FROM notes WHERE at < $1`, ms},
		{`DELETE FROM intents WHERE state IN ('drafted', 'confirmed') AND changed_at < $1`, ms},
		{`UPDATE intents SET author = '', confirmed_by = '', title = '', body = '', draft = ''
			WHERE state = 'filed' AND changed_at < $1 AND title <> ''`, ms},
	}, func(*sql.Tx, int64) error { return nil })
	return n, s.failed("prune", err)
}
