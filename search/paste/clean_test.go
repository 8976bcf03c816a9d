package paste

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "a b\n\tc", "a b\n\tc"},
		{"CRLF", "a\r\nb\r\r\nc\rd", "a\nb\nc\nd"},
		{"broken UTF-8", "a\xffb\xc3(\xe4\xb8", "a\ufffdb\ufffd(\ufffd"},
		{"colours", "\x1b[31mERROR\x1b[0m x \x1b[1;38;5;196mred\x1b[m", "ERROR x red"},
		{"title and link", "\x1b]0;title\x07text \x1b]8;;http://x\x1b\\link", "text link"},
		{"cursor", "a\x1b[2K\x1b[1Gb\x1b(Bc\x1b7d", "abcd"},
		{"C1 colours", "a\u009b31mb", "ab"},
		{"escape before a word", "\x1bpassword=x \x1b[secret", "password=x [secret"},
		{"lost escapes", "[31mERROR[0m took [5m] [1;32mok[0m", "ERROR took [5m] ok"},
		{"brackets that are none", "rate(x[5m]) and [3m", "rate(x[5m]) and [3m"},
		{"spelled escapes", `\u001b[31mA\u001b[0m \x1b[1mB\033[0m ^[[32mC ␛[0mD`, "A B C D"},
		{"control characters", "a\x00b\x07c\x7fd\be", "abcde"},
		{"form feed", "a\fb\vc", "a\nb\nc"},
		{"invisible", "pa\u200bss\u200cwo\u200drd\ufeff\u00ad\u2060=\u202ex\u2066y\u2069\u180e\U000E0041z", "password=xyz"},
		{"fillers", "a\u3164b\u115fc\u034fd\ufe0fe", "abcde"},
		{"emoji stay", "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3", "👩\u200d💻 ❤\ufe0f 1\ufe0f\u20e3"},
		{"joiners in Persian stay", "می\u200cخواهم", "می\u200cخواهم"},
		{"spaces", "a\u00a0b\u3000c\u2009d", "a b c d"},
		{"line separators", "a\u2028b\u2029c\u0085d", "a\nb\nc\nd"},
		{"blank ends", "\n \n  a\n\n", "  a"},

		{"fence", "look\n```python\nx = 1\n```\nwhy?", "look\nx = 1\nwhy?"},
		{"fence on one line", "```a b```", "a b"},
		{"fence without end", "```log\na\nb", "a\nb"},
		{"fence with content in the first line", "```{\"a\": 1}\n```", "{\"a\": 1}"},
		{"two fences", "```\na\n```\nand\n```yaml\nb\n```", "a\nand\nb"},
		{"inline", "`a b`", "a b"},
		{"inline marks in a sentence", "use `a` and `b`", "use `a` and `b`"},
		{"quotation", "> a\n> b\n>\n> c", "a\nb\n\nc"},
		{"quotation twice", "> > a\n> > b", "a\nb"},
		{"quotation of the rest", ">>> a\nb", "a\nb"},
		{"one quoted line of many", "a\n> b\nc", "a\n> b\nc"},
		{"entities", "a &quot;b&quot; &lt;c&gt; &amp;amp; &#39;d&#x27;&#10;e", "a \"b\" <c> & 'd'\ne"},
		{"no entities", "a & b; x&y; &foo;", "a & b; x&y; &foo;"},
		{"docker", `{"log":"a \"b\"\n","stream":"stderr","time":"2024-01-01T00:00:00Z"}` + "\n" + `{"log":"c\n","stream":"stdout","time":"2024-01-01T00:00:00Z"}`, "a \"b\"\nc"},
		{"docker in parts", `{"log":"a","stream":"stderr","time":"x"}` + "\n" + `{"log":"b\n","stream":"stderr","time":"x"}`, "ab"},
		{"etcd stays", `{"level":"warn","msg":"a\nb","caller":"x"}`, `{"level":"warn","msg":"a\nb","caller":"x"}`},
		{"zap stays", `[2024/01/01 00:00:00.000 +00:00] [ERROR] [a.go:1] ["x"] [stack="a\n\tb\nc"]`, `[2024/01/01 00:00:00.000 +00:00] [ERROR] [a.go:1] ["x"] [stack="a\n\tb\nc"]`},
		{"JSON string", `"Traceback:\n  File \"x.py\"\nKeyError"`, "Traceback:\n  File \"x.py\"\nKeyError"},
		{"JSON string without quotes", `Traceback:\n  File \"x.py\", line 3\nKeyError`, "Traceback:\n  File \"x.py\", line 3\nKeyError"},
		{"JSON string twice", `"{\"error\":\"a \\\"b\\\"\\nc\"}"`, `{"error":"a \"b\"\nc"}`},
		{"Python repr", `'Traceback:\n  File "x.py"\nKeyError: \'a\''`, "Traceback:\n  File \"x.py\"\nKeyError: 'a'"},
		{"JSON member", "{\n  \"code\": 1,\n  \"error\": \"a\\n\\tb\\nc\",\n}", "{\n  \"code\": 1,\n  \"error\": \"\na\n\tb\nc\n}"},
		{"secret member stays", "{\n  \"password\": \"a\\nb\\nc\"\n}", "{\n  \"password\": \"a\\nb\\nc\"\n}"},
		{"Windows path", `C:\new\table\nodes`, `C:\new\table\nodes`},
		{"Windows paths", `D:\nodes\new and E:\t\n`, `D:\nodes\new and E:\t\n`},
		{"pattern", `match \d+\n or \w`, `match \d+\n or \w`},
		{"unicode escapes", `"\u8fde\u63a5\u5931\u8d25\ud83d\ude00\n"`, "连接失败😀"},
		{"typographic quotes stay", "he said “x” ‘y’，（z）", "he said “x” ‘y’，（z）"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := clean(tt.in)
			if got != tt.want {
				t.Errorf("clean(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if again := clean(got); again != got {
				t.Errorf("not idempotent: %q, then %q", got, again)
			}
		})
	}
}

