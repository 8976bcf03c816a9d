package search

import "strings"

// readCpp reads what a C++ process says when it ends: an exception that
// nobody caught, an assertion, damaged memory, a library that cannot be
// loaded, and the shell's word on how it ended.
func readCpp(r *reader, i int) int {
	t := strings.TrimSpace(r.lines[i].text)
	if strings.HasPrefix(t, "terminate called") || strings.HasPrefix(t, "libc++abi: ") || strings.HasPrefix(t, "what(): ") {
		return readTerminate(r, i, t)
	}
	if at := strings.Index(t, `Assert "`); at >= 0 && strings.Contains(t[at:], " at /") {
		return readAssert(r, i, t[at:])
	}
	if at := strings.Index(t, ": Assertion "); at >= 0 && strings.HasSuffix(t, "failed.") {
		r.add(i, Problem{Severity: Fatal, Message: t[at+2:], Component: "segcore"})
		return 1
	}
	if strings.Contains(t, "' not found (required by ") && strings.HasSuffix(t, "milvus)") {
		r.add(i, Problem{Severity: Fatal, Message: t[max(0, strings.Index(t, "version ")):], Component: "milvus"})
		return 1
	}
	for _, s := range cppEnds {
		at := strings.Index(t, s)
		if at < 0 || at > 0 && (isWordByte(t[at-1]) || !isMachineLead(t[:at]) && isProse(t)) || at == 0 && isProse(t) {
			continue
		}
		n, component := readFrames(r, i)
		r.add(i, Problem{Severity: Fatal, Message: t[at:], Component: component})
		return n
	}
	return 0
}

// cppEnds are what the C library, the loader and the shell say of the end of
// a process.
var cppEnds = []string{
	"Segmentation fault", "Illegal instruction", "Floating point exception", "Bus error", "Aborted (core dumped)", "Fatal glibc error: ",
	"double free or corruption", "corrupted size vs. prev_size", "free(): invalid", "malloc(): ", "munmap_chunk(): ",
	"*** stack smashing detected", "error while loading shared libraries: ", "std::bad_alloc", "terminating with uncaught exception",
}

// readTerminate joins "terminate called after throwing an instance of 'X'"
// with the what() line below it, which says more.
func readTerminate(r *reader, i int, t string) int {
	n, main, message := 1, i, t
	for ; i+n < len(r.lines) && n <= 2; n++ {
		next := strings.TrimSpace(r.text(i + n))
		if next == "" {
			continue
		}
		if strings.HasPrefix(next, "what():") {
			main, message = i+n, t+": "+next
			n++
		}
		break
	}
	if main == i {
		n = 1
	}
	frames, component := readFrames(r, i+n-1)
	if component == "" {
		component = "segcore"
	}
	r.add(main, Problem{Severity: Fatal, Message: message, Component: component})
	return n + frames - 1
}

// readAssert reads `Assert "x" => why at /go/src/…/Plan.cpp:41`; older
// versions put the reason on a line of its own below.
func readAssert(r *reader, i int, t string) int {
	n := 1
	if next := strings.TrimSpace(r.text(i + 1)); strings.HasPrefix(next, "=> ") {
		t += " " + next
		n++
	}
	r.add(i, Problem{Severity: Error, Message: t, Component: "segcore"})
	return n
}
