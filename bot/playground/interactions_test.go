package playground_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

func askCommand() *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{Name: "ask", Description: "Ask"}
}

func form(title string) *discordgo.InteractionResponse {
	return &discordgo.InteractionResponse{Type: discordgo.InteractionResponseModal, Data: &discordgo.InteractionResponseData{
		CustomID: "form:1", Title: title, Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "what", Label: "What",
				Style: discordgo.TextInputShort, Required: true, MaxLength: 10}}},
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "more", Label: "More",
				Style: discordgo.TextInputParagraph, Value: "kept"}}}}}}
}

func TestModal(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	ada := s.As("Ada")
	must(ada.Slash("general", "ask"))(t)
	i := b.interaction(1)
	if err := b.InteractionRespond(i, form(strings.Repeat("x", 46))); restCode(err) != 50035 {
		t.Errorf("a title of 46 characters: %v", err)
	}
	b.respond(i, form("Report"))
	m := must(ada.WaitModal(within(t)))(t)
	if m.Title != "Report" || m.CustomID != "form:1" || len(m.Components) != 4 {
		t.Fatalf("modal %s", m.Raw)
	}
	for name, values := range map[string]map[string]string{
		"required": {"more": "x"}, "too long": {"what": "12345678901"}, "unknown": {"what": "x", "zzz": "y"}} {
		if _, err := ada.Submit(m, values); err == nil {
			t.Errorf("%s: the submission was accepted", name)
		}
	}
	if _, err := s.As("Grace").Submit(m, map[string]string{"what": "x"}); err == nil {
		t.Error("Grace submitted Ada's modal")
	}
	in := must(ada.Submit(m, map[string]string{"what": "crash"}))(t)
	sub := b.interaction(2)
	d := sub.ModalSubmitData()
	first := d.Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
	second := d.Components[1].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
	if d.CustomID != "form:1" || first.Value != "crash" || second.Value != "kept" {
		t.Errorf("submission %+v %+v", first, second)
	}
	if err := b.InteractionRespond(sub, form("Again")); restCode(err) != 50035 {
		t.Errorf("a modal as the answer to a modal: %v", err)
	}
	b.respond(sub, reply("thanks", discordgo.MessageFlagsEphemeral))
	if got := must(in.Reply(within(t)))(t); got.Content() != "thanks" {
		t.Errorf("reply %s", got.Raw())
	}
	if _, err := ada.Submit(m, map[string]string{"what": "crash"}); err == nil {
		t.Error("a modal was submitted twice")
	}
}

func TestModalFirstOnly(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	must(s.As("Ada").Slash("general", "ask"))(t)
	i := b.interaction(1)
	b.respond(i, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource})
	if err := b.InteractionRespond(i, form("Late")); restCode(err) != 40060 {
		t.Errorf("a modal after a deferral: %v", err)
	}
	// The first follow-up after a deferral fills the placeholder.
	m := must(b.FollowupMessageCreate(i, true, &discordgo.WebhookParams{Content: "filled", Flags: discordgo.MessageFlagsEphemeral}))(t)
	seen := s.As("Grace").Sees("general")
	if len(seen) != 1 || seen[0].ID() != m.ID || seen[0].Ephemeral() || seen[0].Loading() {
		t.Errorf("Grace sees %v", seen)
	}
}

func TestModalSurvivesFailure(t *testing.T) {
	s := start(t, playground.Options{InteractionDeadline: 2 * time.Second})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	ada := s.As("Ada")
	must(ada.Slash("general", "ask"))(t)
	b.respond(b.interaction(1), form("Report"))
	m := must(ada.WaitModal(within(t)))(t)
	in := must(ada.Submit(m, map[string]string{"what": "one"}))(t)
	if out := must(in.Wait(within(t)))(t); out.Failed == "" {
		t.Errorf("outcome %+v", out)
	}
	if again := must(ada.WaitModal(within(t)))(t); again.InteractionID != m.InteractionID {
		t.Errorf("another modal is open: %+v", again)
	}
}

func TestDeadlineAndExpiry(t *testing.T) {
	s := start(t, playground.Options{InteractionDeadline: 2 * time.Second, TokenLifetime: 4 * time.Second})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	in := must(s.As("Ada").Slash("general", "ask"))(t)
	out := must(in.Wait(within(t)))(t)
	if out.Failed == "" || out.Answer != 0 {
		t.Fatalf("outcome %+v", out)
	}
	if _, err := in.Reply(within(t)); err == nil {
		t.Error("a reply came out of a failed interaction")
	}
	if err := b.InteractionRespond(b.interaction(1), reply("late", 0)); restCode(err) != 10062 {
		t.Errorf("late answer: %v", err)
	}
	must(s.As("Ada").Slash("general", "ask"))(t)
	i := b.interaction(2)
	b.respond(i, reply("in time", 0))
	first := must(b.InteractionResponse(i))(t)
	text := "too late"
	var err error
	for err == nil {
		_, err = b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: &text})
	}
	if restCode(err) != 50027 {
		t.Errorf("edit after the token's life: %v", err)
	}
	// The bot can still edit it as its own message.
	if _, err := b.ChannelMessageEdit(first.ChannelID, first.ID, "still mine"); err != nil {
		t.Errorf("edit by channel: %v", err)
	}
}

