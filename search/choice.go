package search

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// choice is a condition "a|b|c": one of its words stands in a paste.
type choice struct {
	*choiceWords
	// number is the choice's in the vocabulary it is from, which knows of all
	// its choices at once whether a paste has them. Others stand alone.
	number int
	from   *vocabulary // may be nil
}

// choiceWords are taken apart when a paste is first asked for them: a start of
// the program needs none of the thousands that there are.
type choiceWords struct {
	text  string
	once  sync.Once
	words []choiceWord
}

// choiceWord is one word of a choice, as it is looked for.
type choiceWord struct {
	lower    string
	squeezed string // of a long word, which is looked for in the squeezed paste too
	alone    bool   // short: must be no part of a longer word
}

func newChoice(s string) choice { return choice{choiceWords: &choiceWords{text: s}} }

// each calls found with the words of the choice as they are written, those
// that a macro stands for among them.
func (c *choiceWords) each(found func(word string)) {
	for w := range strings.SplitSeq(c.text, "|") {
		if words, ok := macros[w]; ok {
			for _, m := range words {
				found(m)
			}
			continue
		}
		if w != "" {
			found(w)
		}
	}
}

// parsed returns the words of the choice.
func (c *choiceWords) parsed() []choiceWord {
	c.once.Do(func() {
		c.each(func(word string) { c.words = append(c.words, newChoiceWord(word)) })
	})
	return c.words
}

func newChoiceWord(w string) choiceWord {
	c := choiceWord{lower: strings.ToLower(w), alone: utf8.RuneCountInString(w) <= shortWord}
	if len(w) >= longWord {
		c.squeezed = string(squeeze(w))
	}
	return c
}
