package search

import "strings"

// textLine is one line as the formats read it.
type textLine struct {
	text  string // without what stands before the line itself
	stamp string // the last time that stood there, as written
}

// maxPrefixes is how many prefixes are taken off: compose, the container
// runtime, journald and the logger can each have put one.
const maxPrefixes = 6

// stripPrefix removes what container tools, collectors and loggers put before
// a line: "milvus-standalone  | ", "2024-01-02T…Z stderr F ", "[pod/x/y] ",
// "May  6 07:08:09 host dockerd[7]: ", "[2024/05/06 07:08:09.123 +00:00] ".
// Indentation stays: it tells frames from messages.
func stripPrefix(line string) textLine {
	t := textLine{text: strings.TrimRight(line, " \t\r")}
	for range maxPrefixes {
		n, stamp := prefixLen(t.text)
		if n == 0 {
			break
		}
		t.text = t.text[n:]
		if stamp != "" {
			t.stamp = stamp
		}
	}
	return t
}

// prefixLen returns the length of one prefix, and the time in it.
func prefixLen(s string) (n int, stamp string) {
	if s == "" {
		return 0, ""
	}
	switch c := s[0]; {
	case c == '[':
		return bracketPrefix(s)
	case isNumeral(c) || 'A' <= c && c <= 'Z':
		if n = stampLen(s); n > 0 {
			return stampPrefix(s, n)
		}
	}
	if n = containerPrefix(s); n > 0 {
		return n, ""
	}
	return leadPrefix(s), ""
}

// bracketPrefix reads "[pod/name/container] ", "[2024-05-06 07:08:09] ",
// "[  12.345678] " of the kernel, "[Nest] 7 - " and "[2024-05-06 07:08:09" where more
// follows inside the bracket.
func bracketPrefix(s string) (n int, stamp string) {
	if strings.HasPrefix(s, "[pod/") {
		if end := strings.Index(s, "] "); end > 0 {
			return end + 2, ""
		}
		return 0, ""
	}
	if len(s) < 10 {
		return 0, ""
	}
	if strings.HasPrefix(s, "[Nest] ") { // with the number of the process
		if end := strings.Index(s, " - "); end > 0 && end < 20 {
			return end + 3, ""
		}
	}
	if n = stampLen(s[1:]); n > 0 {
		stamp = s[1 : 1+n]
		n++
		if n < len(s) && s[n] == ']' {
			n++
		}
		return n + spaces(s[n:], 1), stamp
	}
	n = 1 + spaces(s[1:], len(s))
	whole := numerals(s[n:])
	if whole == 0 || n+whole+8 > len(s) || s[n+whole] != '.' || numerals(s[n+whole+1:]) != 6 || s[n+whole+7] != ']' {
		return 0, ""
	}
	n += whole + 8
	return n + spaces(s[n:], 1), ""
}

// spaces returns how many spaces s begins with, at most limit.
func spaces(s string, limit int) int {
	n := 0
	for n < len(s) && n < limit && s[n] == ' ' {
		n++
	}
	return n
}

// stampPrefix goes on behind a time: the stream marks of the container
// runtime, the host and program of a system log, or nothing.
func stampPrefix(s string, n int) (int, string) {
	stamp := s[:n]
	if n == len(s) {
		return n, stamp
	}
	if s[n] == ':' && n+1 < len(s) && s[n+1] == ' ' {
		n++
	}
	n += spaces(s[n:], 1)
	for _, stream := range []string{"stdout F", "stderr F", "stdout P", "stderr P"} {
		if strings.HasPrefix(s[n:], stream) {
			n += len(stream)
			return n + spaces(s[n:], 1), stamp
		}
	}
	return n + programPrefix(s[n:]), stamp
}

// programPrefix reads "host dockerd[123]: " and "host kernel: ".
func programPrefix(s string) int {
	host := strings.IndexByte(s, ' ')
	if host <= 0 || host > 80 {
		return 0
	}
	tag := strings.IndexByte(s[host+1:], ' ')
	if tag < 2 || tag > 80 {
		return 0
	}
	program := s[host+1 : host+1+tag]
	if program != "kernel:" && !strings.HasSuffix(program, "]:") || program[0] == '[' {
		return 0
	}
	return host + 1 + tag + 1
}

// containerPrefix reads "name-1  | " of compose. The name has a lower-case
// letter, or it is the level of a log line.
func containerPrefix(s string) int {
	n, lower := 0, false
	for n < len(s) && n < 80 && (isWordByte(s[n]) || s[n] == '-' || s[n] == '.' || s[n] == '/') {
		lower = lower || 'a' <= s[n] && s[n] <= 'z'
		n++
	}
	if n == 0 || !lower || n == len(s) || s[n] != ' ' {
		return 0
	}
	n += spaces(s[n:], len(s))
	if n == len(s) || s[n] != '|' {
		return 0
	}
	return n + 1 + spaces(s[n+1:], 1)
}

// maxLead is how far into a line a bracketed time may stand for what is
// before it to be a prefix: the names that stern prints, "milvus.log:12:" of
// grep, or the words of a person.
const maxLead = 100

// leadPrefix returns the length of what stands before "[2024/05/06 07:08:09"
// or before the object of a JSON log line.
func leadPrefix(s string) int {
	head := s[:min(len(s), maxLead)]
	if at := strings.Index(head, "[20"); at > 0 && stampLen(s[at+1:]) > 0 {
		return at
	}
	if at := strings.Index(head, `{"level":"`); at > 0 {
		return at
	}
	return 0
}
