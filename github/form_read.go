package github

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxFormBytes is the largest form file that is read. Real forms have a few
// kilobytes; the body of an issue, which repeats every heading and option,
// must hold the form and the report.
const MaxFormBytes = 32 << 10

const (
	maxFields  = 50  // of one form
	maxOptions = 100 // of one field
	maxLabel   = 200 // characters of a label, option, name or title prefix
	maxDepth   = 16  // of the tree; real forms have seven levels
	maxKeys    = 64  // of one mapping; the decoder compares each with each
)

// formFile is a form as it stands in YAML. Keys that are not listed are
// allowed: the file belongs to the project, and GitHub adds keys.
type formFile struct {
	Name        string      `yaml:"name"`
	Description string      `yaml:"description"`
	Title       string      `yaml:"title"`
	Labels      stringList  `yaml:"labels"`
	Assignees   stringList  `yaml:"assignees"`
	Body        []fieldFile `yaml:"body"`
}

type fieldFile struct {
	Type       FieldType `yaml:"type"`
	ID         string    `yaml:"id"`
	Attributes struct {
		Label       string       `yaml:"label"`
		Description string       `yaml:"description"`
		Placeholder string       `yaml:"placeholder"`
		Value       string       `yaml:"value"`
		Render      string       `yaml:"render"`
		Multiple    bool         `yaml:"multiple"`
		Default     *int         `yaml:"default"`
		Options     []optionFile `yaml:"options"`
	} `yaml:"attributes"`
	Validations struct {
		Required bool `yaml:"required"`
	} `yaml:"validations"`
}

// stringList is a list, or one string with commas; GitHub takes both.
type stringList []string

// UnmarshalYAML reads either form.
func (l *stringList) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return n.Decode((*[]string)(l))
	}
	var one string
	if err := n.Decode(&one); err != nil {
		return err
	}
	for s := range strings.SplitSeq(one, ",") {
		if s = strings.TrimSpace(s); s != "" {
			*l = append(*l, s)
		}
	}
	return nil
}

// optionFile is a mapping (checkboxes) or a scalar (dropdown).
type optionFile struct {
	Label    string `yaml:"label"`
	Required bool   `yaml:"required"`
}

// UnmarshalYAML reads either form. A number is kept as it is written: 2.40
// is a version and not 2.4.
func (o *optionFile) UnmarshalYAML(n *yaml.Node) error {
	type plain optionFile // without this method
	if n.Kind != yaml.ScalarNode {
		return n.Decode((*plain)(o))
	}
	o.Label = n.Value
	return nil
}

// ReadForm reads an issue form in GitHub's YAML; name is the file's name. It
// ignores keys it does not know and refuses what it could not render: no
// fields, no textarea for the report, unknown types, missing or unfit labels,
// ids that repeat, files over [MaxFormBytes]. Errors name the file and field.
func ReadForm(name string, src []byte) (*Form, error) {
	file := path.Base(name)
	f, err := readForm(file, src)
	if err != nil {
		return nil, fmt.Errorf("github: form %s: %w", file, err)
	}
	return f, nil
}

func readForm(file string, src []byte) (*Form, error) {
	tree, err := plainYAML(src)
	if err != nil {
		return nil, err
	}
	var raw formFile
	if err := tree.Decode(&raw); err != nil {
		return nil, notYAML(err)
	}
	f := &Form{
		File:        file,
		Name:        strings.TrimSpace(raw.Name),
		Description: oneLine(raw.Description),
		Title:       raw.Title,
		Labels:      raw.Labels,
		Assignees:   raw.Assignees,
	}
	if err := checkLine("name", f.Name); err != nil {
		return nil, err
	}
	if f.Title != "" {
		if err := checkLine("title", f.Title); err != nil {
			return nil, err
		}
	}
	if len(raw.Body) == 0 {
		return nil, errors.New("body: has no fields; is this an issue form?")
	}
	if len(raw.Body) > maxFields {
		return nil, fmt.Errorf("body: has %d fields, more than %d", len(raw.Body), maxFields)
	}
	for i, rf := range raw.Body {
		fd, err := rf.field()
		if err != nil {
			return nil, fmt.Errorf("body: field %d (%.20q): %w", i+1, rf.Type, err)
		}
		f.Fields = append(f.Fields, fd)
	}
	if !slices.ContainsFunc(f.Fields, func(fd Field) bool { return fd.Type == TypeTextarea }) {
		return nil, errors.New("body: has no textarea; a report needs a place for its text")
	}
	return f, nameFields(f.Fields)
}

