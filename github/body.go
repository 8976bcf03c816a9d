package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// MaxBody is what GitHub takes as the body of an issue. It is counted here in
// UTF-16 code units with line ends counted twice, as a browser sends them:
// the strictest of the ways in which GitHub and its clients may count.
const MaxBody = 65536

// bodyGoal leaves headroom below MaxBody, for an edit by the maintainers.
const bodyGoal = 60000

const noResponse = "_No response_"

// section is the answer to one field.
type section struct {
	id     string
	label  string
	text   string   // from the form itself: checkboxes, a chosen option
	blocks []*block // texts of the user and of logs
	notes  []string
	render *string // the fence of an empty field; nil: noResponse
}

// document is a whole issue body before it is written out.
type document struct {
	lead     string // a sentence of ours above all
	sections []section
	source   string // a sentence of ours below all
	marker   string
}

// Body renders the draft as the body of an issue, laid out like a submitted
// form and at most [MaxBody] long. If it has to be cut, the log is cut first.
func (d *Draft) Body() string {
	doc := d.document()
	return doc.fit(bodyGoal, bodyCost)
}

// Markdown renders the whole draft, title included and nothing cut, as the
// text of a file. The title, which may hold words of the user, is fenced.
func (d *Draft) Markdown() string {
	return "Title:\n\n" + fenced("text", []string{d.Title()}) + "\n\n" + d.document().String() + "\n"
}

// Comment renders the draft as a comment on an issue that is already there:
// what is known, without the form's empty fields and its statements. The same
// holds for it as for [Draft.Body].
func (d *Draft) Comment() string {
	doc := d.document()
	doc.lead = "_The same happens on another system:_"
	doc.sections = slices.DeleteFunc(doc.sections, func(s section) bool {
		fd, _ := d.form.Field(s.id)
		return fd.Type == TypeCheckboxes || s.text == "" && len(s.blocks) == 0 && len(s.notes) == 0
	})
	return doc.fit(bodyGoal, bodyCost)
}

func bodyCost(s string) int { return utf16Len(s) + strings.Count(s, "\n") }

// document lays the draft out without cutting anything.
func (d *Draft) document() document {
	var doc document
	roles := d.form.roles()
	home := d.form.home()
	for _, fd := range d.form.Fields {
		s := section{id: fd.ID, label: fd.Label}
		switch fd.Type {
		case TypeMarkdown:
			continue
		case TypeCheckboxes:
			s.text = d.checkboxes(fd)
		case TypeDropdown:
			s.text = d.choice(fd)
		default:
			s.blocks = d.blocks(fd, roles)
			if fd.Render != "" {
				s.render = &fd.Render
			}
		}
		if fd.ID == home {
			s.blocks = append(s.blocks, d.spareBlocks()...)
		}
		doc.sections = append(doc.sections, s)
	}
	d.mark(&doc, home)
	if conversation.MatchString(d.Source) {
		doc.source = "_Reported from a conversation on Discord: <" + d.Source + ">_"
	}
	if markerID.MatchString(d.ID) {
		doc.marker = Marker(d.ID)
	}
	return doc
}

// conversation is the address of a channel, thread or message on Discord.
var conversation = regexp.MustCompile(`^https://discord\.com/channels/\d{1,20}/\d{1,20}(/\d{1,20})?$`)

var markerID = regexp.MustCompile(`^[A-Za-z0-9]{8,64}$`)

func (d *Draft) checkboxes(fd Field) string {
	var lines []string
	for i, o := range fd.Options {
		box := "[ ]"
		if slices.Contains(d.ticked[fd.ID], i) {
			box = "[x]"
		}
		lines = append(lines, "- "+box+" "+o.Label)
	}
	return strings.Join(lines, "\n")
}

// blocks returns the texts of a field.
func (d *Draft) blocks(fd Field, roles map[role]string) []*block {
	text := d.answers[fd.ID].Text
	lang := fd.Render
	if lang == "" {
		lang = "text"
	}
	switch fd.ID {
	case roles[roleEnvironment]:
		lines := d.env.lines(fd.Value, false)
		return []*block{newBlock(lang, append(lines, splitLines(text)...), keepLast)}
	case roles[roleLog]:
		return d.logBlock(lang, text)
	case roles[roleCurrent]:
		if text == "" {
			return d.instead(lang)
		}
	}
	if text == "" {
		return nil
	}
	b := newBlock(lang, splitLines(text), keepHead)
	b.words = fd.Type == TypeTextarea
	return []*block{b}
}

