package search

import (
	"slices"
	"strings"
)

// Environment is what a paste says of the system it comes from. Empty
// fields were not said.
type Environment struct {
	Milvus     string `json:"milvus,omitempty"` // server version, "2.4.13"
	SDK        string `json:"sdk,omitempty"`    // "pymilvus", "milvus-sdk-java", …
	SDKVersion string `json:"sdk_version,omitempty"`
	Deployment string `json:"deployment,omitempty"` // one of kb.Deployments, or "zilliz-cloud"
	Queue      string `json:"queue,omitempty"`      // "pulsar", "kafka", "rocksmq", "woodpecker"
	Storage    string `json:"storage,omitempty"`    // "minio", "s3", "gcs", "azure", "oss"
	Component  string `json:"component,omitempty"`  // what the process runs, "querynode" or "standalone"
	OS         string `json:"os,omitempty"`
	Arch       string `json:"arch,omitempty"` // "amd64" or "arm64"
	GPU        string `json:"gpu,omitempty"`
}

// maxEnvText is how much of a paste's head and tail is read for the
// environment: banners stand at the start, questions at either end.
const maxEnvText = 128 << 10

// detect reads the environment out of the paste.
func detect(v *view) Environment {
	text, lower := v.text, ""
	if len(text) <= 2*maxEnvText {
		lower = v.lowered()
	} else {
		text = envText(v.match)
		lower = strings.ToLower(text)
	}
	for _, hint := range templateHints {
		if strings.Contains(lower, hint) {
			lower = strings.ReplaceAll(lower, hint, "")
		}
	}
	var e Environment
	e.versions(lower)
	found := countEnv(lower)
	for i, rule := range envRules {
		if field := rule.field(&e); *field == "" {
			*field = rule.choose(lower, found[envStarts[i]:envStarts[i+1]])
		}
	}
	switch {
	case e.OS != "":
	case hasDrive(text):
		e.OS = "Windows"
	case strings.Contains(text, "/Users/"):
		e.OS = "macOS"
	}
	if e.GPU != "" {
		if model := firstWord(lower, gpuModels); model != "" {
			e.GPU += " " + strings.ToUpper(model)
		}
	}
	return e
}

