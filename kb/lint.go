package kb

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an entry's text, in characters, chosen so that a whole answer
// fits one Discord embed (4,096 characters of description) with room for the
// matched line and the source.
const (
	MaxTitle  = 100
	MaxCause  = 600
	MaxFix    = 2200
	MaxDanger = 500
	// minLiteral is how much literal text a template needs so that it is not
	// found by chance.
	minLiteral = 11
	// minPart is how long one piece of it between variables must be, quotes
	// and white space not counted: the scan looks for that piece.
	minPart = 11
	// minPastes is how many examples, and how many near misses, an entry shows.
	minPastes = 2
)

// Hosts are the only hosts that entries and replies link to. A leading dot
// stands for every subdomain.
var Hosts = []string{
	"milvus.io", "github.com", "kubernetes.io", "etcd.io", "docs.docker.com", "min.io", "docs.min.io",
	"pulsar.apache.org", "bookkeeper.apache.org", "kafka.apache.org", "docs.zilliz.com", "support.zilliz.com", "grpc.io", "helm.sh",
	"docs.python.org", "pypi.org", "docs.nvidia.com", "cert-manager.io", "python.langchain.com", "docs.llamaindex.ai",
	"www.alibabacloud.com", "protobuf.dev", "docs.aws.amazon.com", "cloud.tencent.com",
}

// Lint returns everything wrong with the entries, sorted by file. A nil
// result means that all hold.
func Lint(entries []*Entry) Problems {
	ids := map[string]bool{}
	for _, e := range entries {
		ids[e.ID] = true
	}
	var ps Problems
	for _, e := range entries {
		for _, rule := range entryRules {
			rule.check(e, func(format string, args ...any) {
				ps.add(e.ID+".md", rule.field, format, args...)
			})
		}
		for _, id := range e.Causes {
			if !ids[id] {
				ps.add(e.ID+".md", "causes", "no entry has the id %q", id)
			}
		}
		lintTexts(e, &ps)
	}
	lintCycles(entries, &ps)
	slices.SortStableFunc(ps, func(a, b Problem) int { return strings.Compare(a.File, b.File) })
	return ps
}

type report func(format string, args ...any)

// entryRules check what the front matter says; one row a rule.
var entryRules = []struct {
	field string
	check func(*Entry, report)
}{
	{"id", checkID},
	{"component", checkComponent},
	{"signatures", checkSignatures},
	{"symptoms", checkSymptoms},
	{"examples", checkExamples},
	{"near_misses", checkNearMisses},
	{"docs", checkDocs},
	{"sources", checkSources},
	{"guide", checkGuide},
}

var idRE = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func checkID(e *Entry, say report) {
	if !idRE.MatchString(e.ID) || len(e.ID) > 60 {
		say("%q must be lower-case words joined by -, at most 60 characters", e.ID)
	}
}

func checkComponent(e *Entry, say report) {
	if !slices.Contains(Components, e.Component) {
		say("%q is unknown; one of %s", e.Component, strings.Join(Components, ", "))
	}
}

func checkSignatures(e *Entry, say report) {
	if !e.Guide && len(e.Signatures)+len(e.Symptoms) == 0 {
		say("an entry needs at least one signature or symptom (or guide: true)")
	}
	for i, s := range e.Signatures {
		where := fmt.Sprintf("%d: ", i+1)
		if (s.Text == "") == (s.Fact == "") {
			say(where + "has to have either text or fact")
		}
		if s.AtMost != "" && s.AtMost != "likely" {
			say(where+"at_most %q; only likely is known", s.AtMost)
		}
		for _, group := range slices.Concat(s.With, s.Without) {
			if err := checkChoice(group); err != "" {
				say(where + err)
			}
		}
		if s.Text == "" {
			continue
		}
		parts, err := ParseTemplate(s.Text)
		if err != nil {
			say(where+"%v", err)
			continue
		}
		if all, longest := literalLen(parts); all < minLiteral || longest < minPart {
			say(where+"%q has %d literal characters, %d of them in one piece; %d and %d are needed so that it is not found by chance", s.Text, all, longest, minLiteral, minPart)
		}
	}
}

