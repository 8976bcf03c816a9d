package paste

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/milvus-medic/medic/search/paste/plant"
)

// seeds for the fuzz targets, with what rules and cleaning look for in them.
var seeds = []string{
	"", "a\nb", "password: hunter2\ntoken=abc", "> ```\n> \x1b[31mx\x1b[0m\n> ```", `{"log":"a\n","stream":"stderr"}`,
	`"a\nb \"c\""`, "&amp;lt;b&gt; \u200b\ufeff\xff", "密码：“x”", "10.0.0.1 2001:db8::1 a@b.co http://u:p@h.corp:80/?sig=a1B2c3",
	"-----BEGIN PRI" + "VATE KEY-----\nabc", "<secret-1> <ip-2> ***", "%70assword%3Dhunter2", `\u0070assword\u003dhunter2`, "C:\\Users\\x\\y /home/z/",
	"root:Milvus@tcp(x:1)/ AccountKey=aaaa==;", "- name: X_KEY\n  value: y1Z2", "Authorization: Basic cm9vdDpNaWx2dXM=", "a [5m] [0m [31m", "p\u0301\u00a0x\u3000",
}

func FuzzClean(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("clean(%q) = %q is not valid UTF-8", s, got)
		}
		if len(got) > 3*len(s) {
			t.Errorf("clean(%q) = %q is too long", s, got)
		}
		for i, r := range got {
			if r < 0x20 && r != '\n' && r != '\t' || r == 0x7F || r == 0xFEFF || r >= 0xE0000 && r <= 0xE007F || r >= 0x202A && r <= 0x202E {
				t.Errorf("clean(%q) = %q keeps %U at %d", s, got, r, i)
			}
		}
		if again := clean(got); again != got && !wrappedDeep(s) {
			t.Errorf("clean is not idempotent for %q:\n once  %q\n twice %q", s, got, again)
		}
	})
}

// wrappedDeep reports whether a text may need more than maxCleanRounds.
func wrappedDeep(s string) bool {
	return strings.Count(s, "`")+strings.Count(s, ">")+strings.Count(s, `\`)+strings.Count(s, "[") > maxCleanRounds
}

func FuzzRedact(f *testing.F) {
	for i, s := range seeds {
		f.Add(s, uint64(i), s)
	}
	f.Fuzz(func(t *testing.T, before string, seed uint64, after string) {
		text := clean(before)
		checkRedacted(t, text, redacted(text))

		// A secret on a line of its own survives nothing around it.
		g, secrets := plant.New(seed, 1), plant.Secrets()
		pl := secrets[g.IntN(len(secrets))].Make(g)
		p := FromText(before + "\n" + pl.Line + "\n" + after)
		if strings.Contains(p.Text(), pl.Secret) || strings.Contains(p.Match(), pl.Secret) {
			t.Errorf("%q survived between %q and %q:\n%q", pl.Line, before, after, p.Text())
		}
		if strings.Count(p.Text(), "\n") != strings.Count(p.Match(), "\n") {
			t.Errorf("Text and Match differ in lines for %q", p.Text())
		}
		if len(p.Match()) > len(p.Text()) {
			t.Errorf("Match is longer than Text: %q, %q", p.Match(), p.Text())
		}
	})
}

func checkRedacted(t *testing.T, text, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("redact(%q) = %q is not valid UTF-8", text, got)
	}
	if len(got) > 2*len(text)+1024 {
		t.Errorf("redact makes %d bytes of %d: %q", len(got), len(text), text)
	}
	if again := redacted(got); again != got {
		t.Errorf("redact is not idempotent for %q:\n once  %q\n twice %q", text, got, again)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Add(gzipped([]byte("text")))
	f.Add(zstandard([]byte("text")))
	f.Add(zipped("a.log", "text", "b.gz", string(gzipped([]byte("x")))))
	f.Add(tarred("a.log", "text"))
	f.Add(bzipped)
	f.Add(utf16Bytes("UTF-16 text\n", false, true))
	f.Fuzz(func(t *testing.T, data []byte) {
		lim := Limits{Unpacked: 1 << 20, RatioFrom: 1 << 16, Kept: 64 << 10, LineBytes: 4 << 10}
		p, err := Read(context.Background(), bytes.NewReader(data), "x", lim)
		if (err == nil) == p.Empty() {
			t.Errorf("error %v with %d bytes of text", err, len(p.Text()))
		}
		if !utf8.ValidString(p.Text()) || !utf8.ValidString(p.Match()) || strings.Contains(p.Text(), "\x00") {
			t.Errorf("text %q", p.Text())
		}
	})
}

func FuzzReduce(f *testing.F) {
	f.Add([]byte("a\nb\nERROR c\n\tat d\n"), uint8(9))
	f.Fuzz(func(t *testing.T, data []byte, chunk uint8) {
		log := strings.Repeat(string(data)+"\n", 1+(200<<10)/(len(data)+1))
		text, r := reduced(log, 64<<10, 1000+100*int(chunk))
		if len(text) > 64<<10 {
			t.Errorf("%d bytes kept of 64 KiB", len(text))
		}
		if r.cutBytes == 0 && !strings.Contains(log, "lines left out") {
			checkGaps(t, text, strings.Count(log, "\n"), r)
		}
	})
}
