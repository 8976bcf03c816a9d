package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

func checkCommand(c *cli) *cobra.Command {
	var docs string
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Lint entries and let each prove itself on its own examples",
		Long: `Reads the built-in entries, or those in DIR together with the built-in ones, and reports
every problem as "file: field: text". Exit code 1 if there is any. With --docs the page and the heading
that an entry rests on are looked up in a documentation tree.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := kb.ReadEntries(kb.Entries, "entries")
			if err == nil && len(args) == 1 {
				var own []*kb.Entry
				own, err = kb.ReadEntries(os.DirFS(args[0]), ".")
				entries = kb.Merge(entries, own)
			}
			var problems kb.Problems
			if err != nil && !errors.As(err, &problems) {
				return failure(err)
			}
			problems = append(problems, kb.Lint(entries)...)
			if docs != "" {
				sections, _, err := kb.ReadDocs(os.DirFS(docs), kb.DocsOptions{Languages: []string{"en"}})
				if err != nil {
					return failure(fmt.Errorf("check: --docs %s: %w", docs, err))
				}
				problems = append(problems, kb.LintDocs(entries, sections)...)
			}
			if len(problems) == 0 {
				if problems, err = selfTest(cmd.Context(), entries); err != nil {
					return failure(err)
				}
			}
			if len(problems) > 0 {
				return failure(fmt.Errorf("%s\n%w", count(len(problems), "problem"), problems))
			}
			n := 0
			for _, e := range entries {
				n += len(e.Examples) + len(e.WeakExamples) + len(e.NearMisses)
			}
			fmt.Fprintf(c.Stdout, "%d entries hold, with %d pastes\n", len(entries), n)
			return nil
		},
	}
	cmd.Flags().StringVar(&docs, "docs", "", "documentation tree to look up in what entries rest on")
	return cmd
}

// selfTest asks every example and near miss of the entries.
func selfTest(ctx context.Context, entries []*kb.Entry) (kb.Problems, error) {
	index, err := search.New(entries, nil)
	if err != nil {
		return nil, err
	}
	defer index.Close()
	return search.SelfTest(ctx, index)
}
