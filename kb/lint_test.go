package kb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// goodEntry holds all rules; every case of TestLint breaks one of them.
const goodEntry = `---
title: etcd is out of space
component: etcd
aliases: [nospace]
signatures:
  - 'etcdserver: mvcc: database space exceeded'
  - text: 'alarm:NOSPACE on {member}'' seen'
    with: ['@milvus', 'etcd|2379']
    at_most: likely
codes: [5]
docs: troubleshooting.md#etcd
sources: [https://github.com/milvus-io/milvus/issues/1]
examples:
  - 'etcdserver: mvcc: database space exceeded'
  - 'Error: etcdserver: mvcc: database space exceeded'
near_misses:
  - 'etcdserver: request timed out'
  - 'no space left on device'
---
## Cause

The key space is full.

## Fix

1. Look:
   ` + "```sh helm\n   kubectl get pods -n <namespace>\n   ```" + `
2. Delete it, see [the docs](https://milvus.io/docs/a.md):
   ` + "```sh destructive\n   kubectl delete pvc data-etcd-1\n   ```" + `

## Danger

The member's data is lost.
`

const goodKorean = `---
title: etcd 공간 부족
---
## Cause

키 공간이 가득 찼습니다.

## Fix

1. 확인:
   ` + "```sh helm\n   kubectl get pods -n <namespace>\n   ```" + `
2. 삭제:
   ` + "```sh destructive\n   kubectl delete pvc data-etcd-1\n   ```" + `

## Danger

멤버의 데이터가 사라집니다.
`

// lintFiles returns all problems of a folder of entries.
func lintFiles(files map[string]string) Problems {
	fsys := fstest.MapFS{}
	for name, src := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	entries, err := ReadEntries(fsys, ".")
	if err != nil {
		return err.(Problems)
	}
	return Lint(entries)
}

func TestLintGood(t *testing.T) {
	if ps := lintFiles(map[string]string{"etcd-full.md": goodEntry, "etcd-full.ko.md": goodKorean}); len(ps) > 0 {
		t.Error(ps)
	}
}

var long = strings.Repeat("word ", 500)

// lintCase breaks the good entry in one place.
type lintCase struct{ name, old, new, want string }

func (c lintCase) problems() Problems {
	return lintFiles(map[string]string{"etcd-full.md": strings.Replace(goodEntry, c.old, c.new, 1)})
}

