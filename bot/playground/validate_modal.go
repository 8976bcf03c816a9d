package playground

const (
	maxModalTitle  = 45
	maxModalParts  = 5
	maxInputLabel  = 45
	maxInputValue  = 4000
	maxInputHint   = 100
	maxLabelDetail = 100
)

// checkModal notes the faults of a modal's data.
func checkModal(f *form, data obj) {
	if data == nil {
		f.required("data")
		return
	}
	f.size(data, "custom_id", "data.custom_id", 1, maxCustomID)
	f.size(data, "title", "data.title", 1, maxModalTitle)
	in := list(data, "components")
	if len(in) == 0 || len(in) > maxModalParts {
		f.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxModalParts)
	}
	c := newComponentCheck(f, true, nil)
	for i, v := range in {
		o, _ := v.(obj)
		at := "data.components." + itoa(i)
		switch kindOf(o) {
		case compRow:
			c.modalRow(o, at)
		case compLabel:
			c.label(o, at)
		case compTextDisplay:
			c.layout(o, at, compTextDisplay)
		default:
			f.add(at+".type", "BASE_TYPE_CHOICES", "Value must be one of {1, 10, 18}.")
		}
	}
}

func (c *componentCheck) modalRow(o obj, at string) {
	in := list(o, "components")
	if len(in) != 1 {
		c.f.add(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length.")
	}
	c.children(in, at+".components", []int{compText})
	for i, v := range in {
		if t, _ := v.(obj); kindOf(t) == compText {
			c.f.size(t, "label", at+".components."+itoa(i)+".label", 1, maxInputLabel)
		}
	}
}

// label wraps exactly one input.
func (c *componentCheck) label(o obj, at string) {
	c.f.size(o, "label", at+".label", 1, maxInputLabel)
	c.f.size(o, "description", at+".description", 0, maxLabelDetail)
	in := object(o, "component")
	if in == nil {
		c.f.required(at + ".component")
		return
	}
	p := at + ".component"
	switch kind := kindOf(in); kind {
	case compText:
		c.textInput(in, p)
		if has(in, "label") && str(in, "label") != "" {
			c.f.add(p+".label", "TEXT_INPUT_LABEL_NOT_ALLOWED", "A text input inside of a label cannot have a label of its own")
		}
	case compSelect, compUserSelect, 6, 7, compChannelSelect:
		c.selectMenu(in, p, kind, true)
	case compUpload:
		c.customID(in, p)
		c.f.within(in, "min_values", p+".min_values", 0, maxFiles)
		c.f.within(in, "max_values", p+".max_values", 1, maxFiles)
	case compRadio:
		c.customID(in, p)
		c.group(in, p, 2, 10)
	case compChecks:
		c.customID(in, p)
		c.group(in, p, 1, 10)
	case compCheck:
		c.customID(in, p)
	default:
		c.f.add(p+".type", "BASE_TYPE_CHOICES", "Value must be one of {3, 4, 5, 6, 7, 8, 19, 21, 22, 23}.")
	}
}

func (c *componentCheck) group(o obj, at string, min, max int) {
	in := list(o, "options")
	if len(in) < min || len(in) > max {
		c.f.add(at+".options", "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", min, max)
	}
	for i, v := range in {
		e, _ := v.(obj)
		p := at + ".options." + itoa(i)
		c.f.size(e, "label", p+".label", 1, 100)
		c.f.size(e, "value", p+".value", 1, 100)
	}
}

func (c *componentCheck) textInput(o obj, at string) {
	c.customID(o, at)
	if !has(o, "style") {
		c.f.required(at + ".style")
	}
	c.f.within(o, "style", at+".style", 1, 2)
	c.f.size(o, "placeholder", at+".placeholder", 0, maxInputHint)
	c.f.size(o, "value", at+".value", 0, maxInputValue)
	c.f.within(o, "min_length", at+".min_length", 0, maxInputValue)
	c.f.within(o, "max_length", at+".max_length", 1, maxInputValue)
	if boolean(o, "disabled") {
		c.f.add(at+".disabled", "BASE_TYPE_CHOICES", "A component in a modal cannot be disabled")
	}
	lo, hi := number(o, "min_length"), number(o, "max_length")
	if hi == 0 {
		hi = maxInputValue
	}
	if lo > hi {
		c.f.add(at+".min_length", "TEXT_INPUT_MIN_LENGTH_TOO_LARGE", "min_length must be less than or equal to max_length")
	}
	if v := str(o, "value"); int64(length(v)) > hi || v != "" && int64(length(v)) < lo {
		c.f.add(at+".value", "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", lo, hi)
	}
}
