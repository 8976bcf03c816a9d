package paste

import "strings"

// findKeyValue takes the value behind a key that names a credential:
// password=x, "password": "x", password => x, ('password', 'x').
func findKeyValue(sc *scanner, i int) bool {
	s := sc.s
	if s[i] == ',' && !betweenQuotes(s, i) {
		return false
	}
	if i == sc.floor || hasAt(s, i, "::") || s[i] == '=' && i > 0 && strings.IndexByte("!<>", s[i-1]) >= 0 {
		return false
	}
	key := keyBefore(s, sc.floor, i)
	if key.text == "" || !key.closed && key.start > 0 && isQuote(s[key.start-1]) && hasAt(s, i+1, s[key.start-1:key.start]) {
		return false // "password:" in quotes
	}
	if s[i] == ',' && (key.start == 0 || !isQuote(s[key.start-1])) {
		return false // a list of sentences
	}
	if class := keyClassOf(key.text); class != nil {
		return sc.takeValue(class, key.text, i, i+1)
	}
	if strings.HasSuffix(key.text, "alue") && s[i] == ':' {
		if name := nameBefore(s, i); name != "" {
			if class := keyClassOf(name); class != nil && class.take != takeHost {
				return sc.takeValue(class, name, i, i+1)
			}
		}
	}
	return false
}

// betweenQuotes reports whether the comma at i separates a quoted name from
// its quoted value, and not from the next key.
func betweenQuotes(s string, i int) bool {
	j := skipBlanks(s, i+1)
	n := quoteLen(s, j)
	if i == 0 || s[i-1] != '"' && s[i-1] != '\'' || n == 0 {
		return false
	}
	v, _ := quotedValue(s, j, n)
	text := s[v.start:v.end]
	return (looksRandom(text) || strings.ContainsAny(text, ":=@!#$%^&*")) && !hasAt(s, skipBlanks(s, v.end+n), ":")
}

// nameBefore finds the name that belongs to "value:" in Kubernetes lists:
// {"name": "X", "value": "y"}, or a line above.
func nameBefore(s string, i int) string {
	const reach = 160
	window := s[max(0, i-reach):i]
	at := strings.LastIndex(window, "ame")
	if at < 0 {
		return ""
	}
	rest := strings.TrimLeft(window[at+len("ame"):], "\"' :\\")
	end := run(rest, 0, maxKey, isKeyChar)
	if strings.Count(rest[end:], "\n") > 1 {
		return ""
	}
	return rest[:end]
}

// takeValue adds the value that begins behind a separator, if it is one.
func (sc *scanner) takeValue(class *keyClass, key string, sep, i int) bool {
	s := sc.s
	v, ok := valueAt(s, i)
	if !ok {
		return false
	}
	switch class.take {
	case takeHost:
		return !v.nextLine && sc.takeHosts(v)
	case takeLine:
		return sc.takeRest(class, v)
	case takeScheme:
		if v.nextLine {
			return false
		}
		v.start = skipScheme(s, v.start)
		if !v.quoted {
			v.end = max(v.end, bareEnd(s, v.start))
		}
	}
	if !v.quoted && class.take == takeAny && startsLine(s, sep, key) {
		v.end = lineValueEnd(s, v.end)
	}
	text := s[v.start:max(v.start, v.end)]
	if standsForNone(text) || isCode(s, v, text) || isProse(s, v, text) || isComplaint(s, sep-len(key), v, text) {
		return false
	}
	if class.take == takeToken && !tokenLike(text, v.quoted) || class.take == takeRandom && (!looksRandom(text) || strings.Contains(text, "://")) {
		return false
	}
	return sc.add(v.start, v.end, class.kind)
}

// takeRest takes all up to the end of the line or of the quotes.
func (sc *scanner) takeRest(class *keyClass, v value) bool {
	end := v.end
	if !v.quoted {
		for end < len(sc.s) && end-v.start < maxValue && sc.s[end] != '\n' && !isQuote(sc.s[end]) {
			end++
		}
	}
	text := sc.s[v.start:end]
	return !standsForNone(text) && !isProse(sc.s, v, text) && len(text) >= 8 && sc.add(v.start, end, class.kind)
}

// skipScheme steps over Bearer, Basic and their like, and a key of its own as
// in token:eyJ….
func skipScheme(s string, i int) int {
	for _, scheme := range []string{"bearer ", "basic ", "token ", "apikey ", "digest ", "token:", "token=", "bearer%20", "basic%20"} {
		if hasFoldAt(s, i, scheme) {
			return skipBlanks(s, i+len(scheme))
		}
	}
	return i
}

