package search

import (
	"strings"
	"time"
)

// readMinio reads the block that MinIO prints of an error, and its messages
// at start:
//
//	API: SYSTEM()
//	Time: 17:51:12 UTC 07/25/2023
//	DeploymentID: 7ce0f0a8-…
//	Error: write tcp …: broken pipe (msgp.errWrapped)
//	       3: internal/logger/logger.go:258:logger.LogIf()
func readMinio(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	if strings.HasPrefix(line, "API: ") {
		return readMinioBlock(r, i)
	}
	if text, ok := strings.CutPrefix(line, "Error: "); ok && isMinioFrame(r.text(i+1)) {
		return readMinioError(r, i, text, time.Time{})
	}
	for _, start := range []struct {
		mark     string
		severity Severity
	}{{"FATAL ", Fatal}, {"ERROR ", Error}} {
		text, ok := strings.CutPrefix(line, start.mark)
		if !ok || !strings.HasPrefix(strings.TrimSpace(r.text(i+1)), "> ") {
			continue
		}
		r.add(i, Problem{Severity: start.severity, Message: text, Component: "minio"})
		return 2 // what MinIO advises is no error
	}
	return 0
}

// maxMinioHead is how many lines stand in a block before its error.
const maxMinioHead = 14

func readMinioBlock(r *reader, i int) int {
	var at time.Time
	for n := 1; n <= maxMinioHead; n++ {
		line := strings.TrimSpace(r.text(i + n))
		if text, ok := strings.CutPrefix(line, "Error: "); ok {
			return n + readMinioError(r, i+n, text, at)
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok && !strings.Contains(line, "=") || strings.Contains(name, " ") {
			return 0
		}
		if name == "Time" {
			at = minioTime(value)
		}
	}
	return 0
}

// readMinioError reads the error and the frames below it.
func readMinioError(r *reader, i int, text string, at time.Time) int {
	r.add(i, Problem{Severity: Error, Message: text, Component: "minio", Time: at})
	n := 1
	for isMinioFrame(r.text(i + n)) {
		n++
	}
	return n
}

// isMinioFrame tells "       3: internal/logger/logger.go:258:logger.LogIf()".
func isMinioFrame(line string) bool {
	t := strings.TrimLeft(line, " \t")
	n := numerals(t)
	return n > 0 && n <= 2 && t != line && strings.HasPrefix(t[n:], ": ") && strings.Contains(t, ".go:")
}

// minioTime reads "17:51:12 UTC 07/25/2023".
func minioTime(s string) time.Time {
	at, err := time.Parse("15:04:05 MST 01/02/2006", s)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
