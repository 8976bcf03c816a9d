package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/model"
	"github.com/milvus-medic/medic/search/paste"
)

// maxShownLine is how much of the user's own line a reply quotes, in
// characters; the head and the end of a longer one are shown.
const maxShownLine = 300

// Reply is what will be shown, before any of Discord's types. The rules of
// its text: one problem, its cause, its steps; the reader's own line as the
// reason; nothing that was not reviewed, except that line.
type Reply struct {
	Grade search.Grade
	// Lang is the language of the sentences around the answer.
	Lang string
	// Answer is the entry shown; nil when nothing known fits.
	Answer *kb.Entry
	// Text is the entry's text in Lang, or in English where Lang has none.
	Text kb.Text
	URL  string
	// Line is the reader's own line that matched, redacted, cut; it stands
	// Count times in the paste.
	Line  string
	Count int
	// Why names the reasons in words of this program.
	Why []search.Signal
	// Follows are titles of what else was found and follows from the answer.
	Follows []Candidate
	// Also are answers to problems of the paste that have nothing to do with
	// the one shown.
	Also []Candidate
	// Others are further answers that could fit.
	Others []Candidate
	// Deployment selects the commands shown; empty: all, each named.
	Deployment string
	// Problem is the leading error, for a reply that knows no answer.
	Problem *search.Problem
	// Code is what the error code of the problem means, if that is certain.
	Code *kb.Code
	// Mismatch says that server and SDK do not belong together; zero: they do,
	// or nobody knows.
	Mismatch mismatch
	// Secrets are the kinds of credentials that were removed.
	Secrets []string
	// Skipped says what was not read, and why.
	Skipped []unread
	// Issue was filed from here about the same error; nil where there is none or
	// where a reviewed entry answers.
	Issue *known
	// Machine is set when Text was translated by a model.
	Machine bool
	// Grounded are steps that a model took from the documentation, where there
	// is no answer; nil: none. AskBack is the id of the question that it chose
	// instead.
	Grounded *model.Grounded
	AskBack  string
	// FromPicture is set when text of the paste was read from a picture.
	FromPicture bool
}

// Candidate is an answer that is offered but not shown.
type Candidate struct {
	ID    string
	Title string
	URL   string
	Grade search.Grade
	Entry bool // an entry, which can be shown; else a documentation section
	Count int  // how often its line stands in the paste; 0: there is none
}

// newReply chooses what to show of a verdict, in lang.
func newReply(index *search.Index, v search.Verdict, p paste.Paste, lang string) Reply {
	r := Reply{Lang: lang, Deployment: v.Env.Deployment, Mismatch: mismatchOf(v.Env)}
	for _, rm := range p.Removed() {
		if rm.Kind.Secret() {
			r.Secrets = append(r.Secrets, string(rm.Kind))
		}
	}
	r.Skipped = skippedOf(p)
	if len(v.Problems) > 0 {
		if p := &v.Problems[worst(v.Problems)]; p.Severity > search.Noise {
			r.Problem = p
		}
	}
	r.Code = codeOf(v, r.Problem)
	for i, h := range v.Hits {
		if i == 0 && h.Grade >= search.Likely {
			r.show(h, lang)
			r.Count = countOf(v.Problems, h.Line)
			continue
		}
		c := candidate(index, h.Doc, h.Grade, lang)
		c.Count = countOf(v.Problems, h.Line)
		switch {
		case r.Answer != nil && h.FollowsFrom != "":
			r.Follows = append(r.Follows, c)
		case r.Answer != nil && h.Grade >= search.Likely && h.Line != "" && h.Line != v.Hits[0].Line:
			r.Also = append(r.Also, c)
		default:
			c.Count = 0 // of the same line, or of none
			r.Others = append(r.Others, c)
		}
	}
	return r
}

// countOf returns how often the problem with this line stands in a paste; 0
// where the line is none of the problems.
func countOf(problems []search.Problem, line string) int {
	line = strings.TrimSpace(line)
	for _, p := range problems {
		if line != "" && p.Text == line {
			return p.Count
		}
	}
	return 0
}

