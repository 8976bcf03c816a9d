package search

import (
	"strings"
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
	// line reads line i of the reader if it is of this format. It returns how
	// many lines belong to it, at least 1, or 0 when it is not.
	line func(r *reader, i int) int
}

// extractors in the order in which they are asked; the first that takes a
// line has it.
var extractors = []extractor{
	{"python", readPython},
	{"panic", readPanic},
	{"zap", readZap},
	{"json", readJSONLine},
	{"kubectl", readKubectl},
	{"plain", readPlain},
}

// reader hands the lines of one paste to the formats and collects what they
// find.
type reader struct {
	view  *view
	lines []string // the lines without container log prefixes
	set   problemSet
	facts []fact
	pods  podTable
	kind  string // of the extractor at work
}

func extract(v *view) extraction {
	r := &reader{view: v, lines: make([]string, len(v.match))}
	for i, line := range v.match {
		r.lines[i] = stripPrefix(line)
	}
	for i := 0; i < len(r.lines); {
		taken := 0
		for _, x := range extractors {
			r.kind = x.kind
			if taken = x.line(r, i); taken > 0 {
				break
			}
		}
		for end := i + max(1, taken); i < end; i++ {
			r.exitFacts(i)
		}
	}
	r.facts = append(r.facts, r.pods.facts()...)
	return extraction{problems: r.set.top(), facts: r.facts, env: detect(v)}
}

// add records a problem that stands on line i; message is a part of it.
func (r *reader) add(i int, p Problem) {
	p.Kind = r.kind
	p.line = i
	p.Text = strings.TrimSpace(r.view.line(i))
	p.Message = strings.TrimSpace(p.Message)
	if p.Message == "" {
		return
	}
	if p.Code == 0 {
		p.Code = errorCode(p.Message)
	}
	r.set.add(p)
}

func (r *reader) addFact(name string, i int) {
	r.facts = append(r.facts, fact{name, i})
}

// stripPrefix removes what docker compose, the container runtime and
// kubectl put before a log line: "milvus-standalone  | ", "2024-01-02T…Z
// stderr F ", "[pod/x/y] ". It returns the rest of the line.
func stripPrefix(line string) string {
	line = strings.TrimRight(line, " \t\r")
	for range 3 {
		switch rest := stripOne(line); {
		case rest == line:
			return line
		default:
			line = rest
		}
	}
	return line
}

func stripOne(line string) string {
	if name, rest, ok := strings.Cut(line, " | "); ok && isContainerName(strings.TrimSpace(name)) {
		return rest
	}
	if strings.HasPrefix(line, "[pod/") {
		if _, rest, ok := strings.Cut(line, "] "); ok {
			return rest
		}
	}
	if stamp, rest, ok := strings.Cut(line, " "); ok && isRFC3339(stamp) {
		for _, stream := range []string{"stdout F ", "stderr F ", "stdout P ", "stderr P "} {
			rest = strings.TrimPrefix(rest, stream)
		}
		return rest
	}
	return line
}

func isContainerName(s string) bool {
	if s == "" || len(s) > 80 {
		return false
	}
	for _, c := range []byte(s) {
		if !isWordByte(c) && c != '-' && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// isRFC3339 tells whether s looks like 2024-01-02T03:04:05….
func isRFC3339(s string) bool {
	return len(s) >= 20 && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && (s[len(s)-1] == 'Z' || strings.ContainsAny(s[19:], "+-"))
}

// errorCode reads the code out of "(code=1100, message=…" and its like.
func errorCode(s string) int {
	for _, mark := range []string{"code=", "code: ", "\"code\":", "errorCode\":"} {
		i := strings.Index(s, mark)
		if i < 0 || i > 0 && isWordByte(s[i-1]) {
			continue
		}
		n, digits := 0, 0
		for _, c := range []byte(strings.TrimLeft(s[i+len(mark):], " ")) {
			if c < '0' || c > '9' || digits == 6 {
				break
			}
			n = n*10 + int(c-'0')
			digits++
		}
		if digits > 0 {
			return n
		}
	}
	return 0
}
