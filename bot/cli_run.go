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
