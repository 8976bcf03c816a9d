package kb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
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
		line, what := 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(what); m != nil {
			n, _ := strconv.Atoi(m[1]) // digits
			line, what = line+n, what[len(m[0]):]
		}
		p.warn(p.name, line, "front matter not read: "+what)
	}
	p.front = front
	return body
}

// yamlLine is where the parser's complaints say what line they are about.
var yamlLine = regexp.MustCompile(`^line (\d{1,6}): `)

// parseFrontMatter takes the values it knows from the syntax tree. Decoding the
// YAML would resolve its aliases too, which can take for ever, and fail for a
// key that nobody asks for.
func parseFrontMatter(head string) (frontMatter, error) {
	var front frontMatter
	var file yaml.Node
	if err := yaml.Unmarshal([]byte(head), &file); err != nil || len(file.Content) == 0 {
		return front, err
	}
	root := file.Content[0]
	if root.Kind != yaml.MappingNode {
		return front, nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		value := scalarText(root.Content[i+1])
		switch root.Content[i].Value {
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
func scalarText(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}
