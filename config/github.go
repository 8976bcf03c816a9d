package config

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// GitHub says where reports go, with which rights they are filed, and how the
// bot hears what became of them. Without a token, an app and Read the bot
// never asks GitHub for anything.
type GitHub struct {
	// Repo is "owner/name".
	Repo string `yaml:"repo"`
	// Repos are further ones that servers may choose and the bot may file in.
	// In any other repository a server's reports go by the prefilled link.
	Repos []string `yaml:"repos"`
	// Template is the Markdown issue template that takes a body by link.
	Template string `yaml:"template"`
	// Token files in the name of its owner (GITHUB_TOKEN, or GITHUB_TOKEN_FILE).
	Token Secret `yaml:"-"`
	// TokenFile is a file that holds the token.
	TokenFile string `yaml:"token_file"`
	// AppID and AppKey file as a GitHub App: its id, and its private key in PEM
	// (GITHUB_APP_KEY, or GITHUB_APP_KEY_FILE). Its installation is found by
	// the repository.
	AppID  int64  `yaml:"app_id"`
	AppKey Secret `yaml:"-"`
	// AppKeyFile is a file that holds the key.
	AppKeyFile string `yaml:"app_key_file"`
	// Read lets a bot without rights read issue forms and look for duplicates,
	// anonymously: 60 requests an hour.
	Read bool `yaml:"read"`
	// APIURL is the API of an Enterprise server, ending in /api/v3/
	// (GITHUB_API_URL); empty: GitHub's own.
	APIURL string `yaml:"api_url"`
	// WebhookAddr is where GitHub's webhooks arrive, through a proxy that speaks
	// TLS; empty: none, and the bot asks for changes every Poll.
	WebhookAddr string `yaml:"webhook_addr"`
	// WebhookSecret is the one in the webhook's settings, at least 16 characters
	// (GITHUB_WEBHOOK_SECRET, or GITHUB_WEBHOOK_SECRET_FILE).
	WebhookSecret Secret `yaml:"-"`
	// WebhookSecretFile is a file that holds it.
	WebhookSecretFile string `yaml:"webhook_secret_file"`
	// Poll is how often followed issues are asked for, and the copy of the
	// repository's issues refreshed.
	Poll time.Duration `yaml:"poll"`
	// Quota bounds what is filed.
	Quota Quota `yaml:"quota"`
}

// Quota bounds what is filed; 0 means no bound.
type Quota struct {
	UserPerDay   int `yaml:"user_per_day"`
	GuildPerHour int `yaml:"guild_per_hour"`
	PerHour      int `yaml:"per_hour"`
}

func defaultGitHub() GitHub {
	return GitHub{
		Repo: "milvus-io/milvus", Template: "agentic_bug_report.md", Poll: 15 * time.Minute,
		Quota: Quota{UserPerDay: 3, GuildPerHour: 10, PerHour: 30},
	}
}

// Used tells whether GitHub is to be asked for anything.
func (g GitHub) Used() bool { return g.Read || g.MayFile() }

// MayFile tells whether there is a token or an app to file with.
func (g GitHub) MayFile() bool { return g.Token != "" || g.AppID != 0 }

// fromEnv sets what the environment names.
func (g *GitHub) fromEnv(env Env) error {
	for name, field := range map[string]*string{"MEDIC_REPO": &g.Repo, "GITHUB_API_URL": &g.APIURL, "GITHUB_WEBHOOK_ADDR": &g.WebhookAddr} {
		if v, ok := env(name); ok {
			*field = strings.TrimSpace(v)
		}
	}
	if err := envBool(env, "GITHUB_READ", &g.Read); err != nil {
		return err
	}
	if v, ok := env("GITHUB_APP_ID"); ok && strings.TrimSpace(v) != "" {
		id, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		if err != nil {
			return fmt.Errorf("GITHUB_APP_ID: %q is no number; it is on the app's settings page", v)
		}
		g.AppID = id
	}
	for _, s := range []struct {
		name string
		file *string
		into *Secret
	}{
		{"GITHUB_TOKEN", &g.TokenFile, &g.Token}, {"GITHUB_APP_KEY", &g.AppKeyFile, &g.AppKey},
		{"GITHUB_WEBHOOK_SECRET", &g.WebhookSecretFile, &g.WebhookSecret},
	} {
		if err := readSecret(env, s.name, s.file, s.into); err != nil {
			return err
		}
	}
	return nil
}

