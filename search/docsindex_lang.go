package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/milvus-medic/medic/kb"
)

// docsBatch is how many sections are indexed at once.
const docsBatch = 1000

// langBuild makes the folder of one language.
type langBuild struct {
	build *docsBuild
	lang  string

	// What is there, if it can be built upon.
	old        *docsLang
	oldNumbers map[int]int // of sections, by id

	pages   []pageRecord // of the new index, sorted
	changed map[string]*changedPage
	removed []pageRecord // of the old index: gone or changed
	read    int          // pages that are new or changed
	gone    int          // pages that are no more
	next    int          // the first id that no section ever had
	seqs    map[int][]uint16
}

// plan sorts the pages into those that stay, those that come and those that
// go, and gives the sections that come their ids.
func (l *langBuild) plan(p *pageReader) error {
	l.pages, l.changed, l.read = p.kept, p.changed, len(p.changed)
	stays := map[string]bool{}
	for _, r := range p.kept {
		stays[r.Name] = true
	}
	for _, r := range p.known {
		if !stays[r.Name] {
			l.removed = append(l.removed, r)
			if p.changed[r.Name] == nil {
				l.gone++
			}
		}
	}
	if l.old != nil {
		l.next = l.build.oldPages[l.lang].Next
		if err := l.readOld(); err != nil {
			return err
		}
	}
	for name, c := range l.changed {
		l.pages = append(l.pages, pageRecord{Name: name, Hash: c.hash})
	}
	slices.SortFunc(l.pages, func(a, b pageRecord) int { return strings.Compare(a.Name, b.Name) })
	for i := range l.pages {
		r := &l.pages[i]
		if page := l.changed[r.Name]; page != nil {
			r.First, r.Count = l.next, len(page.docs)
			l.next += r.Count
		}
	}
	return nil
}

// readOld finds the sections that are there and, if none come, indexes one
// page again: bleve merges two pieces into one, but leaves a single piece as
// it is, with the gaps of what was taken out.
func (l *langBuild) readOld() error {
	ids, err := l.old.shelf.ids()
	if err != nil {
		return fmt.Errorf("search: documentation index: %w", err)
	}
	l.oldNumbers = make(map[int]int, len(ids))
	for n, id := range ids {
		serial, err := strconv.Atoi(id)
		if err != nil {
			return fmt.Errorf("search: documentation index: %w", err)
		}
		l.oldNumbers[serial] = n
	}
	if l.unchanged() {
		return nil
	}
	least := -1
	for i, r := range l.pages {
		if r.Count > 0 && (least < 0 || r.Count < l.pages[least].Count) {
			least = i
		}
	}
	for _, c := range l.changed {
		if len(c.docs) > 0 {
			least = -1
		}
	}
	if least < 0 {
		return nil
	}
	r := l.pages[least]
	block, err := l.old.store.packed(r.Block)
	var docs []kb.Doc
	if err == nil {
		docs, err = l.build.packer.unpack(block, l.lang, every)
	}
	if err != nil {
		return fmt.Errorf("search: documentation index: %w", err)
	}
	l.changed[r.Name] = &changedPage{r.Hash, docs}
	l.removed = append(l.removed, r)
	l.pages = slices.Delete(l.pages, least, least+1)
	return nil
}

// unchanged tells whether the folder that is there is as it should be.
func (l *langBuild) unchanged() bool {
	return l.old != nil && len(l.changed) == 0 && len(l.removed) == 0
}

// sections returns how many sections there are to be.
func (l *langBuild) sections() int {
	n := 0
	for _, r := range l.pages {
		n += r.Count
	}
	return n
}

// make makes the folder.
func (l *langBuild) make(ctx context.Context, folder string) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	if err := l.makeWords(ctx, folder); err != nil {
		return fmt.Errorf("words: %w", err)
	}
	if err := l.makeSections(folder); err != nil {
		return fmt.Errorf("sections: %w", err)
	}
	return nil
}

// makeWords makes the bleve index: a copy of the old one, without the
// sections that go and with those that come.
func (l *langBuild) makeWords(ctx context.Context, folder string) error {
	work := filepath.Join(folder, "work")
	var idx bleve.Index
	var err error
	if l.old == nil {
		idx, err = bleve.NewUsing(work, newMapping(), scorch.Name, scorch.Name, nil)
	} else if err = os.CopyFS(work, os.DirFS(filepath.Join(l.build.oldRoot, l.lang, docsWords))); err == nil {
		idx, err = bleve.OpenUsing(work, map[string]any{"bolt_timeout": boltTimeout})
	}
	if err != nil {
		return err
	}
	if err = l.change(ctx, idx); err == nil {
		err = merge(ctx, idx)
	}
	if closeErr := idx.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = copyWords(work, filepath.Join(folder, docsWords))
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(work)
}

