// Package config reads the settings of the program: built-in defaults, then
// a YAML file, then the environment, each overriding the one before. Flags
// are set on the result by the command line.
//
// Unknown keys are errors. Every problem of a file is reported at once, each
// as "file: key: text". Secrets can be given by file (DISCORD_TOKEN_FILE),
// so that they stand in no environment and no command line, and never print.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest settings file that is read.
const maxFile = 1 << 20

// Config is every setting of the program.
type Config struct {
	Discord Discord `yaml:"discord"`
	GitHub  GitHub  `yaml:"github"`
	Data    Data    `yaml:"data"`
	KB      KB      `yaml:"kb"`
	Server  Server  `yaml:"server"`
	Log     Log     `yaml:"log"`
	// Model helps where no reviewed entry fits; off until one is named.
	Model Model `yaml:"model"`
	// Screenshots says how the text in pictures is read.
	Screenshots Screenshots `yaml:"screenshots"`
	// Language is the interface language where neither the reader nor the
	// server says one, one of Languages.
	Language string `yaml:"language"`
}

// Discord says how the bot connects and where it may speak.
type Discord struct {
	// Token is the bot's token (DISCORD_TOKEN, or DISCORD_TOKEN_FILE).
	Token Secret `yaml:"-"`
	// TokenFile is a file that holds the token.
	TokenFile string `yaml:"token_file"`
	// APIURL sends REST, attachments and the gateway look-up elsewhere
	// (DISCORD_API_URL); empty: Discord.
	APIURL string `yaml:"api_url"`
	// Guild registers the commands in one server only, where they change at
	// once; empty: globally.
	Guild string `yaml:"guild"`
	// Channels are the ids of the channels in which the bot may answer
	// without being addressed.
	Channels []string `yaml:"channels"`
	// Forums are the ids of the forum channels whose new posts the bot may
	// answer without being addressed.
	Forums []string `yaml:"forums"`
	// StaffRoles are the ids of the roles of people who answer questions:
	// where one of them has answered, the bot says no more by itself.
	StaffRoles []string `yaml:"staff_roles"`
	// Together is within what time messages that one person sends in a row
	// are read as one; 0: each is read by itself.
	Together time.Duration `yaml:"together"`
	// MessageContent asks for the privileged intent without which messages
	// that do not address the bot arrive empty.
	MessageContent bool `yaml:"message_content"`
	// InteractionsAddr is where the interactions endpoint listens, for Discord
	// to post commands to through a proxy that speaks TLS; empty: they come over
	// the gateway.
	InteractionsAddr string `yaml:"interactions_addr"`
	// PublicKey is the application's public key in hexadecimal, with which
	// Discord's requests to that endpoint are checked.
	PublicKey string `yaml:"public_key"`
	// DryRun logs replies to messages instead of sending them.
	DryRun bool `yaml:"dry_run"`
	// Cooldown is how long the bot stays silent on the same problem in the
	// same channel.
	Cooldown time.Duration `yaml:"cooldown"`
	// Components is the shape of answers: ComponentsV2 or ComponentsClassic.
	Components string `yaml:"components"`
}

// The shapes of answers.
const (
	ComponentsV2      = "v2"      // Discord's layout components
	ComponentsClassic = "classic" // an embed with rows of buttons
)

// KB says what the bot knows beside its built-in entries.
type KB struct {
	// Dir holds more entries, or others in place of built-in ones of the same id.
	Dir string `yaml:"dir"`
}

// Screenshots says how the text in pictures is read. It needs the program
// tesseract on PATH; where it is missing, people are asked for the text.
type Screenshots struct {
	// Languages are the installed language packs to read with, such as "eng"
	// or "chi_sim"; empty: pictures are not read.
	Languages []string `yaml:"languages"`
}

// Data says where the bot keeps its state, and for how long.
type Data struct {
	// Dir holds the database and the documentation index; empty: neither, and
	// what was answered and set is forgotten at the end.
	Dir string `yaml:"dir"`
	// Retention is how long ids, feedback and drafts are kept.
	Retention time.Duration `yaml:"retention"`
}

// Server is the private HTTP port for health and metrics.
type Server struct {
	// Addr is where it listens; empty: it does not.
	Addr string `yaml:"addr"`
}

// Log says how the program logs.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // json or text
}

// Secret is a value that never prints.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[secret]"
}

