package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/milvus-medic/medic/kb"
)

// docsRoot is one language's folder of a documentation tree.
type docsRoot struct {
	dir, lang string
	version   [2]int // 2.6 of a folder v2.6.x above it; zero: none
	local     bool   // below a folder of translations
}

// rootDepth is how deep language folders are looked for: the deepest that is
// published is localization/v2.6.x/site/de.
const rootDepth = 4

// findDocsRoots returns the language folders of a tree: a language folder's
// content, a folder of such folders, or a checkout that has them as
// site/<lang>, also below a folder for each version and one of translations.
// Of several versions a language has, the highest is taken.
func findDocsRoots(tree fs.FS, languages []string) ([]docsRoot, error) {
	var all []docsRoot
	err := fs.WalkDir(tree, ".", func(dir string, e fs.DirEntry, err error) error {
		if err != nil && dir == "." {
			return fmt.Errorf("search: documentation: %w", err)
		}
		if err != nil || !e.IsDir() || dir == "." {
			return nil
		}
		name := e.Name()
		parent := path.Base(path.Dir(dir))
		if isLangFolder(name) && (parent == "." || parent == "site") {
			all = append(all, newDocsRoot(dir))
			return fs.SkipDir
		}
		if strings.HasPrefix(name, ".") || strings.Count(dir, "/") >= rootDepth-1 {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		all = []docsRoot{{dir: ".", lang: "en"}}
		if len(languages) == 1 {
			all[0].lang = languages[0]
		}
	}
	return chooseRoots(all, languages)
}

// isLangFolder tells whether a folder is named like a language: "en",
// "zh-hant".
func isLangFolder(name string) bool {
	base, region, _ := strings.Cut(name, "-")
	small := func(s string) bool { return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }
	return len(base) == 2 && small(base) && small(region)
}

func newDocsRoot(dir string) docsRoot {
	r := docsRoot{dir: dir, lang: path.Base(dir)}
	if r.lang == kb.DocsLanguages["zh-TW"] {
		r.lang = "zh-TW"
	}
	for _, part := range strings.Split(dir, "/") {
		if part == "localization" {
			r.local = true
		}
		major, rest, ok := strings.Cut(strings.TrimPrefix(part, "v"), ".")
		minor, _, _ := strings.Cut(rest, ".")
		if a, err := strconv.Atoi(major); err == nil && ok && part[0] == 'v' {
			if b, err := strconv.Atoi(minor); err == nil {
				r.version = [2]int{a, b}
			}
		}
	}
	return r
}

// chooseRoots takes one folder a language, sorted by language. Where folders
// have versions, those without hold something else than the documentation.
func chooseRoots(all []docsRoot, languages []string) ([]docsRoot, error) {
	versions := slices.ContainsFunc(all, func(r docsRoot) bool { return r.version != [2]int{} })
	best := map[string]docsRoot{}
	var have []string
	for _, r := range all {
		if versions && r.version == [2]int{} {
			continue
		}
		b, known := best[r.lang]
		if c := slices.Compare(r.version[:], b.version[:]); !known || c > 0 || c == 0 && b.local && !r.local {
			best[r.lang] = r
		}
		if !known {
			have = append(have, r.lang)
		}
	}
	slices.Sort(have)
	var roots []docsRoot
	for _, lang := range have {
		if len(languages) == 0 || slices.Contains(languages, lang) {
			roots = append(roots, best[lang])
		}
	}
	for _, lang := range languages {
		if !slices.Contains(have, lang) {
			return nil, fmt.Errorf("search: documentation: no language %s; the tree has %s", lang, strings.Join(have, ", "))
		}
	}
	return roots, nil
}

// pageRecord is what is remembered of a page of a finished index.
type pageRecord struct {
	Name  string `json:"name"`  // "faq/troubleshooting"
	Hash  string `json:"hash"`  // of all that it is made from; empty: read it again
	First int    `json:"first"` // id of its first section; those of one page follow each other
	Count int    `json:"count"`
	Block uint32 `json:"block"`
}

// pageReader reads the pages of one language that have changed.
type pageReader struct {
	known    map[string]pageRecord // of the index so far, by name
	progress func()                // is called for each page; may be nil
	kept     []pageRecord
	changed  map[string]*changedPage
	warnings []kb.Warning
}

// changedPage is a page that is new or is not what it was.
type changedPage struct {
	hash string
	docs []kb.Doc
}

// read reads the pages below a root.
func (p *pageReader) read(ctx context.Context, tree fs.FS, root docsRoot) error {
	sub, err := fs.Sub(tree, root.dir)
	if err != nil {
		return fmt.Errorf("search: documentation: %w", err)
	}
	shared, err := hashShared(sub, root)
	if err != nil {
		return fmt.Errorf("search: documentation: %w", err)
	}
	if _, err := fs.ReadDir(sub, "."); err != nil {
		return fmt.Errorf("search: documentation: %w", err)
	}
	skip := func(_, page string) bool {
		if ctx.Err() != nil {
			return true
		}
		if p.progress != nil {
			p.progress()
		}
		name, hash := strings.TrimSuffix(page, ".md"), hashPage(sub, page, shared)
		if known, ok := p.known[name]; ok && hash != "" && known.Hash == hash {
			p.kept = append(p.kept, known)
			return true
		}
		p.changed[name] = &changedPage{hash: hash}
		return false
	}
	docs, warnings, err := kb.ReadDocs(sub, kb.DocsOptions{Lang: root.lang, Skip: skip})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// Without a page to read, the error is that there is none.
	if err != nil && len(p.changed) > 0 {
		return fmt.Errorf("search: documentation: %s: %w", root.dir, err)
	}
	for _, d := range docs {
		name, _, _ := strings.Cut(d.ID, "#")
		page := p.changed[name]
		if page == nil {
			return fmt.Errorf("search: documentation: section %s is of no page that was read", d.ID)
		}
		page.docs = append(page.docs, d)
	}
	for _, w := range warnings {
		if page := p.changed[strings.TrimSuffix(w.File, ".md")]; page != nil {
			page.hash = "" // read and warned of again until it is mended
		}
		w.File = path.Join(root.dir, w.File)
		p.warnings = append(p.warnings, w)
	}
	return nil
}

// hashShared hashes what every page of a root may refer to: the variables and
// the pieces of pages.
func hashShared(sub fs.FS, root docsRoot) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, manifestFormat, root.lang)
	for _, start := range []string{"Variables.json", "fragments"} {
		err := fs.WalkDir(sub, start, func(name string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && name == start {
				return fs.SkipAll
			}
			if err != nil || e.IsDir() {
				return err
			}
			src, err := fs.ReadFile(sub, name)
			fmt.Fprintln(h, name, len(src))
			h.Write(src)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// hashPage hashes a page with what it may refer to. Of a page that cannot be
// read, which is warned of when it is, the hash is empty.
func hashPage(sub fs.FS, page, shared string) string {
	info, err := fs.Stat(sub, page)
	if err != nil || info.Size() > kb.MaxPageBytes {
		return ""
	}
	src, err := fs.ReadFile(sub, page)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintln(h, shared)
	h.Write(src)
	return hex.EncodeToString(h.Sum(nil))
}
