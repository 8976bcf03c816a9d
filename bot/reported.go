package bot

import (
	"context"
	"strconv"
	"strings"
	"unicode"

	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/search"
)

// known is an issue that was filed from here, about the same error. It is
// never shown above a reviewed entry, and always marked as from GitHub.
type known struct {
	Repository string
	Number     int
	Closed     bool
	Reason     string
	Version    string // that has the fix, "" if not known
	PR         int    // that is the fix, 0 if not known
	Have       string // the version that the reader runs, "" if not known
}

// fixed tells whether the issue says how to get rid of the problem.
func (k *known) fixed() bool {
	return k != nil && k.Closed && (k.Version != "" || k.PR != 0) && k.Reason != "not_planned"
}

// ref is the issue as a name, "owner/name#1".
func (k *known) ref() string { return k.Repository + "#" + itoa(k.Number) }

func itoa(n int) string { return strconv.Itoa(n) }

// minTellingWords is how many different words an error must have for two
// reports of it to be about the same thing: "connection refused" is not.
const minTellingWords = 3

// tellingProblem is the leading problem of an answer, if it says enough to be
// recognised by its words alone; else nil.
func tellingProblem(a Answer) *search.Problem {
	p := leading(a)
	if p == nil || p.Severity < search.Error {
		return nil
	}
	words := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(p.Key), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 2 {
			words[w] = true
		}
	}
	if len(words) < minTellingWords {
		return nil
	}
	return p
}

// recognise adds the issue that was filed about the same error, where no
// reviewed entry answers.
func (b *Bot) recognise(ctx context.Context, a *Answer) {
	if b.hub == nil || b.store == nil || a.Verdict.Grade() >= search.Likely {
		return
	}
	p := tellingProblem(*a)
	if p == nil {
		return
	}
	issues, err := b.store.IssuesOfProblem(ctx, fingerprint(p))
	if err != nil {
		b.log.Error("issues not looked up", "err", err)
		return
	}
	for _, i := range issues {
		if i.Gone {
			continue
		}
		k := knownOf(i, a.Verdict.Env.Milvus)
		if a.Reply.Issue == nil || k.fixed() && !a.Reply.Issue.fixed() {
			a.Reply.Issue = k
		}
	}
}

func knownOf(i store.Issue, have string) *known {
	return &known{
		Repository: i.Repository, Number: i.Number, Closed: i.Closed, Reason: i.Reason, Version: i.FixVersion, PR: i.FixPR, Have: have,
	}
}

// stateText says how an issue stands, and what the version with the fix means
// for who runs another.
func (b *Bot) stateText(k known, say func(string, ...data) string) string {
	issue := b.issueLink(k.Repository, k.Number)
	pr := ""
	if k.PR != 0 {
		pr = b.pullLink(k.Repository, k.PR)
	}
	var text string
	switch {
	case !k.Closed:
		return say("stateOpen", data{"Issue": issue})
	case k.Reason == "not_planned":
		return say("stateNotPlanned", data{"Issue": issue})
	case k.Reason == "duplicate":
		return say("stateDuplicate", data{"Issue": issue})
	case k.Version != "":
		version := k.Version
		if pr != "" {
			version += " (" + pr + ")"
		}
		text = say("stateFixed", data{"Issue": issue, "Version": version})
	case pr != "":
		text = say("stateFixedBy", data{"Issue": issue, "PR": pr})
	default:
		return say("stateClosed", data{"Issue": issue})
	}
	if older, ok := github.Older(k.Have, k.Version); ok {
		id := "stateHave"
		if older {
			id = "stateUpgrade"
		}
		text += " " + say(id, data{"Version": k.Have, "Fixed": k.Version})
	}
	return text
}

func (b *Bot) pullLink(repository string, number int) string {
	return "[#" + itoa(number) + "](<" + b.hub.client.Site() + "/" + repository + "/pull/" + itoa(number) + ">)"
}
