package search

import (
	"reflect"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

// TestWeights holds the bounds that the grades rest on: what only orders
// hits must never lift one over a mark.
func TestWeights(t *testing.T) {
	extras := pointsLiteral + pointsSeverity*int(Fatal) + pointsCode + pointsAgain*4
	for name, gap := range map[string]int{
		"likely to certain":   markCertain - max(pointsWeak, pointsSymptom, pointsNear),
		"related to likely":   markLikely - (pointsWords + textHits),
		"near to a signature": pointsWeak - pointsNear,
		"symptom to near":     pointsNear - pointsSymptom,
	} {
		if extras >= gap {
			t.Errorf("%s: the tie-breakers sum to %d, the gap is %d", name, extras, gap)
		}
	}
	if pointsSignature < markCertain || pointsFact < markCertain || pointsWeak >= markCertain || pointsWeak < markLikely || pointsNear < markLikely || pointsWords < markRelated {
		t.Error("a base weight misses its grade")
	}
}

// TestScores adds up the points of single hits; the comment says from what.
func TestScores(t *testing.T) {
	code := entry("e", text("collection not loaded at all"))
	code.Codes = []int{101}
	twice := entry("e", text("collection not loaded at all"), text("load the collection first please"))
	for _, c := range []struct {
		name, paste string
		entry       *kb.Entry
		want        int
	}{
		// signature 1000 + literal 24/2
		{"signature", "collection not loaded at all", entry("e", text("collection not loaded at all")), 1012},
		// + error line 50
		{"severity", "Error: collection not loaded at all", entry("e", text("collection not loaded at all")), 1062},
		// + fatal line 100
		{"fatal", "panic: collection not loaded at all", entry("e", text("collection not loaded at all")), 1112},
		// + error line 50 + code 15
		{"code", "Error: (code=101, message=collection not loaded at all)", code, 1077},
		// 28/2 for the longer template + one more signature 5
		{"again", "collection not loaded at all, load the collection first please", twice, 1019},
		// weak 650 + 12
		{"weak", "collection not loaded at all", entry("e", kb.Signature{Text: "collection not loaded at all", AtMost: "likely"}), 662},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := find(t, c.paste, c.entry)
			if len(v.Hits) != 1 || v.Hits[0].score != c.want {
				t.Errorf("score %+v, want %d", v.Hits, c.want)
			}
		})
	}
}

// TestRootFirst wants a cause above what follows from it, wherever it
// stands in the paste.
func TestRootFirst(t *testing.T) {
	disk := entry("disk", text("apply request took too long"))
	etcd := entry("etcd", text("etcd session lost by the server"))
	etcd.Causes = []string{"disk"}
	proxy := entry("proxy", text("proxy is not ready, please wait a bit longer"))
	proxy.Causes = []string{"etcd"}
	other := entry("other", text("some other thing went wrong in here"))
	for _, c := range []struct {
		name, paste string
		want        []string
	}{
		{"chain", "panic: proxy is not ready, please wait a bit longer\netcd session lost by the server\napply request took too long", []string{"disk", "etcd", "proxy"}},
		{"through a gap", "panic: proxy is not ready, please wait a bit longer\napply request took too long", []string{"disk", "proxy"}},
		{"unrelated", "apply request took too long\npanic: some other thing went wrong in here", []string{"other", "disk"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := find(t, c.paste, disk, etcd, proxy, other)
			var got []string
			for _, h := range v.Hits {
				got = append(got, h.Doc.ID)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
	v := find(t, "proxy is not ready, please wait a bit longer\netcd session lost by the server", disk, etcd, proxy)
	if v.Hits[1].FollowsFrom != "etcd" || v.Hits[0].FollowsFrom != "" {
		t.Errorf("follows from: %q, %q", v.Hits[0].FollowsFrom, v.Hits[1].FollowsFrom)
	}
}

// TestTotalOrder wants the same order for equal hits, by line and then id.
func TestTotalOrder(t *testing.T) {
	b, a := entry("b", text("one thing went wrong here")), entry("a", text("two things went wrong her"))
	for range 20 {
		v := find(t, "two things went wrong her\none thing went wrong here", b, a)
		if got := ids(v); !reflect.DeepEqual(got, []string{"a:certain", "b:certain"}) {
			t.Fatal(got)
		}
	}
}

// TestFacts reads pod tables and exit codes.
func TestFacts(t *testing.T) {
	const table = "NAME                    READY   STATUS             RESTARTS   AGE\n"
	row := func(name, status string) string { return name + "   0/1   " + status + "   7 (2m ago)   1h\n" }
	for _, c := range []struct{ name, paste, fact string }{
		{"all failing", table + row("r-etcd-0", "CrashLoopBackOff") + row("r-etcd-1", "Error"), "pods/etcd/all-failing"},
		{"some failing", table + row("r-etcd-0", "Running") + row("r-etcd-1", "CrashLoopBackOff"), "pods/etcd/some-failing"},
		{"pending", table + row("r-etcd-0", "Pending"), "pods/etcd/pending"},
		{"namespace column", "default   r-minio-0   0/1   Pending   0   1h\n", "pods/minio/pending"},
		{"release called etcd", row("etcd-test-milvus-querynode-5d7", "OOMKilled"), "pods/milvus/oom-killed"},
		{"image", row("r-milvus-proxy-1", "ImagePullBackOff"), "pods/milvus/image-pull"},
		{"docker ps", "milvusdb/milvus:v2.2.8  Exited (132) 3 hours ago", "exit/132"},
		{"compose", "milvus-standalone exited with code 137", "exit/137"},
		{"describe", "      Exit Code:    134", "exit/134"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := find(t, c.paste, entry("e", kb.Signature{Fact: c.fact})); v.Grade() != Certain {
				t.Errorf("fact %s is not found: %+v", c.fact, v)
			}
		})
	}
	for _, healthy := range []string{table + row("r-etcd-0", "Running"), "Exited (0) 2 hours ago", "exit code 1370"} {
		v := find(t, healthy, entry("e", kb.Signature{Fact: "pods/etcd/all-failing"}, kb.Signature{Fact: "pods/etcd/some-failing"}, kb.Signature{Fact: "exit/137"}))
		if v.Grade() != None {
			t.Errorf("%q: %v", healthy, ids(v))
		}
	}
}
