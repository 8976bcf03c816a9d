package model

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/milvus-medic/medic/kb"
)

// claim is one step that a model gave, with what it may rest on.
type claim struct {
	saidStep
	excerpt string // that it cites
	report  string
}

// guards are what each step must pass; a step that fails one is dropped. They
// hold whatever the model, the report or the documentation says.
var guards = []struct {
	name string
	pass func(claim) bool
}{
	{"quote", quoted},
	{"command", func(c claim) bool { return c.Command == "" || holds(c.excerpt, c.Command) }},
	{"one command", func(c claim) bool { return !strings.ContainsAny(strings.TrimSpace(c.Command), "\n\r`") }},
	{"destructive", func(c claim) bool { return !kb.Destroys(c.Command) && !kb.Destroys(c.Text) }},
	{"terms", termsCited},
	{"numbers", numbersCited},
	{"links", func(c claim) bool {
		return !linkRE.MatchString(c.Text) && !linkRE.MatchString(c.Quote) && hostsAllowed(c.Command)
	}},
	{"fetching", func(c claim) bool { return !fetchRE.MatchString(c.Command) || allNamed(c.Command) }},
	{"contacts", func(c claim) bool { return !contactRE.MatchString(c.Text) && !contactRE.MatchString(c.Quote) }},
	{"markup", func(c claim) bool { return !markupRE.MatchString(c.Text + c.Quote + c.Command) }},
	{"characters", func(c claim) bool { return plain(c.Text) && plain(c.Quote) && plain(c.Command) }},
	{"length", func(c claim) bool {
		return len(strings.TrimSpace(c.Text)) >= 10 && len(c.Text) <= 600 && len(c.Quote) <= 600 && len(c.Command) <= 400
	}},
	{"prompt", func(c claim) bool {
		return !leaks(c.Text) && !leaks(c.Quote) && !leaks(c.Command)
	}},
	{"orders", func(c claim) bool { return !orderRE.MatchString(c.Text) && !orderRE.MatchString(c.Quote) }},
}

// ground keeps of an answer the steps that pass every guard.
func ground(a said, docs []kb.Doc, excerpts []string, report string) Grounded {
	var g Grounded
	if !a.Answerable {
		return g
	}
	seen := map[string]bool{}
	for _, s := range a.Steps {
		if s.Citation < 1 || s.Citation > len(excerpts) || seen[s.Text] ||
			!passes(claim{saidStep: s, excerpt: excerpts[s.Citation-1], report: report}) {
			continue
		}
		seen[s.Text] = true
		source := docs[s.Citation-1]
		g.Steps = append(g.Steps, Step{
			Text: strings.TrimSpace(s.Text), Command: strings.TrimSpace(s.Command), Quote: strings.TrimSpace(s.Quote), Source: source,
		})
		if !slices.ContainsFunc(g.Sources, func(d kb.Doc) bool { return d.ID == source.ID }) {
			g.Sources = append(g.Sources, source)
		}
		if len(g.Steps) == maxSteps {
			break
		}
	}
	return g
}

func passes(c claim) bool {
	for _, guard := range guards {
		if !guard.pass(c) {
			return false
		}
	}
	return true
}

// minQuote is the least that counts as a quote, in characters.
const minQuote = 15

// quoted tells whether the quote stands in the excerpt word for word.
func quoted(c claim) bool {
	return utf8.RuneCountInString(strings.TrimSpace(c.Quote)) >= minQuote && holds(c.excerpt, c.Quote)
}

// holds tells whether text holds part, white space aside, and not as a piece
// of a longer word at either end.
func holds(text, part string) bool {
	text, part = spaced(text), spaced(part)
	if part == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(text[from:], part)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(part):])
		first, _ := utf8.DecodeRuneInString(part)
		last, _ := utf8.DecodeLastRuneInString(part)
		if !(joins(before) && joins(first)) && !(joins(last) && joins(after)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		from = i + size
	}
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// joins tells whether r can stand inside a word, a flag or a path. Scripts
// that are written without spaces have no such words.
func joins(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-/", r))
}

// termRE finds what must be exact: flags, paths, settings, variables, names
// with signs in them, versions, and whatever stands between backticks.
var termRE = regexp.MustCompile("`[^`]+`" +
	`|(?:^|[\s(\x{3000}-\x{9fff}])--?[A-Za-z][\w-]*` + // flags
	`|[\w.~$-]*/[\w./~$*-]+` + // paths
	`|\b[A-Za-z]\w*(?:\.[A-Za-z_]\w*)+\b` + // settings and attributes
	`|\b[A-Za-z]+(?:_[A-Za-z0-9]+)+\b` + // names with underlines
	`|\b[a-z]+[A-Z]\w*\b` + // camel case
	`|\b[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){2,}\b` + // names with two dashes and more
	`|\b[A-Z]{2,}[A-Z0-9_]*\b` + // shouted names
	`|\$\w+|\b\w+\(\)?`)

// commandRE finds the beginnings of commands in a sentence.
var commandRE = regexp.MustCompile(`(?i)\b(?:sudo|curl|wget|kubectl|docker|helm|etcdctl|pip3?|conda|apt(?:-get)?|yum|dnf|brew|npm|bash|sh|chmod|chown|systemctl|mc|git|python3?|export|ssh|scp|nc|eval|source)\s+[\w./$-]+`)

