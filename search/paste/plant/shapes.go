package plant

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

func same(s string) string { return s }

func jsonEscape(s string) string {
	b, _ := json.Marshal(s)
	return string(b[1 : len(b)-1])
}

// shapes are the ways on which a line reaches a paste.
var shapes = []Shape{
	{"plain", same, same},
	{"in a log", func(l string) string { return "[INFO] before\n" + l + "\n[INFO] after" }, same},
	{"fenced", func(l string) string { return "look:\n```yaml\n" + l + "\n```\nwhy?" }, same},
	{"quoted", func(l string) string { return "> " + strings.ReplaceAll(l, "\n", "\n> ") }, same},
	{"CRLF", func(l string) string { return "a\r\n" + strings.ReplaceAll(l, "\n", "\r\n") + "\r\nb\r\n" }, same},
	{"JSON string", func(l string) string { return `{"level":"error","msg":"` + jsonEscape(l) + `","n":1}` }, jsonEscape},
	{"JSON string twice", func(l string) string { return `{"log":"` + jsonEscape(`{"msg":"`+jsonEscape(l)+`"}`) + `"}` }, func(s string) string { return jsonEscape(jsonEscape(s)) }},
	{"docker", func(l string) string {
		return `{"log":"` + jsonEscape(l) + `\n","stream":"stderr","time":"2024-01-01T00:00:00Z"}`
	}, same},
	{"zap field", func(l string) string {
		return `[2024/01/01 00:00:00.000 +00:00] [INFO] [a/b.go:1] ["x"] [cfg="` + jsonEscape(l) + `"]`
	}, jsonEscape},
	{"URL", func(l string) string { return "GET /x?q=" + url.QueryEscape(l) + "&n=1" }, url.QueryEscape},
	{Base64Shape, func(l string) string { return "data: " + base64.StdEncoding.EncodeToString([]byte(l)) }, func(s string) string { return s }},
	{"colour", func(l string) string { return "\x1b[31m" + strings.ReplaceAll(l, " ", " \x1b[1;32m") + "\x1b[0m" }, same},
	{"lost colour", func(l string) string { return "[31m" + l + "[0m" }, same},
	{"spelled colour", func(l string) string { return `\u001b[31m` + l + `\u001b[0m` }, same},
	{"HTML", func(l string) string {
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(l)
	}, same},
	{"smart quotes", func(l string) string { return strings.NewReplacer(`"`, "“", "'", "’").Replace(l) }, same},
}