// checkChoice returns what is wrong with a choice of words, or "".
func checkChoice(group string) string {
	for _, w := range strings.Split(group, "|") {
		switch {
		case strings.HasPrefix(w, "@") && !slices.Contains(WordMacros, w):
			return fmt.Sprintf("%q is unknown; known: %s", w, strings.Join(WordMacros, ", "))
		case utf8.RuneCountInString(strings.TrimSpace(w)) < 2 && !isWide(w):
			return fmt.Sprintf("%q holds a word of less than two characters", group)
		}
	}
	return ""
}

// isWide tells whether w starts with a character of a script in which one
// character can be a word.
func isWide(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

func checkSymptoms(e *Entry, say report) {
	for i, s := range e.Symptoms {
		if len(s) < 2 {
			say("%d: needs at least two groups of words", i+1)
		}
		for _, group := range s {
			if err := checkChoice(group); err != "" {
				say("%d: %s", i+1, err)
			}
		}
	}
}

func checkExamples(e *Entry, say report) {
	n := len(e.Examples) + len(e.WeakExamples)
	if !e.Guide && n < minPastes {
		say("%d given, at least %d are needed (examples and weak_examples together)", n, minPastes)
	}
	if e.Guide && n > 0 {
		say("a guide is never the answer to a paste; remove them")
	}
	checkPastes(slices.Concat(e.Examples, e.WeakExamples), say)
}

func checkNearMisses(e *Entry, say report) {
	if !e.Guide && len(e.NearMisses) < minPastes {
		say("%d given, at least %d are needed", len(e.NearMisses), minPastes)
	}
	checkPastes(e.NearMisses, say)
}

func checkPastes(pastes []string, say report) {
	seen := map[string]bool{}
	for i, p := range pastes {
		if strings.TrimSpace(p) == "" {
			say("%d is empty", i+1)
		}
		if seen[p] {
			say("%d stands twice", i+1)
		}
		seen[p] = true
	}
}

var docsRE = regexp.MustCompile(`^[\w-]+\.md(#[^\s#]+)?$`)

func checkDocs(e *Entry, say report) {
	if e.Docs != "" && !docsRE.MatchString(e.Docs) {
		say(`%q is not of the form "page.md#anchor"`, e.Docs)
	}
}

func checkSources(e *Entry, say report) {
	if e.Docs == "" && len(e.Sources) == 0 {
		say("an entry rests on docs or at least one source")
	}
	for _, s := range e.Sources {
		if err := CheckLink(s); err != nil {
			say("%v", err)
		}
	}
}

func checkGuide(e *Entry, say report) {
	if e.Guide && len(e.Signatures)+len(e.Symptoms) > 0 {
		say("a guide is looked up by name and has no signatures or symptoms")
	}
}

// CheckLink returns an error when link is not https or leads to a host that
// is not in Hosts.
func CheckLink(link string) error {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return fmt.Errorf("link %q: only plain https links are allowed", link)
	}
	if !slices.Contains(Hosts, u.Host) {
		return fmt.Errorf("link %q: host %q is not allowed; known: %s", link, u.Host, strings.Join(Hosts, ", "))
	}
	return nil
}

// lintCycles reports an entry that brings itself about.
func lintCycles(entries []*Entry, ps *Problems) {
	causes := map[string][]string{}
	for _, e := range entries {
		causes[e.ID] = e.Causes
	}
	const visiting, done = 1, 2
	state := map[string]int{}
	var visit func(id string) bool
	visit = func(id string) bool {
		switch state[id] {
		case visiting:
			return true
		case done:
			return false
		}
		state[id] = visiting
		defer func() { state[id] = done }()
		return slices.ContainsFunc(causes[id], visit)
	}
	for _, e := range entries {
		if visit(e.ID) {
			ps.add(e.ID+".md", "causes", "lead in a circle")
		}
	}
}
