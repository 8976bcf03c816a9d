package bot

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

func indexCommand(c *cli) *cobra.Command {
	var docs string
	var langs []string
	cmd := &cobra.Command{
		Use:   "index",
		Short: "Read a tree of Milvus documentation into the data directory",
		Long: `Reads a documentation tree, such as a checkout of milvus-docs or its site/en folder, and keeps
its sections in the data directory (--data). ask and run then link to them.`,
		Example: "  medic index --docs ./milvus-docs/site --data ./data",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if docs == "" || c.dataDir == "" {
				return &exitError{ExitUsage, fmt.Errorf("index: --docs DIR and --data DIR are needed; see medic index --help")}
			}
			info, err := os.Stat(docs)
			if err != nil {
				return failure(err)
			}
			if !info.IsDir() {
				return &exitError{ExitUsage, fmt.Errorf("index: %s is not a directory", docs)}
			}
			sections, warnings, err := kb.ReadDocs(os.DirFS(docs), kb.DocsOptions{Languages: langs})
			if err != nil {
				return failure(err)
			}
			for _, w := range warnings {
				fmt.Fprintln(c.Stderr, w)
			}
			if len(sections) == 0 {
				return failure(fmt.Errorf("index: no documentation pages below %s", docs))
			}
			if err := search.SaveSections(c.dataDir, sections); err != nil {
				return failure(err)
			}
			fmt.Fprintf(c.Stdout, "%d sections read, %d warnings\n", len(sections), len(warnings))
			return nil
		},
	}
	cmd.Flags().StringVar(&docs, "docs", "", "documentation tree")
	cmd.Flags().StringSliceVar(&langs, "lang", nil, "languages to read; default: all")
	return cmd
}
