package paste

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

// plant is one line of a log or a setting with a secret in it.
type plant struct{ line, secret string }

// planter makes random secrets of one kind.
type planter struct {
	kind string
	make func(g *gen) plant
}

// gen makes random strings.
type gen struct{ r *rand.Rand }

func (g *gen) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	digits  = "0123456789"
	lowers  = "abcdefghijklmnopqrstuvwxyz"
	uppers  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alnums  = digits + lowers + uppers
	b64url  = alnums + "-_"
	b64std  = alnums + "+/"
	hexes   = "0123456789abcdef"
	symbols = alnums + "!@#%^*+~"
)

// mixed is random text with letters of both cases and digits in it.
func (g *gen) mixed(alphabet string, n int) string {
	return g.from(lowers, 1) + g.from(uppers, 1) + g.from(digits, 2) + g.from(alphabet, n-4)
}

func (g *gen) password() string { return g.mixed(symbols, 8+g.r.IntN(12)) }

func (g *gen) pick(words ...string) string { return words[g.r.IntN(len(words))] }

// planted plants a secret at the %s of a line.
func planted(line, secret string) plant { return plant{fmt.Sprintf(line, secret), secret} }

// planters has the kinds of secrets that users of Milvus paste.
var planters = []planter{
	{"Milvus token", func(g *gen) plant {
		return planted(g.pick(`MilvusClient(uri="http://localhost:19530", token="%s")`, `token: %s`, `  token = "%s"`, `.withToken("%s")`, `[token=%s]`), "root:"+g.password())
	}},
	{"Milvus password", func(g *gen) plant {
		return planted(g.pick(`connections.connect(user="root", password="%s", host="localhost")`, `password: %s`, `PASSWORD=%s`, `[password=%s] [db=default]`, `milvus.password=%s`, `defaultRootPassword: %s`), g.password())
	}},
	{"password flag", func(g *gen) plant { return planted("mysqldump --user=root --password %s milvus_meta", g.password()) }},
	{"MinIO secret", func(g *gen) plant {
		return planted(g.pick(`  secretAccessKey: %s`, `MINIO_SECRET_KEY=%s`, `MINIO_ROOT_PASSWORD: %s`, `{SecretAccessKeyID:%s UseSSL:false}`, `minio.secretAccessKey = "%s"`, `secret_key='%s', bucket_name='a'`), g.mixed(b64std, 24))
	}},
	{"MinIO access key", func(g *gen) plant {
		return planted(g.pick(`  accessKeyID: %s`, `MINIO_ACCESS_KEY=%s`, `"access_key": "%s"`, `AccessKeyID:%s SecretAccessKeyID:x`), g.mixed(alnums, 20))
	}},
	{"Zilliz key", func(g *gen) plant {
		return planted(g.pick(`token="%s"`, `api_key = "%s"`, `Authorization: Bearer %s`, `zilliz.token=%s`), g.from(hexes, 68)+"7abc")
	}},
	{"Zilliz user", func(g *gen) plant { return planted("token: %s", "db_admin:"+g.password()) }},
	{"bearer", func(g *gen) plant {
		return planted(g.pick(`Authorization: Bearer %s`, `authorization=Bearer %s`, `curl -H "Authorization: Bearer %s" x`), g.mixed(b64url, 40))
	}},
	{"basic", func(g *gen) plant {
		return planted(`> Authorization: Basic %s`, base64.StdEncoding.EncodeToString([]byte("root:"+g.password())))
	}},
	{"gRPC metadata", func(g *gen) plant {
		return planted(`metadata: map[authorization:[%s]]`, base64.StdEncoding.EncodeToString([]byte("root:"+g.password())))
	}},
	{"URI login", func(g *gen) plant {
		return planted(g.pick("postgres://app:%s@db:5432/meta", "https://root:%s@milvus:19530", "redis://:%s@cache:6379/0", "mongodb+srv://u:%s@m/x"), g.mixed(alnums, 14))
	}},
	{"MySQL DSN", func(g *gen) plant {
		return planted("root:%s@tcp(mysql:3306)/milvus_meta?parseTime=true", g.mixed(alnums, 12))
	}},
	{"JWT", func(g *gen) plant {
		return planted(g.pick("got token %s", "authParams: token:%s", "id_token=%s"), "ey"+"J"+g.from(alnums, 30)+".ey"+"J"+g.from(alnums, 60)+"."+g.from(b64url, 42)+"a")
	}},
	{"AWS id", func(g *gen) plant { return planted("using key %s for s3", "AK"+"IA"+g.from(uppers+digits, 16)) }},
	{"AWS secret", func(g *gen) plant {
		return planted(g.pick("aws_secret_access_key = %s", "export AWS_SECRET_ACCESS_KEY=%s", "aws "+"AK"+"IAABCDEFGHIJKLMNOP %s"), g.mixed(b64std, 40))
	}},
	{"SAS", func(g *gen) plant {
		return planted("https://acc.blob.core.windows.net/c?sv=2022-11-02&sig=%s&se=2024", g.mixed(alnums, 43))
	}},
	{"Azure account key", func(g *gen) plant { return planted("AccountName=a;AccountKey=%s==;x=y", g.mixed(b64std, 86)) }},
	{"private key", func(g *gen) plant {
		return planted("-----BEGIN PRI"+"VATE KEY-----\n%s\n-----END PRI"+"VATE KEY-----", "MII"+g.mixed(b64std, 61))
	}},
	{"private key in JSON", func(g *gen) plant {
		return planted(`{"private_key": "-----BEGIN PRI`+`VATE KEY-----\n%s\n-----END PRI`+`VATE KEY-----\n"}`, "MII"+g.mixed(b64std, 61))
	}},
	{"encoded private key", func(g *gen) plant { return planted("  tls.key: %s", "LS0tLS1CRUdJTi"+g.from(alnums, 90)) }},
	{"GitHub", func(g *gen) plant { return planted("git clone with %s fails", "gh"+"p_"+g.from(alnums, 36)) }},
	{"GitHub fine-grained", func(g *gen) plant { return planted("%s", "github"+"_pat_"+g.from(alnums, 22)+"_"+g.from(alnums, 59)) }},
	{"OpenAI", func(g *gen) plant { return planted(`openai.api_key = "%s"`, "sk"+"-proj-"+g.mixed(b64url, 48)) }},
	{"OpenAI bare", func(g *gen) plant { return planted(`Incorrect API key provided: %s.`, "sk"+"-"+g.mixed(alnums, 48)) }},
	{"Slack", func(g *gen) plant {
		return planted("slack %s ok", "xo"+"xb-"+g.from(digits, 12)+"-"+g.from(alnums, 24))
	}},
	{"Google", func(g *gen) plant { return planted("maps %s", "AI"+"za"+g.from(b64url, 34)+"a") }},
	{"Hugging Face", func(g *gen) plant { return planted("HF %s", "hf"+"_"+g.mixed(alnums, 34)) }},
	{"Discord token", func(g *gen) plant {
		id := base64.RawStdEncoding.EncodeToString([]byte("1" + g.from(digits, 17)))
		return planted("bot %s up", id+"."+g.from(alnums, 6)+"."+g.from(b64url, 37)+"a")
	}},
	{"webhook", func(g *gen) plant {
		return planted("https://discord.com/api/webhooks/1122334455667788990/%s", g.from(b64url, 67)+"a")
	}},
	{"Slack webhook", func(g *gen) plant {
		return planted("https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/%s", g.from(alnums, 24))
	}},
	{"bcrypt", func(g *gen) plant { return planted("root %s", "$2a$10$"+g.from(alnums, 53)) }},
	{"docker auth", func(g *gen) plant {
		return planted(`{"auths":{"r.io":{"auth":"%s"}}}`, base64.StdEncoding.EncodeToString([]byte("alice:"+g.password())))
	}},
	{"Kubernetes env", func(g *gen) plant { return planted("- name: DB_PASSWORD\n  value: %s", g.mixed(alnums, 16)) }},
	{"Chinese key", func(g *gen) plant {
		return planted(g.pick("密码：%s", "我的密码是%s", "口令: %s"), g.mixed(alnums, 12))
	}},
	{"login flag", func(g *gen) plant { return planted("curl -u root:%s http://localhost:9091", g.mixed(alnums, 12)) }},
}

