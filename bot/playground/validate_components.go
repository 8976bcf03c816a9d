package playground

import (
	"fmt"
	"strings"
)

// Component types, by Discord's numbers.
const (
	compRow           = 1
	compButton        = 2
	compSelect        = 3
	compText          = 4
	compUserSelect    = 5
	compChannelSelect = 8
	compSection       = 9
	compTextDisplay   = 10
	compThumbnail     = 11
	compGallery       = 12
	compFile          = 13
	compSeparator     = 14
	compContainer     = 17
	compLabel         = 18
	compUpload        = 19
	compRadio         = 21
	compChecks        = 22
	compCheck         = 23
)

const (
	maxRows        = 5
	maxButtons     = 5
	maxOptions     = 25
	maxV2          = 40
	maxV2Text      = 4000
	maxCustomID    = 100
	maxLabel       = 80
	maxLinkURL     = 512
	maxPlaceholder = 150
	styleLink      = 5
	stylePremium   = 6
)

// componentCheck walks the components of one message or modal.
type componentCheck struct {
	f     *form
	v2    bool
	names map[string]bool
	seen  map[string]bool
	ids   map[int64]bool
	count int
	text  int
}

func newComponentCheck(f *form, v2 bool, names map[string]bool) *componentCheck {
	return &componentCheck{f: f, v2: v2, names: names, seen: map[string]bool{}, ids: map[int64]bool{}}
}

func kindOf(c obj) int {
	n, ok := asInt(c["type"])
	if !ok {
		return 0
	}
	return int(n)
}

// top checks the components of a message.
func (c *componentCheck) top(in []any) {
	switch {
	case !c.v2 && len(in) > maxRows:
		c.f.add("components", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxRows)
	case c.v2 && len(in) > maxV2:
		c.f.add("components", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxV2)
	}
	allowed := []int{compRow}
	if c.v2 {
		allowed = []int{compRow, compSection, compTextDisplay, compGallery, compFile, compSeparator, compContainer}
	}
	c.children(in, "components", allowed)
	if c.v2 && c.count > maxV2 {
		c.f.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
			"The number of components exceeds the maximum of %d", maxV2)
	}
	if c.text > maxV2Text {
		c.f.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
			"The total displayable text size exceeds the maximum of %d", maxV2Text)
	}
}

