package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDirectory wants to hear what to do where the directory is none.
func TestDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(t.Context(), filepath.Join(file, "data", FileName))
	if !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "--data") || !strings.Contains(err.Error(), file) {
		t.Errorf("error %v", err)
	}
	_, err = Open(t.Context(), t.TempDir()) // a directory in the place of the file
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("error %v", err)
	}
}

func TestNewerDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := openAt(t, path)
	_, err := s.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	must(t, err)
	must(t, s.Close())
	_, err = Open(t.Context(), path)
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "99") {
		t.Errorf("error %v", err)
	}
}

func TestNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	must(t, os.WriteFile(path, []byte(strings.Repeat("this is somebody's letter\n", 100)), 0o600))
	if _, err := Open(t.Context(), path); !errors.Is(err, ErrCorrupt) {
		t.Errorf("error %v", err)
	}
	src, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(src), "this is somebody's letter") {
		t.Errorf("the file was changed: %v", err)
	}
}

// TestDamaged overwrites pages in the middle of the file.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := openAt(t, path)
	for n := range 200 {
		must(t, s.AddGap(t.Context(), Gap{Guild: "g", Fingerprint: fmt.Sprint(n), Masked: strings.Repeat("x", MaxMasked)}, noon))
	}
	must(t, s.Close())
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	junk := []byte(strings.Repeat("junk", 1024))
	for at := int64(8192); at < info.Size(); at += 8192 {
		_, err := f.WriteAt(junk, at)
		must(t, err)
	}
	must(t, f.Close())
	if _, err = Open(t.Context(), path); !errors.Is(err, ErrCorrupt) {
		t.Errorf("error %v", err)
	}
}

// TestTruncated cuts the file short, as a full disk does to a copy.
func TestTruncated(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := openAt(t, path)
	for n := range 200 {
		must(t, s.AddGap(t.Context(), Gap{Guild: "g", Fingerprint: fmt.Sprint(n), Masked: strings.Repeat("x", MaxMasked)}, noon))
	}
	must(t, s.Close())
	info, err := os.Stat(path)
	must(t, err)
	must(t, os.Truncate(path, info.Size()/2/4096*4096))
	if _, err = Open(t.Context(), path); !errors.Is(err, ErrCorrupt) {
		t.Errorf("error %v", err)
	}
}

// TestFull lets the database grow no further, as a full disk does. What was
// stored before stays.
func TestFull(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), FileName))
	_, _, err := s.Claim(t.Context(), Answer{Message: "kept", At: noon})
	must(t, err)
	var pages int
	must(t, s.write.QueryRow(`PRAGMA page_count`).Scan(&pages))
	must(t, s.write.QueryRow(fmt.Sprintf(`PRAGMA max_page_count(%d)`, pages)).Scan(&pages))
	for n := 0; err == nil && n < 1000; n++ {
		err = s.AddGap(t.Context(), Gap{Guild: "g", Fingerprint: fmt.Sprint(n), Masked: strings.Repeat("x", MaxMasked)}, noon)
	}
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "free space") {
		t.Errorf("error %v", err)
	}
	if _, ok, err := s.Answer(t.Context(), "kept"); !ok || err != nil {
		t.Errorf("what was stored is gone: %v", err)
	}
	must(t, s.write.QueryRow(`PRAGMA max_page_count(1000000)`).Scan(&pages))
	must(t, s.AddGap(t.Context(), Gap{Guild: "g", Fingerprint: "later"}, noon))
}

// TestLocked holds the lock as another process would.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s, other := openAt(t, path), openAt(t, path)
	_, err := s.write.Exec(`PRAGMA busy_timeout(20)`)
	must(t, err)
	tx, err := other.write.Begin()
	must(t, err)
	err = s.Count(t.Context(), "g", Answered, "e", noon)
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("error %v", err)
	}
	if _, err := s.Settings(t.Context(), "g"); err != nil {
		t.Errorf("a reader waits for a writer: %v", err)
	}
	must(t, tx.Rollback())
	must(t, s.Count(t.Context(), "g", Answered, "e", noon))
}

// TestReadOnlyFile writes to a file that may only be read.
func TestReadOnlyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), FileName)
	s := openAt(t, path)
	_, err := s.write.Exec(`PRAGMA query_only(1)`) // root may write to every file
	must(t, err)
	if err := s.Count(t.Context(), "g", Answered, "e", noon); !errors.Is(err, ErrReadOnly) {
		t.Errorf("error %v", err)
	}
}
