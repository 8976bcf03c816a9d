package bot

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
)

// GitHubTimings are the waits on the way to GitHub and back; zero: defaults.
type GitHubTimings struct {
	// Client bounds requests; of its fields Timeout, MaxWait and WriteGap count.
	Client github.Options
	// Filer says when a request without an answer is looked up.
	Filer github.FilerOptions
	// Settle is the pause between look-ups of what is not known yet; 0: a minute.
	Settle time.Duration
	// Hush is how long a maintainer's comment waits for the closing that often
	// follows, so that one message tells of both; 0: 20 seconds.
	Hush time.Duration
	// Poll overrides the setting, whose least is a minute; 0: the setting.
	Poll time.Duration
}

const (
	defaultSettle = time.Minute
	defaultHush   = 20 * time.Second
	// formTime and rightsTime bound what is asked while somebody waits for a
	// message; without an answer the built-in form is used, and no label.
	formTime   = 6 * time.Second
	rightsTime = 3 * time.Second
	// settleFor is for how long what did not arrive is looked for again and
	// again; after it, once at each start.
	settleFor = 24 * time.Hour
	// hubTimeout and hubWait keep filing within the deadline of a handler.
	hubTimeout = 15 * time.Second
	hubWait    = 15 * time.Second
)

// hub is what the bot has of GitHub. It is nil where GitHub is not used.
type hub struct {
	client    *github.Client
	templates *github.TemplateCache
	quota     *github.Quota
	// mirrors are copies of the issues of each repository in which the bot may
	// file; of others there are none, and their reports go by the link.
	mirrors map[github.Repo]*github.Mirror
	times   GitHubTimings
	log     *slog.Logger
	// intents keep what is being filed; nil: the bot's store.
	intents github.Intents
	// looked is set when everything that is not settled was looked for since
	// the start.
	looked bool
	// busy are the reports that are being filed in this process.
	busy sync.Map
	// wake makes notes be told and reports be settled at once.
	tell, settle chan struct{}
}

