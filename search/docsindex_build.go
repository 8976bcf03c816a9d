package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/milvus-medic/medic/kb"
)

const (
	docsLock   = "docs.lock"
	docsPrefix = "docs-"
)

// ErrDocsBusy means that another BuildDocs is at work on the data directory.
var ErrDocsBusy = errors.New("another medic index is at work there; wait until it is done")

var errHeld = errors.New("held by another process")

// BuildOptions says what BuildDocs indexes.
type BuildOptions struct {
	// Languages are the languages to index as BCP 47 ("en", "zh-TW"); empty:
	// every one the tree has. What is indexed in another one is dropped.
	Languages []string
	// Progress, where set, is told how far the work is; it is called often.
	Progress func(BuildProgress)
}

// BuildProgress is how far BuildDocs is. Sections are indexed language by
// language, between pages.
type BuildProgress struct {
	Pages    int // looked at so far
	Sections int // new or changed ones indexed so far
}

// BuildReport says what BuildDocs did.
type BuildReport struct {
	Pages     int // in the index
	Read      int // of them new or changed, and read
	Removed   int // no longer in the tree
	Sections  int // in the index
	Languages []string
	Warnings  []kb.Warning // of the pages read
	// Unchanged means that the index was as it should be and stays.
	Unchanged bool
	// Discarded is why an index that was there was not built upon.
	Discarded error
}