// codeOf returns the meaning of the error code on the line that matched, or
// of the leading problem's.
func codeOf(v search.Verdict, leading *search.Problem) *kb.Code {
	problems := v.Problems
	if len(v.Hits) > 0 && v.Hits[0].Line != "" {
		line := strings.TrimSpace(v.Hits[0].Line)
		problems = slices.DeleteFunc(slices.Clone(problems), func(p search.Problem) bool { return p.Text != line })
	} else if leading != nil {
		problems = []search.Problem{*leading}
	}
	for _, p := range problems {
		if c, ok := kb.LookupCode(p.Code, p.Message); ok {
			return &c
		}
	}
	return nil
}

// codeText is the sentence on the error code, or "".
func (r Reply) codeText(say func(string, ...data) string) string {
	if r.Code == nil {
		return ""
	}
	d := data{"Code": r.Code.Code, "Meaning": r.Code.Meaning}
	if r.Code.Retriable {
		return say("codeRetry", d)
	}
	return say("codeNoRetry", d)
}

// entryReply shows an entry that was asked for by name.
func entryReply(e *kb.Entry, lang, deployment string) Reply {
	r := Reply{Lang: lang, Deployment: deployment, Grade: search.Certain}
	r.Answer, r.Text, r.URL = e, e.In(lang), e.URL(lang)
	return r
}

func (r *Reply) show(h search.Hit, lang string) {
	r.Grade, r.Why = h.Grade, h.Why
	r.Answer, r.Text, r.URL = h.Doc.Entry, h.Doc.Entry.In(lang), h.Doc.Entry.URL(lang)
	r.Line = cutLine(strings.TrimSpace(h.Line))
}

// inEnglish tells whether the answer is shown in English for want of the
// reader's language.
func (r Reply) inEnglish() bool { return r.Text.Lang == "en" && r.Lang != "en" }

func candidate(index *search.Index, d kb.Doc, g search.Grade, lang string) Candidate {
	c := Candidate{ID: d.ID, Title: d.Title, URL: d.URL, Grade: g, Entry: d.Kind == kb.KindEntry}
	if e := index.Entry(d.ID); c.Entry && e != nil {
		c.Title, c.URL = e.In(lang).Title, e.URL(lang)
	}
	return c
}

// worst returns the index of the most severe problem, the last of those:
// what ends a log or a traceback is what the reader came for.
func worst(problems []search.Problem) int {
	at := 0
	for i, p := range problems {
		if p.Severity >= problems[at].Severity {
			at = i
		}
	}
	return at
}

// cutLine shortens a line to maxShownLine characters, leaving out its middle.
func cutLine(s string) string {
	if utf8.RuneCountInString(s) <= maxShownLine {
		return s
	}
	runes := []rune(s)
	half := maxShownLine/2 - 2
	return string(runes[:half]) + " … " + string(runes[len(runes)-half:])
}

// blocksFor returns the blocks meant for a deployment: prose, code for all,
// and code for that deployment, which need not say any more whom it is for.
// Without one, everything.
func blocksFor(blocks []kb.Block, deployment string) []kb.Block {
	wanted := fits(deployment)
	if wanted == nil || !slices.ContainsFunc(blocks, func(b kb.Block) bool { return matches(b.For, wanted) }) {
		return blocks // no command for this deployment: better others than none
	}
	var out []kb.Block
	for _, b := range blocks {
		if len(b.For) == 0 || matches(b.For, wanted) {
			b.For = nil
			out = append(out, b)
		}
	}
	return out
}

// fits returns the deployments whose commands serve a reader of this one.
func fits(deployment string) []string {
	switch deployment {
	case "":
		return nil
	case "helm", "operator":
		return []string{deployment, "kubernetes", "cluster"}
	case "kubernetes":
		return []string{"kubernetes", "helm", "operator", "cluster"}
	case "compose", "docker":
		return []string{"compose", "docker", "standalone"}
	case "standalone":
		return []string{"standalone", "compose", "docker"}
	case "cluster":
		return []string{"cluster", "kubernetes", "helm", "operator"}
	}
	return []string{deployment}
}

func matches(have, wanted []string) bool {
	return slices.ContainsFunc(have, func(d string) bool { return slices.Contains(wanted, d) })
}
