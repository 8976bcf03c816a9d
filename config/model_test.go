package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestModelFromEnvironment: a model is off until it is named, and what is
// wrong with its settings is named.
func TestModelFromEnvironment(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("sk-canary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		want string // in the error, "" for none
		used bool
	}{
		{"nothing", nil, "", false},
		{"a key alone", map[string]string{"OPENAI_API_KEY": "sk-canary"}, "", false},
		{"OpenAI", map[string]string{"OPENAI_API_KEY_FILE": key, "MEDIC_CHAT_MODEL": "m"}, "", true},
		{"own server", map[string]string{"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1", "MEDIC_EMBED_MODEL": "p", "MEDIC_EMBED_QUERY_MODEL": "q"}, "", true},
		{"no key", map[string]string{"MEDIC_CHAT_MODEL": "m"}, "OPENAI_API_KEY", true},
		{"no file", map[string]string{"OPENAI_API_KEY_FILE": key + "x"}, "OPENAI_API_KEY_FILE", false},
		{"no address", map[string]string{"OPENAI_BASE_URL": "localhost:8000"}, "model.base_url", false},
		{"secret in the address", map[string]string{"OPENAI_BASE_URL": "https://u:sk-canary@example.com/v1"}, "model.base_url", false},
		{"questions only", map[string]string{"MEDIC_EMBED_QUERY_MODEL": "q"}, "model.embed", false},
	} {
		cfg, err := Load("", envOf(c.env))
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		case c.want == "" && cfg.Model.Used() != c.used:
			t.Errorf("%s: used: %v", c.name, cfg.Model.Used())
		case err != nil && strings.Contains(err.Error(), "sk-canary"):
			t.Errorf("%s: the error shows the key: %v", c.name, err)
		}
		if text := fmt.Sprintf("%+v %#v", cfg.Model.Key, cfg.Model.Key); strings.Contains(text, "sk-canary") {
			t.Errorf("%s: the key prints", c.name)
		}
	}
}

// TestModelSettings wants every setting that cannot be reported by its key.
func TestModelSettings(t *testing.T) {
	for key, change := range map[string]func(*Model){
		"model.wait": func(m *Model) { m.Wait = 0 }, "model.timeout": func(m *Model) { m.Timeout = 1 << 40 },
		"model.budget.tokens_per_day": func(m *Model) { m.Budget.TokensPerDay = -1 }, "model.budget.tokens_per_guild": func(m *Model) { m.Budget.TokensPerGuild = -1 },
		"model.budget.cents_per_day": func(m *Model) { m.Budget.CentsPerDay = -1 }, "model.budget.cents_per_million": func(m *Model) { m.Budget.CentsPerDay = 5 },
	} {
		c := Default()
		change(&c.Model)
		if ps := c.check(); len(ps) != 1 || !strings.HasPrefix(ps[0], key+": ") {
			t.Errorf("%s: %q", key, ps)
		}
	}
}
