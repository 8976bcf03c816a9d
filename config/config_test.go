package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func noEnv(string) (string, bool) { return "", false }

func envOf(m map[string]string) Env {
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

func TestLoadGood(t *testing.T) {
	c, err := Load("testdata/good.yaml", noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if c.Discord.Token.Reveal() != "abc.def.ghi" {
		t.Errorf("token read as %q", c.Discord.Token.Reveal())
	}
	if c.Discord.Cooldown != 5*time.Minute || c.Language != "ko" || c.Log.Level != "debug" {
		t.Errorf("settings of the file are not taken: %+v", c)
	}
	if c.GitHub.Template != Default().GitHub.Template {
		t.Errorf("what the file leaves out must keep its default, template is %q", c.GitHub.Template)
	}
}

// TestLoadBad reads every testdata/bad-*.yaml and wants an error that names
// the key at fault.
func TestLoadBad(t *testing.T) {
	wants := map[string]string{
		"unknown-key": "tokn_file", "channel-id": "discord.channels", "content-intent": "discord.message_content",
		"guild": "discord.guild", "cooldown": "discord.cooldown", "api-url": "discord.api_url", "repo": "github.repo",
		"template": "github.template", "addr": "server.addr", "level": "log.level", "format": "log.format",
		"language": "language", "components": "discord.components", "token-file": "token file", "retention": "data.retention",
		"interactions-addr": "discord.interactions_addr", "public-key": "discord.public_key", "public-key-missing": "discord.public_key",
		"github-repos": "github.repos", "github-app": "github.app_key_file", "github-api-url": "github.api_url", "github-poll": "github.poll",
		"github-webhook-addr": "github.webhook_addr", "github-webhook-secret": "github.webhook_secret_file", "github-quota": "github.quota.per_hour",
	}
	files, err := filepath.Glob("testdata/bad-*.yaml")
	if err != nil || len(files) != len(wants) {
		t.Fatalf("%d files for %d rules, %v", len(files), len(wants), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(f), "bad-"), ".yaml")
		_, err := Load(f, noEnv)
		if err == nil || !strings.Contains(err.Error(), wants[name]) {
			t.Errorf("%s: error %v does not name %q", f, err, wants[name])
		}
	}
}

func TestEnvironmentOverridesFile(t *testing.T) {
	env := envOf(map[string]string{
		"DISCORD_TOKEN": " Bot x.y.z\n", "MEDIC_LANGUAGE": "en", "DISCORD_CHANNELS": "123456789012345678, 223456789012345678",
		"DISCORD_MESSAGE_CONTENT": "true", "MEDIC_DRY_RUN": "1",
	})
	c, err := Load("testdata/good.yaml", env)
	if err != nil {
		t.Fatal(err)
	}
	if c.Discord.Token.Reveal() != "x.y.z" || c.Language != "en" || len(c.Discord.Channels) != 2 || !c.Discord.DryRun {
		t.Errorf("environment not taken: %#v %+v", c.Discord.Token.Reveal(), c)
	}
}

// TestSwitchesOfTheEnvironment takes no word for its opposite.
func TestSwitchesOfTheEnvironment(t *testing.T) {
	for _, name := range []string{"DISCORD_MESSAGE_CONTENT", "MEDIC_DRY_RUN", "GITHUB_READ"} {
		for word, want := range map[string]bool{"1": true, "True": true, " true\n": true, "0": false, "FALSE": false, "": false} {
			c, err := Load("", envOf(map[string]string{name: word}))
			got := map[string]bool{"DISCORD_MESSAGE_CONTENT": c.Discord.MessageContent, "MEDIC_DRY_RUN": c.Discord.DryRun, "GITHUB_READ": c.GitHub.Read}[name]
			if err != nil || got != want {
				t.Errorf("%s=%q is %v, %v", name, word, got, err)
			}
		}
		for _, word := range []string{"yes", "on", "tru", "2"} {
			if _, err := Load("", envOf(map[string]string{name: word})); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s=%q: %v", name, word, err)
			}
		}
	}
}

// TestTokenFileWithoutToken names the file that holds only what people copy
// along with a token.
func TestTokenFileWithoutToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	for content, good := range map[string]bool{"Bot a.b.c\n": true, `"a.b.c"`: true, `""`: false, "\n": false} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load("", envOf(map[string]string{"DISCORD_TOKEN_FILE": file}))
		if (err == nil) != good || err != nil && !strings.Contains(err.Error(), file) {
			t.Errorf("%q: %q, %v", content, c.Discord.Token.Reveal(), err)
		}
	}
}

func TestSecretNeverPrints(t *testing.T) {
	c := Config{Discord: Discord{Token: "hunter2-token"}}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %q", c, c, c.Discord.Token, c.Discord.Token), string(b)} {
		if strings.Contains(s, "hunter2") {
			t.Errorf("the token is printed: %s", s)
		}
	}
}

// TestExample keeps the file that operators copy readable.
func TestExample(t *testing.T) {
	if _, err := Load("deploy/medic.example.yaml", noEnv); err != nil {
		t.Error(err)
	}
	src, err := os.ReadFile("deploy/medic.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"token_file", "api_url", "guild", "channels", "message_content", "dry_run", "cooldown", "repo", "template", "dir", "retention", "addr", "level", "format", "language", "interactions_addr", "public_key",
		"repos", "app_id", "app_key_file", "read", "webhook_addr", "webhook_secret_file", "poll", "user_per_day", "guild_per_hour", "per_hour"} {
		if !strings.Contains(string(src), key+":") {
			t.Errorf("deploy/medic.example.yaml does not show %q", key)
		}
	}
}
