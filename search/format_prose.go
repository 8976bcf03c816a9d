package search

import "strings"

// personal are words of people who ask, and not of programs. One of the
// first kind makes a text prose, it takes two of the second.
var personal = map[string]int{
	"i": 2, "i'm": 2, "i've": 2, "im": 2, "ive": 2, "my": 2, "me": 2, "we": 2, "our": 2, "we're": 2, "anyone": 2, "anybody": 2, "someone": 2,
	"somebody": 2, "guys": 2, "hello": 2, "hi": 2, "thanks": 2, "thank": 2, "hey": 2, "dear": 2, "sorry": 2,
	"you": 1, "your": 1, "please": 1, "help": 1, "why": 1, "how": 1, "what": 1, "tried": 1, "when": 1, "it": 1, "this": 1, "that": 1, "so": 1,
	"get": 1, "got": 1, "getting": 1, "but": 1, "am": 1, "then": 1, "still": 1, "always": 1, "yesterday": 1, "today": 1,
}

// maxProse is how much of a line is read to tell prose: sentences show early.
const maxProse = 400

// isProse tells whether a text is a sentence of a person rather than of a
// program.
func isProse(s string) bool {
	s = strings.TrimSpace(s[:min(len(s), maxProse)])
	if isQuestion(s) {
		return true
	}
	points := 0
	for s != "" && points < 2 {
		end := strings.IndexByte(s, ' ')
		word := s
		if end >= 0 {
			word, s = s[:end], s[end+1:]
		} else {
			s = ""
		}
		if word = trimWord(word); len(word) > 0 && len(word) <= len("yesterday") {
			points += personalPoints(word)
		}
	}
	return points >= 2
}

// trimWord takes punctuation from around a word.
func trimWord(w string) string {
	for len(w) > 0 && !isWordByte(w[0]) {
		w = w[1:]
	}
	for len(w) > 0 && !isWordByte(w[len(w)-1]) {
		w = w[:len(w)-1]
	}
	return w
}

func personalPoints(word string) int {
	var lower [16]byte
	n := copy(lower[:], word)
	for i := range n {
		if c := lower[i]; 'A' <= c && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	return personal[string(lower[:n])]
}

// questionWords are what people ask with in scripts that need no question
// mark.
var questionWords = newWords("怎么", "什么", "请问", "求助", "是吗", "了吗", "なぜ", "ですか", "어떻게")

// isQuestion tells whether a text asks something.
func isQuestion(s string) bool {
	if strings.HasSuffix(strings.TrimRight(s, " \t\"')`"), "?") {
		return true
	}
	s = s[:min(len(s), maxProse)]
	if strings.Contains(s, "? ") {
		return true
	}
	return questionWords.in(s)
}

// isMachineLead tells whether what stands before an error on its line is the
// work of a program: a path, a name, a mark, each followed by a colon or the
// like, with no word of a person.
func isMachineLead(s string) bool {
	t := strings.TrimRight(s, " \t")
	if t == "" {
		return true
	}
	switch t[len(t)-1] {
	case ':', ']', '|', '-', '>', ')', '"', '\'', '*', '#', '$', '=', ',', '(', '[', '{':
		return !isProse(t)
	}
	return false
}

// failures are what error texts are made of. A sentence with an error mark
// counts as an error only if what follows the mark holds one of them.
var failures = newWords(
	"refused", "denied", "not found", "no such", "fail", "timeout", "timed out", "time out", "deadline", "unavailable", "invalid", "cannot", "can't",
	"could not", "couldn't", "unable", "exceed", "missing", "unknown", "unsupported", "not supported", "already", "not exist", "n't exist", "must be",
	"should be", "expected", "mismatch", "out of", "illegal", "permission", "forbidden", "unauthorized", "unauthenticated", "reset by peer",
	"broken pipe", ": eof", "closed", "no space", "not loaded", "not ready", "nil pointer", "conflict", "undefined", "not connected", "abort", "code=",
	"status", "required", "no module", "not allowed", "not available", "too many", "too large", "too long", "duplicate", "corrupt", "unreachable",
	"no route", "is not", "are not", "not initialized", "does not", "doesn't", "no attribute", "empty", "rpc error", "crash", "killed", "exited",
)

// looksFailed tells whether a text says of something that it went wrong.
func looksFailed(s string) bool { return failures.in(s[:min(len(s), maxProse)]) }
