package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github/peer"
)

// The tokens of the local Discord and the local GitHub.
const (
	playgroundToken  = "playground"
	playgroundGitHub = "playground-github"
)

func playgroundCommand(c *cli) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "playground",
		Short: "Try the whole bot in a browser, with no token and no network",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if err := c.playground(cmd.Context(), cfg, addr); err != nil && !errors.Is(err, context.Canceled) {
				return failure(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8420", "address to serve the page on")
	return cmd
}

func (c *cli) playground(ctx context.Context, cfg config.Config, addr string) error {
	log := c.warner(cfg)
	local := playground.New(playground.Options{Log: log, Token: playgroundToken, Samples: samples("<@" + playground.BotID + ">"), MessageContent: true})
	if err := local.Start(addr); err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	defer local.Close()
	hub, err := newLocalGitHub(cfg.GitHub.Repo)
	if err != nil {
		return err
	}
	cfg.Discord.Token, cfg.Discord.APIURL = playgroundToken, local.APIURL()
	cfg.Discord.MessageContent = true
	cfg.GitHub = hub.settings(cfg.GitHub)
	help, err := local.As("Root").Channel("help")
	if err != nil {
		return err
	}
	cfg.Discord.Channels = append(cfg.Discord.Channels, help.ID)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveOn(ctx, hub.pages, hub.peer) })
	b, err := c.bot(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.connect(); err != nil {
		return err
	}
	hooks, err := b.webhooks()
	if err != nil {
		return err
	}
	g.Go(func() error { return serveOn(ctx, hub.hooks, hooks) })
	fmt.Fprintf(c.Stdout, "The playground is at %s\nIts GitHub is at %s\nEverything stays on this machine. Stop it with Ctrl-C.\n",
		local.URL(), hub.url+"/"+cfg.GitHub.Repo+"/issues")
	g.Go(func() error { return b.runAll(ctx, "") })
	return g.Wait()
}

// localGitHub is a GitHub on this machine, with listeners for its pages and
// for the webhooks that it sends.
type localGitHub struct {
	peer         *peer.Server
	pages, hooks net.Listener
	url, secret  string
}

// newLocalGitHub makes a GitHub with one repository, whose issues whoever
// opens a page can close as a maintainer.
func newLocalGitHub(repo string) (*localGitHub, error) {
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("bot: local GitHub: %w", err)
	}
	hooks, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bot: local webhooks: %w", err), pages.Close())
	}
	h := &localGitHub{pages: pages, hooks: hooks, url: "http://" + pages.Addr().String(), secret: rand.Text()}
	h.peer = peer.New(peer.Options{URL: h.url, Maintain: true})
	h.peer.AddRepo(repo, "kind/bug", "needs-triage", "triage/needs-information")
	h.peer.AddToken(playgroundGitHub, "milvus-medic-bot", true)
	h.peer.AddHook(repo, "http://"+hooks.Addr().String()+hookPath, h.secret)
	seedIssues(h.peer, repo)
	return h, nil
}

// seedIssues opens a few issues, so that a report has something to be compared
// with.
func seedIssues(p *peer.Server, repo string) {
	for _, i := range [][2]string{
		{"[Bug]: index build never ends on a large collection", "The state stays InProgress for hours and the index node idles."},
		{"[Bug]: widget calibration drifted after an upgrade", "Since the upgrade a query node says that the widget calibration drifted: [querynode/segment.go] sprocket out of tune, nodeID 3."},
		{"[Feature]: export a collection to object storage", "A tool that writes all segments of a collection as Parquet."},
		{"[Bug]: memory grows with every partition that is dropped", "Dropping partitions does not give memory back until a restart."},
		{"[Bug]: proxy refuses long filter expressions", "A filter of ten thousand ids is refused by the parser."},
	} {
		p.Open(repo, "somebody", i[0], i[1])
	}
}

// settings are those of a bot that has this GitHub and no other.
func (h *localGitHub) settings(c config.GitHub) config.GitHub {
	return config.GitHub{
		Repo: c.Repo, Template: c.Template, Token: playgroundGitHub, APIURL: h.peer.API(), WebhookSecret: config.Secret(h.secret), Poll: time.Minute,
	}
}

// serveOn serves h on l until ctx ends.
func serveOn(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("bot: %s: %w", l.Addr(), err)
	}
	return nil
}

// samples are the pastes that the playground offers for the first click. The
// last one speaks to the bot: it is silent about what it does not know
// unless it is asked.
func samples(mention string) []playground.Sample {
	return []playground.Sample{
		{Title: "An etcd pod that crashes", Text: `Error: bad member ID arg (strconv.ParseUint: parsing "": invalid syntax), expecting ID in Hex`},
		{Title: "A traceback from pymilvus", Text: "```\nTraceback (most recent call last):\n  File \"app.py\", line 12, in <module>\n    client.search(\"docs\", data=[vec])\n" +
			"pymilvus.exceptions.MilvusException: <MilvusException: (code=101, message=failed to search: collection not loaded[collection=docs])>\n```"},
		{Title: "Something that nobody knows", Text: mention + " what is this?\n```\n[2025/03/04 05:06:07.089 +00:00] [ERROR] [querynode/segment.go:77] [\"widget calibration drifted\"] [nodeID=7] [error=\"sprocket 12 out of tune\"]\n```"},
	}
}
