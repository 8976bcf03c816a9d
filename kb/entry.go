package kb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxEntryBytes is the largest entry file that is read.
const MaxEntryBytes = 64 << 10

// Entry is one reviewed known problem. The yaml names are the keys of the
// front matter; the text comes from the body, one Text per language.
type Entry struct {
	ID string `yaml:"-"`
	// Title says the problem in one line, at most 100 characters.
	Title string `yaml:"title"`
	// Component is the part of a deployment it belongs to, one of Components.
	Component string `yaml:"component"`
	// Aliases are other words under which people look it up.
	Aliases []string `yaml:"aliases"`
	// Signatures recognise it: any one of them is enough.
	Signatures []Signature `yaml:"signatures"`
	// Symptoms recognise it where no error text exists; never more than Likely.
	Symptoms []Symptom `yaml:"symptoms"`
	// Guide marks advice that is looked up by name and never the answer to an
	// error: it needs no signatures and no examples.
	Guide bool `yaml:"guide"`
	// Codes are Milvus error codes seen with it. They never decide alone.
	Codes []int `yaml:"codes"`
	// Causes are ids of entries whose failure brings this one about.
	Causes []string `yaml:"causes"`
	// Versions says in words which versions are concerned; empty: all.
	Versions string `yaml:"versions"`
	// Docs is the documentation section it rests on: "page.md#anchor".
	Docs string `yaml:"docs"`
	// Sources are https links that the text was checked against.
	Sources []string `yaml:"sources"`
	// Examples are pastes that find this entry first, at Certain.
	Examples []string `yaml:"examples"`
	// WeakExamples are pastes that find this entry first, at Likely or better.
	WeakExamples []string `yaml:"weak_examples"`
	// NearMisses are pastes that look alike and must not find it.
	NearMisses []string `yaml:"near_misses"`

	// Texts maps a language to its text; "en" is always there.
	Texts map[string]Text `yaml:"-"`
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
	Text string `yaml:"text"`
	Fact string `yaml:"fact"`
	// With lists conditions on the whole paste that all must hold; each is a
	// choice of words such as "milvus|pymilvus|19530", one of which occurs.
	With []string `yaml:"with"`
	// Without lists such choices, none of whose words may occur.
	Without []string `yaml:"without"`
	// AtMost is "likely" where a match alone does not prove the problem.
	AtMost string `yaml:"at_most"`
}

// UnmarshalYAML accepts the template alone or the full mapping.
func (s *Signature) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*s = Signature{Text: n.Value}
		return nil
	}
	type plain Signature // without this method
	src, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	// A node decodes leniently; its text can be read strictly.
	return strictYAML(src, (*plain)(s))
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
	byID := map[string]*Entry{}
	var problems Problems
	var translations []string
	for _, name := range names {
		id, lang := splitName(name)
		if lang != "" {
			translations = append(translations, name)
			continue
		}
		src, err := readCapped(fsys, name)
		if err != nil {
			problems.add(path.Base(name), "file", "%v", err)
			continue
		}
		e, err := ReadEntry(id, src)
		if err != nil {
			problems.addErr(path.Base(name), err)
			continue
		}
		byID[id] = e
	}
	for _, name := range translations {
		id, lang := splitName(name)
		e := byID[id]
		if e == nil {
			problems.add(path.Base(name), "file", "translates %q, which is missing or unreadable", id)
			continue
		}
		src, err := readCapped(fsys, name)
		if err == nil {
			err = e.readTranslation(lang, src)
		}
		if err != nil {
			problems.addErr(path.Base(name), err)
		}
	}
	entries := make([]*Entry, 0, len(byID))
	for _, e := range byID {
		entries = append(entries, e)
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].ID < entries[j].ID })
	return entries, problems.err()
}

// ReadEntry parses the English file of entry id. Its errors name the field.
func ReadEntry(id string, src []byte) (*Entry, error) {
	head, body, err := splitFrontMatter(src)
	if err != nil {
		return nil, err
	}
	e := &Entry{ID: id, Texts: map[string]Text{}}
	if err := strictYAML(head, e); err != nil {
		return nil, &fieldError{"front matter", yamlText(err)}
	}
	text, err := readText("en", e.Title, body)
	if err != nil {
		return nil, err
	}
	e.Texts["en"] = text
	return e, nil
}

func (e *Entry) readTranslation(lang string, src []byte) error {
	head, body, err := splitFrontMatter(src)
	if err != nil {
		return err
	}
	var front struct {
		Title string `yaml:"title"`
	}
	if err := strictYAML(head, &front); err != nil {
		return &fieldError{"front matter", "a translation has only a title: " + yamlText(err)}
	}
	text, err := readText(lang, front.Title, body)
	if err != nil {
		return err
	}
	e.Texts[lang] = text
	return nil
}

// In returns the entry's text in lang, in another region's variant of it, or
// in English. Its Lang says which it is.
func (e *Entry) In(lang string) Text {
	if t, ok := e.Texts[lang]; ok {
		return t
	}
	want, _, _ := strings.Cut(lang, "-")
	for _, have := range slices.Sorted(maps.Keys(e.Texts)) {
		if base, _, _ := strings.Cut(have, "-"); base == want {
			return e.Texts[have]
		}
	}
	return e.Texts["en"]
}

// AsDocs returns the entry as one Doc per language, English first.
func (e *Entry) AsDocs() []Doc {
	langs := make([]string, 0, len(e.Texts))
	for lang := range e.Texts {
		langs = append(langs, lang)
	}
	sort.Slice(langs, func(i, j int) bool {
		if (langs[i] == "en") != (langs[j] == "en") {
			return langs[i] == "en"
		}
		return langs[i] < langs[j]
	})
	docs := make([]Doc, 0, len(langs))
	for _, lang := range langs {
		t := e.Texts[lang]
		d := Doc{ID: e.ID, Kind: KindEntry, Lang: lang, Title: t.Title, URL: e.URL(lang), Entry: e}
		var body strings.Builder
		for _, blocks := range [][]Block{t.Cause, t.Fix} {
			for _, b := range blocks {
				if b.Code {
					d.Code = append(d.Code, b.Text)
					continue
				}
				body.WriteString(b.Text)
				body.WriteByte('\n')
			}
		}
		d.Body = body.String()
		docs = append(docs, d)
	}
	return docs
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
	"de": "de", "es": "es", "fr": "fr", "it": "it", "ja": "ja", "ko": "ko",
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