var lintCases = []lintCase{
	{"unknown key", "codes: [5]", "code: [5]", "etcd-full.md: front matter: "},
	{"no opening line", "---\ntitle", "title", "etcd-full.md: front matter: the file must start"},
	{"no title", "title: etcd is out of space", `title: ""`, "etcd-full.md: title: "},
	{"long title", "title: etcd is", "title: " + long, "etcd-full.md: title: "},
	{"component", "component: etcd", "component: etdc", "etcd-full.md: component: "},
	{"short template", "'etcdserver: mvcc: database space exceeded'\n  - text", "'no space'\n  - text", "etcd-full.md: signatures: 1: "},
	{"bad template", "{member}", "{member", "etcd-full.md: signatures: 2: "},
	{"variable at the end", "{member}'' seen'", "{member}'", "etcd-full.md: signatures: 2: "},
	{"text and fact", "    at_most: likely", "    fact: exit/137", "etcd-full.md: signatures: 2: has to have either"},
	{"at_most", "at_most: likely", "at_most: certain", "etcd-full.md: signatures: 2: at_most"},
	{"macro", "@milvus", "@milwus", "etcd-full.md: signatures: 2: "},
	{"short word", "etcd|2379", "etcd|a", "etcd-full.md: signatures: 2: "},
	{"one example", "  - 'Error: etcdserver: mvcc: database space exceeded'\n", "", "etcd-full.md: examples: 1 given"},
	{"example twice", "'Error: etcdserver: mvcc: database space exceeded'", "'etcdserver: mvcc: database space exceeded'", "etcd-full.md: examples: 2 stands twice"},
	{"one near miss", "  - 'no space left on device'\n", "", "etcd-full.md: near_misses: 1 given"},
	{"docs", "troubleshooting.md#etcd", "https://milvus.io/docs/troubleshooting.md", "etcd-full.md: docs: "},
	{"source host", "https://github.com/milvus-io/milvus/issues/1", "https://bit.ly/x", "etcd-full.md: sources: "},
	{"source http", "https://github.com/milvus-io/milvus/issues/1", "http://github.com/x", "etcd-full.md: sources: "},
	{"no source", "docs: troubleshooting.md#etcd\nsources: [https://github.com/milvus-io/milvus/issues/1]", "versions: all", "etcd-full.md: sources: "},
	{"cause of nothing", "codes: [5]", "causes: [disk-slow]", `etcd-full.md: causes: no entry has the id "disk-slow"`},
	{"own cause", "codes: [5]", "causes: [etcd-full]", "etcd-full.md: causes: lead in a circle"},
	{"guide with signatures", "codes: [5]", "guide: true", "etcd-full.md: guide: "},
	{"no cause", "The key space is full.", "", "etcd-full.md: cause: "},
	{"long cause", "The key space is full.", long, "etcd-full.md: cause: "},
	{"long fix", "1. Look:", "1. " + long, "etcd-full.md: fix: "},
	{"no danger", "## Danger\n\nThe member's data is lost.\n", "", "etcd-full.md: danger: "},
	{"long danger", "The member's data is lost.", long, "etcd-full.md: danger: "},
	{"not marked", "```sh destructive", "```sh", "etcd-full.md: code: "},
	{"in prose", "2. Delete it", "2. Run `rm -rf /data`", "etcd-full.md: code: "},
	{"doubled word", "   kubectl get", "   kubectl kubectl get", "etcd-full.md: code: "},
	{"no language", "```sh helm", "```", "etcd-full.md: body: "},
	{"unknown word", "```sh helm", "```sh swarm", "etcd-full.md: body: "},
	{"foreign heading", "## Cause", "## Why", "etcd-full.md: body: "},
	{"heading twice", "## Danger", "## Fix", "etcd-full.md: body: "},
	{"text before", "## Cause\n", "Hello.\n\n## Cause\n", "etcd-full.md: body: text before"},
	{"quote", "The key space is full.", "> quoted", "etcd-full.md: body: "},
	{"foreign link", "https://milvus.io/docs/a.md", "https://evil.example/a", "etcd-full.md: link: "},
	{"bare link", "The key space is full.", "See http://milvus.io/x now.", "etcd-full.md: link: "},
	{"ping", "The key space is full.", "Tell @everyone.", "etcd-full.md: prose: "},
	{"backtick", "The key space is full.", "The `key space is full.", "etcd-full.md: prose: "},
}

// TestLint wants that one problem for each case, with its file and field.
func TestLint(t *testing.T) {
	for _, c := range lintCases {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(goodEntry, c.old) == 0 {
				t.Fatalf("the good entry does not hold %q", c.old)
			}
			if ps := c.problems(); !strings.Contains(ps.Error(), c.want) {
				t.Errorf("want %q, got\n%v", c.want, ps)
			}
		})
	}
}

// TestEveryLintRuleCounts takes each rule out in turn: some case must then
// pass that should not.
func TestEveryLintRuleCounts(t *testing.T) {
	missed := func() bool {
		for _, c := range lintCases {
			if !strings.Contains(c.problems().Error(), c.want) {
				return true
			}
		}
		return len(lintFiles(map[string]string{"Etcd_full.md": goodEntry})) == 0 ||
			!strings.Contains(lintFiles(map[string]string{"etcd-full.md": goodEntry, "etcd-full.korean.md": goodKorean}).Error(), ": lang: ") ||
			!strings.Contains(lintFiles(map[string]string{"etcd-full.md": strings.Replace(goodEntry, "codes: [5]", "symptoms: [['insert|upsert']]", 1)}).Error(), ": symptoms: ")
	}
	entry, text := entryRules, textRules
	defer func() { entryRules, textRules = entry, text }()
	for i := range entry {
		entryRules = slices.Delete(slices.Clone(entry), i, i+1)
		if !missed() {
			t.Errorf("no case needs the rule %q", entry[i].field)
		}
	}
	entryRules = entry
	for i := range text {
		textRules = slices.Delete(slices.Clone(text), i, i+1)
		if !missed() {
			t.Errorf("no case needs the rule %q", text[i].field)
		}
	}
}

