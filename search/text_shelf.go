package search

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// wordsField is the one field of a shelf: the words of a document.
const wordsField = "w"

// shelf is a set of documents whose words are in a bleve index. Documents are
// known by the index's own numbers, from 0 without gaps.
//
// The index says which documents hold a word and nothing else: no text, no
// frequencies, no places. What the best candidates say in which order is read
// from their sequences.
type shelf struct {
	index  bleve.Index
	reader index.IndexReader
	seqs   sequences
}

// newShelf indexes documents in memory. The words of document i are those
// that each calls back with. It returns the shelf and, for each of its
// documents, which one it is.
func newShelf(texts []docWords) (*shelf, []int, error) {
	// NewMemOnly would take another index than the one on disk.
	idx, err := bleve.NewUsing("", newMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("search: text index: %w", err)
	}
	batch := idx.NewBatch()
	for i, words := range texts {
		if err := batch.IndexAdvanced(words.document(strconv.Itoa(i))); err != nil {
			return nil, nil, fmt.Errorf("search: text index: %w", err)
		}
	}
	if err := idx.Batch(batch); err != nil {
		return nil, nil, fmt.Errorf("search: text index: %w", err)
	}
	s, err := openShelf(idx)
	if err != nil {
		return nil, nil, err
	}
	ids, err := s.ids()
	if err != nil {
		s.close()
		return nil, nil, fmt.Errorf("search: text index: %w", err)
	}
	order := make([]int, len(ids))
	for n, id := range ids {
		i, err := strconv.Atoi(id)
		if err != nil || i < 0 || i >= len(texts) {
			s.close()
			return nil, nil, fmt.Errorf("search: text index: unknown document %q", id)
		}
		order[n] = i
		s.seqs.add(texts[i].seq)
	}
	return s, order, nil
}

// openShelf returns a shelf without sequences over an index, which it closes
// in the end.
func openShelf(idx bleve.Index) (*shelf, error) {
	s := &shelf{index: idx}
	advanced, err := idx.Advanced()
	if err == nil {
		s.reader, err = advanced.Reader()
	}
	if err != nil {
		idx.Close()
		return nil, fmt.Errorf("search: text index: %w", err)
	}
	return s, nil
}

// ids returns the id of every document, by number.
func (s *shelf) ids() ([]string, error) { return docIDs(s.reader) }

func docIDs(reader index.IndexReader) ([]string, error) {
	n, err := reader.DocCount()
	if err != nil {
		return nil, err
	}
	all, err := reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer all.Close()
	ids := make([]string, 0, n)
	for {
		number, err := all.Next()
		if err != nil {
			return nil, err
		}
		if number == nil {
			break
		}
		if number.Value() != uint64(len(ids)) {
			return nil, fmt.Errorf("document numbers have a gap at %d", len(ids))
		}
		id, err := reader.ExternalID(number)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if uint64(len(ids)) != n {
		return nil, fmt.Errorf("%d documents of %d", len(ids), n)
	}
	return ids, nil
}

// len returns the number of documents.
func (s *shelf) len() int { return len(s.seqs.ends) }

func (s *shelf) close() error {
	err := s.reader.Close()
	if closeErr := s.index.Close(); err == nil {
		err = closeErr
	}
	return err
}

// frequency returns how many documents hold a word.
func (s *shelf) frequency(word string) (int, error) {
	r, err := s.reader.TermFieldReader(context.Background(), []byte(word), wordsField, false, false, false)
	if err != nil {
		return 0, err
	}
	n := r.Count()
	return int(n), r.Close()
}

// each calls found with the number of every document that holds a word.
func (s *shelf) each(word string, found func(doc int)) error {
	r, err := s.reader.TermFieldReader(context.Background(), []byte(word), wordsField, false, false, false)
	if err != nil {
		return err
	}
	defer r.Close()
	var d index.TermFieldDoc
	for {
		next, err := r.Next(&d)
		if err != nil {
			return err
		}
		if next == nil {
			return nil
		}
		found(int(next.ID.Value()))
	}
}

// newMapping is what an index says of itself. It does not matter to it: the
// documents come with their words.
func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	m.StoreDynamic, m.DocValuesDynamic, m.IndexDynamic = false, false, false
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	return m
}

// docWords are the words of one document: each once, and those of running
// text in order.
type docWords struct {
	set index.TokenFrequencies
	seq []uint16
}

// once stands for every word of every document: the shelf keeps no
// frequencies.
var once = &index.TokenFreq{}

