package kb

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

const (
	// maxDirective bounds the look-ahead for "}}"; the longest of the Milvus
	// documentation has 60 bytes.
	maxDirective = 200
	// maxIncludeDepth is far beyond what pages need: their fragments include
	// nothing.
	maxIncludeDepth = 16
	// maxIncludes bounds the work for one page; real ones have at most two.
	maxIncludes = 256
)

// expander resolves the directives of the documentation: {{var.name}},
// {{fragments/name.md}}, and {{tab}}, which stands for a bar of tabs and has
// no text. Whatever else is in double braces belongs to an example and stays.
type expander struct {
	env  PageEnv
	warn func(file string, line int, text string)
	out  strings.Builder

	includes int
}

// expand appends src with all its directives resolved. The chain holds the
// files being included, from the page to this one.
func (x *expander) expand(src string, chain []string) error {
	file := chain[len(chain)-1]
	line := 1
	for {
		i := strings.Index(src, "{{")
		if i < 0 {
			return x.write(src)
		}
		if err := x.write(src[:i]); err != nil {
			return err
		}
		line += strings.Count(src[:i], "\n")
		src = src[i:]
		directive := directiveAt(src)
		done, err := x.resolve(directive, line, file, chain)
		if err != nil {
			return err
		}
		n := 1 // one brace only, for "{{{var.x}}" holds a directive
		if done {
			n = len(directive) + len("{{}}")
		} else if err := x.write(src[:n]); err != nil {
			return err
		}
		src = src[n:]
	}
}

func (x *expander) write(s string) error {
	if x.out.Len()+len(s) > MaxPageBytes {
		return errPageSize
	}
	x.out.WriteString(s)
	return nil
}

// directiveAt returns what stands between the braces src starts with.
func directiveAt(src string) string {
	head := src[len("{{"):min(len(src), maxDirective)]
	if nl := strings.IndexByte(head, '\n'); nl >= 0 {
		head = head[:nl]
	}
	directive, _, ok := strings.Cut(head, "}}")
	if !ok {
		return ""
	}
	return directive
}

// resolve writes what the directive stands for and tells whether it did.
func (x *expander) resolve(directive string, line int, file string, chain []string) (bool, error) {
	if directive == "tab" {
		return true, nil
	}
	if name, ok := strings.CutPrefix(directive, "var."); ok {
		value, ok := x.env.Variables[name]
		if !ok {
			x.warn(file, line, fmt.Sprintf("variable %q is not in %s", name, variablesFile))
			return false, nil
		}
		return true, x.write(value)
	}
	if strings.HasPrefix(directive, fragmentFolder) && strings.HasSuffix(directive, ".md") {
		return x.include(directive, line, file, chain)
	}
	return false, nil
}

func (x *expander) include(name string, line int, file string, chain []string) (bool, error) {
	switch {
	case slices.Contains(chain, name):
		x.warn(file, line, fmt.Sprintf("fragment %q includes itself: %s", name, strings.Join(append(chain, name), " > ")))
		return false, nil
	case len(chain) > maxIncludeDepth:
		x.warn(file, line, fmt.Sprintf("fragment %q is included more than %d deep", name, maxIncludeDepth))
		return false, nil
	case x.includes >= maxIncludes:
		x.warn(file, line, fmt.Sprintf("fragment %q is left out: the page has more than %d includes", name, maxIncludes))
		return false, nil
	}
	x.includes++
	src, err := x.fragment(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		x.warn(file, line, fmt.Sprintf("fragment %q is missing", name))
		return false, nil
	case err != nil:
		x.warn(file, line, fmt.Sprintf("fragment %q is left out: %v", name, err))
		return false, nil
	}
	text := cleanPage(src, name, x.warn)
	if _, body, _, ok := cutFrontMatter(text); ok {
		text = body
	}
	return true, x.expand(strings.TrimSuffix(text, "\n"), append(slices.Clone(chain), name))
}

func (x *expander) fragment(name string) ([]byte, error) {
	if x.env.Fragment == nil || !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	return x.env.Fragment(name)
}