func TestLintID(t *testing.T) {
	if ps := lintFiles(map[string]string{"Etcd_full.md": goodEntry}); !strings.Contains(ps.Error(), "Etcd_full.md: id: ") {
		t.Error(ps)
	}
}

func TestLintNothingToRecognise(t *testing.T) {
	start, end := strings.Index(goodEntry, "signatures:"), strings.Index(goodEntry, "codes:")
	ps := lintFiles(map[string]string{"etcd-full.md": goodEntry[:start] + goodEntry[end:]})
	if !strings.Contains(ps.Error(), "etcd-full.md: signatures: an entry needs") {
		t.Error(ps)
	}
}

func TestLintSymptoms(t *testing.T) {
	ps := lintFiles(map[string]string{"etcd-full.md": strings.Replace(goodEntry, "codes: [5]", "symptoms: [['insert|upsert']]", 1)})
	if !strings.Contains(ps.Error(), "etcd-full.md: symptoms: 1: needs at least two") {
		t.Error(ps)
	}
}

func TestLintTranslation(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"other command", "etcd-full.ko.md", "get pods", "get  pods", "etcd-full.ko.md: translation: code block 1 differs"},
		{"other info", "etcd-full.ko.md", "```sh helm", "```sh compose", "etcd-full.ko.md: translation: code block 1 differs"},
		{"missing step", "etcd-full.ko.md", "2. 삭제:", "   삭제:", "etcd-full.ko.md: translation: has 1 steps"},
		{"no danger", "etcd-full.ko.md", "## Danger\n\n멤버의 데이터가 사라집니다.\n", "", "etcd-full.ko.md: translation: ## Danger"},
		{"more keys", "etcd-full.ko.md", "title:", "component: etcd\ntitle:", "etcd-full.ko.md: front matter: a translation has only a title"},
		{"language", "etcd-full.korean.md", "title", "title", "etcd-full.korean.md: lang: "},
		{"of nothing", "etcd-empty.ko.md", "title", "title", "etcd-empty.ko.md: file: translates"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ps := lintFiles(map[string]string{"etcd-full.md": goodEntry, c.file: strings.Replace(goodKorean, c.old, c.new, 1)})
			if !strings.Contains(fmt.Sprint(ps), c.want) {
				t.Errorf("want %q, got\n%v", c.want, ps)
			}
		})
	}
}

func TestParseTemplate(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a {x} b", `[{a   false} { x false} { b  false}]`},
		{"a {x:int} b", `[{a   false} { x true} { b  false}]`},
		{"a {{x}} b", `[{a {x} b  false}]`},
	} {
		got, err := ParseTemplate(c.in)
		if err != nil || fmt.Sprint(got) != c.want {
			t.Errorf("%q: %v %v, want %s", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "{x} a", "a {x}", "a {", "a } b", "a {x y} b", "a {x:float} b"} {
		if got, err := ParseTemplate(bad); err == nil {
			t.Errorf("%q: parsed as %v", bad, got)
		}
	}
}

func TestEntryIn(t *testing.T) {
	fsys := fstest.MapFS{"etcd-full.md": {Data: []byte(goodEntry)}, "etcd-full.ko.md": {Data: []byte(goodKorean)}}
	entries, err := ReadEntries(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	for lang, want := range map[string]string{"ko": "ko", "ko-KR": "ko", "de": "en", "": "en"} {
		if got := e.In(lang).Lang; got != want {
			t.Errorf("In(%q) is %q, want %q", lang, got, want)
		}
	}
	if got, want := e.URL("ko"), "https://milvus.io/docs/ko/troubleshooting.md#etcd"; got != want {
		t.Errorf("URL is %q, want %q", got, want)
	}
	fix := e.In("en").Fix
	if len(fix) != 4 || fix[1].Text != "kubectl get pods -n <namespace>" || fix[1].Step != 1 || fix[1].For[0] != "helm" || !fix[3].Destructive {
		t.Errorf("fix reads as %+v", fix)
	}
}
