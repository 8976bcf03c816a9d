package bot

import (
	"context"
	"slices"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
)

// backupPage is the documentation on making and restoring a backup.
const backupPage = "milvus_backup_overview.md"

// destructive tells whether the commands for the reader's deployment hold one
// that deletes data.
func (r Reply) destructive() bool {
	return r.Answer != nil && slices.ContainsFunc(blocksFor(r.Text.Fix, r.Deployment), deletes)
}

func deletes(b kb.Block) bool { return b.Destructive }

// folded returns a text in which a note stands for each command that deletes
// data. What it destroys is said where it is shown.
func folded(t kb.Text, note string) kb.Text {
	fix := make([]kb.Block, 0, len(t.Fix))
	for _, b := range t.Fix {
		if b.Destructive {
			b = kb.Block{Step: b.Step, For: b.For, Text: note}
			if n := len(fix); n > 0 && fix[n-1].Text == note && fix[n-1].Step == b.Step {
				continue // one note a step, however many deployments it has commands for
			}
		}
		fix = append(fix, b)
	}
	t.Fix, t.Danger = fix, nil
	return t
}

// revealCard shows the steps that were folded, with what they destroy and how
// to save it first.
func (b *Bot) revealCard(r Reply) card {
	say := func(key string, values ...data) string { return b.words.say(r.Lang, key, values...) }
	blocks := blocksFor(r.Text.Fix, r.Deployment)
	steps := map[int]bool{}
	for _, k := range blocks {
		if k.Destructive {
			steps[k.Step] = true
		}
	}
	first := []string{say("revealBackup", data{"URL": "<" + kb.DocsURL(r.Lang, backupPage) + ">"})}
	if len(r.Text.Danger) > 0 {
		first = append(first, "⚠️ "+proseOf(r.Text.Danger))
	}
	kept := slices.DeleteFunc(slices.Clone(blocks), func(k kb.Block) bool { return !steps[k.Step] })
	r.Text.Fix = kept
	return card{
		title: say("revealTitle"), colour: colourDanger, footer: say("reviewed", data{"ID": r.Answer.ID}),
		sections: [][]string{first, blockPieces(kept, say)},
		all:      func() string { return b.renderText(r) }, cut: say("cut"), private: true,
	}
}

// pressReveal shows the steps that delete data to the one who asked for them.
func (b *Bot) pressReveal(ctx context.Context, i *session.Interaction, r *report) error {
	reply, _ := r.reply()
	if !reply.destructive() {
		return b.session.Respond(ctx, i, session.Message{Content: b.words.say(r.lang, "expired"), Ephemeral: true})
	}
	b.metrics.feedback("reveal")
	b.log.Info("destructive steps shown", "channel", i.ChannelID, "doc", reply.Answer.ID)
	return b.session.Respond(ctx, i, b.render(b.revealCard(reply)))
}
