package github

import (
	"slices"
	"strings"
)

// What Discord allows in a modal, in UTF-16 code units.
const (
	MaxQuestions       = 5
	maxQuestionLabel   = 45
	maxQuestionHint    = 100
	maxQuestionValue   = 4000
	maxQuestionOneLine = 200 // of an input; longer is no longer one line
)

// Question is a text input that asks for one field, within what Discord
// allows.
type Question struct {
	ID          string // of the field, for [Draft.Answer]
	Label       string
	Placeholder string
	Required    bool
	Paragraph   bool // several lines
	Value       string
}

// worth orders roles by how much an answer helps: what happens, the evidence
// for it, where, how to see it oneself. Fields without a role come after what
// is specific and before "anything else".
var worth = map[role]int{roleCurrent: 0, roleLog: 2, roleEnvironment: 3, roleSteps: 4, roleExpected: 5, roleNone: 6, roleExtra: 7}

// worthRequired puts other required fields after the current behaviour: a
// report without them is refused.
const worthRequired = 1

// Missing lists the fields that still need the user, the most valuable first.
// The environment counts as missing while something that maintainers ask for
// is unknown. Checkboxes are not among them, see [Draft.Confirmations].
func (d *Draft) Missing() []Field {
	missing, _ := d.split()
	return missing
}

// split sorts the fields that take a text by worth: those that are missing
// and those that have an answer.
func (d *Draft) split() (missing, answered []Field) {
	byID := map[string]role{}
	for r, id := range d.form.roles() {
		byID[id] = r
	}
	rank := map[string]int{}
	for _, fd := range d.form.Fields {
		if fd.Type == TypeMarkdown || fd.Type == TypeCheckboxes {
			continue
		}
		rank[fd.ID] = worth[byID[fd.ID]]
		if fd.Required {
			rank[fd.ID] = min(rank[fd.ID], worthRequired)
		}
		if d.answered(fd, byID[fd.ID]) {
			answered = append(answered, fd)
		} else {
			missing = append(missing, fd)
		}
	}
	byWorth := func(a, b Field) int { return rank[a.ID] - rank[b.ID] }
	slices.SortStableFunc(missing, byWorth)
	slices.SortStableFunc(answered, byWorth)
	return missing, answered
}

func (d *Draft) answered(fd Field, r role) bool {
	if fd.Type == TypeDropdown {
		return len(d.chosen[fd.ID]) > 0
	}
	if r == roleEnvironment {
		return len(d.env.unknown(true)) == 0
	}
	return d.answers[fd.ID].Text != ""
}

// Questions asks for the most valuable fields in one modal: what is missing
// first, then what the user has answered, to be looked over. Answers too long
// for an input are not offered, as they would be cut; nor is a log. At most
// max questions, and never more than [MaxQuestions].
func (d *Draft) Questions(max int) []Question {
	missing, answered := d.split()
	var questions []Question
	for _, fd := range slices.Concat(missing, answered) {
		if len(questions) >= min(max, MaxQuestions) {
			break
		}
		if q, ok := d.question(fd); ok {
			questions = append(questions, q)
		}
	}
	return questions
}

func (d *Draft) question(fd Field) (Question, bool) {
	q := Question{ID: fd.ID, Paragraph: fd.Type == TypeTextarea, Required: fd.Required}
	q.Label = clip(oneLine(fd.Label), "…", maxQuestionLabel, utf16Len)
	hint := fd.Placeholder
	if hint == "" {
		hint = fd.Description
	}
	roles := d.form.roles()
	limit := maxQuestionValue
	switch {
	case fd.Type == TypeDropdown:
		hint = "One of: " + strings.Join(fd.optionLabels(), ", ")
		if fd.Multiple {
			hint = "Any of: " + strings.Join(fd.optionLabels(), ", ")
		}
		q.Value = d.choice(fd)
	case fd.ID == roles[roleEnvironment]:
		lines := d.env.lines(fd.Value, true)
		if notes := d.answers[fd.ID].Text; notes != "" {
			lines = append(lines, notes)
		}
		q.Value = strings.Join(lines, "\n")
	case fd.ID == roles[roleLog] && d.answers[fd.ID].Text != "":
		return q, false
	default:
		q.Value = d.answers[fd.ID].Text
	}
	if fd.Type == TypeInput {
		limit = maxQuestionOneLine
	}
	q.Placeholder = clip(oneLine(hint), "…", maxQuestionHint, utf16Len)
	return q, utf16Len(q.Value) <= limit
}

// choice returns the chosen options of a dropdown as GitHub writes them.
func (d *Draft) choice(fd Field) string {
	var labels []string
	for _, i := range d.chosen[fd.ID] {
		if i >= 0 && i < len(fd.Options) {
			labels = append(labels, fd.Options[i].Label)
		}
	}
	return strings.Join(labels, ", ")
}
