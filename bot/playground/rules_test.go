package playground_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
)

const seedModerator = "1100000000000000021"

// Who is pinged by a message of the bot, with and without MENTION_EVERYONE.
func TestMentions(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000})
	ada, grace := s.As("Ada"), s.As("Grace")
	asked := must(ada.Say("general", "help"))(t)
	path := "/channels/" + asked.ChannelID() + "/messages"
	all := ada.Mention() + grace.Mention() + "<@&" + seedModerator + "> @everyone"
	ref := o{"message_id": asked.ID()}
	none := o{"parse": []any{}}
	for _, c := range []struct {
		name     string
		everyone bool
		body     o
		want     string
	}{
		{"default", false, o{"content": all}, "Ada Grace"},
		{"default with the permission", true, o{"content": all}, "Ada Grace Moderator everyone"},
		{"nothing allowed", true, o{"content": all, "allowed_mentions": none}, ""},
		{"parse null", true, o{"content": all, "allowed_mentions": o{"parse": nil}}, "Ada Grace Moderator everyone"},
		{"users only", true, o{"content": all, "allowed_mentions": o{"parse": []any{"users"}}}, "Ada Grace"},
		{"one user", true, o{"content": all, "allowed_mentions": o{"parse": []any{}, "users": []any{grace.ID()}}}, "Grace"},
		{"one role", true, o{"content": all, "allowed_mentions": o{"roles": []any{seedModerator}}}, "Moderator"},
		{"in code", true, o{"content": "`" + all + "` ```\n" + all + "\n```"}, ""},
		{"in an embed", true, o{"embeds": []any{o{"description": all}}}, ""},
		{"in a text display", true, v2(text(all)), "Ada Grace Moderator everyone"},
		{"reply", false, o{"content": "x", "message_reference": ref}, "Ada"},
		{"reply without ping", false, o{"content": "x", "message_reference": ref, "allowed_mentions": none}, ""},
		{"reply with ping", false, o{"content": "x", "message_reference": ref, "allowed_mentions": o{"parse": []any{}, "replied_user": true}}, "Ada"},
		{"silent", true, o{"content": all, "flags": 4096}, ""},
		{"here", true, o{"content": "@here"}, "everyone"},
		{"stranger", true, o{"content": "<@123>"}, ""},
	} {
		var allow uint64
		if c.everyone {
			allow = playground.PermissionMentionEveryone
		}
		if err := s.SetPermission("general", s.BotID(), allow, 0); err != nil {
			t.Fatal(err)
		}
		before := len(s.Pings())
		if status, body, _ := call(t, s, "POST", path, c.body); status != 200 {
			t.Errorf("%s: %d %v", c.name, status, body)
			continue
		}
		var got []string
		for _, p := range s.Pings()[before:] {
			for _, u := range p.Users {
				got = append(got, map[string]string{ada.ID(): "Ada", grace.ID(): "Grace"}[u])
			}
			if len(p.Roles) > 0 {
				got = append(got, "Moderator")
			}
			if p.Everyone {
				got = append(got, "everyone")
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: pinged %q, want %q", c.name, got, c.want)
		}
	}
}

func TestInteractionPingsUsersOnly(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	if err := s.SetPermission("general", s.BotID(), playground.PermissionMentionEveryone, 0); err != nil {
		t.Fatal(err)
	}
	in := must(s.As("Ada").Slash("general", "ask"))(t)
	b.respond(b.interaction(1), &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource})
	if n := len(s.Pings()); n != 0 {
		t.Errorf("the placeholder made %d pings", n)
	}
	text := s.As("Grace").Mention() + " @everyone"
	if _, err := b.InteractionResponseEdit(b.interaction(1), &discordgo.WebhookEdit{Content: &text}); err != nil {
		t.Fatal(err)
	}
	m := must(in.Reply(within(t)))(t)
	p := s.Pings()
	if len(p) != 1 || p[0].Everyone || len(p[0].Users) != 1 || m.MentionsEveryone() || len(m.MentionIDs()) != 1 {
		t.Errorf("pings %+v in %s", p, m.Raw())
	}
}

