package search

import (
	"strings"
	"time"
)

// extraction is what the formats found in one paste.
type extraction struct {
	problems []Problem
	facts    []fact
	env      Environment
}

// fact is something that a table or an event says without an error text,
// such as "pods/etcd/all-failing".
type fact struct {
	name string
	line int
}

// extractor reads one log format. Adding one is one row here and one file.
type extractor struct {
	kind string
	// hints are groups of words of which a line must hold one to be of this
	// format. With none the format is asked for every line.
	hints hint
	// line reads line i of the reader if it is of this format. It returns how
	// many lines belong to it, at least 1, or 0 when it is not.
	line func(r *reader, i int) int
}

// extractors in the order in which they are asked; the first that takes a
// line has it. Those without hints come first: they judge by the first bytes.
var extractors = []extractor{
	{"zap", 0, readZap},
	{"json", 0, readJSONLine},
	{"glog", 0, readGlog},
	{"librdkafka", 0, readLibrdkafka},
	{"npm", hintSetup, readNpm},
	{"python", hintTrace | hintExcept | hintCause, readPython},
	{"grpc", hintRPC, readGRPC},
	{"panic", hintCrash, readPanic},
	{"cpp", hintCrash, readCpp},
	{"java", hintExcept | hintCause, readJava},
	{"dotnet", hintExcept | hintCause, readDotnet},
	{"node", hintExcept | hintCause, readNode},
	{"kernel", hintKill, readKernel},
	{"etcd", hintError | hintLevel, readCapnslog},
	{"minio", hintMinio | hintError | hintLevel, readMinio},
	{"log4j", hintError | hintLevel, readLog4j},
	{"pylog", hintError | hintLevel, readPylog},
	{"logfmt", hintError | hintLevel, readLogfmt},
	{"kubectl", hintPods | hintFail, readKubectl},
	{"docker", hintPods, readDocker},
	{"pip", hintSetup, readPip},
	{"helm", hintSetup, readHelm},
	{"rest", hintCode, readObject},
	{"exception", hintExcept, readException},
	{"plain", hintError | hintLevel | hintFail | hintExit | hintRPC | hintCrash, readPlain},
}

// reader hands the lines of one paste to the formats and collects what they
// find.
type reader struct {
	view  *view
	lines []textLine
	set   problemSet
	facts []fact
	pods  podTable
	kind  string // of the extractor at work
	// printed is the line as far as which an object over several lines has
	// been read in vain.
	printed   int
	described describedName // the last that was looked for
}

func extract(v *view) extraction {
	r := &reader{view: v, lines: make([]textLine, len(v.match))}
	for i, line := range v.match {
		r.lines[i] = stripPrefix(line)
	}
	for i := 0; i < len(r.lines); {
		i += max(1, r.read(i))
	}
	r.facts = append(r.facts, r.pods.facts()...)
	r.facts = append(r.facts, configFacts(v.match)...)
	return extraction{problems: r.set.top(), facts: r.facts, env: detect(v)}
}

// read hands line i to the formats in turn and returns how many lines the
// one that took it has read.
func (r *reader) read(i int) int {
	line := r.lines[i].text
	if line == "" {
		return 1
	}
	taken, hinted, hints := 0, false, hint(0)
	for k := range extractors {
		x := &extractors[k]
		if x.hints != 0 {
			if !hinted {
				if hints = hintsOf(line); hints == 0 {
					return 1
				}
				hinted = true
			}
			if hints&x.hints == 0 {
				continue
			}
		}
		r.kind = x.kind
		if taken = x.line(r, i); taken > 0 {
			break
		}
	}
	if hints&hintExit != 0 || taken > 1 {
		r.exitFacts(i, max(1, taken))
	}
	return taken
}

// text returns line i without its prefixes, or "" where there is none.
func (r *reader) text(i int) string {
	if i < 0 || i >= len(r.lines) {
		return ""
	}
	return r.lines[i].text
}

// add records a problem whose Text is line i.
func (r *reader) add(i int, p Problem) {
	p.Message = strings.TrimSpace(p.Message)
	if p.Message == "" {
		return
	}
	p.Kind = r.kind
	p.line = i
	p.Text = strings.TrimSpace(r.view.line(i))
	if p.Code == 0 {
		p.Code = errorCode(p.Message)
	}
	if p.Time.IsZero() && r.lines[i].stamp != "" {
		p.Time = parseStamp(r.lines[i].stamp)
	}
	r.set.add(p)
}

func (r *reader) addFact(name string, i int) {
	r.facts = append(r.facts, fact{name, i})
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// codeMarks stand before a Milvus error code.
var codeMarks = []string{"code=", "code: ", "\"code\":", "'code':", "errorCode\":", "error_code\":", "errorCode=", "ErrorCode="}

// errorCode reads the code out of "(code=1100, message=…" and its like.
func errorCode(s string) int {
	if !strings.Contains(s, "ode") {
		return 0
	}
	for _, mark := range codeMarks {
		i := strings.Index(s, mark)
		if i < 0 || i > 0 && isWordByte(s[i-1]) || foreignCode(s[:i]) {
			continue
		}
		digits := strings.TrimLeft(s[i+len(mark):], " ")
		if n := numerals(digits); n > 0 && n <= 6 {
			return number(digits[:n])
		}
	}
	return 0
}

// foreignCode tells whether what stands before "code" makes it one of HTTP or
// of a process.
func foreignCode(lead string) bool {
	lead = strings.ToLower(strings.TrimRight(lead[max(0, len(lead)-12):], " -_"))
	for _, word := range []string{"status", "exit", "http", "response", "return", "grpc", "exited with"} {
		if strings.HasSuffix(lead, word) {
			return true
		}
	}
	return false
}

// jsonTime reads the times of JSON lines: RFC 3339 and its like, or seconds,
// or milliseconds, since 1970.
func jsonTime(s string) time.Time {
	if n := stampLen(s); n > 0 {
		return parseStamp(s[:n])
	}
	switch n := numerals(s); {
	case n == 10:
		return time.Unix(int64(number(s[:9]))*10+int64(s[9]-'0'), 0).UTC()
	case n == 13:
		return time.UnixMilli(int64(number(s[:9]))*10000 + int64(number(s[9:13]))).UTC()
	}
	return time.Time{}
}
