package paste

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func BenchmarkRead25MB(b *testing.B) {
	log := milvusLog(25<<20-1, 1)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(log), "milvus.log", DefaultLimits()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	log := string(milvusLog(4<<20, 1))
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		clean(log)
	}
}

func BenchmarkRedact(b *testing.B) {
	log := string(milvusLog(4<<20, 1))
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		redact(log, newLabels(), tally{})
	}
}

func BenchmarkFromText(b *testing.B) {
	text := strings.TrimRight(string(milvusLog(2000, 3)), "\n")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		FromText(text)
	}
}

func BenchmarkMask(b *testing.B) {
	log := string(milvusLog(4<<20, 1))
	lines := strings.Split(log, "\n")
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		for _, l := range lines {
			Mask(l)
		}
	}
}

func BenchmarkMaskHash(b *testing.B) {
	log := milvusLog(4<<20, 1)
	lines := bytes.Split(log, []byte("\n"))
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		for _, l := range lines {
			MaskHash(l)
		}
	}
}
