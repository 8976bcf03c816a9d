package paste

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// logWriter makes logs as Milvus and what runs beside it write them. It puts
// no secret and nothing private into them.
type logWriter struct {
	r *rand.Rand
	b strings.Builder
	n int
}

func newLogWriter(seed uint64) *logWriter { return &logWriter{r: rand.New(rand.NewPCG(seed, 7))} }

// milvusLog makes about size bytes of a server log.
func milvusLog(size int, seed uint64) []byte {
	w := newLogWriter(seed)
	w.b.Grow(size + 4096)
	for w.b.Len() < size {
		w.serverLine()
	}
	return []byte(w.b.String()[:size])
}

func (w *logWriter) pick(words ...string) string { return words[w.r.IntN(len(words))] }

func (w *logWriter) id() uint64 { return 446_000_000_000_000_000 + w.r.Uint64N(1e15) }

func (w *logWriter) hex(n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[w.r.IntN(16)]
	}
	return string(b)
}

func (w *logWriter) stamp() string {
	w.n++
	s := w.n / 50
	return fmt.Sprintf("2024/03/%02d %02d:%02d:%02d.%03d +00:00", 1+s/86400%28, s/3600%24, s/60%60, s%60, w.r.IntN(1000))
}

func (w *logWriter) printf(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

// serverLine writes one line of a Milvus component, with zap's fields.
func (w *logWriter) serverLine() {
	switch w.r.IntN(14) {
	case 0:
		w.printf(`[%s] [WARN] [querynodev2/services.go:%d] ["failed to search on delegator"] [traceID=%s] [collectionID=%d] [msgID=%d] [error="channel distribution is not serviceable: by-dev-rootcoord-dml_%d_%dv0"]`, w.stamp(), 100+w.r.IntN(900), w.hex(32), w.id(), w.id(), w.r.IntN(16), w.id())
	case 1:
		w.printf(`[%s] [ERROR] [retry/retry.go:46] ["retry func failed"] ["retry time"=%d] [error="context deadline exceeded"] [stack="github.com/milvus-io/milvus/pkg/util/retry.Do\n\t/go/src/github.com/milvus-io/milvus/pkg/util/retry/retry.go:46\ngithub.com/milvus-io/milvus/internal/util/sessionutil.(*Session).registerService\n\t/go/src/github.com/milvus-io/milvus/internal/util/sessionutil/session_util.go:%d"]`, w.stamp(), w.r.IntN(20), 200+w.r.IntN(300))
	case 2:
		w.printf(`[%s] [INFO] [compaction/executor.go:110] ["compaction done"] [planID=%d] [segmentID=%d] [numRows=%d] [elapse=%.6fms]`, w.stamp(), w.id(), w.id(), w.r.IntN(100000), w.r.Float64()*900)
	case 3:
		w.printf(`[%s] [DEBUG] [proxy/task_search.go:%d] ["search done"] [traceID=%s] [db=default] [collection=docs_%d] [nq=%d] [topk=%d] [guaranteeTimestamp=%d]`, w.stamp(), w.r.IntN(999), w.hex(32), w.r.IntN(50), 1+w.r.IntN(10), 10*w.r.IntN(100), w.id())
	case 4:
		w.printf(`{"level":"warn","ts":"2024-03-0%dT10:%02d:%02d.%03dZ","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"%d.%dms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\"by-dev/meta/session/proxy-%d\" ","response":"range_response_count:1 size:%d"}`, 1+w.r.IntN(9), w.r.IntN(60), w.r.IntN(60), w.r.IntN(1000), 100+w.r.IntN(900), w.r.IntN(10), w.r.IntN(100), w.r.IntN(1000))
	case 5:
		w.printf(`[%s] [INFO] [datacoord/services.go:%d] ["receive FlushSegments request"] [nodeID=%d] [sealedSegments="[%d,%d]"] [isFlushing=true]`, w.stamp(), w.r.IntN(999), w.r.IntN(30), w.id(), w.id())
	default:
		w.printf(`[%s] [INFO] [%s/%s.go:%d] ["%s"] [traceID=%s] [collectionID=%d] [partitionID=%d] [nodeID=%d] [channel=by-dev-rootcoord-dml_%d_%dv0] [duration=%d.%dms]`, w.stamp(), w.pick("querynodev2", "datanode", "proxy", "rootcoord"), w.pick("server", "impl", "task", "handler"), w.r.IntN(999), w.pick("load segment done", "release segment", "sync segment", "new collection", "watch channel", "update tick"), w.hex(32), w.id(), w.id(), w.r.IntN(30), w.r.IntN(16), w.id(), w.r.IntN(900), w.r.IntN(999))
	}
}