// GoString hides the secret.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal returns the secret itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// Default returns the settings of a bot that answers commands everywhere and
// messages nowhere until told to.
func Default() Config {
	return Config{
		Discord:     Discord{MessageContent: false, Cooldown: 10 * time.Minute, Together: time.Minute, Components: ComponentsV2},
		GitHub:      defaultGitHub(),
		Data:        Data{Retention: 90 * 24 * time.Hour},
		Server:      Server{Addr: "127.0.0.1:8421"},
		Log:         Log{Level: "info", Format: "json"},
		Screenshots: Screenshots{Languages: []string{"eng"}},
		Language:    "en",
		Model:       defaultModel(),
	}
}

// Env looks up an environment variable, as os.LookupEnv does.
type Env func(name string) (string, bool)

// Load reads the file at path, if one is named, and the environment over the
// defaults, and checks the result.
func Load(path string, env Env) (Config, error) {
	c := Default()
	if path != "" {
		src, err := readFile(path)
		if err != nil {
			return c, fmt.Errorf("config: %w", err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(src))
		dec.KnownFields(true)
		if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
			return c, fmt.Errorf("config: %s: %w", path, err)
		}
	}
	if err := errors.Join(c.fromEnv(env), c.readToken(env), c.GitHub.fromEnv(env), c.Model.fromEnv(env)); err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	if problems := c.check(); len(problems) > 0 {
		name := path
		if name == "" {
			name = "environment"
		}
		for i, p := range problems {
			problems[i] = name + ": " + p
		}
		return c, fmt.Errorf("config: %s", strings.Join(problems, "\n"))
	}
	return c, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(src) > maxFile {
		err = fmt.Errorf("%s is larger than %d KiB; is it the settings file?", path, maxFile>>10)
	}
	return src, err
}

// fromEnv sets what the environment names.
func (c *Config) fromEnv(env Env) error {
	for name, field := range map[string]*string{
		"DISCORD_API_URL":           &c.Discord.APIURL,
		"DISCORD_GUILD":             &c.Discord.Guild,
		"DISCORD_INTERACTIONS_ADDR": &c.Discord.InteractionsAddr,
		"DISCORD_PUBLIC_KEY":        &c.Discord.PublicKey,
		"MEDIC_COMPONENTS":          &c.Discord.Components,
		"MEDIC_LANGUAGE":            &c.Language,
		"MEDIC_KB_DIR":              &c.KB.Dir,
		"MEDIC_DATA_DIR":            &c.Data.Dir,
		"MEDIC_ADDR":                &c.Server.Addr,
		"MEDIC_LOG_LEVEL":           &c.Log.Level,
		"MEDIC_LOG_FORMAT":          &c.Log.Format,
	} {
		if v, ok := env(name); ok {
			*field = strings.TrimSpace(v)
		}
	}
	for name, field := range map[string]*[]string{
		"DISCORD_CHANNELS":           &c.Discord.Channels,
		"DISCORD_FORUMS":             &c.Discord.Forums,
		"DISCORD_STAFF_ROLES":        &c.Discord.StaffRoles,
		"MEDIC_SCREENSHOT_LANGUAGES": &c.Screenshots.Languages,
	} {
		if v, ok := env(name); ok {
			*field = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
		}
	}
	return errors.Join(envBool(env, "DISCORD_MESSAGE_CONTENT", &c.Discord.MessageContent), envBool(env, "MEDIC_DRY_RUN", &c.Discord.DryRun))
}

// envBool sets a switch that the environment names. A word that is neither is
// an error: who writes "yes" must not get "no".
func envBool(env Env, name string, field *bool) error {
	v, ok := env(name)
	if !ok {
		return nil
	}
	switch strings.ToLower(strings.TrimSpace(v)) {
	case "1", "true":
		*field = true
	case "", "0", "false":
		*field = false
	default:
		return fmt.Errorf("%s: %q is neither true nor false", name, v)
	}
	return nil
}

// readToken takes the token from the environment or its file.
func (c *Config) readToken(env Env) error {
	if err := readSecret(env, "DISCORD_TOKEN", &c.Discord.TokenFile, &c.Discord.Token); err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	c.Discord.Token = Secret(cleanToken(c.Discord.Token.Reveal()))
	if c.Discord.Token == "" && c.Discord.TokenFile != "" {
		return fmt.Errorf("token file: %s holds no token", c.Discord.TokenFile)
	}
	return nil
}

