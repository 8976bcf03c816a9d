// Package bot is the program: the command line, and the Discord bot that
// answers pastes with reviewed entries.
//
// One paste takes one way, whichever door it came in by (command, context
// menu, message, stdin): asked.go makes a paste.Paste of texts and files,
// Bot.Ask finds the verdict, reply.go chooses what to show of it and in which
// language, and render_discord.go or render_text.go writes it down; card.go
// gives it one of Discord's two shapes. Commands that delete data are folded
// away on Discord (fold.go). Handlers only collect and send. Decisions to stay silent are made in listener.go and
// always have a reason, which is logged and counted.
//
// A language model, where one is set, adds to replies that are shown already
// (model.go).
//
// The buttons under a reply (actions.go) work on the report that reports.go
// keeps under a random id. An issue in the making is in the store from its
// first press on (issue.go, duplicates.go, filing.go); what comes of it on
// GitHub comes back as notes (wayback.go) and as an answer to whoever has the
// same error next (reported.go).
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/model"
	"github.com/milvus-medic/medic/search/paste"
)

// Options are what a Bot is made of.
type Options struct {
	Config config.Config
	// DataDir holds the documentation index; empty: entries only.
	DataDir string
	// Index is what the bot knows, ready made, for several bots in one process;
	// the caller closes it. Nil: the entries and DataDir are read.
	Index *search.Index
	// Store keeps what outlives a restart; the Bot closes it. Nil: a session
	// keeps it in memory.
	Store *store.Store
	// Log gets what happens; nil: nothing is logged.
	Log *slog.Logger
	// Timings are the session's waits and deadlines; zero: its defaults.
	Timings session.Timings
	// GitHub are the waits on the way to GitHub; zero: its defaults.
	GitHub GitHubTimings
	// Languages are the languages that servers and channels have chosen; nil: none.
	Languages Languages
}

// Bot answers pastes. Without a session it serves the command line; Run
// connects it to Discord.
type Bot struct {
	cfg   config.Config
	repo  string
	log   *slog.Logger
	words *words

	knowing sync.RWMutex // held for reading while knows is in use
	knows   *knowledge
	parts   partsCache // of the cards of its entries
	// reloading is held while knowledge is read again.
	reloading sync.Mutex

	dataDir  string
	store    *store.Store
	form     func() *github.Form
	hub      *hub // nil where GitHub is not used
	target   github.Repo
	reports  *reports
	replies  *replies
	talks    *talks
	places   places
	hush     hush
	roles    roles
	directs  directs
	cooldown cooldown
	ocr      *ocr // nil where pictures cannot be read
	metrics  *metrics
	timings  session.Timings
	session  *session.Session

	languages Languages
	locales   guildLocales

	model     *model.Client // nil: none is set
	assistant *assistant    // nil: no chat model is set
}

// New reads the entries and the documentation index, unless it is given what
// they amount to. It connects to nothing.
func New(o Options) (*Bot, error) {
	w, err := newWords()
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	target, err := github.ParseRepo(o.Config.GitHub.Repo)
	if err != nil {
		return nil, err
	}
	hub, err := newHub(o.Config.GitHub, o.DataDir, o.GitHub, log)
	if err != nil {
		return nil, err
	}
	b := &Bot{
		hub: hub, cfg: o.Config, repo: target.String(), log: log, words: w, dataDir: o.DataDir, store: o.Store,
		form: sync.OnceValue(github.DefaultForm), target: target, reports: newReports(), replies: newReplies(o.Store, log),
		talks: newTalks(o.Config.Discord.Together), ocr: newOCR(o.Config.Screenshots), metrics: newMetrics(), timings: o.Timings,
		languages: o.Languages,
	}
	if b.model, err = newModel(o.Config.Model, log, b.metrics.model); err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	b.assistant = newAssistant(b.model, o.DataDir)
	if b.knows, err = b.firstKnowledge(o); err != nil {
		return nil, err
	}
	return b, nil
}

// Close ends what the model is asked, frees the index, if it is the bot's own,
// and closes the store.
func (b *Bot) Close() error {
	b.assistant.close()
	b.knowing.RLock()
	defer b.knowing.RUnlock()
	err := b.knows.close()
	if b.store != nil {
		err = errors.Join(err, b.store.Close())
	}
	return err
}

// loadEntries returns the built-in entries with those of dir over them.
func loadEntries(dir string) ([]*kb.Entry, error) {
	entries := kb.Builtin()
	if dir == "" {
		return entries, nil
	}
	own, err := kb.ReadEntries(os.DirFS(dir), ".")
	if err == nil {
		entries = kb.Merge(entries, own)
		if ps := kb.Lint(entries); len(ps) > 0 {
			err = ps
		}
	}
	if err != nil {
		return nil, fmt.Errorf("bot: entries in %s (medic check %s shows them too):\n%w", dir, dir, err)
	}
	return entries, nil
}

// Answer is what the bot has to say to one paste.
type Answer struct {
	Verdict search.Verdict
	Reply   Reply
}

// Ask answers a paste in the reader's locale; an empty locale means the
// language of the text. An empty paste is paste.ErrEmpty.
func (b *Bot) Ask(ctx context.Context, p paste.Paste, locale string) (Answer, error) {
	lang := languageOf(locale, p.Text(), b.cfg.Language)
	if p.Empty() {
		return Answer{Reply: Reply{Lang: lang}}, paste.ErrEmpty
	}
	b.knowing.RLock() // no index is closed while it is searched
	defer b.knowing.RUnlock()
	v, err := b.knows.index.Find(ctx, p)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Verdict: v, Reply: newReply(b.knows.index, v, p, lang)}, nil
}

// errNoToken is what run says without a token.
var errNoToken = errors.New(`no Discord token
Set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it.
The token is in the developer portal (https://discord.com/developers/applications) under Bot, Reset Token.
To try the bot without one: medic playground`)
