package github

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste"
)

const (
	maxTitle   = 256  // characters GitHub takes
	titleGoal  = 120  // characters people read in a list
	minHead    = 40   // left for the problem however long the prefix is
	titleScan  = 400  // log lines that are looked at for a better title
	titleAfter = 20   // of these, lines after a leading problem that says nothing
	titleLine  = 4000 // bytes of a line that are looked at
	wrapLine   = 60   // bytes of a line that may have been broken
)

// Title names the problem on one plain line: the form's prefix and what the
// leading problem says, without time, level and source position. A leading
// problem that says nothing ("Error") gives way to the line after it that
// does, to another error of the log, or to the user's first line. At most 256
// characters, 120 if the prefix allows.
func (d *Draft) Title() string {
	prefix, room := d.prefix()
	if d.title != "" {
		return prefix + squeeze(d.title, room)
	}
	_, head := d.lead()
	return prefix + head
}

// prefix returns what the title starts with and how many characters are left
// for the problem.
func (d *Draft) prefix() (string, int) {
	prefix := strings.TrimLeft(plainTitle(d.form.Title), "/ ")
	if prefix != "" {
		prefix = clip(prefix+" ", "… ", maxTitle-minHead, utf8.RuneCountInString)
	}
	return prefix, max(titleGoal-utf8.RuneCountInString(prefix), minHead)
}

// SetTitle takes the user's own title, with or without the form's prefix. One
// that says nothing is not taken: the title made from the problem stays.
func (d *Draft) SetTitle(text paste.Paste) {
	title := plainTitle(oneLine(text.Text()))
	title = strings.TrimLeft(strings.TrimPrefix(title, plainTitle(d.form.Title)), "/ ")
	if _, room := d.prefix(); saysNothing(squeeze(title, room)) {
		title = ""
	}
	d.title = title
}

// lead returns the line that names the problem, as it was pasted, and what it
// says, short enough for the title: of the first candidate that says
// something. Without one the line is what was given and the text says so.
func (d *Draft) lead() (line, head string) {
	_, room := d.prefix()
	says := func(line string) bool {
		head = squeeze(headline(line), room)
		return !saysNothing(head)
	}
	if says(d.problem) {
		return d.problem, head
	}
	roles := d.form.roles()
	log := splitLines(d.text(roles, roleLog))
	after := log[locate(log, d.problem)+1:]
	for _, lines := range [][]string{after[:min(len(after), titleAfter)], log[:min(len(log), titleScan)]} {
		for _, line := range lines {
			if troubleWord.MatchString(line[:min(len(line), titleLine)]) && says(line) {
				return line, head
			}
		}
	}
	words := splitLines(d.text(roles, roleCurrent))
	for i, line := range words {
		if says(unwrapped(words[i:])) {
			return line, head
		}
	}
	head = "Problem without an error text"
	if v := d.env.MilvusVersion.Text; v != "" {
		head += " in Milvus " + v
	}
	if v := d.env.Deployment.Text; v != "" {
		head += " (" + v + ")"
	}
	return strings.TrimSpace(d.problem), squeeze(plainTitle(head), room)
}

// unwrapped returns the first line of a text, with the next where an editor
// has broken a sentence.
func unwrapped(lines []string) string {
	line := lines[0]
	if len(lines) > 1 && len(line) >= wrapLine && strings.IndexFunc(line[len(line)-1:], unicode.IsPunct) < 0 {
		line += " " + lines[1]
	}
	return line
}

// squeeze cuts what a title says to room characters. Milvus wraps errors from
// the outside in, so where there is a chain its last link, the cause, stays
// and the middle goes.
func squeeze(head string, room int) string {
	head = sourceAt.ReplaceAllString(head, "")
	links := chain.FindAllStringIndex(head, -1)
	if utf8.RuneCountInString(head) <= room || len(links) < 2 {
		return clip(head, "…", room, utf8.RuneCountInString)
	}
	last := links[len(links)-1]
	cause := " " + head[last[1]:]
	left := room - utf8.RuneCountInString(cause)
	if left < room/3 || saysNothing(cause) {
		return clip(head, "…", room, utf8.RuneCountInString)
	}
	return clip(head[:last[0]], " …", left, utf8.RuneCountInString) + cause
}

// text returns the text of a role, wherever the form keeps it.
func (d *Draft) text(roles map[role]string, r role) string {
	if id, ok := roles[r]; ok {
		return d.answers[id].Text
	}
	return d.spare[r].Text
}

// locate finds the line that holds the first line of text, or -1.
func locate(lines []string, text string) int {
	parts := splitLines(text)
	if len(parts) == 0 {
		return -1
	}
	want := strings.TrimSpace(parts[0])
	for i, line := range lines {
		if want != "" && strings.Contains(line, want) {
			return i
		}
	}
	return -1
}

