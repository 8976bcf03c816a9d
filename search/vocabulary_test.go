package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste"
)

// TestVocabularyHears holds what one pass over a paste hears of all choices
// against looking for their words one by one: in examples, wrapped, quoted,
// and cut in the middle of a word at either end.
func TestVocabularyHears(t *testing.T) {
	x := builtIn(t)
	vocab := x.sigs.symptoms[0].choices[0].from
	heard, k := 0, 0
	check := func(text string) {
		v := newView(paste.FromText(text))
		for number, c := range vocab.choices {
			got := v.has(choice{c, number, vocab})
			if want := v.hasAny(c.parsed()); got != want {
				t.Errorf("%q in %q: %t, want %t", c.text, text, got, want)
			}
			if got {
				heard++
			}
		}
	}
	for n, e := range x.Entries() {
		for k, text := range append(e.Examples[:len(e.Examples):len(e.Examples)], e.NearMisses...) {
			switch (n + k) % 4 {
			case 0:
				text = text[len(text)/5 : len(text)-len(text)/5]
			case 1:
				text = strings.ReplaceAll(strings.ReplaceAll(text, "e", "e\n"), `"`, `\"`)
			case 2:
				text = strings.ToUpper(text)
			}
			check(text)
		}
	}
	for _, c := range vocab.choices { // the words themselves, without their last letter
		for _, w := range c.parsed() {
			if k++; k%7 == 0 {
				_, size := utf8.DecodeLastRuneInString(w.lower)
				check("milvus " + w.lower[:len(w.lower)-size])
			}
		}
	}
	check("s3")
	check("x")
	if heard < 1000 {
		t.Errorf("only %d choices were heard", heard)
	}
}

// TestWindowTable finds every text by its first bytes, and little else.
func TestWindowTable(t *testing.T) {
	texts := []string{"etcd", "etcdserver", "", "삽입", "ab", "milvus", "minio", "deadline"}
	table := newWindowTable(3, texts)
	for i, text := range texts {
		found := false
		if len(text) >= 3 {
			for _, k := range table.of(windowAt([]byte(text+" and more"), 0, ^uint64(0))) {
				found = found || k == uint32(i)
			}
		}
		if found != (len(text) >= 3) {
			t.Errorf("%q: found %t", text, found)
		}
	}
	if len(table.list) != 6 {
		t.Errorf("%d texts are in the table, want 6", len(table.list))
	}
	empty := newWindowTable(3, nil)
	if n := len(empty.of(1)); n != 0 {
		t.Errorf("an empty table finds %d", n)
	}
}
