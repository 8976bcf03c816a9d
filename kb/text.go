package kb

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// Block is one piece of an entry's text: prose in Markdown (a paragraph, a
// list item with its number or bullet) or a code fence.
//
// A fence's info string is the language, then whom it is for (any of
// Deployments) and what it does ("destructive"), in any order:
//
//	```sh helm
//	```sh compose destructive
type Block struct {
	// Step is the number of the fix's step this block belongs to, from 1;
	// 0 outside of numbered lists.
	Step int
	// Bullet marks an item of an unnumbered list.
	Bullet bool
	Code   bool
	Lang   string   // of a code block: "sh", "python", "yaml", …
	For    []string // deployments a code block is for; empty: all
	// Destructive marks code that deletes data.
	Destructive bool
	Text        string // Markdown of prose, or the code without its last newline
}

// Deployments are the ways to run Milvus that a code block can be meant for.
var Deployments = []string{"compose", "docker", "helm", "operator", "kubernetes", "standalone", "cluster", "lite"}

// sections of an entry's body by heading.
const (
	headCause  = "Cause"
	headFix    = "Fix"
	headDanger = "Danger"
)

func readText(lang, title string, body []byte) (Text, error) {
	t := Text{Lang: lang, Title: title}
	doc := goldmark.DefaultParser().Parse(text.NewReader(body))
	sections := map[string]*[]Block{headCause: &t.Cause, headFix: &t.Fix, headDanger: &t.Danger}
	var into *[]Block
	seen := map[string]bool{}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			name := strings.TrimSpace(string(h.Lines().Value(body)))
			into = sections[name]
			if into == nil || h.Level != 2 {
				return t, &fieldError{"body", fmt.Sprintf("heading %q: only ## Cause, ## Fix and ## Danger are read", name)}
			}
			if seen[name] {
				return t, &fieldError{"body", fmt.Sprintf("heading %q stands twice", name)}
			}
			seen[name] = true
			continue
		}
		if into == nil {
			return t, &fieldError{"body", "text before the first heading; start with ## Cause"}
		}
		if err := appendBlocks(into, n, body, 0); err != nil {
			return t, err
		}
	}
	return t, nil
}

// appendBlocks adds node n, which belongs to step, to the blocks.
func appendBlocks(into *[]Block, n ast.Node, src []byte, step int) error {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		*into = append(*into, Block{Step: step, Text: prose(n, src)})
		return nil
	case *ast.FencedCodeBlock:
		b, err := codeBlock(n, src)
		b.Step = step
		*into = append(*into, b)
		return err
	case *ast.List:
		return appendList(into, n, src, step)
	}
	return &fieldError{"body", fmt.Sprintf("%s is not supported; use paragraphs, lists and code fences", strings.ToLower(n.Kind().String()))}
}

func appendList(into *[]Block, list *ast.List, src []byte, step int) error {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		s := step
		if list.IsOrdered() {
			if step != 0 {
				return &fieldError{"body", "a numbered list inside a step; use bullets"}
			}
			s = number
			number++
		}
		for i, c := 0, item.FirstChild(); c != nil; i, c = i+1, c.NextSibling() {
			before := len(*into)
			if err := appendBlocks(into, c, src, s); err != nil {
				return err
			}
			if !list.IsOrdered() && i == 0 && len(*into) > before {
				(*into)[before].Bullet = true
			}
		}
	}
	return nil
}

// prose returns a paragraph's Markdown on one line.
func prose(n ast.Node, src []byte) string {
	return strings.Join(strings.Fields(string(n.Lines().Value(src))), " ")
}

func codeBlock(n *ast.FencedCodeBlock, src []byte) (Block, error) {
	b := Block{Code: true, Text: string(bytes.TrimRight(n.Lines().Value(src), "\n"))}
	if n.Info == nil {
		return b, &fieldError{"body", "a code fence without a language; write ```sh, ```python, ```yaml or ```text"}
	}
	words := strings.Fields(string(n.Info.Value(src)))
	b.Lang = words[0]
	for _, w := range words[1:] {
		switch {
		case w == "destructive":
			b.Destructive = true
		case slices.Contains(Deployments, w):
			b.For = append(b.For, w)
		default:
			return b, &fieldError{"body", fmt.Sprintf("fence ```%s: unknown word %q; known: destructive, %s", strings.Join(words, " "), w, strings.Join(Deployments, ", "))}
		}
	}
	return b, nil
}
