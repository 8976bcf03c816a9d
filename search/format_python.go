package search

import "strings"

const tracebackStart = "Traceback (most recent call last)"

// readPython reads tracebacks of Python and of Jupyter. The exceptions of a
// chain are a problem each; the last one ended the program, the others
// brought it about.
func readPython(r *reader, i int) int {
	line := r.lines[i].text
	if strings.Contains(line, tracebackStart) {
		return readTraceback(r, i)
	}
	if chainMark(line) {
		return 1
	}
	return 0
}

// chainMark tells whether a line stands between two tracebacks of a chain.
func chainMark(line string) bool {
	return strings.Contains(line, "During handling of the above exception") || strings.Contains(line, "above exception was the direct cause of")
}

const (
	// maxTraceback is how many lines a traceback may be long.
	maxTraceback = 400
	// maxContinued is how many lines an exception's message may be long.
	maxContinued = 12
)

// readTraceback reads one traceback as far as its exception line, the first
// that is indented no deeper than the traceback. Text that is no frame ends a
// cut one.
func readTraceback(r *reader, i int) int {
	_, base := groupText(r.lines[i].text)
	for n := 1; i+n < len(r.lines) && n < maxTraceback; n++ {
		line := r.lines[i+n].text
		bare, depth := groupText(line)
		if bare == "" || depth > base && !strings.Contains(bare, tracebackStart) || isPythonFrame(bare) {
			continue
		}
		name, _, _ := strings.Cut(bare, ":")
		if !isDotted(name) || strings.Contains(bare, tracebackStart) {
			return n
		}
		return n + readRaised(r, i+n, bare)
	}
	return min(maxTraceback, len(r.lines)-i)
}

// groupText takes off the margin that an exception group has, and the mark of
// pytest's reports. It returns the text and how deep it is indented.
func groupText(line string) (text string, depth int) {
	text = strings.TrimPrefix(line, "E   ")
	for {
		margin := strings.TrimLeft(text, " \t")
		if len(margin) < 2 || margin[0] != '|' && margin[0] != '+' || margin[1] != ' ' && margin[1] != '-' {
			return margin, len(text) - len(margin)
		}
		text = strings.TrimPrefix(margin[1:], " ")
	}
}

