package playground

import (
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Option types.
const (
	optSub         = 1
	optGroup       = 2
	optString      = 3
	optInteger     = 4
	optBoolean     = 5
	optUser        = 6
	optChannel     = 7
	optRole        = 8
	optMentionable = 9
	optNumber      = 10
	optAttachment  = 11
)

const (
	maxCommandOptions = 25
	maxChoices        = 25
	maxCommandChars   = 8000
	maxOptionLength   = 6000
	maxSafeInteger    = 1<<53 - 1
)

var slashName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)
})

// locales is Discord's list with the names its client shows.
var locales = []struct{ id, name string }{
	{"id", "Bahasa Indonesia"}, {"da", "Dansk"}, {"de", "Deutsch"}, {"en-GB", "English, UK"}, {"en-US", "English, US"},
	{"es-ES", "Español"}, {"es-419", "Español, LATAM"}, {"fr", "Français"}, {"hr", "Hrvatski"}, {"it", "Italiano"},
	{"lt", "Lietuviškai"}, {"hu", "Magyar"}, {"nl", "Nederlands"}, {"no", "Norsk"}, {"pl", "Polski"},
	{"pt-BR", "Português do Brasil"}, {"ro", "Română"}, {"fi", "Suomi"}, {"sv-SE", "Svenska"}, {"vi", "Tiếng Việt"},
	{"tr", "Türkçe"}, {"cs", "Čeština"}, {"el", "Ελληνικά"}, {"bg", "български"}, {"ru", "Pусский"},
	{"uk", "Українська"}, {"hi", "हिन्दी"}, {"th", "ไทย"}, {"zh-CN", "中文"}, {"ja", "日本語"}, {"zh-TW", "繁體中文"}, {"ko", "한국어"},
}

func knownLocale(id string) bool {
	for _, l := range locales {
		if l.id == id {
			return true
		}
	}
	return false
}

