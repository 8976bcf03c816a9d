package kb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
)

// DocsOptions says which part of a documentation tree ReadDocs reads.
type DocsOptions struct {
	// Languages are the languages to read as BCP 47 ("en", "ko", "zh-TW");
	// empty: every one the tree has.
	Languages []string
	// Lang is the language of a tree that has no language folders because it
	// is one itself; empty: "en".
	Lang string
	// Skip, where set, is asked for each page by language and path
	// ("faq/troubleshooting.md"); true leaves the page out.
	Skip func(lang, page string) bool
}

// Warning is something odd about a page that reading it got over.
type Warning struct {
	File string
	Line int // from 1; 0 where no line is to blame
	Text string
}

// String returns "file:line: text", without the line where there is none.
func (w Warning) String() string {
	if w.Line == 0 {
		return w.File + ": " + w.Text
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Text)
}

const (
	variablesFile  = "Variables.json"
	fragmentFolder = "fragments/"
)

// docsNotPages are the folders of a language root that hold no pages with an
// address of their own.
var docsNotPages = map[string]bool{
	"fragments":     true, // pieces of pages
	"menuStructure": true,
	"home":          true, // the start page, made of cards
	"template":      true,
}

// docsRoot is one language's folder of a tree.
type docsRoot struct{ dir, lang string }

// ReadDocs reads the documentation tree fsys as Milvus publishes it: language
// folders ("en", "ko") at the top or under "site", or the content of one such
// folder. It returns a Doc for every heading, sorted by language, page path
// and place in the page.
//
// Pages marked as deprecated are left out, for the site does not serve them.
// A page that cannot be read is left out too and becomes a Warning; so does
// each include or variable that is missing. An error means that the tree
// itself is unreadable or holds no page in the languages asked for.
func ReadDocs(fsys fs.FS, opts DocsOptions) (docs []Doc, warnings []Warning, err error) {
	roots, err := findDocsRoots(fsys, opts)
	if err != nil {
		return nil, nil, err
	}
	for _, root := range roots {
		d, w, err := readDocsRoot(fsys, root, opts)
		if err != nil {
			return nil, nil, err
		}
		docs = append(docs, d...)
		warnings = append(warnings, w...)
	}
	if len(docs) == 0 {
		return nil, warnings, errors.New("kb: docs: no page found; name the folder that holds the language folders (site) or one of them (site/en)")
	}
	return docs, warnings, nil
}

// findDocsRoots returns the wanted language folders sorted by language.
func findDocsRoots(fsys fs.FS, opts DocsOptions) ([]docsRoot, error) {
	all := []docsRoot{{".", opts.Lang}}
	if opts.Lang == "" {
		all[0].lang = "en"
	}
	for _, dir := range []string{".", "site"} {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil {
			if dir != "." && errors.Is(err, fs.ErrNotExist) {
				break
			}
			return nil, fmt.Errorf("kb: docs: list %s: %w", dir, err)
		}
		var found []docsRoot
		for _, e := range entries {
			if e.IsDir() && isDocsFolder(e.Name()) {
				found = append(found, docsRoot{path.Join(dir, e.Name()), docsLang(e.Name())})
			}
		}
		if len(found) > 0 {
			all = found
			break
		}
	}
	var roots []docsRoot
	var langs []string
	for _, r := range all {
		langs = append(langs, r.lang)
		if len(opts.Languages) == 0 || slices.Contains(opts.Languages, r.lang) {
			roots = append(roots, r)
		}
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("kb: docs: none of the languages %s; the tree has %s", strings.Join(opts.Languages, ", "), strings.Join(langs, ", "))
	}
	sort.Slice(roots, func(i, j int) bool { return roots[i].lang < roots[j].lang })
	return roots, nil
}

// isDocsFolder tells whether name is a language folder's: "en", "zh-hant". No
// other folder of the documentation has two letters.
func isDocsFolder(name string) bool {
	base, _, _ := strings.Cut(name, "-")
	return len(base) == 2 && strings.Trim(base, "abcdefghijklmnopqrstuvwxyz") == ""
}

// docsLang returns the BCP 47 name for a language folder.
func docsLang(folder string) string {
	if folder == DocsLanguages["zh-TW"] {
		return "zh-TW"
	}
	return folder
}

func readDocsRoot(fsys fs.FS, root docsRoot, opts DocsOptions) ([]Doc, []Warning, error) {
	var docs []Doc
	var warnings []Warning
	warn := func(file string, line int, text string) {
		warnings = append(warnings, Warning{path.Join(root.dir, file), line, text})
	}
	pages, err := listPages(fsys, root, warn)
	if err != nil {
		return nil, nil, err
	}
	env := PageEnv{Fragment: func(name string) ([]byte, error) {
		return readDocsFile(fsys, path.Join(root.dir, name))
	}}
	if env.Variables, err = readVariables(fsys, path.Join(root.dir, variablesFile)); err != nil {
		warn(variablesFile, 0, err.Error())
	}
	for _, name := range pages {
		if opts.Skip != nil && opts.Skip(root.lang, name) {
			continue
		}
		src, err := readDocsFile(fsys, path.Join(root.dir, name))
		if err != nil {
			warn(name, 0, "page left out: "+err.Error())
			continue
		}
		p, err := readPage(name, root.lang, src, env)
		for _, w := range p.warnings {
			warn(w.File, w.Line, w.Text)
		}
		if err != nil {
			warn(name, 0, "page left out: "+err.Error())
			continue
		}
		if !p.front.deprecate {
			docs = append(docs, p.docs()...)
		}
	}
	return docs, warnings, nil
}

// listPages returns the paths of the pages below root, sorted.
func listPages(fsys fs.FS, root docsRoot, warn func(file string, line int, text string)) ([]string, error) {
	var pages []string
	err := fs.WalkDir(fsys, root.dir, func(name string, e fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(strings.TrimPrefix(name, root.dir), "/")
		if root.dir == "." {
			rel = name
		}
		switch {
		case err != nil && name == root.dir:
			return fmt.Errorf("kb: docs: list %s: %w", name, err)
		case err != nil:
			warn(rel, 0, "left out: "+err.Error())
		case name == root.dir:
		case e.IsDir():
			if docsNotPages[e.Name()] || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_") {
				return fs.SkipDir
			}
		case path.Ext(name) == ".md" && e.Name() != "README.md":
			pages = append(pages, rel)
		}
		return nil
	})
	sort.Strings(pages)
	return pages, err
}

// readDocsFile reads a file of at most MaxPageBytes.
func readDocsFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, MaxPageBytes+1))
	if err != nil {
		return nil, err
	}
	if len(src) > MaxPageBytes {
		return nil, errPageSize
	}
	return src, nil
}

// readVariables reads the values of {{var.name}}. Objects inside are read as
// "outer.inner"; a missing file is an empty one.
func readVariables(fsys fs.FS, name string) (map[string]string, error) {
	src, err := readDocsFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(src, &tree); err != nil {
		return nil, fmt.Errorf("no variables read: %w", err)
	}
	vars := map[string]string{}
	flattenVariables(vars, "", tree)
	return vars, nil
}

func flattenVariables(into map[string]string, prefix string, tree map[string]any) {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flattenVariables(into, prefix+key+".", v)
		case string:
			into[prefix+key] = v
		case nil, []any: // stand for no text
		default:
			into[prefix+key] = fmt.Sprint(v)
		}
	}
}
