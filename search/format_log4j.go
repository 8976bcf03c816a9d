package search

import "strings"

// readLog4j reads the lines of Java's loggers, as Pulsar, BookKeeper,
// ZooKeeper, Kafka and Spring write them behind the time:
//
//	[main] ERROR org.apache.bookkeeper.server.Main - text
//	[myid:1] - ERROR [main:QuorumPeerMain@98] - text
//	ERROR [KafkaServer id=1] text (kafka.server.KafkaServer)
//	ERROR 12 --- [main] o.s.boot.SpringApplication : text
func readLog4j(r *reader, i int) int {
	t := strings.TrimSpace(r.lines[i].text)
	threaded := false
	if t[0] == '[' {
		end := strings.Index(t, "] ")
		if end < 0 {
			return 0
		}
		threaded, t = true, strings.TrimLeft(t[end+2:], " -")
	}
	t = strings.TrimPrefix(t, "- ")
	word, rest, ok := strings.Cut(t, " ")
	if !ok || word == "" || word[0] > 'Z' || word[0] < 'A' {
		return 0
	}
	level, known := levelOf(word)
	if !known {
		return 0
	}
	logger, message, ok := javaMessage(strings.TrimLeft(rest, " "), threaded)
	if !ok || !threaded && r.lines[i].stamp == "" && logger == "" {
		return 0
	}
	if level >= Warning {
		r.add(i, Problem{Severity: level, Message: message, Component: javaComponent(logger)})
	}
	return 1
}

// javaMessage splits what follows the level into the logger and the message.
// It is not ok if nothing in it is Java's way.
func javaMessage(s string, threaded bool) (logger, message string, ok bool) {
	if _, rest, found := strings.Cut(s, " --- ["); found { // Spring: process, thread, logger
		for strings.HasPrefix(rest, "[") || rest != "" {
			_, after, closed := strings.Cut(rest, "] ")
			if !closed {
				return "", "", false
			}
			if rest = after; rest == "" || rest[0] != '[' {
				break
			}
		}
		logger, message, ok = strings.Cut(rest, " : ")
		return strings.TrimSpace(logger), message, ok
	}
	if s != "" && s[0] == '[' {
		_, after, closed := strings.Cut(s, "] ")
		if !closed || strings.Contains(s[:len(s)-len(after)], ".py:") {
			return "", "", false
		}
		threaded, s = true, strings.TrimPrefix(after, "- ")
	}
	if strings.HasSuffix(s, ")") { // Kafka ends with the logger
		if open := strings.LastIndex(s, " ("); open > 0 && isLogger(s[open+2:len(s)-1]) {
			return s[open+2 : len(s)-1], s[:open], true
		}
	}
	for _, sep := range []string{" - ", ": "} {
		if name, text, found := strings.Cut(s, sep); found && isLogger(name) {
			return name, text, true
		}
	}
	return "", s, threaded
}

// isLogger tells whether s is a class name such as org.apache.zookeeper.ZooKeeper.
func isLogger(s string) bool {
	if len(s) > 120 || strings.Count(s, ".") < 1 || strings.HasSuffix(s, ".py") {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isWordByte(s[i]) && s[i] != '.' && s[i] != '$' && s[i] != '-' && s[i] != '@' {
			return false
		}
	}
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != "" && 'A' <= last[0] && last[0] <= 'Z'
}