// startsLine reports whether the key is the first thing on its line, as in
// YAML and env files, so that the value is the rest of the line.
func startsLine(s string, sep int, key string) bool {
	before := s[max(0, sep-maxKey-24):sep]
	at := strings.LastIndex(before, key)
	if at < 0 {
		return false
	}
	nl := strings.LastIndexByte(before[:at], '\n')
	if nl < 0 && len(before) < sep {
		return false
	}
	lead := strings.TrimPrefix(strings.TrimLeft(before[nl+1:at], " \t"), "- ")
	lead = strings.TrimLeft(lead, "\"'")
	return lead == "" || lead == "export " || lead == "set " || lead == "ENV " || lead == "ARG "
}

// lineValueEnd extends a bare value that goes on behind a delimiter up to the
// next blank. A comma or semicolon at its end belongs to what is around it.
func lineValueEnd(s string, i int) int {
	start := i
	for i < len(s) && !isSpace(s[i]) && s[i] != '\\' {
		i++
	}
	for i > start && (s[i-1] == ',' || s[i-1] == ';') {
		i--
	}
	return i
}

// findCall takes the quoted argument of a call whose name ends like a key:
// withToken("x").
func findCall(sc *scanner, i int) bool {
	s := sc.s
	if i == 0 || !isAlnum(s[i-1]) || quoteLen(s, i+1) == 0 {
		return false
	}
	class := keyClassOf(keyBefore(s, sc.floor, i).text)
	if class == nil || class.take == takeHost {
		return false
	}
	v, ok := quotedValue(s, i+1, quoteLen(s, i+1))
	if !ok {
		return false
	}
	text := s[v.start:v.end]
	return !standsForNone(text) && !strings.Contains(text, " ") && tokenLike(text, true) &&
		keyClassOf(text) == nil && sc.add(v.start, v.end, class.kind)
}

// findElement takes the text of <password>x</password>.
func findElement(sc *scanner, i int) bool {
	s := sc.s
	name := keyBefore(s, sc.floor, i).text
	if name == "" || !hasAt(s, i-len(name)-1, "<") {
		return false
	}
	class := keyClassOf(name)
	if class == nil || class.take == takeHost {
		return false
	}
	end := i + 1
	for end < len(s) && end-i < maxElement && s[end] != '<' && s[end] != '\n' {
		end++
	}
	text := s[i+1 : end]
	return hasAt(s, end, "</"+name) && !standsForNone(text) && sc.add(i+1, end, class.kind)
}

const maxElement = 512 // longest text of an XML element to take

// findFlag takes the value of --password x, -u user:x and docker login -p x.
func findFlag(sc *scanner, i int) bool {
	s := sc.s
	if i > 0 && !isSpace(s[i-1]) && strings.IndexByte("\"'`[(,", s[i-1]) < 0 || i+2 >= len(s) {
		return false
	}
	if s[i+1] == '-' && isLetter(s[i+2]) {
		end := run(s, i+2, maxKey, isKeyChar)
		if end >= len(s) || !isBlank(s[end]) && strings.IndexByte("\"',", s[end]) < 0 {
			return false
		}
		if name := s[i+2 : end]; name == "user" {
			return sc.takeLogin(end)
		} else if class := keyClassOf(name); class != nil && class.take != takeHost {
			return sc.takeArgument(end, class.kind)
		}
		return false
	}
	switch {
	case s[i+1] == 'u' && (isBlank(s[i+2]) || isQuote(s[i+2])):
		return sc.takeLogin(i + 2)
	case s[i+1] == 'p' && loginCommand(s, i):
		return sc.takeArgument(i+2, Password)
	}
	return false
}

// takeArgument takes the next word on the line, with or without quotes; i is
// behind the flag.
func (sc *scanner) takeArgument(i int, kind Kind) bool {
	start := run(sc.s, i, 4, func(c byte) bool { return isBlank(c) || isQuote(c) || c == ',' })
	end := start
	for end < len(sc.s) && end-start < maxValue && !isSpace(sc.s[end]) && !isQuote(sc.s[end]) {
		end++
	}
	text := sc.s[start:end]
	if text == "" || text[0] == '-' || standsForNone(text) {
		return false
	}
	return sc.add(start, end, kind)
}

