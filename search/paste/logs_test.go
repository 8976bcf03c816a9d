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

// otherLine writes one line or block of what stands beside a server log.
func (w *logWriter) otherLine() {
	switch w.r.IntN(12) {
	case 0:
		w.printf("my-release-milvus-%s-%s-%s   %d/1   %s   %d (%dm ago)   %dd", w.pick("proxy", "querynode", "datanode"), w.hex(9), w.hex(5), w.r.IntN(2), w.pick("Running", "CrashLoopBackOff", "Pending"), w.r.IntN(40), w.r.IntN(59), w.r.IntN(99))
	case 1:
		w.printf("Traceback (most recent call last):\n  File \"/usr/local/lib/python3.11/site-packages/pymilvus/decorators.py\", line %d, in handler\n    return func(*args, **kwargs)\npymilvus.exceptions.MilvusException: <MilvusException: (code=%d, message=collection not found[database=default][collection=docs_%d])>", w.r.IntN(400), w.r.IntN(2000), w.r.IntN(99))
	case 2:
		w.printf("goroutine %d [running]:\ngithub.com/milvus-io/milvus/internal/querynodev2/delegator.(*shardDelegator).Search(0xc00%s, {0x%s, 0xc00%s})\n\t/go/src/github.com/milvus-io/milvus/internal/querynodev2/delegator/delegator.go:%d +0x%s", w.r.IntN(9999), w.hex(7), w.hex(7), w.hex(7), w.r.IntN(900), w.hex(3))
	case 3:
		w.printf("Caused by: io.grpc.StatusRuntimeException: UNAVAILABLE: io exception\n\tat io.grpc.stub.ClientCalls.toStatusRuntimeException(ClientCalls.java:%d)\n\tat io.milvus.client.AbstractMilvusGrpcClient.search(AbstractMilvusGrpcClient.java:%d)", w.r.IntN(400), w.r.IntN(4000))
	case 4:
		w.printf("  Warning  Unhealthy  %dm (x%d over %dm)  kubelet  Readiness probe failed: HTTP probe failed with statuscode: 500", w.r.IntN(59), w.r.IntN(99), w.r.IntN(59))
	case 5:
		w.printf("I2024-03-0%d 10:%02d:%02d.%06d %d segment_c.cpp:%d] [SERVER][Search][\"load chunk\"] [segcore] num_rows: %d, chunk 0x%s", 1+w.r.IntN(9), w.r.IntN(60), w.r.IntN(60), w.r.IntN(1e6), w.r.IntN(999), w.r.IntN(999), w.r.IntN(1e6), w.hex(12))
	case 6:
		w.printf("%s INFO  org.apache.pulsar.broker.service.persistent.PersistentTopic - [persistent://public/default/by-dev-rootcoord-dml_%d] Created topic, ledger %d:%d", w.stamp(), w.r.IntN(16), w.r.IntN(9999), w.r.IntN(99))
	case 7:
		w.printf("milvus-standalone  | [%s] [INFO] [server/server.go:%d] [\"listening\"] [address=0.0.0.0:19530] [version=2.4.%d] [commit=%s]", w.stamp(), w.r.IntN(99), w.r.IntN(20), w.hex(40))
	case 8:
		w.printf("E%04d 10:%02d:%02d.%06d       1 reflector.go:138] k8s.io/client-go/informers/factory.go:134: Failed to watch *v1.Pod: the server could not find the requested resource (get pods), uid=%s-%s-4%s-8%s-%s", w.r.IntN(1231), w.r.IntN(60), w.r.IntN(60), w.r.IntN(1e6), w.hex(8), w.hex(4), w.hex(3), w.hex(3), w.hex(12))
	case 9:
		w.printf("ERRO[%04d] error waiting for container: context canceled; image milvusdb/milvus:v2.4.%d digest sha256:%s", w.r.IntN(9999), w.r.IntN(20), w.hex(64))
	case 10:
		w.printf("index params: {'index_type': 'HNSW', 'metric_type': 'COSINE', 'params': {'M': %d, 'efConstruction': %d}}, key field: id, primary key: auto_id=True, tokens=%d, max_token_length: %d", 8+w.r.IntN(60), w.r.IntN(600), w.r.IntN(9999), w.r.IntN(512))
	default:
		w.printf("why does search return code=%d after an upgrade from 2.3.%d to 2.4.%d? The default user is root and I did not change the password.", w.r.IntN(2000), w.r.IntN(20), w.r.IntN(20))
	}
}