// hasDrive tells whether a path such as C:\app stands in the text.
func hasDrive(text string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], `:\`)
		if at < 0 {
			return false
		}
		at += from
		from = at + 2
		if at > 0 && 'A' <= text[at-1] && text[at-1] <= 'Z' && (at == 1 || !isWordByte(text[at-2])) {
			return true
		}
	}
}

// envText returns the head and the tail of the lines.
func envText(lines []string) string {
	head, size := 0, 0
	for head < len(lines) && size < maxEnvText {
		size += len(lines[head]) + 1
		head++
	}
	tail, size := len(lines), 0
	for tail > head && size < maxEnvText {
		tail--
		size += len(lines[tail]) + 1
	}
	parts := []string{strings.Join(lines[:head], "\n"), strings.Join(lines[tail:], "\n")}
	for i, p := range parts {
		parts[i] = p[:min(len(p), 2*maxEnvText)] // a giant line
	}
	return strings.Join(parts, "\n")
}

// templateHints stand in the questions of Milvus's issue form and are no
// answers.
var templateHints = []string{
	"(rocksmq, pulsar or kafka)", "(standalone or cluster)", "(ubuntu or centos)", "(e.g. pymilvus v2.0.0rc2)", "(e.g. v2.0.0-rc2 or 8b23a93)",
	"(e.g. v2.0.0-rc2 & 8b23a93)", "(cpu/gpu)",
}

// envRule fills one field of the environment.
type envRule struct {
	field func(*Environment) *string
	// labels are names before a value, as in "MQ type: pulsar"; the value
	// that a label has is believed before words elsewhere.
	labels []string
	// labelOnly leaves words without a label alone.
	labelOnly bool
	// most takes the choice whose words occur most often instead of the first.
	most    bool
	choices []envChoice
}

// envChoice is a value and the words, separated by "|", that stand for it.
type envChoice struct{ value, words string }

var envRules = []envRule{
	{field: func(e *Environment) *string { return &e.SDK }, choices: []envChoice{
		{"pymilvus", "pymilvus"}, {"milvus-sdk-java", "io.milvus.|milvus-sdk-java"}, {"milvus2-sdk-node", "milvus2-sdk-node"},
		{"milvus-sdk-go", "milvus-sdk-go|milvus/client/v2"}, {"milvus-sdk-csharp", "milvus.client.|milvusclient.cs|milvus-sdk-csharp"},
		{"langchain-milvus", "langchain-milvus|langchain_milvus"},
	}},
	{field: func(e *Environment) *string { return &e.Deployment }, choices: []envChoice{
		{"zilliz-cloud", "zillizcloud.com|zilliz cloud|zilliz.com.cn|vectordb.zilliz"}, {"operator", "milvus-operator|milvus.io/v1beta1|milvus operator"},
		{"helm", "helm install|helm upgrade|helm repo|helm chart|helm.go:|helm list|helm template|milvus-helm|helm.sh/chart|helm "},
		{"kubernetes", "kubectl|[pod/|crashloopbackoff|persistentvolumeclaim|default-scheduler"},
		{"compose", "docker compose|docker-compose|compose.yml|compose.yaml|milvus-standalone"},
		{"lite", "milvus_lite|milvus-lite|milvuslite|milvus lite|milvus_demo.db"},
		{"docker", "docker run|docker logs|docker ps|standalone_embed.sh|standalone_embed.bat"},
	}},
	{field: func(e *Environment) *string { return &e.Deployment }, labels: []string{"deployment mode", "deploy mode"}, labelOnly: true, choices: []envChoice{
		{"cluster", "cluster|distributed"}, {"standalone", "standalone"},
	}},
	{field: func(e *Environment) *string { return &e.Queue }, labels: []string{"mq type", "mqtype", "mq.type", "message queue", "messagequeue"}, most: true, choices: []envChoice{
		{"woodpecker", "woodpecker"}, {"pulsar", "pulsar"}, {"kafka", "kafka"}, {"rocksmq", "rocksmq|rdb_data"},
	}},
	{field: func(e *Environment) *string { return &e.Storage }, choices: []envChoice{
		{"gcs", "storage.googleapis.com|gcs bucket"}, {"azure", "blob.core.windows.net|azure blob"}, {"s3", "amazonaws.com|aws s3|s3 bucket"},
		{"oss", "aliyuncs.com"}, {"minio", "minio"},
	}},
	{field: func(e *Environment) *string { return &e.Component }, choices: componentChoices()},
	{field: func(e *Environment) *string { return &e.OS }, labels: []string{"os"}, choices: []envChoice{
		{"Windows", "windows 10|windows 11|windows server|microsoft windows|on windows|win32|docker desktop for windows|wsl2| wsl "},
		{"macOS", "macos|mac os|darwin/|darwin kernel|macbook|apple silicon"},
		{"Ubuntu", "ubuntu"}, {"CentOS", "centos"}, {"Debian", "debian"}, {"Red Hat", "red hat|rhel"}, {"Rocky Linux", "rocky linux"},
		{"Amazon Linux", "amazon linux"}, {"Alpine", "alpine linux"},
	}},
	{field: func(e *Environment) *string { return &e.Arch }, most: true, choices: []envChoice{
		{"arm64", "arm64|aarch64|apple silicon"}, {"amd64", "amd64|x86_64|x86-64"},
	}},
	{field: func(e *Environment) *string { return &e.GPU }, choices: []envChoice{
		{"NVIDIA", "nvidia-smi|nvidia gpu|nvidia driver|nvidia-container|nvidia geforce|nvidia a|nvidia t|nvidia h|nvidia l|tesla |milvus-gpu|-gpu|gpu_ivf|gpu_cagra|gpu_brute|" +
			"cuda error|cuda runtime|cudaerror|cuda version|raft runtime|geforce|rtx "},
	}},
}

// componentChoices are the commands that start one component of Milvus, and
// how its logs name themselves.
func componentChoices() []envChoice {
	choices := []envChoice{{"standalone", "milvus run standalone|role=standalone"}}
	for _, c := range []string{"querynode", "datanode", "indexnode", "streamingnode", "proxy", "rootcoord", "querycoord", "datacoord", "indexcoord", "mixcoord"} {
		choices = append(choices, envChoice{c, "milvus run " + c + "|role=" + c + "|[pod/milvus-" + c})
	}
	return choices
}

// gpuModels are told apart by users, and by their compute capability.
var gpuModels = []string{"a100", "a800", "h100", "h800", "a10g", "a10", "v100", "rtx 4090", "rtx 3090", "l40s", "l40", "t4", "p40", "p100"}

// envWords are the words of all rules, with a table of how they begin, and
// envRefs the place in envCounts that each counts at. The places of rule i begin at envStarts[i]: one for its
// labels, then one for each of its choices.
var envWords, envTable, envRefs, envStarts = func() ([]string, windowTable, []int, []int) {
	var list []string
	var refs []int
	at := 0
	add := func(words []string) {
		for _, w := range words {
			list, refs = append(list, w), append(refs, at)
		}
		at++
	}
	starts := []int{0}
	for _, rule := range envRules {
		add(slices.DeleteFunc(slices.Clone(rule.labels), func(l string) bool { return len(l) < gramWidth }))
		for _, c := range rule.choices {
			add(strings.Split(c.words, "|"))
		}
		starts = append(starts, at)
	}
	return list, newWindowTable(gramWidth, list), refs, starts
}()

// envCounts says how often the words of each choice of each rule stand in a
// text, as words of their own.
type envCounts []int

func countEnv(lower string) envCounts {
	counts := make(envCounts, envStarts[len(envRules)])
	envTable.each(bytesOf(lower), func(word uint32, at int) {
		if w := envWords[word]; stands(lower, at, w) && standsAlone(lower, at, at+len(w)) {
			counts[envRefs[word]]++
		}
	})
	return counts
}

// choose returns the value that the text says, or "". counts are those of
// this rule.
func (r envRule) choose(lower string, counts envCounts) string {
	for _, label := range r.labels {
		if counts[0] == 0 && len(label) >= gramWidth {
			continue // counted, and not there
		}
		if value := labelValue(lower, label); value != "" {
			if value = r.first(value); value != "" {
				return value
			}
		}
	}
	if r.labelOnly {
		return ""
	}
	best, most := "", 0
	for k, c := range r.choices {
		if n := counts[1+k]; n > most {
			best, most = c.value, n
			if !r.most {
				break
			}
		}
	}
	return best
}

// first returns the choice whose word stands first in the value of a label.
func (r envRule) first(value string) string {
	best, at := "", len(value)
	for _, c := range r.choices {
		for w := range strings.SplitSeq(c.words, "|") {
			if i := strings.Index(value, w); i >= 0 && i < at {
				best, at = c.value, i
			}
		}
	}
	return best
}

// maxLabelled is how much of a line is read as the value of a label.
const maxLabelled = 60

// labelValue returns what stands behind a label and a colon or an equals sign.
func labelValue(lower, label string) string {
	for from := 0; ; {
		at := strings.Index(lower[from:], label)
		if at < 0 {
			return ""
		}
		at += from
		from = at + len(label)
		if at > 0 && isWordByte(lower[at-1]) {
			continue
		}
		rest := strings.TrimLeft(lower[from:min(len(lower), from+maxLabelled)], " \"'")
		if rest == "" || rest[0] != ':' && rest[0] != '=' {
			continue
		}
		value, _, _ := strings.Cut(rest[1:], "\n")
		return strings.TrimSpace(value)
	}
}

// firstWord returns the first of the words that stands in the text, short
// ones on their own.
func firstWord(lower string, words []string) string {
	for _, w := range words {
		for rest := lower; ; {
			at := strings.Index(rest, w)
			if at < 0 {
				break
			}
			if len(w) > shortWord || standsAlone(rest, at, at+len(w)) {
				return w
			}
			rest = rest[at+1:]
		}
	}
	return ""
}
