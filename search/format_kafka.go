package search

import "strings"

// readLibrdkafka reads the lines of Kafka's C client, which Milvus uses (the
// server's own are read by readLog4j):
//
//	%3|1690000000.123|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Connect failed
func readLibrdkafka(r *reader, i int) int {
	line := r.lines[i].text
	if line[0] != '%' || len(line) < 10 || !isNumeral(line[1]) || line[2] != '|' {
		return 0
	}
	at, rest, ok := strings.Cut(line[3:], "|")
	if !ok || numerals(at) < 9 {
		return 0
	}
	var severity Severity
	switch level := line[1]; { // of syslog: 0 emergency to 7 debug
	case level <= '2':
		severity = Fatal
	case level == '3':
		severity = Error
	case level == '4':
		severity = Warning
	default:
		return 1
	}
	message := rest
	if facility, after, ok := strings.Cut(rest, "|"); ok {
		_, text, _ := strings.Cut(after, "|")
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[thrd:") {
			if _, behind, ok := strings.Cut(text, "]: "); ok {
				text = behind
			}
		}
		message = facility + ": " + text
	}
	p := Problem{Severity: severity, Message: message, Component: "kafka"}
	if seconds, _, _ := strings.Cut(at, "."); len(seconds) == 10 {
		p.Time = jsonTime(seconds)
	}
	r.add(i, p)
	return 1
}
