package search

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// A logMaker writes logs that look like those of a Milvus cluster, the same
// ones for the same seed. It serves tests and benchmarks.
type logMaker struct {
	r          *rand.Rand
	b          bytes.Buffer
	clock      int
	statements []logStatement
}

// logStatement is one place in the program that logs.
type logStatement struct {
	head, message string
	fields        []string
}

// newLogMaker makes a logMaker whose program has that many statements.
func newLogMaker(seed uint64, statements int) *logMaker {
	m := &logMaker{r: rand.New(rand.NewPCG(seed, 25))}
	for range statements {
		s := logStatement{
			head:    fmt.Sprintf("[%s] [%s.go:%d] ", m.pick([]string{"INFO", "INFO", "INFO", "DEBUG"}), m.pick(logFiles), 20+m.r.IntN(900)),
			message: fmt.Sprintf(`["%s %s %s"]`, m.pick(logVerbs), m.pick(logThings), m.pick(logEnds)),
		}
		for range 2 + m.r.IntN(4) {
			s.fields = append(s.fields, m.pick(logFields))
		}
		m.statements = append(m.statements, s)
	}
	return m
}

// serverStatements is how many statements the log of a busy cluster shows.
const serverStatements = 1500

func (m *logMaker) pick(words []string) string { return words[m.r.IntN(len(words))] }

func (m *logMaker) id() uint64 { return 446_000_000_000_000_000 + m.r.Uint64N(1e15) }

var (
	logFiles = strings.Fields(`rootcoord/root_coord rootcoord/task proxy/impl proxy/task_search proxy/task_query proxy/lb_policy
		querycoordv2/server querycoordv2/job_load querynodev2/services querynodev2/handlers segments/segment_loader segments/retrieve
		delegator/delegator delegator/distribution pipeline/insert_node datacoord/services datacoord/meta datacoord/compaction_trigger
		datanode/services datanode/sync_task writebuffer/manager compaction/mix_compactor msgdispatcher/dispatcher indexnode/task
		balance/score_based_balancer observers/target_observer checkers/segment_checker sessionutil/session_util tso/tso storage/remote_chunk_manager`)
	logVerbs = strings.Fields(`load release sync flush seal compact watch unwatch register refresh update list describe search query
		insert delete upsert import create drop alter allocate assign subscribe consume commit build index download upload open close
		receive send notify balance move check recover rotate`)
	logThings = strings.Fields(`segment collection partition channel replica database alias index target checkpoint session binlog
		deltalog statslog timetick position message stream delegator shard leader distribution node task job plan meta key snapshot
		bucket object file block row field vector schema role user credential quota`)
	logEnds = []string{"done", "started", "finished", "successfully", "in queue", "from cache", "to target", "for query node",
		"from object storage", "after recovery", "with growing data", "in the background", "by handoff", "and wait"}
	logFields = []string{"collectionID", "partitionID", "segmentID", "nodeID", "traceID", "channel", "planID", "msgID", "numRows",
		"duration", "replicaID", "jobID", "version", "ts", "dbName", "role", "memory", "level", "state", "count"}
)

// stamp writes what each line of the server log begins with.
func (m *logMaker) stamp() {
	m.clock++
	s := m.clock / 40
	fmt.Fprintf(&m.b, "[2024/05/%02d %02d:%02d:%02d.%03d +00:00] ", 1+s/86400%28, s/3600%24, s/60%60, s%60, m.r.IntN(1000))
}

// values writes fields with values.
func (m *logMaker) values(fields []string) {
	for _, name := range fields {
		switch name {
		case "traceID":
			fmt.Fprintf(&m.b, " [traceID=%016x%016x]", m.r.Uint64(), m.r.Uint64())
		case "channel":
			fmt.Fprintf(&m.b, " [channel=by-dev-rootcoord-dml_%d_%dv0]", m.r.IntN(16), m.id())
		case "duration":
			fmt.Fprintf(&m.b, " [duration=%d.%dms]", m.r.IntN(900), m.r.IntN(1e6))
		case "dbName", "role", "state":
			fmt.Fprintf(&m.b, " [%s=%s]", name, m.pick([]string{"default", "Healthy"}))
		default:
			fmt.Fprintf(&m.b, " [%s=%d]", name, m.id())
		}
	}
}

