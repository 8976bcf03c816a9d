package search

import (
	"strings"
	"testing"
)

func TestWordFilter(t *testing.T) {
	const text = "the collection is not loaded 컬렉션이 로드되지"
	f := newWordFilter([]byte(text))
	mayHold := func(s string) bool {
		w := newWord(s)
		return f.mayHold(&w)
	}
	for i := range len(text) {
		for n := 1; n < 12 && i+n <= len(text); n++ {
			if !mayHold(text[i : i+n]) {
				t.Fatalf("%q is in the text", text[i:i+n])
			}
		}
	}
	kept := 0
	for _, w := range strings.Fields("etcdserver milvus pulsar kafka minio 삽입 重启 upgrade replica querynode rootcoord timeout grpc deadline") {
		if mayHold(w) {
			kept++
		}
	}
	if kept > 2 {
		t.Errorf("%d words that are not there pass", kept)
	}
}
