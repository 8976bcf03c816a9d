package search

import "strings"

// entryFields is what the common loggers and services name alike in JSON:
// etcd's and Milvus's zap, MinIO, BookKeeper with a JSON layout, pino, and
// the answers of REST services.
type entryFields struct {
	level, time, caller, logger  string
	message, failure, detail     string
	code                         string
	deployment, nested, errorKey bool
	rpc                          bool // a status of gRPC, whose codes are not Milvus's
}

// take notes one member. Of the same meaning the first counts.
func (e *entryFields) take(m member) {
	set := func(field *string) {
		if *field == "" && (m.kind == '"' || m.kind == 0) && m.value != "null" && m.value != "None" && m.value != "undefined" {
			*field = m.value
		}
	}
	switch m.key {
	case "level", "severity", "lvl", "levelname", "log.level", "@level":
		set(&e.level)
	case "ts", "time", "timestamp", "@timestamp", "asctime":
		set(&e.time)
	case "caller", "logger_name":
		set(&e.caller)
	case "logger", "name":
		set(&e.logger)
	case "msg", "message", "@message", "errorMessage":
		set(&e.message)
	case "reason", "detail", "details", "error_description":
		e.rpc = e.rpc || m.key == "details"
		set(&e.detail)
	case "code", "error_code", "errorCode", "status_code", "ErrorCode", "retcode":
		if numerals(m.value) > 0 && numerals(e.code) == 0 {
			e.code = m.value // a number says more than the name before it
		}
		set(&e.code)
	case "deploymentid":
		e.deployment = true
	case "error", "err", "exception", "errors", "cause", "status":
		if m.kind == '{' || m.kind == '[' {
			e.nest(m)
			return
		}
		if m.key != "status" {
			set(&e.failure)
		}
	}
}

// nest reads the object in an error or status member, and the first of a list.
func (e *entryFields) nest(m member) {
	at := strings.IndexByte(m.value, '{')
	if e.nested || at < 0 {
		return
	}
	e.nested, e.errorKey = true, m.key != "status"
	var inner entryFields
	inner.nested = true
	scanObject(m.value[at:], func(m member) bool { inner.take(m); return true })
	text := firstOf(inner.message, inner.detail, inner.failure)
	if e.failure == "" {
		e.failure = text
	}
	if e.code == "" {
		e.code = inner.code
	}
}

// text returns what the fields say went wrong.
func (e *entryFields) text() string {
	message := firstOf(e.message, e.detail, e.failure)
	if e.failure != "" && e.failure != message && !strings.Contains(message, e.failure) {
		message += ": " + e.failure
	}
	return plainText(message)
}

// judge says how bad it is. ok is false for an object that says nothing of
// errors; a severity below Warning is that of a healthy line.
func (e *entryFields) judge() (s Severity, ok bool) {
	if e.level != "" {
		if level, known := levelOf(e.level); known {
			return level, true
		}
		if n := numerals(e.level); n == 2 && n == len(e.level) { // pino: 30 is info, 40 warn, 50 error, 60 fatal
			return min(max(Severity(number(e.level)/10)-4, Noise), Fatal), true
		}
	}
	switch {
	case e.code == "0" || e.code == "200":
		return Noise, e.failure == ""
	case e.code != "" && e.code != "Success":
		return Error, true
	case e.errorKey || e.failure != "":
		return Error, true
	}
	return 0, false
}

// problem returns what the fields hold as a problem.
func (e *entryFields) problem(s Severity) Problem {
	p := Problem{Severity: s, Message: e.text(), Time: jsonTime(e.time)}
	if n := numerals(e.code); n > 0 && n == len(e.code) && n <= 6 && e.level == "" && !e.rpc {
		p.Code = number(e.code)
	}
	switch dir, _, ok := strings.Cut(e.caller, "/"); {
	case e.deployment:
		p.Component = "minio"
	case ok && strings.Contains(e.caller, ".go:"):
		p.Component = goComponent(dir)
	case e.logger == "etcd-client" || e.logger == "raft":
		p.Component = "etcd"
	}
	return p
}

// etcdSources are the source directories of etcd that log most.
var etcdSources = map[string]bool{
	"embed": true, "mvcc": true, "wal": true, "raft": true, "rafthttp": true, "membership": true, "v3rpc": true, "traceutil": true,
	"backend": true, "snap": true, "lease": true, "etcdmain": true, "etcdserver": true, "zapgrpc": true, "schema": true,
}

