package search

import (
	"strconv"
	"strings"
)

// readKubectl reads rows of "kubectl get" for pods, claims, nodes and
// events, and the states that describe prints.
func readKubectl(r *reader, i int) int {
	line := r.lines[i].text
	if pod, ok := podRow(line); ok {
		r.pods.rows = append(r.pods.rows, podState{pod, i})
		if state, bad := pod.problem(); bad != Noise {
			r.add(i, Problem{Severity: bad, Message: "pod " + firstOf(pod.group, pod.name) + " " + state, Component: pod.group})
		}
		return 1
	}
	if kind, message, ok := eventRow(line); ok {
		if kind == "Warning" {
			r.add(i, Problem{Severity: Warning, Message: message, Component: "kubernetes"})
		}
		return 1
	}
	if message, component, ok := resourceRow(line); ok {
		r.add(i, Problem{Severity: Error, Message: message, Component: component})
		return 1
	}
	for _, answer := range kubectlAnswers {
		if strings.HasPrefix(line, answer) {
			r.add(i, Problem{Severity: Error, Message: line, Component: "kubernetes"})
			return 1
		}
	}
	return readDescribe(r, i)
}

// kubectlAnswers begin what kubectl says when it is refused.
var kubectlAnswers = []string{"Error from server", "The connection to the server ", "Unable to connect to the server: "}

// podInfo is one row of a pod table.
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
	return false
}

// problem says how bad the state of a pod is: Noise for a healthy one.
func (p podInfo) problem() (state string, s Severity) {
	switch {
	case p.failing() || p.state == "Pending" || p.state == "Evicted" || p.state == "CreateContainerConfigError" || strings.Contains(p.state, "ImagePull"):
		return p.state, Error
	case p.state == "Running" && !p.ready:
		return "not ready", Warning
	}
	return p.state, Noise
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
	if !hasRatio(line) {
		return podInfo{}, false
	}
	f := strings.Fields(line[:min(len(line), maxRow)])
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

// maxRow is how much of a line is read as a row of a table.
const maxRow = 1000

// hasRatio tells whether a line holds digits on both sides of a slash, as the
// READY column does.
func hasRatio(line string) bool {
	for from := 0; ; {
		at := strings.IndexByte(line[from:], '/')
		if at < 0 {
			return false
		}
		if at += from; at > 0 && at+1 < len(line) && isNumeral(line[at-1]) && isNumeral(line[at+1]) {
			return true
		}
		from = at + 1
	}
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
