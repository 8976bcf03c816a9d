package search

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste"
)

// foreignLines reads testdata/foreign.txt.
func foreignLines(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("testdata/foreign.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

// chat makes n lines as people write them in a support channel of Milvus
// when they report nothing: greetings, opinions, questions on features and
// sizes, plans, thanks, small talk. The seed is fixed.
func chat(n int) []string {
	rng := rand.New(rand.NewPCG(7, 11))
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	feature := func() string {
		return pick("HNSW", "IVF_FLAT", "DISKANN", "partition keys", "the sparse index", "hybrid search", "range search", "BM25", "the GPU index", "mmap",
			"dynamic fields", "consistency levels", "bulk import", "the backup tool", "Attu", "Milvus Lite", "the operator", "RBAC", "aliases", "TTL", "upsert",
			"the query iterator", "resource groups", "replicas", "the Java SDK", "pymilvus", "json fields", "clustering compaction", "etcd", "MinIO", "Pulsar", "Kafka")
	}
	size := func() string {
		return pick("10k", "1M", "10 million", "200M", "a billion") + " " + pick("vectors", "rows", "documents", "chunks") + pick("", " with dim 768", " of 1536 dims", " per day")
	}
	forms := []func() string{
		func() string {
			return pick("hi all", "hello", "good morning", "hey there", "gm", "hola", "안녕하세요", "大家好", "こんにちは", "bonjour", "moin") + pick("", "!", " 👋", ", first time here")
		},
		func() string {
			return pick("thanks", "thx a lot", "many thanks", "ty", "감사합니다", "谢谢", "merci", "danke") + pick("", ", that worked", " for the quick answer", "! great project", " 🎉")
		},
		func() string {
			return pick("what is the difference between ", "which is better, ", "when should I prefer ") + feature() + pick(" and ", " or ", " over ") + feature() + "?"
		},
		func() string {
			return pick("how do I use ", "is there an example for ", "where are the docs of ", "does version 2.5 support ", "can I combine filters with ") + feature() + "?"
		},
		func() string {
			return pick("how much memory do I need for ", "which index for ", "what hardware would you take for ", "how long does it take to load ") + size() + "?"
		},
		func() string {
			return pick("we run ", "my team is moving ", "I am testing ", "planning to store ") + size() + pick(" in production", " on 3 nodes", " on a laptop", " with "+feature()) + pick("", ", works nicely", ", any tips?", " since last year")
		},
		func() string {
			return pick("anyone going to ", "see you at ", "I missed ", "recording of ") + pick("the community meeting", "the meetup in Berlin", "KubeCon", "office hours") + pick("?", " tomorrow", " on Thursday")
		},
		func() string {
			return pick("is ", "will ", "when will ") + feature() + pick(" be part of the next release?", " stable now?", " available on Zilliz Cloud?", " free to use?", " supported on arm?")
		},
		func() string {
			return pick("no error here, just curious: ", "not a bug, but ", "quick question: ", "feature request: ", "off topic: ") + pick("why does ", "could ", "should ") + feature() + pick(" need its own port?", " be faster?", " have a default?", " keep data on disk?")
		},
		func() string {
			return pick("lol", "same here", "+1", "this", "^^", "yes", "nope", "ok I will try that", "brb", "what version?", "which logs do you need?", "did you restart it?", "let me check", "it works now", "solved, it was my firewall", "found it, typo in my config")
		},
		func() string {
			return pick("search takes ", "insert takes ", "loading takes ", "index build takes ") + fmt.Sprint(1+rng.IntN(900)) + pick(" ms", " s", " minutes") + pick(" for ", " with ") + size() + pick(", is that normal?", ", nice!", ", can it be tuned?")
		},
		func() string {
			return pick("I set ", "the default of ", "what does ", "is it safe to change ") + pick("nlist", "efConstruction", "nprobe", "topk", "M", "segment.maxSize", "gracefulTime", "maxOutputSize", "flushInterval") + pick(" to 128", " do exactly?", " in milvus.yaml?", " at runtime?")
		},
		func() string {
			return pick("[2025/03/04 05:06:07.089 +00:00] [INFO] ", "2025-03-04 05:06:07 INFO ") + pick(`["Milvus Proxy successfully initialized and ready to serve!"]`, `[querynode/load.go:7] ["load segments done"] [segmentNum=4]`, `["flush done"] [collectionID=449]`, `["Datanode successfully started"]`) + pick("", " is this ok?", " all good")
		},
	}
	lines := make([]string, n)
	for i := range lines {
		lines[i] = forms[rng.IntN(len(forms))]()
	}
	return lines
}

// TestSilence wants no answer to ordinary chat and to other software's
// errors: none at Certain, at most two in a thousand at Likely.
func TestSilence(t *testing.T) {
	const all, minForeign, maxLikely = 5000, 300, 0.002
	foreign := foreignLines(t)
	if len(foreign) < minForeign {
		t.Fatalf("%d foreign lines, want at least %d", len(foreign), minForeign)
	}
	x := builtIn(t)
	likely, related := 0, 0
	for _, line := range append(foreign, chat(all-len(foreign))...) {
		v, err := x.Find(context.Background(), paste.FromText(line))
		if err != nil {
			t.Fatal(err)
		}
		switch v.Grade() {
		case Certain:
			t.Errorf("%q is answered with %v: %v", line, ids(v), v.Hits[0].Why)
		case Likely:
			likely++
			t.Logf("%q is answered with %v: %v", line, ids(v), v.Hits[0].Why)
		case Related:
			related++
		}
	}
	t.Logf("likely %d of %d, related %d", likely, all, related)
	if float64(likely) > maxLikely*all {
		t.Errorf("%d of %d lines are answered at Likely", likely, all)
	}
}
