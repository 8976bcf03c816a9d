package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"

	"github.com/milvus-medic/medic/kb"
)

// The documentation index is a cache in a data directory that BuildDocs makes
// from a documentation tree and that can be made again at any time:
//
//	docs.json        the manifest: which folder is in use, and the size and
//	                 SHA-256 of every file in it
//	docs.lock        held by BuildDocs, so that two do not work at once
//	docs-<n>/        one finished index; it is never changed
//	  pages.json     what BuildDocs knows of the pages, to read changed ones only
//	  <language>/
//	    words/       which section holds which word, a bleve index
//	    sequences    the words of every section in order, for ranking, compressed
//	    sections     what is shown of a section, compressed by page
//
// Renaming the manifest is the one step by which a new index comes into use.
// Before it the old one is whole, after it the new one is.
const (
	docsPages     = "pages.json"
	docsWords     = "words"
	docsSequences = "sequences"
	docsSections  = "sections"
)

// What can be wrong with a documentation index. OpenDocs says in its error
// which directory is concerned and what to do.
var (
	// ErrNoDocs means that the data directory has none.
	ErrNoDocs = errors.New("no documentation index")
	// ErrDocsDamaged means that a file is missing or is not what was written.
	ErrDocsDamaged = errors.New("the documentation index is damaged")
	// ErrDocsVersion means that another version of the program made it.
	ErrDocsVersion = errors.New("the documentation index is of another version")
	// ErrDocsLocked means that another program writes to it.
	ErrDocsLocked = errors.New("the documentation index is locked by another program")
)

// docsError says what is wrong with the index in dir and what to do.
func docsError(dir string, kind error, detail any) error {
	do := fmt.Sprintf("make it again with: medic index --docs DIR --data %s", dir)
	if errors.Is(kind, ErrDocsLocked) {
		do = "wait until it is done or end it, then try again"
	}
	return fmt.Errorf("search: %s: %w (%v); %s", dir, kind, detail, do)
}

// boltTimeout is how long to wait for another program's lock. Without it
// bleve waits for ever.
const boltTimeout = "2s"

// Docs is documentation to be searched: sections with the index of their
// words. It is safe for concurrent use.
type Docs struct {
	langs []*docsLang // sorted by language
}

// docsLang is the documentation in one language.
type docsLang struct {
	lang  string
	shelf *shelf
	// The sections themselves are in memory or in a file.
	inMemory []kb.Doc
	store    *sectionStore
}

// NewDocs indexes sections in memory, for small sets and tests.
func NewDocs(sections []kb.Doc) (*Docs, error) {
	byLang := map[string][]kb.Doc{}
	for _, d := range sections {
		byLang[d.Lang] = append(byLang[d.Lang], d)
	}
	docs := &Docs{}
	for lang, list := range byLang {
		c := newCollector()
		texts := make([]docWords, len(list))
		for i, d := range list {
			texts[i] = c.section(d)
		}
		s, order, err := newShelf(texts)
		if err != nil {
			docs.Close()
			return nil, err
		}
		l := &docsLang{lang: lang, shelf: s}
		for _, i := range order {
			l.inMemory = append(l.inMemory, list[i])
		}
		docs.langs = append(docs.langs, l)
	}
	slices.SortFunc(docs.langs, func(a, b *docsLang) int { return strings.Compare(a.lang, b.lang) })
	return docs, nil
}

// OpenDocs opens the documentation index of a data directory after checking
// that its files are what was written. Without one the error is ErrNoDocs;
// it is ErrDocsDamaged, ErrDocsVersion or ErrDocsLocked where one of these is
// the case. Little of the index is held in memory.
func OpenDocs(dir string) (*Docs, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	return openNewest(dir, m)
}

