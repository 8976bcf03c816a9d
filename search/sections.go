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

	"github.com/klauspost/compress/zstd"

	"github.com/milvus-medic/medic/kb"
)

// sectionsFile is the cache of documentation sections in a data directory.
// Its first line is the format and the SHA-256 of what follows: a damaged or
// older file is told from a good one and can be made again.
const sectionsFile = "docs.json.zst"

const sectionsFormat = "medic-docs-1"

// maxSections is how much unpacked text of a cache is read.
const maxSections = 1 << 30

// ErrNoSections means that a data directory has no documentation index.
var ErrNoSections = errors.New("search: no documentation index; make one with medic index --docs DIR")

// SaveSections writes the sections into dir, in one step: a crash leaves the
// old file or the new one.
func SaveSections(dir string, sections []kb.Doc) error {
	src, err := json.Marshal(sections)
	if err != nil {
		return fmt.Errorf("search: sections: %w", err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		return fmt.Errorf("search: sections: %w", err)
	}
	packed := enc.EncodeAll(src, nil)
	sum := sha256.Sum256(packed)
	data := append([]byte(sectionsFormat+" "+hex.EncodeToString(sum[:])+"\n"), packed...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("search: sections: %w", err)
	}
	if err := writeAtomic(filepath.Join(dir, sectionsFile), data); err != nil {
		return fmt.Errorf("search: sections: %w", err)
	}
	return nil
}

// writeAtomic writes a file beside its place, syncs it and renames it there.
func writeAtomic(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once the file is renamed
	_, err = f.Write(data)
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

// LoadSections reads the sections that SaveSections wrote into dir. Without
// a file it returns ErrNoSections.
func LoadSections(dir string) ([]kb.Doc, error) {
	path := filepath.Join(dir, sectionsFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoSections
	}
	if err != nil {
		return nil, fmt.Errorf("search: sections: %w", err)
	}
	damaged := func(why string) error {
		return fmt.Errorf("search: %s is %s; make it again with medic index", path, why)
	}
	head, packed, _ := bytes.Cut(data, []byte("\n"))
	sum := sha256.Sum256(packed)
	switch {
	case !bytes.HasPrefix(head, []byte(sectionsFormat+" ")):
		return nil, damaged("of another version")
	case string(head) != sectionsFormat+" "+hex.EncodeToString(sum[:]):
		return nil, damaged("damaged")
	}
	dec, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, damaged("damaged")
	}
	defer dec.Close()
	var sections []kb.Doc
	if err := json.NewDecoder(io.LimitReader(dec, maxSections)).Decode(&sections); err != nil {
		return nil, damaged("damaged")
	}
	return sections, nil
}
