package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
)

// The exit codes of the program, a contract with scripts.
const (
	ExitAnswered = 0
	ExitFailure  = 1
	ExitUsage    = 2
	ExitUnknown  = 3 // nothing known fits
)

// Process is what the program gets from the operating system.
type Process struct {
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Env    config.Env
}

// exitError carries an exit code; its text is printed if it is not empty.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, p Process) int {
	root := newRoot(p)
	root.SetArgs(p.Args)
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitAnswered
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{ExitUsage, fmt.Errorf("%w\nSee medic --help", err)} // cobra reports wrong usage only
	}
	if text := exit.Error(); text != "" {
		fmt.Fprintln(p.Stderr, "medic: "+text)
	}
	return exit.code
}

// cli holds what all commands share.
type cli struct {
	Process
	configPath string
	dataDir    string
}

func newRoot(p Process) *cobra.Command {
	c := &cli{Process: p}
	root := &cobra.Command{
		Use:           "medic",
		Short:         "Recognises known Milvus problems in pasted errors and answers with reviewed fixes",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.Help(); err != nil {
				return failure(err)
			}
			return &exitError{code: ExitUsage}
		},
	}
	root.PersistentFlags().StringVar(&c.configPath, "config", "", "settings file (YAML)")
	root.PersistentFlags().StringVar(&c.dataDir, "data", "", "directory for the database and the documentation index")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return &exitError{ExitUsage, fmt.Errorf("%w; see medic --help", err)}
	})
	for _, row := range subcommands {
		root.AddCommand(row(c))
	}
	return root
}

// subcommands of the command line, one row each.
var subcommands = []func(*cli) *cobra.Command{
	playgroundCommand, runCommand, askCommand, checkCommand, indexCommand, versionCommand,
}

func failure(err error) error { return &exitError{ExitFailure, err} }

// load reads the settings.
func (c *cli) load() (config.Config, error) {
	cfg, err := config.Load(c.configPath, c.Env)
	if err != nil {
		return cfg, failure(err)
	}
	return cfg, nil
}

// logger returns a logger as the settings want it, on stderr. It never writes
// the token.
func (c *cli) logger(cfg config.Config) *slog.Logger {
	opts := &slog.HandlerOptions{Level: logLevels[cfg.Log.Level]}
	var h slog.Handler = slog.NewJSONHandler(c.Stderr, opts)
	if cfg.Log.Format == "text" {
		h = slog.NewTextHandler(c.Stderr, opts)
	}
	return slog.New(session.Censor(h, cfg.Discord.Token.Reveal(), cfg.GitHub.Token.Reveal(), cfg.GitHub.AppKey.Reveal(), cfg.GitHub.WebhookSecret.Reveal(),
		cfg.Model.Key.Reveal()))
}

// warner returns a logger for people at a terminal: warnings, as text.
func (c *cli) warner(cfg config.Config) *slog.Logger {
	cfg.Log = config.Log{Level: "warn", Format: "text"}
	return c.logger(cfg)
}

var logLevels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// version is set when a release is built; otherwise the module's own is used.
var version = ""

func versionText() string {
	v := version
	info, ok := debug.ReadBuildInfo()
	if v == "" && ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	if v == "" {
		v = "(devel)"
	}
	var rev string
	if ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				rev = " " + s.Value[:min(12, len(s.Value))]
			}
		}
		return strings.TrimSpace("medic " + v + rev + " " + info.GoVersion)
	}
	return "medic " + v
}

func versionCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(c.Stdout, versionText())
			return nil
		},
	}
}
