package github

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// mirrorVersion is that of the file's format; others are not read.
const mirrorVersion = 1

// mirrorHead is the first line of the file; the issues follow, one a line, by
// number. There is no checksum in the file system, so here is one.
type mirrorHead struct {
	Version int       `json:"version"`
	Repo    Repo      `json:"repo"`
	Cursor  time.Time `json:"cursor"`
	Issues  int       `json:"issues"`
	Sum     uint32    `json:"crc32"`
}

// load reads the file, all of it or nothing.
func (m *Mirror) load() error {
	if m.o.File == "" {
		return nil
	}
	content, err := os.ReadFile(m.o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("github: mirror: %w; it starts empty", err)
	}
	head, issues, err := parseMirror(content)
	if err != nil {
		return fmt.Errorf("github: mirror: %s: %w; it starts empty and is fetched anew", m.o.File, err)
	}
	if head.Repo == m.o.Repo {
		m.cursor, m.issues = head.Cursor, issues
	}
	return nil
}

func parseMirror(content []byte) (mirrorHead, map[int]Issue, error) {
	var head mirrorHead
	first, rest, _ := bytes.Cut(content, []byte("\n"))
	if err := json.Unmarshal(first, &head); err != nil {
		return head, nil, fmt.Errorf("not a mirror: %w", err)
	}
	if head.Version != mirrorVersion {
		return head, nil, fmt.Errorf("has version %d, not %d", head.Version, mirrorVersion)
	}
	if crc32.ChecksumIEEE(rest) != head.Sum {
		return head, nil, errors.New("is damaged")
	}
	issues := make(map[int]Issue, min(head.Issues, 1<<20))
	dec := json.NewDecoder(bytes.NewReader(rest))
	for dec.More() {
		var i Issue
		if err := dec.Decode(&i); err != nil {
			return head, nil, err
		}
		i.Repo = head.Repo
		issues[i.Number] = i
	}
	if len(issues) != head.Issues {
		return head, nil, fmt.Errorf("has %d issues of %d", len(issues), head.Issues)
	}
	return head, issues, nil
}

// save writes the file anew and puts it in the place of the old one, so that
// either is whole whatever happens.
func (m *Mirror) save() error {
	if m.o.File == "" {
		return nil
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	for _, n := range slices.Sorted(maps.Keys(m.issues)) {
		if err := enc.Encode(m.issues[n]); err != nil {
			return fmt.Errorf("github: mirror: %w", err)
		}
	}
	head, err := json.Marshal(mirrorHead{mirrorVersion, m.o.Repo, m.cursor, len(m.issues), crc32.ChecksumIEEE(body.Bytes())})
	if err == nil {
		err = writeFile(m.o.File, append(head, '\n'), body.Bytes())
	}
	if err != nil {
		return fmt.Errorf("github: mirror: %w; the issues stay in memory", err)
	}
	return nil
}

func writeFile(name string, parts ...[]byte) (err error) {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriter(f)
	for _, p := range parts {
		w.Write(p) // the writer keeps the error for Flush
	}
	if err = w.Flush(); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
