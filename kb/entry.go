package kb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"go.yaml.in/yaml/v3"
)

// MaxEntryBytes is the largest entry file that is read.
const MaxEntryBytes = 64 << 10

// Entry is one reviewed known problem. The yaml names are the keys of the
// front matter; the text comes from the body, one Text per language.
type Entry struct {
	ID string `yaml:"-"`
	// Title says the problem in one line, at most 100 characters.
	Title string `yaml:"title" json:",omitempty"`
	// Component is the part of a deployment it belongs to, one of Components.
	Component string `yaml:"component" json:",omitempty"`
	// Aliases are other words under which people look it up.
	Aliases []string `yaml:"aliases" json:",omitempty"`
	// Signatures recognise it: any one of them is enough.
	Signatures []Signature `yaml:"signatures" json:",omitempty"`
	// Symptoms recognise it where no error text exists; never more than Likely.
	Symptoms []Symptom `yaml:"symptoms" json:",omitempty"`
	// Guide marks advice that is looked up by name and never the answer to an
	// error: it needs no signatures and no examples.
	Guide bool `yaml:"guide" json:",omitempty"`
	// Codes are Milvus error codes seen with it. They never decide alone.
	Codes []int `yaml:"codes" json:",omitempty"`
	// Causes are ids of entries whose failure brings this one about.
	Causes []string `yaml:"causes" json:",omitempty"`
	// Versions says in words which versions are concerned; empty: all.
	Versions string `yaml:"versions" json:",omitempty"`
	// Docs is the documentation section it rests on: "page.md#anchor".
	Docs string `yaml:"docs" json:",omitempty"`
	// Sources are https links that the text was checked against.
	Sources []string `yaml:"sources" json:",omitempty"`
	// Examples are pastes that find this entry first, at Certain.
	Examples []string `yaml:"examples" json:",omitempty"`
	// WeakExamples are pastes that find this entry first, at Likely or better.
	WeakExamples []string `yaml:"weak_examples" json:",omitempty"`
	// NearMisses are pastes that look alike and must not find it.
	NearMisses []string `yaml:"near_misses" json:",omitempty"`

	texts map[string]*lazyText // by language; "en" is always there
}

// Text is what a reader sees of an entry in one language.
type Text struct {
	Lang   string
	Title  string
	Cause  []Block
	Fix    []Block
	Danger []Block // what a destructive step destroys; empty without one
}

// Signature is a template that an error text matches, or a fact that
// extraction found in the paste (such as "pods/etcd/all-failing").
//
// A template is literal text; "{name}" stands for any text of at most 200
// characters and "{name:int}" for a whole number. Letter case and white space do not count,
// so that hard-wrapped lines match; typographic quotes count as plain ones.
// In YAML a signature is either the template alone or a mapping with the
// keys below.
type Signature struct {
	Text string `yaml:"text" json:",omitempty"`
	Fact string `yaml:"fact" json:",omitempty"`
	// With lists conditions on the whole paste that all must hold; each is a
	// choice of words such as "milvus|pymilvus|19530", one of which occurs.
	With []string `yaml:"with" json:",omitempty"`
	// Without lists such choices, none of whose words may occur.
	Without []string `yaml:"without" json:",omitempty"`
	// AtMost is "likely" where a match alone does not prove the problem.
	AtMost string `yaml:"at_most" json:",omitempty"`
}

// UnmarshalYAML accepts the template alone or the full mapping. Its keys are
// checked here because a node, unlike a document, decodes leniently.
func (s *Signature) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Signature{Text: n.Value}
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a signature is a text or a mapping", n.Line)
	}
	fields := map[string]any{"text": &s.Text, "fact": &s.Fact, "with": &s.With, "without": &s.Without, "at_most": &s.AtMost}
	for i := 0; i+1 < len(n.Content); i += 2 {
		field, known := fields[n.Content[i].Value]
		if !known {
			return fmt.Errorf("line %d: field %s not found in a signature", n.Content[i].Line, n.Content[i].Value)
		}
		if err := n.Content[i+1].Decode(field); err != nil {
			return err
		}
	}
	return nil
}

// strictYAML decodes one document and refuses unknown keys.
func strictYAML(src []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// Symptom is a list of word choices ("insert|upsert"), each of which must
// have one word in the paste, for problems that people tell in prose.
type Symptom []string

// Components are the parts of a deployment an entry can belong to, in the
// order in which they are listed to people.
var Components = []string{
	"milvus", "etcd", "minio", "object-storage", "pulsar", "kafka", "rocksmq", "woodpecker",
	"proxy", "rootcoord", "datacoord", "querycoord", "indexcoord", "coordinator",
	"querynode", "datanode", "indexnode", "query", "index", "import", "quota", "memory", "auth", "tls", "gpu",
	"pymilvus", "milvus-lite", "java-sdk", "go-sdk", "node-sdk", "rest", "langchain", "attu", "backup",
	"docker", "kubernetes", "helm", "operator", "packages", "upgrade", "monitoring", "zilliz-cloud",
}

// ReadEntries reads every entry under dir of fsys with its translations,
// sorted by id. It stops at nothing: the error joins the problems of all
// files ("file: field: text"), and entries that could be read are returned.
func ReadEntries(fsys fs.FS, dir string) ([]*Entry, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.md"))
	if err != nil {
		return nil, fmt.Errorf("kb: list %s: %w", dir, err)
	}
	sort.Strings(names)
	parsed := make([]parsedFile, len(names))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(len(names), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(names); i = next.Add(1) - 1 {
				parsed[i] = parseFile(fsys, names[i])
			}
		})
	}
	wg.Wait()
	return assemble(parsed)
}

