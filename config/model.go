package config

import (
	"net/url"
	"strings"
	"time"
)

// Model says which OpenAI-compatible server helps where no reviewed entry
// fits. Without a name under Embed and Chat, the default, none is ever asked.
type Model struct {
	// BaseURL is the address of the API (OPENAI_BASE_URL); empty: OpenAI's.
	BaseURL string `yaml:"base_url"`
	// Key is the API key (OPENAI_API_KEY, or OPENAI_API_KEY_FILE); servers of
	// one's own often need none.
	Key Secret `yaml:"-"`
	// KeyFile is a file that holds the key.
	KeyFile string `yaml:"key_file"`
	// Embed names the model that embeds entries and documentation
	// (MEDIC_EMBED_MODEL), EmbedQuery the one that embeds questions, where the
	// server tells the two apart; empty: the same.
	Embed      string `yaml:"embed"`
	EmbedQuery string `yaml:"embed_query"`
	// PassagePrefix and QueryPrefix are put before what is embedded, for models
	// that were trained so.
	PassagePrefix string `yaml:"passage_prefix"`
	QueryPrefix   string `yaml:"query_prefix"`
	// Chat names the model that words answers from the documentation and
	// translates entries (MEDIC_CHAT_MODEL).
	Chat string `yaml:"chat"`
	// Wait is how long an answer waits for its question to be embedded.
	Wait time.Duration `yaml:"wait"`
	// Timeout bounds all that the model adds to an answer that is shown.
	Timeout time.Duration `yaml:"timeout"`
	// Budget bounds what it may cost.
	Budget ModelBudget `yaml:"budget"`
}

// ModelBudget bounds what the model may cost a day; 0 means no bound.
type ModelBudget struct {
	TokensPerDay    int     `yaml:"tokens_per_day"`
	TokensPerGuild  int     `yaml:"tokens_per_guild"`
	CentsPerMillion float64 `yaml:"cents_per_million"`
	CentsPerDay     float64 `yaml:"cents_per_day"`
}

// Used tells whether a model is to be asked for anything.
func (m Model) Used() bool { return m.Embed != "" || m.Chat != "" }

func defaultModel() Model {
	return Model{Wait: 1500 * time.Millisecond, Timeout: 15 * time.Second, Budget: ModelBudget{TokensPerDay: 2_000_000, TokensPerGuild: 200_000}}
}

// fromEnv sets what the environment names.
func (m *Model) fromEnv(env Env) error {
	for name, field := range map[string]*string{
		"OPENAI_BASE_URL": &m.BaseURL, "MEDIC_EMBED_MODEL": &m.Embed, "MEDIC_EMBED_QUERY_MODEL": &m.EmbedQuery, "MEDIC_CHAT_MODEL": &m.Chat,
	} {
		if v, ok := env(name); ok {
			*field = strings.TrimSpace(v)
		}
	}
	return readSecret(env, "OPENAI_API_KEY", &m.KeyFile, &m.Key)
}

// check reports every setting that cannot be.
func (m Model) check(say func(ok bool, key, format string, args ...any)) {
	if m.BaseURL != "" {
		u, err := url.Parse(m.BaseURL)
		say(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == "", "model.base_url",
			"is not an http(s) address such as http://127.0.0.1:8000/v1")
	}
	say(!m.Used() || m.BaseURL != "" || m.Key != "", "model.key_file", "OpenAI's own API needs a key (OPENAI_API_KEY); for a server of your own set base_url")
	say(m.Embed != "" || m.EmbedQuery == "", "model.embed", "is needed with embed_query: the model that embeds the documentation")
	say(m.Wait >= 50*time.Millisecond && m.Wait <= 10*time.Second, "model.wait", "%s is not between 50ms and 10s", m.Wait)
	say(m.Timeout >= time.Second && m.Timeout <= 15*time.Second, "model.timeout", "%s is not between 1s and 15s", m.Timeout)
	b := m.Budget
	say(b.TokensPerDay >= 0, "model.budget.tokens_per_day", "%d is less than 0 (no bound)", b.TokensPerDay)
	say(b.TokensPerGuild >= 0, "model.budget.tokens_per_guild", "%d is less than 0 (no bound)", b.TokensPerGuild)
	say(b.CentsPerDay >= 0 && b.CentsPerMillion >= 0, "model.budget.cents_per_day", "a price is less than 0")
	say(b.CentsPerDay <= 0 || b.CentsPerMillion > 0, "model.budget.cents_per_million", "is needed with cents_per_day: the price of a million tokens")
}
