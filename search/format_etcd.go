package search

import "strings"

// readCapnslog reads the lines that etcd wrote before version 3.5, behind
// their time (the newer ones are JSON):
//
//	2022-05-06 07:08:09.123456 W | etcdserver: read-only range request "…" took too long
func readCapnslog(r *reader, i int) int {
	line := r.lines[i].text
	if len(line) < 6 || line[1:4] != " | " || r.lines[i].stamp == "" {
		return 0
	}
	var severity Severity
	switch line[0] {
	case 'I', 'N', 'D', 'T':
		return 1
	case 'W':
		severity = Warning
	case 'E':
		severity = Error
	case 'C':
		severity = Fatal
	default:
		return 0
	}
	message := line[4:]
	if pkg, rest, ok := strings.Cut(message, ": "); ok && len(pkg) <= 30 && !strings.Contains(pkg, " ") {
		message = rest
	}
	r.add(i, Problem{Severity: severity, Message: message, Component: "etcd"})
	return 1
}
