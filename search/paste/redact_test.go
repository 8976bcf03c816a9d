package paste

import (
	"math/bits"
	"strings"
	"testing"
	"unicode/utf8"
)

// redacted runs the rules over a text that needs no cleaning.
func redacted(s string) string { return redact(s, newLabels(), tally{}) }

// Made-up credentials, put together here so that no scanner takes the test
// for a leak.
var (
	ghToken   = "gh" + "p_" + strings.Repeat("a1B2c3", 6)
	awsID     = "AK" + "IA" + "QYLPMN5HFIQR7XYA"
	awsSecret = "wJalrXUtnFEMIa" + "K7MDENGxbPxRfiCYzz1234567k"
	jwt       = "ey" + "JhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJ1c2VyMSJ9" + ".dBjftJeZ4CVPmB92K27uhbUJU1p1rwW1"
	openAI    = "sk" + "-proj-" + "Ab3dEf9hIjK1mNoP5rStUvWx"
	slackBot  = "xo" + "xb-" + "123456789012-abcdefGHIJKLmnop"
	google    = "AI" + "zaSy" + "D1234567890abcdefghijklmnopqrstuv"
	discord   = "MTEyMjMzNDQ1NTY2Nzc4ODk5" + ".GaBcDe." + "abcdefghijklmnopqrstuvwxyz0123456789AB"
	bcrypt    = "$2" + "b$10$" + "N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
	zillizKey = "3f1c" + strings.Repeat("9ab4e07d", 9) + "ab"
	pemKey    = "-----BEGIN RSA PRI" + "VATE KEY-----\nMIIEpAIBAAKCAQEA7bq98CkYq3vB4fH2mN0pQrStUvWxYz1234567890abcdef\nQ29udGVudHNPZkFLZXlUaGF0SXNNYWRlVXA9PQabcdefghijklmnop12345678\nzz9Yx8Wv7==\n-----END RSA PRI" + "VATE KEY-----"
)

