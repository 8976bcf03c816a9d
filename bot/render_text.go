package bot

import (
	"fmt"
	"strings"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// renderText writes a reply for a terminal: Markdown that reads well as it is.
func (b *Bot) renderText(r Reply) string {
	var out strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	say := func(id string, values ...data) string { return b.words.say(r.Lang, id, values...) }
	if r.Answer == nil {
		b.unknownText(r, p, say)
	} else {
		p("# %s\n", r.Text.Title)
		switch {
		case r.Line != "":
			p("%s:\n    %s\n", say("matched")+times(r.Count), r.Line)
		case len(r.Why) > 0:
			p("%s\n", say("matchedWords"))
		}
		if r.Grade == search.Likely {
			p("%s\n", say("likely"))
		}
		p("## %s", say("cause"))
		textBlocks(r.Text.Cause, p, say)
		p("## %s", say("fix"))
		if len(r.Text.Danger) > 0 {
			p("⚠ %s: %s\n", say("danger"), proseOf(r.Text.Danger))
		}
		textBlocks(blocksFor(r.Text.Fix, r.Deployment), p, say)
		if r.URL != "" {
			p("%s: %s", say("source"), r.URL)
		}
		if r.inEnglish() {
			p("%s", say("english"))
		}
		if r.Machine {
			p("%s", say("machine"))
		}
	}
	if s := r.Mismatch.text(say); s != "" {
		p("%s", s)
	}
	if code := r.codeText(say); code != "" {
		p("%s", code)
	}
	textCandidates(say("follows"), r.Follows, p)
	textCandidates(say("also"), r.Also, p)
	if r.Answer != nil {
		textCandidates(say("others"), r.Others, p)
	} else {
		textCandidates(say("related"), r.Others, p)
	}
	if len(r.Secrets) > 0 {
		p("\n%s", say("secrets", data{"Kinds": strings.Join(r.Secrets, ", ")}))
	}
	for _, s := range r.Skipped {
		p("%s: %s", say("skipped"), s.say(say))
	}
	modelText(r, p, say)
	return strings.TrimSpace(out.String())
}

func (b *Bot) unknownText(r Reply, p func(string, ...any), say func(string, ...data) string) {
	p("# %s\n", say("unknown"))
	if r.Issue != nil {
		p("%s\n%s\n", b.stateText(*r.Issue, say), say("reportedSource"))
	}
	p("%s", say("unknownText"))
	if r.Problem != nil {
		p("%s:\n    %s", say("unknownProblem"), cutLine(r.Problem.Text))
	} else {
		p("%s", say("unknownNoError"))
	}
	p("\n## %s", say("unknownNext"))
	p("1. %s", say("unknownCollect"))
	p("   %s", collectCommand(r.Deployment, r.Problem))
	p("2. %s", say("unknownCLI", data{"Repo": b.repo}))
}

// textBlocks writes prose and indented code.
func textBlocks(blocks []kb.Block, p func(string, ...any), say func(string, ...data) string) {
	step, several := 0, severalDeployments(blocks)
	for _, b := range blocks {
		if b.Code {
			if label := codeLabel(b, several, say); label != "" {
				p("   (%s)", label)
			}
			p("       %s", strings.ReplaceAll(b.Text, "\n", "\n       "))
			continue
		}
		switch {
		case b.Step != step && b.Step != 0:
			p("%d. %s", b.Step, b.Text)
		case b.Bullet:
			p("   - %s", b.Text)
		case b.Step != 0:
			p("   %s", b.Text)
		default:
			p("%s", b.Text)
		}
		step = b.Step
	}
	p("")
}

// codeLabel says that a code block deletes data and, where the blocks beside
// it are for several deployments, whom it is for.
func codeLabel(b kb.Block, several bool, say func(string, ...data) string) string {
	var parts []string
	if several && len(b.For) > 0 {
		parts = append(parts, say("only", data{"Deployment": strings.Join(b.For, ", ")}))
	}
	if b.Destructive {
		parts = append(parts, "⚠ "+say("danger"))
	}
	return strings.Join(parts, " · ")
}

// severalDeployments tells whether the code is for different deployments.
func severalDeployments(blocks []kb.Block) bool {
	seen := map[string]bool{}
	for _, b := range blocks {
		if b.Code {
			seen[strings.Join(b.For, " ")] = true
		}
	}
	delete(seen, "")
	return len(seen) > 1
}

func proseOf(blocks []kb.Block) string {
	var parts []string
	for _, b := range blocks {
		parts = append(parts, b.Text)
	}
	return strings.Join(parts, " ")
}

func textCandidates(title string, list []Candidate, p func(string, ...any)) {
	if len(list) == 0 {
		return
	}
	p("\n%s:", title)
	for _, c := range list {
		if c.URL == "" {
			p("- %s [%s]%s", c.Title, c.ID, times(c.Count))
			continue
		}
		p("- %s [%s] %s%s", c.Title, c.ID, c.URL, times(c.Count))
	}
}
