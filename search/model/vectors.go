package model

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/milvus-medic/medic/kb"
)

// A vector file keeps embeddings by the hash of the text they are of:
//
//	a line of JSON: fileHead
//	records of a SHA-256 and dim little-endian float32, to the end
//
// It is appended to as batches come in, so that an interrupted run goes on
// where it was; a record that is cut off at the end is dropped. It is a cache:
// one of another model, dimension or prefix is begun anew.
type fileHead struct {
	Format    int    `json:"format"`
	Model     string `json:"model"`
	Prefix    string `json:"prefix"`
	Dimension int    `json:"dimension"`
}

// vectorFormat changes when the file or what is embedded of a Doc does.
const vectorFormat = 2

type contentHash [sha256.Size]byte

// vectors are those of one file.
type vectors struct {
	head fileHead
	byID map[contentHash][]float32
	file *os.File
}

// passage is what is embedded of a document. The line break stays where there
// is no body: a small model was measured to find 61 of 66 with it and 58
// without.
func passage(d kb.Doc) string { return d.Title + "\n" + d.Body }

func hashOf(s string) contentHash { return sha256.Sum256([]byte(s)) }

func (c *Client) vectorHead() fileHead {
	return fileHead{Format: vectorFormat, Model: c.opt.Embed, Prefix: c.opt.PassagePrefix}
}

// openVectors reads the file at path, if it is of the model, to append to it.
func (c *Client) openVectors(path string) (*vectors, error) {
	v := &vectors{head: c.vectorHead(), byID: map[contentHash][]float32{}}
	size, err := v.read(path)
	if err != nil {
		return nil, err
	}
	c.expect(v.head.Dimension)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("model: the folder of the vectors: %w", err)
	}
	if v.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return nil, fmt.Errorf("model: the vectors: %w", err)
	}
	if err := v.file.Truncate(size); err != nil {
		return nil, errors.Join(fmt.Errorf("model: the vectors: %w", err), v.file.Close())
	}
	if _, err := v.file.Seek(size, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("model: the vectors: %w", err), v.file.Close())
	}
	return v, nil
}

// read takes in what is whole and returns its length; 0 where the file is not
// there, not readable as vectors, or of another model.
func (v *vectors) read(path string) (size int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("model: the vectors: %w", err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	line, err := r.ReadBytes('\n')
	var head fileHead
	if err != nil || json.Unmarshal(line, &head) != nil || head.Format != v.head.Format || head.Model != v.head.Model ||
		head.Prefix != v.head.Prefix || head.Dimension <= 0 || head.Dimension > 1<<16 {
		return 0, nil
	}
	v.head = head
	size = int64(len(line))
	record := make([]byte, sha256.Size+4*head.Dimension)
	for {
		if _, err := io.ReadFull(r, record); err != nil {
			return size, nil
		}
		vec := make([]float32, head.Dimension)
		for i := range vec {
			vec[i] = math.Float32frombits(binary.LittleEndian.Uint32(record[sha256.Size+4*i:]))
		}
		if !normalise(vec) {
			return size, nil
		}
		v.byID[contentHash(record[:sha256.Size])] = vec
		size += int64(len(record))
	}
}

// add appends vectors and makes sure that they are on the disk.
func (v *vectors) add(hashes []contentHash, vecs [][]float32) error {
	var b bytes.Buffer
	if v.head.Dimension == 0 {
		v.head.Dimension = len(vecs[0])
		line, err := json.Marshal(v.head)
		if err != nil {
			return fmt.Errorf("model: the vectors: %w", err)
		}
		b.Write(append(line, '\n'))
	}
	for i, vec := range vecs {
		if len(vec) != v.head.Dimension {
			return &Error{Fault: FaultDimension}
		}
		b.Write(hashes[i][:])
		for _, x := range vec {
			b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x)))
		}
		v.byID[hashes[i]] = vec
	}
	if _, err := v.file.Write(b.Bytes()); err != nil {
		return fmt.Errorf("model: the vectors (the run can be repeated, it goes on where it was): %w", err)
	}
	if err := v.file.Sync(); err != nil {
		return fmt.Errorf("model: the vectors (the run can be repeated, it goes on where it was): %w", err)
	}
	return nil
}
