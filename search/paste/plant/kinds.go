package plant

import (
	"encoding/base64"
	"fmt"
)

// planted plants a secret at the %s of a line.
func planted(line, secret string) Plant { return Plant{fmt.Sprintf(line, secret), secret} }

// secrets are the kinds of secrets that users of Milvus paste.
var secrets = []Kind{
	{"Milvus token", func(g *Gen) Plant {
		return planted(g.Pick(`MilvusClient(uri="http://localhost:19530", token="%s")`, `token: %s`, `  token = "%s"`, `.withToken("%s")`, `[token=%s]`), "root:"+g.password())
	}},
	{"Milvus password", func(g *Gen) Plant {
		return planted(g.Pick(`connections.connect(user="root", password="%s", host="localhost")`, `password: %s`, `PASSWORD=%s`, `[password=%s] [db=default]`, `milvus.password=%s`, `defaultRootPassword: %s`), g.password())
	}},
	{"password flag", func(g *Gen) Plant { return planted("mysqldump --user=root --password %s milvus_meta", g.password()) }},
	{"MinIO secret", func(g *Gen) Plant {
		return planted(g.Pick(`  secretAccessKey: %s`, `MINIO_SECRET_KEY=%s`, `MINIO_ROOT_PASSWORD: %s`, `{SecretAccessKeyID:%s UseSSL:false}`, `minio.secretAccessKey = "%s"`, `secret_key='%s', bucket_name='a'`), g.Mixed(Base64, 24))
	}},
	{"MinIO access key", func(g *Gen) Plant {
		return planted(g.Pick(`  accessKeyID: %s`, `MINIO_ACCESS_KEY=%s`, `"access_key": "%s"`, `AccessKeyID:%s SecretAccessKeyID:x`), g.Mixed(Alnums, 20))
	}},
	{"Zilliz key", func(g *Gen) Plant {
		return planted(g.Pick(`token="%s"`, `api_key = "%s"`, `Authorization: Bearer %s`, `zilliz.token=%s`), g.From(hexes, 68)+"7abc")
	}},
	{"Zilliz user", func(g *Gen) Plant { return planted("token: %s", "db_admin:"+g.password()) }},
	{"bearer", func(g *Gen) Plant {
		return planted(g.Pick(`Authorization: Bearer %s`, `authorization=Bearer %s`, `curl -H "Authorization: Bearer %s" x`), g.Mixed(b64url, 40))
	}},
	{"basic", func(g *Gen) Plant {
		return planted(`> Authorization: Basic %s`, base64.StdEncoding.EncodeToString([]byte("root:"+g.password())))
	}},
	{"gRPC metadata", func(g *Gen) Plant {
		return planted(`metadata: map[authorization:[%s]]`, base64.StdEncoding.EncodeToString([]byte("root:"+g.password())))
	}},
	{"URI login", func(g *Gen) Plant {
		return planted(g.Pick("postgres://app:%s@db:5432/meta", "https://root:%s@milvus:19530", "redis://:%s@cache:6379/0", "mongodb+srv://u:%s@m/x"), g.Mixed(Alnums, 14))
	}},
	{"MySQL DSN", func(g *Gen) Plant {
		return planted("root:%s@tcp(mysql:3306)/milvus_meta?parseTime=true", g.Mixed(Alnums, 12))
	}},
	{"JWT", func(g *Gen) Plant {
		return planted(g.Pick("got token %s", "authParams: token:%s", "id_token=%s"), "ey"+"J"+g.From(Alnums, 30)+".ey"+"J"+g.From(Alnums, 60)+"."+g.From(b64url, 42)+"a")
	}},
	{"AWS id", func(g *Gen) Plant { return planted("using key %s for s3", "AK"+"IA"+g.From(uppers+digits, 16)) }},
	{"AWS secret", func(g *Gen) Plant {
		return planted(g.Pick("aws_secret_access_key = %s", "export AWS_SECRET_ACCESS_KEY=%s", "aws "+"AK"+"IAABCDEFGHIJKLMNOP %s"), g.Mixed(Base64, 40))
	}},
	{"SAS", func(g *Gen) Plant {
		return planted("https://acc.blob.core.windows.net/c?sv=2022-11-02&sig=%s&se=2024", g.Mixed(Alnums, 43))
	}},
	{"Azure account key", func(g *Gen) Plant { return planted("AccountName=a;AccountKey=%s==;x=y", g.Mixed(Base64, 86)) }},
	{"private key", func(g *Gen) Plant {
		return planted("-----BEGIN PRI"+"VATE KEY-----\n%s\n-----END PRI"+"VATE KEY-----", "MII"+g.Mixed(Base64, 61))
	}},
	{"private key in JSON", func(g *Gen) Plant {
		return planted(`{"private_key": "-----BEGIN PRI`+`VATE KEY-----\n%s\n-----END PRI`+`VATE KEY-----\n"}`, "MII"+g.Mixed(Base64, 61))
	}},
	{"encoded private key", func(g *Gen) Plant { return planted("  tls.key: %s", "LS0tLS1CRUdJTi"+g.From(Alnums, 90)) }},
	{"GitHub", func(g *Gen) Plant { return planted("git clone with %s fails", "gh"+"p_"+g.From(Alnums, 36)) }},
	{"GitHub fine-grained", func(g *Gen) Plant { return planted("%s", "github"+"_pat_"+g.From(Alnums, 22)+"_"+g.From(Alnums, 59)) }},
	{"OpenAI", func(g *Gen) Plant { return planted(`openai.api_key = "%s"`, "sk"+"-proj-"+g.Mixed(b64url, 48)) }},
	{"OpenAI bare", func(g *Gen) Plant { return planted(`Incorrect API key provided: %s.`, "sk"+"-"+g.Mixed(Alnums, 48)) }},
	{"Slack", func(g *Gen) Plant {
		return planted("slack %s ok", "xo"+"xb-"+g.From(digits, 12)+"-"+g.From(Alnums, 24))
	}},
	{"Google", func(g *Gen) Plant { return planted("maps %s", "AI"+"za"+g.From(b64url, 34)+"a") }},
	{"Hugging Face", func(g *Gen) Plant { return planted("HF %s", "hf"+"_"+g.Mixed(Alnums, 34)) }},
	{"Discord token", func(g *Gen) Plant {
		id := base64.RawStdEncoding.EncodeToString([]byte("1" + g.From(digits, 17)))
		return planted("bot %s up", id+"."+g.From(Alnums, 6)+"."+g.From(b64url, 37)+"a")
	}},
	{"webhook", func(g *Gen) Plant {
		return planted("https://discord.com/api/webhooks/1122334455667788990/%s", g.From(b64url, 67)+"a")
	}},
	{"Slack webhook", func(g *Gen) Plant {
		return planted("https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/%s", g.From(Alnums, 24))
	}},
	{"bcrypt", func(g *Gen) Plant { return planted("root %s", "$2a$10$"+g.From(Alnums, 53)) }},
	{"docker auth", func(g *Gen) Plant {
		return planted(`{"auths":{"r.io":{"auth":"%s"}}}`, base64.StdEncoding.EncodeToString([]byte("alice:"+g.password())))
	}},
	{"Kubernetes env", func(g *Gen) Plant { return planted("- name: DB_PASSWORD\n  value: %s", g.Mixed(Alnums, 16)) }},
	{"Chinese key", func(g *Gen) Plant {
		return planted(g.Pick("密码：%s", "我的密码是%s", "口令: %s"), g.Mixed(Alnums, 12))
	}},
	{"login flag", func(g *Gen) Plant { return planted("curl -u root:%s http://localhost:9091", g.Mixed(Alnums, 12)) }},
}