// routine writes one line that tells of nothing wrong.
func (m *logMaker) routine() {
	switch m.r.IntN(30) {
	case 0:
		fmt.Fprintf(&m.b, `{"level":"warn","ts":"2024-05-02T10:%02d:%02d.%03dZ","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"%d.%dms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\"by-dev/meta/session/proxy-%d\" ","response":"range_response_count:1 size:%d"}`+"\n",
			m.r.IntN(60), m.r.IntN(60), m.r.IntN(1000), 100+m.r.IntN(900), m.r.IntN(1e6), m.r.IntN(10), m.r.IntN(1000))
	case 1:
		m.stamp()
		fmt.Fprintf(&m.b, `[WARN] [retry/retry.go:%d] ["slow %s of %s"]`, m.r.IntN(90), m.pick(logVerbs), m.pick(logThings))
		fmt.Fprintf(&m.b, ` [stack="github.com/milvus-io/milvus/internal/%s\n\t/workspace/source/internal/%s.go:%d\ngithub.com/milvus-io/milvus/pkg/util/retry.Do\n\t/workspace/source/pkg/util/retry/retry.go:%d"]`,
			logFiles[0], logFiles[1], m.r.IntN(900), m.r.IntN(90))
		m.b.WriteByte('\n')
	default:
		s := &m.statements[m.r.IntN(len(m.statements))]
		m.stamp()
		m.b.WriteString(s.head + s.message)
		m.values(s.fields)
		m.b.WriteByte('\n')
	}
}

// failure writes one line with an error text.
func (m *logMaker) failure(text string) {
	s := &m.statements[m.r.IntN(len(m.statements))]
	m.stamp()
	fmt.Fprintf(&m.b, `[ERROR] [%s.go:%d] ["failed to %s %s"]`, m.pick(logFiles), 20+m.r.IntN(900), m.pick(logVerbs), m.pick(logThings))
	m.values(s.fields[:1+m.r.IntN(2)])
	fmt.Fprintf(&m.b, " [error=\"%s\"]\n", strings.ReplaceAll(text, `"`, `\"`))
}

// log returns size bytes of log of which one line in a hundred holds one of
// the texts.
func (m *logMaker) log(size int, texts []string) []byte {
	for m.b.Len() < size {
		if len(texts) > 0 && m.r.IntN(100) == 0 {
			m.failure(m.pick(texts))
		} else {
			m.routine()
		}
	}
	return m.b.Bytes()[:size]
}

// nearMisses returns a log every line of which is an error that differs from
// one of the texts in its last character.
func (m *logMaker) nearMisses(size int, texts []string) []byte {
	for m.b.Len() < size {
		text := m.pick(texts)
		m.failure(text[:len(text)-1] + string("~^|"[m.r.IntN(3)]))
	}
	return m.b.Bytes()[:size]
}

var (
	failVerbs = append(strings.Fields(`authenticate authorize resolve dial parse validate decode encode marshal persist replay
		truncate acquire renew lock unlock mount attach detach warm evict merge`), logVerbs...)
	failThings = append(strings.Fields(`lease certificate token endpoint request response proto bitmap filter expression function
		analyzer tokenizer iterator cursor cache memtable wal manifest`), logThings...)
	failReasons = []string{"context deadline exceeded", "connection refused", "no space left on device", "not found in meta", "lease is gone",
		"quota exhausted", "too many open files", "unexpected end of stream", "checksum does not match", "permission is not given",
		"etcdserver: request timed out", "broken pipe while writing", "invalid argument in request", "node is offline",
		"version is behind the leader", "resource group is empty", "memory is over the watermark", "schema differs from the one stored",
		"dimension is not a multiple of 8", "metric type is unknown", "primary key is missing", "bucket is not reachable",
		"clock runs backwards", "term was fenced", "duplicate request was sent", "replica number is out of range",
		"topic was removed", "subscription is stuck", "license has run out", "field is not indexed", "payload is too large",
		"no shard leader is there", "growing segment is locked", "compaction is under way", "proxy is shutting down",
		"token has expired", "rate limit was hit", "feature is switched off", "stream was reset by peer", "host name cannot be resolved",
		"certificate is not trusted", "file is truncated", "json is malformed", "type cannot be cast", "partition is not loaded",
		"index is still being built", "target is not current", "channel is not watched", "segment is not sealed", "collection is read only"}
)

// signatureTexts returns n different error texts: those of the program's
// entries first (their longest literals), then made-up ones.
func signatureTexts(entries [][]byte, n, least int) []string {
	texts := make([]string, 0, n)
	seen := map[string]bool{}
	add := func(s string) {
		key := string(squeeze(s))
		if len(key) >= least && !seen[key] && len(texts) < n {
			seen[key] = true
			texts = append(texts, s)
		}
	}
	r := rand.New(rand.NewPCG(7, uint64(least)))
	for _, i := range r.Perm(len(entries)) {
		add(string(entries[i]))
	}
	for len(texts) < n {
		add(fmt.Sprintf("%s %s %s: %s", []string{"failed to", "cannot", "unable to", "fail to"}[r.IntN(4)],
			failVerbs[r.IntN(len(failVerbs))], failThings[r.IntN(len(failThings))], failReasons[r.IntN(len(failReasons))]))
	}
	return texts
}
