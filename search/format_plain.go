package search

import "strings"

// plainMark is how a line without a known format says of itself that it is
// an error.
type plainMark struct {
	mark     string
	severity Severity
	// text marks are part of the message; the others stand before it.
	text bool
}

var plainMarks = []plainMark{
	{"Error: ", Error, false}, {"ERROR: ", Error, false}, {"error: ", Error, false}, {"[ERROR]", Error, false}, {"[error]", Error, false},
	{"ERROR ", Error, false}, {"SEVERE: ", Error, false}, {"CRITICAL: ", Error, false}, {"FATAL: ", Fatal, false}, {"FATAL ", Fatal, false},
	{"fatal: ", Fatal, false}, {"Fatal: ", Fatal, false}, {"[FATAL]", Fatal, false}, {"WARN ", Warning, false}, {"WARN: ", Warning, false},
	{"WARNING: ", Warning, false}, {"Warning: ", Warning, false}, {"rpc error: ", Error, true}, {"failed to ", Error, true}, {"Failed to ", Error, true},
	{"unable to ", Error, true}, {"Unable to ", Error, true}, {"cannot ", Error, true}, {"Cannot ", Error, true}, {"could not ", Error, true},
	{"Could not ", Error, true}, {"Couldn't ", Error, true},
}

// plainPhrases are errors that need no mark. They count on lines that no
// person wrote.
var plainPhrases = newWords(
	"permission denied", "connection refused", "no such file or directory", "context deadline exceeded", "address already in use",
	"no space left on device", "connection reset by peer", "command not found", "exec format error",
	"network is unreachable", "no route to host", "x509: ", "toomanyrequests", "manifest unknown", "manifest for ", "operation not permitted",
	"resource busy", "oomkilled", "undefined symbol: ", "signal: killed", "too many open files", "i/o timeout", "tls handshake",
	"unauthorized", "service unavailable", "dependency failed to start", "403 forbidden", "500 internal server error", "502 bad gateway", "503 service", "no matching manifest",
	": eof", "[expected=", "[actual=", "[collection=", "[database=", // the last four end the errors of Milvus
)

// markIndex finds the marks in any case; firstMark compares again.
var markIndex = func() *words {
	var list []string
	for _, m := range plainMarks {
		list = append(list, strings.ToLower(m.mark))
	}
	return newWords(list...)
}()

// readPlain reads a line that says of itself that it is an error. Of a
// sentence only the error text in it is taken, if there is one.
func readPlain(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	if line == "Killed" || line == "signal: killed" {
		r.add(i, Problem{Severity: Fatal, Message: line})
		return 1
	}
	if head := line[:min(len(line), maxLead)]; strings.Contains(head, "[debug]") || strings.Contains(head, "[info]") {
		return 0
	}
	if m, at := firstMark(line); at >= 0 {
		message := line[at+len(m.mark):]
		if m.text {
			message = line[at:]
			if isMachineLead(line[:at]) {
				message = line[placeLen(line):]
			}
		}
		r.add(i, Problem{Severity: m.severity, Message: message})
		return 1
	}
	if plainPhrases.in(line) && !isProse(line) && !isCode(line) {
		r.add(i, Problem{Severity: Error, Message: line[placeLen(line):]})
		return 1
	}
	return 0
}

// maxMarks is how many marks of one line are looked at.
const maxMarks = 16

// firstMark returns the first mark of a line that an error text follows, and
// where it stands, or -1.
func firstMark(line string) (best plainMark, at int) {
	at = -1
	tries := 0
	markIndex.each(line, func(mark, from int) bool {
		m := plainMarks[mark]
		if !strings.HasPrefix(line[from:], m.mark) {
			return true
		}
		if accepted(line, m, from) {
			best, at = m, from
		}
		tries++
		return at < 0 && tries < maxMarks
	})
	return best, at
}

// accepted tells whether a mark begins an error text, by what stands before
// and behind it.
func accepted(line string, m plainMark, at int) bool {
	lead, rest := line[:at], strings.TrimSpace(line[at+len(m.mark):])
	if rest == "" || at > 0 && isWordByte(line[at-1]) && line[at] != '[' || nothings[rest] || isQuestion(rest) || isCode(lead) {
		return false
	}
	rest = strings.TrimPrefix(rest, "Error: ")
	switch {
	case lead == "" && !m.text:
		return !isProse(rest) || looksFailed(rest)
	case isMachineLead(lead):
		return !isProse(rest)
	case m.text:
		return lead != "" && strings.Contains(rest, ": ") && looksFailed(rest) && !isProse(rest)
	case m.mark == "ERROR " || m.mark == "WARN ":
		return false // a word in a sentence
	}
	return looksFailed(rest) && !isProse(rest)
}

// nothings are what stands behind a mark when there is no error.
var nothings = map[string]bool{
	"null": true, "nil": true, "<nil>": true, "none": true, "None": true, "0": true, "false": true, "true": true, `""`: true, "''": true, "{": true, "{}": true,
	"[]": true, "undefined": true,
}

// isCode tells whether what stands before a text is source code that would
// print it.
func isCode(lead string) bool {
	for _, s := range []string{`("`, `('`, `(f"`, `(f'`, "(`", `= "`, `= '`, `err != nil`} {
		if strings.Contains(lead, s) {
			return true
		}
	}
	return false
}

// placeLen returns the length of a source place at the start of a line:
// "main.go:12: ".
func placeLen(line string) int {
	name, rest, ok := strings.Cut(line, ":")
	n := numerals(rest)
	if !ok || n == 0 || len(name) > 60 || !strings.Contains(name, ".") || strings.Contains(name, " ") || !strings.HasPrefix(rest[n:], ": ") {
		return 0
	}
	return len(name) + 1 + n + 2
}
