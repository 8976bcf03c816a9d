package search

import "strings"

// readZap reads the console lines that Milvus's logger writes, whose time
// stripPrefix has taken off:
//
//	[2024/05/06 07:08:09.123 +00:00] [ERROR] [rootcoord/root_coord.go:12] ["message"] [error="…"] [stack="…"]
//
// Of a line that is cut at its start, the message and the error are read.
func readZap(r *reader, i int) int {
	line := r.lines[i].text
	if line[0] != '[' {
		if strings.Contains(line, `] [error=`) || strings.Contains(line, `] ["`) {
			return readCutZap(r, i)
		}
		return 0
	}
	end := strings.IndexByte(line[:min(len(line), 10)], ']')
	if end < 0 {
		return readCutZap(r, i)
	}
	level, ok := levelOf(line[1:end])
	if !ok {
		return readCutZap(r, i)
	}
	rest := strings.TrimLeft(line[end+1:], " ")
	if rest == "" || rest[0] != '[' || strings.HasPrefix(rest[strings.IndexByte(rest, ']')+1:], ":") {
		return 0 // some other logger's "[ERROR] text" or "[ERROR][handler]: text"
	}
	if level < 0 {
		return 1
	}
	fields := zapFields(rest)
	p := Problem{Severity: level}
	p.Component, fields = zapCaller(fields)
	p.Message = zapMessage(fields)
	r.add(i, p)
	return 1
}

// levels of all loggers, in lower case. Healthy ones are below Warning.
var levels = map[string]Severity{
	"trace": Noise, "debug": Noise, "info": Noise, "notice": Noise, "verbose": Noise, "success": Noise, "log": Noise, "informational": Noise,
	"warn": Warning, "warning": Warning,
	"error": Error, "err": Error, "severe": Error, "crit": Error, "critical": Error, "alert": Error, "eror": Error,
	"fatal": Fatal, "panic": Fatal, "dpanic": Fatal, "emerg": Fatal, "emergency": Fatal,
}

// levelOf reads the name of a log level in any case. A severity below
// Warning is that of a healthy line.
func levelOf(s string) (Severity, bool) {
	switch s {
	case "INFO", "DEBUG":
		return Noise, true
	case "WARN", "WARNING":
		return Warning, true
	case "ERROR":
		return Error, true
	}
	if len(s) < 3 || len(s) > len("informational") {
		return 0, false
	}
	level, ok := levels[strings.ToLower(s)]
	return level, ok
}

// readCutZap reads what is left of a line whose time and level are gone: it
// takes only those that say what went wrong in an error field.
func readCutZap(r *reader, i int) int {
	line := r.lines[i].text
	start := strings.IndexByte(line, '[')
	if first := strings.Index(line, "] ["); first >= 0 {
		start = first + 2
		if line[0] == '[' {
			start = 0
		}
	}
	if start < 0 {
		return 0
	}
	fields := zapFields(line[start:])
	if len(fields) < 2 || zapError(fields) == "" {
		return 0
	}
	p := Problem{Severity: Error}
	p.Component, fields = zapCaller(fields)
	p.Message = zapMessage(fields)
	r.add(i, p)
	return 1
}

// zapCaller takes the source place from the fields: "rootcoord/root_coord.go:12",
// on its own or as [caller=…] of newer versions. What is before the slash, or
// else [module=…] or [role=…], is the component.
func zapCaller(fields []string) (component string, rest []string) {
	rest = fields[:0:0]
	for k, f := range fields {
		name, value, named := strings.Cut(f, "=")
		switch {
		case named && (name == "caller" || name == "log.caller"):
			f = strings.Trim(value, `"`)
		case named && (name == "module" || name == "role"):
			if component == "" {
				component = sourceComponent(strings.Trim(value, `"`))
			}
			continue
		case k > 1 || f == "" || f[0] == '"':
			rest = append(rest, f)
			continue
		}
		if dir, _, ok := strings.Cut(f, "/"); ok && strings.Contains(f, ".go:") {
			component = sourceComponent(dir)
			continue
		}
		if strings.Contains(f, ".go:") {
			continue
		}
		rest = append(rest, f)
	}
	return component, rest
}

// sourceComponent names the component of a source directory: "querynodev2"
// is the query node.
func sourceComponent(dir string) string {
	return strings.TrimSuffix(strings.TrimSuffix(dir, "v2"), "@")
}

// zapMessage joins the message with its error field, the two that say what
// went wrong.
func zapMessage(fields []string) string {
	message := ""
	for _, f := range fields {
		if name, _, named := strings.Cut(f, "="); named && f[0] != '"' && !strings.Contains(name, " ") {
			continue // a field
		}
		message = unquoted(f)
		break
	}
	if e := zapError(fields); e != "" && e != message {
		message = strings.TrimPrefix(message+": "+e, ": ")
	}
	return message
}

// zapErrors are the fields that hold an error.
var zapErrors = map[string]bool{
	"error": true, "err": true, "reason": true, "errormsg": true, "error message": true, "errmsg": true, "cause": true, "panic": true, "recover": true,
}

func zapError(fields []string) string {
	text := ""
	for _, f := range fields {
		name, value, ok := strings.Cut(f, "=")
		if !ok || len(name) > len("error message")+2 || !zapErrors[strings.ToLower(strings.Trim(name, `"`))] {
			continue
		}
		if value = unquoted(value); value != "" && value != "null" && value != "<nil>" && !strings.Contains(text, value) {
			text += ": " + value
		}
	}
	return strings.TrimPrefix(text, ": ")
}

// unquoted takes the quotes from around a value.
func unquoted(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`) }

// zapFields splits "[a] [b=\"x]\"] …" at its top-level brackets. Words
// between them, as the log store writes, are passed over.
func zapFields(line string) []string {
	fields := make([]string, 0, 12)
	for len(line) > 0 {
		if line[0] != '[' {
			next := strings.Index(line, " [")
			if next < 0 {
				break
			}
			line = line[next+1:]
		}
		end := fieldEnd(line)
		if end < 0 {
			return append(fields, line[1:]) // cut line: what is there counts
		}
		fields = append(fields, line[1:end])
		line = strings.TrimLeft(line[end+1:], " ]")
	}
	return fields
}

// fieldEnd returns the offset of the bracket that closes the first.
func fieldEnd(line string) int {
	quoted := false
	for i := 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i
		}
	}
	return -1
}
