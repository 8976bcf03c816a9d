package search

import "strings"

// plainMarks begin what a line without a known format says of an error.
var plainMarks = []struct {
	mark     string
	severity Severity
}{
	{"Error: ", Error}, {"ERROR: ", Error}, {"error: ", Error}, {"ERROR ", Error}, {"Error response from daemon", Error},
	{"FATAL ", Fatal}, {"FATAL: ", Fatal}, {"fatal: ", Fatal}, {"Caused by: ", Error}, {"Exception in thread ", Fatal},
	{"failed to ", Error}, {"Failed to ", Error}, {"rpc error: ", Error}, {"[ERROR]", Error}, {" ERROR: ", Error}, {"WARN ", Warning},
	{"UPGRADE FAILED", Error}, {"INSTALLATION FAILED", Error}, {"permission denied", Error}, {"connection refused", Error},
	{"No such file or directory", Error}, {"Exited (", Error}, {"exited with code ", Error}, {"OOMKilled", Error},
}

// readPlain reads a line that says of itself that it is an error.
func readPlain(r *reader, i int) int {
	line := r.lines[i]
	for _, m := range plainMarks {
		at := strings.Index(line, m.mark)
		if at < 0 {
			continue
		}
		if strings.Contains(line[at:], "exited with code 0") || strings.Contains(line[at:], "Exited (0)") {
			continue
		}
		r.add(i, Problem{Severity: m.severity, Message: line[at:]})
		return 1
	}
	return 0
}
