package store

import (
	"context"
	"database/sql"
	"time"
)

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes that the store leaves by itself; others are the caller's.
const (
	NoteFiled     NoteKind = "filed"
	NoteCommented NoteKind = "commented"
)

// Note is something that a channel is to be told about an issue. It is kept
// from the moment it happens until it was said, over restarts.
type Note struct {
	// ID names what it says to whom: the same is not said twice.
	ID         string
	Kind       NoteKind
	Repository string
	Number     int
	Place
	// Detail is whatever else is needed to say it; any encoding.
	Detail string
	// Due is when it is to be said.
	Due time.Time
}

const noteColumns = `id, kind, repository, number, channel, guild, language, milvus, detail, due`

func addNote(ctx context.Context, tx *sql.Tx, n Note, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO notes (`+noteColumns+`, sent, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO NOTHING`, n.ID, string(n.Kind), n.Repository, n.Number, n.Channel, n.Guild, n.Language, n.Milvus, n.Detail,
		millis(n.Due), false, millis(at))
	return err
}

// AddNote keeps a note, unless one of this ID is there.
func (s *Store) AddNote(ctx context.Context, n Note, at time.Time) error {
	return s.failed("keep a note", s.inTx(ctx, func(tx *sql.Tx) error { return addNote(ctx, tx, n, at) }))
}

// UnsentNotes returns the notes that are not said yet, also those that are
// not due, in the order in which they are to be said.
func (s *Store) UnsentNotes(ctx context.Context) ([]Note, error) {
	out, err := list(ctx, s.read, func(r scanner) (n Note, err error) {
		var due int64
		err = r.Scan(&n.ID, &n.Kind, &n.Repository, &n.Number, &n.Channel, &n.Guild, &n.Language, &n.Milvus, &n.Detail, &due)
		n.Due = moment(due)
		return n, err
	}, `SELECT `+noteColumns+` FROM notes WHERE sent = $1 ORDER BY due, at, id`, false)
	return out, s.failed("unsent notes", err)
}

// SetSent notes that a note was said, or that it need not be said any more.
func (s *Store) SetSent(ctx context.Context, id string) error {
	_, err := s.exec(ctx, `UPDATE notes SET sent = $2 WHERE id = $1`, id, true)
	return s.failed("note "+id, err)
}