func (c *componentCheck) children(in []any, path string, allowed []int) {
	for i, v := range in {
		at := path + "." + itoa(i)
		o, ok := v.(obj)
		if !ok {
			c.f.add(at, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			continue
		}
		c.one(o, at, allowed)
	}
}

func (c *componentCheck) one(o obj, at string, allowed []int) {
	kind := kindOf(o)
	if !contains(allowed, kind) {
		c.f.add(at+".type", "BASE_TYPE_CHOICES", "Value must be one of %s.", choices(allowed))
		return
	}
	c.count++
	if id := number(o, "id"); id != 0 {
		if c.ids[id] {
			c.f.add(at+".id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
		}
		c.ids[id] = true
	}
	switch kind {
	case compRow:
		c.row(o, at)
	case compButton:
		c.button(o, at)
	case compSelect, compUserSelect, 6, 7, compChannelSelect:
		c.selectMenu(o, at, kind, false)
	case compText:
		c.textInput(o, at)
	default:
		c.layout(o, at, kind)
	}
}

func contains(in []int, n int) bool {
	for _, v := range in {
		if v == n {
			return true
		}
	}
	return false
}

func choices(in []int) string {
	parts := make([]string, len(in))
	for i, n := range in {
		parts[i] = itoa(n)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// row holds up to five buttons, or one select.
func (c *componentCheck) row(o obj, at string) {
	in := list(o, "components")
	if len(in) == 0 || len(in) > maxButtons {
		c.f.add(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxButtons)
	}
	selects := 0
	for _, v := range in {
		if k, _ := v.(obj); k != nil && kindOf(k) != compButton {
			selects++
		}
	}
	if selects > 0 && len(in) > 1 {
		c.f.add(at+".components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
	}
	c.children(in, at+".components", []int{compButton, compSelect, compUserSelect, 6, 7, compChannelSelect})
}

func (c *componentCheck) customID(o obj, at string) {
	c.f.size(o, "custom_id", at+".custom_id", 1, maxCustomID)
	id := str(o, "custom_id")
	if id == "" {
		return
	}
	if c.seen[id] {
		c.f.add(at+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	c.seen[id] = true
}

func (c *componentCheck) button(o obj, at string) {
	style := number(o, "style")
	if !has(o, "style") {
		c.f.required(at + ".style")
		return
	}
	if style < 1 || style > stylePremium {
		c.f.add(at+".style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
		return
	}
	c.f.size(o, "label", at+".label", 0, maxLabel)
	hasID, hasURL := str(o, "custom_id") != "", str(o, "url") != ""
	switch {
	case style == styleLink:
		c.f.size(o, "url", at+".url", 1, maxLinkURL)
		checkURL(c.f, o, "url", at+".url", "http", "https", "discord")
		if hasID {
			c.f.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
	case style == stylePremium:
		if !has(o, "sku_id") {
			c.f.required(at + ".sku_id")
		}
	default:
		c.customID(o, at)
		if hasURL {
			c.f.add(at, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
	}
	if style != stylePremium && strings.TrimSpace(str(o, "label")) == "" && !has(o, "emoji") {
		c.f.add(at, "BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI", "A button must have a label or an emoji")
	}
	c.emoji(o, at)
}

// emoji accepts a Unicode emoji by name; the guild has no emoji of its own.
func (c *componentCheck) emoji(o obj, at string) {
	if !has(o, "emoji") {
		return
	}
	e := object(o, "emoji")
	if id := snowflake(e["id"]); id != "" || !isEmoji(str(e, "name")) {
		c.f.add(at+".emoji.name", "COMPONENT_INVALID_EMOJI", "Invalid emoji")
	}
}

// isEmoji tells pictographs from words well enough: no letters, and at least
// one code point beyond plain punctuation.
func isEmoji(s string) bool {
	found := false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == ' ' || r == ':':
			return false
		case r >= 0x2190 || r == 0x20e3 || r == 0xa9 || r == 0xae || r == 0x203c || r == 0x2049:
			found = true
		}
	}
	return found && len(s) <= 64
}

// selectMenu checks the five kinds of select menus.
func (c *componentCheck) selectMenu(o obj, at string, kind int, modal bool) {
	c.customID(o, at)
	c.f.size(o, "placeholder", at+".placeholder", 0, maxPlaceholder)
	c.f.within(o, "min_values", at+".min_values", 0, maxOptions)
	c.f.within(o, "max_values", at+".max_values", 1, maxOptions)
	lo, hi := int64(1), int64(1)
	if has(o, "min_values") {
		lo = number(o, "min_values")
	}
	if has(o, "max_values") {
		hi = number(o, "max_values")
	}
	if lo > hi {
		c.f.add(at, "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", "min_values must be less than or equal to max_values")
	}
	if modal && boolean(o, "disabled") {
		c.f.add(at+".disabled", "BASE_TYPE_CHOICES", "A component in a modal cannot be disabled")
	}
	if kind != compSelect {
		if len(list(o, "options")) > 0 {
			c.f.add(at+".options", "BASE_TYPE_MAX_LENGTH", "Only a string select has options")
		}
		return
	}
	c.options(list(o, "options"), at+".options", hi)
}

func (c *componentCheck) options(in []any, at string, hi int64) {
	if len(in) == 0 || len(in) > maxOptions {
		c.f.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxOptions)
	}
	if hi > int64(len(in)) && len(in) > 0 {
		c.f.add(at, "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", "max_values exceeds the number of options")
	}
	chosen := int64(0)
	values := map[string]bool{}
	for i, v := range in {
		o, _ := v.(obj)
		p := fmt.Sprintf("%s.%d", at, i)
		c.f.size(o, "label", p+".label", 1, 100)
		c.f.size(o, "value", p+".value", 1, 100)
		c.f.size(o, "description", p+".description", 0, 100)
		c.emoji(o, p)
		if boolean(o, "default") {
			chosen++
		}
		if val := str(o, "value"); values[val] {
			c.f.add(p+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		} else {
			values[val] = true
		}
	}
	if chosen > hi {
		c.f.add(at, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "The number of default options exceeds max_values")
	}
}
