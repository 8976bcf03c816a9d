package search

// pairModel tells how likely a few bytes are in routine log text: it knows how
// often a byte of one kind follows one of another kind. It is small, so that
// a scanner is made in no time.
type pairModel struct {
	kind    [256]uint8
	follows [pairKinds][pairKinds]float32
}

// pairKinds are the letters, the digits together, the usual punctuation, and
// all other bytes together.
const (
	pairPunctuation = "[](){}<>=:;,./\\_-+*&%#@!?|$^~"
	pairDigit       = 26
	pairOther       = pairDigit + 1 + len(pairPunctuation)
	pairKinds       = pairOther + 1
)

// newPairModel learns from a text.
func newPairModel(text string) *pairModel {
	m := new(pairModel)
	for c := range m.kind {
		switch {
		case 'a' <= c && c <= 'z':
			m.kind[c] = uint8(c - 'a')
		case '0' <= c && c <= '9':
			m.kind[c] = pairDigit
		default:
			m.kind[c] = uint8(pairOther)
		}
	}
	for i, c := range []byte(pairPunctuation) {
		m.kind[c] = uint8(pairDigit + 1 + i)
	}
	const unseen = 0.02 // how often a pair counts that the text does not have
	b := squeeze(text)
	for i := 1; i < len(b); i++ {
		m.follows[m.kind[b[i-1]]][m.kind[b[i]]]++
	}
	for a := range m.follows {
		total := float32(unseen) * float32(pairKinds)
		for _, n := range m.follows[a] {
			total += n
		}
		for c := range m.follows[a] {
			m.follows[a][c] = (m.follows[a][c] + unseen) / total
		}
		m.follows[a][pairDigit] /= 10
	}
	return m
}

// chance is that of b at any one place of the text.
func (m *pairModel) chance(b []byte) float32 {
	p := float32(1) / 30
	last := m.kind[b[0]]
	for _, c := range b[1:] {
		next := m.kind[c]
		p *= m.follows[last][next]
		last = next
	}
	return p
}

// routineText is what the servers of Milvus write when all is well.
const routineText = `
[2024/03/04 05:06:07.123 +00:00] [INFO] [querynodev2/services.go:412] ["load segments done..."] [traceID=8c1f2a9be03d] [collectionID=448000112233] [partitionID=448000112234] [shard=by-dev-rootcoord-dml_3_448000112233v0] [segmentID=448000112299] [currentNodeID=7]
[2024/03/04 05:06:08.224 +00:00] [INFO] [datacoord/meta.go:301] ["meta update: adding segment - complete"] [segmentID=448000112300] [numRows=1024] [state=Flushed]
[2024/03/04 05:06:08.901 +00:00] [DEBUG] [proxy/task_search.go:480] ["search post execute done"] [collectionName=docs] [nq=1] [topk=10] [guaranteeTimestamp=448123456789]
[2024/03/04 05:06:09.013 +00:00] [WARN] [querycoordv2/observers/target_observer.go:188] ["failed to update next target"] [collectionID=448000112233] [error="context canceled"]
[2024/03/04 05:06:09.500 +00:00] [INFO] [rootcoord/root_coord.go:1203] ["received request to describe collection"] [role=rootcoord] [dbName=default] [ts=0] [allowUnavailable=false]
[2024/03/04 05:06:10.777 +00:00] [INFO] [datanode/writebuffer/write_buffer.go:95] ["drop channel, cleared all checkpoints"] [channel=by-dev-rootcoord-dml_0_448000112233v0]
[2024/03/04 05:06:11.002 +00:00] [INFO] [compaction/clustering_compactor.go:640] ["compaction finished"] [planID=448000119999] [elapse=1.524s] [memory=1073741824]
[2024/03/04 05:06:12.310 +00:00] [INFO] [sessionutil/session_util.go:720] ["watch services add session"] [prefix=indexnode] [serverID=12] [address=10.0.3.4:21121] [version=2.4.5]
{"level":"warn","ts":"2024-03-04T05:06:13.000Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"120.4ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\"by-dev/meta/root-coord/tso\" ","response":"range_response_count:1 size:98"}
[stack="github.com/milvus-io/milvus/pkg/log.(*MLogger).Warn\n\t/go/src/github.com/milvus-io/milvus/pkg/log/mlogger.go:55\ngithub.com/milvus-io/milvus/internal/util/grpcclient.(*ClientBase).call\n\t/go/src/github.com/milvus-io/milvus/internal/util/grpcclient/client.go:430\ngoogle.golang.org/grpc.getChainUnaryHandler.func1"]
2024-03-04T05:06:14.000 INFO [main] org.apache.pulsar.broker.service.ServerCnx - [persistent://public/default/by-dev-rootcoord-timetick] Creating producer. producerId=4
2024-03-04 05:06:15,120 - grpc_handler.py:71 - decorators.py-handler:148 - DEBUG: created connection to localhost:19530 successfully
[2024/03/04 05:06:16.000 +00:00] [INFO] [balance/rowcount_based_balancer.go:190] ["node segment workload status, release task to move leader view and checkpoint of growing segment"] [replicaID=448000113333] [message="object storage path files/insert_log/448000112233/448000112234/448000112299/100/1 read by import job, index build task in queue, finished"]
`
