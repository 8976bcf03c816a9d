package search

import "strings"

// readNode reads an error of Node with its frames, what its properties say,
// and the cause that they hold:
//
//	Error: connect ECONNREFUSED 127.0.0.1:19530
//	    at TCPConnectWrap.afterConnect (node:net:1494:16) {
//	  errno: -111,
//	  code: 'ECONNREFUSED',
//	  [cause]: Error: …
//	}
func readNode(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	message, severity, ok := nodeHead(line)
	if !ok {
		return 0
	}
	n, frames, braces := 1, 0, 0
	if strings.HasSuffix(line, "{") {
		message, braces = strings.TrimSuffix(message, " {"), 1
	}
	for ; n <= maxNodeMessage && braces == 0 && !nodeFrame(r.text(i+n)) && nodeFollows(r, i+n); n++ {
		message += " " + strings.TrimSpace(r.text(i+n))
	}
	for ; i+n < len(r.lines) && n < maxFrames; n++ {
		t := strings.TrimSpace(r.lines[i+n].text)
		if nodeFrame(t) || t == "for call at" {
			frames++
		} else if braces == 0 {
			break
		} else if cause, found := strings.CutPrefix(t, "[cause]: "); found {
			r.add(i+n, Problem{Severity: Error, Message: strings.TrimSuffix(cause, " {")})
		}
		if strings.HasSuffix(t, "{") {
			braces++
		} else if strings.HasPrefix(t, "}") {
			if braces--; braces <= 0 {
				n++
				break
			}
		}
	}
	if frames == 0 && braces == 0 && n == 1 && severity < Fatal {
		return 0
	}
	if thrown(r, i) || strings.HasPrefix(strings.TrimSpace(r.text(i+n+1)), "Node.js v") {
		severity = Fatal
	}
	r.add(i, Problem{Severity: severity, Message: message, Code: nodeCode(message)})
	return n
}

// maxNodeMessage is how many more lines the message of an error has.
const maxNodeMessage = 6

// nodeHead reads "Error: text", "TypeError [ERR_X]: text", "Uncaught Error:
// text" and what Node says of a promise that nobody caught.
func nodeHead(line string) (message string, s Severity, ok bool) {
	s = Error
	for _, p := range []string{"Uncaught (in promise) ", "Uncaught ", "Unhandled Rejection:", "UnhandledPromiseRejectionWarning: ", "(node:"} {
		if rest, found := strings.CutPrefix(line, p); found {
			if p == "(node:" {
				_, rest, found = strings.Cut(rest, ") UnhandledPromiseRejectionWarning: ")
				if !found {
					return "", 0, false
				}
			}
			line, s = strings.TrimSpace(rest), Fatal
		}
	}
	if strings.HasPrefix(line, "[UnhandledPromiseRejection") {
		return strings.Trim(line, "[] {"), Fatal, true
	}
	name, _, found := strings.Cut(line, ":")
	name, _, _ = strings.Cut(name, " [")
	if !found || name != "Error" && (!isException(name) || strings.Contains(name, ".")) {
		return "", 0, false
	}
	return strings.TrimPrefix(line, "Error: "), s, true
}

// nodeCode keeps the codes of gRPC, which Node prints as "Error: 14
// UNAVAILABLE", from being read as Milvus's.
func nodeCode(message string) int {
	if strings.Contains(message, "code: ") {
		return 0
	}
	return errorCode(message)
}

func nodeFrame(line string) bool {
	t := strings.TrimSpace(line)
	if !strings.HasPrefix(t, "at ") || isJavaFrame(t) {
		return false
	}
	t = strings.TrimSuffix(strings.TrimSuffix(t, " {"), ")")
	if strings.HasSuffix(t, "<anonymous>") || strings.HasSuffix(t, "(native") {
		return true
	}
	last := t[strings.LastIndexByte(t, ':')+1:]
	return last != "" && numerals(last) == len(last) && !strings.Contains(t, ".cs:line")
}

func nodeFollows(r *reader, i int) bool {
	for k := i; k < i+maxNodeMessage; k++ {
		switch line := r.text(k); {
		case line == "":
			return false
		case nodeFrame(line):
			return true
		}
	}
	return false
}

// thrown tells whether the line that threw stands above: code, a mark below
// it, an empty line.
func thrown(r *reader, i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		if t := strings.TrimSpace(r.text(k)); t == "^" || strings.HasPrefix(t, "throw ") {
			return true
		}
	}
	return false
}
