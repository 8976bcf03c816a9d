package search

import "strings"

// readDotnet reads an exception of .NET: the outermost, with the chain of
// inner ones behind it on the same or further lines:
//
//	Unhandled exception. System.Exception: text
//	 ---> Grpc.Core.RpcException: Status(StatusCode="Unavailable", Detail="…")
//	   at Milvus.Client.MilvusClient.InvokeAsync() in /src/MilvusClient.cs:line 12
//	   --- End of inner exception stack trace ---
func readDotnet(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	severity := Error
	for _, p := range []string{"Unhandled exception. ", "Unhandled Exception: "} {
		if rest, ok := strings.CutPrefix(line, p); ok {
			line, severity = rest, Fatal
		}
	}
	name, _, ok := strings.Cut(line, ":")
	if !ok || !isException(name) || severity < Fatal && !strings.Contains(name, ".") {
		return 0
	}
	n, inner, innerText := 1, -1, ""
	head, rest, chained := strings.Cut(line, " ---> ")
	if chained {
		inner, innerText = i, rest
	}
	for ; i+n < len(r.lines) && n < maxFrames; n++ {
		t := strings.TrimSpace(r.lines[i+n].text)
		if cause, ok := strings.CutPrefix(t, "---> "); ok {
			inner, innerText = i+n, cause
		} else if !isDotnetFrame(t) {
			break
		}
	}
	if n == 1 && severity < Fatal && !chained {
		return 0
	}
	r.add(i, Problem{Severity: severity, Message: head})
	if inner >= 0 {
		for {
			_, deeper, more := strings.Cut(innerText, " ---> ")
			if !more {
				break
			}
			innerText = deeper
		}
		r.add(inner, Problem{Severity: severity, Message: innerText})
	}
	return n
}

func isDotnetFrame(t string) bool {
	if strings.HasPrefix(t, "--- End of") {
		return true
	}
	return strings.HasPrefix(t, "at ") && !nodeFrame(t) && (strings.HasSuffix(t, ")") || strings.Contains(t, ":line "))
}