// plainYAML reads the tree and refuses what should not be decoded: too much,
// broken text, aliases (which can multiply a small file) and deep nesting.
func plainYAML(src []byte) (*yaml.Node, error) {
	if len(src) > MaxFormBytes {
		return nil, fmt.Errorf("larger than %d KiB", MaxFormBytes>>10)
	}
	if !utf8.Valid(src) {
		return nil, errors.New("not UTF-8")
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(src, &tree); err != nil {
		return nil, notYAML(err)
	}
	return &tree, plainNode(&tree, 0)
}

func plainNode(n *yaml.Node, depth int) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0:
		return fmt.Errorf("line %d: YAML anchors, aliases and tags are not read", n.Line)
	case depth > maxDepth:
		return fmt.Errorf("line %d: nested too deeply", n.Line)
	case n.Kind == yaml.MappingNode && len(n.Content) > 2*maxKeys:
		return fmt.Errorf("line %d: more than %d keys", n.Line, maxKeys)
	}
	for _, c := range n.Content {
		if err := plainNode(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// notYAML keeps the first complaint of the parser, which gives many, each on
// a line of its own.
func notYAML(err error) error {
	var many *yaml.TypeError
	text := err.Error()
	if errors.As(err, &many) && len(many.Errors) > 0 {
		text = many.Errors[0]
	}
	return fmt.Errorf("not the YAML of an issue form: %s", oneLine(strings.TrimPrefix(text, "yaml: ")))
}

var renderPattern = regexp.MustCompile(`^[A-Za-z0-9+#._-]{0,30}$`)

func (rf fieldFile) field() (Field, error) {
	a := rf.Attributes
	fd := Field{
		ID:          rf.ID,
		Type:        rf.Type,
		Label:       strings.TrimSpace(a.Label),
		Description: oneLine(a.Description),
		Placeholder: oneLine(a.Placeholder),
		Value:       strings.TrimRight(a.Value, " \t\r\n"),
		Render:      a.Render,
		Required:    rf.Validations.Required,
		Multiple:    a.Multiple,
	}
	if !slices.Contains(fieldTypes, fd.Type) {
		return fd, fmt.Errorf("type is unknown; known: %v", fieldTypes)
	}
	if fd.Type == TypeMarkdown {
		fd.Label = ""
		return fd, nil
	}
	if err := checkLine("label", fd.Label); err != nil {
		return fd, err
	}
	if !renderPattern.MatchString(fd.Render) {
		return fd, fmt.Errorf("render %.40q is not the name of a language", fd.Render)
	}
	if fd.Type != TypeCheckboxes && fd.Type != TypeDropdown {
		return fd, nil
	}
	var err error
	if fd.Options, err = readOptions(a.Options, fd.Type); err != nil {
		return fd, err
	}
	if a.Default != nil {
		if *a.Default < 0 || *a.Default >= len(fd.Options) {
			return fd, fmt.Errorf("default %d is not the number of an option", *a.Default)
		}
		fd.Default = *a.Default + 1
	}
	return fd, nil
}

func readOptions(raw []optionFile, typ FieldType) ([]Option, error) {
	if len(raw) == 0 || len(raw) > maxOptions {
		return nil, fmt.Errorf("has %d options; 1 to %d make sense", len(raw), maxOptions)
	}
	var options []Option
	for i, r := range raw {
		o := Option{Label: strings.TrimSpace(r.Label), Required: r.Required}
		if err := checkLine(fmt.Sprintf("option %d", i+1), o.Label); err != nil {
			return nil, err
		}
		// A chosen option stands alone on a line of the issue.
		if typ == TypeDropdown && strings.ContainsRune("`~<#/", rune(o.Label[0])) {
			return nil, fmt.Errorf("option %d: %q starts with a mark that changes the issue", i+1, o.Label)
		}
		if slices.ContainsFunc(options, func(p Option) bool { return strings.EqualFold(oneLine(p.Label), oneLine(o.Label)) }) {
			return nil, fmt.Errorf("option %d: %q stands twice", i+1, o.Label)
		}
		options = append(options, o)
	}
	return options, nil
}

// checkLine accepts a text that can be a heading: one line with at least one
// letter or digit, of bounded length.
func checkLine(what, s string) error {
	switch {
	case strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0:
		return fmt.Errorf("%s is missing or has no letter", what)
	case utf8.RuneCountInString(s) > maxLabel:
		return fmt.Errorf("%s is longer than %d characters", what, maxLabel)
	case strings.IndexFunc(s, isBreak) >= 0:
		return fmt.Errorf("%s must be one line without control characters", what)
	}
	return nil
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// nameFields checks the ids that are given and makes the others.
func nameFields(fields []Field) error {
	taken := map[string]bool{}
	for i, fd := range fields {
		switch {
		case fd.ID == "" || fd.Type == TypeMarkdown:
			continue
		case !idPattern.MatchString(fd.ID):
			return fmt.Errorf("body: field %d: id %.100q must be letters, digits, '-' and '_'", i+1, fd.ID)
		case taken[fd.ID]:
			return fmt.Errorf("body: field %d: id %q stands twice", i+1, fd.ID)
		}
		taken[fd.ID] = true
	}
	for i := range fields {
		fd := &fields[i]
		if fd.Type == TypeMarkdown {
			fd.ID = ""
			continue
		}
		if fd.ID != "" {
			continue
		}
		base := slug(fd.Label)
		if base == "" {
			base = "field-" + strconv.Itoa(i+1)
		}
		fd.ID = base
		for n := 2; taken[fd.ID]; n++ {
			fd.ID = base + "-" + strconv.Itoa(n)
		}
		taken[fd.ID] = true
	}
	return nil
}

// maxSlug leaves room in Discord's 100 characters for a custom id.
const maxSlug = 60

// slug makes an id from a label: lower case, other characters to hyphens.
func slug(label string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(label) {
		switch {
		case b.Len() >= maxSlug:
			return strings.Trim(b.String(), "-")
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
