package search

import "strings"

// readPanic reads a Go panic or fatal error, or the end of a C++ process,
// with the frames below it.
func readPanic(r *reader, i int) int {
	line := r.lines[i]
	message := panicMessage(line)
	if message == "" {
		return 0
	}
	p := Problem{Severity: Fatal, Message: message}
	n := 1
	for ; i+n < len(r.lines) && isFrame(r.lines[i+n]); n++ {
		if p.Component == "" {
			p.Component = frameComponent(r.lines[i+n])
		}
	}
	r.add(i, p)
	return n
}

// panicStarts begin the line that says why a process died.
var panicStarts = []string{
	"panic: ", "fatal error: ", "terminate called", "SIGSEGV: ", "SIGABRT: ", "SIGILL: ", "SIGBUS: ", "Fatal glibc error: ",
	"runtime: out of memory", "Segmentation fault", "Illegal instruction", "Aborted (core dumped)",
}

func panicMessage(line string) string {
	for _, s := range panicStarts {
		at := strings.Index(line, s)
		if at < 0 || at > 60 || strings.HasPrefix(strings.TrimSpace(line), "at ") {
			continue
		}
		if s == "panic: " || s == "fatal error: " {
			// "[recovered]" and the goroutine header are not part of the reason.
			return strings.TrimSuffix(strings.TrimSpace(line[at:]), " [recovered]")
		}
		return strings.TrimSpace(line[at:])
	}
	return ""
}

// isFrame tells whether a line belongs to a goroutine or C++ stack.
func isFrame(line string) bool {
	t := strings.TrimSpace(line)
	switch {
	case t == "", strings.HasPrefix(t, "goroutine "), strings.HasPrefix(t, "[signal "), strings.HasPrefix(t, "created by "),
		strings.HasPrefix(t, "runtime stack:"), strings.HasPrefix(t, "panic(") || strings.HasPrefix(t, "runtime."),
		strings.HasPrefix(t, "PC=0x"), strings.HasPrefix(t, "signal arrived"), strings.HasPrefix(t, "@ "), strings.HasPrefix(t, "*** "):
		return true
	case strings.HasPrefix(t, "github.com/") || strings.HasPrefix(t, "main."):
		return strings.Contains(t, "(")
	case strings.HasPrefix(t, "/"):
		return strings.Contains(t, ".go:") || strings.Contains(t, ".cpp:") || strings.Contains(t, ".cc:")
	}
	return false
}

// frameComponent returns "querynode" for a frame in
// github.com/milvus-io/milvus/internal/querynode….
func frameComponent(line string) string {
	_, rest, ok := strings.Cut(line, "github.com/milvus-io/milvus/internal/")
	if !ok {
		return ""
	}
	if end := strings.IndexAny(rest, "/.("); end > 0 {
		return rest[:end]
	}
	return ""
}
