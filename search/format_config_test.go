package search

import (
	"strings"
	"testing"
)

// TestConfigFacts reads settings that are known not to work, and their
// neighbours that do.
func TestConfigFacts(t *testing.T) {
	for text, want := range map[string]string{
		"externalKafka:\n  enabled: true\n  brokerList: kafka:9092\n":                                     "config/kafka/pulsar-on",
		"pulsarv3:\n  enabled: false\nexternalKafka:\n  enabled: true\n":                                  "",
		"pulsar:\n  enabled: false # ours\nexternalKafka:\n  enabled: \"true\"\n":                         "",
		"externalKafka:\n  enabled: false\n":                                                              "",
		"kafka:\n  enabled: true\n":                                                                       "",
		"externalS3:\n  enabled: true\n  host: oss-cn-hangzhou.aliyuncs.com\n  bucketName: vectors\n":     "config/object-storage/path-style",
		"externalS3:\n  host: oss-cn-hangzhou.aliyuncs.com\n  useVirtualHost: true\n":                     "",
		"minio:\n  address: cos.ap-beijing.myqcloud.com:443\n  useVirtualHost: false\nqueryNode:\n  a: 1": "config/object-storage/path-style",
		"minio:\n  address: minio\n":                                                                      "",
		"see oss-cn-hangzhou.aliyuncs.com\nhost: x.aliyuncs.com\n":                                        "",
		strings.Repeat("\n", maxConfigLines) + "externalKafka:\n  enabled: true":                          "",
	} {
		var names []string
		for _, f := range configFacts(strings.Split(text, "\n")) {
			names = append(names, f.name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%.80q: %q, want %q", text, got, want)
		}
	}
}
