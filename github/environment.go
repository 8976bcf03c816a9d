package github

import (
	"regexp"
	"strings"

	"github.com/milvus-medic/medic/search/paste"
)

// Detail is one fact about the reporter's system. Empty text: not known.
type Detail struct {
	Text string `json:"text,omitempty"`
	// Detected marks what was read from the paste and not said by the user.
	Detected bool `json:"detected,omitempty"`
}

// Environment is what is known of the system a report is about.
type Environment struct {
	MilvusVersion Detail `json:"milvus_version,omitzero"`
	Deployment    Detail `json:"deployment,omitzero"`
	MQ            Detail `json:"mq,omitzero"`
	SDK           Detail `json:"sdk,omitzero"` // "pymilvus"
	SDKVersion    Detail `json:"sdk_version,omitzero"`
	OS            Detail `json:"os,omitzero"`
	CPUMemory     Detail `json:"cpu_memory,omitzero"`
	GPU           Detail `json:"gpu,omitzero"`
	Others        Detail `json:"others,omitzero"`
}

// envRule ties a line of the environment field to a part of Environment.
type envRule struct {
	key  string         // the line's text where the form has no such line
	name string         // in sentences
	re   *regexp.Regexp // the line before its colon, without the bullet
	// asked marks what a maintainer asks for when it is missing.
	asked bool
	part  func(*Environment) *Detail
}

// envRules are the known lines in the order of Milvus's form. "Others" is
// free text: it has nothing that could be unknown.
var envRules = []envRule{
	{"Milvus version", "Milvus version", envKey(`((milvus|server|milvus server) )?version|milvus`), true, func(e *Environment) *Detail { return &e.MilvusVersion }},
	{"Deployment mode", "deployment mode", envKey(`deploy(ment|ed)?( mode| type| method)?`), true, func(e *Environment) *Detail { return &e.Deployment }},
	{"MQ type", "MQ type", envKey(`(mq|message queue|queue)( type)?`), true, func(e *Environment) *Detail { return &e.MQ }},
	{sdkKey, "SDK version", envKey(`(sdk|client|pymilvus)( version)?`), true, func(e *Environment) *Detail { return &e.SDK }},
	{"OS", "OS", envKey(`(os|operating system)( version)?`), false, func(e *Environment) *Detail { return &e.OS }},
	{"CPU/Memory", "CPU/memory", envKey(`(cpu|memory|ram)([ /&,]+(and )?(cpu|memory|ram))?`), false, func(e *Environment) *Detail { return &e.CPUMemory }},
	{"GPU", "GPU", envKey(`gpus?( type| model)?`), false, func(e *Environment) *Detail { return &e.GPU }},
	{"Others", "", envKey(`others?`), false, func(e *Environment) *Detail { return &e.Others }},
}

// sdkKey is the line that the SDK's name and version share.
const sdkKey = "SDK version"

