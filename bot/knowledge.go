package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/milvus-medic/medic/search"
)

// knowledge is what the bot answers with. It is never changed, only replaced
// as a whole.
type knowledge struct {
	index    *search.Index
	topics   *topics
	sections int
	borrowed bool // the index is another's to close
}

func (k *knowledge) close() error {
	if k.borrowed {
		return nil
	}
	return k.index.Close()
}

// learn reads the entries, and makes an index of them and of the documentation,
// if there is any, which it closes where that fails.
func learn(entriesDir string, docs *search.Docs) (*knowledge, error) {
	entries, err := loadEntries(entriesDir)
	var index *search.Index
	if err == nil {
		index, err = search.New(entries, docs)
	}
	if err != nil {
		if docs != nil {
			docs.Close() // opened for reading: nothing to lose
		}
		return nil, err
	}
	k := &knowledge{index: index, topics: newTopics(entries)}
	if docs != nil {
		k.sections = docs.Len()
	}
	return k, nil
}

// firstKnowledge is what a bot starts with. A documentation index that cannot
// be used keeps it from nothing but the documentation; its error says how to
// mend it.
func (b *Bot) firstKnowledge(o Options) (*knowledge, error) {
	if o.Index != nil {
		return &knowledge{index: o.Index, topics: newTopics(o.Index.Entries()), borrowed: true}, nil
	}
	docs, err := openDocs(o.DataDir)
	if err != nil {
		b.log.Warn("answering without documentation", "err", err)
	}
	return b.learn(docs)
}

// learn reads the entries and, where a model is set, the embeddings. It closes
// docs when it fails.
func (b *Bot) learn(docs *search.Docs) (*knowledge, error) {
	k, err := learn(b.cfg.KB.Dir, docs)
	if err != nil {
		return nil, err
	}
	if err := b.addMeaning(k.index); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

// openDocs opens the documentation index of a data directory; nil: none.
func openDocs(dir string) (*search.Docs, error) {
	if dir == "" {
		return nil, nil
	}
	docs, err := search.OpenDocs(dir)
	if errors.Is(err, search.ErrNoDocs) {
		return nil, nil // entries answer without it
	}
	return docs, err
}

// known returns the knowledge of now. It is good for looking up entries; Find
// belongs into Ask, which keeps the index open.
func (b *Bot) known() *knowledge {
	b.knowing.RLock()
	defer b.knowing.RUnlock()
	return b.knows
}

// relearn reads entries and documentation again and puts them in force. When
// anything is wrong with them, what there was stays.
func (b *Bot) relearn(ctx context.Context) (entries, sections int, err error) {
	docs, err := openDocs(b.dataDir)
	if err != nil {
		return 0, 0, err
	}
	next, err := b.learn(docs)
	if err != nil {
		return 0, 0, err
	}
	if err := errors.Join(next.index.Warm(), ctx.Err()); err != nil {
		return 0, 0, errors.Join(err, next.close())
	}
	b.knowing.Lock()
	last := b.knows
	b.knows = next
	b.knowing.Unlock()
	b.parts.reset()
	if err := last.close(); err != nil {
		return 0, 0, fmt.Errorf("bot: close the last index: %w", err)
	}
	return len(next.index.Entries()), next.sections, nil
}
