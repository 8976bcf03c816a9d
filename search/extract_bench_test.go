package search

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// benchLines are lines of the logs that users send, by how often they occur.
var benchLines = []struct {
	weight int
	format string
}{
	{40, `[2024/03/%02d 07:08:%02d.123 +00:00] [INFO] [compaction/executor.go:110] ["compaction done"] [planID=4460%d] [segmentID=446%d] [numRows=1000] [elapse=12.5ms]`},
	{20, `[2024/03/%02d 07:08:%02d.123 +00:00] [DEBUG] [proxy/task_search.go:77] ["search done"] [traceID=a%dffe%d] [collection=docs] [error="<nil>"]`},
	{8, `[2024/03/%02d 07:08:%02d.123 +00:00] [WARN] [querynodev2/services.go:9] ["failed to search on delegator"] [traceID=a%d] [collectionID=446%d] [error="channel distribution is not serviceable: by-dev-rootcoord-dml_1_446v0"]`},
	{2, `[2024/03/%02d 07:08:%02d.123 +00:00] [ERROR] [retry/retry.go:46] ["retry func failed"] ["retry time"=%d] [error="context deadline exceeded"] [stack="github.com/milvus-io/milvus/pkg/util/retry.Do\n\t/go/src/retry.go:%d"]`},
	{8, `{"level":"info","ts":"2024-03-%02dT07:08:%02d.123Z","caller":"traceutil/trace.go:171","msg":"trace[1561040902] put","detail":"{key:by-dev/kv/gid; req_size:%d; response_revision:%d; }","duration":"6.9s"}`},
	{6, `{"level":"warn","ts":"2024-03-%02dT07:08:%02d.123Z","caller":"etcdserver/util.go:166","msg":"apply request took too long","took":"4.5s","expected-duration":"100ms","request":"header:<ID:75%d > put:<key:\"by-dev/%d\" >"}`},
	{8, `2024-03-%02dT07:08:%02d.123+0000 [main] INFO  org.apache.bookkeeper.bookie.BookieStateManager - Writing ledger %d of segment %d to the index directory`},
	{4, `I0506 07:08:%02d.%02d3456  1234 index_factory.cc:%d] [KNOWHERE][Create][milvus] use key HNSW_fp32 to create knowhere index HNSW with version %d`},
	{4, `%02d-%02d some line of a tool without a format of its own, number %d of %d, which says nothing`},
}

// benchLog makes a log of about size bytes.
func benchLog(size int) string {
	rng := rand.New(rand.NewPCG(3, 4))
	total := 0
	for _, l := range benchLines {
		total += l.weight
	}
	var b strings.Builder
	for b.Len() < size {
		n := rng.IntN(total)
		for _, l := range benchLines {
			if n -= l.weight; n < 0 {
				fmt.Fprintf(&b, l.format+"\n", 1+rng.IntN(28), rng.IntN(60), rng.IntN(1e6), rng.IntN(1e6))
				break
			}
		}
	}
	return b.String()[:size]
}

// BenchmarkExtract reads the largest paste that is kept whole.
func BenchmarkExtract(b *testing.B) {
	p := paste.FromText(benchLog(4 << 20))
	b.SetBytes(int64(len(p.Text())))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		v := newView(p)
		b.StartTimer()
		if x := extract(v); len(x.problems) == 0 {
			b.Fatal("nothing found")
		}
	}
}

// BenchmarkExtractPlain reads text that no format knows, each line of which
// holds words of errors: the dearest of what is common.
func BenchmarkExtractPlain(b *testing.B) {
	p := paste.FromText(strings.Repeat("the application failed to do nothing and cannot say why, it got no error but one warning: a timeout\n", 40_000))
	b.SetBytes(int64(len(p.Text())))
	for b.Loop() {
		b.StopTimer()
		v := newView(p)
		b.StartTimer()
		extract(v)
	}
}
