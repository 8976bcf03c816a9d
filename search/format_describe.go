package search

import "strings"

// eventRow reads a row of "kubectl get events" or of describe's Events:
//
//	Warning  FailedScheduling  3m (x5 over 9m)  default-scheduler  0/3 nodes are available: …
//	default  2m  Warning  BackOff  pod/etcd-0  Back-off restarting failed container
//
// The message is the reason with the text, without age, object and source.
func eventRow(line string) (kind, message string, ok bool) {
	at := strings.Index(line, "Warning")
	kind = "Warning"
	if at < 0 {
		at, kind = strings.Index(line, "Normal"), "Normal"
	}
	if at < 0 || at > maxLead || at > 0 && line[at-1] != ' ' {
		return "", "", false
	}
	if before := line[:at]; strings.TrimSpace(before) != "" && !hasAge(before) {
		return "", "", false
	}
	rest := line[at+len(kind):]
	if strings.TrimLeft(rest, " ") == rest {
		return "", "", false
	}
	reason, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), " ")
	if !ok || !isReason(reason) {
		return "", "", false
	}
	return kind, reason + ": " + eventText(rest), true
}

// hasAge tells whether what stands before an event's type is its age, with a
// namespace at most.
func hasAge(s string) bool {
	words := strings.Fields(s)
	if len(words) > 6 {
		return false
	}
	for _, w := range words {
		if isAge(w) {
			return true
		}
	}
	return false
}

// isAge tells "73s", "2m10s", "5d" and "<unknown>".
func isAge(w string) bool {
	if w == "<unknown>" || w == "<invalid>" {
		return true
	}
	n := numerals(w)
	if n == 0 || n == len(w) {
		return false
	}
	for i := n; i < len(w); i++ {
		if !isNumeral(w[i]) && strings.IndexByte("smhdy", w[i]) < 0 {
			return false
		}
	}
	return true
}

// eventText passes over the age, the object and the source of an event.
func eventText(s string) string {
	s = strings.TrimLeft(s, " ")
	for range 6 {
		word, rest, _ := strings.Cut(s, " ")
		isSource := word == "kubelet" || word == "kubelet," || word == "default-scheduler" || strings.HasSuffix(word, "-controller") || strings.HasSuffix(word, "-autoscaler")
		isObject := strings.Contains(word, "/") && len(rest) > 0 && !isNumeral(word[0]) && !strings.Contains(word, ":")
		if !isAge(word) && !isSource && !isObject && !strings.HasPrefix(word, "(x") && word != "over" && !isAge(strings.TrimSuffix(word, ")")) {
			break
		}
		s = strings.TrimLeft(rest, " ")
		if word == "kubelet," { // and the node
			_, s, _ = strings.Cut(s, " ")
			s = strings.TrimLeft(s, " ")
		}
	}
	return s
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

// resourceRow reads rows of claims that are not bound and of nodes that are
// not ready.
func resourceRow(line string) (message, component string, ok bool) {
	for _, state := range []string{"Pending", "Lost", "NotReady"} {
		at := strings.Index(line, " "+state+" ")
		if at < 0 {
			continue
		}
		words := strings.Fields(line[:min(len(line), maxRow)])
		for k := 1; k < len(words) && k <= 2; k++ {
			if words[k] != state || len(words) > k+7 || !strings.ContainsAny(words[k-1], "-0123456789") {
				continue
			}
			if state == "NotReady" {
				return "node " + state, "kubernetes", strings.Contains(line, " v1.")
			}
			if !isAge(words[len(words)-1]) && words[len(words)-1] != "Filesystem" {
				continue
			}
			group := podGroup(words[k-1])
			return "claim " + firstOf(group, words[k-1]) + " " + state, group, true
		}
	}
	return "", "", false
}

// badReasons are why a container waits or ended, in describe and in YAML.
var badReasons = map[string]Severity{
	"OOMKilled": Fatal, "Error": Fatal, "CrashLoopBackOff": Error, "ImagePullBackOff": Error, "ErrImagePull": Error, "Evicted": Fatal,
	"ContainerCannotRun": Fatal, "CreateContainerConfigError": Error, "CreateContainerError": Error, "StartError": Fatal, "RunContainerError": Error,
	"InvalidImageName": Error, "DeadlineExceeded": Fatal, "Unschedulable": Error,
}

// maxDescribe is how many lines above a state the name of its pod is looked
// for, and maxState how many lines the state has.
const (
	maxDescribe = 120
	maxState    = 6
)

// readDescribe reads the state of a container out of describe or of YAML:
//
//	Last State:     Terminated
//	  Reason:       OOMKilled
//	  Exit Code:    137
func readDescribe(r *reader, i int) int {
	name, value, ok := strings.Cut(strings.TrimSpace(r.lines[i].text), ":")
	if !ok || name != "Reason" && name != "reason" {
		return 0
	}
	reason := strings.TrimSpace(value)
	severity, bad := badReasons[reason]
	if !bad {
		return 0
	}
	message := reason
	for k := max(0, i-3); k < i+maxState; k++ {
		field, text, _ := strings.Cut(strings.TrimSpace(r.text(k)), ":")
		switch text = strings.TrimSpace(text); {
		case k != i && (field == "State" || field == "Last State" || field == "Reason" || field == "reason") && k > i:
			k = i + maxState
		case field == "Exit Code" && k > i, field == "exitCode":
			message += ", exit code " + text
		case (field == "Message" || field == "message") && k > i && text != "":
			message += ": " + text
		}
	}
	group := describedPod(r, i)
	if reason == "OOMKilled" && group != "" {
		r.addFact("pods/"+group+"/oom-killed", i)
	}
	r.add(i, Problem{Severity: severity, Message: "container " + strings.TrimPrefix(group+" ", " ") + message, Component: group})
	return 1
}

// describedPod returns the group of the pod that describe is about. What was
// found for a state above holds until another name stands between.
func describedPod(r *reader, i int) string {
	for k := i; k >= r.described.line && k > i-maxDescribe; k-- {
		field, name, ok := strings.Cut(r.text(k), ":")
		if ok && (field == "Name" || field == "  name") {
			r.described = describedName{k, podGroup(strings.TrimSpace(name))}
			return r.described.group
		}
	}
	if r.described.line+maxDescribe < i {
		r.described = describedName{i, ""}
	}
	return r.described.group
}

// describedName is the line of a name that describe printed, or as far as
// which there is none, and what the pod of that name runs.
type describedName struct {
	line  int
	group string
}
