package search

import "strings"

// readPanic reads a Go panic, a fatal error of the runtime or the signal
// that ended the process, with the goroutines that follow. A panic inside of
// a panic is two problems; the first brought the second about.
func readPanic(r *reader, i int) int {
	message := panicMessage(r.lines[i].text)
	if message == "" {
		return 0
	}
	n, component := readFrames(r, i)
	r.add(i, Problem{Severity: Fatal, Message: message, Component: component})
	return n
}

// maxFrames is how many lines a dump may be long. The dump of all goroutines
// of a server has tens of thousands; its rest is read line by line.
const maxFrames = 2000

// readFrames returns how many lines of frames follow line i, itself counted,
// and the first component of Milvus in them. It adds the panics nested in
// between.
func readFrames(r *reader, i int) (n int, component string) {
	for n = 1; i+n < len(r.lines) && n < maxFrames; n++ {
		line := r.lines[i+n].text
		if nested := strings.TrimLeft(line, " \t"); nested != line && strings.HasPrefix(nested, "panic: ") {
			r.add(i+n, Problem{Severity: Fatal, Message: panicMessage(nested)})
			continue
		}
		if !isFrame(line) {
			break
		}
		if component == "" {
			component = frameComponent(line)
		}
	}
	for n > 1 && r.lines[i+n-1].text == "" {
		n--
	}
	return n, component
}

// panicStarts begin the line that says why a Go process died.
var panicStarts = []string{
	"panic: ", "fatal error: ", "SIGSEGV: ", "SIGABRT: ", "SIGILL: ", "SIGBUS: ", "SIGQUIT: ", "SIGFPE: ", "runtime: out of memory",
	"[signal SIG", "SIGNO: ", "SIGNO : ", "unexpected fault address",
}

// maxPanicLead is how far into a line a panic may begin.
const maxPanicLead = 60

func panicMessage(line string) string {
	t := strings.TrimSpace(line)
	if strings.HasPrefix(t, "at ") || strings.HasPrefix(t, "//") {
		return ""
	}
	head := t[:min(len(t), maxPanicLead+len("unexpected fault address"))]
	for _, s := range panicStarts {
		at := strings.Index(head, s)
		if at < 0 {
			continue
		}
		rest := t[at+len(s):]
		if at > 0 && isWordByte(t[at-1]) || isQuestion(rest) || !isMachineLead(t[:at]) && (isProse(rest) || !looksFailed(rest)) {
			continue
		}
		message := strings.Trim(t[at:], "[]")
		// "[recovered]" and the address are not part of the reason.
		message, _, _ = strings.Cut(message, " [recovered")
		message, _, _ = strings.Cut(message, " code=0x")
		message, _, _ = strings.Cut(message, "; SI_")
		return message
	}
	return ""
}

// frameStarts begin lines of a goroutine dump or of a C++ stack.
var frameStarts = []string{
	"goroutine ", "[signal ", "created by ", "runtime stack:", "panic(", "runtime.", "PC=0x", "pc=0x", "signal arrived", "@ ", "*** ", "m=0 ",
	"main.", "_cgo_", "non-Go function", "stack: frame=", "instruction bytes:", "runtime: ", "BACKTRACE:", "_ZN", "_ZS", "rax ", "rbx ", "rip ",
	"...additional frames elided", "exit status 2", "sigcode=",
}

// isFrame tells whether a line belongs to a goroutine or C++ stack.
func isFrame(line string) bool {
	t := strings.TrimSpace(line)
	if t == "" {
		return true
	}
	for _, s := range frameStarts {
		if strings.HasPrefix(t, s) {
			return true
		}
	}
	switch {
	case t[0] == '/' || t[0] == '.' || t[0] == '_':
		return strings.Contains(t, ".go:") || strings.Contains(t, ".cpp:") || strings.Contains(t, ".cc:") || strings.Contains(t, ".h:") || strings.Contains(t, ".s:") || strings.Contains(t, " pc=0x")
	case t[0] == '#':
		return len(t) > 1 && isNumeral(t[1])
	}
	// A call of a function of a package: github.com/a/b.F(0x1), testing.tRunner(…).
	open := strings.IndexByte(t, '(')
	return open > 0 && strings.Contains(t[:open], ".") && !strings.Contains(t[:open], " ") && (strings.Contains(t[:open], "/") || strings.HasSuffix(t, ")"))
}

// frameComponent returns "querynode" for a frame in
// github.com/milvus-io/milvus/internal/querynode…, and the part of the C++
// core that a frame there is in.
func frameComponent(line string) string {
	_, rest, ok := strings.Cut(line, "github.com/milvus-io/milvus/internal/")
	switch {
	case strings.Contains(line, "knowhere"):
		return "knowhere"
	case strings.HasPrefix(rest, "core/") || strings.HasPrefix(line, "_ZN6milvus") || strings.HasPrefix(line, "_ZNK6milvus"):
		return "segcore"
	case !ok:
		return ""
	}
	rest = strings.TrimPrefix(rest, "util/")
	if end := strings.IndexAny(rest, "/.("); end > 0 {
		return sourceComponent(rest[:end])
	}
	return ""
}
