package search

import (
	"cmp"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// withDocs returns an index over entries and sections.
func withDocs(t testing.TB, entries []*kb.Entry, sections []kb.Doc) *Index {
	t.Helper()
	docs, err := NewDocs(sections)
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(entries, docs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// TestTextQuality pastes error texts in three shapes and wants the section
// that quotes each of them first.
func TestTextQuality(t *testing.T) {
	const minRight = 0.95
	c := newCorpus(3000, 1000)
	x := withDocs(t, nil, c.sections)
	rng := rand.New(rand.NewPCG(17, 19))
	for _, shape := range shapes {
		right, all := 0, 0
		for i := 0; i < len(c.errors); i += 10 {
			e := c.errors[i]
			v := ask(t, x, shape.paste(e, rng))
			if all++; len(v.Hits) > 0 && v.Hits[0].Doc.ID == e.section {
				right++
			} else {
				t.Logf("%s of %q: want %s, got %v", shape.name, e.template, e.section, ids(v))
			}
			if v.Grade() > Related {
				t.Errorf("%s of %q: %v by words alone", shape.name, e.template, v.Grade())
			}
		}
		if float64(right) < minRight*float64(all) {
			t.Errorf("%s: the right section is first for %d of %d", shape.name, right, all)
		}
	}
}

// smallTalk are lines that must not bring up anything.
var smallTalk = strings.Split(`hi all
hello everyone, first time here!
thanks a lot, that worked
same here
lol
what version?
which logs do you need?
did you restart it?
ok I will try that
good morning
anyone going to the meetup in Berlin on Thursday?
I get an error when I am trying to run my code, can somebody help me please??
hello everyone, I have been using Milvus since last week and love it
is anyone online? I have a question
how are you
what a great project, keep up the good work!
can you send me the link to the recording of the community meeting?
brb lunch
it works now, thank you
solved, it was my firewall
happy new year
my boss wants me to finish this by friday, please help
see you tomorrow
that's weird, let me check my laptop
who wants to grab a coffee?
안녕하세요, 질문이 있습니다
谢谢大家
danke, das hat geholfen
merci beaucoup`, "\n")

// TestSmallTalk wants nothing to be said to greetings, thanks and the like,
// with documentation that uses the same everyday words.
func TestSmallTalk(t *testing.T) {
	entries, err := kb.ReadEntries(kb.Entries, "entries")
	if err != nil {
		t.Fatal(err)
	}
	for name, sections := range map[string][]kb.Doc{"made up": newCorpus(1000, 100).sections, "real": realSections(t)} {
		x := withDocs(t, entries, sections)
		for _, line := range smallTalk {
			if v := ask(t, x, line); v.Grade() != None {
				t.Errorf("%s documentation: %q is answered with %v: %v", name, line, ids(v), v.Hits[0].Why)
			}
		}
	}
}

// realSections reads the Milvus documentation of the data directory, if there
// is one.
func realSections(t testing.TB) []kb.Doc {
	t.Helper()
	dir := cmp.Or(os.Getenv("MEDIC_DATA"), "../../shared")
	sections, _, err := kb.ReadDocs(os.DirFS(filepath.Join(dir, "docs", "milvus", "site")), kb.DocsOptions{})
	if err != nil {
		t.Logf("without the real documentation (set MEDIC_DATA to a directory that holds docs/milvus): %v", err)
	}
	return sections
}

// guide makes sections as a documentation has them.
func guide() []kb.Doc {
	section := func(lang, id, title, body string) kb.Doc {
		return kb.Doc{ID: id, Kind: kb.KindSection, Lang: lang, Title: title, Body: body, URL: "https://milvus.io/docs/" + id}
	}
	list := []kb.Doc{
		section("en", "tls#Enable", "Enable TLS", "Set the tlsMode of the proxy to 1 or 2 in milvus.yaml and give the paths of the certificates."),
		section("en", "key#Use", "Use partition key", "A partition key spreads entities over partitions by the value of a field."),
		section("en", "rbac#Grant", "Grant a privilege to a role", "Use grant_privilege with an object type and a role name."),
		section("en", "wal#Keep", "common.retentionDuration", "How long the write-ahead log keeps messages, in seconds."),
		section("ko", "key#Use", "파티션 키 사용", "파티션 키는 필드 값에 따라 엔티티를 파티션에 나눕니다. partition key"),
	}
	// What most sections talk of tells little.
	for range 40 {
		list = append(list, section("en", "more", "More on Milvus", "How to use Milvus: create a collection, insert entities, search and query."))
	}
	return list
}

// TestQuestions asks in prose and wants the section on it, at Related.
func TestQuestions(t *testing.T) {
	x := withDocs(t, nil, guide())
	for question, want := range map[string]string{
		"how do I enable TLS on the proxy?":                      "tls#Enable",
		"Which certificates do I give the proxy in milvus.yaml?": "tls#Enable",
		"how do I use partition keys?":                           "key#Use",
		"what is a PartitionKey?":                                "key#Use",
		"how to grant privileges to a role":                      "rbac#Grant",
		"what does commonRetentionDuration do, how long?":        "wal#Keep",
		"retention duration in seconds":                          "wal#Keep",
	} {
		v := ask(t, x, question)
		if v.Grade() != Related || v.Hits[0].Doc.ID != want || v.Hits[0].Doc.Lang != "en" || v.Hits[0].Why[0].Name != "words" {
			t.Errorf("%q: %v, want %s", question, v.Hits, want)
		}
	}
	if v := ask(t, x, "파티션 키는 어떻게 사용하나요?"); v.Grade() != Related || v.Hits[0].Doc.Lang != "ko" {
		t.Errorf("a question in Korean: %+v", v.Hits)
	}
	if v := ask(t, x, "how do I use Milvus?"); v.Grade() != None {
		t.Errorf("a question about everything: %v", ids(v))
	}
}

// TestEntryLanguages asks for what an entry says in another language only,
// and wants that language to be indexed then and not before.
func TestEntryLanguages(t *testing.T) {
	x := builtIn(t)
	if err := x.Warm(); err != nil {
		t.Fatal(err)
	}
	e := x.Entry("etcd-db-space-exceeded")
	for _, lang := range []string{"ko", "zh-CN"} {
		if len(x.text.langs) > 0 && x.text.langs[baseLang(lang)] != nil {
			t.Errorf("%s is indexed before it is asked for", lang)
		}
		text := e.In(lang).Cause[0].Text
		found, err := x.text.search(context.Background(), newQuery(text, true))
		if err != nil {
			t.Fatal(err)
		}
		best := slices.MaxFunc(append(found, textMatch{}), func(a, b textMatch) int { return cmp.Compare(a.score, b.score) })
		if x.entries[best.entry] != e {
			t.Errorf("%q: %+v", text, found)
		}
		if x.text.langs[baseLang(lang)] == nil {
			t.Errorf("%s is not indexed", lang)
		}
	}
}

// TestCertainNeedsNoText wants a known error to be answered without building
// the text index.
func TestCertainNeedsNoText(t *testing.T) {
	x := builtIn(t)
	if v := ask(t, x, `Error: bad member ID arg (strconv.ParseUint: parsing "": invalid syntax), expecting ID in Hex`); v.Grade() != Certain || x.text != nil {
		t.Errorf("%v, text index %v", ids(v), x.text != nil)
	}
}

// TestFindEnds wants a search to end with its context.
func TestFindEnds(t *testing.T) {
	x := withDocs(t, nil, guide())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Find(ctx, paste.FromText("how do I enable TLS?")); err == nil {
		t.Error("a search goes on after its context has ended")
	}
}