// envKey matches a whole key, hints in brackets aside.
func envKey(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(` + words + `)\s*([(（].*)?$`)
}

const (
	detectedMark = "(detected)"
	unknownMark  = "unknown"
)

// maxDetail is how many characters of one detail are kept.
const maxDetail = 300

// redacted returns e with every text redacted and on one line.
func (e Environment) redacted() Environment {
	parts := []*Detail{&e.SDKVersion}
	for _, rule := range envRules {
		parts = append(parts, rule.part(&e))
	}
	for _, d := range parts {
		if d.Text = clip(oneLine(paste.FromText(d.Text).Text()), "…", maxDetail, utf16Len); d.Text == "" {
			d.Detected = false
		}
	}
	return e
}

// detail returns what stands on the rule's line. The SDK's name and version
// share one; the line counts as known when either is.
func (e Environment) detail(rule envRule) Detail {
	d := *rule.part(&e)
	if rule.key != sdkKey {
		return d
	}
	switch v := e.SDKVersion; {
	case v.Text == "":
		return d
	case d.Text == "":
		return v
	default:
		return Detail{d.Text + " " + v.Text, d.Detected || v.Detected}
	}
}

// versionless reports a line that names an SDK and not its version.
func (e Environment) versionless(rule envRule) bool {
	d := e.detail(rule)
	return rule.key == sdkKey && d.Text != "" && !strings.ContainsAny(d.Text, "0123456789")
}

// set puts a user's text on the rule's line. A line that says what was there
// already changes nothing, so that a detected value stays marked as such.
func (e *Environment) set(rule envRule, text string) {
	if strings.EqualFold(text, e.detail(rule).Text) {
		return
	}
	*rule.part(e) = Detail{Text: text}
	if rule.key == sdkKey {
		e.SDKVersion = Detail{}
	}
}

// learn takes over what other knows and e does not.
func (e *Environment) learn(other Environment) {
	for _, rule := range envRules {
		if e.detail(rule).Text == "" {
			*rule.part(e) = *rule.part(&other)
		}
	}
	// A version belongs to the SDK it was found with.
	if e.SDKVersion.Text == "" && !strings.ContainsAny(e.SDK.Text, "0123456789") && strings.EqualFold(e.SDK.Text, other.SDK.Text) {
		e.SDKVersion = other.SDKVersion
	}
}

// envLine takes a preset or answered line apart: bullet and key, value.
var envLine = regexp.MustCompile(`^(\s*[-*+]?\s*)([^:：]*[^:：\s])\s*[:：]\s*(.*)$`)

// ruleFor returns the rule for a line's key.
func ruleFor(key string) (envRule, bool) {
	for _, rule := range envRules {
		if rule.re.MatchString(key) {
			return rule, true
		}
	}
	return envRule{}, false
}

// lines fills the preset lines of the form's field and adds lines for what
// is known and has none. forUser leaves out the marks, for editing.
func (e Environment) lines(preset string, forUser bool) []string {
	var lines []string
	seen := map[string]bool{}
	for _, line := range splitLines(preset) {
		line = strings.TrimRight(line, " \t")
		m := envLine.FindStringSubmatch(line)
		if m == nil {
			lines = append(lines, line)
			continue
		}
		rule, ok := ruleFor(m[2])
		if !ok || seen[rule.key] {
			lines = append(lines, line)
			continue
		}
		seen[rule.key] = true
		lines = append(lines, m[1]+m[2]+":"+e.value(rule, forUser))
	}
	for _, rule := range envRules {
		known := e.detail(rule).Text != ""
		if !seen[rule.key] && (known || (preset == "" && rule.name != "")) {
			lines = append(lines, "- "+rule.key+":"+e.value(rule, forUser))
		}
	}
	return lines
}

func (e Environment) value(rule envRule, forUser bool) string {
	d := e.detail(rule)
	if !forUser && e.versionless(rule) {
		d.Text += ", version " + unknownMark
	}
	switch {
	case d.Text == "" && (forUser || rule.name == ""):
		return ""
	case d.Text == "":
		return " " + unknownMark
	case d.Detected && !forUser:
		return " " + d.Text + " " + detectedMark
	}
	return " " + d.Text
}

// unknown names what is not known, in the order of the form; with asked only
// what a maintainer would ask for.
func (e Environment) unknown(asked bool) []string {
	var names []string
	for _, rule := range envRules {
		if rule.name == "" || asked && !rule.asked {
			continue
		}
		if e.detail(rule).Text == "" || e.versionless(rule) {
			names = append(names, rule.name)
		}
	}
	return names
}

// anyDetected reports whether a detail was read from the paste.
func (e Environment) anyDetected() bool {
	for _, rule := range envRules {
		if e.detail(rule).Detected {
			return true
		}
	}
	return false
}

// answer reads what a user made of the preset lines. Lines with a known key
// set that detail; the rest is returned as notes.
func (e *Environment) answer(text, preset string) (notes string) {
	template := map[string]bool{}
	for _, line := range splitLines(preset) {
		template[strings.TrimSpace(line)] = true
	}
	var rest []string
	seen := map[string]bool{}
	for _, line := range splitLines(text) {
		m := envLine.FindStringSubmatch(line)
		if m != nil {
			if rule, ok := ruleFor(m[2]); ok && !seen[rule.key] {
				seen[rule.key] = true
				v := strings.TrimSpace(strings.TrimSuffix(oneLine(m[3]), detectedMark))
				if strings.EqualFold(v, unknownMark) {
					v = ""
				}
				e.set(rule, clip(v, "…", maxDetail, utf16Len))
				continue
			}
		}
		if s := strings.TrimSpace(line); s != "" && !template[s] {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "\n")
}