// checkCommand notes the faults of a command; prefix is "" or "3.".
func checkCommand(f *form, c obj, prefix string) {
	kind := number(c, "type")
	if kind == 0 && !has(c, "type") {
		kind = 1
	}
	switch kind {
	case 1:
		checkName(f, c, prefix, true)
		checkDescription(f, c, prefix)
		opts := list(c, "options")
		checkOptions(f, opts, prefix+"options", 0)
		if n := commandChars(c); n > maxCommandChars {
			f.add(strings.TrimSuffix(prefix, "."), "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandChars)
		}
	case 2, 3:
		checkName(f, c, prefix, false)
		if str(c, "description") != "" {
			f.add(prefix+"description", "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", "Context menu commands cannot have a description")
		}
		if len(list(c, "options")) > 0 {
			f.add(prefix+"options", "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", "Context menu commands cannot have options")
		}
	default:
		f.add(prefix+"type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3}.")
	}
	checkPermissionBits(f, c, prefix)
	checkContexts(f, c, prefix)
}

func checkPermissionBits(f *form, c obj, prefix string) {
	v := c["default_member_permissions"]
	if v == nil {
		return
	}
	if _, err := strconv.ParseUint(snowflake(v), 10, 64); err != nil {
		f.add(prefix+"default_member_permissions", "NUMBER_TYPE_COERCE", "Value \"%v\" is not int.", v)
	}
}

func checkContexts(f *form, c obj, prefix string) {
	for k, limit := range map[string]int64{"contexts": 2, "integration_types": 1} {
		v, given := c[k].([]any)
		if given && len(v) == 0 {
			f.add(prefix+k, "BASE_TYPE_BAD_LENGTH", "Must be 1 or more in length.")
		}
		seen := map[int64]bool{}
		for i, e := range v {
			n, ok := asInt(e)
			if !ok || n < 0 || n > limit || seen[n] {
				f.add(prefix+k+"."+itoa(i), "BASE_TYPE_CHOICES", "Value must be unique and one of 0 to %d.", limit)
			}
			seen[n] = true
		}
	}
}

// checkName checks the name and its translations. Slash names are lower case
// where their script has a lower case.
func checkName(f *form, c obj, prefix string, slash bool) {
	check := func(path, name string) {
		if !slash {
			if n := length(name); n < 1 || n > 32 {
				f.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 32 in length.")
			}
			return
		}
		if !slashName().MatchString(name) || name != strings.ToLower(name) {
			f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
	if str(c, "name") == "" {
		f.required(prefix + "name")
	} else {
		check(prefix+"name", str(c, "name"))
	}
	eachLocale(f, c, "name_localizations", prefix, check)
}

func checkDescription(f *form, c obj, prefix string) {
	f.size(c, "description", prefix+"description", 1, 100)
	eachLocale(f, c, "description_localizations", prefix, func(path, text string) {
		if n := length(text); n < 1 || n > 100 {
			f.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
		}
	})
}

func eachLocale(f *form, c obj, key, prefix string, check func(path, text string)) {
	m := object(c, key)
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		path := prefix + key + "." + id
		if !knownLocale(id) {
			f.add(path, "BASE_TYPE_CHOICES", "Unknown locale")
			continue
		}
		check(path, str(m, id))
	}
}

// checkOptions checks one level of options. depth 0 is the command, 1 a group or
// subcommand, 2 a subcommand of a group.
func checkOptions(f *form, opts []any, path string, depth int) {
	if len(opts) > maxCommandOptions {
		f.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxCommandOptions)
	}
	names := map[string]bool{}
	subs, optional := 0, false
	for i, v := range opts {
		o, _ := v.(obj)
		at := path + "." + itoa(i)
		kind := int(number(o, "type"))
		if kind < optSub || kind > optAttachment {
			f.add(at+".type", "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}.")
			continue
		}
		checkName(f, o, at+".", true)
		checkDescription(f, o, at+".")
		checkUnique(f, o, at, names)
		if kind <= optGroup {
			subs++
			checkSub(f, o, at, kind, depth)
			continue
		}
		if boolean(o, "required") && optional {
			f.add(at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !boolean(o, "required")
		checkValueOption(f, o, at, kind)
	}
	if subs > 0 && subs != len(opts) {
		f.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
			"Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

// checkUnique refuses a name that is taken, in the default or in a translation.
func checkUnique(f *form, o obj, at string, names map[string]bool) {
	keys := []string{"|" + str(o, "name")}
	for id := range object(o, "name_localizations") {
		keys = append(keys, id+"|"+str(object(o, "name_localizations"), id))
	}
	sort.Strings(keys)
	for _, k := range keys {
		if names[k] {
			f.add(at+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names[k] = true
	}
}

func checkSub(f *form, o obj, at string, kind, depth int) {
	switch {
	case kind == optGroup && depth > 0, kind == optSub && depth > 1:
		f.add(at+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands cannot be nested this deep")
	case kind == optGroup:
		inner := list(o, "options")
		for i, v := range inner {
			if s, _ := v.(obj); number(s, "type") != optSub {
				f.add(at+".options."+itoa(i)+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds sub-commands only")
			}
		}
		checkOptions(f, inner, at+".options", 1)
	default:
		checkOptions(f, list(o, "options"), at+".options", 2)
	}
}

// checkValueOption checks what depends on the type of a value.
func checkValueOption(f *form, o obj, at string, kind int) {
	chosen := list(o, "choices")
	text, numeric := kind == optString, kind == optInteger || kind == optNumber
	if len(chosen) > 0 && !text && !numeric {
		f.add(at+".choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This option type cannot have choices")
	}
	if boolean(o, "autocomplete") {
		if len(chosen) > 0 {
			f.add(at, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", "Autocomplete and choices are mutually exclusive")
		}
		if !text && !numeric {
			f.add(at+".autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_TYPE", "This option type cannot be autocompleted")
		}
	}
	if len(chosen) > maxChoices {
		f.add(at+".choices", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxChoices)
	}
	names := map[string]bool{}
	for i, v := range chosen {
		c, _ := v.(obj)
		p := at + ".choices." + itoa(i)
		f.size(c, "name", p+".name", 1, 100)
		if names[str(c, "name")] {
			f.add(p+".name", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Choice name already exists")
		}
		names[str(c, "name")] = true
		checkChoiceValue(f, c, p, kind)
	}
	if text {
		f.within(o, "min_length", at+".min_length", 0, maxOptionLength)
		f.within(o, "max_length", at+".max_length", 1, maxOptionLength)
	}
}

func checkChoiceValue(f *form, c obj, path string, kind int) {
	switch kind {
	case optString:
		f.size(c, "value", path+".value", 1, 100)
	case optInteger:
		if n, ok := asInt(c["value"]); !ok || n > maxSafeInteger || n < -maxSafeInteger {
			f.add(path+".value", "NUMBER_TYPE_COERCE", "Value \"%v\" is not int.", c["value"])
		}
	case optNumber:
		if n, ok := asFloat(c["value"]); !ok || math.Abs(n) > maxSafeInteger {
			f.add(path+".value", "NUMBER_TYPE_COERCE", "Value \"%v\" is not float.", c["value"])
		}
	}
}

// commandChars adds up names, descriptions and values; of a translated text the
// longest version counts.
func commandChars(c obj) int {
	longest := func(key string) int {
		n := utf8.RuneCountInString(str(c, key))
		for id := range object(c, key+"_localizations") {
			n = max(n, utf8.RuneCountInString(str(object(c, key+"_localizations"), id)))
		}
		return n
	}
	total := longest("name") + longest("description")
	if v, ok := c["value"].(string); ok {
		total += utf8.RuneCountInString(v)
	}
	for _, k := range []string{"options", "choices"} {
		for _, v := range list(c, k) {
			if o, ok := v.(obj); ok {
				total += commandChars(o)
			}
		}
	}
	return total
}
