package bot

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// TestHealth asks the health server before and after Discord goes away.
func TestHealth(t *testing.T) {
	w := newWorld(t, playground.Options{HeartbeatInterval: 200 * time.Millisecond}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember+"\npassword=hunter2hunter2"))
	w.reply(ada, "general", "--copy-to=etcd-shell")
	server := httptest.NewServer(w.bot.handler())
	defer server.Close()
	get := func(path string) (int, string) {
		t.Helper()
		res, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, body := get(path); code != http.StatusOK {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	code, text := get("/metrics")
	for _, want := range []string{
		"medic_build_info{", "medic_gateway_up 1", "medic_gateway_last_event_timestamp_seconds", `medic_answers_total{audience="reader",confidence="certain"} 1`,
		`medic_redactions_total{rule="password"}`, `medic_duration_seconds_count{what="first_response"}`,
	} {
		if code != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("metrics (%d) lack %q", code, want)
		}
	}
	for _, bad := range []string{"hunter2", w.local.GuildID(), ada.ID()} {
		if strings.Contains(text, bad) {
			t.Errorf("metrics hold %q", bad)
		}
	}
	w.local.Gateway().Silence(true)
	w.logged("the gateway does not answer heartbeats")
	if code, _ := get("/readyz"); code != http.StatusServiceUnavailable {
		t.Errorf("ready without a gateway: %d", code)
	}
	if code, body := get("/healthz"); code != http.StatusOK {
		t.Errorf("an outage of Discord is taken for a dead program: %d %s", code, body)
	}
	w.local.Gateway().Silence(false)
	ctx := w.ctx()
	for code := 0; code != http.StatusOK; code, _ = get("/readyz") {
		select {
		case <-ctx.Done():
			t.Fatal("not ready again after the outage")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestLoggerHidesToken writes the token into a log in every way.
func TestLoggerHidesToken(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		cfg := config.Default()
		cfg.Discord.Token, cfg.Log.Format = "canary-token-0123456789", format
		log := (&cli{Process: Process{Stderr: &out}}).logger(cfg)
		log.Error("failed with canary-token-0123456789", "err", io.EOF, "token", "canary-token-0123456789", "cfg", cfg)
		if out.Len() == 0 || strings.Contains(out.String(), "canary") {
			t.Errorf("%s: %s", format, out.String())
		}
	}
}