// private makes lines with private data.
var private = []planter{
	{"e-mail", func(g *gen) plant {
		return planted("from %s today", g.from(lowers, 6)+"."+g.from(lowers, 5)+"@"+g.from(lowers, 7)+".com")
	}},
	{"IPv4", func(g *gen) plant {
		return planted(g.pick("dial tcp %s:19530: refused", "[address=%s:53100]", `"remote":"%s:1234"`, "host %s down"), fmt.Sprintf("%d.%d.%d.%d", 11+g.r.IntN(110), g.r.IntN(256), g.r.IntN(256), 1+g.r.IntN(250)))
	}},
	{"IPv6", func(g *gen) plant {
		return planted("listen [%s]:2379", fmt.Sprintf("2001:db8:%x::%x", 16+g.r.IntN(9999), 1+g.r.IntN(9999)))
	}},
	{"host", func(g *gen) plant {
		return planted(g.pick("connect to %s:19530 failed", "https://%s/v1", "endpoint: %s", "lookup %s on 127.0.0.11:53"), g.from(lowers, 8)+".prod."+g.from(lowers, 9)+".internal")
	}},
	{"user", func(g *gen) plant {
		return planted(g.pick(`File "/home/%s/app.py", line 3`, `/Users/%s/x.py`, `C:\Users\%s\x.py`), g.from(lowers, 7)+"q")
	}},
}

