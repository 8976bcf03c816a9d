package search

import (
	"strconv"
	"strings"
)

// readKubectl reads rows of "kubectl get pods" and "docker ps", events, and
// the exit codes that describe and compose print.
func readKubectl(r *reader, i int) int {
	line := r.lines[i]
	if pod, ok := podRow(line); ok {
		r.pods.rows = append(r.pods.rows, podState{pod, i})
		if pod.failing() || pod.state == "Pending" {
			r.add(i, Problem{Severity: Error, Message: "pod " + pod.group + " " + pod.state, Component: pod.group})
		}
		return 1
	}
	if kind, message, ok := eventRow(line); ok {
		if kind == "Warning" {
			r.add(i, Problem{Severity: Warning, Message: message})
		}
		return 1
	}
	return 0
}

// podInfo is one row of a pod or container table.
type podInfo struct {
	name  string
	group string // etcd, minio, pulsar, kafka or milvus
	state string // the STATUS column
	ready bool
}

func (p podInfo) failing() bool {
	switch p.state {
	case "CrashLoopBackOff", "Error", "OOMKilled", "Failed", "RunContainerError", "CreateContainerError", "Init:Error", "Init:CrashLoopBackOff":
		return true
	}
	return strings.HasPrefix(p.state, "Exited") && p.state != "Exited (0)"
}

// podStatuses are the words of the STATUS column that a row must hold.
var podStatuses = map[string]bool{
	"Running": true, "Pending": true, "CrashLoopBackOff": true, "Error": true, "OOMKilled": true, "Completed": true,
	"ImagePullBackOff": true, "ErrImagePull": true, "ContainerCreating": true, "Terminating": true, "Evicted": true,
	"Unknown": true, "Failed": true, "RunContainerError": true, "CreateContainerError": true, "CreateContainerConfigError": true,
	"Init:Error": true, "Init:CrashLoopBackOff": true, "Init:ImagePullBackOff": true, "PodInitializing": true,
}

// podRow reads "my-release-etcd-0  0/1  CrashLoopBackOff  12 (2m ago)  40m",
// with or without a namespace before it.
func podRow(line string) (podInfo, bool) {
	f := strings.Fields(line)
	for i := 1; i+1 < len(f) && i <= 2; i++ {
		have, want, ok := strings.Cut(f[i], "/")
		if !ok || !isDigits(have) || !isDigits(want) {
			continue
		}
		state := f[i+1]
		if !podStatuses[state] && !strings.HasPrefix(state, "Init:") {
			return podInfo{}, false
		}
		name := f[i-1]
		return podInfo{name: name, group: podGroup(name), state: state, ready: have == want}, true
	}
	return podInfo{}, false
}

func isDigits(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// podGroups are the words in a pod's name by which it is told what it runs.
// The last one in the name counts: a Milvus pod of a release that is called
// "etcd-test" still ends in "-milvus-proxy-…". Words such as "proxy" are left
// out: kube-proxy is none of ours.
var podGroups = []struct{ word, group string }{
	{"etcd", "etcd"}, {"minio", "minio"}, {"pulsar", "pulsar"}, {"bookie", "pulsar"}, {"zookeeper", "pulsar"}, {"kafka", "kafka"},
	{"rootcoord", "milvus"}, {"querycoord", "milvus"}, {"datacoord", "milvus"}, {"mixcoord", "milvus"},
	{"querynode", "milvus"}, {"indexnode", "milvus"}, {"streamingnode", "milvus"}, {"milvus", "milvus"},
}

func podGroup(name string) string {
	best, at := "", -1
	for _, g := range podGroups {
		if i := strings.LastIndex(name, g.word); i > at {
			best, at = g.group, i
		}
	}
	return best
}

type podState struct {
	podInfo
	line int
}

// podTable is every pod row of a paste.
type podTable struct{ rows []podState }

// facts says of each group of pods whether some or all fail, wait or were
// killed for memory.
func (t podTable) facts() []fact {
	type counts struct{ all, failing, pending, oom, pull, first int }
	groups := map[string]*counts{}
	var order []string
	for _, row := range t.rows {
		if row.group == "" {
			continue
		}
		c := groups[row.group]
		if c == nil {
			c = &counts{first: row.line}
			groups[row.group] = c
			order = append(order, row.group)
		}
		c.all++
		bad := true
		switch {
		case row.state == "OOMKilled":
			c.oom++
			c.failing++
		case row.failing():
			c.failing++
		case row.state == "Pending":
			c.pending++
		case strings.Contains(row.state, "ImagePull"):
			c.pull++
		default:
			bad = false
		}
		if bad && c.failing+c.pending+c.oom+c.pull == 1 {
			c.first = row.line
		}
	}
	var facts []fact
	for _, g := range order {
		c := groups[g]
		say := func(state string, is bool) {
			if is {
				facts = append(facts, fact{"pods/" + g + "/" + state, c.first})
			}
		}
		say("all-failing", c.failing == c.all && c.all > 1)
		say("some-failing", c.failing > 0 && c.failing < c.all)
		say("pending", c.pending > 0)
		say("oom-killed", c.oom > 0)
		say("image-pull", c.pull > 0)
	}
	return facts
}

// eventRow reads a row of "kubectl get events" or of describe's Events:
//
//	Warning  FailedScheduling  3m  default-scheduler  0/3 nodes are available: …
func eventRow(line string) (kind, message string, ok bool) {
	f := strings.Fields(line)
	for i := 0; i < len(f) && i < 3; i++ {
		if f[i] != "Warning" && f[i] != "Normal" {
			continue
		}
		if i+3 >= len(f) || !isReason(f[i+1]) {
			return "", "", false
		}
		return f[i], strings.TrimSpace(line[strings.Index(line, f[i+1]):]), true
	}
	return "", "", false
}

// isReason tells whether s is one CamelCase word.
func isReason(s string) bool {
	if len(s) < 4 || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for _, c := range []byte(s) {
		if !isWordByte(c) {
			return false
		}
	}
	return true
}

// exitMarks stand before a container's exit code.
var exitMarks = []string{"exited with code ", "Exited (", "Exit Code:", "exit code ", "exitCode: ", "exit status "}

// exitFacts adds "exit/<code>" for the codes that say how a process died,
// whatever format the line has.
func (r *reader) exitFacts(i int) {
	line := r.lines[i]
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
