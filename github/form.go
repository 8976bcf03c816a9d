package github

import (
	_ "embed"
	"fmt"
	"slices"
)

// Form is an issue form: the questions a project asks of those who report.
// [ReadForm] and [DefaultForm] make one.
type Form struct {
	File        string // base name of the file it was read from
	Name        string // what people see in the list of forms
	Description string
	Title       string // what the title of an issue starts with: "[Bug]: "
	Labels      []string
	Assignees   []string
	Fields      []Field // in the order of the form, at least one textarea
}

// FieldType says how a field is answered.
type FieldType string

// The types of fields. TypeMarkdown is text for the reader of the form; it
// is not part of an issue.
const (
	TypeMarkdown   FieldType = "markdown"
	TypeCheckboxes FieldType = "checkboxes"
	TypeTextarea   FieldType = "textarea"
	TypeInput      FieldType = "input"
	TypeDropdown   FieldType = "dropdown"
)

var fieldTypes = []FieldType{TypeMarkdown, TypeCheckboxes, TypeTextarea, TypeInput, TypeDropdown}

// Field is one entry of a form.
type Field struct {
	// ID names the field within the form. Where the form gives none it is
	// made from the label: "Milvus Log" is "milvus-log".
	ID          string
	Type        FieldType
	Label       string // the heading of the answer; one line
	Description string
	Placeholder string
	Value       string // what the field holds at first; the text of TypeMarkdown
	Render      string // language of the fence GitHub puts the answer in, or ""
	Required    bool
	Options     []Option // of TypeCheckboxes and TypeDropdown
	Multiple    bool     // TypeDropdown: more than one may be chosen
	Default     int      // TypeDropdown: 1 + index of the option chosen at first, 0: none
}

// Option is one choice of a field.
type Option struct {
	Label    string
	Required bool // TypeCheckboxes: must be ticked before the form can be sent
}

// Field returns the field with that id.
func (f *Form) Field(id string) (Field, bool) {
	i := slices.IndexFunc(f.Fields, func(fd Field) bool { return fd.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return f.Fields[i], true
}

//go:embed forms/bug_report.yaml
var defaultForm []byte

// DefaultFormFile returns the built-in form as the file it is in a
// repository, for a peer of GitHub that is to have it.
func DefaultFormFile() (path string, content []byte) {
	return templateFolder + "/bug_report.yaml", slices.Clone(defaultForm)
}

// DefaultForm returns the bug report form of milvus-io/milvus as it was when
// this program was built. It serves until, and whenever, the form itself
// cannot be fetched.
func DefaultForm() *Form {
	f, err := ReadForm("bug_report.yaml", defaultForm)
	if err != nil {
		// The file is part of the program and read by the tests.
		panic(fmt.Sprintf("github: embedded form: %v", err))
	}
	return f
}
