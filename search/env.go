package search

import (
	"regexp"
	"strings"
)

// Environment is what a paste says of the system it comes from. Empty
// fields were not said.
type Environment struct {
	Milvus     string `json:"milvus,omitempty"` // server version, "2.4.13"
	SDK        string `json:"sdk,omitempty"`    // "pymilvus", "milvus-sdk-java", …
	SDKVersion string `json:"sdk_version,omitempty"`
	Deployment string `json:"deployment,omitempty"` // one of kb.Deployments
	Queue      string `json:"queue,omitempty"`      // "pulsar", "kafka", "rocksmq", "woodpecker"
	Storage    string `json:"storage,omitempty"`    // "minio", "s3", "gcs", "azure"
	OS         string `json:"os,omitempty"`
	GPU        string `json:"gpu,omitempty"`
}

// versionRules find a version; the first group is the version.
var versionRules = []*regexp.Regexp{
	regexp.MustCompile(`milvusdb/milvus(?:-gpu)?:v?(\d+\.\d+\.\d+(?:-[\w.]+)?)`),
	regexp.MustCompile(`(?i)\bmilvus(?:[ -](?:server|standalone|cluster|version|image|operator))?(?:\s+(?:version|is|on|at))?\s*[:=@]?\s*"?v?(2\.\d+\.\d+(?:-(?:rc|beta|hotfix|gpu|latest|dev)[\w.]*)?)`),
	regexp.MustCompile(`\[?(?i)version=v?(2\.\d+\.\d+(?:-[\w.]+)?)`),
	regexp.MustCompile(`(?i)\bserver(?: version)?:?\s+v?(2\.\d+\.\d+)`),
}

// sdkRules find a client library and its version.
var sdkRules = []struct {
	name string
	re   *regexp.Regexp
}{
	{"milvus-lite", regexp.MustCompile(`(?i)milvus[-_]lite[\s=:@v]+(\d+\.\d+(?:\.\d+)?)`)},
	{"pymilvus", regexp.MustCompile(`(?i)\bpymilvus(?:\[[\w,]+\])?(?:\s+version)?[\s=:@v-]+(\d+\.\d+\.\d+(?:\.?(?:rc|post|dev)\d+)?)`)},
	{"milvus-sdk-java", regexp.MustCompile(`(?i)milvus-sdk-java[\s=:@v-]+(\d+\.\d+\.\d+)`)},
	{"milvus2-sdk-node", regexp.MustCompile(`(?i)milvus2-sdk-node[\s"=:@v^~-]+(\d+\.\d+\.\d+)`)},
	{"milvus-sdk-go", regexp.MustCompile(`(?i)milvus-sdk-go(?:/v2)?[\s=:@v-]+(\d+\.\d+\.\d+)`)},
}

// wordRules set a field by the first choice whose word stands in the paste.
var wordRules = []struct {
	set   func(*Environment) *string
	value string
	words string
}{
	{func(e *Environment) *string { return &e.SDK }, "pymilvus", "pymilvus"},
	{func(e *Environment) *string { return &e.SDK }, "milvus-sdk-java", "io.milvus.|milvus-sdk-java"},
	{func(e *Environment) *string { return &e.SDK }, "milvus2-sdk-node", "milvus2-sdk-node"},
	{func(e *Environment) *string { return &e.SDK }, "milvus-sdk-go", "milvus-sdk-go|milvus/client/v2"},
	{func(e *Environment) *string { return &e.Deployment }, "operator", "milvus-operator|milvus.io/v1beta1"},
	{func(e *Environment) *string { return &e.Deployment }, "helm", "helm "},
	{func(e *Environment) *string { return &e.Deployment }, "kubernetes", "kubectl|[pod/|crashloopbackoff|persistentvolumeclaim"},
	{func(e *Environment) *string { return &e.Deployment }, "compose", "docker compose|docker-compose|compose.yml|compose.yaml|milvus-standalone"},
	{func(e *Environment) *string { return &e.Deployment }, "lite", "milvus_lite|milvus-lite|milvuslite|milvus_demo.db"},
	{func(e *Environment) *string { return &e.Deployment }, "docker", "docker run|docker logs|docker ps|standalone_embed.sh"},
	{func(e *Environment) *string { return &e.Queue }, "woodpecker", "woodpecker"},
	{func(e *Environment) *string { return &e.Queue }, "pulsar", "pulsar"},
	{func(e *Environment) *string { return &e.Queue }, "kafka", "kafka"},
	{func(e *Environment) *string { return &e.Queue }, "rocksmq", "rocksmq|rdb_data"},
	{func(e *Environment) *string { return &e.Storage }, "minio", "minio"},
	{func(e *Environment) *string { return &e.Storage }, "s3", "s3.amazonaws.com|aws s3"},
	{func(e *Environment) *string { return &e.Storage }, "gcs", "storage.googleapis.com"},
	{func(e *Environment) *string { return &e.Storage }, "azure", "blob.core.windows.net"},
	{func(e *Environment) *string { return &e.OS }, "Ubuntu", "ubuntu"},
	{func(e *Environment) *string { return &e.OS }, "CentOS", "centos"},
	{func(e *Environment) *string { return &e.OS }, "Debian", "debian"},
	{func(e *Environment) *string { return &e.OS }, "Windows", "windows|c:\\users"},
	{func(e *Environment) *string { return &e.OS }, "macOS", "macos|mac os|darwin|/users/"},
	{func(e *Environment) *string { return &e.GPU }, "NVIDIA", "nvidia|cuda|milvus-gpu"},
}

// maxEnvText is how much of a paste's head and tail is read for versions:
// banners stand at the start, questions at either end.
const maxEnvText = 128 << 10

// detect reads the environment out of the paste.
func detect(v *view) Environment {
	var e Environment
	text := strings.Join(v.match, "\n")
	if len(text) > 2*maxEnvText {
		text = text[:maxEnvText] + "\n" + text[len(text)-maxEnvText:]
	}
	for _, re := range versionRules {
		if m := re.FindStringSubmatch(text); m != nil {
			e.Milvus = m[1]
			break
		}
	}
	for _, rule := range sdkRules {
		if m := rule.re.FindStringSubmatch(text); m != nil {
			e.SDK, e.SDKVersion = rule.name, m[1]
			break
		}
	}
	for _, rule := range wordRules {
		if field := rule.set(&e); *field == "" && v.has(newChoice(rule.words)) {
			*field = rule.value
		}
	}
	return e
}
