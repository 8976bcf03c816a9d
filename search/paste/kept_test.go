package paste

import (
	"strings"
	"testing"
)

// TestRedactKeeps holds what looks like a value to redact and is none.
func TestRedactKeeps(t *testing.T) {
	tests := []struct{ name, in string }{
		{"question about the default", "is it true that the default is minioadmin, or minioadmin123?"},
		{"question about the password", "what is the default password of the root user?"},
		{"password in a sentence", "the password is wrong, my token is invalid and the key is missing"},
		{"policy", "invalid password: length must be between 6 and 72 characters"},
		{"advice", "Forgotten password: add the user to the list; invalid token: try again with another"},
		{"list of messages", `["etcdserver: invalid auth token", "etcdserver: user name is empty"]`},
		{"list of keys", "Set `accessKeyID`, `secretAccessKey`, `Authorization:` and \"password:\" first; 'password', 'username'"},
		{"link", "credentials: https://github.com/milvus-io/milvus/issues/52038"},
		{"masked by somebody", "OPENAI_API_KEY=sk-... or sk-*********, api_key=\"no-key\""},
		{"path of a secret", "private_key = $dir/private/cakey.pem\ntlsKey: /etc/certs/server.key\n--private-key fileb://key.pem"},
		{"mail link", "see https://docs.example.org/x and https://zilliztech.github.io/milvus-helm"},
		{"usage", "-p | --password | the user password. [--token TOKEN]\ntlsKeyPassword: # passphrase, if any"},
		{"f-string", `headers={"Authorization": f"Bearer {API_KEY}"}, api_key="MISTRAL_API_KEY"`},
		{"authentication message", "auth check failure, please check username and password are correct"},
		{"no value", "password:\nuser: root\ntoken: \"\"\nsecret: null\napi_key=None"},
		{"placeholders", "password: <your password>\ntoken=${TOKEN}\nsecret=$SECRET\napi_key: YOUR_API_KEY\npassword=****\npwd: xxxxx"},
		{"code", "client = MilvusClient(uri=URI, token=TOKEN, password=password)\nkey = os.environ['OPENAI_API_KEY']\ntoken=get_token()"},
		{"signature of a function", "def connect(user: str = \"\", password: str = \"\", token: Optional[str] = None):"},
		{"reading the environment", `api_key=os.getenv("OPENAI_API_KEY")`},
		{"reading a key", `token = getpass("Zilliz token: ")`},
		{"tokenizer", "tokenizer: standard, max_tokens=512, token_count: 123456, eos_token: </s>, tokens: 42"},
		{"parser", "line 1:5 token recognition error at: '$'\nSyntaxError: Unexpected token: '}'"},
		{"secret names", "secretName: milvus-tls\nimagePullSecrets:\n  - name: regcred\nexistingSecret: milvus-minio"},
		{"secret reference", "valueFrom:\n  secretKeyRef:\n    name: milvus-minio\n    key: secretkey"},
		{"etcd keys", `"key:\"by-dev/meta/session/proxy-12\"" prefix=by-dev key=rootcoord`},
		{"keys of other kinds", "primary_key=id, partition key: tenant, keyspace: x, foreign key: y"},
		{"versions", "milvus 2.4.13.1, pymilvus==2.4.13.1, v2.4.13.1, image: milvusdb/milvus:2.4.13.1-gpu, version 10.0.1.2-beta"},
		{"user agent", "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36"},
		{"more than four parts", "OID 1.3.6.1.4.1.311 and 1.2.3.4.5"},
		{"well-known addresses", "127.0.0.1:19530 127.0.0.11 0.0.0.0 [::1]:2379 [::]:9091 8.8.8.8 1.1.1.1 255.255.255.0 localhost"},
		{"time", "12:34:56.789 2024-01-02T03:04:05Z 03:46:24 +00:00 at 1:2:3"},
		{"C++", "std::vector<float>::at, knowhere::feder::fed::add, absl::base_internal"},
		{"source files", "session_util.go:448 client.py:12 AbstractMilvusGrpcClient.java:399 ivf.cc:756 index.rs:80 util.sh:22"},
		{"config keys", "proxy.maxTaskNum:1024 minio.port:9000 common.retentionDuration:5"},
		{"services", "milvus-etcd:2379 minio:9000 http://minio:9000 milvus-etcd-0.milvus-etcd-headless.milvus.svc.cluster.local:2379 host.docker.internal:19530"},
		{"public hosts", "https://github.com/milvus-io/milvus/issues/1 https://milvus.io/docs https://huggingface.co/BAAI storage.googleapis.com:443 https://pypi.org/simple https://registry-1.docker.io/v2/"},
		{"packages", "github.com/milvus-io/milvus/pkg/util/retry.Do google.golang.org/grpc@v1.59.0 go.uber.org/zap@v1.20.0 io.milvus.client.MilvusServiceClient"},
		{"modules", "@grpc/grpc-js@1.9.3 v3@v3.5.5/retry.go sprite@2x.png git@github.com:milvus-io/milvus.git"},
		{"object stores", "https://s3.us-west-2.amazonaws.com s3.amazonaws.com:443 oss-cn-hangzhou.aliyuncs.com:443"},
		{"ids", "collectionID=446538628793368757 segmentID=[446538628793368758,446538628793368759] nodeID=7 channel=by-dev-rootcoord-dml_0_446538628793368757v0"},
		{"hashes", "traceID=4bf92f3577b34da6a3ce929d0e0e4736 sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"},
		{"long hashes", "sha384:" + strings.Repeat("0123456789ab", 8) + " sha512:" + strings.Repeat("01234567", 16)},
		{"prompts", "root@milvus-0:/milvus# ls\nubuntu@ip:~$ git clone git@github.com:milvus-io/milvus"},
		{"calls without credentials", `MilvusClient("./milvus_demo.db"), MilvusClient(uri="http://localhost:19530"), Minio(endpoint)`},
		{"table of names", "| password | The password of the user | root |\n| token | string |"},
		{"password and a version", "password reset since v2.4 and password auth in 2.4"},
		{"UUID", "client-aed4564f-4618-492a-8ace-e87654538daf"},
		{"codes", "(code=1100, message=invalid parameter[expected=8][actual=4])"},
		{"certificate", "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----"},
		{"long certificate", "-----BEGIN CERTIFICATE-----\n" + strings.Repeat("MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n", 9) + "-----END CERTIFICATE-----"},
		{"certificate in base64", "tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUQ="},
		{"generic homes", "/home/ubuntu/milvus /home/milvus/x /Users/Shared/y /home/jovyan/work"},
		{"chown", "chown root:root /var/lib/milvus && chmod 700"},
		{"Python logging", "ERROR:root:Milvus2 connection failed\nWARNING:root:Retry"},
		{"ports", "docker run -p 19530:19530 -p 9091:9091 -v ./m:/m -u 0"},
		{"images", "image: minio/minio:RELEASE.2023-03-20T20-16-18Z quay.io/coreos/etcd:v3.5.5"},
		{"kubectl", "milvus-proxy-7f9c8d6b5-x2x9z   0/1   CrashLoopBackOff   12 (3m ago)   40m"},
		{"table rules", "+----------+----------+\n|----|----|\n==== x ====\n---- y ----"},
		{"words with prefixes", "task-12345678901234567890123 risk-management-and-other-things disk-0123456789012345678901"},
		{"flags without secrets", "milvus run standalone --config /x.yaml --token-file /run/t --log-level debug -u"},
		{"pass counts", "pass: 12 fail: 3, 1st pass=2"},
		{"redacted before", "token=<secret-1> from <ip-2>:19530 for <user-1> at <host-3> by <email-1>, https://<secret-2>@<host-1>:443"},
		{"emoji and Chinese", "连接失败 😀：collection 未加载，请先 load。密码错误"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := redacted(tt.in); got != tt.in {
				t.Errorf("redact changed\n in %q\nout %q", tt.in, got)
			}
		})
	}
}