// goComponent names the component of the source directory of a JSON line,
// which etcd writes more often than Milvus.
func goComponent(dir string) string {
	if etcdSources[dir] || strings.HasPrefix(dir, "v3@") || strings.HasPrefix(dir, "clientv3") {
		return "etcd"
	}
	return sourceComponent(dir)
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// readJSONLine reads a line that is one JSON object of a logger or of a
// service, cut or whole, or the first of one printed over several lines.
func readJSONLine(r *reader, i int) int {
	line := r.lines[i].text
	if line[0] != '{' || len(line) < 3 {
		return 0
	}
	var e entryFields
	healthy := false
	_, closed := scanObject(line, func(m member) bool {
		e.take(m)
		if m.key == "level" && !healthy {
			level, known := levelOf(m.value)
			healthy = known && level < Warning
		}
		return !healthy
	})
	if healthy {
		return 1
	}
	if next := strings.TrimSpace(r.text(i + 1)); !closed && next != "" && next[0] != '{' && partOfObject(next) {
		if n := readPrinted(r, i); n > 0 {
			return n
		}
	}
	severity, ok := e.judge()
	if !ok || e.text() == "" {
		return 0
	}
	if severity >= Warning {
		r.add(i, e.problem(severity))
	}
	return 1
}

const (
	// maxObject is how many lines a printed object may be long.
	maxObject = 80
	// maxNesting is how many objects of one line are tried.
	maxNesting = 4
)

// readObject reads an answer inside of other text, such as
// `HTTP 400: {"code":1100,"message":"…"}`, one that is printed over several
// lines, and the end of a JSON log line that is cut at its start.
func readObject(r *reader, i int) int {
	line := r.lines[i].text
	for at, tries := 0, 0; tries < maxNesting; tries++ {
		next := strings.IndexByte(line[at:], '{')
		if next < 0 {
			break
		}
		at += next
		var e entryFields
		scanObject(line[at:], func(m member) bool { e.take(m); return true })
		if severity, ok := e.judge(); ok && (e.message != "" || e.detail != "" || e.failure != "") && e.ofMachine() {
			if severity >= Warning {
				r.add(i, e.problem(severity))
			}
			return 1
		}
		at++
	}
	if partOfObject(strings.TrimSpace(line)) {
		if n := readPrinted(r, i); n > 0 {
			return n
		}
	}
	return readCutJSON(r, i)
}

// ofMachine tells answers from other objects in a text: they have a code.
func (e *entryFields) ofMachine() bool { return e.code != "" || e.level != "" || e.errorKey }

// maxBefore is how many lines before a member that tells something are
// looked at for the start of its object.
const maxBefore = 10

// readPrinted reads the object over several lines that line i is part of. It
// returns how many of its lines there are from i on.
func readPrinted(r *reader, i int) int {
	if i < r.printed {
		return 0 // part of one that said nothing
	}
	start := i
	for start > 0 && i-start < maxBefore && r.text(start)[0] != '{' {
		if before := strings.TrimSpace(r.text(start - 1)); before == "" || !partOfObject(before) || strings.HasSuffix(before, "}") {
			break
		}
		start--
	}
	var text strings.Builder
	depth, end, main := 0, start, i
	if r.text(start)[0] != '{' {
		text.WriteByte('{')
		depth = 1
	}
	for ; end < len(r.lines) && end < start+maxObject; end++ {
		line := strings.TrimSpace(r.text(end))
		if end > i && (line == "" || !partOfObject(line)) {
			break
		}
		if key, _, _ := strings.Cut(strings.Trim(line, "{\"' "), ":"); end > i && main == i && isMessageKey(strings.Trim(key, "\"' ")) {
			main = end
		}
		text.WriteString(line)
		text.WriteByte('\n')
		if depth += braces(line); depth <= 0 {
			end++
			break
		}
	}
	var e entryFields
	scanObject(text.String(), func(m member) bool { e.take(m); return true })
	severity, ok := e.judge()
	if !ok || e.code == "" && !e.errorKey || e.text() == "" {
		r.printed = end
		return 0
	}
	if severity >= Warning {
		r.add(main, e.problem(severity))
	}
	return end - i
}

func isMessageKey(key string) bool {
	return key == "message" || key == "msg" || key == "reason" || key == "details"
}

// partOfObject tells whether a line can be one of a printed object.
func partOfObject(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '"', '\'', '{', '}', '[', ']', '-':
		return true
	}
	if isNumeral(s[0]) || s == "null" || strings.HasSuffix(s, ",") {
		return true
	}
	word := 0
	for word < len(s) && isWordByte(s[word]) {
		word++
	}
	return word > 0 && strings.HasPrefix(s[word:], ": ")
}

// braces returns how many more braces a line opens than it closes.
func braces(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"', '\'':
			i = quotedEnd(s, i)
		case '{':
			n++
		case '}':
			n--
		}
	}
	return n
}

// readCutJSON reads `…er.go:170","msg":"text","error":"text"}`.
func readCutJSON(r *reader, i int) int {
	line := r.lines[i].text
	at := strings.Index(line, `,"msg":"`)
	if at < 0 || line[0] == '{' {
		return 0
	}
	var e entryFields
	scanObject("{"+line[at:], func(m member) bool { e.take(m); return true })
	if e.failure == "" {
		return 0
	}
	r.add(i, e.problem(Error))
	return 1
}
