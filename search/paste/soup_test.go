package paste

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste/plant"
)

// soup is what random texts are made of: pieces that rules and cleaning react
// to, in all orders.
var soup = []string{
	"password", "token", "secretAccessKey", "accessKeyID", "api_key", "auth", "Authorization", "secret", "credentials", "cookie",
	"sig", "name", "value", "host", "endpoint", "user", "密码", "PASSWORD", "--password", "-u", "-p", "Bearer", "Basic", "is", "url",
	"=", ":", ": ", " = ", "=>", ",", ", ", ";", "&", "?", "/", "://", "@", ".", "-", "_", "%3D", "%22", "%2F", "<", ">", "|",
	"\"", "'", "`", "\\\"", "\\", "“", "”", "：", "（", "\\n", "\\t", "\\u0022", "&quot;", "&lt;", "&amp;", "(", ")", "[", "]", "{", "}",
	"\n", "\n  ", " ", "  ", "\t", "\r\n", "\u200b", "\x1b[31m", "[0m", "[31m", "\x00", "```", "> ", ">>> ", "- ", "#", "auth=(", "MilvusClient(", "token(", "password is ", "密码是",
	"hunter2", "Ab3dEf9hIjK1mNoP5rSt", "root", "Milvus", "minioadmin", "admin", "10.0.0.1", "10.0.0.2:19530", "2001:db8::17", "::",
	"milvus.acme.internal", "h.acme.com:443", "in03-ab12cd.x.zillizcloud.com", "b.s3.amazonaws.com", "jane@acme.com", "/home/jane/", `C:\Users\jane\`,
	"<secret-1>", "<ip-2>", "<host-3>", "***", "${X}", "$X", "<your>", "null", "None", "example.com", "github.com", "localhost", "2.4.13.1",
	"eyJhbGciOiJIUzI1NiJ9", "eyJ", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "AKIAABCDEFGHIJKLMNOP", "c2VjcmV0OnBhc3N3b3JkMTIz", "ghp_",
	`{"log":"`, `","stream":"stderr"}`, "http", "https", "mongodb+srv", "tcp(", "é", "中", "😀", "\u00a0", "0", "7", "1a2b3c4d",
}

// TestSoup checks the properties of cleaning and redaction on random texts.
// SOUP sets how many, for a longer run.
func TestSoup(t *testing.T) {
	count := 8_000
	if n, err := strconv.Atoi(os.Getenv("SOUP")); err == nil {
		count = n
	}
	g, secrets := plant.New(uint64(count), 3), plant.Secrets()
	for range count {
		before, after := randomSoup(g, 60), randomSoup(g, 30)
		text := clean(before)
		if again := clean(text); again != text {
			t.Fatalf("clean is not idempotent for %q:\n once  %q\n twice %q", before, text, again)
		}
		got := redacted(text)
		checkRedacted(t, text, got)
		pl := secrets[g.IntN(len(secrets))].Make(g)
		p := FromText(before + "\n" + pl.Line + "\n" + after)
		if strings.Contains(p.Text(), pl.Secret) || strings.Contains(p.Match(), pl.Secret) {
			t.Fatalf("%q survived between %q and %q:\n%q", pl.Line, before, after, p.Text())
		}
		if !utf8.ValidString(p.Text()) || len(p.Lines()) != len(p.MatchLines()) {
			t.Fatalf("bad text for %q: %q, %q", before, p.Text(), p.Match())
		}
		if t.Failed() {
			return
		}
	}
}

func randomSoup(g *plant.Gen, n int) string {
	var b strings.Builder
	for range g.IntN(n) {
		b.WriteString(soup[g.IntN(len(soup))])
	}
	return b.String()
}
