package search

import (
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// noisy are lines as healthy systems print them, one for each row of noise
// in its order.
var noisy = []string{
	`[2024/05/23 07:08:09.123 +00:00] [WARN] [proxy/rate_limit_interceptor.go:50] ["failed to get request info"] [error="not supported request type"]`,
	`[2023/08/06 00:00:00.345 +08:00] [WARN] [querynode/flow_graph_insert_node.go:320] [processDeleteMessage] [vchannel=milvus-test-rootcoord-dml_2_443v0] [segmentIDs="[]"]`,
	`WARNING:py.warnings:/app/pymilvus/client/__init__.py:6: UserWarning: pkg_resources is deprecated as an API.`,
	`WARNING:py.warnings:sys:1: RuntimeWarning: coroutine 'Channel.close' was never awaited`,
	`2024/06/29 14:25:44 traces export: Post "http://localhost:14268/api/traces": dial tcp 127.0.0.1:14268: connect: connection refused`,
	`2024-11-07 17:01:58,719 ERROR [io.ope.exp.GrpcExporter] Failed to export spans. The request could not be executed.`,
	`{"level":"warn","ts":"2025-04-15T16:09:52.823Z","caller":"grpclog/component.go:41","msg":"[core][Channel #25 SubChannel #28]grpc: addrConn.createTransport failed to connect to {Addr: \"10.0.0.1:2136\"}. Err: connection error: desc = \"transport: Error while dialing\""}`,
	`WARN[0000] grpc: addrConn.resetTransport failed to create client transport: connection error; Reconnecting to {127.0.0.1:34775 <nil>}`,
	`E1123 14:15:42.696150185  928936 fork_posix.cc:76]           Other threads are currently calling into gRPC, skipping fork() handlers`,
	`WARNING: All log messages before absl::InitializeLog() is called are written to STDERR`,
	`E0000 00:00:1744377140.613412 35892123 init.cc:229] grpc_wait_for_shutdown_with_timeout() timed out.`,
	`{"level":"warn","ts":"2025-02-28T03:26:42.682868Z","caller":"auth/store.go:1241","msg":"simple token is not cryptographically signed"}`,
	`{"level":"warn","ts":"2023-09-22T05:37:58.756955Z","caller":"embed/config.go:673","msg":"Running http and grpc server on single port. This is not recommended for production."}`,
	`{"level":"warn","ts":"2023-01-30T16:16:22.760Z","logger":"etcd-client","caller":"v3@v3.5.0/retry_interceptor.go:62","msg":"retrying of unary invoker failed","attempt":0,"error":"rpc error: code = Canceled desc = context canceled"}`,
	`2024-05-06 07:08:09 WARN: Detected default credentials 'a:b', we recommend that you change these values`,
	"WARN[0000] /x/docker-compose.yml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
	`SLF4J: Failed to load class "org.slf4j.impl.StaticLoggerBinder".`,
}

// TestNoise wants every row of the table to be met, its line to be kept as
// noise, and to count no more than any other problem.
func TestNoise(t *testing.T) {
	if len(noisy) != len(noise) {
		t.Fatalf("%d lines for %d rows", len(noisy), len(noise))
	}
	for i, line := range noisy {
		got := extract(newView(paste.FromText(line))).problems
		if len(got) != 1 || got[0].Severity != Noise {
			t.Errorf("%q: %+v, want one problem that is noise", line, got)
			continue
		}
		for _, part := range noise[i].parts {
			if !strings.Contains(got[0].Message, part) {
				t.Errorf("%q is not the line of row %d, which wants %q", got[0].Message, i, part)
			}
		}
		if !strings.Contains(noise[i].why, "#") {
			t.Errorf("row %d does not say where it is on record", i)
		}
		other := extract(newView(paste.FromText(line + "\n" + line + "\nWARN[0000] something else is odd"))).problems
		if len(other) != 2 || other[0].Count != 2 || other[0].Severity >= other[1].Severity {
			t.Errorf("%q with another: %+v", line, other)
		}
	}
}

// TestSignalsAreNoNoise wants first signs of trouble to keep their severity.
func TestSignalsAreNoNoise(t *testing.T) {
	for _, line := range []string{
		`{"level":"warn","ts":"2025-02-07T11:52:35.229Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"512ms"}`,
		`[2024/05/06 07:08:09.123 +00:00] [WARN] [etcd/etcd_kv.go:9] ["Slow etcd operation load"] ["time spent"=1.2s]`,
		`{"level":"warn","ts":"2023-01-30T16:16:22.760Z","logger":"etcd-client","caller":"v3@v3.5.0/x.go:62","msg":"retrying of unary invoker failed","error":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"}`,
		`[2024/05/06 07:08:09.123 +00:00] [ERROR] [meta/broker.go:238] ["failed to fetch index meta"] [error="context canceled"]`,
		`panic: traces export: all is lost`,
	} {
		got := extract(newView(paste.FromText(line))).problems
		if len(got) != 1 || got[0].Severity < Warning {
			t.Errorf("%q: %+v", line, got)
		}
	}
}