var (
	troubleWord = regexp.MustCompile(`(?i)error|fail|panic|exception|fatal|signal|refused|denied|timeout|timed out|cannot|can't|unable|not found|invalid|illegal`)
	// A container's name, as docker compose and kubectl put it.
	leadName = regexp.MustCompile(`^(?:\[pod/\S+\]|[\w.-]+\s+\|)\s+`)
	leadTime = regexp.MustCompile(`^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?: ?Z| ?[+-]\d\d:?\d\d)?\]?[\s,:-]*(?:std(?:out|err) [FP] )?`)
	leadTag  = regexp.MustCompile(`^(?:\[(?i:trace|debug|info|warn|warning|error|fatal|panic|dpanic)\]|(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)[\s:]|(?i:error|warning):|\[[\w./-]+\.(?:go|cpp|h|cc|py|java):\d+\])[\s:-]*`)
	zapText  = regexp.MustCompile(`^\[(?:"((?:[^"\\]|\\.)*)"|([^\]"]*))\]`)
	zapError = regexp.MustCompile(`\[(?:error|err|reason)=(?:"((?:[^"\\]|\\.)*)"|([^\]"]*))\]`)
	// pymilvus writes its exceptions as <Name: (code=1, message=…)>.
	sdkError = regexp.MustCompile(`<?(\w*(?:Exception|Error)): \(code=(-?\d+), message=(.*?)\)?>?(?:\)>.*)?$`)
	// A Java exception with its package, which says no more than its name.
	javaError = regexp.MustCompile(`^(?:Exception in thread "[^"]*" )?(?:Caused by: )?(?:[a-z]\w*\.){2,}([A-Z]\w*(?:Exception|Error)\b)`)
	// Where in the source an error was raised tells little in a title.
	sourceAt = regexp.MustCompile(`\s+at /\S+:\d+\S*$`)
	chain    = regexp.MustCompile(`:\s+=>\s+|\s+=>\s+|:\s+`)
	unescape = strings.NewReplacer(`\n`, " ", `\t`, " ", `\r`, " ", `\"`, `"`, `\\`, `\`)
)

// headline takes the frame of a log line off and returns the message, with
// the error that caused it where the line has one.
func headline(text string) string {
	parts := splitLines(strings.TrimSpace(text))
	if len(parts) == 0 {
		return ""
	}
	line := clip(strings.TrimSpace(parts[0]), "", titleLine, utf16Len)
	line = leadName.ReplaceAllString(line, "")
	for n := 0; n < 5; n++ {
		rest := leadTag.ReplaceAllString(leadTime.ReplaceAllString(line, ""), "")
		if rest == line || saysNothing(rest) {
			break
		}
		line = rest
	}
	switch {
	case strings.HasPrefix(line, "{"):
		line = jsonMessage(line)
	case strings.HasPrefix(line, "["):
		line = zapMessage(line)
	}
	line = javaError.ReplaceAllString(line, "$1")
	if m := sdkError.FindStringSubmatch(line); m != nil {
		line = m[1] + " (code=" + m[2] + "): " + m[3]
	}
	return strings.TrimLeft(plainTitle(line), "/ ")
}

func zapMessage(line string) string {
	m := zapText.FindStringSubmatch(line)
	if m == nil {
		return line
	}
	return withCause(unescape.Replace(m[1]+m[2]), zapCause(line[len(m[0]):]))
}

func zapCause(fields string) string {
	m := zapError.FindStringSubmatch(fields)
	if m == nil {
		return ""
	}
	return unescape.Replace(m[1] + m[2])
}

func jsonMessage(line string) string {
	var fields struct {
		Msg     string `json:"msg"`
		Message string `json:"message"`
		Error   string `json:"error"`
		Err     string `json:"err"`
	}
	if json.Unmarshal([]byte(line), &fields) != nil || fields.Msg+fields.Message == "" {
		return line
	}
	return withCause(fields.Msg+fields.Message, fields.Error+fields.Err)
}

// withCause joins a message and its cause unless one holds the other.
func withCause(message, cause string) string {
	switch {
	case cause == "" || strings.Contains(message, cause):
		return message
	case message == "" || strings.HasPrefix(cause, message):
		return cause
	}
	return strings.TrimRight(message, " .:") + ": " + cause
}

// plainTitle keeps what is text in a title: no mentions, references, code or
// control and invisible characters; one space between words.
func plainTitle(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '@' || r == '#' || r == '`' || isBreak(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// emptyWords are what a line can be made of without telling problems apart.
var emptyWords = map[string]bool{
	"error": true, "errors": true, "err": true, "fatal": true, "panic": true, "exception": true, "failed": true,
	"failure": true, "fail": true, "fails": true, "warning": true, "warn": true, "traceback": true, "most": true,
	"recent": true, "call": true, "last": true, "unknown": true, "bug": true, "issue": true, "problem": true,
	"help": true, "please": true, "pls": true, "milvus": true, "pymilvus": true, "exceptions": true,
	"milvusexception": true, "unexpected": true, "unexpectederror": true, "internal": true, "something": true,
	"went": true, "wrong": true, "not": true, "working": true, "work": true, "it": true, "doesn": true, "t": true,
	"does": true, "the": true, "a": true, "an": true, "is": true, "i": true, "get": true, "got": true, "this": true,
	"occurred": true, "grpc": true, "rpc": true, "code": true, "desc": true, "message": true, "none": true,
	"hi": true, "hello": true, "stack": true, "trace": true, "caused": true, "by": true, "in": true, "my": true,
}

// saysNothing reports that a title would fit any problem.
func saysNothing(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		if !emptyWords[w] {
			return false
		}
	}
	return true
}
