package github

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
)

// Fix is what maintainers say about the end of a problem. The zero value says
// nothing.
type Fix struct {
	Version string // "2.6.5", without the "v"
	PR      int    // the pull request, of the issue's own repository
}

const (
	version3 = `v?(\d{1,4}\.\d{1,4}\.\d{1,5}(?:-(?:rc|alpha|beta|hotfix|dev|preview)[.\d-]*)?)\b`
	fixWords = `(?:fix(?:ed|es)?|resolved|solved|addressed|released|available|included|includes|contained|contains|shipped|landed|merged|backported|verified)`
)

var (
	fixedIn   = regexp.MustCompile(`(?i)\b` + fixWords + `\b[^\n]{0,60}?\b(?:in|with|by|since|from|to|into|on|at|as of)\s+(?:the\s+)?(?:next\s+)?(?:milvus\s*)?(?:release\s+|version\s+|tag\s+|image\s+)?` + version3)
	hasFix    = regexp.MustCompile(`(?i)` + version3 + `[^\n]{0,40}?\b(?:has|have|with|contains?|includes?|ships?)\b[^\n]{0,20}?\b(?:fix|fixed|patch)\b`)
	upgradeTo = regexp.MustCompile(`(?i)\b(?:upgrade|update|try|move)\b[^\n]{0,30}?\b(?:to|with|on)?\s*(?:milvus\s*)?(?:version\s+)?` + version3)
	fixedBy   = regexp.MustCompile(`(?i)\b` + fixWords + `\b[^\n]{0,30}?\b(?:by|in|with|via|through)\s+(?:the\s+)?(?:pr\s*|pull request\s*)?(?:#|https://[^\s/]+/([^\s/]+/[^\s/]+)/pull/)(\d{1,9})\b`)
	prLine    = regexp.MustCompile(`(?i)^\s*(?:fix(?:ed)?\s+)?pr\s*:?\s*(?:#|https://[^\s/]+/([^\s/]+/[^\s/]+)/pull/)(\d{1,9})\b`)
	denies    = regexp.MustCompile(`(?i)\b(?:not|isn't|wasn't|won't|can't|cannot|never|still|hasn't|haven't|doesn't|didn't|unable|no longer plan|reproduc\w*|if|whether)\b`)
	milestone = regexp.MustCompile(`(?i)^(?:milvus[ -]*)?` + version3 + `$`)
	fourParts = regexp.MustCompile(`^\.\d`) // an address, not a version
	sentence  = regexp.MustCompile(`[.!?]+(?:\s+|$)|[。！？]+`)
)

// ParseFix reads from a maintainer's comment which version or pull request
// has the fix. Questions, denials, quotes and code say nothing. A pull request
// of another repository than repo is not taken.
func ParseFix(repo Repo, text string) Fix {
	var f Fix
	code := false
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
			code = !code
			continue
		}
		if code || strings.HasPrefix(trimmed, ">") || strings.HasPrefix(line, "    ") {
			continue
		}
		for _, s := range sentences(trimmed) {
			f.read(repo, s)
		}
	}
	return f
}

// sentences splits a line, keeping the mark at the end of each.
func sentences(line string) []string {
	var out []string
	start := 0
	for _, at := range sentence.FindAllStringIndex(line, -1) {
		out = append(out, line[start:at[1]])
		start = at[1]
	}
	if start < len(line) {
		out = append(out, line[start:])
	}
	return out
}

// read takes what one sentence says; what later ones say counts more. Only
// what stands before and in a claim can deny it: "fixed in 2.5.4, reopen it
// if you still see it".
func (f *Fix) read(repo Repo, s string) {
	s = strings.NewReplacer("`", "", "*", "", "_", "").Replace(s)
	if strings.ContainsAny(s, "?？") {
		return
	}
	for _, re := range []*regexp.Regexp{fixedIn, hasFix, upgradeTo} {
		if m := re.FindStringSubmatchIndex(s); m != nil && !denies.MatchString(s[:m[1]]) && !fourParts.MatchString(s[m[3]:]) {
			f.Version = strings.TrimRight(s[m[2]:m[3]], ".-")
			break
		}
	}
	for _, re := range []*regexp.Regexp{fixedBy, prLine} {
		m := re.FindStringSubmatchIndex(s)
		if m == nil || denies.MatchString(s[:m[1]]) || m[2] >= 0 && !strings.EqualFold(s[m[2]:m[3]], repo.String()) {
			continue
		}
		f.PR, _ = strconv.Atoi(s[m[4]:m[5]]) // digits
		break
	}
}

// milestoneFix reads a version from the milestone of an issue that was closed
// as completed; a milestone alone is a plan.
func milestoneFix(i Issue) string {
	m := milestone.FindStringSubmatch(strings.TrimSpace(i.Milestone))
	if i.Open || i.Reason == "not_planned" || i.Reason == "duplicate" || m == nil {
		return ""
	}
	return m[1]
}

// maxFixPages bounds the comments that are read for a fix.
const maxFixPages = 5

// Fix finds out what fixed a closed issue: what the maintainers' comments
// say, the latest first, and otherwise its milestone. It is zero for open
// issues and for those that were closed without a fix.
func (c *Client) Fix(ctx context.Context, i Issue) (Fix, error) {
	if i.Open || i.Reason == "not_planned" || i.Reason == "duplicate" {
		return Fix{}, nil
	}
	var f Fix
	comments, err := c.comments(ctx, i.Repo, i.Number, i.Created, maxFixPages)
	for n := len(comments) - 1; n >= 0 && (f.Version == "" || f.PR == 0); n-- {
		if !comments[n].Maintainer {
			continue
		}
		said := ParseFix(i.Repo, comments[n].Body)
		if f.Version == "" {
			f.Version = said.Version
		}
		if f.PR == 0 {
			f.PR = said.PR
		}
	}
	if f.Version == "" {
		f.Version = milestoneFix(i)
	}
	return f, err
}

// Older reports whether version have is older than the one with the fix;
// known is false if either is no version of three numbers.
func Older(have, fixed string) (older, known bool) {
	a, b := "v"+strings.TrimPrefix(have, "v"), "v"+strings.TrimPrefix(fixed, "v")
	if !semver.IsValid(a) || !semver.IsValid(b) {
		return false, false
	}
	return semver.Compare(a, b) < 0, true
}