// BuildDocs makes the documentation index of dir from a tree of Milvus
// documentation: a checkout, a folder of language folders, or one language's
// folder. Pages that have not changed since the last time are taken over
// from the index that is there; sections of removed pages go.
//
// The new index comes into use in one step at the end. Until then, and if
// BuildDocs fails or the process is killed, the old one stays as it was. A
// running program that has opened it keeps it.
//
// The error is ErrDocsBusy while another process builds in dir.
func BuildDocs(ctx context.Context, dir string, tree fs.FS, o BuildOptions) (BuildReport, error) {
	roots, err := findDocsRoots(tree, o.Languages)
	if err != nil {
		return BuildReport{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return BuildReport{}, fmt.Errorf("search: documentation index: %w", err)
	}
	lock := filepath.Join(dir, docsLock)
	unlock, err := lockFile(lock)
	if errors.Is(err, errHeld) {
		return BuildReport{}, fmt.Errorf("search: %s: %w", lock, ErrDocsBusy)
	}
	if err != nil {
		return BuildReport{}, fmt.Errorf("search: documentation index: lock: %w", err)
	}
	defer unlock()
	b, err := newDocsBuild(dir, o)
	if err != nil {
		return BuildReport{}, fmt.Errorf("search: documentation index: %w", err)
	}
	b.openOld()
	err = b.run(ctx, tree, roots)
	if err != nil && b.old != nil && ctx.Err() == nil {
		// What is there may be what cannot be built upon, for whatever reason.
		b.close()
		b.report, b.pages, b.langs = BuildReport{Discarded: err}, pagesFile{}, nil
		err = b.run(ctx, tree, roots)
	}
	b.close()
	if err != nil {
		return b.report, err
	}
	return b.report, b.sweep()
}

// docsBuild is one run of BuildDocs.
type docsBuild struct {
	dir      string
	options  BuildOptions
	packer   *packer
	report   BuildReport
	progress BuildProgress

	// The index that is there, if it can be built upon.
	old      *Docs
	oldRoot  string
	oldPages pagesFile

	tmp   string // of the new index, once there is something to write
	pages pagesFile
	langs []manifestLang
}

// pagesFile is what is in pages.json, by language.
type pagesFile map[string]langPages

// langPages are the pages of one language.
type langPages struct {
	Next  int          `json:"next"` // the first id that no section ever had
	Pages []pageRecord `json:"pages"`
}

func newDocsBuild(dir string, o BuildOptions) (*docsBuild, error) {
	p, err := newPacker()
	return &docsBuild{dir: dir, options: o, packer: p}, err
}

// close closes the old index and removes an unfinished new one.
func (b *docsBuild) close() {
	if b.old != nil {
		b.old.Close() // opened for reading: nothing to lose
	}
	if b.tmp != "" {
		os.RemoveAll(b.tmp) // what is left goes with the next sweep
	}
	b.old, b.oldPages, b.tmp = nil, nil, ""
}

// openOld opens the index that is there. If that fails, all is made anew.
func (b *docsBuild) openOld() {
	m, err := readManifest(b.dir)
	if err == nil {
		b.oldRoot = filepath.Join(b.dir, m.Dir)
		b.old, err = openDocs(b.dir, m)
	}
	if err == nil {
		var src []byte
		if src, err = os.ReadFile(filepath.Join(b.oldRoot, docsPages)); err == nil {
			err = json.Unmarshal(src, &b.oldPages)
		}
	}
	if err != nil {
		b.close()
		if !errors.Is(err, ErrNoDocs) {
			b.report.Discarded = err
		}
	}
}

// run reads the tree, makes the new index and puts it into use, unless
// nothing has changed.
func (b *docsBuild) run(ctx context.Context, tree fs.FS, roots []docsRoot) error {
	b.pages, b.progress = pagesFile{}, BuildProgress{}
	var same []string
	for _, root := range roots {
		l, err := b.readLang(ctx, tree, root)
		if err != nil {
			return err
		}
		b.count(l)
		if l.sections() == 0 {
			continue
		}
		b.pages[root.lang] = langPages{l.next, l.pages}
		b.langs = append(b.langs, manifestLang{root.lang, l.sections()})
		if l.unchanged() {
			same = append(same, root.lang)
			continue
		}
		if err := b.makeTmp(); err != nil {
			return err
		}
		if err := l.make(ctx, filepath.Join(b.tmp, root.lang)); err != nil {
			return fmt.Errorf("search: documentation index: %s: %w", root.lang, err)
		}
	}
	if len(b.langs) == 0 {
		return errors.New("search: documentation: no page found; name a checkout of the documentation, or its folder site or site/en")
	}
	for lang, p := range b.oldPages {
		if _, ok := b.pages[lang]; !ok {
			b.report.Removed += len(p.Pages)
		}
	}
	if b.old != nil && len(same) == len(b.langs) && len(same) == len(b.old.langs) {
		b.report.Unchanged = true
		return nil
	}
	if err := b.finish(same); err != nil {
		return fmt.Errorf("search: documentation index: %w", err)
	}
	return nil
}

// readLang reads one language of the tree and finds out what is to be done.
func (b *docsBuild) readLang(ctx context.Context, tree fs.FS, root docsRoot) (*langBuild, error) {
	l := &langBuild{build: b, lang: root.lang}
	if b.old != nil {
		for _, old := range b.old.langs {
			if old.lang == root.lang {
				l.old = old
			}
		}
	}
	p := &pageReader{known: map[string]pageRecord{}, changed: map[string]*changedPage{}}
	if b.options.Progress != nil {
		p.progress = func() {
			b.progress.Pages++
			b.options.Progress(b.progress)
		}
	}
	if l.old != nil {
		for _, r := range b.oldPages[root.lang].Pages {
			p.known[r.Name] = r
		}
	}
	if err := p.read(ctx, tree, root); err != nil {
		return nil, err
	}
	b.report.Warnings = append(b.report.Warnings, p.warnings...)
	return l, l.plan(p)
}

// count adds a language to the report.
func (b *docsBuild) count(l *langBuild) {
	b.report.Pages += len(l.pages)
	b.report.Read += l.read
	b.report.Sections += l.sections()
	if l.sections() > 0 { // of a language that goes, run counts the pages
		b.report.Removed += l.gone
		b.report.Languages = append(b.report.Languages, l.lang)
	}
}

func (b *docsBuild) makeTmp() error {
	if b.tmp != "" {
		return nil
	}
	tmp, err := os.MkdirTemp(b.dir, docsPrefix)
	if err != nil {
		return fmt.Errorf("search: documentation index: %w", err)
	}
	b.tmp = tmp
	return nil
}

// finish completes the new index with the languages that are the same and
// puts it into use.
func (b *docsBuild) finish(same []string) error {
	if err := b.makeTmp(); err != nil {
		return err
	}
	for _, lang := range same {
		if err := os.CopyFS(filepath.Join(b.tmp, lang), os.DirFS(filepath.Join(b.oldRoot, lang))); err != nil {
			return err
		}
	}
	src, err := json.Marshal(b.pages)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.tmp, docsPages), src, 0o644); err != nil {
		return err
	}
	m := manifest{Dir: filepath.Base(b.tmp), Langs: b.langs}
	if err := m.list(b.tmp); err != nil {
		return err
	}
	if err := syncFile(b.dir); err != nil {
		return err
	}
	if err := m.write(b.dir); err != nil {
		return err
	}
	b.tmp = "" // it is in use, even if that may not last
	return syncFile(b.dir)
}

// sweep removes what former runs left behind. What cannot be removed now,
// such as files in use on some systems, is left to the next one.
func (b *docsBuild) sweep() error {
	m, err := readManifest(b.dir)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return fmt.Errorf("search: documentation index: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), docsPrefix) && e.Name() != m.Dir || strings.HasPrefix(e.Name(), ".new-") {
			_ = os.RemoveAll(filepath.Join(b.dir, e.Name()))
		}
	}
	return nil
}
