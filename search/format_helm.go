package search

import "strings"

// helmMarks are the operations that Helm says have failed.
var helmMarks = []string{"INSTALLATION FAILED", "UPGRADE FAILED", "ROLLBACK FAILED", "UNINSTALLATION FAILED"}

// maxHelm is how many more lines an error of Helm has: what in the values
// does not fit.
const maxHelm = 6

// readHelm reads Helm's errors, with the list that one ending with a colon
// has below it.
func readHelm(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	for _, mark := range helmMarks {
		at := strings.Index(line, mark)
		if at < 0 || at > maxLead || isQuestion(line) {
			continue
		}
		message, n := line[at:], 1
		for n <= maxHelm && (strings.HasSuffix(message, ":") || n > 1) {
			next := strings.TrimSpace(r.text(i + n))
			if next == "" || n > 2 && !strings.HasPrefix(next, "- ") && !strings.HasPrefix(next, "* ") {
				break
			}
			message += " " + next
			n++
		}
		r.add(i, Problem{Severity: Error, Message: message, Component: "helm"})
		return n
	}
	return 0
}
