package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/milvus-medic/medic/kb"
)

// sectionStore is the file of what is shown of sections. A page's sections
// are one compressed block. All numbers are little-endian uint32:
//
//	number of blocks, number of sections
//	for each block: offset of its end in the blocks
//	for each section: its block, its place in the block
//	the blocks
//
// Unpacked, a block is a row of texts with their length before them: for each
// section ID, title, URL, body, the number of code blocks, the code blocks.
type sectionStore struct {
	file   *os.File
	lang   string
	ends   []uint32 // of blocks, from the start of the first
	places []place  // by section number
	data   int64    // where the blocks begin
	packer *packer
}

// place is where a section stands.
type place struct{ block, index uint32 }

// maxBlock is how large a block, and the sequences of a language, may be
// unpacked: a page is at most 4 MiB, and its sections repeat the headings
// above them; all pages of Milvus in one language have half a MiB of sequences.
const maxBlock = 64 << 20

var errBlock = errors.New("a block of sections is not what was written")

func openSections(path, lang string, p *packer) (*sectionStore, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &sectionStore{file: f, lang: lang, packer: p}
	if err := s.readTables(); err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

func (s *sectionStore) readTables() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	var head [8]byte
	if _, err := s.file.ReadAt(head[:], 0); err != nil {
		return err
	}
	blocks, sections := int64(binary.LittleEndian.Uint32(head[:])), int64(binary.LittleEndian.Uint32(head[4:]))
	s.data = 8 + 4*blocks + 8*sections
	if s.data > info.Size() {
		return errBlock
	}
	table := make([]byte, s.data-8)
	if _, err := s.file.ReadAt(table, 8); err != nil {
		return err
	}
	next := func() uint32 {
		n := binary.LittleEndian.Uint32(table)
		table = table[4:]
		return n
	}
	s.ends, s.places = make([]uint32, blocks), make([]place, sections)
	for i := range s.ends {
		s.ends[i] = next()
	}
	for i := range s.places {
		p := place{next(), next()}
		if int64(p.block) >= blocks {
			return errBlock
		}
		s.places[i] = p
	}
	return nil
}

// packed returns block n as it stands in the file.
func (s *sectionStore) packed(n uint32) ([]byte, error) {
	from := uint32(0)
	if n > 0 {
		from = s.ends[n-1]
	}
	if s.ends[n] < from || s.ends[n]-from > maxBlock {
		return nil, errBlock
	}
	b := make([]byte, s.ends[n]-from)
	_, err := s.file.ReadAt(b, s.data+int64(from))
	return b, err
}

// section reads section n.
func (s *sectionStore) section(n int) (kb.Doc, error) {
	p := s.places[n]
	b, err := s.packed(p.block)
	if err == nil {
		var docs []kb.Doc
		if docs, err = s.packer.unpack(b, s.lang, int(p.index)); err == nil {
			return docs[0], nil
		}
	}
	return kb.Doc{}, fmt.Errorf("search: sections: %w", err)
}

func (s *sectionStore) close() error { return s.file.Close() }

// writeSections writes the file of a sectionStore.
func writeSections(path string, blocks [][]byte, places []place) error {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(blocks)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(places)))
	end := uint32(0)
	for _, b := range blocks {
		end += uint32(len(b))
		out = binary.LittleEndian.AppendUint32(out, end)
	}
	for _, p := range places {
		out = binary.LittleEndian.AppendUint32(out, p.block)
		out = binary.LittleEndian.AppendUint32(out, p.index)
	}
	return os.WriteFile(path, append(out, bytes.Join(blocks, nil)...), 0o644)
}

// packer makes blocks and reads them. It is safe for concurrent use.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newPacker() (*packer, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBlock))
	return &packer{enc, dec}, err
}

// pack makes the block of a page.
func (p *packer) pack(docs []kb.Doc) []byte {
	var b []byte
	for _, d := range docs {
		b = appendText(b, d.ID)
		b = appendText(b, d.Title)
		b = appendText(b, d.URL)
		b = appendText(b, d.Body)
		b = binary.AppendUvarint(b, uint64(len(d.Code)))
		for _, code := range d.Code {
			b = appendText(b, code)
		}
	}
	return p.enc.EncodeAll(b, nil)
}

// packSequences makes the file of a language's sequences.
func (p *packer) packSequences(s *sequences) ([]byte, error) {
	src := s.marshal()
	if len(src) > maxBlock {
		return nil, fmt.Errorf("%d sections have %d words, more than fit", len(s.ends), len(s.words))
	}
	return p.enc.EncodeAll(src, nil), nil
}

// unpackSequences reads what packSequences made.
func (p *packer) unpackSequences(src []byte) (sequences, error) {
	var s sequences
	src, err := p.dec.DecodeAll(src, nil)
	if err == nil {
		err = s.unmarshal(src)
	}
	return s, err
}

// every is the place of unpack that means all sections.
const every = -1

// unpack returns the section at a place of a block, or every one.
func (p *packer) unpack(block []byte, lang string, place int) ([]kb.Doc, error) {
	src, err := p.dec.DecodeAll(block, nil)
	if err != nil {
		return nil, err
	}
	var docs []kb.Doc
	r := textReader{src: string(src)}
	for i := 0; len(r.src) > 0; i++ {
		d := r.section(place == every || place == i)
		if d.Lang = lang; place == every {
			docs = append(docs, d)
		}
		if place == i {
			return []kb.Doc{d}, r.err
		}
	}
	if r.err == nil && place != every {
		r.err = errBlock
	}
	return docs, r.err
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// textReader reads a block; after an error it gives empty texts.
type textReader struct {
	src string
	err error
}

func (r *textReader) number() int {
	n, shift := 0, 0
	for i := range min(len(r.src), binary.MaxVarintLen32) {
		c := r.src[i]
		n |= int(c&0x7f) << shift
		if c < 0x80 && n <= len(r.src) {
			r.src = r.src[i+1:]
			return n
		}
		shift += 7
	}
	r.src, r.err = "", errBlock
	return 0
}

func (r *textReader) text() string {
	n := r.number()
	if n > len(r.src) {
		r.src, r.err = "", errBlock
		return ""
	}
	s := r.src[:n]
	r.src = r.src[n:]
	return s
}

// section reads one section. What is kept has memory of its own.
func (r *textReader) section(keep bool) kb.Doc {
	d := kb.Doc{Kind: kb.KindSection, ID: r.text(), Title: r.text(), URL: r.text(), Body: r.text()}
	for range r.number() {
		code := r.text()
		if keep {
			d.Code = append(d.Code, strings.Clone(code))
		}
	}
	if keep {
		d.ID, d.Title, d.URL, d.Body = strings.Clone(d.ID), strings.Clone(d.Title), strings.Clone(d.URL), strings.Clone(d.Body)
	}
	return d
}