// What the bot may do when a permission is taken away.
func TestPermissions(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000})
	ada := s.As("Ada")
	asked := must(ada.Say("general", "help"))(t)
	ch := "/channels/" + asked.ChannelID()
	msg := ch + "/messages"
	bot := s.BotID()
	embed := o{"embeds": []any{o{"title": "x"}}}
	for _, c := range []struct {
		name, who    string
		allow, deny  uint64
		method, path string
		body         o
		want         int
	}{
		{"all there", bot, 0, 0, "POST", msg, embed, 0},
		{"send denied to the bot", bot, 0, playground.PermissionSendMessages, "POST", msg, o{"content": "x"}, 50013},
		{"send denied to everyone", "@everyone", 0, playground.PermissionSendMessages, "POST", msg, o{"content": "x"}, 50013},
		{"view denied", bot, 0, playground.PermissionViewChannel, "POST", msg, o{"content": "x"}, 50001},
		{"view denied, reading", bot, 0, playground.PermissionViewChannel, "GET", ch, nil, 50001},
		{"embeds denied", bot, 0, playground.PermissionEmbedLinks, "POST", msg, embed, 50013},
		{"embeds denied, text", bot, 0, playground.PermissionEmbedLinks, "POST", msg, o{"content": "x"}, 0},
		{"history denied, reply", bot, 0, playground.PermissionReadMessageHistory, "POST", msg,
			o{"content": "x", "message_reference": o{"message_id": asked.ID()}}, 160002},
		{"history denied, reading", bot, 0, playground.PermissionReadMessageHistory, "GET", msg + "/" + asked.ID(), nil, 50013},
		{"reactions denied", "@everyone", 0, playground.PermissionAddReactions, "PUT", msg + "/" + asked.ID() + "/reactions/%F0%9F%91%8D/@me", nil, 50013},
		{"delete without the right", bot, 0, 0, "DELETE", msg + "/" + asked.ID(), nil, 50013},
		{"threads denied", bot, 0, playground.PermissionCreatePublicThreads, "POST", msg + "/" + asked.ID() + "/threads", o{"name": "x"}, 50013},
		{"delete with the right", bot, playground.PermissionManageMessages, 0, "DELETE", msg + "/" + asked.ID(), nil, 0},
	} {
		if err := s.SetPermission("general", c.who, c.allow, c.deny); err != nil {
			t.Fatal(err)
		}
		status, body, _ := call(t, s, c.method, c.path, anyBody(c.body))
		if code(body) != c.want || c.want == 0 && status >= 300 {
			t.Errorf("%s: %d %v, want %d", c.name, status, body, c.want)
		}
		if err := s.SetPermission("general", c.who, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
}

func anyBody(b o) any {
	if b == nil {
		return nil
	}
	return b
}

func TestThreadsInheritAndLock(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000, MessageContent: true})
	b := connect(t, s, allIntents|discordgo.IntentMessageContent)
	ada := s.As("Ada")
	post, first, err := ada.Post("support-forum", "It crashes", "log", playground.WithTags("Bug"))
	if err != nil || post.ID != first.ID() || len(post.Tags) != 1 {
		t.Fatalf("%+v %v", post, err)
	}
	tc := b.await("THREAD_CREATE", 1).Struct.(*discordgo.ThreadCreate)
	mc := b.await("MESSAGE_CREATE", 1).Struct.(*discordgo.MessageCreate)
	if !tc.NewlyCreated || tc.ID != post.ID || tc.OwnerID != ada.ID() || mc.ID != post.ID || mc.ChannelID != post.ID || mc.Content != "log" {
		t.Errorf("THREAD_CREATE %+v MESSAGE_CREATE %+v", tc.Channel, mc.Message)
	}
	send := func(want int) {
		t.Helper()
		status, body, _ := call(t, s, "POST", "/channels/"+post.ID+"/messages", o{"content": "x"})
		if code(body) != want || want == 0 && status != 200 {
			t.Errorf("%d %v, want %d", status, body, want)
		}
	}
	send(0)
	s.SetPermission("support-forum", s.BotID(), 0, playground.PermissionSendMessages)
	send(0) // SEND_MESSAGES does not count inside of threads.
	s.SetPermission("support-forum", s.BotID(), 0, playground.PermissionSendMessagesInThreads)
	send(50013)
	s.SetPermission("support-forum", s.BotID(), 0, 0)

	yes := true
	tags := []string{tc.AppliedTags[0]}
	if _, err := b.ChannelEdit(post.ID, &discordgo.ChannelEdit{Archived: &yes, AppliedTags: &tags}); err != nil {
		t.Fatal(err)
	}
	up := b.await("THREAD_UPDATE", 1).Struct.(*discordgo.ThreadUpdate)
	if !up.ThreadMetadata.Archived {
		t.Errorf("THREAD_UPDATE %+v", up.Channel)
	}
	if _, err := b.ChannelMessageEdit(post.ID, lastOf(ada, post.ID), "y"); restCode(err) != 50083 {
		t.Errorf("an edit in an archived thread: %v", err)
	}
	if _, err := ada.Slash(post.ID, "ask"); err == nil {
		t.Error("a command ran in an archived thread")
	}
	send(0) // Writing wakes the thread.
	if c := must(ada.Channel(post.ID))(t); c.Archived {
		t.Error("the thread stayed archived")
	}
	if err := s.As("Mod").ChangeThread(post.ID, o{"locked": true}); err != nil {
		t.Fatal(err)
	}
	if _, err := ada.Say(post.ID, "x"); err == nil {
		t.Error("Ada wrote in a locked thread")
	}
	if err := s.As("Grace").ChangeThread(post.ID, o{"archived": true}); err == nil {
		t.Error("Grace archived Ada's post")
	}
	if err := s.RemoveChannel("support-forum"); err != nil {
		t.Fatal(err)
	}
	send(10003)
	b.await("THREAD_DELETE", 1)
	b.await("CHANNEL_DELETE", 1)
}

