package bot

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// Languages returns the languages that an admin has set for a channel and for
// its server, as Discord's locales or config.Languages; "" where none is set.
// It is asked once a message and must not block for long.
type Languages func(ctx context.Context, guild, channel string) (ofChannel, ofGuild string)

// defaultLocale is what Discord says of a server that never chose a language.
const defaultLocale = "en-US"

// languageFor picks the language of an answer: that of the reader's client,
// which only commands and buttons tell; the script of the text; what the
// admins set for the channel and the server; what the server is to Discord;
// the program's setting; English.
func (b *Bot) languageFor(ctx context.Context, a asked, text string) string {
	if a.locale != "" || a.guild == "" || scriptLanguage(text) != "" {
		return languageOf(a.locale, text, b.cfg.Language)
	}
	var channel, guild string
	if b.languages != nil {
		channel, guild = b.languages(ctx, a.guild, a.channel)
	}
	if channel == "" && guild == "" {
		guild = b.guildLocale(ctx, a.guild)
	}
	return languageOf("", "", channel, guild, b.cfg.Language)
}

// languageOf picks the language of a reply: what the interaction says, else
// the script of the text, else the first fallback that is set. The interface
// and the entries each fall back to English where they lack it.
func languageOf(locale, text string, fallbacks ...string) string {
	for _, want := range append([]string{locale, scriptLanguage(text)}, fallbacks...) {
		if want == "" {
			continue
		}
		switch base, region, _ := strings.Cut(want, "-"); {
		case base == "zh" && (region == "TW" || region == "HK" || region == "Hant"):
			return "zh-TW"
		case base == "zh":
			return "zh-CN"
		case base == "pt":
			return "pt-BR"
		default:
			return base // en-US and en-GB, es-ES and es-419 read alike
		}
	}
	return "en"
}

// scriptLanguage guesses a language from the letters of a text that belong
// to one language's script; error texts are Latin in every language.
func scriptLanguage(text string) string {
	han, traditional, simplified, russian := 0, 0, 0, 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf { // nearly all of most pastes
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		case strings.ContainsRune(notRussian, r):
			return ""
		case unicode.Is(unicode.Cyrillic, r):
			russian++
		case unicode.Is(unicode.Han, r):
			han++
			if strings.ContainsRune(onlyTraditional, r) {
				traditional++
			}
			if strings.ContainsRune(onlySimplified, r) {
				simplified++
			}
		}
	}
	switch {
	case han > 0 && traditional > simplified:
		return "zh-TW"
	case han > 0:
		return "zh-CN"
	case russian > 0:
		return "ru"
	}
	return ""
}

// Characters of questions about software that only one of the two ways to
// write Chinese has, the same ones in the same order.
const (
	onlyTraditional = "錯誤報問題連線無這個資庫檔請幫麼啟動會時應當現還後過開關節點嗎為與電腦網絡設運執處數據實據說謝們來"
	onlySimplified  = "错误报问题连线无这个资库档请帮么启动会时应当现还后过开关节点吗为与电脑网络设运执处数据实据说谢们来"
)

// notRussian are letters of other languages in Cyrillic script, which the
// interface does not speak.
const notRussian = "іїєґўјљњћђџѓќѕІЇЄҐЎЈЉЊЋЂЏЃЌЅ"

// guildLocales remembers the preferred languages of servers.
type guildLocales struct {
	mu   sync.Mutex
	byID map[string]guildLocale
}

type guildLocale struct {
	locale string
	until  time.Time
}

const (
	// localeAge is how long a server's language is believed, and localeRetry
	// how long it is not asked for again after a failure.
	localeAge   = time.Hour
	localeRetry = 5 * time.Minute
	// maxLocales is when all are forgotten.
	maxLocales = 10000
)

// guildLocale returns what a server's language is to Discord; "" where it
// never chose one, or cannot be asked.
func (b *Bot) guildLocale(ctx context.Context, guild string) string {
	s := &b.locales
	s.mu.Lock()
	known, ok := s.byID[guild]
	s.mu.Unlock()
	if b.session == nil || ok && time.Now().Before(known.until) {
		return known.locale
	}
	got := guildLocale{until: time.Now().Add(localeAge)}
	g, err := b.session.Guild(ctx, guild)
	switch {
	case err != nil:
		b.log.Info("server language unknown", "guild", guild, "err", err)
		got.until = time.Now().Add(localeRetry)
	case g.PreferredLocale != defaultLocale:
		got.locale = g.PreferredLocale
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil || len(s.byID) >= maxLocales {
		s.byID = map[string]guildLocale{}
	}
	s.byID[guild] = got
	return got.locale
}
