package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	manifestFile = "docs.json"
	// manifestFormat is the first word of a manifest. Its number is raised
	// when the files of an index, the words of a text or the reading of pages
	// change, so that an old index is made again.
	manifestPrefix = "medic-docs-"
	manifestFormat = manifestPrefix + "2"
)

// manifest says which folder of a data directory is the index in use, and
// what must be in it. In its file the first line is the format and the
// SHA-256 of the rest, which is JSON.
type manifest struct {
	Dir   string         `json:"dir"`
	Langs []manifestLang `json:"languages"`
	Files []manifestItem `json:"files"`
}

// manifestLang is one language's folder, which is called like it.
type manifestLang struct {
	Lang     string `json:"language"`
	Sections int    `json:"sections"`
}

type manifestItem struct {
	Name   string `json:"name"` // with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func readManifest(dir string) (manifest, error) {
	var m manifest
	src, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("search: %s: %w; make one with: medic index --docs DIR --data %s", dir, ErrNoDocs, dir)
	}
	if err != nil {
		return m, fmt.Errorf("search: documentation index: %w", err)
	}
	head, body, _ := bytes.Cut(src, []byte("\n"))
	format, sum, _ := strings.Cut(string(head), " ")
	if format != manifestFormat && strings.HasPrefix(format, manifestPrefix) {
		return m, docsError(dir, ErrDocsVersion, format+", not "+manifestFormat)
	}
	want := sha256.Sum256(body)
	if format != manifestFormat || sum != hex.EncodeToString(want[:]) {
		return m, docsError(dir, ErrDocsDamaged, manifestFile+" is not what was written")
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, docsError(dir, ErrDocsDamaged, err)
	}
	odd := m.Dir != filepath.Base(m.Dir) || !strings.HasPrefix(m.Dir, docsPrefix) || len(m.Langs) == 0
	for _, l := range m.Langs {
		odd = odd || l.Lang != filepath.Base(l.Lang) || l.Sections <= 0
	}
	if odd {
		return m, docsError(dir, ErrDocsDamaged, manifestFile+" names no index")
	}
	return m, nil
}

// write puts the manifest into dir in one step; an error means that the old one
// stays. The caller syncs dir.
func (m manifest) write(dir string) error {
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	return writeAtomic(filepath.Join(dir, manifestFile), append([]byte(manifestFormat+" "+hex.EncodeToString(sum[:])+"\n"), body...))
}

// list enters every file below root, synced to disk and readable for whom the
// bot runs as.
func (m *manifest) list(root string) error {
	return filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if e.IsDir() {
			mode = 0o755
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		if err := syncFile(path); err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		size, sum, err := sumFile(path)
		m.Files = append(m.Files, manifestItem{filepath.ToSlash(rel), size, sum})
		return err
	})
}

// verify tells whether the files below root are those of the manifest.
func (m manifest) verify(root string) error {
	for _, f := range m.Files {
		if !filepath.IsLocal(f.Name) {
			return fmt.Errorf("%q is no file of an index", f.Name)
		}
		size, sum, err := sumFile(filepath.Join(root, filepath.FromSlash(f.Name)))
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if size != f.Size || sum != f.SHA256 {
			return fmt.Errorf("%s is not what was written", f.Name)
		}
	}
	return nil
}

func sumFile(path string) (size int64, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, hex.EncodeToString(h.Sum(nil)), err
}

// writeAtomic writes a file beside its place, syncs it and renames it there.
// The folder is the caller's to sync: an error means that the old file stays.
func writeAtomic(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once the file is renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// syncFile makes what was written to a file or a folder last.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// Some systems cannot sync what is open for reading only, or folders.
	if err := f.Sync(); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