func lastOf(p *playground.Person, channel string) string {
	all := p.Sees(channel)
	return all[len(all)-1].ID()
}

func TestForumTags(t *testing.T) {
	s := start(t, playground.Options{})
	if err := s.SetForum("support-forum", true, "Solved!", "Bug"); err != nil {
		t.Fatal(err)
	}
	ada := s.As("Ada")
	for name, opts := range map[string][]playground.SayOption{
		"no tag": nil, "unknown tag": {playground.WithTags("Nope")}, "moderated tag": {playground.WithTags("Solved")}} {
		if _, _, err := ada.Post("support-forum", "t", "c", opts...); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	must(first2(ada.Post("support-forum", "t", "c", playground.WithTags("Bug"))))(t)
	forum := must(ada.Channel("support-forum"))(t)
	status, body, _ := call(t, s, "POST", "/channels/"+forum.ID+"/threads", o{"name": "n", "message": o{"content": "x"}})
	if code(body) != 40067 {
		t.Errorf("a post without a tag: %d %v", status, body)
	}
	status, body, _ = call(t, s, "POST", "/channels/"+forum.ID+"/threads", o{"name": rep("n", 101), "message": o{"content": "x"}, "applied_tags": []any{"1"}})
	if code(body) != 10087 {
		t.Errorf("a tag that is not there: %d %v", status, body)
	}
	if n := len(ada.Channels()); n != 4 {
		t.Errorf("%d channels: a refused post left something behind", n)
	}
}

func first2(c playground.Channel, _ playground.Message, err error) (playground.Channel, error) {
	return c, err
}

func TestMessageThreads(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	m := must(s.As("Ada").Say("general", "crash"))(t)
	th := must(b.MessageThreadStart(m.ChannelID(), m.ID(), "Crash", 1440))(t)
	if th.ID != m.ID() || th.ParentID != m.ChannelID() || th.Type != discordgo.ChannelTypeGuildPublicThread {
		t.Errorf("thread %+v", th)
	}
	if _, err := b.MessageThreadStart(m.ChannelID(), m.ID(), "Again", 1440); restCode(err) != 160004 {
		t.Errorf("a second thread: %v", err)
	}
	if _, err := b.ThreadStart(m.ChannelID(), "Loose", discordgo.ChannelTypeGuildPublicThread, 60); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ThreadStart(m.ChannelID(), "Odd", discordgo.ChannelTypeGuildPublicThread, 61); restCode(err) != 50035 {
		t.Errorf("an odd archive duration: %v", err)
	}
	active := must(b.GuildThreadsActive(s.GuildID()))(t)
	if len(active.Threads) != 2 {
		t.Errorf("%d active threads", len(active.Threads))
	}
	if got := s.As("Ada").Sees("general")[0]; got.ThreadID() != m.ID() {
		t.Errorf("the message knows no thread: %s", got.Raw())
	}
}

// Which messages arrive with their text when MESSAGE_CONTENT is off.
func TestContentGate(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	register(t, b, s, askCommand())
	ada := s.As("Ada")
	general := must(ada.Channel("general"))(t).ID
	mine := must(b.ChannelMessageSend(general, "mine"))(t)
	in := must(ada.Slash("general", "ask"))(t)
	b.respond(b.interaction(1), reply("answer", 0))
	answer := must(in.Reply(within(t)))(t)
	me := "<@" + s.BotID() + "> "
	for i, c := range []struct {
		name, channel, text string
		opts                []playground.SayOption
		open                bool
	}{
		{"plain", "general", "x", []playground.SayOption{playground.WithFile("a.log", []byte("x"))}, false},
		{"mention", "general", me + "x", nil, true},
		{"mention in code", "general", "`" + me + "`", nil, false},
		{"DM", "@bot", "x", nil, true},
		{"reply with ping", "general", "x", []playground.SayOption{playground.ReplyTo(mine.ID)}, true},
		{"reply without ping", "general", "x", []playground.SayOption{playground.ReplyTo(mine.ID), playground.WithoutPing()}, false},
		{"reply to an answer", "general", "x", []playground.SayOption{playground.ReplyTo(answer.ID())}, false},
		{"forward", "general", "", []playground.SayOption{playground.Forwarding(general, mine.ID)}, false},
	} {
		said := must(ada.Say(c.channel, c.text, c.opts...))(t)
		m := b.await("MESSAGE_CREATE", i+3).Struct.(*discordgo.MessageCreate)
		if m.ID != said.ID() {
			t.Fatalf("%s: events are out of step", c.name)
		}
		open := m.Content != "" || len(m.Attachments) > 0 || len(m.MessageSnapshots) > 0
		if open != c.open {
			t.Errorf("%s: readable over the gateway is %v", c.name, open)
		}
		if rest := must(b.ChannelMessage(m.ChannelID, m.ID))(t); (rest.Content != "") != c.open {
			t.Errorf("%s: readable over REST is %v", c.name, rest.Content != "")
		}
	}
	s.AllowMessageContent(true)
	if list := must(b.ChannelMessages(general, 10, "", "", ""))(t); list[len(list)-3].Content == "" {
		t.Error("REST hides text although the intent is allowed")
	}
}

func TestEphemeralsAndV2Edits(t *testing.T) {
	s := start(t, playground.Options{})
	b := newBot(t, s, allIntents)
	general := must(s.As("Ada").Channel("general"))(t).ID
	_, plain, _ := call(t, s, "POST", "/channels/"+general+"/messages", o{"content": "x"})
	path := fmt.Sprint("/channels/", general, "/messages/", plain["id"])
	for _, c := range []struct {
		name string
		body o
		want string
	}{
		{"empty it", o{"content": ""}, "50006"},
		{"to v2 with the old text", v2(text("x")), "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
		{"to v2", o{"flags": 1 << 15, "content": nil, "components": []any{text("x")}}, ""},
		{"back", o{"flags": 0, "content": "x"}, "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
		{"stays", o{"flags": 0, "components": []any{text("y")}}, ""},
		{"ephemeral cannot be set", o{"flags": 64}, ""},
	} {
		status, body, _ := call(t, s, "PATCH", path, c.body)
		check(t, c.name, status, body, c.want)
	}
	m := must(b.ChannelMessage(general, plain["id"].(string)))(t)
	if m.Flags != 1<<15 {
		t.Errorf("flags %d", m.Flags)
	}
}

func TestReactionsAndMembers(t *testing.T) {
	s := start(t, playground.Options{})
	b := connect(t, s, allIntents)
	ada := s.As("Ada")
	m := must(ada.Say("general", "x"))(t)
	if err := b.MessageReactionAdd(m.ChannelID(), m.ID(), "👍"); err != nil {
		t.Fatal(err)
	}
	if err := ada.React("general", m.ID(), "✅"); err != nil {
		t.Fatal(err)
	}
	b.await("MESSAGE_REACTION_ADD", 2)
	if got := ada.Sees("general")[0].Reactions(); strings.Join(got, "") != "👍✅" {
		t.Errorf("reactions %v", got)
	}
	if err := b.MessageReactionRemove(m.ChannelID(), m.ID(), "👍", "@me"); err != nil {
		t.Fatal(err)
	}
	if err := ada.Unreact("general", m.ID(), "✅"); err != nil {
		t.Fatal(err)
	}
	b.await("MESSAGE_REACTION_REMOVE", 2)
	eve := must(s.AddMember("Eve", "Moderator"))(t)
	if err := eve.Delete("general", m.ID()); err != nil {
		t.Errorf("a moderator could not delete: %v", err)
	}
	if err := s.RemoveMember("Eve"); err != nil {
		t.Fatal(err)
	}
	if _, err := eve.Say("general", "still here?"); err == nil {
		t.Error("somebody who left wrote a message")
	}
	if _, err := s.As("Nobody").Say("general", "x"); err == nil {
		t.Error("nobody wrote a message")
	}
}