// readSecret takes a secret from the environment or from the file that the
// environment or the settings name.
func readSecret(env Env, name string, file *string, into *Secret) error {
	if v, ok := env(name); ok && strings.TrimSpace(v) != "" {
		*into = Secret(strings.TrimSpace(v))
		return nil
	}
	if v, ok := env(name + "_FILE"); ok && v != "" {
		*file = v
	}
	if *file == "" {
		return nil
	}
	src, err := readFile(*file)
	if err != nil {
		return fmt.Errorf("%s_FILE: %w", name, err)
	}
	if *into = Secret(strings.TrimSpace(string(src))); *into == "" {
		return fmt.Errorf("%s_FILE: %s is empty", name, *file)
	}
	return nil
}

// minWebhookSecret is the least length of the webhook secret.
const minWebhookSecret = 16

// check reports every setting that cannot be. health is the private address.
func (g GitHub) check(health string, say func(ok bool, key, format string, args ...any)) {
	say(repoRE.MatchString(g.Repo), "github.repo", "%q is not owner/name", g.Repo)
	for _, r := range g.Repos {
		say(repoRE.MatchString(r), "github.repos", "%q is not owner/name", r)
	}
	say(templateRE.MatchString(g.Template), "github.template", "%q is not the file name of a Markdown template", g.Template)
	say(g.Token == "" || g.AppID == 0, "github.app_id", "is set beside a token (GITHUB_TOKEN); keep one of them")
	say(g.AppID >= 0, "github.app_id", "%d is not the id of an app", g.AppID)
	say((g.AppID == 0) == (g.AppKey == ""), "github.app_key_file", "an app needs both app_id and its private key (GITHUB_APP_KEY_FILE)")
	say(g.AppKey == "" || strings.Contains(g.AppKey.Reveal(), "PRIVATE KEY-----"), "github.app_key_file",
		"is not a private key in PEM; download one from the app's settings page")
	if g.APIURL != "" {
		u, err := url.Parse(g.APIURL)
		say(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil, "github.api_url",
			"is not an http(s) address such as https://github.example.com/api/v3/")
	}
	if g.WebhookAddr != "" {
		_, _, err := net.SplitHostPort(g.WebhookAddr)
		say(err == nil, "github.webhook_addr", "%q is not host:port", g.WebhookAddr)
		say(g.WebhookAddr != health, "github.webhook_addr", "is that of health and metrics (server.addr), which is to stay private; choose another")
		say(g.WebhookSecret != "", "github.webhook_secret_file", "is needed with webhook_addr: the secret of the webhook's settings (GITHUB_WEBHOOK_SECRET_FILE)")
		say(g.MayFile(), "github.webhook_addr", "is of no use without a token or an app: nothing is filed that could be heard of")
	}
	say(g.WebhookSecret == "" || len(g.WebhookSecret) >= minWebhookSecret, "github.webhook_secret_file",
		"is shorter than %d characters; make a random one and enter it on GitHub too", minWebhookSecret)
	say(g.Poll >= time.Minute && g.Poll <= 24*time.Hour, "github.poll", "%s is not between 1m and 24h", g.Poll)
	for _, q := range []struct {
		key string
		n   int
	}{{"user_per_day", g.Quota.UserPerDay}, {"guild_per_hour", g.Quota.GuildPerHour}, {"per_hour", g.Quota.PerHour}} {
		say(q.n >= 0 && q.n <= 1000, "github.quota."+q.key, "%d is not between 0 (no bound) and 1000", q.n)
	}
}
