package search

import (
	"strings"

	"github.com/milvus-medic/medic/kb"
)

// maxPassage is how many bytes of text a passage has at most. A model makes
// one vector of a passage, so that a short one says one thing clearly; and
// each costs time or money by its length.
const maxPassage = 300

// passages are what is embedded of the entries and sections: short texts, each
// in the Title of a Doc that has the ID, Kind and Lang of what it is of.
// Several speak for one entry: its title in each language, its cause, its other
// names, how people tell it and in what words. Of the documentation, the
// sections in English do, for models that know several languages find them in
// all; where it has no English, all do.
func (x *Index) passages() (list []kb.Doc, places map[string]sectionPlace, err error) {
	for _, e := range x.entries {
		for _, text := range entryPassages(e) {
			list = append(list, kb.Doc{ID: e.ID, Kind: kb.KindEntry, Lang: "en", Title: text})
		}
	}
	places = map[string]sectionPlace{}
	if x.docs == nil {
		return list, places, nil
	}
	for _, l := range x.docs.readableIn("en") {
		for n := range l.shelf.len() {
			d, err := l.section(n)
			if err != nil {
				return nil, nil, err
			}
			if _, again := places[d.ID]; again {
				continue
			}
			places[d.ID] = sectionPlace{l, n}
			list = append(list, kb.Doc{ID: d.ID, Kind: kb.KindSection, Lang: d.Lang, Title: passage(d.Title, d.Body)})
		}
	}
	return list, places, nil
}

// sectionPlace is where a section of the documentation stands.
type sectionPlace struct {
	lang   *docsLang
	number int
}

// entryPassages returns the texts by which an entry is found by meaning.
func entryPassages(e *kb.Entry) []string {
	texts := e.Titles()
	texts = append(texts, passage(e.Title, proseOf(e.In("en").Cause)))
	if len(e.Aliases) > 0 {
		texts = append(texts, passage(strings.Join(e.Aliases, ", ")))
	}
	for _, told := range e.WeakExamples {
		texts = append(texts, passage(told))
	}
	for _, s := range e.Symptoms {
		texts = append(texts, passage(wordsOf(s)))
	}
	return texts
}

// wordsOf returns the words of a symptom's choices, without the names of
// products, which nearly all entries share, and the marks of the template
// language.
func wordsOf(s kb.Symptom) string {
	var words []string
	for _, choice := range s {
		for word := range strings.SplitSeq(choice, "|") {
			if word = strings.TrimSpace(word); word != "" && !strings.HasPrefix(word, "@") {
				words = append(words, strings.TrimLeft(word, "!"))
			}
		}
	}
	return strings.Join(words, " ")
}

// proseOf returns the text of blocks without their code.
func proseOf(blocks []kb.Block) string {
	var parts []string
	for _, b := range blocks {
		if !b.Code {
			parts = append(parts, b.Text)
		}
	}
	return strings.Join(parts, " ")
}

// passage joins texts in one line, cut after a sentence or else a word.
func passage(texts ...string) string {
	s := strings.Join(strings.Fields(strings.Join(texts, ". ")), " ")
	if len(s) <= maxPassage {
		return s
	}
	s = head(s, maxPassage)
	for _, end := range []string{". ", "。", " "} {
		if at := strings.LastIndex(s, end); at > maxPassage/2 {
			return strings.TrimSpace(s[:at+len(end)])
		}
	}
	return s
}