// cleanToken takes off what people copy along with a token.
func cleanToken(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(s, "Bot ")
	return strings.Trim(s, `"'`)
}

var (
	snowflakeRE    = regexp.MustCompile(`^\d{15,20}$`)
	repoRE         = regexp.MustCompile(`^[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}$`)
	publicKeyRE    = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
	languagePackRE = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,30}$`)
	templateRE     = regexp.MustCompile(`^[\w.-]+\.md$`)
)

// Languages are the interface languages.
var Languages = []string{"de", "en", "es", "fr", "it", "ja", "ko", "pt-BR", "ru", "zh-CN", "zh-TW"}

// check returns every setting that cannot be, as "key: text".
func (c *Config) check() []string {
	var ps []string
	say := func(ok bool, key, format string, args ...any) {
		if !ok {
			ps = append(ps, key+": "+fmt.Sprintf(format, args...))
		}
	}
	ids := func(key, what string, ids []string) {
		for _, id := range ids {
			say(snowflakeRE.MatchString(id), key, "%q is not the id of a %s (right-click it, Copy ID)", id, what)
		}
	}
	ids("discord.channels", "channel", c.Discord.Channels)
	ids("discord.forums", "channel", c.Discord.Forums)
	ids("discord.staff_roles", "role", c.Discord.StaffRoles)
	say(c.Discord.Guild == "" || snowflakeRE.MatchString(c.Discord.Guild), "discord.guild", "%q is not a server id", c.Discord.Guild)
	say(len(c.Discord.Channels)+len(c.Discord.Forums) == 0 || c.Discord.MessageContent, "discord.message_content",
		"must be true where channels are watched; switch the intent on in the developer portal too")
	say(c.Discord.Cooldown >= 0 && c.Discord.Cooldown <= 24*time.Hour, "discord.cooldown", "%s is not between 0s and 24h", c.Discord.Cooldown)
	say(c.Discord.Together >= 0 && c.Discord.Together <= 10*time.Minute, "discord.together", "%s is not between 0s and 10m", c.Discord.Together)
	say(c.Discord.Components == ComponentsV2 || c.Discord.Components == ComponentsClassic, "discord.components",
		"%q is neither %s nor %s", c.Discord.Components, ComponentsV2, ComponentsClassic)
	for _, l := range c.Screenshots.Languages {
		say(languagePackRE.MatchString(l), "screenshots.languages", "%q is not the name of a Tesseract language pack, such as eng", l)
	}
	if c.Discord.APIURL != "" {
		u, err := url.Parse(c.Discord.APIURL)
		say(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", "discord.api_url", "%q is not an http(s) address", c.Discord.APIURL)
	}
	if c.Discord.InteractionsAddr != "" {
		_, _, err := net.SplitHostPort(c.Discord.InteractionsAddr)
		say(err == nil, "discord.interactions_addr", "%q is not host:port", c.Discord.InteractionsAddr)
	}
	say(c.Discord.PublicKey == "" || publicKeyRE.MatchString(c.Discord.PublicKey), "discord.public_key",
		"%q is not 64 hexadecimal digits (developer portal, General Information, Public Key)", c.Discord.PublicKey)
	say(c.Discord.InteractionsAddr == "" || c.Discord.PublicKey != "", "discord.public_key",
		"is needed with interactions_addr (developer portal, General Information, Public Key)")
	c.GitHub.check(c.Server.Addr, say)
	say(c.Data.Retention >= 24*time.Hour && c.Data.Retention <= 2*365*24*time.Hour, "data.retention", "%s is not between 24h and 17520h", c.Data.Retention)
	if c.Server.Addr != "" {
		_, _, err := net.SplitHostPort(c.Server.Addr)
		say(err == nil, "server.addr", "%q is not host:port", c.Server.Addr)
	}
	c.Model.check(say)
	say(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level), "log.level", "%q is not debug, info, warn or error", c.Log.Level)
	say(slices.Contains([]string{"json", "text"}, c.Log.Format), "log.format", "%q is not json or text", c.Log.Format)
	say(slices.Contains(Languages, c.Language), "language", "%q is not one of %s", c.Language, strings.Join(Languages, ", "))
	return ps
}
