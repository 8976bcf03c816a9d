package playground_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

func button(label, id string) discordgo.MessageComponent {
	return discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.Button{Label: label, CustomID: id, Style: discordgo.PrimaryButton}}}
}

func reply(text string, flags discordgo.MessageFlags, rows ...discordgo.MessageComponent) *discordgo.InteractionResponse {
	return &discordgo.InteractionResponse{Type: discordgo.InteractionResponseChannelMessageWithSource,
		Data: &discordgo.InteractionResponseData{Content: text, Flags: flags, Components: rows}}
}

func register(t *testing.T, b *bot, s *playground.Server, cmds ...*discordgo.ApplicationCommand) {
	t.Helper()
	if _, err := b.ApplicationCommandBulkOverwrite(s.BotID(), "", cmds); err != nil {
		t.Fatal(err)
	}
}

func TestReadyAndGuild(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	ready := b.await("READY", 1).Struct.(*discordgo.Ready)
	if ready.User.ID != s.BotID() || ready.SessionID == "" || len(ready.Guilds) != 1 || !ready.Guilds[0].Unavailable {
		t.Errorf("READY = %+v", ready)
	}
	g := b.await("GUILD_CREATE", 1).Struct.(*discordgo.GuildCreate)
	if g.Name != "Milvus" || len(g.Channels) != 3 || len(g.Roles) != 4 || len(g.Members) != 1 {
		t.Errorf("GUILD_CREATE: %d channels, %d roles, %d members", len(g.Channels), len(g.Roles), len(g.Members))
	}
	me := must(b.User("@me"))(t)
	if me.ID != s.BotID() || !me.Bot {
		t.Errorf("@me = %+v", me)
	}
	app := must(b.Application("@me"))(t)
	if app.ID != s.BotID() {
		t.Errorf("application = %+v", app)
	}
	if err := s.Gateway().WaitConnected(within(t)); err != nil {
		t.Fatal(err)
	}
}

func TestMessageRoundTrip(t *testing.T) {
	s := start(t, playground.Options{MessageContent: true})
	b := connect(t, s, allIntents|discordgo.IntentMessageContent)
	ada := s.As("Ada")
	asked := must(ada.Say("general", "it fails", playground.WithFile("mil vus.log", []byte("[ERROR] x"))))(t)
	m := b.await("MESSAGE_CREATE", 1).Struct.(*discordgo.MessageCreate)
	if m.Content != "it fails" || m.GuildID != s.GuildID() || m.Member == nil || len(m.Attachments) != 1 {
		t.Fatalf("got %+v", m.Message)
	}
	if got := fetch(t, b, m.Attachments[0].URL); got != "[ERROR] x" {
		t.Errorf("attachment = %q", got)
	}
	if _, err := b.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{
		Content:    "try this",
		Embeds:     []*discordgo.MessageEmbed{{Title: "Cause", Fields: []*discordgo.MessageEmbedField{{Name: "a", Value: "b"}}}},
		Components: []discordgo.MessageComponent{button("Helpful", "yes:1")},
		Files:      []*discordgo.File{{Name: "full.md", Reader: strings.NewReader("# all")}},
		Reference:  &discordgo.MessageReference{MessageID: m.ID},
	}); err != nil {
		t.Fatal(err)
	}
	got := must(ada.WaitMessage(within(t), "general", nil))(t)
	if got.ReplyTo() != asked.ID() || got.Embeds()[0].Fields[0].Value != "b" || got.Attachments()[0].Filename != "full.md" ||
		len(got.Buttons()) != 1 || got.Buttons()[0].CustomID != "yes:1" || !strings.Contains(got.Text(), "Cause") {
		t.Errorf("Ada sees %s", got.Raw())
	}
	if _, err := b.ChannelMessageEdit(m.ChannelID, got.ID(), "try that"); err != nil {
		t.Fatal(err)
	}
	edited := must(ada.WaitMessage(within(t), "general", playground.Message.Edited))(t)
	if edited.Content() != "try that" || len(edited.Embeds()) != 1 || len(edited.Attachments()) != 1 {
		t.Errorf("after the edit %s", edited.Raw())
	}
	if err := b.ChannelMessageDelete(m.ChannelID, got.ID()); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(within(t), "general", got.ID()); err != nil {
		t.Error(err)
	}
}

func fetch(t *testing.T, b *bot, address string) string {
	t.Helper()
	res, err := b.Client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %v", address, res.Status, err)
	}
	return string(raw)
}

