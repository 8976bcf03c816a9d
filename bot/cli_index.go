package bot

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/milvus-medic/medic/search"
)

func indexCommand(c *cli) *cobra.Command {
	var docs string
	var langs []string
	cmd := &cobra.Command{
		Use:   "index",
		Short: "Index a tree of Milvus documentation in the data directory",
		Long: `Indexes Milvus documentation in the data directory (--data), so that ask and run link to its sections.
DIR is a checkout of milvus-docs or of Milvus's web content, a folder of language folders, or one language's folder.
Of several versions of the documentation the highest is taken.

The index can be made again at any time. Pages that have not changed are taken over from the one that is there,
and the old one stays in use until the new one is complete.

Where the settings name a model under model.embed, the entries and the documentation are embedded too; --docs can then
be left out. What is embedded already is not embedded again, and an interrupted run goes on where it was.`,
		Example: "  medic index --docs ./milvus-docs --data ./data\n  medic index --docs ./milvus-docs --data ./data --lang en,ko",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if c.dataDir == "" || docs == "" && cfg.Model.Embed == "" {
				return &exitError{ExitUsage, fmt.Errorf("index: --docs DIR and --data DIR are needed; see medic index --help")}
			}
			if docs == "" {
				return c.embed(cmd.Context(), cfg)
			}
			info, err := os.Stat(docs)
			if err != nil {
				return failure(err)
			}
			if !info.IsDir() {
				return &exitError{ExitUsage, fmt.Errorf("index: %s is not a directory", docs)}
			}
			if err := c.index(cmd.Context(), docs, langs); err != nil || cfg.Model.Embed == "" {
				return err
			}
			return c.embed(cmd.Context(), cfg)
		},
	}
	cmd.Flags().StringVar(&docs, "docs", "", "documentation tree")
	cmd.Flags().StringSliceVar(&langs, "lang", nil, "languages to index; default: all")
	return cmd
}

// index makes the documentation index and says what was done.
func (c *cli) index(ctx context.Context, docs string, langs []string) error {
	show := progress{out: c.Stderr, next: time.Now().Add(progressWait)}
	report, err := search.BuildDocs(ctx, c.dataDir, os.DirFS(docs), search.BuildOptions{Languages: langs, Progress: show.tell})
	if report.Discarded != nil {
		fmt.Fprintf(c.Stderr, "medic: all is indexed anew: %v\n", report.Discarded)
	}
	for _, w := range report.Warnings {
		fmt.Fprintln(c.Stderr, w)
	}
	if err != nil {
		return failure(err)
	}
	done := fmt.Sprintf("%s new or changed, %d removed, %s", count(report.Read, "page"), report.Removed, count(len(report.Warnings), "warning"))
	if report.Unchanged {
		done = "nothing has changed"
	}
	fmt.Fprintf(c.Stdout, "%s on %s indexed (%s); %s\n", count(report.Sections, "section"), count(report.Pages, "page"), strings.Join(report.Languages, ", "), done)
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// progressWait is how long index works before it says how far it is, and how
// often it does then.
const progressWait = 2 * time.Second

// progress says now and then how far the index is.
type progress struct {
	out  io.Writer
	next time.Time
}

func (p *progress) tell(at search.BuildProgress) {
	if p.due() {
		fmt.Fprintf(p.out, "medic: so far %s read, %s indexed\n", count(at.Pages, "page"), count(at.Sections, "section"))
	}
}

// due tells whether it is time to say something again.
func (p *progress) due() bool {
	now := time.Now()
	if now.Before(p.next) {
		return false
	}
	p.next = now.Add(progressWait)
	return true
}
