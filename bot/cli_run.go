package bot

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
)

func runCommand(c *cli) *cobra.Command {
	var probeOnly bool
	var interactionsAddr string
	cmd := &cobra.Command{
		Use: "run", Short: "Run the bot on Discord (needs DISCORD_TOKEN)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if probeOnly {
				if err := probe(cmd.Context(), cfg.Server.Addr); err != nil {
					return failure(err)
				}
				return nil
			}
			if interactionsAddr != "" {
				cfg.Discord.InteractionsAddr = interactionsAddr
			}
			b, err := c.bot(cmd.Context(), cfg, c.logger(cfg))
			if err != nil {
				return failure(err)
			}
			defer b.Close()
			if err := b.connect(); err != nil {
				return failure(err)
			}
			if err := b.runAll(cmd.Context(), cfg.Server.Addr); err != nil {
				return failure(err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&interactionsAddr, "interactions-addr", "", "take commands by HTTP on this host:port instead of the gateway (needs discord.public_key)")
	cmd.Flags().BoolVar(&probeOnly, "probe", false, "ask the running bot for its health and exit")
	return cmd
}

// bot makes a bot with the store of the data directory. Without a directory it
// keeps its state in memory, and says so.
func (c *cli) bot(ctx context.Context, cfg config.Config, log *slog.Logger) (*Bot, error) {
	o := Options{Config: cfg, DataDir: cmp.Or(c.dataDir, cfg.Data.Dir), Log: log}
	if cfg.Discord.Token == "" {
		return nil, errNoToken
	}
	if o.DataDir == "" {
		log.Info("no data directory: settings and what was answered are forgotten at the end; set one with --data")
		return New(o)
	}
	var err error
	if o.Store, err = store.Open(ctx, filepath.Join(o.DataDir, store.FileName)); err != nil {
		return nil, err
	}
	b, err := New(o)
	if err != nil {
		return nil, errors.Join(err, o.Store.Close())
	}
	return b, nil
}

// runAll runs the session, the health server on addr and the interactions
// endpoint; when one ends, so do the others.
func (b *Bot) runAll(ctx context.Context, addr string) error {
	var key ed25519.PublicKey
	if b.cfg.Discord.InteractionsAddr != "" {
		var err error
		if key, err = session.ParsePublicKey(b.cfg.Discord.PublicKey); err != nil {
			return fmt.Errorf("bot: discord.public_key (DISCORD_PUBLIC_KEY): %w", err)
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g.Go(func() error {
		defer cancel()
		return b.Run(ctx)
	})
	if addr != "" {
		g.Go(func() error { return b.serve(ctx, addr) })
	}
	if hooks := b.cfg.GitHub.WebhookAddr; hooks != "" {
		g.Go(func() error { return b.serveWebhooks(ctx, hooks) })
	}
	if key != nil {
		g.Go(func() error { return b.serveInteractions(ctx, b.cfg.Discord.InteractionsAddr, key) })
	}
	return g.Wait()
}

// playgroundToken is the token of the local Discord.
const playgroundToken = "playground"

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
	log := slog.New(slog.NewTextHandler(c.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	local := playground.New(playground.Options{Log: log, Token: playgroundToken, Samples: samples("<@" + playground.BotID + ">"), MessageContent: true})
	if err := local.Start(addr); err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	defer local.Close()
	cfg.Discord.Token, cfg.Discord.APIURL = playgroundToken, local.APIURL()
	cfg.Discord.MessageContent = true
	help, err := local.As("Root").Channel("help")
	if err != nil {
		return err
	}
	cfg.Discord.Channels = append(cfg.Discord.Channels, help.ID)
	b, err := c.bot(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.connect(); err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "The playground is at %s\nEverything stays on this machine. Stop it with Ctrl-C.\n", local.URL())
	return b.runAll(ctx, "")
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