func TestSlashAndComponent(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, &discordgo.ApplicationCommand{Name: "ask", Description: "Ask", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionString, Name: "text", Description: "what", Required: true},
		{Type: discordgo.ApplicationCommandOptionAttachment, Name: "log", Description: "log"},
		{Type: discordgo.ApplicationCommandOptionUser, Name: "for", Description: "who"}}})
	ada := s.As("Ada").In("zh-CN")
	if _, err := ada.Slash("general", "ask"); err == nil {
		t.Error("a missing required option was accepted")
	}
	in := must(ada.Slash("general", "ask", playground.Opt("text", "why"), playground.OptFile("log", "a.log", []byte("x")),
		playground.Opt("for", "Grace")))(t)
	i := b.interaction(1)
	d := i.ApplicationCommandData()
	if d.Name != "ask" || d.Options[0].StringValue() != "why" || i.Locale != discordgo.ChineseCN || *i.GuildLocale != discordgo.EnglishUS ||
		i.Member == nil || i.Member.Permissions == 0 || i.AppPermissions == 0 || i.Context != discordgo.InteractionContextGuild {
		t.Errorf("interaction %+v", i)
	}
	att := d.Resolved.Attachments[d.Options[1].Value.(string)]
	if att == nil || fetch(t, b, att.URL) != "x" || !strings.Contains(att.URL, "/ephemeral-attachments/") {
		t.Errorf("attachment option %+v", att)
	}
	if d.Resolved.Users[d.Options[2].Value.(string)].Username != "grace" {
		t.Errorf("resolved %+v", d.Resolved)
	}
	b.respond(i, reply("because", 0, button("More", "more")))
	got := must(in.Reply(within(t)))(t)
	if got.Content() != "because" || got.Type() != 20 {
		t.Errorf("reply %s", got.Raw())
	}
	if err := b.InteractionRespond(i, reply("again", 0)); restCode(err) != 40060 {
		t.Errorf("second answer: %v", err)
	}
	pressed := must(s.As("Grace").Press("general", got.ID(), "more"))(t)
	p := b.interaction(2)
	if p.MessageComponentData().CustomID != "more" || p.Message == nil || p.Message.ID != got.ID() {
		t.Fatalf("component %+v", p)
	}
	// discordgo sends "components": null here, which empties them.
	b.respond(p, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseUpdateMessage,
		Data: &discordgo.InteractionResponseData{Content: "more of it"}})
	updated := must(pressed.Reply(within(t)))(t)
	if updated.ID() != got.ID() || updated.Content() != "more of it" || len(updated.Buttons()) != 0 {
		t.Errorf("after the update %s", updated.Raw())
	}
	if _, err := ada.Press("general", got.ID(), "more"); err == nil {
		t.Error("a control that is gone was pressed")
	}
}

func TestDeferredEphemeral(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, &discordgo.ApplicationCommand{Name: "ask", Description: "Ask"})
	ada, grace := s.As("Ada"), s.As("Grace")
	in := must(ada.Slash("help", "ask"))(t)
	i := b.interaction(1)
	if _, err := b.InteractionResponseEdit(i, &discordgo.WebhookEdit{}); restCode(err) != 10015 {
		t.Errorf("edit before the answer: %v", err)
	}
	b.respond(i, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
		Data: &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral}})
	waiting := must(ada.WaitMessage(within(t), "help", playground.Message.Loading))(t)
	if !waiting.Ephemeral() || waiting.Content() != "" {
		t.Errorf("placeholder %s", waiting.Raw())
	}
	text := "done"
	if _, err := b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: &text}); err != nil {
		t.Fatal(err)
	}
	got := must(in.Reply(within(t)))(t)
	if !got.Ephemeral() || got.Loading() || got.Edited() || got.Content() != "done" {
		t.Errorf("filled %s", got.Raw())
	}
	if n := len(grace.Sees("help")); n != 0 {
		t.Errorf("Grace sees %d messages", n)
	}
	if _, err := b.ChannelMessage(got.ChannelID(), got.ID()); restCode(err) != 10008 {
		t.Errorf("ephemeral over the channel: %v", err)
	}
	fu := must(b.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "public"}))(t)
	seen := must(grace.WaitMessage(within(t), "help", nil))(t)
	if seen.ID() != fu.ID || seen.Ephemeral() {
		t.Errorf("follow-up %s", seen.Raw())
	}
	if orig := must(b.InteractionResponse(i))(t); orig.ID != got.ID() {
		t.Errorf("@original is %s, not %s", orig.ID, got.ID())
	}
	if err := b.InteractionResponseDelete(i); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(within(t), "help", got.ID()); err != nil {
		t.Error(err)
	}
}