// openNewest opens the index of a manifest, or the one by which a builder has
// replaced it since the manifest was read.
func openNewest(dir string, m manifest) (*Docs, error) {
	for try := 0; ; try++ {
		docs, err := openDocs(dir, m)
		if err == nil || try == 3 {
			return docs, err
		}
		again, readErr := readManifest(dir)
		if readErr != nil || again.Dir == m.Dir {
			return nil, err
		}
		m = again
	}
}

func openDocs(dir string, m manifest) (*Docs, error) {
	root := filepath.Join(dir, m.Dir)
	if err := m.verify(root); err != nil {
		return nil, docsError(dir, ErrDocsDamaged, err)
	}
	p, err := newPacker()
	if err != nil {
		return nil, fmt.Errorf("search: documentation index: %w", err)
	}
	docs := &Docs{}
	for _, want := range m.Langs {
		l, err := openLang(filepath.Join(root, want.Lang), want, p)
		if err == nil {
			docs.langs = append(docs.langs, l)
			continue
		}
		docs.Close()
		if strings.Contains(err.Error(), "timeout") {
			return nil, docsError(dir, ErrDocsLocked, "no access for "+boltTimeout)
		}
		return nil, docsError(dir, ErrDocsDamaged, err)
	}
	return docs, nil
}

// openLang opens the folder of one language.
func openLang(path string, want manifestLang, p *packer) (*docsLang, error) {
	s, err := openWords(filepath.Join(path, docsWords))
	if err != nil {
		return nil, err
	}
	l := &docsLang{lang: want.Lang, shelf: s}
	if err := l.load(path, want.Sections, p); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// openWords opens a finished bleve index.
func openWords(path string) (s *shelf, err error) {
	// bleve panics on some damage.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	idx, err := bleve.OpenUsing(path, map[string]any{"read_only": true, "bolt_timeout": boltTimeout})
	if err != nil {
		return nil, err
	}
	return openShelf(idx)
}

// load reads what is beside the bleve index.
func (l *docsLang) load(path string, want int, p *packer) error {
	src, err := os.ReadFile(filepath.Join(path, docsSequences))
	if err != nil {
		return err
	}
	if l.shelf.seqs, err = p.unpackSequences(src); err != nil {
		return err
	}
	if l.store, err = openSections(filepath.Join(path, docsSections), l.lang, p); err != nil {
		return err
	}
	n, err := l.shelf.reader.DocCount()
	if err != nil {
		return err
	}
	if l.shelf.len() != want || len(l.store.places) != want || n != uint64(want) {
		return fmt.Errorf("%d sections, %d with words in order, %d with words, want %d", len(l.store.places), l.shelf.len(), n, want)
	}
	return nil
}

// section returns one section by its number.
func (l *docsLang) section(n int) (kb.Doc, error) {
	if l.store == nil {
		return l.inMemory[n], nil
	}
	return l.store.section(n)
}

func (l *docsLang) close() error {
	err := l.shelf.close()
	if l.store != nil {
		err = errors.Join(err, l.store.close())
	}
	return err
}

// Len returns the number of sections.
func (d *Docs) Len() int {
	n := 0
	for _, l := range d.langs {
		n += l.shelf.len()
	}
	return n
}

// readableIn returns the documentation in a language and in English; all of
// it where there is neither.
func (d *Docs) readableIn(lang string) []*docsLang {
	var list []*docsLang
	for _, l := range d.langs {
		if base := baseLang(l.lang); base == lang || base == "en" {
			list = append(list, l)
		}
	}
	if len(list) == 0 {
		return d.langs
	}
	return list
}

// Close frees the index. The sections must not be used after it.
func (d *Docs) Close() error {
	var errs []error
	for _, l := range d.langs {
		errs = append(errs, l.close())
	}
	return errors.Join(errs...)
}

// section returns the words of a section.
func (c *collector) section(d kb.Doc) docWords {
	c.begin()
	c.add(d.Title)
	c.add(d.Body)
	for _, code := range d.Code {
		c.add(code)
	}
	return c.end()
}