// isPythonFrame tells the lines that name a frame, also those of Jupyter,
// from the line of the exception.
func isPythonFrame(s string) bool {
	for _, p := range []string{"File ", "Cell ", "Input In ", "<ipython-input", "---> ", "--> ", "----> ", "...", "^", "~", "[Previous line", "----", "-+"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return s[0] == '(' || isNumeral(s[0]) || s[0] == '/' && strings.Contains(s, " in ")
}

// readRaised reads the exception at line i and what of its message stands on
// further lines, and returns how many lines there are.
func readRaised(r *reader, i int, text string) int {
	message, n := text, 1
	for n < maxContinued && isOpen(message) {
		next, _ := groupText(r.text(i + n))
		if next == "" || strings.HasPrefix(next, "File ") || chainMark(next) || next[0] == '[' || strings.Contains(next, tracebackStart) {
			break
		}
		message += " " + next
		n++
	}
	if rpc, ok := grpcMessage(message); ok {
		message = rpc
	}
	severity := Fatal
	if strings.Contains(text, " sub-exception") || isCause(r, i+n) {
		severity = Error
	}
	r.add(i, Problem{Severity: severity, Message: message})
	return n
}

// isCause tells whether another traceback follows in the chain.
func isCause(r *reader, i int) bool {
	for k := i; k < i+3 && k < len(r.lines); k++ {
		if line := r.lines[k].text; line != "" {
			return chainMark(line)
		}
	}
	return false
}

// isOpen tells whether a message goes on: it has an open bracket or ends with
// a colon.
func isOpen(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<', '(', '{', '[':
			depth++
		case '>', ')', '}', ']':
			depth--
		}
	}
	return depth > 0 || strings.HasSuffix(s, ":")
}

// isDotted tells whether s is a name such as grpc._channel._InactiveRpcError.
func isDotted(s string) bool {
	if s == "" || len(s) > 120 || isNumeral(s[0]) {
		return false
	}
	upper := false
	for i := 0; i < len(s); i++ {
		if !isWordByte(s[i]) && s[i] != '.' {
			return false
		}
		upper = upper || 'A' <= s[i] && s[i] <= 'Z'
	}
	return upper
}

// readException reads a line that names an exception outside of a traceback:
// "pymilvus.exceptions.MilvusException: <…>", "ValueError: no" after other
// words, and exceptions in the form of repr().
func readException(r *reader, i int) int {
	line := r.lines[i].text
	if message, ok := codedException(line); ok {
		r.add(i, Problem{Severity: Error, Message: message})
		return 1
	}
	at := exceptionAt(line)
	if at < 0 {
		return 0
	}
	message := strings.TrimSpace(line[at:])
	n := 1
	if strings.Contains(message, rpcTerminated) {
		for n < maxContinued && isOpen(message) && r.text(i+n) != "" {
			message += " " + strings.TrimSpace(r.text(i+n))
			n++
		}
		if rpc, ok := grpcMessage(message); ok {
			message = rpc
		}
	}
	r.add(i, Problem{Severity: Error, Message: message})
	return n
}

// codedException reads "<MilvusException: (code=1, message=…)>" and
// "MilvusException(code=1, message='…')" anywhere in a line.
func codedException(line string) (string, bool) {
	at := strings.Index(line, "(code=")
	if at < 0 {
		return "", false
	}
	start := len(strings.TrimRight(line[:at], ": "))
	end := start
	for start > 0 && (isWordByte(line[start-1]) || line[start-1] == '.') {
		start--
	}
	if !isException(line[start:end]) {
		return "", false
	}
	if start > 0 && line[start-1] == '<' {
		start--
	}
	message := line[start:]
	for _, close := range []string{")>", "')", "\")"} {
		if k := strings.Index(message, close); k > 0 {
			message = message[:k+2]
			break
		}
	}
	return message, true
}

// exceptionAt returns where in a line "SomeError: what" begins, or -1. In a
// sentence it counts only if what follows the name says what went wrong.
func exceptionAt(line string) int {
	from := 0
	for range maxMarks {
		colon := strings.Index(line[from:], ": ")
		if colon < 0 {
			if strings.HasSuffix(line, ":") {
				return -1
			}
			return wholeException(line)
		}
		colon += from
		start := colon
		for start > 0 && (isWordByte(line[start-1]) || line[start-1] == '.' || line[start-1] == '$') {
			start--
		}
		rest := line[colon+2:]
		if isException(line[start:colon]) && !isQuestion(rest) && rest != "" {
			if isMachineLead(line[:start]) || looksFailed(rest) && !isProse(rest) {
				return start
			}
		}
		from = colon + 2
	}
	return -1
}

// wholeException returns where a line that is the name of an exception and
// nothing else begins, or -1.
func wholeException(line string) int {
	t := strings.TrimSpace(line)
	if strings.Contains(t, ".") && isException(t) {
		return len(line) - len(strings.TrimLeft(line, " \t"))
	}
	return -1
}

// isException tells whether name is a dotted Python or Java name that ends
// as exceptions do.
func isException(name string) bool {
	if name == "" || len(name) > 120 || strings.ContainsAny(name, " \t\"'(") {
		return false
	}
	last := name[strings.LastIndexAny(name, ".$")+1:]
	if last == "Error" || last == "" || last[0] != '_' && (last[0] < 'A' || last[0] > 'Z') {
		return false // "Error: …" alone is read as plain
	}
	for _, end := range []string{"Error", "Exception", "Exit", "Interrupt", "Timeout", "ExceptionGroup"} {
		if strings.HasSuffix(last, end) {
			return true
		}
	}
	return false
}
