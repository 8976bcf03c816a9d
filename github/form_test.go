package github

import (
	"reflect"
	"strings"
	"testing"
)

// otherForm has what Milvus's form does not: ids, inputs, dropdowns, keys
// that are not known here, labels in one string.
const otherForm = `name: Crash
description: A crash
title: "[Crash] "
labels: "bug, crash ,"
projects: [a/1]
body:
  - type: input
    id: version
    attributes:
      label: Version
      description: |
        Of the
        server
    validations: {required: true}
  - type: dropdown
    attributes:
      label: Install method
      multiple: true
      options: [Helm, 2.40, yes]
      default: 1
  - type: textarea
    attributes:
      label: What happened?
      spellcheck: off
    validations: {required: true, unknown: 1}
  - type: textarea
    attributes: {label: "What happened?"}
  - type: checkboxes
    attributes:
      label: 条款
      options:
        - label: I agree
          required: true
        - label: I would help
`

func TestReadForm(t *testing.T) {
	got, err := ReadForm("dir/crash.yml", []byte(otherForm))
	if err != nil {
		t.Fatal(err)
	}
	want := &Form{
		File: "crash.yml", Name: "Crash", Description: "A crash", Title: "[Crash] ", Labels: []string{"bug", "crash"},
		Fields: []Field{
			{ID: "version", Type: TypeInput, Label: "Version", Description: "Of the server", Required: true},
			{ID: "install-method", Type: TypeDropdown, Label: "Install method", Multiple: true, Default: 2,
				Options: []Option{{Label: "Helm"}, {Label: "2.40"}, {Label: "yes"}}},
			{ID: "what-happened", Type: TypeTextarea, Label: "What happened?", Required: true},
			{ID: "what-happened-2", Type: TypeTextarea, Label: "What happened?"},
			{ID: "field-5", Type: TypeCheckboxes, Label: "条款", Options: []Option{{"I agree", true}, {"I would help", false}}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

const fieldStart = "name: x\nbody:\n- type: textarea\n  attributes: {label: A}\n"

var badForms = []struct{ name, src, want string }{
	{"empty", "", "name is missing"},
	{"not yaml", "a: [", "not the YAML"},
	{"not a form", "name: x\nabout: y\n", "has no fields"},
	{"a list", "- a\n- b\n", "not the YAML"},
	{"body is text", "name: x\nbody: hello\n", "not the YAML"},
	{"no textarea", "name: x\nbody:\n- type: input\n  attributes: {label: A}\n", "no textarea"},
	{"unknown type", fieldStart + "- type: slider\n  attributes: {label: B}\n", `field 2 ("slider"): type is unknown`},
	{"no label", fieldStart + "- type: input\n", "field 2 (\"input\"): label is missing"},
	{"label of marks", fieldStart + "- type: input\n  attributes: {label: '###'}\n", "label is missing or has no letter"},
	{"label of two lines", fieldStart + "- type: input\n  attributes: {label: \"a\\nb\"}\n", "must be one line"},
	{"long label", fieldStart + "- type: input\n  attributes: {label: " + strings.Repeat("x", 201) + "}\n", "longer than 200"},
	{"render", fieldStart + "- type: textarea\n  attributes: {label: B, render: \"a b\"}\n", "render \"a b\" is not"},
	{"no options", fieldStart + "- type: dropdown\n  attributes: {label: B}\n", "has 0 options"},
	{"option twice", fieldStart + "- type: dropdown\n  attributes: {label: B, options: [a, A]}\n", `"A" stands twice`},
	{"option that opens a fence", fieldStart + "- type: dropdown\n  attributes: {label: B, options: ['```x']}\n", "changes the issue"},
	{"option that commands", fieldStart + "- type: dropdown\n  attributes: {label: B, options: [/close]}\n", "changes the issue"},
	{"default", fieldStart + "- type: dropdown\n  attributes: {label: B, options: [a], default: 1}\n", "default 1 is not"},
	{"id", fieldStart + "- type: input\n  id: a b\n  attributes: {label: B}\n", `id "a b" must be`},
	{"id twice", fieldStart + "- type: input\n  id: q\n  attributes: {label: B}\n- type: input\n  id: q\n  attributes: {label: C}\n", `id "q" stands twice`},
	{"anchor", "name: &a x\nbody: *a\n", "line 1: YAML anchors"},
	{"key twice", "name: x\nname: y\n", "already defined"},
	{"deep", "name: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested too deeply"},
	{"many keys", "name: x\n" + strings.Repeat("y:\n", 64), "line 1: more than 64 keys"},
	{"large", "name: " + strings.Repeat("x", MaxFormBytes), "larger than 32 KiB"},
	{"not utf-8", "name: \xff", "not UTF-8"},
	{"many fields", "name: x\nbody:\n" + strings.Repeat("- type: textarea\n  attributes: {label: A}\n", 51), "more than 50"},
}

func TestReadFormRefuses(t *testing.T) {
	for _, c := range badForms {
		_, err := ReadForm("f.yaml", []byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "github: form f.yaml: ") {
			t.Errorf("%s: error %q, want %q in it", c.name, err, c.want)
		}
	}
}

// A small file must not keep the parser busy: each of these took seconds to
// minutes in a parser that takes everything, and would time the test out.
func TestReadFormOfNonsense(t *testing.T) {
	for _, unit := range []string{"[", "{", "- ", "? ", "a: ", "&a ", "!!x ", "\"", "'", "-\n", "a:\n", "#\n", " ", "|", ">", ",", "%", "\t"} {
		src := strings.Repeat(unit, MaxFormBytes/len(unit))
		if f, err := ReadForm("f.yaml", []byte(src)); err == nil {
			t.Errorf("%q repeated is the form %+v", unit, f)
		}
	}
}

// The embedded form must have what is known of the real one.
func TestDefaultForm(t *testing.T) {
	f := DefaultForm()
	want := []string{
		"Is there an existing issue for this?", "Environment", "Current Behavior", "Expected Behavior",
		"Steps To Reproduce", "Milvus Log", "Anything else?",
	}
	if got := labels(f); !reflect.DeepEqual(got, want) {
		t.Errorf("headings %q", got)
	}
	if f.Title != "[Bug]: " || !reflect.DeepEqual(f.Labels, []string{"kind/bug", "needs-triage"}) || !reflect.DeepEqual(f.Assignees, []string{"yanliang567"}) {
		t.Errorf("form %+v", f)
	}
	for _, fd := range f.Fields {
		if fd.Required != (fd.ID == "current-behavior") {
			t.Errorf("%s: required is %v", fd.ID, fd.Required)
		}
		if render := fd.Render != ""; render != (fd.ID == "environment" || fd.ID == "steps-to-reproduce") {
			t.Errorf("%s: render is %q", fd.ID, fd.Render)
		}
		if utf16Len(fd.Label) > maxQuestionLabel || utf16Len(fd.Placeholder) > maxQuestionHint {
			t.Errorf("%s: would be cut in a modal", fd.ID)
		}
	}
	roles := f.roles()
	for r, id := range map[role]string{
		roleEnvironment: "environment", roleCurrent: "current-behavior", roleExpected: "expected-behavior",
		roleSteps: "steps-to-reproduce", roleLog: "milvus-log", roleExtra: "anything-else",
	} {
		if roles[r] != id {
			t.Errorf("role %s is field %q, want %q", roleName(r), roles[r], id)
		}
	}
}

func TestParseRepo(t *testing.T) {
	for s, ok := range map[string]bool{
		"milvus-io/milvus": true, "a/b": true, "zilliz/Vector.DB_bench-1": true,
		"": false, "milvus": false, "/milvus": false, "milvus-io/": false, "a/b/c": false, "-a/b": false, "a-/b": false,
		"a--b/c": false, "a/..": false, "a/.": false, "a/b?c": false, "a/b c": false, "a b/c": false, "https://github.com/a/b": false,
		"a@b/c": false, "a/b\n": false, strings.Repeat("a", 40) + "/b": false, strings.Repeat("a", 39) + "/b": true,
		"a/" + strings.Repeat("b", 101): false,
	} {
		r, err := ParseRepo(s)
		if (err == nil) != ok || ok && r.String() != s {
			t.Errorf("ParseRepo(%q) = %v, %v", s, r, err)
		}
	}
}