func TestFold(t *testing.T) {
	in := "“a” ‘b’ «c» （ｄ）［１］｛ｅ｝＝：；，。！ f—g 中文 😀\n“h”"
	want := "\"a\" 'b' \"c\" (d)[1]{e}=:;,.! f-g 中文 😀\n\"h\""
	got := fold(in)
	if got.text != want {
		t.Errorf("fold:\n got %q\nwant %q", got.text, want)
	}
	// Each offset of a character of the view leads to its original.
	for i, r := range got.text {
		orig, _ := utf8.DecodeRuneInString(in[got.original(i):])
		if c, ok := foldRune(orig); ok && rune(c) != r || !ok && orig != r {
			t.Errorf("offset %d: %q leads to %q", i, r, orig)
		}
	}
	if got.original(len(got.text)) != len(in) {
		t.Errorf("the end leads to %d, want %d", got.original(len(got.text)), len(in))
	}
}

func TestCutLongLines(t *testing.T) {
	word := "abcdefg "
	long := strings.Repeat(word, 20_000) + "the end"
	got, cut := cutLongLines("first\n"+long+"\nlast", 64<<10)
	lines := strings.Split(got, "\n")
	if len(lines) != 3 || lines[0] != "first" || lines[2] != "last" {
		t.Fatalf("the lines around changed: %d lines", len(lines))
	}
	if n := len(lines[1]); n > 65<<10 || n < 48<<10 {
		t.Errorf("line has %d bytes", n)
	}
	if !strings.HasPrefix(lines[1], word) || !strings.HasSuffix(lines[1], "the end") || !strings.Contains(lines[1], "bytes left out") {
		t.Errorf("the ends of the line are gone: %.40q … %q", lines[1], lines[1][len(lines[1])-40:])
	}
	if int(cut) < len(long)-(64<<10) || int(cut) > len(long) {
		t.Errorf("cut = %d of %d", cut, len(long))
	}
}

// TestCutLeavesNoHalfSecret cuts lines at every place around a secret.
func TestCutLeavesNoHalfSecret(t *testing.T) {
	const limit = 4 << 10
	secret := "Ab3" + strings.Repeat("xY7", 12)
	for at := limit/2 - 200; at < limit+1200; at += 7 {
		line := strings.Repeat("w ", at/2) + `password="` + secret + `" ` + strings.Repeat("v ", 3*limit)
		text, _ := cutLongLines(line, limit)
		got := redacted(text)
		for i := 0; i+6 <= len(secret); i += 3 {
			if strings.Contains(got, secret[i:i+6]) {
				t.Fatalf("at %d: a part of the secret is left", at)
			}
		}
	}
}
