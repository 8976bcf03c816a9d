package search

import (
	"strings"
	"testing"
)

// TestWords takes texts apart; names that were written whole stand in angle
// brackets.
func TestWords(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"prose", "How do I configure the Quantum flux tokens?", "configure quantum flux token"},
		{"snake", "bad_member_id", "bad member id <bad_member_id>"},
		{"camel", "QueryNode queryNodes", "query node <querynode> query node <querynodes>"},
		{"acronyms", "HTTPServer, parseURL and ORM", "http server <httpserver> parse url <parseurl> orm"},
		{"short ends", "MinIO, nodeID and RocksDB is", "minio nodeid rocksdb"},
		{"dotted", "common.retentionDuration", "common retention duration <retentionduration> <common.retentionduration>"},
		{"end of a sentence", "It failed. Then it went on.", "failed went"},
		{"numbers", "port 19530, code=1100, id 446538628793368757", "port 19530 code 1100 id"},
		{"data", "a9f3c07b2d segment", "segment"},
		{"short names", "s3 v2 int64 x", "s3 v2 int64"},
		{"single letters", "a b c", ""},
		{"plurals", "queries indexes cases classes caches searches status address replicas", "query index case class cache search status address replica"},
		{"underscores alone", "__init__ _ __", "init"},
		{"path", "/var/lib/milvus.db", "var lib milvus db <milvus.db>"},
		{"hyphen", "my-release-etcd", "release etcd"},
		{"accents", "Größe überprüfen", "größe überprüfen"},
		{"Korean", "컬렉션을 로드", "컬렉 렉션 션을 로드"},
		{"Korean ending", "있습니다", ""},
		{"Chinese", "加载集合 a", "加载 载集 集合"},
		{"one letter", "的 x", "的"},
		{"mixed", "加载collection失败", "加载 collection 失败"},
		{"invalid UTF-8", "ab\xffcd", "ab cd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			eachWord(c.text, func(w []byte, kind wordKind) {
				if kind == wordWhole {
					got = append(got, "<"+string(w)+">")
				} else {
					got = append(got, string(w))
				}
			})
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.text, s, c.want)
			}
		})
	}
}

// FuzzWords wants the same words for the same text in any case, and none that
// is empty or too long.
func FuzzWords(f *testing.F) {
	f.Add("common.retentionDuration=7, bad_member_id")
	f.Add("컬렉션을 loadMore_요청..x.")
	f.Fuzz(func(t *testing.T, s string) {
		eachWord(s, func(w []byte, _ wordKind) {
			if len(w) == 0 || len(w) > maxWord {
				t.Errorf("%q: word %q", s, w)
			}
		})
	})
}
