package search

import "strings"

// readPylog reads the lines of Python's loggers, in the layouts of the
// logging module, uvicorn, gunicorn, celery, rich and loguru, and those of
// other programs that put a level and a name before the text:
//
//	2024-01-02 03:04:05,678 - name - ERROR - text
//	[2024-01-02 03:04:05 +0000] [7] [ERROR] text
//	[2024-01-02 03:04:05,678: ERROR/MainProcess] text
//	2024-01-02 03:04:05.678 | ERROR    | module:function:12 - text
//	ERROR:pymilvus.decorators:text
func readPylog(r *reader, i int) int {
	line := r.lines[i].text
	stamped := r.lines[i].stamp != ""
	level, rest, ok := levelToken(line, stamped)
	if !ok {
		return 0
	}
	if level >= Warning {
		r.add(i, Problem{Severity: level, Message: logMessage(rest)})
	}
	return 1
}

// maxLevelToken is how many words a line may have before its level.
const maxLevelToken = 5

// levelToken finds the level among the first words of a line and returns what
// follows it. Without a time before it a line has to begin with the level, in
// a form that no sentence has.
func levelToken(line string, stamped bool) (level Severity, rest string, ok bool) {
	bare := 0
	s := strings.TrimLeft(line, " ")
	for range maxLevelToken {
		if s == "" {
			return 0, "", false
		}
		end := strings.IndexByte(s, ' ')
		if end < 0 {
			end = len(s)
		}
		token := s[:end]
		word := strings.TrimLeft(token, "[(<|")
		marked := len(word) < len(token)
		n := 0
		for n < len(word) && (word[n]|0x20) >= 'a' && (word[n]|0x20) <= 'z' {
			n++
		}
		if level, known := levelOf(word[:n]); known && (word[0] <= 'Z' && isUpper(word[:n]) || marked || strings.HasSuffix(line[:len(line)-len(s)], "- ")) {
			after := s[len(token)-len(word)+n:]
			return level, after, stamped || levelForm(after, marked)
		}
		if !stamped || strings.Trim(token, "-|[]:>") != "" && !strings.ContainsAny(token, "[]|.:_0123456789") {
			if bare++; bare > 1 || !stamped {
				return 0, "", false
			}
		}
		s = strings.TrimLeft(s[end:], " ")
	}
	return 0, "", false
}

func isUpper(s string) bool { return strings.ToUpper(s) == s }

// levelForm tells whether what follows a level makes it one where no time
// stands before: "]", ":name:text", ":     text", "[0000] text", " | text".
func levelForm(after string, marked bool) bool {
	if marked {
		return strings.HasPrefix(after, "]") || strings.HasPrefix(after, " |")
	}
	if strings.HasPrefix(after, ":  ") || strings.HasPrefix(after, " | ") || strings.HasPrefix(after, "    | ") {
		return true
	}
	name, _, ok := strings.Cut(strings.TrimPrefix(after, ":"), ":")
	return ok && strings.HasPrefix(after, ":") && name != "" && !strings.ContainsAny(name, " /")
}

// logMessage takes the name of the logger and the place from around a
// message.
func logMessage(s string) string {
	if rest, ok := strings.CutPrefix(s, "/"); ok { // ERROR/MainProcess] text
		if _, after, found := strings.Cut(rest, "] "); found {
			s = after
		}
	}
	s = strings.TrimLeft(s, " -:|]")
	for range 2 {
		before := s
		if strings.HasPrefix(s, "[") {
			if name, after, ok := strings.Cut(s[1:], "]"); ok && len(name) <= 60 && !strings.ContainsAny(name, " ,=\"") {
				s = after
			}
		}
		name := 0
		for name < len(s) && name < 80 && (isWordByte(s[name]) || s[name] == '.' || s[name] == '<' || s[name] == '>' || s[name] == '-' && name > 0 && s[name-1] != ' ' ||
			s[name] == ':' && name+1 < len(s) && s[name+1] != ' ') {
			name++
		}
		if rest := s[name:]; name > 0 && !isException(s[:name]) {
			for _, sep := range []string{" - ", "]: ", "] ", " | "} {
				if strings.HasPrefix(rest, sep) {
					s = rest[len(sep):]
				}
			}
			if plain := s[:min(name, len(s))]; s == before && strings.HasPrefix(rest, ": ") && strings.ContainsAny(plain, "._") && plain == strings.ToLower(plain) {
				s = rest[2:]
			}
		}
		s = strings.TrimLeft(s, " :|>")
		if s == before {
			break
		}
	}
	s = cutName(s)
	for _, place := range []string{" (", "   "} { // (decorators.py:139), or the same in a column of its own
		if at := strings.LastIndex(s, place); at > 0 && strings.Contains(s[at:], ".py:") {
			s = s[:at]
		}
	}
	if coded, ok := codedException(s); ok {
		return coded
	}
	return s
}

// cutName takes "pymilvus.decorators:" of logging's short layout off.
func cutName(s string) string {
	name, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || rest[0] == ' ' || name == "" || name != strings.ToLower(name) {
		return s
	}
	for i := 0; i < len(name); i++ {
		if !isWordByte(name[i]) && name[i] != '.' && name[i] != '-' {
			return s
		}
	}
	if isNumeral(rest[0]) || rest[0] == '/' {
		return s // host:port, http://
	}
	return rest
}
