package bot

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
)

// embedTimeout bounds one batch of medic index: a server without a graphics
// card takes its time.
const embedTimeout = 5 * time.Minute

// embed embeds the entries and the documentation of the data directory, so
// that run and ask find by meaning. What is embedded already is not again.
func (c *cli) embed(ctx context.Context, cfg config.Config) (err error) {
	m := cfg.Model
	// Whoever starts it wants it done: the budget is for what users cause.
	m.Timeout, m.Budget = embedTimeout, config.ModelBudget{}
	client, err := newModel(m, c.logger(cfg), func(string) {})
	if err != nil {
		return failure(err)
	}
	docs, err := openDocs(c.dataDir)
	if err != nil {
		return failure(err)
	}
	k, err := learn(cfg.KB.Dir, docs)
	if err != nil {
		return failure(err)
	}
	defer func() { err = errors.Join(err, k.close()) }()
	show := progress{out: c.Stderr, next: time.Now().Add(progressWait)}
	all, fresh := 0, 0
	err = k.index.AddDense(func(passages []kb.Doc) (search.Retriever, error) {
		all = len(passages)
		d, err := client.Embed(ctx, filepath.Join(c.dataDir, vectorsFile), passages, func(done, of int) {
			fresh = done
			show.embedded(done, of)
		})
		if err != nil {
			return nil, fmt.Errorf("index: %s so far; run it again to go on: %w", count(fresh, "passage"), err)
		}
		return d, nil
	}, 0)
	if err != nil {
		return failure(err)
	}
	fmt.Fprintf(c.Stdout, "%s embedded with %s; %d new\n", count(all, "passage"), m.Embed, fresh)
	return nil
}

// embedded says now and then how far the embedding is.
func (p *progress) embedded(done, of int) {
	if p.due() {
		fmt.Fprintf(p.out, "medic: so far %d of %s embedded (%d %%)\n", done, count(of, "passage"), 100*done/of)
	}
}