// parsedFile is one file of an entry, read by itself.
type parsedFile struct {
	name, id string
	entry    *Entry    // of an English file
	text     *lazyText // of a translation
	err      error
}

func parseFile(fsys fs.FS, name string) parsedFile {
	id, lang := splitName(name)
	f := parsedFile{name: path.Base(name), id: id}
	src, err := readCapped(fsys, name)
	switch {
	case err != nil:
		f.err = err
	case lang == "":
		f.entry, f.err = ReadEntry(id, src)
	default:
		f.text, f.err = readTranslation(lang, src)
	}
	return f
}

// assemble puts translations to their entries.
func assemble(files []parsedFile) ([]*Entry, error) {
	byID := map[string]*Entry{}
	var problems Problems
	for _, f := range files {
		if f.entry != nil && f.err == nil {
			byID[f.id] = f.entry
		}
	}
	for _, f := range files {
		switch e := byID[f.id]; {
		case f.err != nil:
			problems.addErr(f.name, f.err)
		case e == nil:
			problems.add(f.name, "file", "translates %q, which is missing or unreadable", f.id)
		case f.entry == nil:
			e.texts[f.text.lang] = f.text
		}
	}
	entries := slices.Collect(maps.Values(byID))
	slices.SortFunc(entries, func(a, b *Entry) int { return strings.Compare(a.ID, b.ID) })
	return entries, problems.err()
}

// ReadEntry parses the front matter of the English file of entry id. Its
// errors name the field. Bodies are parsed when they are first asked for;
// Lint reports what is wrong with them.
func ReadEntry(id string, src []byte) (*Entry, error) {
	head, body, err := splitFrontMatter(src)
	if err != nil {
		return nil, err
	}
	e := &Entry{ID: id, texts: map[string]*lazyText{}}
	if err := strictYAML(head, e); err != nil {
		return nil, &fieldError{"front matter", yamlText(err)}
	}
	e.texts["en"] = &lazyText{lang: "en", title: e.Title, body: body}
	return e, nil
}

// readTranslation parses a file that holds an entry's text in lang.
func readTranslation(lang string, src []byte) (*lazyText, error) {
	head, body, err := splitFrontMatter(src)
	if err != nil {
		return nil, err
	}
	var front struct {
		Title string `yaml:"title"`
	}
	if err := strictYAML(head, &front); err != nil {
		return nil, &fieldError{"front matter", "a translation has only a title: " + yamlText(err)}
	}
	return &lazyText{lang: lang, title: front.Title, body: body}, nil
}

// URL returns the link shown as the source of the entry: its docs section in
// the reader's language where the docs have it, else its first source.
func (e *Entry) URL(lang string) string {
	if e.Docs == "" {
		if len(e.Sources) > 0 {
			return e.Sources[0]
		}
		return ""
	}
	return DocsURL(lang, e.Docs)
}

// DocsLanguages maps a language to its folder on milvus.io; English has none.
var DocsLanguages = map[string]string{
	"ar": "ar", "de": "de", "es": "es", "fr": "fr", "id": "id", "it": "it", "ja": "ja", "ko": "ko",
	"pt": "pt", "pt-BR": "pt", "ru": "ru", "zh": "zh", "zh-CN": "zh", "zh-TW": "zh-hant",
}

// DocsURL returns the public address of "page.md#anchor" in lang.
func DocsURL(lang, page string) string {
	folder := DocsLanguages[lang]
	if folder != "" {
		folder += "/"
	}
	return "https://milvus.io/docs/" + folder + page
}

// splitName takes "dir/id.md" or "dir/id.lang.md" apart.
func splitName(name string) (id, lang string) {
	base := strings.TrimSuffix(path.Base(name), ".md")
	id, lang, _ = strings.Cut(base, ".")
	return id, lang
}

func readCapped(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, MaxEntryBytes+1))
	if err != nil {
		return nil, err
	}
	if len(src) > MaxEntryBytes {
		return nil, &fieldError{"file", fmt.Sprintf("larger than %d KiB", MaxEntryBytes>>10)}
	}
	return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), nil
}

// splitFrontMatter returns the YAML between the first two "---" lines and
// the Markdown after them.
func splitFrontMatter(src []byte) (head, body []byte, err error) {
	rest, ok := bytes.CutPrefix(src, []byte("---\n"))
	if !ok {
		return nil, nil, &fieldError{"front matter", `the file must start with a line "---"`}
	}
	head, body, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, &fieldError{"front matter", `has no closing line "---"`}
	}
	return head, body, nil
}

// yamlText makes one line of the parser's report.
func yamlText(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n")
	return strings.Join(strings.Fields(text), " ")
}

// Merge returns the entries of both lists, sorted by id; where both have an
// id, the one of over is taken.
func Merge(base, over []*Entry) []*Entry {
	byID := map[string]*Entry{}
	for _, list := range [][]*Entry{base, over} {
		for _, e := range list {
			byID[e.ID] = e
		}
	}
	merged := slices.Collect(maps.Values(byID))
	slices.SortFunc(merged, func(a, b *Entry) int { return strings.Compare(a.ID, b.ID) })
	return merged
}