// takeLogin takes user:password behind -u.
func (sc *scanner) takeLogin(i int) bool {
	start := run(sc.s, i, 4, func(c byte) bool { return isBlank(c) || isQuote(c) || c == ',' })
	end := start
	for end < len(sc.s) && end-start < 300 && !isSpace(sc.s[end]) && !isQuote(sc.s[end]) {
		end++
	}
	user, pw, ok := strings.Cut(sc.s[start:end], ":")
	if !ok || user == "" || pw == "" || allDigits(user) && allDigits(pw) || standsForNone(pw) {
		return false
	}
	return sc.add(start, end, Password)
}

// loginCommand reports whether the line before i is a command whose -p is a
// password.
func loginCommand(s string, i int) bool {
	line := s[max(lineStart(s[max(0, i-200):i], min(i, 200))+max(0, i-200), 0):i]
	return containsAny(line, []string{"login ", "mysql", "mariadb", "sshpass ", "htpasswd "})
}

// findAfterWord takes what follows certain words: Bearer x, Basic x, password
// is x, mc alias set name url x y.
func findAfterWord(sc *scanner, i int) bool {
	if i == 0 {
		return false
	}
	switch sc.s[i-1] {
	case 'r':
		return hasFoldAt(sc.s, i-6, "bearer") && sc.takeScheme(i+1)
	case 'c':
		return hasFoldAt(sc.s, i-5, "basic") && sc.takeScheme(i+1)
	case 's':
		if hasAt(sc.s, i-3, " is") {
			return keyBeforeIs(sc, i-3) && prose(1)(sc, i)
		}
		return hasFoldAt(sc.s, i-4, "pass") && sc.takeNext(i)
	case 't', 'd':
		if hasAt(sc.s, i-9, "alias set") || hasAt(sc.s, i-8, "host add") {
			return sc.takeAlias(i + 1)
		}
		return (hasFoldAt(sc.s, i-8, "password") || hasFoldAt(sc.s, i-6, "passwd")) && sc.takeNext(i)
	}
	return false
}

func keyBeforeIs(sc *scanner, i int) bool {
	class := keyClassOf(keyBefore(sc.s, sc.floor, i).text)
	if class == nil {
		return i > 3 && hasFoldAt(sc.s, i-4, " key")
	}
	return class.take == takeAny || class.take == takeToken
}

// takeScheme takes the credential behind Bearer or Basic.
func (sc *scanner) takeScheme(i int) bool {
	end := run(sc.s, i, maxValue, func(c byte) bool { return isTokenPart(c) || c == ':' || c == '~' })
	end = tokenEnd(sc.s, end)
	text := sc.s[i:end]
	if len(text) < 6 || !strings.Contains(text, ":") && !looksRandom(text) && !strings.HasSuffix(text, "=") {
		return false
	}
	return sc.add(i, end, Token)
}

// prose finds a value in a sentence, skip bytes on: only what no word of a
// sentence looks like.
func prose(skip int) func(*scanner, int) bool {
	return func(sc *scanner, i int) bool {
		s := sc.s
		start := run(s, i+skip, 4, func(c byte) bool { return isBlank(c) || isQuote(c) || c == ':' || c == '*' })
		end := start
		for end < len(s) && end-start < 200 && s[end] < 0x80 && !isSpace(s[end]) && !isQuote(s[end]) {
			end++
		}
		text := strings.TrimRight(s[start:end], ".,;!?)*")
		if len(text) < 5 || !hasDigit(text) || standsForNone(text) {
			return false
		}
		return sc.add(start, start+len(text), Password)
	}
}

// takeAlias takes the two keys of mc alias set NAME URL KEY SECRET.
func (sc *scanner) takeAlias(i int) bool {
	words := 0
	start := i
	for start < len(sc.s) && words < 2 {
		end := start
		for end < len(sc.s) && !isSpace(sc.s[end]) {
			end++
		}
		if end == start || end >= len(sc.s) || sc.s[end] == '\n' {
			return false
		}
		start = skipBlanks(sc.s, end)
		words++
	}
	end := start
	for end < len(sc.s) && sc.s[end] != '\n' && end-start < 300 && sc.s[end] != '-' && sc.s[end] != '<' {
		end++
	}
	keys := strings.TrimRight(sc.s[start:end], " ")
	return keys != "" && !standsForNone(keys) && sc.add(start, start+len(keys), AccessKey)
}
