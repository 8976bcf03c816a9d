package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// busyWait is how long a write waits for another process.
	busyWait = 5 * time.Second
	// fileReaders is how many connections read a file at once.
	fileReaders = 4
)

// dialect is all that differs between the databases.
type dialect struct {
	goose goose.Dialect
	// readers is how many connections read beside the one that writes.
	readers int
	// connect opens the writing or the reading connections. Nothing is sent.
	connect func(reading bool) (*sql.DB, error)
	// check looks for damage.
	check func(context.Context, *sql.DB) error
	// scrub makes sure that what was deleted is on the disk no longer.
	scrub func(context.Context, *sql.DB) error
	// size is how many bytes the database takes.
	size func(context.Context, *sql.DB) (int64, error)
	// explain adds what to do next to the errors that a person can mend.
	explain func(error) error
}

// sqlite is a database file.
func sqlite(path string) dialect {
	d := sqliteDialect()
	d.readers = fileReaders
	d.connect = func(reading bool) (*sql.DB, error) {
		q := sqlitePragmas()
		conns := 1
		if reading {
			q.Add("_pragma", "query_only(1)")
			conns = fileReaders
		} else {
			// A transaction takes the lock at its start: one that read first and
			// then wrote would fail where another wrote in between.
			q.Set("_txlock", "immediate")
			q.Add("_pragma", "journal_mode(WAL)")
			q.Add("_pragma", "synchronous(FULL)")
			q.Add("_pragma", "secure_delete(1)")
		}
		db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		return db, nil
	}
	return d
}

// sqliteMemory is a database on one connection, which holds it.
func sqliteMemory() dialect {
	d := sqliteDialect()
	d.connect = func(bool) (*sql.DB, error) {
		db, err := sql.Open("sqlite", "file::memory:?"+sqlitePragmas().Encode())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(1)
		db.SetMaxIdleConns(1)
		db.SetConnMaxLifetime(0)
		db.SetConnMaxIdleTime(0)
		return db, nil
	}
	return d
}

func sqlitePragmas() url.Values {
	return url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busyWait.Milliseconds()), "trusted_schema(0)",
	}}
}

func sqliteDialect() dialect {
	return dialect{
		goose: goose.DialectSQLite3,
		check: func(ctx context.Context, db *sql.DB) error {
			var found string
			if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
				return err
			}
			if found != "ok" {
				return fmt.Errorf("%w (%s)", ErrCorrupt, found)
			}
			return nil
		},
		scrub: func(ctx context.Context, db *sql.DB) error {
			var busy, log, done int
			return db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
		},
		size: func(ctx context.Context, db *sql.DB) (n int64, err error) {
			err = db.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&n)
			return n, err
		},
		explain: explainSQLite,
	}
}

// sqliteMeanings are the result codes that a person can mend.
var sqliteMeanings = map[int]error{
	sqlite3.SQLITE_BUSY: ErrBusy, sqlite3.SQLITE_LOCKED: ErrBusy,
	sqlite3.SQLITE_FULL:     ErrFull,
	sqlite3.SQLITE_READONLY: ErrReadOnly, sqlite3.SQLITE_CANTOPEN: ErrReadOnly, sqlite3.SQLITE_PERM: ErrReadOnly,
	sqlite3.SQLITE_CORRUPT: ErrCorrupt, sqlite3.SQLITE_NOTADB: ErrCorrupt,
}

func explainSQLite(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	// The low byte is the kind of error, the rest its detail.
	if meaning := sqliteMeanings[e.Code()&0xff]; meaning != nil {
		return fmt.Errorf("%w: %w", meaning, err)
	}
	return err
}
