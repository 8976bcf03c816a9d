package bot

import (
	"context"
	"errors"
	"slices"

	"github.com/milvus-medic/medic/bot/session"
)

// maxCatchUp is how many channels are read again after a gap.
const maxCatchUp = 50

// catchUp reads what was posted while the bot was away and no event will
// bring any more: in the channels it watches and, newest first, in those where
// it has answered lately. What was handled before is not handled twice.
func (b *Bot) catchUp(ctx context.Context, e *session.ReadyEvent) {
	if e.Since.IsZero() {
		return
	}
	channels := slices.Clone(b.cfg.Discord.Channels)
	for _, c := range b.replies.channels() {
		if !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	found := 0
	for _, c := range channels[:min(len(channels), maxCatchUp)] {
		n, err := b.session.CatchUp(ctx, c, e.Since)
		found += n
		if err != nil && !errors.Is(err, session.ErrGone) && !errors.Is(err, session.ErrForbidden) {
			e.Log.Warn("what was posted meanwhile could not be read", "channel", c, "err", err)
		}
	}
	e.Log.Info("read what was posted meanwhile", "since", e.Since, "messages", found)
}
