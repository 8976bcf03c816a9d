package github

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/milvus-medic/medic/search/paste"
)

// Report is what is known of a problem when a draft is begun.
type Report struct {
	// Title is the leading problem: its line in the log, or the part of that
	// line that says what went wrong. Its place in Log decides which lines
	// stay when the log has to be cut.
	Title       string
	Log         paste.Paste
	Environment Environment
	// Current, Expected, Steps and Extra are the user's own words.
	Current, Expected, Steps, Extra paste.Paste
	// Lang is the language of these words ("ko", "zh-CN"); "" and "en" need
	// no mention.
	Lang string
	// Removed is what was redacted from all that the user sent; nil means
	// what Log says of itself.
	Removed []paste.Removal
}

// Draft is an issue in the making: a form with answers. Make one with
// [NewDraft], or read a stored one with encoding/json.
type Draft struct {
	// ID marks the body with a hidden comment by which the issue is found
	// again, see [NewID]. Anything but 8 to 64 letters and digits is ignored.
	ID string
	// Repo is where the issue belongs; milvus-io/milvus unless changed.
	Repo Repo
	// Template is the Markdown template that [Draft.Link] opens. GitHub fills
	// a body into Markdown templates, but not into forms without ids.
	Template string
	// Site is the address of GitHub's pages, see [Client.Site]; github.com
	// unless changed.
	Site string
	// Lang is the language of the user's words.
	Lang string
	// Source is the address of the conversation on Discord that the report
	// comes from, and stands below it. Anything else is ignored.
	Source string

	form    *Form
	problem string // the leading problem as it was given
	title   string // the user's title without the form's prefix, if one was given
	env     Environment
	answers map[string]answer // by id of the field
	spare   map[role]answer   // what the form has no field for
	chosen  map[string][]int  // dropdowns
	ticked  map[string][]int  // checkboxes
	removed []paste.Removal   // from the log and what came with it
}

// answer is a redacted text and what was removed from it.
type answer struct {
	Text    string          `json:"text"`
	Removed []paste.Removal `json:"removed,omitempty"`
}

// What holds for milvus-io/milvus, until its own templates are read.
const (
	defaultTemplate = "agentic_bug_report.md"
	defaultSite     = "https://github.com"
)

// NewID returns a random id for [Draft.ID].
func NewID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// NewDraft fills form with what the report has. The form is not changed and
// must not be changed later.
func NewDraft(form *Form, in Report) *Draft {
	d := &Draft{
		Repo:     Repo{Owner: "milvus-io", Name: "milvus"},
		Template: defaultTemplate,
		Site:     defaultSite,
		Lang:     in.Lang,
		form:     form,
		env:      in.Environment.redacted(),
		answers:  map[string]answer{},
		spare:    map[role]answer{},
		chosen:   map[string][]int{},
		ticked:   map[string][]int{},
		removed:  in.Removed,
	}
	// A line of the log is redacted; whatever else was given is made so.
	if d.problem = in.Title; !strings.Contains(in.Log.Text(), in.Title) {
		d.problem = paste.FromText(in.Title).Text()
	}
	if d.removed == nil {
		d.removed = in.Log.Removed()
	}
	for _, fd := range form.Fields {
		if fd.Type == TypeDropdown && fd.Default > 0 {
			d.chosen[fd.ID] = []int{fd.Default - 1}
		}
	}
	roles := form.roles()
	for r, text := range map[role]paste.Paste{
		roleCurrent: in.Current, roleExpected: in.Expected, roleSteps: in.Steps, roleExtra: in.Extra, roleLog: in.Log,
	} {
		a := answer{Text: text.Text()}
		if r != roleLog {
			a.Removed = text.Removed()
		}
		if strings.TrimSpace(a.Text) == "" {
			continue
		}
		if id, ok := roles[r]; ok {
			d.answers[id] = a
		} else {
			d.spare[r] = a
		}
	}
	return d
}

// Form returns the form the draft fills.
func (d *Draft) Form() *Form { return d.form }

// Environment returns what is known of the reporter's system.
func (d *Draft) Environment() Environment { return d.env }

// Learn fills in what is still unknown of the environment, say from a version
// that was found in an answer. What is known stays.
func (d *Draft) Learn(env Environment) { d.env.learn(env.redacted()) }