// newHub makes a client by the settings. It asks for nothing.
func newHub(c config.GitHub, dir string, times GitHubTimings, log *slog.Logger) (*hub, error) {
	if !c.Used() {
		return nil, nil
	}
	o := times.Client
	o.API, o.Log = c.APIURL, log
	o.Timeout, o.MaxWait = orElse(o.Timeout, hubTimeout), orElse(o.MaxWait, hubWait)
	if c.AppID != 0 {
		o.App = &github.App{ID: c.AppID, Key: []byte(c.AppKey.Reveal())}
	} else if c.Token != "" {
		o.Token = c.Token.Reveal
	}
	client, err := github.New(o)
	if err != nil {
		return nil, err
	}
	times.Settle, times.Hush, times.Poll = orElse(times.Settle, defaultSettle), orElse(times.Hush, defaultHush), orElse(times.Poll, c.Poll)
	q := github.QuotaLimits{UserPerDay: c.Quota.UserPerDay, GuildPerHour: c.Quota.GuildPerHour, PerHour: c.Quota.PerHour}
	h := &hub{
		client: client, templates: github.NewTemplateCache(client), quota: github.NewQuota(q), mirrors: map[github.Repo]*github.Mirror{},
		times: times, log: log, tell: make(chan struct{}, 1), settle: make(chan struct{}, 1),
	}
	for _, name := range append([]string{c.Repo}, c.Repos...) {
		repo, err := github.ParseRepo(name)
		if err != nil {
			return nil, err
		}
		file := ""
		if dir != "" {
			file = filepath.Join(dir, "issues-"+repo.Owner+"-"+repo.Name+".json")
		}
		m, err := github.OpenMirror(client, github.MirrorOptions{Repo: repo, File: file, Keys: github.LineKeys})
		if err != nil {
			log.Warn("the copy of the issues was damaged and is made anew", "repo", repo.String(), "err", err)
		}
		h.mirrors[repo] = m
	}
	return h, nil
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// repos are those in which the bot may file.
func (h *hub) repos() []github.Repo {
	var out []github.Repo
	for repo := range h.mirrors {
		out = append(out, repo)
	}
	slices.SortFunc(out, func(a, b github.Repo) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// repo returns the settings' spelling of a repository in which the bot may
// file; GitHub ignores case.
func (h *hub) repo(name string) (github.Repo, bool) {
	for repo := range h.mirrors {
		if strings.EqualFold(repo.String(), name) {
			return repo, true
		}
	}
	return github.Repo{}, false
}

// reads tells whether the bot looks for forms and duplicates of a repository.
func (b *Bot) reads(repo github.Repo) bool {
	if b.hub == nil {
		return false
	}
	_, ok := b.hub.repo(repo.String())
	return ok
}

// mayFile tells whether the bot itself may file in a repository.
func (b *Bot) mayFile(repo string) bool {
	if b.hub == nil || b.hub.client.Rights() == github.RightsNone {
		return false
	}
	_, ok := b.hub.repo(repo)
	return ok
}

// filer files what the bot's store holds.
func (b *Bot) filer() *github.Filer {
	intents := b.hub.intents
	if intents == nil {
		intents = b.store
	}
	return github.NewFiler(b.hub.client, intents, b.hub.times.Filer)
}

// formOf returns the form of a repository with the Markdown template that
// takes a body by link: its own as far as it can be read, else the built-in.
func (b *Bot) formOf(ctx context.Context, repo github.Repo) (*github.Form, string) {
	if !b.reads(repo) {
		return b.form(), b.cfg.GitHub.Template
	}
	ctx, cancel := context.WithTimeout(ctx, formTime)
	defer cancel()
	t, err := b.hub.templates.Get(ctx, repo)
	if err != nil {
		b.log.Info("issue form", "repo", repo.String(), "err", err)
	}
	template := t.Markdown
	if template == "" {
		template = b.cfg.GitHub.Template
	}
	return t.Form, template
}

// issueURL is the page of an issue.
func (b *Bot) issueURL(repository string, number int) string {
	site := "https://github.com"
	if b.hub != nil {
		site = b.hub.client.Site()
	}
	return fmt.Sprintf("%s/%s/issues/%d", site, repository, number)
}

// issueLink is an issue as a link, in Markdown.
func (b *Bot) issueLink(repository string, number int) string {
	return fmt.Sprintf("[%s#%d](<%s>)", repository, number, b.issueURL(repository, number))
}

// following asks GitHub for what happened, settles what is not known, and
// tells what is to be told, until ctx ends. The channel closes when all of it
// is done.
func (b *Bot) following(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	if b.hub == nil {
		close(done)
		return done
	}
	var all sync.WaitGroup
	all.Go(func() { b.repeat(ctx, b.hub.times.Settle, b.hub.tell, b.tellNotes) })
	all.Go(func() { b.repeat(ctx, b.hub.times.Settle, b.hub.settle, b.settleAll) })
	all.Go(func() { b.repeat(ctx, b.hub.times.Poll, nil, b.pollAll) })
	all.Go(func() { b.repeat(ctx, b.hub.times.Poll, nil, b.refreshMirrors) })
	go func() {
		defer close(done)
		all.Wait()
	}()
	return done
}

// repeat calls f now, after each pause, when it is woken, and when f says.
func (b *Bot) repeat(ctx context.Context, pause time.Duration, wake <-chan struct{}, f func(context.Context) (next time.Duration)) {
	for ctx.Err() == nil {
		wait := pause
		if next := f(ctx); next > 0 {
			wait = min(wait, next)
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.C:
		case <-wake:
		}
		t.Stop()
	}
}

// nudge wakes whoever waits on c; one nudge is as good as many.
func nudge(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// refreshMirrors brings the copies of the issues up to date.
func (b *Bot) refreshMirrors(ctx context.Context) time.Duration {
	for _, repo := range b.hub.repos() {
		changed, done, err := b.hub.mirrors[repo].Refresh(ctx)
		switch {
		case ctx.Err() != nil:
			return 0
		case err != nil:
			b.log.Warn("issues not refreshed", "repo", repo.String(), "err", err)
		case changed > 0:
			b.log.Info("issues refreshed", "repo", repo.String(), "changed", changed, "complete", done)
		}
	}
	return 0
}

// intentOf is a stored report as the filer takes it.
func intentOf(in store.Intent, labels []string) (github.Intent, error) {
	repo, err := github.ParseRepo(in.Repository)
	return github.Intent{
		ID: in.ID, Marker: in.Marker, Repo: repo, OnIssue: in.OnIssue, Title: in.Title, Body: in.Body, Labels: labels, Changed: in.ChangedAt,
	}, err
}
