package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	goodSecret = "a-secret-of-sixteen-or-more"
	goodKey    = "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----"
)

// TestGitHubFromEnvironment: rights by token and by app, and what goes wrong
// with them is named.
func TestGitHubFromEnvironment(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("github_pat_x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		want string // in the error, "" for none
	}{
		{"nothing", nil, ""},
		{"token", map[string]string{"GITHUB_TOKEN_FILE": file, "GITHUB_WEBHOOK_ADDR": "0.0.0.0:8423", "GITHUB_WEBHOOK_SECRET": goodSecret}, ""},
		{"app", map[string]string{"GITHUB_APP_ID": "12", "GITHUB_APP_KEY": goodKey}, ""},
		{"reading", map[string]string{"GITHUB_READ": "true", "GITHUB_API_URL": "https://github.example.com/api/v3/"}, ""},
		{"token and app", map[string]string{"GITHUB_TOKEN": "x", "GITHUB_APP_ID": "12", "GITHUB_APP_KEY": goodKey}, "keep one of them"},
		{"no key", map[string]string{"GITHUB_APP_ID": "12"}, "needs both"},
		{"key is none", map[string]string{"GITHUB_APP_ID": "12", "GITHUB_APP_KEY": "hunter2"}, "not a private key"},
		{"id is none", map[string]string{"GITHUB_APP_ID": "my-app"}, "GITHUB_APP_ID"},
		{"no file", map[string]string{"GITHUB_TOKEN_FILE": file + "x"}, "GITHUB_TOKEN_FILE"},
		{"metrics port", map[string]string{"GITHUB_TOKEN": "x", "GITHUB_WEBHOOK_ADDR": Default().Server.Addr, "GITHUB_WEBHOOK_SECRET": goodSecret}, "is to stay private"},
		{"short secret", map[string]string{"GITHUB_TOKEN": "x", "GITHUB_WEBHOOK_ADDR": ":8423", "GITHUB_WEBHOOK_SECRET": "hunter2"}, "shorter than 16"},
		{"no secret", map[string]string{"GITHUB_TOKEN": "x", "GITHUB_WEBHOOK_ADDR": ":8423"}, "webhook_secret_file"},
		{"no rights", map[string]string{"GITHUB_WEBHOOK_ADDR": ":8423", "GITHUB_WEBHOOK_SECRET": goodSecret}, "of no use"},
	} {
		cfg, err := Load("", envOf(c.env))
		switch {
		case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%s: the error shows the secret: %v", c.name, err)
		case c.want == "" && cfg.GitHub.MayFile() != (c.name == "token" || c.name == "app"):
			t.Errorf("%s: may file: %v", c.name, cfg.GitHub.MayFile())
		}
		if text := fmt.Sprintf("%+v %#v", cfg, cfg); strings.Contains(text, goodSecret) || strings.Contains(text, "AA==") || strings.Contains(text, "github_pat_x") {
			t.Errorf("%s: a secret prints: %s", c.name, text)
		}
	}
}
