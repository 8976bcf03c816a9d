package bot

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

func TestSlashAnswersPrivately(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	m := w.reply(ada, "general", "member_id", "bad member ID arg", "--copy-to=etcd-shell")
	if !m.Ephemeral() {
		t.Error("the reply is public")
	}
	if got := w.local.As("Grace").Sees("general"); len(got) != 0 {
		t.Errorf("others see %d messages", len(got))
	}
}

// TestSlashInKorean wants the same commands in another language.
func TestSlashInKorean(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada").In("ko")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	m := w.reply(ada, "general", "해결 방법", "--copy-to=etcd-shell")
	if !strings.Contains(string(m.Raw()), "https://milvus.io/docs/ko/troubleshooting.md#2-etcd-pod-crash") {
		t.Error("the link does not lead to the Korean page")
	}
}

func TestSlashTopicListsEntries(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	for _, topic := range []string{"etcd", "etdc"} {
		w.slash(ada, "general", playground.Opt(optionProblem, topic))
		w.reply(ada, "general", "What I know about "+topic)
	}
	m := w.reply(ada, "general", "What I know about etcd")
	w.press(ada, "general", m, actPick, "etcd-bad-member-id")
	w.reply(ada, "general", "--copy-to=etcd-shell")
}

func TestAutocomplete(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	for typed, want := range map[string]string{
		"bad memb": entryPrefix + "etcd-bad-member-id", "etcd-bad": entryPrefix + "etcd-bad-member-id",
		"bad membre": entryPrefix + "etcd-bad-member-id", "": "etcd", "zzzzzz": "",
	} {
		choices, err := ada.Autocomplete(w.ctx(), "general", commandName, optionProblem, typed)
		if err != nil {
			t.Fatal(err)
		}
		var values []string
		for _, c := range choices {
			values = append(values, c.Value.(string))
		}
		if want == "" && len(values) > 0 || want != "" && !strings.Contains(strings.Join(values, "\n")+"\n", want+"\n") {
			t.Errorf("%q suggests %q, want %q", typed, values, want)
		}
	}
	// A suggestion taken answers with its entry.
	w.slash(ada, "general", playground.Opt(optionProblem, entryPrefix+"etcd-bad-member-id"))
	w.reply(ada, "general", "--copy-to=etcd-shell")
}

func TestSlashReadsFiles(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte("2024-01-01 noise\n" + badMember + "\n")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.OptFile(optionFile, "etcd.log.gz", packed.Bytes()))
	w.reply(ada, "general", "--copy-to=etcd-shell")
	w.slash(ada, "general", playground.OptFile(optionFile, "shot.png", []byte("\x89PNG\r\n\x1a\n0000")))
	w.reply(ada, "general", "shot.png", "copy the text")
	w.slash(ada, "general")
	w.reply(ada, "general", "no text")
}

func TestContextMenu(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	asked := w.say(ada, "general", "help!", playground.WithFile("message.txt", []byte(badMember)))
	if _, err := grace.Menu("general", menuName, asked.ID()); err != nil {
		t.Fatal(err)
	}
	if m := w.reply(grace, "general", "--copy-to=etcd-shell"); !m.Ephemeral() {
		t.Error("the reply is public")
	}
}

// TestListener wants an answer to a known problem in a watched channel, and
// silence elsewhere, for what is unknown, for bots, and on the cooldown.
func TestListener(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	w.say(ada, "general", badMember)
	w.say(ada, "help", nonsense)
	asked := w.say(ada, "help", "my pod says\n```\n"+badMember+"\n```")
	m := w.reply(grace, "help", "--copy-to=etcd-shell")
	if m.Ephemeral() || m.ReplyTo() != asked.ID() {
		t.Errorf("ephemeral %v, reply to %q", m.Ephemeral(), m.ReplyTo())
	}
	w.say(grace, "help", badMember)
	w.say(ada, "help", "last word "+nonsense)
	w.logged(`"reason":"cooldown"`)
	bots := 0
	for _, channel := range []string{"general", "help"} {
		for _, m := range ada.Sees(channel) {
			if m.FromBot() {
				bots++
			}
		}
	}
	if bots != 1 {
		t.Errorf("the bot spoke %d times, want once", bots)
	}
}

func TestMentionReplyAndDM(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "general", "<@"+w.local.BotID()+"> "+badMember)
	m := w.reply(ada, "general", "--copy-to=etcd-shell")
	w.say(ada, "general", nonsense, playground.ReplyTo(m.ID()))
	w.reply(ada, "general", "I do not know this problem", "docker compose logs")
	w.say(ada, "@bot", nonsense)
	w.reply(ada, "@bot", "I do not know this problem")
	w.say(ada, "@bot", "etcd")
	w.reply(ada, "@bot", "What I know about etcd")
}

func TestDryRunSaysNothing(t *testing.T) {
	w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.DryRun = true })
	ada := w.local.As("Ada")
	w.say(ada, "help", badMember)
	w.logged(`"msg":"dry run"`)
	for _, m := range ada.Sees("help") {
		if m.FromBot() {
			t.Errorf("the bot said %q", m.Text())
		}
	}
}

// TestSecretsAreRemoved wants no password in what anybody can see.
func TestSecretsAreRemoved(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember+"\nMINIO_SECRET_KEY=hunter2hunter2\n"))
	m := w.reply(ada, "general", "--copy-to=etcd-shell", "🔑")
	w.press(ada, "general", m, actIssue)
	modal, err := ada.WaitModal(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(modal.Raw), "hunter2") || strings.Contains(string(m.Raw()), "hunter2") {
		t.Error("the secret is shown")
	}
}
