package search

import (
	"encoding/json"
	"strings"
)

// mangling is one way in which pastes get damaged on their way.
type mangling struct {
	name  string
	apply func(string) string
	// lossy is set where the mangling takes words away for good, so that
	// some cases cannot be told any more; 0 means that nothing may be lost.
	lossy float64
}

// manglings are the ways in which people and programs damage a paste.
var manglings = []mangling{
	{"json escaped", escapeJSON, 0},
	{"json escaped twice", func(s string) string { return escapeJSON(escapeJSON(s)) }, 0},
	{"ansi colours", colour, 0},
	{"crlf", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, 0},
	{"quoted", func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }, 0},
	{"fenced", func(s string) string { return "please help\n```\n" + s + "\n```\nthanks" }, 0},
	{"typographic quotes", typographic, 0},
	{"wrapped at 80", func(s string) string { return wrap(s, 80) }, 0},
	{"wrapped at 37", func(s string) string { return wrap(s, 37) }, 0},
	{"end cut by 20", func(s string) string { return cutRunes(s, 0, 20) }, 0.02},
	{"start cut by 20", func(s string) string { return cutRunes(s, 20, 0) }, 0.02},
	{"end cut by 5 %", func(s string) string { return cutRunes(s, 0, len([]rune(s))/20) }, 0.02},
	{"start cut by 5 %", func(s string) string { return cutRunes(s, len([]rune(s))/20, 0) }, 0.02},
	{"full width", fullWidth, 0},
	{"chinese prose", func(s string) string {
		return "大家好，升级之后出现这个问题，请问怎么解决？\n" + s + "\n谢谢！"
	}, 0},
	{"korean prose", func(s string) string {
		return "안녕하세요, 업그레이드 후에 이런 오류가 납니다.\n" + s + "\n도와주세요."
	}, 0},
	{"german prose", func(s string) string { return "Hallo, seit dem Neustart kommt das hier:\n" + s + "\nWas kann ich tun?" }, 0},
	{"compose prefix", func(s string) string { return "app-1  | " + strings.ReplaceAll(s, "\n", "\napp-1  | ") }, 0},
	{"cri prefix", func(s string) string {
		const stamp = "2025-04-22T19:34:09.156350454+08:00 stderr F "
		return stamp + strings.ReplaceAll(s, "\n", "\n"+stamp)
	}, 0},
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

// cutRunes takes characters away at the start and at the end, as when a
// paste was selected with a shaky hand.
func cutRunes(s string, start, end int) string {
	r := []rune(s)
	if start+end >= len(r) {
		return s
	}
	return string(r[start : len(r)-end])
}

// fullWidth turns ASCII punctuation into what East Asian input methods write.
func fullWidth(s string) string {
	return strings.NewReplacer(":", "：", ",", "，", "(", "（", ")", "）", "!", "！", "?", "？").Replace(s)
}
