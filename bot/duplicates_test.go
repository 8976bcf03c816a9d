package bot

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
)

// TestFormOfWhatIsOnItsWay: a press on the form's button that comes while
// another one files the report is told how it stands.
func TestFormOfWhatIsOnItsWay(t *testing.T) {
	said := make(chan string, 1)
	discord := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		said <- string(body)
		w.WriteHeader(http.StatusNoContent)
	}))
	defer discord.Close()
	cfg := config.Default()
	cfg.Discord.Token, cfg.Discord.APIURL = "offline", discord.URL+"/api/v9"
	b, err := New(Options{Config: cfg, Index: sharedIndex(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.connect(); err != nil {
		t.Fatal(err)
	}
	d := github.NewDraft(github.DefaultForm(), github.Report{})
	in := store.Intent{Author: "1", Channel: "2", Repository: "o/r", Language: english}
	if err := fillIntent(&in, d); err != nil {
		t.Fatal(err)
	}
	if in, err = b.store.AddIntent(t.Context(), in, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := b.store.Confirm(t.Context(), in.ID, store.Digest(in.Repository, in.Title, in.Body), "1", time.Now()); err != nil {
		t.Fatal(err)
	}
	confirmed, err := b.store.Intent(t.Context(), in.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.store.Post(t.Context(), in.ID, confirmed.ChangedAt, time.Now()); err != nil {
		t.Fatal(err)
	}
	i := &session.Interaction{
		Log: slog.New(slog.DiscardHandler), User: &discordgo.User{ID: "1"}, Received: time.Now(),
		Interaction: &discordgo.Interaction{ID: "5", Token: "t", Type: discordgo.InteractionMessageComponent, ChannelID: "2"},
	}
	if err := b.pressForm(t.Context(), i, in, ""); err != nil { // in is how it stood before
		t.Fatal(err)
	}
	if body := <-said; !strings.Contains(body, "it is not known yet") {
		t.Errorf("it says %s", body)
	}
}
