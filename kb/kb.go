// Package kb holds what the bot can answer with: reviewed entries about known
// problems and sections of the documentation.
//
// # The entry format
//
// An entry is one Markdown file entries/<id>.md. The file name is the id. It
// has strict YAML front matter (an unknown key is an error) and a body with
// the sections "## Cause", "## Fix" and, where a step destroys data,
// "## Danger":
//
//	---
//	title: etcd member restarts with "bad member ID arg"
//	component: etcd
//	signatures:
//	  - 'bad member ID arg (strconv.ParseUint: parsing "": invalid syntax)'
//	examples:
//	  - 'Error: bad member ID arg (strconv.ParseUint: parsing "": invalid syntax), expecting ID in Hex'
//	near_misses:
//	  - 'Error: bad flag syntax'
//	sources: [https://milvus.io/docs/troubleshooting.md]
//	---
//	## Cause
//	…
//	## Fix
//	1. …
//
// See [Entry] for every key, [Signature] for the template language and
// [Block] for the info strings of code fences.
//
// A translation is entries/<id>.<lang>.md with only a title in its front
// matter and the same sections (their headings stay English, they are
// structure). Its code blocks are byte-identical to the English ones.
//
// Lint reports every problem of all entries at once as "file: field: text".
// It works offline.
//
// # Documentation
//
// ReadDocs turns a documentation tree into one Doc per heading.
package kb

// Kind tells what a Doc is.
type Kind string

// The kinds of Doc.
const (
	KindEntry   Kind = "entry"   // a reviewed known problem
	KindSection Kind = "section" // one heading of the documentation
)

// Doc is one thing that can be answered with, in one language.
type Doc struct {
	// ID is the entry's file name without ending, or "<page>#<anchor>" of a
	// section. Translations of an entry share its ID.
	ID    string
	Kind  Kind
	Lang  string // BCP 47: "en", "ko", "zh-CN"
	Title string
	URL   string   // where a reader finds it; https, may be empty for an entry without docs
	Body  string   // plain text for search
	Code  []string // code blocks, verbatim
	Entry *Entry   // set for entries only
}
