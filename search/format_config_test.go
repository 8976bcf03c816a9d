package search

import (
	"strings"
	"testing"
)

// TestConfigFacts reads settings that are known not to work, and their
// neighbours that do.
func TestConfigFacts(t *testing.T) {
	for text, want := range map[string]string{
		"externalKafka:\n  enabled: true\n  brokerList: kafka:9092\n":                                              "config/kafka/pulsar-on",
		"pulsarv3:\n  enabled: false\nexternalKafka:\n  enabled: true\n":                                           "",
		"pulsar:\n  enabled: false # ours\nexternalKafka:\n  enabled: \"true\"\n":                                  "",
		"externalKafka:\n  enabled: false\n":                                                                       "",
		"kafka:\n  enabled: true\n":                                                                                "",
		"externalS3:\n  enabled: true\n  host: oss-cn-hangzhou.aliyuncs.com\n  bucketName: vectors\n":              "config/object-storage/path-style",
		"externalS3:\n  host: oss-cn-hangzhou.aliyuncs.com\n  useVirtualHost: true\n":                              "",
		"minio:\n  address: cos.ap-beijing.myqcloud.com:443\n  useVirtualHost: false\nqueryNode:\n  a: 1":          "config/object-storage/path-style",
		"minio:\n  address: minio\n":                                                                               "",
		"pulsar:\n  enabled: true\npulsarv3:\n  enabled: true\n":                                                   "config/pulsar/both",
		"pulsar:\n  enabled: true\npulsarv3:\n  enabled: false\n":                                                  "",
		"pulsarv3:\n  enabled: true\n":                                                                             "",
		"pulsar:\n  maxMessageSize: \"10485760\"\n  broker:\n    configData:\n      maxMessageSize: \"5242880\"\n": "config/pulsar/message-size",
		"pulsar:\n  maxMessageSize: 5242880\n  broker:\n    configData:\n      maxMessageSize: \"104857600\"\n":    "",
		"pulsarv3:\n  bookkeeper:\n    configData:\n      nettyMaxFrameSizeBytes: \"104867840\"\n  broker:\n    configData:\n      maxMessageSize: \"209715200\"\n": "config/pulsar/message-size",
		"pulsarv3:\n  bookkeeper:\n    configData:\n      nettyMaxFrameSizeBytes: \"104867840\"\n  broker:\n    configData:\n      maxMessageSize: \"104857600\"\n": "",
		"pulsar:\n  maxMessageSize: 10485760 bytes\n  broker:\n    configData:\n      maxMessageSize: 5242880\n":                                                    "",
		"externalEtcd:\n  enabled: true\n  endpoints:\n    - localhost:2379\n":                                                                                      "config/etcd/external-localhost",
		"externalEtcd:\n  enabled: true\n  endpoints:\n  - http://127.0.0.1:2379 # here\n":                                                                          "config/etcd/external-localhost",
		"externalEtcd:\n  enabled: true\n  endpoints: [\"localhost:2379\"]\n":                                                                                       "config/etcd/external-localhost",
		"externalEtcd:\n  enabled: false\n  endpoints:\n    - localhost:2379\n":                                                                                     "",
		"externalEtcd:\n  enabled: true\n  endpoints:\n    - etcd-0.etcd:2379\n    - localhost:2379\n":                                                              "",
		"externalEtcd:\n  enabled: true\n":                                               "",
		"etcd:\n  endpoints: localhost:2379\n":                                           "",
		"minio:\n  address: http://minio\n  port: 9000\n":                                "config/object-storage/scheme",
		"externalS3:\n  enabled: true\n  host: \"https://s3.eu-west-1.amazonaws.com\"\n": "config/object-storage/scheme",
		"externalS3:\n  enabled: false\n  host: https://s3.eu-west-1.amazonaws.com\n":    "",
		"minio:\n  address: http://minio:9000\ncommon:\n  storageType: local\n":          "",
		"extraConfigFiles:\n  user.yaml: |+\n    minio:\n      address: HTTPS://minio\n": "config/object-storage/scheme",
		"minio:\n  address: minio\n  iamEndpoint: https://sts.amazonaws.com\n":           "",
		"see oss-cn-hangzhou.aliyuncs.com\nhost: x.aliyuncs.com\n":                       "",
		strings.Repeat("\n", maxConfigLines) + "externalKafka:\n  enabled: true":         "",
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
