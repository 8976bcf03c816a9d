// Package store keeps what must outlive a restart of the bot: which messages
// were answered, what the admins of a guild set, feedback, threads, errors
// that nobody knows yet, and issues on their way to GitHub.
//
// It is one SQLite file, written with full durability: what a method has
// stored without an error is there after a crash. One connection writes and a
// few read, so readers never wait for a writer. Several processes may open the
// same file; a write waits for the other's, at most busyWait.
//
// No message is stored as it was sent. Ids of messages, channels, guilds and
// users are, beside texts that were redacted before: drafts of issues, and the
// masked form of unknown error lines. Prune removes what is old, ForgetUser
// what belongs to one person; both overwrite what they delete.
//
// The queries are those that SQLite and PostgreSQL share. What differs, from
// the driver to the meaning of its error codes, is in dialect.go alone.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
)

// FileName is the name of the database in a data directory.
const FileName = "medic.db"

//go:embed migrations/*.sql
var migrations embed.FS

// The errors that callers tell apart. All say in their text what to do next.
var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrNewer means that a newer version of the program wrote the database.
	ErrNewer = errors.New("the database was written by a newer version of medic; run that version, or start with another data directory")
	// ErrBusy means that another process held the lock for too long.
	ErrBusy = errors.New("another process holds the database's lock; stop it, or give each process its own data directory")
	// ErrFull means that the disk is full.
	ErrFull = errors.New("the disk is full; free space, nothing that was stored before is lost")
	// ErrReadOnly means that the file or its directory cannot be written.
	ErrReadOnly = errors.New("the data directory cannot be written; give it to the user that runs medic, or choose another with --data")
	// ErrCorrupt means that the file is damaged or no database of this program.
	ErrCorrupt = errors.New("the database is damaged or is another program's file; move it away and restore a copy, or start with an empty data directory")
)

// Store is an open database. It is safe for use by several goroutines.
type Store struct {
	write, read *sql.DB // the same where the database is in memory
	dialect     dialect
	path        string
	version     int64
}

// Open opens the database file at path, makes it and its directory where they
// are missing (readable by this user only), checks it for damage, and brings it
// up to this version. The errors are those of this package's list, wrapped, or
// what the file system said.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := prepare(path); err != nil {
		return nil, fmt.Errorf("store: %s: %w", path, err)
	}
	s, err := open(ctx, sqlite(path))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	s.path = path
	return s, nil
}

// OpenMemory opens an empty database that ends with Close.
func OpenMemory(ctx context.Context) (*Store, error) {
	s, err := open(ctx, sqliteMemory())
	if err != nil {
		return nil, fmt.Errorf("store: open in memory: %w", err)
	}
	return s, nil
}

// prepare makes the directory and the file with permissions for this user
// only; SQLite gives its side files those of the database.
func prepare(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritable(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return unwritable(err)
	}
	return f.Close()
}

func unwritable(err error) error { return fmt.Errorf("%w: %w", ErrReadOnly, err) }

func open(ctx context.Context, d dialect) (_ *Store, err error) {
	s := &Store{dialect: d}
	defer func() {
		if err != nil {
			err = errors.Join(d.explain(err), s.Close())
		}
	}()
	if s.write, err = d.connect(false); err != nil {
		return nil, err
	}
	s.read = s.write
	if d.readers > 0 {
		if s.read, err = d.connect(true); err != nil {
			return nil, err
		}
	}
	s.version, err = d.settle(ctx, s.write)
	if err != nil {
		return nil, err
	}
	return s, nil
}

const (
	// maxTries is how often a database is made ready: of two processes that
	// start on the same empty directory, one finds the other half way through
	// making tables, or switching the journal, which no lock waits for.
	maxTries = 10
	// tryWait is the wait after the first try; it grows with each.
	tryWait = 20 * time.Millisecond
)

// settle checks a database and brings it up to this version of the schema,
// whose number it returns.
func (d dialect) settle(ctx context.Context, db *sql.DB) (version int64, err error) {
	for try := 1; ; try++ {
		if err = d.check(ctx, db); err == nil {
			version, err = migrate(ctx, d, db)
		}
		final := err == nil || errors.Is(err, ErrNewer) || errors.Is(d.explain(err), ErrCorrupt)
		if final || try == maxTries {
			return version, err
		}
		select {
		case <-ctx.Done():
			return 0, errors.Join(ctx.Err(), err)
		case <-time.After(time.Duration(try) * tryWait):
		}
	}
}

// migrate brings the schema up to this version and returns its number.
func migrate(ctx context.Context, d dialect, db *sql.DB) (int64, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(d.goose, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, err
	}
	current, target, err := p.GetVersions(ctx)
	if err == nil && current > target {
		return 0, fmt.Errorf("schema %d, this version knows up to %d: %w", current, target, ErrNewer)
	}
	if err == nil && current < target {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("migrate from schema %d to %d: %w", current, target, err)
	}
	return target, nil
}

// Close closes the database. What was stored stays.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

// Path returns the file of the database, "" where it is in memory.
func (s *Store) Path() string { return s.path }

// Version returns the number of the schema.
func (s *Store) Version() int64 { return s.version }

// Size returns the bytes that the database takes.
func (s *Store) Size(ctx context.Context) (int64, error) {
	n, err := s.dialect.size(ctx, s.read)
	return n, s.failed("size", err)
}

// failed wraps an error once, with what was tried and what to do next.
func (s *Store) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: %s: %w", what, s.dialect.explain(err))
}

// exec runs one statement on the writing connection and returns how many rows
// it changed.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// inTx runs f in one transaction on the writing connection.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// millis is how times are stored; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// scanner is a row of a result, or its only one.
type scanner interface{ Scan(dest ...any) error }

// list reads all rows of a query before it returns, so that no result keeps a
// connection from the next statement.
func list[T any](ctx context.Context, db *sql.DB, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
