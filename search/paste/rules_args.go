package paste

import "strings"

// credentialCall is a call that takes credentials by position.
type credentialCall struct {
	name  string // the end of the function's name in lower case
	first int    // the first argument that is one
}

// credentialCalls are calls of SDKs for Milvus, MinIO and HTTP.
var credentialCalls = []credentialCall{
	{"milvusclient", 1},
	{"withauthorization", 0},
	{"grpcclientwithauth", 2},
	{"basicauth", 1},
	{"auth=", 1}, // requests.get(url, auth=("user", "password"))
	{"newstaticv4", 0},
	{"newstaticv2", 0},
	{"newstaticcredentials", 0},
	{"newstaticcredentialsprovider", 0},
	{"basicawscredentials", 0},
	{"minio", 1},
	{"usernamepasswordcredentials", 1},
}

const maxArguments = 8

// findArguments takes the quoted arguments of such a call.
func findArguments(sc *scanner, i int) bool {
	call := callAt(sc.s, sc.floor, i)
	if call == nil {
		return false
	}
	found := false
	at := i + 1
	for n := range maxArguments {
		at = run(sc.s, at, maxSpaces, isSpace)
		start := at
		var v value
		q := quoteLen(sc.s, at)
		if q > 0 {
			v, _ = quotedValue(sc.s, at, q)
			at = v.end + q
		} else {
			at = run(sc.s, at, maxKey, func(c byte) bool { return isWord(c) || c == '.' || c == '(' || c == ')' })
		}
		at = run(sc.s, min(at, len(sc.s)), maxSpaces, isSpace)
		ends := hasAt(sc.s, at, ",") || hasAt(sc.s, at, ")")
		if text := sc.s[v.start:v.end]; q > 0 && v.start == start+q && ends && n >= call.first && !standsForNone(text) && !strings.Contains(text, "://") {
			found = sc.add(v.start, v.end, Password) || found
		}
		if !hasAt(sc.s, at, ",") {
			break // the last one, a keyword, or more than a simple argument
		}
		at++
	}
	return found
}

// callAt finds the call whose opening bracket is at i.
func callAt(s string, floor, i int) *credentialCall {
	const longest = 32
	from := max(floor, i-longest)
	name := strings.ToLower(strings.TrimRight(s[from:i], " "))
	for k := range credentialCalls {
		c := &credentialCalls[k]
		if rest, ok := strings.CutSuffix(name, c.name); ok && (rest == "" || c.name != "minio" && c.name != "auth=" || !isWord(rest[len(rest)-1])) {
			return c
		}
	}
	return nil
}

// findCell takes the cell of a table behind one with the name of a secret:
// | password | hunter2 |.
func findCell(sc *scanner, i int) bool {
	s := sc.s
	key := keyBefore(s, sc.floor, i)
	class := keyClassOf(key.text)
	if class == nil || class.take != takeAny || key.start > 0 && !isSpace(s[key.start-1]) && s[key.start-1] != '|' && !isQuote(s[key.start-1]) {
		return false
	}
	end := i + 1
	for end < len(s) && end-i < maxElement && s[end] != '|' && s[end] != '\n' {
		end++
	}
	cell := s[i+1 : end]
	text := strings.Trim(cell, " \t`\"'")
	if text == "" || strings.Contains(text, " ") || standsForNone(text) {
		return false
	}
	start := i + 1 + strings.Index(cell, text)
	return sc.add(start, start+len(text), class.kind)
}

// takeNext takes the word behind a key without a separator, as in .netrc and
// redis.conf, where it cannot be a word of a sentence.
func (sc *scanner) takeNext(i int) bool {
	class := keyClassOf(keyBefore(sc.s, sc.floor, i).text)
	if class == nil || class.take != takeAny || class.kind != Password {
		return false
	}
	start := skipBlanks(sc.s, i)
	end := bareEnd(sc.s, start)
	if n := quoteLen(sc.s, start); n > 0 {
		v, ok := quotedValue(sc.s, start, n)
		if !ok || strings.Contains(sc.s[v.start:v.end], " ") {
			return false
		}
		start, end = v.start, v.end
	}
	text := strings.TrimRight(sc.s[start:end], ".,;:!?)")
	const shortest = 6
	if len(text) < shortest || !hasDigit(text) || allDigits(text) || standsForNone(text) || strings.ContainsAny(text, "=(") {
		return false
	}
	return sc.add(start, start+len(text), class.kind)
}
