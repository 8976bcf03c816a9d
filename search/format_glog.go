package search

import "strings"

// readGlog reads the lines of Milvus's C++ core, of gRPC's and of
// Kubernetes' own loggers:
//
//	E0506 07:08:09.123456  1234 index.cc:12] [KNOWHERE][Build][milvus] text
//	E20240506 07:08:09.123456 1234 Utils.cpp:12] [SERVER][Load][milvus] text
func readGlog(r *reader, i int) int {
	line := strings.TrimLeft(r.lines[i].text, " 0123456789") // the line numbers of a viewer
	if len(line) < 20 || !isNumeral(line[1]) || strings.IndexByte("IWEFD", line[0]) < 0 {
		return 0
	}
	day := numerals(line[1:])
	if day != 4 && day != 8 || line[1+day] != ' ' || clockLen(line[day+2:]) == 0 && !strings.HasPrefix(line[1:], "0000 00:00:") {
		return 0 // gRPC writes seconds since 1970 behind zeros
	}
	end := strings.Index(line, "] ")
	if end < 0 || !strings.Contains(line[:end], ":") {
		return 0
	}
	severity := Warning
	switch line[0] {
	case 'I', 'D':
		return 1
	case 'E':
		severity = Error
	case 'F':
		severity = Fatal
	}
	p := Problem{Severity: severity}
	if day == 8 {
		p.Time = jsonTime(line[1:5] + "-" + line[5:7] + "-" + line[7:9] + line[9:])
	}
	if strings.Contains(line[:end], ".cpp:") {
		p.Component = "segcore"
	}
	p.Message = line[end+2:]
	for strings.HasPrefix(p.Message, "[") {
		tag, rest, ok := strings.Cut(p.Message[1:], "]")
		if !ok || len(tag) > 40 || strings.ContainsAny(tag, " =") {
			break
		}
		if tag == "KNOWHERE" || tag == "SEGCORE" {
			p.Component = strings.ToLower(tag)
		}
		p.Message = strings.TrimLeft(rest, " ")
	}
	r.add(i, p)
	return 1
}
