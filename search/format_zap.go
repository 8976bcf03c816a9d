package search

import (
	"strings"
	"time"
)

// readZap reads the console lines that Milvus's logger writes:
//
//	[2024/05/06 07:08:09.123 +00:00] [ERROR] [rootcoord/root_coord.go:12] ["message"] [error="…"] [stack="…"]
func readZap(r *reader, i int) int {
	line := r.lines[i]
	start := strings.IndexByte(line, '[')
	if start < 0 || start > 80 {
		return 0
	}
	fields := zapFields(line[start:])
	if len(fields) < 2 {
		return 0
	}
	at, hasTime := zapTime(fields[0])
	if hasTime {
		fields = fields[1:]
	}
	level, ok := zapLevels[strings.ToUpper(fields[0])]
	if !ok {
		return 0
	}
	if level < 0 || len(fields) < 2 {
		return 1 // healthy line
	}
	p := Problem{Severity: Severity(level), Time: at}
	rest := fields[1:]
	if strings.Contains(rest[0], ".go:") {
		p.Component, _, _ = strings.Cut(rest[0], "/")
		rest = rest[1:]
	}
	p.Message = zapMessage(rest)
	r.add(i, p)
	return 1
}

// zapLevels maps a level to its Severity, or to -1 where nothing is wrong.
var zapLevels = map[string]int{
	"DEBUG": -1, "INFO": -1, "WARN": int(Warning), "WARNING": int(Warning),
	"ERROR": int(Error), "DPANIC": int(Fatal), "PANIC": int(Fatal), "FATAL": int(Fatal),
}

// zapMessage joins the message with its error field, the two that say what
// went wrong.
func zapMessage(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	message := strings.Trim(fields[0], `"`)
	for _, f := range fields[1:] {
		name, value, ok := strings.Cut(f, "=")
		if !ok {
			continue
		}
		switch strings.ToLower(strings.Trim(name, `"`)) {
		case "error", "err", "reason", "errormsg", "error message":
			message += ": " + strings.Trim(value, `"`)
		}
	}
	return message
}

// zapFields splits "[a] [b=\"x]\"] …" at its top-level brackets.
func zapFields(line string) []string {
	var fields []string
	for len(line) > 0 && line[0] == '[' {
		end, quoted := -1, false
		for i := 1; i < len(line); i++ {
			switch c := line[i]; {
			case c == '\\':
				i++
			case c == '"':
				quoted = !quoted
			case c == ']' && !quoted:
				end = i
			}
			if end > 0 {
				break
			}
		}
		if end < 0 {
			return append(fields, line[1:]) // cut line: what is there counts
		}
		fields = append(fields, line[1:end])
		line = strings.TrimLeft(line[end+1:], " ")
	}
	return fields
}

// zapTime reads "2024/05/06 07:08:09.123 +00:00".
func zapTime(s string) (time.Time, bool) {
	if len(s) < 19 || s[4] != '/' && s[4] != '-' {
		return time.Time{}, false
	}
	for _, layout := range []string{"2006/01/02 15:04:05.000 -07:00", "2006/01/02 15:04:05.000", "2006-01-02 15:04:05.000 -07:00", "2006/01/02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, true
}
