package kb

// Parsing the front matter of all entries takes longer than all else that a
// start of the program does, so it is done beforehand, after each change of an
// entry; a test tells when it was forgotten.
//
//go:generate go test -run ^TestBuiltin$ . -update

// builtinEntry is an entry as builtin_gen.go writes it down.
type builtinEntry struct {
	Entry
	titles []langTitle // in each of its languages
}

type langTitle struct{ lang, title string }

// Builtin returns the entries that are built into the program, sorted by id:
// what ReadEntries gives for Entries, without reading a file. Bodies are read
// when they are first shown. The caller must not change the entries.
func Builtin() []*Entry {
	entries := make([]*Entry, len(builtin))
	for i := range builtin {
		e := builtin[i].Entry
		e.texts = make(map[string]*lazyText, len(builtin[i].titles))
		for _, t := range builtin[i].titles {
			name := e.ID + ".md"
			if t.lang != "en" {
				name = e.ID + "." + t.lang + ".md"
			}
			e.texts[t.lang] = &lazyText{lang: t.lang, title: t.title, file: name}
		}
		entries[i] = &e
	}
	return entries
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