// Answer puts a user's text into the field with that id, in place of what was
// there; an empty text clears it. In the environment field, lines such as
// "- Milvus version: 2.6.1" set that detail and other lines are kept below.
// A dropdown takes the label of an option, or several with commas between
// them. Answer fails on ids that the form does not have and on labels that
// are no option.
func (d *Draft) Answer(id string, text paste.Paste) error {
	fd, ok := d.form.Field(id)
	if !ok || fd.Type == TypeMarkdown || fd.Type == TypeCheckboxes {
		return fmt.Errorf("github: draft: no field %q that takes a text", id)
	}
	a := answer{Text: text.Text(), Removed: text.Removed()}
	switch {
	case fd.Type == TypeDropdown:
		return d.choose(fd, a.Text)
	case id == d.form.roles()[roleEnvironment]:
		a.Text = d.env.answer(a.Text, fd.Value)
	}
	if strings.TrimSpace(a.Text) == "" {
		delete(d.answers, id)
		return nil
	}
	d.answers[id] = a
	return nil
}

func (d *Draft) choose(fd Field, text string) error {
	words := []string{text}
	if fd.Multiple && fd.option(text) < 0 {
		words = strings.Split(text, ",")
	}
	var chosen []int
	for _, w := range words {
		if w = oneLine(w); w == "" {
			continue
		}
		i := fd.option(w)
		if i < 0 {
			return fmt.Errorf("github: draft: %q is no option of %q; there are %s", w, fd.Label, list(fd.optionLabels()))
		}
		if !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	d.chosen[fd.ID] = chosen
	return nil
}

// option returns the index of the option with that label, or -1.
func (fd Field) option(label string) int {
	label = oneLine(label)
	return slices.IndexFunc(fd.Options, func(o Option) bool { return strings.EqualFold(oneLine(o.Label), label) })
}

func (fd Field) optionLabels() []string {
	var labels []string
	for _, o := range fd.Options {
		labels = append(labels, o.Label)
	}
	return labels
}

// Confirmation is a statement that only the user can make, such as having
// searched for existing issues.
type Confirmation struct {
	ID        string // of the field
	Label     string // of the field
	Option    string // what is stated
	Required  bool
	Confirmed bool
}

// Confirmations lists the checkboxes of the form.
func (d *Draft) Confirmations() []Confirmation {
	var out []Confirmation
	for _, fd := range d.form.Fields {
		if fd.Type != TypeCheckboxes {
			continue
		}
		for i, o := range fd.Options {
			out = append(out, Confirmation{
				ID: fd.ID, Label: fd.Label, Option: o.Label,
				Required:  o.Required || fd.Required,
				Confirmed: slices.Contains(d.ticked[fd.ID], i),
			})
		}
	}
	return out
}

// Confirm ticks an option of a checkboxes field. Call it only for what the
// user has stated. It fails where there is no such field or option.
func (d *Draft) Confirm(id, option string) error {
	fd, ok := d.form.Field(id)
	i := -1
	if ok && fd.Type == TypeCheckboxes {
		i = fd.option(option)
	}
	if i < 0 {
		return fmt.Errorf("github: draft: no option %q to confirm in field %q", option, id)
	}
	if !slices.Contains(d.ticked[id], i) {
		d.ticked[id] = append(d.ticked[id], i)
	}
	return nil
}

// Unknown names the parts of the environment that nobody has said and that
// were not found, in the order of the form.
func (d *Draft) Unknown() []string { return d.env.unknown(false) }

// Removed sums up what was redacted from the log and the answers, by kind.
func (d *Draft) Removed() []paste.Removal {
	lists := [][]paste.Removal{d.removed}
	for _, a := range d.answers {
		lists = append(lists, a.Removed)
	}
	for _, a := range d.spare {
		lists = append(lists, a.Removed)
	}
	var sum []paste.Removal
	for _, r := range slices.Concat(lists...) {
		i := slices.IndexFunc(sum, func(s paste.Removal) bool { return s.Kind == r.Kind })
		if i < 0 {
			sum = append(sum, r)
		} else {
			sum[i].Count += r.Count
		}
	}
	slices.SortFunc(sum, func(a, b paste.Removal) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return sum
}
