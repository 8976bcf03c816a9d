package search

import "strings"

// readJava reads a Java stack trace: the exception, its frames and the chain
// of causes. The first exception and the innermost cause are a problem each;
// those between them add nothing. A trace that is cut at its start begins
// with a cause.
func readJava(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	head, isHead := javaHead(line)
	next := r.text(i + 1)
	if !isHead || !strings.HasPrefix(line, "Caused by: ") && !strings.HasPrefix(line, "Exception in thread ") && !javaFollows(r, i+1) {
		return 0
	}
	if strings.HasPrefix(strings.TrimSpace(next), "at ") && !isJavaFrame(next) {
		return 0 // a stack of Node or .NET
	}
	severity := Error
	if strings.HasPrefix(line, "Exception in thread ") {
		severity = Fatal
	}
	message := head
	n := 1
	for ; n <= maxJavaMessage && !isJavaLine(r.text(i+n)) && javaFollows(r, i+n); n++ {
		message += " " + strings.TrimSpace(r.text(i+n))
	}
	r.add(i, Problem{Severity: severity, Message: message, Component: javaComponent(head)})
	cause := -1
	for ; i+n < len(r.lines) && isJavaLine(r.text(i+n)); n++ {
		if strings.HasPrefix(strings.TrimSpace(r.text(i+n)), "Caused by: ") {
			cause = i + n
		}
	}
	if cause >= 0 {
		head, _ = javaHead(strings.TrimSpace(r.text(cause)))
		r.add(cause, Problem{Severity: severity, Message: head, Component: javaComponent(head)})
	}
	return n
}

// maxJavaMessage is how many more lines the message of an exception has.
const maxJavaMessage = 6

// javaHead returns "io.milvus.exception.ServerException: text" of the first
// line of an exception.
func javaHead(line string) (string, bool) {
	line = strings.TrimPrefix(line, "Caused by: ")
	if rest, ok := strings.CutPrefix(line, "Exception in thread "); ok {
		if end := strings.Index(rest, `" `); end > 0 {
			rest = rest[end+2:]
		}
		return rest, true
	}
	if rest, ok := strings.CutPrefix(line, "Suppressed: "); ok {
		line = rest
	}
	name, _, _ := strings.Cut(line, ":")
	return line, isException(name) || strings.Contains(name, ".") && isDotted(name)
}

// javaFollows tells whether frames or a cause come within the lines that a
// message may still take from line i on.
func javaFollows(r *reader, i int) bool {
	for k := i; k < i+maxJavaMessage; k++ {
		switch line := r.text(k); {
		case line == "":
			return false
		case isJavaLine(line):
			return true
		}
	}
	return false
}

// isJavaLine tells whether a line is a frame or begins a cause.
func isJavaLine(line string) bool {
	t := strings.TrimSpace(line)
	return isJavaFrame(t) || strings.HasPrefix(t, "Caused by: ") || strings.HasPrefix(t, "Suppressed: ") ||
		strings.HasPrefix(t, "... ") && (strings.HasSuffix(t, " more") || strings.HasSuffix(t, "common frames omitted"))
}

// isJavaFrame tells "at io.milvus.X.y(X.java:12) ~[a.jar:1]" from the frames
// of Node and .NET.
func isJavaFrame(line string) bool {
	t := strings.TrimSpace(line)
	if !strings.HasPrefix(t, "at ") {
		return false
	}
	open := strings.IndexByte(t, '(')
	if open < 0 || strings.Contains(t[3:open], " ") {
		return false
	}
	where := t[open:]
	return strings.Contains(where, ".java") || strings.Contains(where, ".kt:") || strings.Contains(where, ".scala:") || strings.Contains(where, ".groovy:") ||
		strings.HasPrefix(where, "(Native Method)") || strings.HasPrefix(where, "(Unknown Source)") || strings.HasPrefix(where, "(<generated>)")
}

// javaComponents are the packages that name a component.
var javaComponents = []struct{ pkg, component string }{
	{"org.apache.pulsar", "pulsar"}, {"org.apache.bookkeeper", "pulsar"}, {"org.apache.zookeeper", "zookeeper"}, {"org.apache.kafka", "kafka"},
	{"kafka.", "kafka"}, {"io.milvus", "java-sdk"}, {"o.a.pulsar", "pulsar"}, {"o.a.zookeeper", "zookeeper"}, {"o.a.kafka", "kafka"},
}

func javaComponent(name string) string {
	for _, c := range javaComponents {
		if strings.HasPrefix(name, c.pkg) {
			return c.component
		}
	}
	return ""
}
