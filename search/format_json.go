package search

import (
	"encoding/json"
	"strings"
	"time"
)

// jsonLine holds what the common loggers name alike: etcd's and Milvus's
// zap, MinIO, BookKeeper with a JSON layout, and REST answers.
type jsonLine struct {
	Level    string          `json:"level"`
	Severity string          `json:"severity"`
	TS       json.RawMessage `json:"ts"`
	Time     string          `json:"time"`
	Caller   string          `json:"caller"`
	Msg      string          `json:"msg"`
	Message  string          `json:"message"`
	Reason   string          `json:"reason"`
	Error    json.RawMessage `json:"error"`
	Code     *int            `json:"code"`
}

// readJSONLine reads a line that is one JSON object, or ends with one: log
// lines with a level and REST answers with a code and a message.
func readJSONLine(r *reader, i int) int {
	line := r.lines[i]
	start := strings.IndexByte(line, '{')
	if start < 0 || !strings.Contains(line, `"`) {
		return 0
	}
	var j jsonLine
	dec := json.NewDecoder(strings.NewReader(line[start:]))
	if err := dec.Decode(&j); err != nil {
		return 0
	}
	message := firstOf(j.Msg, j.Message, j.Reason)
	if message == "" {
		return 0
	}
	p := Problem{Message: message}
	if e := strings.Trim(string(j.Error), `"`); e != "" && e != "null" {
		p.Message += ": " + e
	}
	level := strings.ToUpper(firstOf(j.Level, j.Severity))
	switch severity, known := zapLevels[level]; {
	case known && severity < 0:
		return 1
	case known:
		p.Severity = Severity(severity)
	case j.Code != nil && *j.Code != 0 && *j.Code != 200:
		p.Severity, p.Code = Error, *j.Code
	default:
		return 0
	}
	p.Time = jsonTime(firstOf(strings.Trim(string(j.TS), `"`), j.Time))
	if strings.Contains(j.Caller, ".go:") {
		p.Component, _, _ = strings.Cut(j.Caller, "/")
	}
	if strings.HasPrefix(p.Component, "etcd") || p.Component == "embed" || p.Component == "mvcc" || p.Component == "wal" {
		p.Component = "etcd"
	}
	r.add(i, p)
	return 1
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func jsonTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
