package search

import (
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// TestVersions reads the version of the server and of the client library.
// The want is "server / library version"; a dash stands for nothing.
func TestVersions(t *testing.T) {
	for _, c := range []struct{ paste, want string }{
		{"image: milvusdb/milvus:v2.4.13-hotfix", "2.4.13-hotfix / -"},
		{"harbor.example/milvusdb/milvus:2.3.4", "2.3.4 / -"},
		{"milvusdb/milvus-gpu:v2.4.5-gpu-beta", "2.4.5-gpu-beta / -"},
		{"milvusdb/milvus:v2.4.0-rc.1", "2.4.0-rc.1 / -"},
		{"milvusdb/milvus:2.4-20240527-deebae70-amd64", "2.4-20240527-deebae70 / -"},
		{"milvusdb/milvus:master-20231211-3c32ba24-amd64", "master-20231211-3c32ba24-amd64 / -"},
		{"milvus_2.2.8-1_amd64.deb", "2.2.8 / -"},
		{"Milvus version: 2.4.13", "2.4.13 / -"},
		{"- Milvus version(e.g. v2.0.0-RC2 or 8b23a93): v2.3.9", "2.3.9 / -"},
		{"- Milvus version:2.2.12\n- SDK version(e.g. pymilvus v2.0.0rc2): pymilvus 2.2.11", "2.2.12 / pymilvus 2.2.11"},
		{"- SDK version(e.g. pymilvus v2.0.0rc2):\n- Milvus version:", "- / -"},
		{"We run milvus v2.5.4 in production", "2.5.4 / -"},
		{"Milvus standalone 2.4.1 with docker", "2.4.1 / -"},
		{"Welcome to use Milvus!\nVersion:   v2.4.13-hotfix\nBuilt:     Thu\nGoVersion: go version go1.21.3 linux/amd64", "2.4.13-hotfix / -"},
		{"milvus-standalone  | Welcome to use Milvus!\nmilvus-standalone  | Version:   pkg/v2.5.4", "2.5.4 / -"},
		{"[INFO] [roles/roles.go:1] [\"starting\"] [version=v2.3.3]", "2.3.3 / -"},
		{"server version: 2.5.7", "2.5.7 / -"},
		{"milvus 版本 2.4.9", "2.4.9 / -"},
		{"pymilvus==2.4.9", "- / pymilvus 2.4.9"},
		{"pymilvus                 2.4.15\nsetuptools 70.0.0", "- / pymilvus 2.4.15"},
		{"pymilvus[model]==2.5.0 with Milvus 2.4.1", "2.4.1 / pymilvus 2.5.0"},
		{"pymilvus 2.3.3.post1.dev8", "- / pymilvus 2.3.3.post1.dev8"},
		{"pymilvus v2.0.0rc2", "- / pymilvus 2.0.0rc2"},
		{"langchain-milvus 0.1.7 requires pymilvus<3.0.0,>=2.5.0, but you have pymilvus 2.4.9 which is incompatible.", "- / pymilvus 2.4.9"},
		{"langchain-milvus==0.2.0", "- / langchain-milvus 0.2.0"},
		{"\"@zilliz/milvus2-sdk-node\": \"^2.4.9\"", "- / milvus2-sdk-node 2.4.9"},
		{"io.milvus:milvus-sdk-java:2.4.3", "- / milvus-sdk-java 2.4.3"},
		{"<artifactId>milvus-sdk-java</artifactId>\n  <version>2.3.4</version>", "- / milvus-sdk-java 2.3.4"},
		{"github.com/milvus-io/milvus-sdk-go/v2 v2.4.1", "- / milvus-sdk-go 2.4.1"},
		{"require github.com/milvus-io/milvus/client/v2 v2.5.1", "- / milvus-sdk-go 2.5.1"},
		{"<PackageReference Include=\"Milvus.Client\" Version=\"2.3.0-preview.1\" />", "- / milvus-sdk-csharp 2.3.0-preview.1"},
		{"Using milvus-lite-2.5.1 with llama", "- / milvus-lite 2.5.1"},
		{"milvus_lite 2.4.11", "- / milvus-lite 2.4.11"},

		// What is no version of either.
		{"etcd 3.5.5 and kafka 2.8.1", "- / -"},
		{"apachepulsar/pulsar:2.8.2", "- / -"},
		{"pulsar version 2.10.2", "- / -"},
		{"milvus at 10.2.4.13:19530", "- / -"},
		{"milvus 2.4.13.5", "- / -"},
		{"helm chart milvus-4.1.8", "- / -"},
		{"zilliz/attu:v2.4.8", "- / -"},
		{"milvus-operator:v1.0.1", "- / -"},
		{"milvus took 2.4 seconds", "- / -"},
		{"\"etcd-version\":\"3.5.12\",\"go-version\":\"go1.20.13\"", "- / -"},
		{"requires pymilvus>=2.5.0", "- / pymilvus"},
		{"milvus-backup v0.4.2", "- / -"},
		{"python 3.11.2, grpcio 1.62.1, numpy 1.26.4", "- / -"},
	} {
		e := detect(newView(paste.FromText(c.paste)))
		got := dash(e.Milvus) + " / " + dash(strings.TrimSpace(e.SDK+" "+e.SDKVersion))
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.paste, got, c.want)
		}
	}
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// TestSystem reads the rest of the environment. The want is one field.
func TestSystem(t *testing.T) {
	deployment := func(e Environment) string { return e.Deployment }
	queue := func(e Environment) string { return e.Queue }
	storage := func(e Environment) string { return e.Storage }
	system := func(e Environment) string { return e.OS }
	arch := func(e Environment) string { return e.Arch }
	gpu := func(e Environment) string { return e.GPU }
	component := func(e Environment) string { return e.Component }
	for _, c := range []struct {
		paste string
		field func(Environment) string
		want  string
	}{
		{"apiVersion: milvus.io/v1beta1\nkind: Milvus", deployment, "operator"},
		{"helm upgrade my-release milvus/milvus", deployment, "helm"},
		{"kubectl get pods", deployment, "kubernetes"},
		{"docker compose up -d", deployment, "compose"},
		{"bash standalone_embed.sh start", deployment, "docker"},
		{"MilvusClient('./milvus_demo.db')", deployment, "lite"},
		{"uri=https://in03-abc.api.gcp-us-west1.zillizcloud.com", deployment, "zilliz-cloud"},
		{"- Deployment mode(standalone or cluster): cluster", deployment, "cluster"},
		{"- Deployment mode(standalone or cluster):\n- GPU:", deployment, ""},
		{"a cluster of two", deployment, ""},
		{"- MQ type(rocksmq, pulsar or kafka): kafka", queue, "kafka"},
		{"- MQ type(rocksmq, pulsar or kafka):", queue, ""},
		{"mqType=rocksmq with pulsar.address=x, pulsar.port=1, pulsar.tenant=y", queue, "rocksmq"},
		{"pulsar-broker-0 pulsar-bookie-0, not kafka", queue, "pulsar"},
		{"woodpecker write failed", queue, "woodpecker"},
		{"minio_object_storage.go https://s3.us-east-1.amazonaws.com/b", storage, "s3"},
		{"milvus-minio-1", storage, "minio"},
		{"https://acc.blob.core.windows.net", storage, "azure"},
		{"storage.googleapis.com", storage, "gcs"},
		{"oss-cn-hangzhou.aliyuncs.com", storage, "oss"},
		{"- OS(Ubuntu or CentOS): CentOS", system, "CentOS"},
		{"- OS(Ubuntu or CentOS):", system, ""},
		{`File "C:\Users\x\a.py"`, system, "Windows"},
		{`File "/Users/x/a.py"`, system, "macOS"},
		{"POST /v2/vectordb/users/list", system, ""},
		{"the time windows overlap", system, ""},
		{"Ubuntu 22.04", system, "Ubuntu"},
		{"go version go1.21 linux/arm64", arch, "arm64"},
		{"/usr/lib/x86_64-linux-gnu/libc.so.6", arch, "amd64"},
		{"the farm64 host", arch, ""},
		{"nvidia-smi shows an NVIDIA A100", gpu, "NVIDIA A100"},
		{"index type GPU_CAGRA", gpu, "NVIDIA"},
		{"nvidia-cublas-cu12==12.1.3.1", gpu, ""},
		{"- GPU: none", gpu, ""},
		{`command: ["milvus", "run", "querynode"]` + "\nmilvus run querynode", component, "querynode"},
		{"milvus run standalone", component, "standalone"},
		{"the proxy is slow", component, ""},
	} {
		if got := c.field(detect(newView(paste.FromText(c.paste)))); got != c.want {
			t.Errorf("%q: %q, want %q", c.paste, got, c.want)
		}
	}
}

// TestEnvironmentOfLongPaste wants what stands at either end of a paste that
// is longer than what is read.
func TestEnvironmentOfLongPaste(t *testing.T) {
	line := "[2024/05/06 07:08:09.123 +00:00] [INFO] [proxy/a.go:1] [\"fine\"]\n"
	middle := strings.Repeat(line, 3*maxEnvText/len(line))
	e := detect(newView(paste.FromText("Milvus version: 2.4.1\n" + middle + "pymilvus==2.4.0 in the end")))
	if e.Milvus != "2.4.1" || e.SDKVersion != "2.4.0" {
		t.Errorf("%+v", e)
	}
}