// shape wraps a line as it can reach a paste, and says how the secret looks
// in it should it come through.
type shape struct {
	name string
	wrap func(line string) string
	seen func(secret string) string
}

func same(s string) string { return s }

func jsonEscape(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

var shapes = []shape{
	{"plain", same, same},
	{"in a log", func(l string) string { return "[INFO] before\n" + l + "\n[INFO] after" }, same},
	{"fenced", func(l string) string { return "look:\n```yaml\n" + l + "\n```\nwhy?" }, same},
	{"quoted", func(l string) string { return "> " + strings.ReplaceAll(l, "\n", "\n> ") }, same},
	{"CRLF", func(l string) string { return "a\r\n" + strings.ReplaceAll(l, "\n", "\r\n") + "\r\nb\r\n" }, same},
	{"JSON string", func(l string) string { return `{"level":"error","msg":"` + jsonEscape(l) + `","n":1}` }, jsonEscape},
	{"JSON string twice", func(l string) string { return `{"log":"` + jsonEscape(`{"msg":"`+jsonEscape(l)+`"}`) + `"}` }, func(s string) string { return jsonEscape(jsonEscape(s)) }},
	{"docker", func(l string) string {
		return `{"log":"` + jsonEscape(l) + `\n","stream":"stderr","time":"2024-01-01T00:00:00Z"}`
	}, same},
	{"zap field", func(l string) string {
		return `[2024/01/01 00:00:00.000 +00:00] [INFO] [a/b.go:1] ["x"] [cfg="` + jsonEscape(l) + `"]`
	}, jsonEscape},
	{"URL", func(l string) string { return "GET /x?q=" + url.QueryEscape(l) + "&n=1" }, url.QueryEscape},
	{"base64", func(l string) string { return "data: " + base64.StdEncoding.EncodeToString([]byte(l)) }, func(s string) string { return s }},
	{"colour", func(l string) string { return "\x1b[31m" + strings.ReplaceAll(l, " ", " \x1b[1;32m") + "\x1b[0m" }, same},
	{"lost colour", func(l string) string { return "[31m" + l + "[0m" }, same},
	{"spelled colour", func(l string) string { return `\u001b[31m` + l + `\u001b[0m` }, same},
	{"HTML", func(l string) string {
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(l)
	}, same},
	{"smart quotes", func(l string) string { return strings.NewReplacer(`"`, "“", "'", "’").Replace(l) }, same},
}

// TestPlantedSecrets plants secrets and private data of all kinds in all
// shapes. None may be left, in what is shown or in what is matched.
func TestPlantedSecrets(t *testing.T) {
	g := &gen{rand.New(rand.NewPCG(1, 2))}
	count := 0
	for _, p := range append(append([]planter(nil), planters...), private...) {
		for _, sh := range shapes {
			for range 6 {
				pl := p.make(g)
				if sh.name == "base64" && !allASCII(pl.line) {
					continue
				}
				count++
				in := sh.wrap(pl.line)
				got := FromText(in)
				checkGone(t, p.kind+", "+sh.name, in, got, pl.secret, sh.seen(pl.secret))
			}
		}
	}
	if count < 500 {
		t.Errorf("planted %d secrets, want at least 500", count)
	}
	t.Logf("planted %d secrets of %d kinds in %d shapes", count, len(planters)+len(private), len(shapes))
}

func checkGone(t *testing.T, what, in string, got Paste, forms ...string) {
	t.Helper()
	b64 := ""
	if strings.Contains(what, "base64") {
		b64 = in[len("data: "):]
	}
	for _, f := range append(forms, b64) {
		if f != "" && (strings.Contains(got.Text(), f) || strings.Contains(got.Match(), f)) {
			t.Errorf("%s: %q survived\n in %q\nout %q", what, f, in, got.Text())
			return
		}
	}
	if len(got.Removed()) == 0 {
		t.Errorf("%s: nothing reported as removed for %q", what, in)
	}
}

func allASCII(s string) bool { return isASCII([]byte(s)) }

// TestPlantedInvisible puts invisible and control characters into secrets and
// their keys.
func TestPlantedInvisible(t *testing.T) {
	g := &gen{rand.New(rand.NewPCG(3, 4))}
	odd := []string{"\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u202e", "\x00", "\x07", "\x1b[0m", "\U000E0041", "\ufe0f", "\u034f", "\u3164"}
	for _, p := range planters {
		for range 20 {
			pl := p.make(g)
			at := g.r.IntN(len(pl.line))
			for at > 0 && pl.line[at]&0xC0 == 0x80 {
				at--
			}
			if strings.HasPrefix(pl.line[at:], "\n") {
				continue // it would wrap the line
			}
			in := pl.line[:at] + odd[g.r.IntN(len(odd))] + pl.line[at:]
			checkGone(t, p.kind, in, FromText(in), pl.secret)
		}
	}
}

// TestPlantedEncodings sends secrets through Read in UTF-16 and in archives.
func TestPlantedEncodings(t *testing.T) {
	g := &gen{rand.New(rand.NewPCG(5, 6))}
	for _, p := range planters {
		pl := p.make(g)
		text := "first line of the log\n" + pl.line + "\nlast line of the log\n"
		for name, data := range map[string][]byte{
			"UTF-16LE": utf16Bytes(text, false, true), "UTF-16BE": utf16Bytes(text, true, true),
			"gzip": gzipped([]byte(text)), "zip": zipped("a.log", text), "NUL": []byte("\x00\x00\x00" + text),
		} {
			got, err := Read(context.Background(), bytes.NewReader(data), "x", DefaultLimits())
			if err != nil {
				t.Errorf("%s, %s: %v", p.kind, name, err)
				continue
			}
			checkGone(t, p.kind+", "+name, text, got, pl.secret)
			if !strings.Contains(got.Text(), "last line of the log") {
				t.Errorf("%s, %s: text is lost: %q", p.kind, name, got.Text())
			}
		}
	}
}

func utf16Bytes(s string, big, mark bool) []byte {
	var out []byte
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, u := range units {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}