func TestAutocomplete(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, &discordgo.ApplicationCommand{Name: "kb", Description: "Look up", Options: []*discordgo.ApplicationCommandOption{
		{Type: discordgo.ApplicationCommandOptionSubCommand, Name: "show", Description: "Show", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "id", Description: "Entry", Required: true, Autocomplete: true},
			{Type: discordgo.ApplicationCommandOptionInteger, Name: "n", Description: "Count", MaxValue: 5}}}}})
	b.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		if i.Type != discordgo.InteractionApplicationCommandAutocomplete {
			return
		}
		opt := i.ApplicationCommandData().Options[0].Options[0]
		if !opt.Focused {
			t.Errorf("option %+v is not focused", opt)
		}
		err := b.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionApplicationCommandAutocompleteResult,
			Data: &discordgo.InteractionResponseData{Choices: []*discordgo.ApplicationCommandOptionChoice{
				{Name: "You typed " + opt.StringValue(), Value: opt.StringValue()}}}})
		if err != nil {
			t.Errorf("suggest: %v", err)
		}
	})
	ada := s.As("Ada")
	got := must(ada.Autocomplete(within(t), "general", "kb show", "id", "et"))(t)
	if len(got) != 1 || got[0].Value != "et" {
		t.Errorf("choices %+v", got)
	}
	if _, err := ada.Slash("general", "kb show", playground.Opt("id", "etcd"), playground.Opt("n", 6)); err == nil {
		t.Error("a value beyond the maximum was accepted")
	}
	if _, err := ada.Slash("general", "kb", playground.Opt("id", "etcd")); err == nil {
		t.Error("a command with subcommands was called itself")
	}
	must(ada.Slash("general", "kb show", playground.Opt("id", "anything"), playground.Opt("n", 5)))(t)
	d := b.interaction(2).ApplicationCommandData()
	if d.Options[0].Name != "show" || d.Options[0].Options[1].IntValue() != 5 {
		t.Errorf("options %+v", d.Options[0])
	}
}

func TestContextMenusAndDM(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand(),
		&discordgo.ApplicationCommand{Name: "Explain this", Type: discordgo.MessageApplicationCommand},
		&discordgo.ApplicationCommand{Name: "Who", Type: discordgo.UserApplicationCommand, Contexts: &[]discordgo.InteractionContextType{0}})
	ada := s.As("Ada")
	said := must(s.As("Grace").Say("general", "secret text"))(t)
	must(ada.Menu("general", "Explain this", said.ID()))(t)
	d := b.interaction(1).ApplicationCommandData()
	if m := d.Resolved.Messages[d.TargetID]; m == nil || m.Content != "secret text" {
		t.Errorf("target %+v", d.Resolved)
	}
	must(ada.UserMenu("general", "Who", "Grace"))(t)
	if d := b.interaction(2).ApplicationCommandData(); d.Resolved.Users[d.TargetID].Username != "grace" {
		t.Errorf("target %+v", d.Resolved)
	}
	in := must(ada.Slash("@bot", "ask"))(t)
	i := b.interaction(3)
	if i.GuildID != "" || i.Member != nil || i.User == nil || i.User.ID != ada.ID() || i.Context != discordgo.InteractionContextBotDM {
		t.Errorf("interaction in a DM %+v", i)
	}
	b.respond(i, reply("hello", 0))
	must(in.Reply(within(t)))(t)
	if _, err := ada.UserMenu("@bot", "Who", "Grace"); err == nil {
		t.Error("a guild-only command ran in a DM")
	}
}

func TestSelectAndPermissionsOfCommands(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	need := int64(discordgo.PermissionManageMessages)
	register(t, b, s, askCommand(), &discordgo.ApplicationCommand{Name: "mute", Description: "Staff", DefaultMemberPermissions: &need})
	if _, err := s.As("Ada").Slash("general", "mute"); err == nil {
		t.Error("Ada ran a moderators' command")
	}
	must(s.As("Mod").Slash("general", "mute"))(t)
	must(s.As("Root").Slash("general", "mute"))(t)
	in := must(s.As("Ada").Slash("general", "ask"))(t)
	one := 1
	b.respond(b.interaction(3), reply("pick", 0, discordgo.ActionsRow{Components: []discordgo.MessageComponent{
		discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: "pick", MinValues: &one, MaxValues: 2, Options: []discordgo.SelectMenuOption{
			{Label: "A", Value: "a"}, {Label: "B", Value: "b"}, {Label: "C", Value: "c"}}}}},
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.SelectMenu{MenuType: discordgo.UserSelectMenu, CustomID: "who"}}}))
	m := must(in.Reply(within(t)))(t)
	for _, bad := range [][]string{{}, {"a", "b", "c"}, {"z"}} {
		if _, err := s.As("Ada").Press("general", m.ID(), "pick", bad...); err == nil {
			t.Errorf("the choice %v was accepted", bad)
		}
	}
	must(s.As("Ada").Press("general", m.ID(), "pick", "a", "c"))(t)
	if d := b.interaction(4).MessageComponentData(); strings.Join(d.Values, "") != "ac" {
		t.Errorf("values %v", d.Values)
	}
	p := must(s.As("Ada").Press("general", m.ID(), "who", "Grace"))(t)
	i := b.interaction(5)
	if d := i.MessageComponentData(); d.Resolved.Users[d.Values[0]].Username != "grace" {
		t.Errorf("resolved %+v", d.Resolved)
	}
	b.respond(i, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredMessageUpdate})
	text := "picked"
	if _, err := b.InteractionResponseEdit(i, &discordgo.WebhookEdit{Content: &text}); err != nil {
		t.Fatal(err)
	}
	if got := must(p.Reply(within(t)))(t); got.ID() != m.ID() || got.Content() != "picked" || len(got.Buttons()) != 2 {
		t.Errorf("after a deferred update %s", got.Raw())
	}
}
