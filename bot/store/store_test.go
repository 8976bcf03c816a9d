package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
)

var noon = time.Date(2025, 3, 4, 12, 0, 0, 123e6, time.UTC)

// both runs a test on a file and in memory.
func both(t *testing.T, test func(*testing.T, *Store)) {
	t.Run("file", func(t *testing.T) { test(t, openAt(t, filepath.Join(t.TempDir(), "data", FileName))) })
	t.Run("memory", func(t *testing.T) {
		s, err := OpenMemory(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		test(t, s)
	})
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "data", FileName)
	s := openAt(t, path)
	_, _, err := s.Claim(t.Context(), Answer{Message: "1", At: noon})
	must(t, err)
	must(t, s.Close())
	s = openAt(t, path)
	a, ok, err := s.Answer(t.Context(), "1")
	must(t, err)
	if !ok || !a.At.Equal(noon) {
		t.Errorf("read %+v, %v", a, ok)
	}
	for _, f := range []string{path, path + "-wal"} {
		info, err := os.Stat(f)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f, info.Mode())
		}
	}
}

// TestDurability asks SQLite itself for the modes that the package promises.
func TestDurability(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), FileName))
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "5000", "secure_delete": "1"} {
		var got string
		must(t, s.write.QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	if _, err := s.read.Exec(`DELETE FROM answers`); err == nil {
		t.Error("a reading connection can write")
	}
}

// TestMigrations starts at every version there was, with its rows, and goes up.
func TestMigrations(t *testing.T) {
	sources, err := fs.Glob(migrations, "migrations/*.sql")
	must(t, err)
	rows := map[int]string{
		1: `INSERT INTO answers VALUES ('1', 'g', 'c', 'u', 'r', true, 'e', 'p', 7)`,
		2: `INSERT INTO gaps VALUES ('g', 'f', 'masked', 'etcd', 5, 9, 1, 2)`,
		3: `INSERT INTO forgotten VALUES ('x', 3, 4)`,
		4: `INSERT INTO issues VALUES ('o/n', 7, true, 'completed', '2.6.5', 0, false, '', 9)`,
	}
	if len(rows) != len(sources) {
		t.Fatalf("%d migrations, %d rows for them", len(sources), len(rows))
	}
	dir, err := fs.Sub(migrations, "migrations")
	must(t, err)
	for from := range len(sources) + 1 {
		path := filepath.Join(t.TempDir(), FileName)
		db, err := sql.Open("sqlite", path)
		must(t, err)
		p, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
		must(t, err)
		if from > 0 {
			_, err = p.UpTo(t.Context(), int64(from))
			must(t, err)
		}
		for v := 1; v <= from; v++ {
			_, err := db.Exec(rows[v])
			must(t, err)
		}
		must(t, db.Close())
		s := openAt(t, path)
		if s.Version() != int64(len(sources)) {
			t.Errorf("from %d: version %d", from, s.Version())
		}
		_, ok, err := s.Answer(t.Context(), "1")
		if err != nil || ok != (from >= 1) {
			t.Errorf("from %d: answer %v, %v", from, ok, err)
		}
		gaps, err := s.Gaps(t.Context(), "g", 9)
		if err != nil || (len(gaps) == 1) != (from >= 2) {
			t.Errorf("from %d: gaps %v, %v", from, gaps, err)
		}
		n, err := s.Forgotten(t.Context())
		if err != nil || (n == 1) != (from >= 3) {
			t.Errorf("from %d: %d forgotten, %v", from, n, err)
		}
		if i, err := s.Issue(t.Context(), "o/n", 7); (err == nil) != (from >= 4) || from >= 4 && i.FixVersion != "2.6.5" {
			t.Errorf("from %d: issue %+v, %v", from, i, err)
		}
	}
}

// TestDown takes every migration back, and up again.
func TestDown(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), FileName))
	dir, err := fs.Sub(migrations, "migrations")
	must(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, dir)
	must(t, err)
	_, err = p.DownTo(t.Context(), 0)
	must(t, err)
	var left int
	must(t, s.write.QueryRow(`SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`).Scan(&left))
	if left != 0 {
		t.Errorf("%d tables left", left)
	}
	_, err = p.Up(t.Context())
	must(t, err)
}

func TestOpenTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := Open(context.Background(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestConcurrentWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	stores := []*Store{openAt(t, path), openAt(t, path)} // as two processes have it
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			s := stores[w%len(stores)]
			for range each {
				if err := s.Count(t.Context(), "g", Answered, "e", noon); err != nil {
					t.Error(err)
				}
				if _, err := s.Stats(t.Context(), "g", noon, 5); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	st, err := stores[0].Stats(t.Context(), "g", noon, 5)
	must(t, err)
	if st.Outcomes[Answered] != writers*each {
		t.Errorf("%d counted of %d", st.Outcomes[Answered], writers*each)
	}
}

// TestCancelled ends a call in its middle; the database, in memory too, goes on.
func TestCancelled(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		_, err := s.ChangeSettings(t.Context(), "g", "u", noon, func(o *Settings) error { o.Language = "ko"; return nil })
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		_, err = s.ChangeSettings(ctx, "g", "u", noon, func(o *Settings) error { o.Language = "ja"; cancel(); return nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		o, err := s.Settings(t.Context(), "g")
		if err != nil || o.Language != "ko" {
			t.Errorf("language %q, %v", o.Language, err)
		}
	})
}

func TestSettings(t *testing.T) {
	both(t, func(t *testing.T, s *Store) {
		o, err := s.Settings(t.Context(), "g")
		must(t, err)
		if o.Channels != nil || o.AutoReply != nil || o.Language != "" || len(o.Languages) != 0 {
			t.Errorf("settings of an unknown guild: %+v", o)
		}
		yes, no := true, false
		want := Settings{
			Guild: "g", Channels: []string{"1", "2"}, Forums: []string{}, StaffRoles: nil, Language: "ko", Languages: map[string]string{"1": "ja"},
			Repository: "o/n", AutoReply: &no, DryRun: &yes, ChangedBy: "u", ChangedAt: noon,
		}
		_, err = s.ChangeSettings(t.Context(), "g", "u", noon, func(o *Settings) error { *o = want; return nil })
		must(t, err)
		got, err := s.Settings(t.Context(), "g")
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if got.Forums == nil || got.StaffRoles != nil {
			t.Error("an empty list and an open one are mixed up")
		}
		broken := errors.New("no")
		if _, err := s.ChangeSettings(t.Context(), "g", "v", noon, func(o *Settings) error { o.Language = "de"; return broken }); !errors.Is(err, broken) {
			t.Errorf("error %v", err)
		}
		if got, err = s.Settings(t.Context(), "g"); err != nil || got.Language != "ko" || got.ChangedBy != "u" {
			t.Errorf("a refused change was stored: %+v, %v", got, err)
		}
		if strings.Contains(FileName, "/") {
			t.Error("the file's name has a directory")
		}
	})
}
