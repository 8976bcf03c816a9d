package search

import (
	"encoding/json"
	"strings"
)

// mangling is one way in which pastes get damaged on their way.
type mangling struct {
	name  string
	apply func(string) string
}

// manglings are the ways in which people and programs damage a paste.
var manglings = []mangling{
	{"json escaped", escapeJSON},
	{"json escaped twice", func(s string) string { return escapeJSON(escapeJSON(s)) }},
	{"ansi colours", colour},
	{"crlf", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
	{"quoted", func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }},
	{"fenced", func(s string) string { return "please help\n```\n" + s + "\n```\nthanks" }},
	{"typographic quotes", typographic},
	{"wrapped at 80", func(s string) string { return wrap(s, 80) }},
	{"wrapped at 37", func(s string) string { return wrap(s, 37) }},
	{"cut at the end", func(s string) string { return cutRunes(s, 0, 0.95) }},
	{"cut at the start", func(s string) string { return cutRunes(s, 0.05, 1) }},
	{"full width", fullWidth},
	{"chinese prose", func(s string) string {
		return "大家好，升级之后出现这个问题，请问怎么解决？\n" + s + "\n谢谢！"
	}},
	{"korean prose", func(s string) string {
		return "안녕하세요, 업그레이드 후에 이런 오류가 납니다.\n" + s + "\n도와주세요."
	}},
	{"german prose", func(s string) string { return "Hallo, seit dem Neustart kommt das hier:\n" + s + "\nWas kann ich tun?" }},
	{"compose prefix", func(s string) string { return "app-1  | " + strings.ReplaceAll(s, "\n", "\napp-1  | ") }},
	{"cri prefix", func(s string) string {
		const stamp = "2025-04-22T19:34:09.156350454+08:00 stderr F "
		return stamp + strings.ReplaceAll(s, "\n", "\n"+stamp)
	}},
}

func escapeJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(b[1 : len(b)-1])
}

// colour paints every fourth word, as loggers and grep do.
func colour(s string) string {
	words := strings.SplitAfter(s, " ")
	for i := 0; i < len(words); i += 4 {
		words[i] = "\x1b[31m" + strings.TrimSuffix(words[i], " ") + "\x1b[0m" + strings.Repeat(" ", strings.Count(words[i], " "))
	}
	return strings.Join(words, "")
}

// typographic turns straight quotes into curly ones, as phones do.
func typographic(s string) string {
	var out strings.Builder
	open := true
	for _, r := range s {
		switch {
		case r == '"' && open:
			r, open = '“', false
		case r == '"':
			r, open = '”', true
		case r == '\'':
			r = '’'
		}
		out.WriteRune(r)
	}
	return out.String()
}

// wrap breaks lines hard at a column.
func wrap(s string, column int) string {
	var out strings.Builder
	n := 0
	for _, r := range s {
		if r == '\n' {
			n = -1
		} else if n == column {
			out.WriteByte('\n')
			n = 0
		}
		out.WriteRune(r)
		n++
	}
	return out.String()
}

// cutRunes keeps the part of s from one share of its length to another.
func cutRunes(s string, from, to float64) string {
	r := []rune(s)
	return string(r[int(from*float64(len(r))):int(to*float64(len(r)))])
}

// fullWidth turns ASCII punctuation into what East Asian input methods write.
func fullWidth(s string) string {
	return strings.NewReplacer(":", "：", ",", "，", "(", "（", ")", "）", "!", "！", "?", "？").Replace(s)
}
