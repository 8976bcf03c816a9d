package bot

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/paste"
)

// fixMember stands in the answer to badMember.
const fixMember = "--copy-to=etcd-shell"

// forums lets the bot answer the posts of the support forum, whose staff are
// the moderators.
func forums(t *testing.T) (playground.Options, func(*config.Config)) {
	t.Helper()
	return playground.Options{}, func(c *config.Config) {
		c.Discord.Forums = []string{playground.ForumID}
		c.Discord.StaffRoles = []string{playground.ModeratorRoleID}
	}
}

// post opens a post in the support forum.
func (w *world) openPost(p *playground.Person, title, text string, opts ...playground.SayOption) (playground.Channel, playground.Message) {
	w.t.Helper()
	c, m, err := p.Post("support-forum", title, text, opts...)
	if err != nil {
		w.t.Fatal(err)
	}
	return c, m
}

// fromBot returns what the bot said in a channel.
func fromBot(p *playground.Person, channel string) []playground.Message {
	var out []playground.Message
	for _, m := range p.Sees(channel) {
		if m.FromBot() {
			out = append(out, m)
		}
	}
	return out
}

// settled waits until a message with a known problem, said elsewhere and
// after all else, is answered, so that what came before has been decided on.
func (w *world) settled() {
	w.t.Helper()
	root := w.local.As("Root")
	asked := w.say(root, "@bot", badMember)
	if _, err := root.WaitMessage(w.ctx(), "@bot", func(m playground.Message) bool { return m.ReplyTo() == asked.ID() }); err != nil {
		w.t.Fatalf("%v; log:\n%s", err, w.log.String())
	}
}

// TestForumPost wants one answer in the post to what opens it, although two
// events tell of it.
func TestForumPost(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	post, first := w.openPost(ada, "etcd does not start", badMember)
	m := w.reply(ada, post.ID, fixMember)
	if m.ReplyTo() != first.ID() {
		t.Errorf("the answer replies to %q, want %q", m.ReplyTo(), first.ID())
	}
	// Others' pastes in the post are not the question, and it is not answered again.
	w.say(w.local.As("Grace"), post.ID, badMember)
	w.logged("not who opened the post")
	w.say(ada, post.ID, "and again: "+badMember)
	w.settled()
	if n := len(fromBot(ada, post.ID)); n != 1 {
		t.Errorf("%d answers in the post", n)
	}
}

// TestForumPostByOneEvent loses one of the two events that tell of a post.
func TestForumPostByOneEvent(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	w.local.Gateway().Lose(1) // that of the thread
	post, _ := w.openPost(ada, "one", badMember)
	w.reply(ada, post.ID, fixMember)
	w.local.Gateway().Lose(2) // both
	post, _ = w.openPost(ada, "other", badMember)
	w.settled()
	w.local.Gateway().Dispatch("THREAD_CREATE", map[string]any{"id": post.ID, "guild_id": w.local.GuildID(), "type": 11,
		"parent_id": playground.ForumID, "owner_id": ada.ID(), "name": "other", "newly_created": true})
	w.reply(ada, post.ID, fixMember)
}

// TestThreadOfWatchedChannel answers in threads of a watched channel.
func TestThreadOfWatchedChannel(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	start := w.say(ada, "help", "something about etcd")
	thread, err := ada.Thread("help", start.ID(), "etcd")
	if err != nil {
		t.Fatal(err)
	}
	w.say(ada, thread.ID, badMember)
	w.reply(ada, thread.ID, fixMember)
	// One reply per thread and problem, whoever has it.
	w.say(w.local.As("Grace"), thread.ID, badMember)
	w.logged(`"reason":"cooldown"`)
	if n := len(fromBot(ada, thread.ID)); n != 1 {
		t.Errorf("%d answers in the thread", n)
	}
}

const (
	trace1 = "Traceback (most recent call last):\n  File \"app.py\", line 12, in <module>\n    client.search(\"docs\", data=[vec])"
	trace2 = "pymilvus.exceptions.MilvusException: <MilvusException: (code=101, message=failed to search: collection not loaded[collection=docs])>"
)

// TestMessagesInARow reads what one person says in a row as one question.
func TestMessagesInARow(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "help", "hi, I have a problem since this morning")
	w.say(ada, "help", trace1)
	last := w.say(ada, "help", trace2)
	m := w.reply(ada, "help", "load")
	if m.ReplyTo() != last.ID() {
		t.Errorf("the answer replies to %q, want the last message", m.ReplyTo())
	}
	// The next message changes what it is about: the same reply changes.
	w.say(ada, "help", "oh, and etcd says "+badMember)
	again := w.reply(ada, "help", "member")
	w.say(ada, "help", "thanks")
	w.settled()
	said := fromBot(ada, "help")
	if len(said) != 1 || again.ID() != m.ID() {
		t.Errorf("%d replies, the answer moved from %s to %s", len(said), m.ID(), again.ID())
	}
}

// TestRowInDirectMessage asks in three messages; the first answer is replaced
// in place.
func TestRowInDirectMessage(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "@bot", "hello, my database does not come up")
	first := w.reply(ada, "@bot", "I do not know this problem")
	w.say(ada, "@bot", badMember)
	m := w.reply(ada, "@bot", fixMember)
	w.say(ada, "@bot", "what can I do?")
	w.settled()
	if n := len(fromBot(ada, "@bot")); n != 1 || m.ID() != first.ID() || !m.Edited() {
		t.Errorf("%d replies; the answer is a new message: %v", n, m.ID() != first.ID())
	}
}

