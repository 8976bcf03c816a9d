package kb

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Parsing the front matter of all entries takes longer than all else that a
// start of the program does, so it is done beforehand, after each change of an
// entry; a test tells when it was forgotten.
//
//go:generate go test -run ^TestBuiltin$ . -update

// builtinLines has an entry a line: a builtinEntry as JSON.
//
//go:embed builtin.jsonl
var builtinLines []byte

type builtinEntry struct {
	Entry
	Titles []langTitle // in each of its languages
}

type langTitle struct{ Lang, Title string }

// Builtin returns the entries that are built into the program, sorted by id:
// what ReadEntries gives for Entries, without its reading of YAML. Bodies are
// read when they are first shown. Each call decodes them anew.
func Builtin() []*Entry {
	lines := bytes.Split(bytes.TrimSuffix(builtinLines, []byte("\n")), []byte("\n"))
	entries := make([]*Entry, len(lines))
	half := len(lines) / 2
	var other sync.WaitGroup
	other.Go(func() { decodeBuiltin(entries[:half], lines[:half]) })
	decodeBuiltin(entries[half:], lines[half:])
	other.Wait()
	return entries
}

func decodeBuiltin(into []*Entry, lines [][]byte) {
	for i, line := range lines {
		var b builtinEntry
		if err := json.Unmarshal(line, &b); err != nil {
			panic(fmt.Sprintf("kb: builtin.jsonl is damaged, run go generate ./kb: %v", err)) // a test reads it whole
		}
		b.texts = make(map[string]*lazyText, len(b.Titles))
		for _, t := range b.Titles {
			name := b.ID + ".md"
			if t.Lang != "en" {
				name = b.ID + "." + t.Lang + ".md"
			}
			b.texts[t.Lang] = &lazyText{lang: t.Lang, title: t.Title, file: name}
		}
		into[i] = &b.Entry
	}
}

// builtinBody returns the Markdown of a file of Entries.
func builtinBody(file string) ([]byte, error) {
	src, err := readCapped(Entries, "entries/"+file)
	if err != nil {
		return nil, err
	}
	_, body, err := splitFrontMatter(src)
	return body, err
}
