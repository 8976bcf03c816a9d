package kb

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// lintTexts checks the text of every language and that translations keep
// the English steps and code.
func lintTexts(e *Entry, ps *Problems) {
	en, enErr := e.texts["en"].get()
	for _, lang := range e.Langs() {
		file := e.ID + ".md"
		if lang != "en" {
			file = e.ID + "." + lang + ".md"
		}
		t, err := e.texts[lang].get()
		if err != nil {
			ps.addErr(file, err)
			continue
		}
		for _, rule := range textRules {
			rule.check(t, func(format string, args ...any) {
				ps.add(file, rule.field, format, args...)
			})
		}
		if lang != "en" && enErr == nil {
			checkTranslation(en, t, func(format string, args ...any) {
				ps.add(file, "translation", format, args...)
			})
		}
	}
}

// textRules check what a reader sees in one language; one row a rule.
var textRules = []struct {
	field string
	check func(Text, report)
}{
	{"lang", checkLang},
	{"title", checkTitle},
	{"cause", checkCause},
	{"fix", checkFix},
	{"danger", checkDanger},
	{"code", checkCode},
	{"link", checkLinks},
	{"prose", checkProse},
}

var langRE = regexp.MustCompile(`^[a-z]{2}(-[A-Z]{2})?$`)

func checkLang(t Text, say report) {
	if !langRE.MatchString(t.Lang) {
		say("%q is not a language tag such as ko or zh-CN", t.Lang)
	}
}

func checkTitle(t Text, say report) {
	n := utf8.RuneCountInString(t.Title)
	if n == 0 || n > MaxTitle || strings.Contains(t.Title, "\n") {
		say("must be one line of 1 to %d characters, is %d", MaxTitle, n)
	}
}

func checkCause(t Text, say report) { checkLength(t.Cause, MaxCause, "## Cause", say) }

func checkFix(t Text, say report) {
	checkLength(t.Fix, MaxFix, "## Fix", say)
	if len(t.Fix) > 0 && t.Fix[0].Step == 0 && !t.Fix[0].Code && steps(t.Fix) == 0 {
		say("has no numbered steps")
	}
}

func checkLength(blocks []Block, most int, name string, say report) {
	n := 0
	for _, b := range blocks {
		n += utf8.RuneCountInString(b.Text)
	}
	if n == 0 {
		say("%s is missing or empty", name)
	}
	if n > most {
		say("%s has %d characters, at most %d fit a reply", name, n, most)
	}
}

func checkDanger(t Text, say report) {
	destructive := slices.ContainsFunc(t.Fix, func(b Block) bool { return b.Destructive })
	n := 0
	for _, b := range t.Danger {
		n += utf8.RuneCountInString(b.Text)
		if b.Code {
			say("## Danger says in prose what is lost; commands belong into ## Fix")
		}
	}
	if destructive && n == 0 {
		say("a destructive step needs a ## Danger section that says what is lost")
	}
	if n > MaxDanger {
		say("has %d characters, at most %d fit a reply", n, MaxDanger)
	}
}

// doubled finds a command word typed twice, such as "kubectl kubectl".
var doubled = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(kubectl|docker|helm|etcdctl|pip|python|sudo|git|systemctl) (kubectl|docker|helm|etcdctl|pip|python|sudo|git|systemctl)\b`)
})

// destructiveRE finds commands that delete data.
var destructiveRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\brm\s+-\w*[rf]|\bdown\s+(-\w+\s+)*(-v\b|--volumes)|\bdelete\s+(pvc|pv|persistentvolumeclaims?|namespace|ns|sts|statefulset|milvus)\b|\bvolume\s+(rm|prune)\b|\bsystem\s+prune\b|\bdrop_(collection|database|partition)\(|\bhelm\s+(uninstall|delete)\b|\betcdctl\b.*\bdel\b|\bmc\s+(rm|rb)\b|\bmkfs|\bwipefs`)
})

func checkCode(t Text, say report) {
	for _, b := range slices.Concat(t.Cause, t.Fix) {
		if m := doubled().FindStringSubmatch(b.Text); m != nil && m[1] == m[2] {
			say("%q: a command word stands twice", m[0])
		}
		m := destructiveRE().FindString(b.Text)
		switch {
		case m == "" || b.Destructive:
		case b.Code:
			say("%q deletes data: mark the fence destructive", m)
		case strings.Contains(b.Text, "`"+m):
			say("%q deletes data: put it into a fence marked destructive, not into prose", m)
		}
		if b.Code && strings.Contains(b.Text, "```") {
			say("a code block must not contain three backticks")
		}
		if b.Code && strings.TrimSpace(b.Text) == "" {
			say("a code block is empty")
		}
	}
}

var (
	mdLinkRE  = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]*)\)`)
	bareURLRE = regexp.MustCompile(`https?://[^\s)>\]"'` + "`" + `]+`)
	inlineRE  = regexp.MustCompile("`[^`]*`")
)

func checkLinks(t Text, say report) {
	for _, b := range slices.Concat(t.Cause, t.Fix, t.Danger) {
		if b.Code {
			continue
		}
		text := inlineRE.ReplaceAllString(b.Text, "")
		for _, link := range linksOf(text) {
			if err := CheckLink(link); err != nil {
				say("%v", err)
			}
		}
	}
}

func linksOf(text string) []string {
	var links []string
	for _, m := range mdLinkRE.FindAllStringSubmatch(text, -1) {
		links = append(links, m[1])
	}
	return append(links, bareURLRE.FindAllString(mdLinkRE.ReplaceAllString(text, ""), -1)...)
}

// checkProse refuses what would ping people or smuggle markup into a reply.
func checkProse(t Text, say report) {
	for _, b := range slices.Concat(t.Cause, t.Fix, t.Danger) {
		if b.Code {
			continue
		}
		text := inlineRE.ReplaceAllString(b.Text, "")
		for _, bad := range []string{"@everyone", "@here", "<@", "<#", "![", "<img", "<script", "<br"} {
			if strings.Contains(text, bad) {
				say("%q must not stand in prose", bad)
			}
		}
		if strings.Count(b.Text, "`")%2 == 1 {
			say("unbalanced backtick in %q", b.Text)
		}
	}
}

// checkTranslation compares a translation with the English text: as many
// steps, and the same code blocks byte for byte in the same steps.
func checkTranslation(en, tr Text, say report) {
	if steps(en.Fix) != steps(tr.Fix) {
		say("has %d steps, English has %d", steps(tr.Fix), steps(en.Fix))
	}
	if (len(en.Danger) == 0) != (len(tr.Danger) == 0) {
		say("## Danger must stand in both or in none")
	}
	a, b := codeOf(en), codeOf(tr)
	if len(a) != len(b) {
		say("has %d code blocks, English has %d", len(b), len(a))
		return
	}
	for i := range a {
		if a[i] != b[i] {
			say("code block %d differs from the English one: %q", i+1, b[i])
		}
	}
}

// codeOf returns the code blocks with all that must not differ.
func codeOf(t Text) []string {
	var code []string
	for _, b := range slices.Concat(t.Cause, t.Fix) {
		if b.Code {
			code = append(code, fmt.Sprintf("%d %s %v %t\n%s", b.Step, b.Lang, b.For, b.Destructive, b.Text))
		}
	}
	return code
}

// steps returns the number of the last step.
func steps(blocks []Block) int {
	n := 0
	for _, b := range blocks {
		n = max(n, b.Step)
	}
	return n
}

// Destroys tells whether a command, or a sentence with one, deletes data.
func Destroys(s string) bool { return destructiveRE().MatchString(s) }
