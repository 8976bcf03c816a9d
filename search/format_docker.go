package search

import "strings"

// readDocker reads rows of "docker ps -a" and "docker compose ps", what
// compose says of a container that ended or is not healthy, and the answers
// of the daemon.
func readDocker(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	if text, ok := strings.CutPrefix(strings.TrimPrefix(line, "docker: "), "Error response from daemon: "); ok {
		r.add(i, Problem{Severity: Error, Message: text, Component: "docker"})
		return 1
	}
	for _, s := range containerStates {
		at := strings.Index(line, s.mark)
		if at < 0 || at > 0 && s.mark[0] != ' ' && isWordByte(line[at-1]) {
			continue
		}
		state := s.mark
		if strings.HasSuffix(s.mark, "(") || strings.HasSuffix(s.mark, " ") {
			digits := line[at+len(s.mark):]
			n := numerals(digits)
			if n == 0 || n > 3 || strings.HasSuffix(s.mark, "(") && !strings.HasPrefix(digits[n:], ")") {
				continue
			}
			if healthyExits[digits[:n]] && !s.always {
				return 1
			}
			state += digits[:n]
			if strings.HasSuffix(s.mark, "(") {
				state += ")"
			}
		}
		name := containerName(line, at)
		if name == "" && isProse(line) {
			return 0
		}
		r.add(i, Problem{
			Severity: s.severity, Message: strings.TrimLeft(name+" "+strings.TrimSpace(strings.Trim(state, "()")+closing(state)), " "),
			Component: firstOf(podGroup(name), podGroup(line)),
		})
		return 1
	}
	return 0
}

// closing returns the bracket that trimming took from "Exited (137)".
func closing(state string) string {
	if strings.HasSuffix(state, ")") && strings.Contains(state, " (") {
		return ")"
	}
	return ""
}

// containerStates are the marks of containers in trouble. One that ends with
// a bracket or a space is followed by an exit code.
var containerStates = []struct {
	mark     string
	severity Severity
	always   bool // bad with any exit code
}{
	{"exited with code ", Error, false},
	{"Exited (", Error, false},
	{"exited (", Error, false},
	{"Restarting (", Error, true},
	{"(unhealthy)", Error, true},
	{" is unhealthy", Error, true},
	{"Exit ", Error, false},
}

// healthyExits are the codes of a container that ended as it should: done, or
// asked to by a signal.
var healthyExits = map[string]bool{"0": true, "130": true, "143": true}

// containerName returns the name of the container in a row of a table or
// before its state.
func containerName(line string, state int) string {
	words := strings.Fields(line[:min(len(line), maxRow)])
	if len(words) == 0 {
		return ""
	}
	first := words[0]
	if len(first) == 12 && isHex(first) && len(words) > 4 { // the id: a row of docker ps, the name is last
		return words[len(words)-1]
	}
	if strings.Contains(line, "   ") && isContainerName(first) {
		return first
	}
	before := strings.Fields(line[:min(state, maxRow)])
	if len(before) == 0 || len(before) > 6 {
		return ""
	}
	if name := before[len(before)-1]; isContainerName(name) {
		return name
	}
	return ""
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isNumeral(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return s != ""
}

// isContainerName tells whether s can be the name of a container or image.
func isContainerName(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for _, c := range []byte(s) {
		if !isWordByte(c) && c != '-' && c != '.' && c != '/' && c != ':' {
			return false
		}
	}
	return true
}

// exitMarks stand before a container's exit code.
var exitMarks = []string{"exited with code ", "Exited (", "Exit Code:", "exit code ", "exit code: ", "exitCode: ", "exit status ", "Exit "}

// exitFacts adds "exit/<code>" for the codes that say how a process died,
// whatever format the n lines from i on have.
func (r *reader) exitFacts(i, n int) {
	for ; n > 0; i, n = i+1, n-1 {
		line := r.text(i)
		if !strings.Contains(line, "xit") {
			continue
		}
		for _, mark := range exitMarks {
			at := strings.Index(line, mark)
			if at < 0 {
				continue
			}
			rest := strings.TrimLeft(line[at+len(mark):], " ")
			for _, code := range []string{"132", "134", "137", "139"} {
				if strings.HasPrefix(rest, code) && (len(rest) == 3 || rest[3] < '0' || rest[3] > '9') {
					r.addFact("exit/"+code, i)
				}
			}
		}
	}
}
