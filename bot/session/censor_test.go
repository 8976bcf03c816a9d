package session

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
)

type shy struct{ Token string }

type valuer struct{ secret string }

func (v valuer) LogValue() slog.Value { return slog.StringValue("token " + v.secret) }

func TestCensorFindsSecretsEverywhere(t *testing.T) {
	const secret = "hunter2+/canary=!"
	all := func(l *slog.Logger) {
		l.Info("in the message "+secret, "plain", secret, "err", fmt.Errorf("wrap: %w", errors.New(secret)),
			"struct", shy{secret}, "pointer", &shy{secret}, "map", map[string]string{"k": secret}, "slice", []string{"a", secret},
			"bytes", []byte("x"+secret), "valuer", valuer{secret}, "key "+secret, 1, "stringer", &url.URL{Scheme: "https", Host: "h", RawQuery: secret},
			slog.Group("group", "inner", secret, slog.Group("deeper", "x", secret)), "escaped", url.QueryEscape(secret), "path", url.PathEscape(secret))
		for pad := range 4 {
			for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
				l.Debug(enc.EncodeToString([]byte(strings.Repeat("u", pad) + secret + "tail")))
				l.Debug("enc", "v", enc.EncodeToString([]byte(strings.Repeat("u", pad)+secret)))
			}
		}
		l.With("attr", secret, slog.Group("g", "x", secret)).WithGroup("group").Warn("w", "y", secret)
	}
	for name, make := range map[string]func(*logs) slog.Handler{
		"json": func(l *logs) slog.Handler {
			return slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
		"text": func(l *logs) slog.Handler {
			return slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})
		},
	} {
		open, hidden := new(logs), new(logs)
		all(slog.New(make(open)))
		all(slog.New(Censor(make(hidden), "", "ab", secret)))
		if !strings.Contains(open.String(), "canary") {
			t.Fatal("the test logs no secret")
		}
		text := hidden.String()
		for offset := range 3 {
			if core := base64Core(secret, offset); strings.Contains(text, core) {
				t.Errorf("%s: base64 at %d got through", name, offset)
			}
		}
		if strings.Contains(text, "canary") {
			t.Errorf("%s shows %s", name, text)
		}
		if want := strings.Count(open.String(), "\n"); strings.Count(text, "\n") != want {
			t.Errorf("%s: %d lines, want %d", name, strings.Count(text, "\n"), want)
		}
	}
}

func TestCensorLeavesTheRestAlone(t *testing.T) {
	l := new(logs)
	slog.New(Censor(slog.NewJSONHandler(l, nil), "secret-secret")).Info("text", "n", 5, "list", []int{1, 2}, "m", map[string]bool{"a": true}, "s", "plain")
	if got := l.String(); !strings.Contains(got, `"msg":"text","n":5,"list":[1,2],"m":{"a":true},"s":"plain"`) {
		t.Errorf("logged %s", got)
	}
	if h := Censor(slog.NewJSONHandler(l, nil)); h.Enabled(context.Background(), slog.LevelDebug) {
		t.Error("enables what its handler does not")
	}
}

func TestCensorHidesTokensInAddresses(t *testing.T) {
	l := new(logs)
	slog.New(Censor(slog.NewJSONHandler(l, nil))).Info("POST /api/v9/webhooks/123/aW50ZXJhY3Rpb246canary-token_x/messages", "at", "/interactions/5/aW50ZXJhY3Rpb246canary-token/callback")
	if got := l.String(); strings.Contains(got, "canary") || !strings.Contains(got, "/callback") {
		t.Errorf("logged %s", got)
	}
}

func TestDiscordgosLogIsCutAndCensored(t *testing.T) {
	s, _, l := scripted(t, Options{}, ok)
	_ = s
	discordgo.Logger(discordgo.LogError, 0, "identify %s %s", strings.Repeat("x", 150), testToken+strings.Repeat("user text ", 100))
	if got := l.String(); !strings.Contains(got, "discordgo") || strings.Contains(got, testToken[:20]) || len(got) > 500 {
		t.Errorf("logged %s", got)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, opt := range map[string]Options{
		"no token":     {},
		"only Bot":     {Token: "Bot "},
		"broken token": {Token: "abc def"},
		"relative API": {Token: "abc", APIURL: &url.URL{Path: "/api"}},
		"foreign API":  {Token: "abc", APIURL: &url.URL{Scheme: "ftp", Host: "h"}},
	} {
		if _, err := New(opt); err == nil || strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, err := New(Options{Token: " Bot abcdefgh\n"})
	if err != nil || s.api.auth != "Bot abcdefgh" {
		t.Error(err)
	}
}