// TestLogComesLater asks, and reads what comes after it together with the
// question, however late and whether or not it speaks to the bot.
func TestLogComesLater(t *testing.T) {
	w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Together = time.Nanosecond })
	ada := w.local.As("Ada")
	w.say(ada, "general", "<@"+w.local.BotID()+"> my pods in kubernetes restart, kubectl shows nothing")
	w.reply(ada, "general", "I do not know this problem", "kubectl -n <namespace> logs <pod> --previous")
	late := w.say(ada, "general", "", playground.WithFile("milvus.log", []byte(badMember)))
	m := w.reply(ada, "general", fixMember)
	if m.ReplyTo() != late.ID() {
		t.Errorf("the answer replies to %q, want the file's message", m.ReplyTo())
	}
	// Others were not asked.
	w.say(w.local.As("Grace"), "general", badMember)
	w.settled()
	if n := len(fromBot(ada, "general")); n != 2 {
		t.Errorf("the bot spoke %d times, want twice", n)
	}
}

// TestPostWithoutLog asks for the log once, with the command for the
// deployment, and answers when it comes.
func TestPostWithoutLog(t *testing.T) {
	o, change := forums(t)
	w := newWorld(t, o, change)
	ada := w.local.As("Ada")
	post, _ := w.openPost(ada, "Help", "milvus from docker compose crashes all the time")
	ask := w.reply(ada, post.ID, "docker compose logs --tail 300 standalone")
	w.say(ada, post.ID, "it still crashes")
	w.say(ada, post.ID, "", playground.WithFile("message.txt", []byte(badMember)))
	m := w.reply(ada, post.ID, fixMember)
	if m.ID() != ask.ID() || len(fromBot(ada, post.ID)) != 1 {
		t.Error("the answer is not in the place of the question for the log")
	}
	// A question that is none about a failure is left to people.
	quiet, _ := w.openPost(ada, "Which index?", "Which index type suits ten million vectors?")
	w.settled()
	if n := len(fromBot(ada, quiet.ID)); n != 0 {
		t.Errorf("%d answers to a question of taste", n)
	}
}

func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(files); i += 2 {
		f, err := z.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSeveralFiles analyses the files of one message together and says what
// was not read.
func TestSeveralFiles(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "@bot", "", playground.WithFile("values.yaml", []byte("image:\n  tag: v2.4.1\n")),
		playground.WithFile("app.out", []byte(trace1+"\n")), playground.WithFile("logs.zip", zipped(t, "a/etcd.log", badMember)),
		playground.WithFile("core.bin", append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 500)...)))
	w.reply(ada, "@bot", fixMember, "Not read", "core.bin")
}

// TestForwardedMessage reads the text of a forwarded message, which Discord
// keeps apart.
func TestForwardedMessage(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	general, err := ada.Channel("general")
	if err != nil {
		t.Fatal(err)
	}
	m := w.say(w.local.As("Grace"), "general", badMember)
	w.say(ada, "help", "", playground.Forwarding(general.ID, m.ID()))
	w.reply(ada, "help", fixMember)
}

// TestLateAttachment adds the log to a message that was answered.
func TestLateAttachment(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "@bot", "see the log")
	first := w.reply(ada, "@bot", "I do not know this problem")
	if _, err := ada.Edit("@bot", asked.ID(), "see the log", playground.WithFile("message.txt", []byte(badMember))); err != nil {
		t.Fatal(err)
	}
	if m := w.reply(ada, "@bot", fixMember); m.ID() != first.ID() {
		t.Error("the answer is a new message")
	}
}

// TestDeletedPart takes the answer away with the message that it rests on.
func TestDeletedPart(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	asked := w.say(ada, "help", badMember)
	m := w.reply(ada, "help", fixMember)
	w.say(ada, "help", "does anybody know?")
	if err := ada.Delete("help", asked.ID()); err != nil {
		t.Fatal(err)
	}
	if err := ada.WaitGone(w.ctx(), "help", m.ID()); err != nil {
		t.Error(err)
	}
}

// TestTalksAreBounded fills the memory of talks over its limits.
func TestTalksAreBounded(t *testing.T) {
	s := newTalks(time.Minute)
	for i := range 2 * maxTalkMessages {
		m := messageOf(i)
		s.put(s.join(m, manner{}), m.ID, &reading{})
	}
	if len(s.order) > maxTalkMessages || len(s.byID) > maxTalkMessages || len(s.open) > maxTalkMessages {
		t.Errorf("%d messages, %d talks open", len(s.byID), len(s.open))
	}
	log := &reading{paste: paste.FromText(strings.Repeat("a line of a long log\n", 100_000))}
	for i := range 3 * maxTalkBytes / log.weight() {
		m := messageOf(2*maxTalkMessages + i)
		s.put(s.join(m, manner{}), m.ID, log)
	}
	if s.weight > maxTalkBytes {
		t.Errorf("%d MiB of text are kept", s.weight>>20)
	}
}

// messageOf is a message of a person of their own, the i-th of its channel.
func messageOf(i int) *discordgo.Message {
	return &discordgo.Message{ID: strconv.Itoa(1575043079067402244 + i<<22), ChannelID: "1", Author: &discordgo.User{ID: strconv.Itoa(i)}}
}

// TestPastedSettings finds a setting that cannot work in a file of values.
func TestPastedSettings(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "help", "these are the values of my milvus chart", playground.WithFile("values.yaml", []byte(
		"externalKafka:\n  enabled: true\n  brokerList: kafka-0.kafka:9092\n  securityProtocol: PLAINTEXT\n")))
	w.reply(ada, "help", "External Kafka is configured")
}
