package kb

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// TestBuiltin wants the generated entries to be those of the files.
func TestBuiltin(t *testing.T) {
	want, err := ReadEntries(Entries, "entries")
	if err != nil {
		t.Fatal(err)
	}
	const file = "builtin.jsonl"
	src, err := builtinJSON(want)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, src, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old, err := os.ReadFile(file); err != nil || !bytes.Equal(old, src) {
		t.Fatalf("%s is not made of the entries as they are: run go generate ./kb (%v)", file, err)
	}
	for i, g := range Builtin() {
		a, b := *g, *want[i]
		a.texts, b.texts = nil, nil
		if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(g.Titles(), want[i].Titles()) {
			t.Errorf("%s: what is generated differs from what is read", g.ID)
		}
		for _, lang := range g.Langs() {
			if !reflect.DeepEqual(g.In(lang), want[i].In(lang)) {
				t.Errorf("%s: its text in %s differs from what is read", g.ID, lang)
			}
		}
	}
}

// builtinJSON writes the front matter of the entries, one a line.
func builtinJSON(entries []*Entry) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, e := range entries {
		line := builtinEntry{Entry: *e}
		for i, lang := range e.Langs() {
			line.Titles = append(line.Titles, langTitle{lang, e.Titles()[i]})
		}
		if err := enc.Encode(line); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