// change takes sections out of an index and puts the new ones in.
func (l *langBuild) change(ctx context.Context, idx bleve.Index) error {
	batch := idx.NewBatch()
	for _, r := range l.removed {
		for i := range r.Count {
			batch.Delete(strconv.Itoa(r.First + i))
		}
	}
	l.seqs = map[int][]uint16{}
	c := newCollector()
	for _, r := range l.pages {
		page := l.changed[r.Name]
		if page == nil {
			continue
		}
		for i, d := range page.docs {
			words := c.section(d)
			l.seqs[r.First+i] = words.seq
			if err := batch.IndexAdvanced(words.document(strconv.Itoa(r.First + i))); err != nil {
				return err
			}
		}
		if batch.Size() >= docsBatch {
			if err := l.flush(ctx, idx, batch); err != nil {
				return err
			}
			// bleve may still read a batch that it has taken.
			batch = idx.NewBatch()
		}
	}
	return l.flush(ctx, idx, batch)
}

func (l *langBuild) flush(ctx context.Context, idx bleve.Index, batch *bleve.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if batch.Size() == 0 {
		return nil
	}
	if err := idx.Batch(batch); err != nil {
		return err
	}
	if b := l.build; b.options.Progress != nil {
		at := b.progress
		at.Sections += len(l.seqs)
		b.options.Progress(at)
	}
	return nil
}

// An index is merged at most mergeRounds times; each round makes one piece of
// up to ten. Between rounds bleve has mergePause to write to disk what it has
// in memory, which it does not merge before.
const (
	mergeRounds = 3000
	mergePause  = 10 * time.Millisecond
)

// merge merges an index into one piece on disk, in which the numbers of
// documents have no gaps.
func merge(ctx context.Context, idx bleve.Index) error {
	advanced, err := idx.Advanced()
	if err != nil {
		return err
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("an index of type %T", advanced)
	}
	for range mergeRounds {
		if err := s.ForceMerge(ctx, nil); err != nil {
			return err
		}
		if err = checkNumbers(s); err == nil && onePiece(s) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(mergePause):
		}
	}
	if err == nil {
		err = errors.New("it is not in one piece")
	}
	return fmt.Errorf("merge: %w", err)
}

// onePiece tells whether an index is in one file and nothing of it in memory
// only.
func onePiece(s *scorch.Scorch) bool {
	stats := s.StatsMap()
	return stats["num_root_memorysegments"] == uint64(0) && stats["num_root_filesegments"] == uint64(1) &&
		stats["CurRootEpoch"] == stats["LastPersistedEpoch"]
}

// copyWords copies what is in use of a closed index. It is opened for reading:
// of an index that it writes to bleve makes copies that race with it.
func copyWords(from, to string) error {
	s, err := openWords(from)
	if err != nil {
		return err
	}
	err = s.index.(bleve.IndexCopyable).CopyTo(bleve.FileSystemDirectory(to))
	if closeErr := s.close(); err == nil {
		err = closeErr
	}
	return err
}

// checkNumbers tells whether the numbers of an index's documents have gaps.
func checkNumbers(s *scorch.Scorch) error {
	reader, err := s.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = docIDs(reader)
	return err
}

// makeSections writes what is beside the words, in the order of the numbers
// that bleve gave to the sections.
func (l *langBuild) makeSections(folder string) error {
	s, err := openWords(filepath.Join(folder, docsWords))
	if err != nil {
		return err
	}
	ids, err := s.ids()
	if closeErr := s.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if len(ids) != l.sections() {
		return fmt.Errorf("%d are indexed, want %d", len(ids), l.sections())
	}
	var blocks [][]byte
	for i := range l.pages {
		r := &l.pages[i]
		var block []byte
		if page := l.changed[r.Name]; page != nil {
			block = l.build.packer.pack(page.docs)
		} else if block, err = l.old.store.packed(r.Block); err != nil {
			return err
		}
		r.Block = uint32(len(blocks))
		blocks = append(blocks, block)
	}
	places, seqs, err := l.place(ids)
	if err != nil {
		return err
	}
	packed, err := l.build.packer.packSequences(seqs)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, docsSequences), packed, 0o644); err != nil {
		return err
	}
	l.build.progress.Sections += len(l.seqs)
	return writeSections(filepath.Join(folder, docsSections), blocks, places)
}

// place finds the page and the sequence of each section by its id.
func (l *langBuild) place(ids []string) ([]place, *sequences, error) {
	byFirst := slices.DeleteFunc(slices.Clone(l.pages), func(r pageRecord) bool { return r.Count == 0 })
	sort.Slice(byFirst, func(i, j int) bool { return byFirst[i].First < byFirst[j].First })
	var places []place
	seqs := &sequences{}
	for _, id := range ids {
		serial, err := strconv.Atoi(id)
		if err != nil {
			return nil, nil, err
		}
		i := sort.Search(len(byFirst), func(i int) bool { return byFirst[i].First > serial }) - 1
		if i < 0 || serial >= byFirst[i].First+byFirst[i].Count {
			return nil, nil, fmt.Errorf("section %d is of no page", serial)
		}
		places = append(places, place{byFirst[i].Block, uint32(serial - byFirst[i].First)})
		if seq, ok := l.seqs[serial]; ok {
			seqs.add(seq)
			continue
		}
		n, ok := l.oldNumbers[serial]
		if !ok {
			return nil, nil, fmt.Errorf("section %d was not there before", serial)
		}
		seqs.add(l.old.shelf.seqs.of(n))
	}
	return places, seqs, nil
}
