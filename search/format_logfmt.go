package search

import "strings"

// readLogfmt reads lines of key=value pairs, as Docker, containerd and many
// Go programs write them, and the short form of the same on a terminal:
//
//	time="2024-05-06T07:08:09Z" level=error msg="text" error="text"
//	WARN[0000] text
func readLogfmt(r *reader, i int) int {
	line := r.lines[i].text
	if severity, text, ok := shortLevel(line); ok {
		r.add(i, Problem{Severity: severity, Message: text})
		return 1
	}
	value, ok := pair(line[:min(len(line), maxLogfmtHead)], "level")
	if !ok {
		return 0
	}
	level, known := levelOf(value)
	if !known {
		return 0
	}
	if level < Warning {
		return 1
	}
	message, _ := pair(line, "msg")
	for _, name := range []string{"error", "err"} {
		if e, ok := pair(line, name); ok && e != "" && !strings.Contains(message, e) {
			message = strings.TrimPrefix(message+": "+plainText(e), ": ")
		}
	}
	p := Problem{Severity: level, Message: plainText(message)}
	for _, name := range []string{"time", "ts", "t"} {
		if at, ok := pair(line[:min(len(line), maxLogfmtHead)], name); ok && p.Time.IsZero() {
			p.Time = jsonTime(at)
		}
	}
	r.add(i, p)
	return 1
}

// maxLogfmtHead is how far into a line its time and level stand.
const maxLogfmtHead = 200

// pair returns the value of name=value in a line.
func pair(line, name string) (string, bool) {
	for from := 0; ; {
		at := strings.Index(line[from:], name+"=")
		if at < 0 {
			return "", false
		}
		at += from
		from = at + len(name) + 1
		if at > 0 && line[at-1] != ' ' && line[at-1] != '\t' {
			continue
		}
		if from < len(line) && line[from] == '"' {
			return line[from+1 : min(len(line), quotedEnd(line, from))], true
		}
		value, _, _ := strings.Cut(line[from:], " ")
		return value, true
	}
}

// shortLevel reads "WARN[0000] text" and "ERRO[0012] text".
func shortLevel(line string) (Severity, string, bool) {
	if len(line) < 10 || line[4] != '[' {
		return 0, "", false
	}
	var s Severity
	switch line[:4] {
	case "WARN":
		s = Warning
	case "ERRO":
		s = Error
	case "FATA", "PANI":
		s = Fatal
	default:
		return 0, "", false
	}
	n := numerals(line[5:])
	if n == 0 || !strings.HasPrefix(line[5+n:], "] ") {
		return 0, "", false
	}
	return s, strings.TrimSpace(line[5+n+2:]), true
}
