package session

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/bwmarrin/discordgo"
)

// censored stands in logs for a secret.
const censored = "CENSORED"

// minSecret is the shortest secret that is censored: shorter ones would blot out
// ordinary words.
const minSecret = 6

// tokenURL finds the token of an interaction or webhook in an address. Nothing
// here should log one; this is the net below.
var tokenURL = regexp.MustCompile(`((?:webhooks|interactions)/\d+/)[\w.-]{20,}`)

// Censor returns a handler that passes records on to h with every secret
// replaced, in the message and in every attribute, whatever its type, also where
// the secret appears in base64 or escaped for an address. Secrets of less than
// six characters are ignored. Attributes that hold no secret keep their type.
func Censor(h slog.Handler, secrets ...string) slog.Handler { return newCensor(h, secrets...) }

func newCensor(h slog.Handler, secrets ...string) *censor {
	var forms []string
	for _, s := range secrets {
		if len(s) < minSecret {
			continue
		}
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s))
		for offset := range 3 {
			core := base64Core(s, offset)
			forms = append(forms, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(forms))
	for _, f := range forms {
		pairs = append(pairs, f, censored)
	}
	return &censor{h: h, replace: strings.NewReplacer(pairs...)}
}

// base64Core returns the characters that every base64 text contains in which s
// stands offset bytes after a multiple of three, whatever is around it.
func base64Core(s string, offset int) string {
	enc := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + s))
	enc = enc[[]int{0, 2, 3}[offset]:]
	if (offset+len(s))%3 != 0 {
		enc = enc[:len(enc)-1]
	}
	return enc
}

type censor struct {
	h       slog.Handler
	replace *strings.Replacer
}

// Enabled implements slog.Handler.
func (c *censor) Enabled(ctx context.Context, l slog.Level) bool { return c.h.Enabled(ctx, l) }

// Handle implements slog.Handler.
func (c *censor) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, c.text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(c.attr(a))
		return true
	})
	return c.h.Handle(ctx, out)
}

// WithAttrs implements slog.Handler.
func (c *censor) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = c.attr(a)
	}
	return &censor{h: c.h.WithAttrs(out), replace: c.replace}
}

// WithGroup implements slog.Handler.
func (c *censor) WithGroup(name string) slog.Handler {
	return &censor{h: c.h.WithGroup(name), replace: c.replace}
}

func (c *censor) text(s string) string {
	return tokenURL.ReplaceAllString(c.replace.Replace(s), "${1}"+censored)
}

func (c *censor) attr(a slog.Attr) slog.Attr {
	a.Key = c.text(a.Key)
	a.Value = c.value(a.Value)
	return a
}

// value censors v. A value of any other type than text is rendered in the ways a
// handler might; only if that shows a secret does its text replace it.
func (c *censor) value(v slog.Value) slog.Value {
	v = v.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.StringValue(c.text(v.String()))
	case slog.KindGroup:
		group := slices.Clone(v.Group())
		for i := range group {
			group[i] = c.attr(group[i])
		}
		return slog.GroupValue(group...)
	case slog.KindAny:
		return c.other(v)
	}
	return v
}

func (c *censor) other(v slog.Value) slog.Value {
	plain := fmt.Sprintf("%+v", v.Any())
	if err, ok := v.Any().(error); ok {
		plain = err.Error()
	}
	seen := plain
	if raw, err := json.Marshal(v.Any()); err == nil {
		seen += "\n" + string(raw)
	}
	if b, ok := v.Any().([]byte); ok {
		plain = string(b)
		seen += "\n" + plain
	}
	if c.text(seen) == seen {
		return v
	}
	if clean := c.text(plain); clean != plain {
		return slog.StringValue(clean)
	}
	return slog.StringValue(censored)
}

// discordgo logs through a package variable. It is set once, for sessions may
// run while another is made; which logger it feeds can change.
var (
	setLogger sync.Once
	newest    atomic.Pointer[Session]
)

// maxBrief bounds what is logged of a text that others wrote, such as a line of
// discordgo's or the value of a panic: both may quote what users said.
const maxBrief = 200

// forwardDiscordgoLog sends discordgo's warnings to log, which censors tokens.
// Its default prints to standard error whatever the caller's settings are, with
// user text of events it does not know. The newest session's logger wins; the
// lines do not tell which session they come from. They go to the debug level, as
// the session reports the same faults by itself.
func (s *Session) forwardDiscordgoLog() {
	newest.Store(s)
	setLogger.Do(func() {
		discordgo.Logger = func(level, _ int, format string, args ...any) {
			s := newest.Load()
			s.log.Debug("discordgo", "level", level, "text", s.brief(fmt.Sprintf(format, args...)))
		}
	})
}

// brief renders v for a log, censored before it is cut: half a token would slip
// through afterwards.
func (s *Session) brief(v any) string { return cut(s.scrub(fmt.Sprint(v)), maxBrief) }
