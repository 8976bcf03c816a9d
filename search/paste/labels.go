package paste

import (
	"hash/maphash"
	"strconv"
	"strings"
)

// labelSeed keys the hashes that stand for redacted values. It differs in
// each process and never leaves it, so that a hash says nothing about the
// value: IPv4 addresses under a fixed hash could be found by trying all.
var labelSeed = maphash.MakeSeed()

// maskedShort stands in where a numbered placeholder would make the text
// much longer than it was.
const maskedShort = "***"

// labels numbers the redacted values of one paste.
type labels struct {
	next   map[string]int       // word → last number given out
	number map[labelKey]int     // value → number
	value  map[labelName]uint64 // number → hash of the value
}

type labelKey struct {
	word string
	hash uint64
}

type labelName struct {
	word string
	n    int
}

func newLabels() *labels {
	return &labels{}
}

// of gives the placeholder of a value, the same each time.
func (l *labels) of(word, value string) string {
	return l.ofHash(word, maphash.String(labelSeed, value))
}

func (l *labels) ofHash(word string, h uint64) string {
	n, known := l.number[labelKey{word, h}]
	if !known {
		n = l.next[word] + 1
		l.bind(word, n, h)
	}
	return "<" + word + "-" + strconv.Itoa(n) + ">"
}

func (l *labels) bind(word string, n int, h uint64) {
	if l.value == nil { // most pastes have nothing to redact
		l.next, l.number, l.value = map[string]int{}, map[labelKey]int{}, map[labelName]uint64{}
	}
	l.number[labelKey{word, h}] = n
	l.value[labelName{word, n}] = h
	l.next[word] = max(l.next[word], n)
}

// reserve takes note of placeholders that the text brings along, as a text
// does that was redacted before, so that no new value gets their numbers.
func (l *labels) reserve(text string) {
	eachPlaceholder(text, func(_, _ int, word string, n int) {
		if _, taken := l.value[labelName{word, n}]; !taken {
			l.bind(word, n, literalHash(word, n))
		}
	})
}

// literalHash stands for the unknown value behind a placeholder in the input.
func literalHash(word string, n int) uint64 {
	return maphash.String(labelSeed, "\x00"+word+"-"+strconv.Itoa(n))
}

// adopt rewrites the placeholders of a text labelled by from to the numbers
// of l.
func (l *labels) adopt(text string, from *labels) string {
	var b strings.Builder
	done := 0
	eachPlaceholder(text, func(start, end int, word string, n int) {
		h, known := from.value[labelName{word, n}]
		if !known {
			h = literalHash(word, n)
		}
		b.WriteString(text[done:start])
		b.WriteString(l.adoptOne(word, n, h))
		done = end
	})
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// adoptOne keeps the number where it is free, so that joining changes little.
func (l *labels) adoptOne(word string, n int, h uint64) string {
	key := labelKey{word, h}
	_, known := l.number[key]
	_, taken := l.value[labelName{word, n}]
	if !known && !taken {
		l.bind(word, n, h)
	}
	return l.ofHash(word, h)
}

// eachPlaceholder calls f for every <word-n> with a word of ours.
func eachPlaceholder(text string, f func(start, end int, word string, n int)) {
	for i := 0; ; {
		at := strings.IndexByte(text[i:], '<')
		if at < 0 {
			return
		}
		i += at
		if end, word, n := placeholderAt(text, i); end > 0 {
			f(i, end, word, n)
			i = end
			continue
		}
		i++
	}
}

// placeholderAt reads the placeholder that starts at i; end is 0 without one.
func placeholderAt(s string, i int) (end int, word string, n int) {
	if i >= len(s) || s[i] != '<' {
		return 0, "", 0
	}
	rest := s[i+1:]
	for _, w := range placeholderWords {
		if !strings.HasPrefix(rest, w) || len(rest) < len(w)+3 || rest[len(w)] != '-' {
			continue
		}
		j, num := len(w)+1, 0
		for j < len(rest) && j < len(w)+8 && isDigit(rest[j]) {
			num = num*10 + int(rest[j]-'0')
			j++
		}
		if j > len(w)+1 && rest[len(w)+1] != '0' && j < len(rest) && rest[j] == '>' {
			return i + 1 + j + 1, w, num
		}
	}
	return 0, "", 0
}

// placeholderWords are the stems that Kind.word gives.
var placeholderWords = [...]string{"secret", "ip", "host", "user", "email"}
