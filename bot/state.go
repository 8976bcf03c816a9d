package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/search"
)

// pruneEvery is how often old rows are removed.
const pruneEvery = 24 * time.Hour

// openMemory gives a bot without a store one that ends with it.
func (b *Bot) openMemory() error {
	if b.store != nil {
		return nil
	}
	s, err := store.OpenMemory(context.Background())
	if err != nil {
		return err
	}
	b.store, b.replies = s, newReplies(s, b.log)
	return nil
}

// pruning removes what is past its retention, now and once a day, until ctx
// ends. The channel closes when it is done.
func (b *Bot) pruning(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(pruneEvery)
		defer tick.Stop()
		for {
			n, err := b.store.Prune(ctx, time.Now().Add(-b.cfg.Data.Retention))
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				b.log.Error("old rows not removed", "err", err)
			case n > 0:
				b.log.Info("old rows removed", "rows", n)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return done
}

// fingerprint stands for an error in the store; "" for none. Lines that differ
// in their variable parts only have the same.
func fingerprint(p *search.Problem) string {
	if p == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(p.Key))
	return hex.EncodeToString(sum[:12])
}

// leading is the problem that an answer is about, nil without one.
func leading(a Answer) *search.Problem {
	if a.Reply.Problem != nil || len(a.Verdict.Problems) == 0 {
		return a.Reply.Problem
	}
	return &a.Verdict.Problems[worst(a.Verdict.Problems)]
}

// record counts an answer, or the gap where there is none.
func (b *Bot) record(ctx context.Context, guild string, a Answer) {
	if a.Verdict.Grade() >= search.Likely && a.Reply.Answer != nil {
		b.count(ctx, guild, store.Answered, a.Reply.Answer.ID)
		return
	}
	if a.Reply.Issue.fixed() {
		b.count(ctx, guild, store.Answered, a.Reply.Issue.ref())
		return
	}
	p := a.Reply.Problem
	if p == nil {
		return // chatter, not an error
	}
	b.count(ctx, guild, store.Unknown, "")
	gap := store.Gap{Guild: guild, Fingerprint: fingerprint(p), Masked: p.Key, Component: p.Component, Code: p.Code}
	if err := b.store.AddGap(ctx, gap, time.Now()); err != nil {
		b.log.Error("unknown error not counted", "guild", guild, "err", err)
	}
}

func (b *Bot) count(ctx context.Context, guild string, what store.Outcome, entry string) {
	if err := b.store.Count(ctx, guild, what, entry, time.Now()); err != nil {
		b.log.Error("outcome not counted", "guild", guild, "outcome", what, "err", err)
	}
}

// feedback records what a reader said of an answer.
func (b *Bot) feedback(ctx context.Context, i *session.Interaction, r *report, v store.Verdict, reason string) {
	label := string(v)
	if reason != "" {
		label += "_" + reason
	}
	b.metrics.feedback(label)
	answer := r.now()
	f := store.Feedback{
		Report: r.id, Author: i.User.ID, Guild: r.guild, Verdict: v, Reason: reason, Problem: fingerprint(leading(answer)), At: time.Now(),
	}
	if answer.Reply.Answer != nil {
		f.Entry = answer.Reply.Answer.ID
	}
	if err := b.store.AddFeedback(ctx, f); err != nil {
		b.log.Error("feedback not recorded", "guild", r.guild, "err", err)
	}
}

// remember keeps why the bot is silent in a thread over a restart.
func (b *Bot) remember(ctx context.Context, guild, thread, reason string) {
	var err error
	switch reason {
	case staffAnswered:
		err = b.store.SetStaff(ctx, guild, thread, true, time.Now())
	case threadSolved:
		err = b.store.SetSolved(ctx, guild, thread, true, time.Now())
	}
	if err != nil {
		b.log.Error("thread not marked", "thread", thread, "reason", reason, "err", err)
	}
}

// recall learns again why the bot was silent in a thread before it was started.
func (b *Bot) recall(ctx context.Context, thread string) {
	if b.hush.reason(thread) != "" {
		return
	}
	t, err := b.store.Thread(ctx, thread)
	switch {
	case err != nil:
		b.log.Error("thread not looked up", "thread", thread, "err", err)
	case t.Staff:
		b.hush.set(thread, staffAnswered)
	case t.Solved:
		b.hush.set(thread, threadSolved)
	}
}

// answeredInThread tells whether a thread has an answer to the problem of this
// one. Elsewhere, and for what changes an answer that is there, it has none.
func (b *Bot) answeredInThread(ctx context.Context, n turn, before state, now said) bool {
	if !ofThread(n, before, now) {
		return false
	}
	t, err := b.store.Thread(ctx, n.message.ChannelID)
	if err != nil {
		b.log.Error("thread not looked up", "thread", n.message.ChannelID, "err", err)
	}
	return slices.Contains(t.Problems, now.entry)
}

// noteInThread notes that a thread has an answer to a problem. It is called
// when the answer is there: one that could not be sent may be tried again.
func (b *Bot) noteInThread(ctx context.Context, n turn, before state, now said) {
	if !ofThread(n, before, now) {
		return
	}
	if _, err := b.store.NoteProblem(ctx, n.message.GuildID, n.message.ChannelID, now.entry, time.Now()); err != nil {
		b.log.Error("thread not marked", "thread", n.message.ChannelID, "err", err)
	}
}

func ofThread(n turn, before state, now said) bool {
	return (n.watch == watchedThread || n.watch == watchedPost) && now.entry != "" && before.entry != now.entry
}