// instead stands in for the description that the user has not given.
func (d *Draft) instead(lang string) []*block {
	line, _ := d.lead()
	if line == "" {
		return nil
	}
	b := newBlock(lang, splitLines(line), keepHead)
	b.caption = "The reporter added no description; the error that leads the pasted text:"
	return []*block{b}
}

func (d *Draft) logBlock(lang, text string) []*block {
	lines := splitLines(text)
	if len(lines) == 0 {
		return nil
	}
	b := newBlock(lang, lines, keepAround)
	if b.anchor = locate(lines, d.problem); b.anchor < 0 {
		b.anchor = len(lines) - 1
	}
	return []*block{b}
}

// spareBlocks are the texts for which the form has no field.
func (d *Draft) spareBlocks() []*block {
	var out []*block
	if _, ok := d.form.roles()[roleEnvironment]; !ok && len(d.env.unknown(false)) < len(envRules)-1 {
		b := newBlock("text", d.env.lines("", false), keepLast)
		b.caption = roleName(roleEnvironment) + ":"
		out = append(out, b)
	}
	for _, r := range []role{roleCurrent, roleSteps, roleExpected, roleLog, roleExtra} {
		text := d.spare[r].Text
		if text == "" {
			continue
		}
		var b *block
		if r == roleLog {
			b = d.logBlock("text", text)[0]
		} else {
			b = newBlock("text", splitLines(text), keepHead)
			b.words = true
		}
		b.caption = roleName(r) + ":"
		out = append(out, b)
	}
	return out
}

// mark adds what the reader should know about the texts: their language, and
// in the field for notes how the draft came about and what was changed.
func (d *Draft) mark(doc *document, home string) {
	slashes := 0
	var own *block // the first text in the user's language
	for _, s := range doc.sections {
		for _, b := range s.blocks {
			slashes += b.slashes
			if b.words && (own == nil || !own.foreign() && b.foreign()) {
				own = b
			}
		}
	}
	if name := languageName(d.Lang); name != "" && own != nil {
		own.language = "Written in " + name + ", kept as written."
	}
	for i := range doc.sections {
		if s := &doc.sections[i]; s.id == home {
			s.notes = d.notes(slashes)
		}
	}
}

// notes are for the maintainers; slashes counts the lines that were changed.
func (d *Draft) notes(slashes int) []string {
	origin := "Drafted by milvus-medic from what the reporter sent on Discord"
	if d.env.anyDetected() {
		origin += "; " + detectedMark + " marks what was read from it"
	}
	notes := []string{origin + "."}
	if unknown := d.Unknown(); len(unknown) > 0 {
		notes = append(notes, "Not known: "+list(unknown)+".")
	}
	var removed []string
	for _, r := range d.Removed() {
		if kind := plainTitle(string(r.Kind)); kind != "" && r.Count > 0 {
			removed = append(removed, count(r.Count)+" × "+kind)
		}
	}
	if len(removed) > 0 {
		notes = append(notes, "Replaced by placeholders in angle brackets: "+list(removed)+".")
	}
	if slashes > 0 {
		notes = append(notes, "Lines that look like bot commands have one space in front, so that no bot acts on them.")
	}
	return notes
}

// String writes the document out.
func (doc document) String() string {
	var parts []string
	if doc.lead != "" {
		parts = append(parts, doc.lead)
	}
	for _, s := range doc.sections {
		parts = append(parts, s.String())
	}
	if doc.source != "" {
		parts = append(parts, doc.source)
	}
	if doc.marker != "" {
		parts = append(parts, doc.marker)
	}
	return strings.Join(parts, "\n\n")
}

// String writes the heading and the answer as GitHub does for a form.
func (s section) String() string {
	parts := []string{"### " + s.label}
	if s.text != "" {
		parts = append(parts, s.text)
	}
	for _, b := range s.blocks {
		if c := b.note(); c != "" {
			parts = append(parts, c)
		}
		parts = append(parts, fenced(b.info, b.kept))
	}
	if len(parts) == 1 && s.render != nil {
		parts = append(parts, fenced(*s.render, nil))
	}
	if len(s.notes) > 0 {
		parts = append(parts, "- "+strings.Join(s.notes, "\n- "))
	}
	if len(parts) == 1 {
		parts = append(parts, noResponse)
	}
	return strings.Join(parts, "\n\n")
}

// note is the line above a block: what it is, its language and what was cut.
func (b *block) note() string {
	var parts []string
	for _, p := range []string{b.caption, b.language, b.cut()} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("_%s_", strings.Join(parts, " "))
}
