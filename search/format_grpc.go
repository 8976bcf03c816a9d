package search

import "strings"

// rpcTerminated is what gRPC for Python prints of a failed call, over several
// lines:
//
//	<_InactiveRpcError of RPC that terminated with:
//		status = StatusCode.UNAVAILABLE
//		details = "failed to connect to all addresses"
//		debug_error_string = "{…}"
//	>
const rpcTerminated = "of RPC that terminated with:"

// maxRPC is how many lines such a block is long.
const maxRPC = 8

// readGRPC reads the block of a failed call of gRPC for Python, from any of
// its first lines on, and errors of gRPC for Go in a line of their own.
func readGRPC(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	if !strings.Contains(line, rpcTerminated) && !strings.HasPrefix(line, "status = StatusCode.") && !strings.HasPrefix(line, `details = "`) {
		return 0
	}
	text, n, main := line, 1, i
	for n < maxRPC {
		next := strings.TrimSpace(r.text(i + n))
		if !isRPCMember(next) {
			break
		}
		if strings.HasPrefix(next, "details = ") {
			main = i + n
		}
		text += " " + next
		n++
		if strings.HasPrefix(next, ">") {
			break
		}
	}
	message, ok := grpcMessage(text)
	if !ok {
		return 0
	}
	r.add(main, Problem{Severity: Error, Message: message})
	return n
}

func isRPCMember(s string) bool {
	return strings.HasPrefix(s, "status = ") || strings.HasPrefix(s, "details = ") || strings.HasPrefix(s, "debug_error_string = ") ||
		strings.HasPrefix(s, ">")
}

// grpcMessage returns "StatusCode.UNAVAILABLE: details" for the text of a
// block on one line.
func grpcMessage(text string) (string, bool) {
	lead := ""
	if at := strings.Index(text, rpcTerminated); at >= 0 {
		lead = raisedName(text[:at])
		text = text[at:]
	}
	status := ""
	if _, rest, ok := strings.Cut(text, "status = "); ok {
		status, _, _ = strings.Cut(rest, " ")
	}
	details := ""
	if at := strings.Index(text, `details = "`); at >= 0 {
		at += len(`details = `)
		details = text[at+1 : min(len(text), quotedEnd(text, at))]
	}
	if status == "" && details == "" {
		return "", false
	}
	message := lead + strings.TrimPrefix(status+": "+details, ": ")
	return strings.TrimSuffix(message, ": "), true
}

// raisedName returns "grpc._channel._InactiveRpcError: " of what stands
// before the block, or "".
func raisedName(lead string) string {
	colon := strings.LastIndex(lead, ": <")
	if colon < 0 {
		return ""
	}
	start := colon
	for start > 0 && (isWordByte(lead[start-1]) || lead[start-1] == '.') {
		start--
	}
	if !isException(lead[start:colon]) {
		return ""
	}
	return lead[start:colon] + ": "
}
