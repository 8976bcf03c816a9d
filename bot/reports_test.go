package bot

import (
	"context"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
)

// TestReportUnderChange: what a model adds to an answer and what a reader says
// of it may come at the same time.
func TestReportUnderChange(t *testing.T) {
	b := offline(t)
	r := b.reports.add(&report{owner: "1"})
	ends := make(chan error, 1)
	go func() {
		ends <- b.amend(t.Context(), r, func(now *Reply) { now.AskBack = questionsBack[0] }, func(context.Context, session.Message) error { return nil })
	}()
	i := &session.Interaction{User: &discordgo.User{ID: "1"}, Interaction: &discordgo.Interaction{}}
	b.feedback(t.Context(), i, r, store.Wrong, "other")
	b.workOn(r)
	if err := <-ends; err != nil || r.now().Reply.AskBack == "" {
		t.Errorf("%v, %+v", err, r.now().Reply)
	}
}