// termsCited tells whether every exact term and every command in the sentence
// stands in the cited excerpt. Shouted words of the report may be repeated.
func termsCited(c claim) bool {
	for _, term := range termRE.FindAllString(c.Text, -1) {
		term = strings.TrimLeft(strings.Trim(strings.TrimSpace(term), "`.,:;()"), "(")
		if term != "" && !holds(c.excerpt, term) && !holds(c.excerpt, term+"(") && !common[term] {
			return false
		}
	}
	for _, command := range commandRE.FindAllString(c.Text, -1) {
		if !holds(c.excerpt, command) && !isProse(command) {
			return false
		}
	}
	return true
}

// common are shouted words that no sentence about a database can do without.
var common = map[string]bool{"API": true, "CPU": true, "GPU": true, "RAM": true, "SDK": true, "OK": true, "ID": true, "IP": true, "TLS": true, "DNS": true, "PVC": true}

// isProse tells whether what looks like a command is a word of a sentence:
// "docker images", "source of", "git repository".
func isProse(s string) bool {
	f := strings.Fields(strings.ToLower(s))
	switch f[1] {
	case "of", "is", "and", "or", "in", "the", "a", "an", "for", "to", "from", "with", "on", "at", "as", "that", "compose", "image", "images", "container",
		"containers", "chart", "charts", "client", "code", "package", "packages", "pod", "pods", "server", "version", "repository", "file", "files":
		return f[0] != "sh" && f[0] != "bash" && f[0] != "eval" && f[0] != "sudo"
	}
	return false
}

var numberRE = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

// numbersCited tells whether numbers of two digits and more, versions too,
// stand in the excerpt or in what the user wrote.
func numbersCited(c claim) bool {
	for _, n := range numberRE.FindAllString(c.Text, -1) {
		if len(n) > 1 && !holds(c.excerpt, n) && !holds(c.report, n) {
			return false
		}
	}
	return true
}

// linkRE finds addresses and what clients make links of, in any disguise that
// a reader would still follow.
var linkRE = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]{1,12}://|\bwww\.|\bhxxps?\b|\b[a-z0-9-]+(?:\s*(?:\.|\[\.\]|\(dot\)|\[dot\]|。)\s*)(?:com|net|org|io|dev|app|ru|cn|me|gg|xyz|top|info|biz|co|ai|link|site|online|click|sh|zip|to|tk|ly|example|evil|test)\b|\bdiscord(?:app)?\b.{0,3}\bgg\b`)

var urlRE = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]{1,12}://([^\s/"'<>)]+)`)

// hostsAllowed tells whether a command names no address outside the hosts
// that entries link to, and those inside the reader's own machine.
func hostsAllowed(command string) bool {
	for _, m := range urlRE.FindAllStringSubmatch(command, -1) {
		host := m[1][strings.LastIndexByte(m[1], '@')+1:]
		host, _, _ = strings.Cut(host, ":")
		if !private(host) && !slices.Contains(kb.Hosts, strings.ToLower(host)) {
			return false
		}
	}
	return true
}

// fetchRE finds commands that bring code or send data, and those that hide
// what they run.
var fetchRE = regexp.MustCompile(`(?i)\b(?:curl|wget|nc|ncat|ssh|scp|rsync|ftp)\b|\|\s*(?:sudo\s+)?(?:\w*sh|python3?|perl)\b|\bbase64\b|\beval\b|\$\(|/dev/tcp`)

// allNamed tells whether a command that fetches does only that, from hosts
// that are named and allowed.
func allNamed(command string) bool {
	return urlRE.MatchString(command) && hostsAllowed(command) && !strings.ContainsAny(command, "|;&`$")
}

// contactRE finds ways to reach somebody.
var contactRE = regexp.MustCompile(`(?i)[\w.+-]+@[\w-]+|\B@\w|\b(?:telegram|whatsapp|wechat|weixin|kakao ?talk|skype|signal me|line id|dm me|direct message me)\b|微信|텔레그램|카카오톡|\+\d[\d\s-]{7,}`)

// markupRE finds Discord's and Markdown's markup for links, mentions, images,
// spoilers and headings, and HTML.
var markupRE = regexp.MustCompile(`<[@#:/a-zA-Z!]|@(?:everyone|here)|\]\s*\(|!\[|\|\||(?m:^\s*(?:#{1,6}\s|>\s|-#\s))|&#?\w+;|data:\w+/`)

// plain tells whether s is made of visible characters of the kinds that text
// has: no controls, no marks of direction, nothing invisible.
func plain(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r == utf8.RuneError || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) ||
			unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Variation_Selector, r) || r >= 0xE0000 && r <= 0xE0FFF {
			return false
		}
	}
	return true
}

// leakLength is how many letters in a row of the instructions count as a
// leak of them.
const leakLength = 28

// leaks tells whether s repeats part of the instructions.
func leaks(s string) bool {
	s, secret := letters(s), letters(instructions)
	for i := 0; i+leakLength <= len(s); i++ {
		if strings.Contains(secret, s[i:i+leakLength]) {
			return true
		}
	}
	return strings.Contains(strings.ToLower(s), "systemprompt")
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// orderRE finds sentences that speak to a model, or ask people for secrets or
// for less safety, which no documentation of ours does.
var orderRE = regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|prior|above|all|earlier|instructions?)\b|\byou are now\b|\bas an ai\b|\b(?:send|post|paste|share|give|tell|enter|submit|reveal)\b.{0,40}\b(?:password|token|secret|api key|credentials?|private key|seed phrase|wallet)\b|\b(?:disable|turn off|switch off)\b.{0,30}\b(?:authentication|authorization|firewall|tls|verification|antivirus)\b|\bbitcoin\b|\bcrypto wallet\b|(?:忽略|无视).{0,10}(?:指令|说明|指示)|(?:이전|위의).{0,10}지시.{0,6}무시`)