// collector makes docWords. Documents that one collector makes share the
// bytes of their words.
type collector struct {
	words docWords
	known map[string]string
}

func newCollector() *collector { return &collector{known: map[string]string{}} }

// begin starts a document.
func (c *collector) begin() { c.words = docWords{set: index.TokenFrequencies{}} }

// add adds a text to the document at hand.
func (c *collector) add(text string) {
	eachWord(text, func(w []byte, kind wordKind) {
		if kind == wordPart {
			c.words.seq = append(c.words.seq, hashWord(w))
		}
		if c.words.set[string(w)] != nil {
			return
		}
		s, ok := c.known[string(w)]
		if !ok {
			s = string(w)
			c.known[s] = s
		}
		c.words.set[s] = once
	})
	if n := len(c.words.seq); n > 0 && c.words.seq[n-1] != seqBreak {
		c.words.seq = append(c.words.seq, seqBreak)
	}
}

// end returns the document at hand.
func (c *collector) end() docWords { return c.words }

func (d docWords) document(id string) *document.Document {
	doc := document.NewDocument(id)
	doc.AddField(d)
	return doc
}

// What bleve asks of a field that is analysed already.

// Name returns the name of the field.
func (d docWords) Name() string { return wordsField }

// ArrayPositions returns nil: the field is no part of a list.
func (d docWords) ArrayPositions() []uint64 { return nil }

// Options says that the words are looked up and nothing else.
func (d docWords) Options() index.FieldIndexingOptions { return index.IndexField | index.SkipFreqNorm }

// Analyze does nothing: the words are there.
func (d docWords) Analyze() {}

// Value returns nil: the text is not kept.
func (d docWords) Value() []byte { return nil }

// NumPlainTextBytes returns 0: the text is not kept.
func (d docWords) NumPlainTextBytes() uint64 { return 0 }

// Size returns about how much memory the field takes.
func (d docWords) Size() int { return 32 * len(d.set) }

// EncodedFieldType returns the mark of text.
func (d docWords) EncodedFieldType() byte { return 't' }

// AnalyzedLength returns 1: the shelf keeps no norms.
func (d docWords) AnalyzedLength() int { return 1 }

// AnalyzedTokenFrequencies returns the words.
func (d docWords) AnalyzedTokenFrequencies() index.TokenFrequencies { return d.set }

// seqBreak stands between texts in a sequence: title and body, say.
const seqBreak = 0

// hashWord returns what stands for a word in a sequence, never seqBreak.
func hashWord(w []byte) uint16 {
	h := uint32(2166136261)
	for _, c := range w {
		h = (h ^ uint32(c)) * 16777619
	}
	h ^= h >> 16
	return uint16(h) | uint16(1&^min(1, uint16(h)))
}

// sequences are the sequences of a shelf's documents, one after the other.
type sequences struct {
	words []uint16
	ends  []uint32
}

func (s *sequences) add(seq []uint16) {
	s.words = append(s.words, seq...)
	s.ends = append(s.ends, uint32(len(s.words)))
}

// of returns the sequence of one document.
func (s *sequences) of(doc int) []uint16 {
	from := uint32(0)
	if doc > 0 {
		from = s.ends[doc-1]
	}
	return s.words[from:s.ends[doc]]
}

// marshal returns the sequences as bytes.
func (s *sequences) marshal() []byte {
	out := make([]byte, 0, 4+4*len(s.ends)+2*len(s.words))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(s.ends)))
	for _, end := range s.ends {
		out = binary.LittleEndian.AppendUint32(out, end)
	}
	for _, w := range s.words {
		out = binary.LittleEndian.AppendUint16(out, w)
	}
	return out
}

// unmarshal reads what marshal wrote.
func (s *sequences) unmarshal(src []byte) error {
	if len(src) < 4 {
		return errSequences
	}
	n := int(binary.LittleEndian.Uint32(src))
	src = src[4:]
	if len(src) < 4*n {
		return errSequences
	}
	s.ends = make([]uint32, n)
	before := uint32(0)
	for i := range s.ends {
		s.ends[i] = binary.LittleEndian.Uint32(src[4*i:])
		if s.ends[i] < before {
			return errSequences
		}
		before = s.ends[i]
	}
	src = src[4*n:]
	if len(src) != 2*int(before) {
		return errSequences
	}
	s.words = make([]uint16, before)
	for i := range s.words {
		s.words[i] = binary.LittleEndian.Uint16(src[2*i:])
	}
	return nil
}

var errSequences = errors.New("the sequences are not what was written")
