package github

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

func sampleDraft() *Draft {
	return NewDraft(DefaultForm(), Report{
		Title: "panic: assignment to entry in nil map",
		Log:   paste.FromText("one\npanic: assignment to entry in nil map\nthree"),
		Environment: Environment{
			MilvusVersion: Detail{"2.6.1", true}, SDK: Detail{"pymilvus", true}, SDKVersion: Detail{"2.6.0", true},
		},
		Current: paste.FromText("Es geht nicht mehr."), Lang: "de", Removed: removals("password", 2),
	})
}

func TestDraftSurvivesStorage(t *testing.T) {
	d := sampleDraft()
	d.ID = NewID()
	d.Repo = Repo{"a", "b"}
	d.Template = "bug.md"
	if err := d.Confirm("is-there-an-existing-issue-for-this", "I have searched the existing issues"); err != nil {
		t.Fatal(err)
	}
	if err := d.Answer("anything-else", paste.FromText("more")); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Draft
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&back, d) {
		t.Errorf("stored %s\nread %+v\nwant %+v", b, back, *d)
	}
	link, _ := d.Link(0)
	if got, _ := back.Link(0); back.Body() != d.Body() || got != link {
		t.Errorf("a stored draft renders differently:\n%s", back.Body())
	}
	for _, bad := range []string{`{}`, `{"form":7}`, `[]`} {
		if err := json.Unmarshal([]byte(bad), &back); err == nil || !strings.Contains(err.Error(), "github: stored draft: ") {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if seen[id] || !markerID.MatchString(id) || len(id) != 32 {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func TestMarkerOnlyForSafeIDs(t *testing.T) {
	d := sampleDraft()
	for id, want := range map[string]bool{"": false, "short": false, "0123456789": true, "a --> <b> ": false, "12345678\n": false} {
		d.ID = id
		if got := strings.HasSuffix(d.Body(), "\n\n<!-- milvus-medic:"+id+" -->"); got != want {
			t.Errorf("id %q: marker is %v", id, got)
		}
		if !want && strings.Contains(d.Body(), "<!--") {
			t.Errorf("id %q: a comment got in", id)
		}
	}
}

func TestConfirm(t *testing.T) {
	d := sampleDraft()
	const id, option = "is-there-an-existing-issue-for-this", "I have searched the existing issues"
	if strings.Contains(d.Body(), "[x]") || !strings.Contains(d.Body(), "- [ ] "+option) {
		t.Error("ticked before the user has confirmed")
	}
	want := []Confirmation{{ID: id, Label: "Is there an existing issue for this?", Option: option, Required: true}}
	if got := d.Confirmations(); !reflect.DeepEqual(got, want) {
		t.Errorf("confirmations %+v", got)
	}
	for _, bad := range [][2]string{{id, "I have not"}, {"nowhere", option}, {"environment", option}} {
		if err := d.Confirm(bad[0], bad[1]); err == nil {
			t.Errorf("Confirm(%q) took it", bad)
		}
	}
	for range 2 {
		if err := d.Confirm(id, option); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Count(d.Body(), "[x]") != 1 || !d.Confirmations()[0].Confirmed {
		t.Error("not ticked after the user has confirmed")
	}
}

func TestAnswer(t *testing.T) {
	d := sampleDraft()
	for _, id := range []string{"", "nowhere", "is-there-an-existing-issue-for-this"} {
		if err := d.Answer(id, paste.FromText("x")); err == nil {
			t.Errorf("Answer(%q) took it", id)
		}
	}
	for _, text := range []string{"first", "second"} {
		if err := d.Answer("current-behavior", paste.FromText(text)); err != nil {
			t.Fatal(err)
		}
	}
	if body := d.Body(); strings.Contains(body, "first") || !strings.Contains(body, "```text\nsecond\n```") {
		t.Errorf("body:\n%s", body)
	}
	if err := d.Answer("current-behavior", paste.Paste{}); err != nil || d.Missing()[0].ID != "current-behavior" {
		t.Errorf("an empty answer does not clear: %v", err)
	}
}

func TestAnswerEnvironment(t *testing.T) {
	d := sampleDraft()
	answer := "- Milvus version: 2.6.1\n- Deployment mode(standalone or cluster): cluster\n- MQ type(rocksmq, pulsar or kafka): unknown\n" +
		"SDK version (e.g. x): pymilvus 2.6.0 (detected)\nOS：Debian\nMilvus config: queryNode.mmap is on\n/etc is read only\n- GPU: \n"
	if err := d.Answer("environment", paste.FromText(answer)); err != nil {
		t.Fatal(err)
	}
	want := `- Milvus version: 2.6.1 (detected)
- Deployment mode(standalone or cluster): cluster
- MQ type(rocksmq, pulsar or kafka): unknown
- SDK version(e.g. pymilvus v2.0.0rc2): pymilvus 2.6.0 (detected)
- OS(Ubuntu or CentOS): Debian
- CPU/Memory: unknown
- GPU: unknown
- Others:
Milvus config: queryNode.mmap is on
 /etc is read only`
	if body := d.Body(); !strings.Contains(body, "```markdown\n"+want+"\n```") {
		t.Errorf("body:\n%s", body)
	}
	if got := d.Unknown(); !slices.Equal(got, []string{"MQ type", "CPU/memory", "GPU"}) {
		t.Errorf("unknown %q", got)
	}
	// What was given can be taken back.
	if err := d.Answer("environment", paste.FromText("- Milvus version:")); err != nil {
		t.Fatal(err)
	}
	if e := d.Environment(); e.MilvusVersion.Text != "" || e.Deployment.Text != "cluster" || strings.Contains(d.Body(), "mmap") {
		t.Errorf("environment %+v\n%s", e, d.Body())
	}
}

func TestLearn(t *testing.T) {
	d := NewDraft(DefaultForm(), Report{Environment: Environment{MilvusVersion: Detail{"2.5.1", false}, SDK: Detail{"pymilvus", true}}})
	d.Learn(Environment{
		MilvusVersion: Detail{"2.4.0", true}, MQ: Detail{"kafka\n", true}, SDK: Detail{"pymilvus", true}, SDKVersion: Detail{"2.5.3", true},
	})
	want := Environment{MilvusVersion: Detail{"2.5.1", false}, MQ: Detail{"kafka", true}, SDK: Detail{"pymilvus", true}, SDKVersion: Detail{"2.5.3", true}}
	if got := d.Environment(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// The version of another SDK is not that of this one.
	d = NewDraft(DefaultForm(), Report{Environment: Environment{SDK: Detail{"milvus-sdk-java", true}}})
	d.Learn(Environment{SDK: Detail{"pymilvus", true}, SDKVersion: Detail{"2.5.3", true}})
	if got := d.Environment(); got.SDKVersion.Text != "" || got.SDK.Text != "milvus-sdk-java" {
		t.Errorf("got %+v", got)
	}
}

func TestRemovedAddsUp(t *testing.T) {
	d := sampleDraft()
	if err := d.Answer("anything-else", paste.FromText("connect with password=Tr0ub4dor&3x to 10.20.30.40")); err != nil {
		t.Fatal(err)
	}
	text := redactedText("connect with password=Tr0ub4dor&3x to 10.20.30.40")
	if strings.Contains(d.Body(), "Tr0ub4dor") || !strings.Contains(d.Body(), text) {
		t.Errorf("body:\n%s", d.Body())
	}
	total := 0
	for _, r := range d.Removed() {
		if total += r.Count; r.Kind == "password" && r.Count != 3 {
			t.Errorf("%d passwords", r.Count)
		}
	}
	if total < 3 || !strings.Contains(d.Body(), "3 × password") {
		t.Errorf("removed %v\n%s", d.Removed(), d.Body())
	}
}

// Strings that do not come out of a paste are redacted here.
func TestPlainStringsAreRedacted(t *testing.T) {
	d := NewDraft(DefaultForm(), Report{
		Title:       "dial with password=Tr0ub4dor&3x failed",
		Environment: Environment{Others: Detail{Text: "Authorization: Bearer root:Tr0ub4dor&3x"}},
	})
	link, _ := d.Link(0)
	for _, out := range []string{d.Title(), d.Body(), d.Markdown(), link} {
		if strings.Contains(out, "Tr0ub4dor") {
			t.Errorf("leaked: %s", out)
		}
	}
}

func TestQuestions(t *testing.T) {
	ids := func(qs []Question) (out []string) {
		for _, q := range qs {
			out = append(out, q.ID)
		}
		return out
	}
	d := NewDraft(DefaultForm(), Report{Title: "x"})
	all := []string{"current-behavior", "milvus-log", "environment", "steps-to-reproduce", "expected-behavior", "anything-else"}
	var missing []string
	for _, fd := range d.Missing() {
		missing = append(missing, fd.ID)
	}
	if !slices.Equal(missing, all) || !slices.Equal(ids(d.Questions(99)), all[:5]) || !slices.Equal(ids(d.Questions(2)), all[:2]) {
		t.Errorf("missing %q, questions %q", missing, ids(d.Questions(99)))
	}
	if qs := d.Questions(0); len(qs) != 0 {
		t.Errorf("0 questions are %+v", qs)
	}
	// A log is not offered for editing, nor is an answer that does not fit.
	d = sampleDraft()
	if err := d.Answer("steps-to-reproduce", paste.FromText(strings.Repeat("step ", 1000))); err != nil {
		t.Fatal(err)
	}
	if got := ids(d.Questions(5)); !slices.Equal(got, []string{"environment", "expected-behavior", "anything-else", "current-behavior"}) {
		t.Errorf("questions %q", got)
	}
	q := d.Questions(5)[3]
	if q.Value != "Es geht nicht mehr." || !q.Required || !q.Paragraph || q.Label != "Current Behavior" {
		t.Errorf("question %+v", q)
	}
}

// A form without places for logs and environment loses nothing.
func TestFormsOfOthers(t *testing.T) {
	form, err := ReadForm("crash.yml", []byte(otherForm))
	if err != nil {
		t.Fatal(err)
	}
	d := NewDraft(form, Report{
		Title: "it broke", Log: paste.FromText("log line"), Current: paste.FromText("words"), Steps: paste.FromText("steps"),
		Environment: Environment{MQ: Detail{"kafka", true}}, Lang: "fr",
	})
	if err := d.Answer("install-method", paste.FromText("docker")); err == nil || !strings.Contains(err.Error(), "there are Helm, 2.40 and yes") {
		t.Errorf("error %v", err)
	}
	if err := d.Answer("install-method", paste.FromText("YES, helm")); err != nil {
		t.Fatal(err)
	}
	if err := d.Answer("version", paste.FromText("2.6")); err != nil {
		t.Fatal(err)
	}
	want := "### Version\n\n```text\n2.6\n```\n\n### Install method\n\nHelm, yes\n\n### What happened?\n\n_Written in French, kept as written._\n\n```text\nwords\n```\n\n" +
		"_Environment:_\n\n```text\n- Milvus version: unknown\n- Deployment mode: unknown\n- MQ type: kafka (detected)\n- SDK version: unknown\n- OS: unknown\n- CPU/Memory: unknown\n- GPU: unknown\n```\n\n" +
		"_Steps to reproduce:_\n\n```text\nsteps\n```\n\n_Log:_\n\n```text\nlog line\n```\n\n" +
		"- Drafted by milvus-medic from what the reporter sent on Discord; (detected) marks what was read from it.\n" +
		"- Not known: Milvus version, deployment mode, SDK version, OS, CPU/memory and GPU.\n\n" +
		"### What happened?\n\n_No response_\n\n### 条款\n\n- [ ] I agree\n- [ ] I would help"
	if got := d.Body(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	checkBody(t, form, d.Body(), nil)
	if d.Title() != "[Crash] it broke" {
		t.Errorf("title %q", d.Title())
	}
}

func TestLanguageName(t *testing.T) {
	for tag, want := range map[string]string{
		"": "", "en": "", "en-GB": "", "EN": "", "ko": "Korean", "zh-CN": "Chinese", "zh-TW": "Traditional Chinese",
		"pt-BR": "Portuguese", "es-419": "Spanish", "xx": "a language other than English", "@x#1": "a language other than English",
	} {
		if got := languageName(tag); got != want {
			t.Errorf("%q is %q, want %q", tag, got, want)
		}
	}
}

// A comment says what is new, and repeats neither statements nor empty fields.
func TestComment(t *testing.T) {
	d := NewDraft(DefaultForm(), reportOf("failed to load segment", "failed to load segment\n/close", "since this morning", "", "2.5.4", ""))
	d.ID = "0123456789abcdef"
	if err := d.Confirm("is-there-an-existing-issue-for-this", "I have searched the existing issues"); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"_The same happens on another system:_", "### Environment", "```markdown\n- Milvus version: 2.5.4 (detected)", "### Current Behavior",
		"```text\nsince this morning\n```", "### Milvus Log", "```text\nfailed to load segment\n /close\n```", "### Anything else?", "- Drafted by milvus-medic",
	}, "\n\n")
	got := d.Comment()
	for _, part := range strings.Split(want, "\n\n") {
		before, after, ok := strings.Cut(got, part)
		if !ok || strings.Contains(before, "I have searched") {
			t.Fatalf("%q is not next in:\n%s", part, d.Comment())
		}
		got = after
	}
	if strings.Contains(d.Comment(), noResponse) || !strings.HasSuffix(d.Comment(), Marker(d.ID)) {
		t.Errorf("comment:\n%s", d.Comment())
	}
}
