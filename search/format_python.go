package search

import "strings"

const tracebackStart = "Traceback (most recent call last)"

// readPython reads a traceback as far as its exception line, and single
// exception lines such as "pymilvus.exceptions.MilvusException: <…>".
func readPython(r *reader, i int) int {
	if strings.Contains(r.lines[i], tracebackStart) {
		return readTraceback(r, i)
	}
	if p, ok := exceptionLine(r.lines[i]); ok {
		r.add(i, p)
		return 1
	}
	return 0
}

// maxTraceback is how many lines a traceback may be long.
const maxTraceback = 400

func readTraceback(r *reader, i int) int {
	n := 1
	for ; i+n < len(r.lines) && n < maxTraceback; n++ {
		line := r.lines[i+n]
		if p, ok := exceptionLine(line); ok {
			p.Severity = Fatal
			r.add(i+n, p)
			return n + 1
		}
		t := strings.TrimSpace(line)
		if t != "" && line == strings.TrimLeft(line, " \t|+") && !strings.HasPrefix(t, "File ") && n > 1 {
			break // text that is no frame ends a cut traceback
		}
	}
	return n
}

// exceptionLine reads "module.SomeError: message" and "<SomeException:
// (code=1, message=…)>" anywhere in a line.
func exceptionLine(line string) (Problem, bool) {
	t := strings.TrimLeft(line, " \t|+-")
	if name, message, ok := strings.Cut(t, ":"); ok && isException(name) {
		return Problem{Severity: Error, Message: strings.TrimSpace(name) + ": " + strings.TrimSpace(message)}, true
	}
	if at := strings.Index(line, "Exception: (code="); at >= 0 {
		start := strings.LastIndexByte(line[:at], '<')
		message := line[max(0, start):]
		if end := strings.Index(message, ")>"); end > 0 {
			message = message[:end+2]
		}
		return Problem{Severity: Error, Message: message}, true
	}
	return Problem{}, false
}

// isException tells whether name is a dotted Python or Java name that ends
// as exceptions do.
func isException(name string) bool {
	if name == "" || len(name) > 120 || strings.ContainsAny(name, " \t\"'(") {
		return false
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "Error" || last == "" || last[0] < 'A' || last[0] > 'Z' {
		return false // "Error: …" alone is read as plain
	}
	for _, end := range []string{"Error", "Exception", "Exit", "Interrupt", "Timeout"} {
		if strings.HasSuffix(last, end) {
			return true
		}
	}
	return false
}
