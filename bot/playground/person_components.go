package playground

import (
	"fmt"
)

// Press presses a button or chooses values in a select, found by its custom id
// in a message the person sees. Users, roles and channels are chosen by id or name.
func (p *Person) Press(channel, messageID, customID string, values ...string) (*Interaction, error) {
	var it *interaction
	err := p.act(func(u *user) error {
		c, m, err := p.s.messageFor(u, channel, messageID)
		if err != nil {
			return err
		}
		it, err = p.s.press(u, p.language(u), c, m, customID, values)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Interaction{p.s, it}, nil
}

// press checks a control and sends the interaction. The lock is held.
func (s *Server) press(u *user, locale string, c *channel, m *message, customID string, values []string) (*interaction, error) {
	if m.authorID != seedBot {
		return nil, fmt.Errorf("playground: the message is not the bot's")
	}
	if c.isThread() && c.archived {
		return nil, fmt.Errorf("playground: #%s is archived: its buttons do not work", c.name)
	}
	var found obj
	walkComponents(list(m.body, "components"), func(o obj) {
		if customID != "" && str(o, "custom_id") == customID {
			found = o
		}
	})
	if found == nil {
		return nil, fmt.Errorf("playground: the message has no control %q", customID)
	}
	if boolean(found, "disabled") {
		return nil, fmt.Errorf("playground: the control %q is disabled", customID)
	}
	kind := kindOf(found)
	data := obj{"custom_id": customID, "component_type": kind, "id": found["id"]}
	if kind != compButton {
		res := newResolved(s, c)
		chosen, err := s.choose(found, kind, values, res)
		if err != nil {
			return nil, err
		}
		data["values"] = chosen
		if r := res.json(); len(r) > 0 {
			data["resolved"] = r
		}
	}
	return s.open(&interaction{kind: itComponent, user: u, channelID: c.id, locale: locale, source: m}, data), nil
}

// choose checks the values of a select.
func (s *Server) choose(sel obj, kind int, values []string, res *resolved) ([]any, error) {
	lo, hi := int64(1), int64(1)
	if has(sel, "min_values") {
		lo = number(sel, "min_values")
	}
	if has(sel, "max_values") {
		hi = number(sel, "max_values")
	}
	if n := int64(len(values)); n < lo || n > hi {
		return nil, fmt.Errorf("playground: choose between %d and %d values", lo, hi)
	}
	out := []any{}
	optionKinds := map[int]int{compUserSelect: optUser, 6: optRole, 7: optMentionable, compChannelSelect: optChannel}
	for _, v := range values {
		if kind != compSelect {
			f := optionFill{s: s, res: res}
			id, err := f.reference(sel, optionKinds[kind], v)
			if err != nil {
				return nil, fmt.Errorf("playground: %w", err)
			}
			out = append(out, id)
			continue
		}
		if !isChoice(list(sel, "options"), v) {
			return nil, fmt.Errorf("playground: the select has no value %q", v)
		}
		out = append(out, v)
	}
	return out, nil
}

// Submit sends a modal off. Fields that are not named keep the value the bot
// put there. For selects and file uploads use [Person.SubmitAll].
func (p *Person) Submit(m *Modal, values map[string]string) (*Interaction, error) {
	all := map[string][]string{}
	for k, v := range values {
		all[k] = []string{v}
	}
	return p.SubmitAll(m, all, nil)
}

// SubmitAll sends a modal off with any number of values per field and with the
// files of its file uploads.
func (p *Person) SubmitAll(m *Modal, values map[string][]string, uploads map[string][]File) (*Interaction, error) {
	var it *interaction
	err := p.act(func(u *user) error {
		var err error
		it, err = p.s.submit(u, p.language(u), m.InteractionID, values, uploads)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Interaction{p.s, it}, nil
}

// submit checks the fields of an open modal and sends the interaction.
func (s *Server) submit(u *user, locale, interactionID string, values map[string][]string, uploads map[string][]File) (*interaction, error) {
	from := s.openModal(u.id, interactionID)
	if from == nil {
		return nil, fmt.Errorf("playground: %s has no such modal open", u.global)
	}
	c := s.world.channels[from.channelID]
	if c == nil {
		return nil, fmt.Errorf("playground: the channel of the modal is gone")
	}
	fill := modalFill{s: s, res: newResolved(s, c), values: values, uploads: uploads, used: map[string]bool{}}
	parts, err := fill.parts(list(from.modal, "components"))
	if err != nil {
		return nil, err
	}
	for id := range values {
		if !fill.used[id] {
			return nil, fmt.Errorf("playground: the modal has no field %q", id)
		}
	}
	data := obj{"custom_id": from.modal["custom_id"], "components": parts}
	if r := fill.res.json(); len(r) > 0 {
		data["resolved"] = r
	}
	return s.open(&interaction{kind: itModal, user: u, channelID: c.id, locale: locale, source: from.source, opener: from}, data), nil
}

// modalFill turns a modal and what was typed into a submission.
type modalFill struct {
	s       *Server
	res     *resolved
	values  map[string][]string
	uploads map[string][]File
	used    map[string]bool
}

func (f *modalFill) parts(in []any) ([]any, error) {
	out := []any{}
	for _, v := range in {
		o := v.(obj)
		part := obj{"type": o["type"], "id": o["id"]}
		switch kindOf(o) {
		case compRow:
			inner := []any{}
			for _, w := range list(o, "components") {
				got, err := f.field(w.(obj))
				if err != nil {
					return nil, err
				}
				inner = append(inner, got)
			}
			part["components"] = inner
		case compLabel:
			got, err := f.field(object(o, "component"))
			if err != nil {
				return nil, err
			}
			part["component"] = got
		}
		out = append(out, part)
	}
	return out, nil
}

// field fills one input.
func (f *modalFill) field(o obj) (obj, error) {
	id, kind := str(o, "custom_id"), kindOf(o)
	f.used[id] = true
	given, named := f.values[id]
	out := obj{"type": kind, "id": o["id"], "custom_id": id}
	required := true
	if v, ok := o["required"].(bool); ok {
		required = v
	}
	switch kind {
	case compText:
		text := str(o, "value")
		if named && len(given) > 0 {
			text = given[0]
		}
		out["value"] = text
		return out, checkTyped(o, id, text, required)
	case compUpload:
		ids := []any{}
		for i, fl := range f.uploads[id] {
			a := f.s.storeFile(fl.upload(i), safeName(fl.Name), seedBot, true)
			f.res.add("attachments", str(a, "id"), a)
			ids = append(ids, a["id"])
		}
		out["values"] = ids
		if required && len(ids) == 0 {
			return nil, fmt.Errorf("playground: the field %q is required", id)
		}
		return out, nil
	case compCheck:
		out["value"] = len(given) > 0 && given[0] == "true"
		return out, nil
	case compRadio:
		if required && len(given) == 0 {
			return nil, fmt.Errorf("playground: the field %q is required", id)
		}
		if len(given) > 0 && !isChoice(list(o, "options"), given[0]) {
			return nil, fmt.Errorf("playground: the field %q has no value %q", id, given[0])
		}
		out["value"] = nil
		if len(given) > 0 {
			out["value"] = given[0]
		}
		return out, nil
	}
	return f.chosen(o, out, given, required)
}

// chosen fills a select or a group of check boxes.
func (f *modalFill) chosen(o, out obj, given []string, required bool) (obj, error) {
	if len(given) == 0 {
		for _, v := range list(o, "options") {
			if op := v.(obj); boolean(op, "default") {
				given = append(given, str(op, "value"))
			}
		}
	}
	out["values"] = []any{}
	if len(given) == 0 && !required {
		return out, nil
	}
	kind := kindOf(o)
	if kind == compChecks {
		kind = compSelect
	}
	vals, err := f.s.choose(o, kind, given, f.res)
	if err != nil {
		return nil, err
	}
	out["values"] = vals
	return out, nil
}

func checkTyped(o obj, id, text string, required bool) error {
	n := int64(length(text))
	hi := number(o, "max_length")
	if hi == 0 {
		hi = maxInputValue
	}
	switch {
	case n == 0 && required:
		return fmt.Errorf("playground: the field %q is required", id)
	case n > hi, n != 0 && n < number(o, "min_length"):
		return fmt.Errorf("playground: the field %q takes between %d and %d characters", id, number(o, "min_length"), hi)
	}
	return nil
}