func TestRedact(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"root login in Python", `MilvusClient(uri="http://localhost:19530", token="root:Milvus")`, `MilvusClient(uri="http://localhost:19530", token="<secret-1>")`},
		{"root login in Java", `.token("root:Milvus")`, `.token("<secret-1>")`},
		{"root login bare", `curl with root:Milvus did not work`, `curl with <secret-1> did not work`},
		{"minio login bare", `tried minioadmin:minioadmin and it fails`, `tried <secret-1> and it fails`},
		{"Zilliz user", `token = db_admin:kE4!pw,x`, `token = <secret-1>`},
		{"Zilliz key", `export ZILLIZ_TOKEN=` + zillizKey, `export ZILLIZ_TOKEN=<secret-1>`},
		{"Zilliz key alone", "I use " + zillizKey + " there", "I use <secret-1> there"},
		{"bearer", `Authorization: Bearer root:Milvus`, `Authorization: Bearer <secret-1>`},
		{"bearer token", `-H "Authorization: Bearer ` + zillizKey + `"`, `-H "Authorization: Bearer <secret-1>"`},
		{"bearer without a header", `sent bearer abc123DEF456ghi`, `sent bearer <secret-1>`},
		{"basic", `authorization: Basic cm9vdDpNaWx2dXM=`, `authorization: Basic <secret-1>`},
		{"gRPC metadata", `map[authorization:[cm9vdDpNaWx2dXM=] user-agent:[grpc-go/1.59]]`, `map[authorization:[<secret-1>] user-agent:[grpc-go/1.59]]`},
		{"gRPC tuple", `(('authorization', 'cm9vdDpNaWx2dXM='),)`, `(('authorization', '<secret-1>'),)`},
		{"kwarg", `connections.connect(user='root', password='Milvus', secure=True)`, `connections.connect(user='root', password='<secret-1>', secure=True)`},
		{"YAML", "minio:\n  accessKeyID: minioadmin\n  secretAccessKey: minioadmin\n  useSSL: false", "minio:\n  accessKeyID: <secret-1>\n  secretAccessKey: <secret-1>\n  useSSL: false"},
		{"env", "MINIO_ROOT_USER=me\nMINIO_ROOT_PASSWORD=s3cr3t,with;odd&chars", "MINIO_ROOT_USER=me\nMINIO_ROOT_PASSWORD=<secret-1>"},
		{"docker inspect", `"Env": ["MINIO_ACCESS_KEY=minioadmin", "PATH=/usr/bin"]`, `"Env": ["MINIO_ACCESS_KEY=<secret-1>", "PATH=/usr/bin"]`},
		{"JSON", `{"user":"root","password":"a\"b c","port":19530}`, `{"user":"root","password":"<secret-1>","port":19530}`},
		{"JSON in JSON", `"body":"{\"password\":\"hunter2\",\"n\":1}"`, `"body":"{\"password\":\"<secret-1>\",\"n\":1}"`},
		{"JSON in JSON in JSON", `{\\\"password\\\":\\\"hunter2\\\",\\\"n\\\":1}`, `{\\\"password\\\":\\\"<secret-1>\\\",\\\"n\\\":1}`},
		{"Go struct", `config={Address:localhost:9000 AccessKeyID:minioadmin SecretAccessKeyID:min10admin UseSSL:false}`, `config={Address:localhost:9000 AccessKeyID:<secret-1> SecretAccessKeyID:<secret-2> UseSSL:false}`},
		{"zap field", `[INFO] ["connect"] [user=root] [password=Tr0ub4dor] [db=default]`, `[INFO] ["connect"] [user=root] [password=<secret-1>] [db=default]`},
		{"flag", `mysql --password hunter2 --host db`, `mysql --password <secret-1> --host db`},
		{"flag with =", `etcdctl --user=root --password=pa55 get /`, `etcdctl --user=root --password=<secret-1> get /`},
		{"login flag", `curl -u alice:Wonder1and http://localhost:9091/healthz`, `curl -u <secret-1> http://localhost:9091/healthz`},
		{"docker login", `docker login -u alice -p Wonder1and registry`, `docker login -u alice -p <secret-1> registry`},
		{"mc alias", `mc alias set local http://minio:9000 admin1 Wonder1and`, `mc alias set local http://minio:9000 <secret-1>`},
		{"subscript", `os.environ["OPENAI_API_KEY"] = "` + openAI + `"`, `os.environ["OPENAI_API_KEY"] = "<secret-1>"`},
		{"Kubernetes env", "- name: MINIO_SECRET_KEY\n  value: hunter2", "- name: MINIO_SECRET_KEY\n  value: <secret-1>"},
		{"Kubernetes env JSON", `{"name":"ETCD_ROOT_PASSWORD","value":"hunter2"}`, `{"name":"ETCD_ROOT_PASSWORD","value":"<secret-1>"}`},
		{"describe", "    MINIO_SECRET_KEY:   hunter2\n    CACHE_SIZE:  2", "    MINIO_SECRET_KEY:   <secret-1>\n    CACHE_SIZE:  2"},
		{"XML", `<password>hunter2</password>`, `<password><secret-1></password>`},
		{"URL login", `postgres://milvus:p%40ss@db:5432/meta`, `postgres://<secret-1>@db:5432/meta`},
		{"URL login with odd characters", `amqp://guest:pa/ss#w@rabbit:5672/`, `amqp://<secret-1>@rabbit:5672/`},
		{"URL token", `https://` + ghToken + `@github.com/x/y`, `https://<secret-1>@github.com/x/y`},
		{"MySQL DSN", `root:Milv4s@tcp(mysql:3306)/milvus_meta`, `<secret-1>@tcp(mysql:3306)/milvus_meta`},
		{"other DSN", `dsn=alice:s3cr3t@localhost:3306/x`, `dsn=<secret-1>@localhost:3306/x`},
		{"query", `https://acc.blob.core.windows.net/c?sv=2022&sig=aB3%2Fd9Xk2&se=1`, `https://<host-1>.blob.core.windows.net/c?sv=2022&sig=<secret-1>&se=1`},
		{"AWS signature", `/b/o?X-Amz-Credential=` + awsID + `%2F2024&X-Amz-Signature=ab12cd34ef56`, `/b/o?X-Amz-Credential=<secret-1>&X-Amz-Signature=<secret-2>`},
		{"Azure", `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9vYmFy12==;EndpointSuffix=core.windows.net`, `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=<secret-1>;EndpointSuffix=core.windows.net`},
		{"AWS pair", "id " + awsID + "\nand " + awsSecret + " ok", "id <secret-1>\nand <secret-2> ok"},
		{"AWS pair in a query", "GET /x?q=aws+" + awsID + "+" + awsSecret + "&n=1", "GET /x?q=aws+<secret-1>+<secret-2>&n=1"},
		{"AWS pair in a query with a plus", "GET /x?q=aws+" + awsID + "+" + awsSecret[:20] + "%2B" + awsSecret[21:] + "&n=1", "GET /x?q=aws+<secret-1>+<secret-2>&n=1"},
		{"path in a query that looks like an escape", `GET /x?q=C%3A%5CUsers%5Cxfdyzwkq%5Cx.py`, `GET /x?q=C%3A%5CUsers%5C<user-1>%5Cx.py`},
		{"JWT", "x " + jwt + ".", "x <secret-1>."},
		{"JWT wrapped", "x " + jwt[:30] + "\n" + jwt[30:] + "\nnext", "x <secret-1>\nnext"},
		{"secret wrapped", "secretAccessKey=" + awsSecret[:24] + "\n" + awsSecret[24:] + "\nnext line", "secretAccessKey=<secret-1>\nnext line"},
		{"value below", "password:\n  hunter2x9Q", "password:\n  <secret-1>"},
		{"block scalar", "password: |\n  correcthorse\nuser: x", "password: |\n  <secret-1>\nuser: x"},
		{"PEM", "a\n" + pemKey + "\nb", "a\n<secret-1>\nb"},
		{"PEM escaped", `"key":"` + strings.ReplaceAll(pemKey, "\n", `\n`) + `","x":1`, `"key":"<secret-1>","x":1`},
		{"PEM without end", pemKey[:150] + "\n[INFO] next", "<secret-1>\n[INFO] next"},
		{"PEM without begin", "[INFO] x\n" + pemKey[32:] + "\ny", "[INFO] x\n<secret-1>\ny"},
		{"lines of a PEM block", "x\n" + strings.Repeat("MIIEpAIBAAKCAQEA7bq98CkYq3vB4fH2mN0pQrStUvWxYz1234567890abcdefgh\n", 3) + "y", "x\n<secret-1>\n<secret-1>\n<secret-1>\ny"},
		{"PEM in base64", "tls.key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ==", "tls.key: <secret-1>"},
		{"kubeconfig", "client-key-data: LS0tLS1CRUdJTiBFQw==", "client-key-data: <secret-1>"},
		{"GitHub", "use " + ghToken + " now", "use <secret-1> now"},
		{"OpenAI", "key " + openAI, "key <secret-1>"},
		{"Slack", "t=" + slackBot, "t=<secret-1>"},
		{"Google", "k=" + google, "k=<secret-1>"},
		{"Discord", "run with " + discord, "run with <secret-1>"},
		{"webhook", "https://discord.com/api/webhooks/112233445566778899/" + strings.Repeat("aB3_", 17), "https://discord.com/api/webhooks/<secret-1>"},
		{"Slack webhook", "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx", "https://hooks.slack.com/services/<secret-1>"},
		{"bcrypt", "root " + bcrypt + " x", "root <secret-1> x"},
		{"cookie", "Cookie: session=abc123; theme=dark", "Cookie: <secret-1>"},
		{"docker auth", `{"auths":{"reg":{"auth":"YWxpY2U6V29uZGVyMWFuZA=="}}}`, `{"auths":{"reg":{"auth":"<secret-1>"}}}`},
		{"base64 of a login", "echo cGFzc3dvcmQ9aHVudGVyMnh4eHg= | base64 -d", "echo <secret-1> | base64 -d"},
		{"percent encoded", "GET /login?next=%2Fx%3Fpassword%3Dhunter2%26n%3D1", "GET /login?next=%2Fx%3Fpassword%3D<secret-1>%26n%3D1"},
		{"Go escaped", `{"url":"http://a/?password\u003dhunter2\u0026n=1"}`, `{"url":"http://a/?password\u003d<secret-1>\u0026n=1"}`},
		{"Chinese key", "密码：Milvus2024", "密码：<secret-1>"},
		{"Chinese sentence", "我的密码是Milvus2024，谢谢", "我的密码是<secret-1>，谢谢"},
		{"smart quotes", "password=“hunter2”", "password=“<secret-1>”"},
		{"sentence", "my password is hunter2 by the way", "my password is <secret-1> by the way"},
		{"SASL", `sasl.jaas.config=org.apache.kafka.PlainLoginModule required username="u" password="hunter2";`, `sasl.jaas.config=org.apache.kafka.PlainLoginModule required username="u" password="<secret-1>";`},
		{"Pulsar", "authParams: token:" + jwt, "authParams: token:<secret-1>"},

		{"mail link", "mailto:jane.doe@corp.com", "mailto:<email-1>"},
		{"Docker env JSON", `{"Name":"ETCD_ROOT_PASSWORD","Value":"hunter2"}`, `{"Name":"ETCD_ROOT_PASSWORD","Value":"<secret-1>"}`},
		{"positions in Python", `MilvusClient("http://localhost:19530", "alice", "hunter2")`, `MilvusClient("http://localhost:19530", "<secret-1>", "<secret-2>")`},
		{"positions in Java", `.withAuthorization("root", "Milvus")`, `.withAuthorization("<secret-1>", "<secret-2>")`},
		{"positions in Go", `client.NewDefaultGrpcClientWithAuth(ctx, "localhost:19530", "root", "Milvus")`, `client.NewDefaultGrpcClientWithAuth(ctx, "localhost:19530", "<secret-1>", "<secret-2>")`},
		{"positions for HTTP", `requests.get(url, auth=("alice", "hunter2"), verify=False)`, `requests.get(url, auth=("alice", "<secret-1>"), verify=False)`},
		{"positions for MinIO", `credentials.NewStaticV4("minioadmin", "hunter22", "")`, `credentials.NewStaticV4("<secret-1>", "<secret-2>", "")`},
		{"table", "| MINIO_ROOT_PASSWORD | hunter2 | yes |", "| MINIO_ROOT_PASSWORD | <secret-1> | yes |"},
		{"netrc", "machine reg.io login jane password hunter2x", "machine reg.io login jane password <secret-1>"},
		{"redis.conf", "requirepass hunter2x", "requirepass <secret-1>"},
		{"helm", "--set minio.accessKey=ak1,minio.secretKey=sk1 --set x=y", "--set minio.accessKey=<secret-1>,minio.secretKey=<secret-2> --set x=y"},
		{"Chinese without a separator", "账号root密码Milvus2024登录失败", "账号root密码<secret-1>登录失败"},
		{"e-mail", "mail jane.doe@corp.example.org today", "mail <email-1> today"},
		{"IPv4", "dial tcp 10.0.3.17:19530: connect: refused, 10.0.3.18 too, 10.0.3.17", "dial tcp <ip-1>:19530: connect: refused, <ip-2> too, <ip-1>"},
		{"IPv6", "listen [2001:db8::17]:2379 and fe80::1c2d:3e4f", "listen [<ip-1>]:2379 and <ip-2>"},
		{"host in a URL", "http://milvus.prod.acme.io:19530/v2", "http://<host-1>:19530/v2"},
		{"host and port", "failed to connect to milvus.prod.acme.io:19530", "failed to connect to <host-1>:19530"},
		{"host value", "etcd.endpoints: etcd0.acme.com", "etcd.endpoints: <host-1>"},
		{"internal host", "lookup minio.acme.internal on 127.0.0.11:53", "lookup <host-1> on 127.0.0.11:53"},
		{"AWS node", "node ip-10-0-3-17.ec2.internal NotReady", "node <host-1> NotReady"},
		{"Zilliz Cloud", "https://in03-0a1b2c3d4e5f.api.gcp-us-west1.zillizcloud.com", "https://<host-1>.api.gcp-us-west1.zillizcloud.com"},
		{"Zilliz Cloud with a port", "https://in03-abcdef0123456.gcp-us-west1.vectordb.zillizcloud.com:443, dns:in01-ab12.x.zillizcloud.com", "https://<host-1>.gcp-us-west1.vectordb.zillizcloud.com:443, dns:<host-2>.x.zillizcloud.com"},
		{"bucket", "https://acme-data.s3.us-east-1.amazonaws.com/x", "https://<host-1>.s3.us-east-1.amazonaws.com/x"},
		{"Linux home", `File "/home/jdoe/app/x.py", line 3`, `File "/home/<user-1>/app/x.py", line 3`},
		{"macOS home", "/Users/jane/x", "/Users/<user-1>/x"},
		{"Windows home", `C:\Users\Jane Doe\x.py`, `C:\Users\<user-1>\x.py`},
		{"Windows home escaped", `C:\\Users\\jane\\x.py`, `C:\\Users\\<user-1>\\x.py`},
		{"shell prompt", "(venv) jdoe@laptop:~/milvus$ docker ps", "(venv) <user-1>@laptop:~/milvus$ docker ps"},
		{"Windows host", "DESKTOP-4F7QX2A", "<host-1>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := redacted(tt.in)
			if got != tt.want {
				t.Errorf("redact(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := redacted(got); again != got {
				t.Errorf("not idempotent:\n once  %q\n twice %q", got, again)
			}
			if !utf8.ValidString(got) {
				t.Errorf("not valid UTF-8: %q", got)
			}
		})
	}
}

// TestRulesFit wants no rule to be lost: the set of a pivot has room for all of
// its rules, and each is asked where its neighbours stand beside the pivot.
func TestRulesFit(t *testing.T) {
	for c, p := range rulesAt {
		if p == nil {
			continue
		}
		var before, after ruleSet
		for i := range p.before {
			before, after = before|p.before[i], after|p.after[i]
		}
		if got := bits.OnesCount32(uint32(before & after)); got != len(p.list) {
			t.Errorf("of %d rules for %q, %d are asked", len(p.list), rune(c), got)
		}
	}
}
