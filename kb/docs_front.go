package kb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// frontMatter is what matters of the front matter of a page.
type frontMatter struct {
	id        string // the file name in the page's address
	title     string
	summary   string
	deprecate bool // not served by the site
}

// maxFrontMatter bounds what is given to the YAML parser; real ones have at most
// 1 KiB, and some texts take the parser seconds at 64.
const maxFrontMatter = 8 << 10

// cutFrontMatter separates the YAML between the first two lines "---" from the
// rest. Without a first such line all is body.
func cutFrontMatter(page string) (head, body string, closed, ok bool) {
	rest, ok := strings.CutPrefix(page, "---\n")
	if !ok {
		return "", page, false, false
	}
	if body, ok := strings.CutPrefix(rest, "---\n"); ok {
		return "", body, true, true
	}
	head, body, closed = strings.Cut(rest+"\n", "\n---\n")
	if !closed {
		return "", page, false, true
	}
	return head, body, true, true
}

// readFrontMatter reads the front matter and returns the rest of the page.
func (p *docsPage) readFrontMatter(page string) string {
	head, body, closed, ok := cutFrontMatter(page)
	switch {
	case !ok:
		return body
	case !closed:
		p.warn(p.name, 1, `front matter without a closing line "---"`)
		return body
	case len(head) > maxFrontMatter:
		p.warn(p.name, 1, fmt.Sprintf("front matter larger than %d KiB, not read", maxFrontMatter>>10))
		return body
	}
	front, err := parseFrontMatter(head)
	if err != nil {
		line, what := 1, err.Error()
		var ye yaml.Error
		if errors.As(err, &ye) {
			what = ye.GetMessage()
			if tok := ye.GetToken(); tok != nil && tok.Position != nil {
				line += tok.Position.Line
			}
		}
		p.warn(p.name, line, "front matter not read: "+what)
	}
	p.front = front
	return body
}

// parseFrontMatter takes the values it knows from the syntax tree. Decoding the
// YAML would resolve its aliases too, which can take for ever, and fail for a
// key that nobody asks for.
func parseFrontMatter(head string) (frontMatter, error) {
	var front frontMatter
	file, err := parser.ParseBytes([]byte(head), 0)
	if err != nil || len(file.Docs) == 0 {
		return front, err
	}
	root, ok := file.Docs[0].Body.(ast.MapNode)
	if !ok {
		return front, nil
	}
	for values := root.MapRange(); values.Next(); {
		value := scalarText(values.Value())
		switch values.Key().GetToken().Value {
		case "id":
			front.id = value
		case "title":
			front.title = clip(oneLine(value))
		case "summary":
			front.summary = oneLine(value)
		case "deprecate":
			front.deprecate = value == "true"
		}
	}
	return front, nil
}

// scalarText returns the text of a value, or "" for one that is no text.
func scalarText(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode: // of several lines
		return v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	return ""
}
