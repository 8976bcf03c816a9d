package bot

import (
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
)

// badStorage and goodStorage are a milvus.yaml whose object storage has its
// address as a URL, which no client of Milvus takes, and the same as host and port.
const (
	badStorage = "etcd:\n  endpoints: etcd:2379\n\nminio:\n  address: http://storage:9000 # ours\n" +
		"  accessKeyID: minioadmin\n  useSSL: false\n  bucketName: a-bucket\n"
	goodStorage = "etcd:\n  endpoints: etcd:2379\n\nminio:\n  address: storage:9000 # ours\n" +
		"  accessKeyID: minioadmin\n  useSSL: false\n  bucketName: a-bucket\n"
)

// TestConfigAttached answers a milvus.yaml that contradicts itself in a
// watched channel, and stays silent on one that does not.
func TestConfigAttached(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	w.say(grace, "help", "my settings, for comparison", playground.WithFile("milvus.yaml", []byte(goodStorage)))
	asked := w.say(ada, "help", "it does not come up with these settings", playground.WithFile("milvus.yaml", []byte(badStorage)))
	m := w.reply(ada, "help", "cannot reach MinIO", "address: minio:9000")
	if m.ReplyTo() != asked.ID() {
		t.Errorf("the answer replies to %q, want %q", m.ReplyTo(), asked.ID())
	}
	w.settled()
	if n := len(fromBot(ada, "help")); n != 1 {
		t.Errorf("the bot spoke %d times, want once", n)
	}
}
