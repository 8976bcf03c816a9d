package bot

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/milvus-medic/medic/config"
)

var placeholder = regexp.MustCompile(`\{\{\.\w+\}\}`)

// TestLocales wants every sentence with the same placeholders in each language.
func TestLocales(t *testing.T) {
	read := func(name string) map[string]string {
		src, err := locales.ReadFile("locales/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := yaml.Unmarshal(src, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	en := read("en.yaml")
	files, err := locales.ReadDir("locales")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(config.Languages) {
		t.Errorf("%d languages, the settings allow %v", len(files), config.Languages)
	}
	for _, f := range files {
		m := read(f.Name())
		if !slices.Contains(config.Languages, strings.TrimSuffix(f.Name(), ".yaml")) {
			t.Errorf("%s is not in config.Languages", f.Name())
		}
		for id, sentence := range en {
			have, want := placeholder.FindAllString(m[id], -1), placeholder.FindAllString(sentence, -1)
			slices.Sort(have)
			slices.Sort(want)
			if m[id] == "" || !slices.Equal(have, want) {
				t.Errorf("%s: %s is missing or has other placeholders: %q", f.Name(), id, m[id])
			}
		}
		for id := range m {
			if en[id] == "" {
				t.Errorf("%s: %s is not in en.yaml", f.Name(), id)
			}
		}
	}
}

// TestSentencesExist wants every sentence that the code says to be there, and
// no other.
func TestSentencesExist(t *testing.T) {
	w, err := newWords()
	if err != nil {
		t.Fatal(err)
	}
	for lang := range w.spoken {
		if w.say(lang, "about") == "about" {
			t.Errorf("the sentences in %s cannot be read", lang)
		}
	}
	_, files := house(t)
	said := regexp.MustCompile(`(?:[^.]say\(|words\.say\([^,]+, |list\(|refuse\()"(\w+)"`)
	n := 0
	var all strings.Builder
	for _, f := range files {
		if f.room != "bot" || f.test {
			continue
		}
		src := readSource(t, f.path)
		all.WriteString(src)
		for _, m := range said.FindAllStringSubmatch(src, -1) {
			n++
			if got := w.say("en", m[1]); got == m[1] {
				t.Errorf("%s says %q, which no language has", f.path, m[1])
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d sentences found in the code", n)
	}
	src, err := locales.ReadFile("locales/en.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var en map[string]string
	if err := yaml.Unmarshal(src, &en); err != nil {
		t.Fatal(err)
	}
	for id := range en {
		if !strings.HasPrefix(id, slashKey) && !strings.Contains(all.String(), `"`+id+`"`) {
			t.Errorf("nothing says %q", id)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, c := range []struct{ locale, text, fallback, want string }{
		{"ko", "", "en", "ko"},
		{"en-US", "오류", "ko", "en"},
		{"es-419", "", "", "es"},
		{"zh-TW", "", "en", "zh-TW"},
		{"zh-HK", "", "en", "zh-TW"},
		{"zh", "", "en", "zh-CN"},
		{"pt", "", "en", "pt-BR"},
		{"", "이 오류는 무엇인가요", "en", "ko"},
		{"", "what is this", "ko", "ko"},
		{"", "", "", "en"},
	} {
		if got := languageOf(c.locale, c.text, c.fallback); got != c.want {
			t.Errorf("locale %q, text %q, fallback %q: %q, want %q", c.locale, c.text, c.fallback, got, c.want)
		}
	}
}

func TestScriptLanguage(t *testing.T) {
	for text, want := range map[string]string{"오류": "ko", "エラー 接続": "ja", "连接失败": "zh-CN", "error": "", "": ""} {
		if got := scriptLanguage(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if strings.Contains(scriptLanguage("数据库 に"), "zh") {
		t.Error("Japanese with Han letters was taken for Chinese")
	}
}
