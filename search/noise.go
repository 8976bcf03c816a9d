package search

import "strings"

// noise are messages that Milvus and its neighbours print as warnings or
// errors while nothing is wrong, and that are never what a user asks about
// where anything else is found. Each row says where its harmlessness is on
// record. A message is noise if it holds all parts of a row.
//
// Messages that can be the first sign of trouble stay out of the list, also
// where they are frequent: "apply request took too long" of etcd, slow
// operations, timeouts.
var noise = []struct {
	parts []string
	from  string // component, or "" for any
	why   string // where it says so
}{
	{[]string{"failed to get request info"}, "", "requests without a rate limit log it: milvus-io/milvus#33333"},
	{[]string{"processDeleteMessage"}, "", "a progress message at the wrong level: milvus-io/milvus#26214"},
	{[]string{"pkg_resources is deprecated"}, "", "a notice of setuptools: milvus-io/pymilvus#2724"},
	{[]string{"Channel.close", "was never awaited"}, "", "at the end of an asynchronous client: milvus-io/pymilvus#2496"},
	{[]string{"traces export: "}, "", "no collector listens for traces: yurishkuro/microsim#18"},
	{[]string{"Failed to export spans"}, "", "no collector listens for traces: quarkusio/quarkus#44372"},
	{[]string{"addrConn.createTransport failed to connect"}, "", "gRPC tries the next address: hashicorp/consul#15766"},
	{[]string{"addrConn.resetTransport failed to create client transport"}, "", "the same in older versions: TheThingsArchive/ttn#562"},
	{[]string{"skipping fork() handlers"}, "", "gRPC for Python when a program forks: sybrenjansen/mpire#66"},
	{[]string{"before absl::InitializeLog()"}, "", "gRPC for Python when it is loaded: grpc/grpc#38703"},
	{[]string{"grpc_wait_for_shutdown_with_timeout"}, "", "gRPC for Python when a program ends: grpc/grpc#38490"},
	{[]string{"simple token is not cryptographically signed"}, "", "etcd at each start: k0sproject/k0s#621"},
	{[]string{"Running http and grpc server on single port"}, "etcd", "etcd at each start: k3s-io/k3s#8415"},
	{[]string{"retrying of unary invoker failed", "context canceled"}, "", "whoever asked has gone, which says nothing of etcd: milvus-io/milvus#21870"},
	{[]string{"Detected default credentials"}, "", "MinIO at each start: minio/minio#21351"},
	{[]string{"is obsolete", "version"}, "", "compose reads Milvus's file all the same: milvus-io/milvus#34112"},
	{[]string{"Failed to load class", "StaticLoggerBinder"}, "", "a Java program without a logger: haifengl/smile#227"},
}

// isNoise tells whether a problem is one that healthy systems print too.
// What ended a process never is.
func isNoise(p Problem) bool {
	if p.Severity >= Fatal {
		return false
	}
	message := p.Message[:min(len(p.Message), maxMessage)]
	for _, n := range noise {
		if n.from != "" && n.from != p.Component {
			continue
		}
		all := true
		for _, part := range n.parts {
			all = all && strings.Contains(message, part)
		}
		if all {
			return true
		}
	}
	return false
}