// private are the kinds of data that say who or where somebody is.
var private = []Kind{
	{"e-mail", func(g *Gen) Plant {
		return planted("from %s today", g.From(lowers, 6)+"."+g.From(lowers, 5)+"@"+g.From(lowers, 7)+".com")
	}},
	{"IPv4", func(g *Gen) Plant {
		return planted(g.Pick("dial tcp %s:19530: refused", "[address=%s:53100]", `"remote":"%s:1234"`, "host %s down"), fmt.Sprintf("%d.%d.%d.%d", 11+g.IntN(110), g.IntN(256), g.IntN(256), 1+g.IntN(250)))
	}},
	{"IPv6", func(g *Gen) Plant {
		return planted("listen [%s]:2379", fmt.Sprintf("2001:db8:%x::%x", 16+g.IntN(9999), 1+g.IntN(9999)))
	}},
	{"host", func(g *Gen) Plant {
		return planted(g.Pick("connect to %s:19530 failed", "https://%s/v1", "endpoint: %s", "lookup %s on 127.0.0.11:53"), g.From(lowers, 8)+".prod."+g.From(lowers, 9)+".internal")
	}},
	{"user", func(g *Gen) Plant {
		return planted(g.Pick(`File "/home/%s/app.py", line 3`, `/Users/%s/x.py`, `C:\Users\%s\x.py`), g.From(lowers, 7)+"q")
	}},
}
