package search

import (
	"strings"
	"unicode"
)

// functionWords are words without a meaning of their own, by language, as far
// as they are no English words for something else. "not" and "no" are left
// out: they tell errors apart. They are no words of a query, and they tell
// which of the languages in Latin letters a text is in.
var functionWords = map[string]string{
	"en": "an and are as at be been but by can did do does doing done for from had has have he her his how if in into is it its " +
		"just like me my of on or our she so than that the their them then there these they this those to too us use used " +
		"uses using very was we were what when where which while who why will with would you your " +
		// What people say to each other.
		"am any anybody anyone everybody everyone guys hello help here hey hi lol ok okay please see somebody someone sorry thank thanks today tomorrow",
	"de": "aber als auch auf bei das dem den der des ein eine einem einen einer es ich ihr im ist mit nach nicht noch oder sich " +
		"sie sind und uns von vor wenn wie wir wird zu zum zur über für",
	"es": "al como con cuando de del donde el ella en esta este esto la las le les lo los más mi muy ni para pero por porque que " +
		"qué se sin su sus un una uno ya",
	"fr": "au aux avec ce ces cette dans du elle est et il ils je leur les mais ne nous ont ou où par pas pour qui quand sa ses " +
		"sont sur une vous être",
	"pt": "ao como da das de do dos é ela ele em essa esse isso já mas na nos não os para pela pelo quando são se sem seu " +
		"sua também um uma você",
	// Of scripts without spaces, pairs of letters.
	"ko": "니다 습니 있습 합니 됩니 입니 세요 하세 주세 안녕 녕하 감사 사합 에서 으로 니까 도와 와주 어떻 떻게 나요 하나 가요 무엇 인가",
	"zh": "大家 家好 你好 您好 谢谢 請問 请问 这个 一个 我们 可以 怎么 如何 什么 为什",
	"ja": "です ます まし した して てい いま から ので こん んに にち ちは くだ ださ さい どう うす すれ れば",
}

// stopWords are the function words of all languages.
var stopWords = func() map[string]bool {
	set := map[string]bool{}
	for _, list := range functionWords {
		for _, w := range strings.Fields(list) {
			set[w] = true
		}
	}
	return set
}()

// langsOfWord maps a function word to the languages that have it.
var langsOfWord = func() map[string][]string {
	langs := map[string][]string{}
	for lang, list := range functionWords {
		for _, w := range strings.Fields(list) {
			langs[w] = append(langs[w], lang)
		}
	}
	return langs
}()

// guessLang returns the language that a text is written in, without its
// region. Log lines and what is not known are "en".
func guessLang(text string) string {
	var hangul, kana, han, cyrillic int
	for _, r := range text {
		switch {
		case r < 0x80 || !unicode.IsLetter(r):
			continue
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
	}
	switch {
	case hangul > 1 && hangul >= han:
		return "ko"
	case kana > 1:
		return "ja"
	case han > 1:
		return "zh"
	case cyrillic > 1:
		return "ru"
	}
	counts := map[string]int{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		for _, lang := range langsOfWord[w] {
			counts[lang]++
		}
	}
	best := "en"
	for _, lang := range []string{"de", "es", "fr", "pt"} {
		if n := counts[lang]; n >= 2 && n > counts[best] {
			best = lang
		}
	}
	return best
}

// baseLang returns a language without its region: "zh" of "zh-CN".
func baseLang(lang string) string {
	base, _, _ := strings.Cut(lang, "-")
	return base
}
