package bot

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

const (
	// unreachable follows from badMember, wrongArch does not.
	wrongArch   = `no matching manifest for linux/arm64/v8 in the manifest list entries (docker pull milvusdb/milvus:v2.2.11)`
	unreachable = `[2024/05/14 08:01:03.220 +00:00] [WARN] [sessionutil/session_util.go:243] ["failed to initialize session"] [error="dial tcp: lookup etcd on 127.0.0.11:53: no such host"]`
	noIndexNode = `[2023/08/30 17:02:11.655 +00:00] [ERROR] [datacoord/indexnode_manager.go:108] ["there is no IndexNode online"]`
	// deleting is the command of the answer to badMember that deletes data.
	deleting = "rm /bitnami/etcd/data/member_id"
)

// typed returns the components of a type.
func typed(m playground.Message, kind int) []playground.Component {
	var out []playground.Component
	for _, c := range m.Components() {
		if c.Type == kind {
			out = append(out, c)
		}
	}
	return out
}

// TestBothShapes wants the same answer as layout components and as an embed.
func TestBothShapes(t *testing.T) {
	for _, shape := range []string{config.ComponentsV2, config.ComponentsClassic} {
		t.Run(shape, func(t *testing.T) {
			w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Components = shape })
			ada, m := answered(w)
			containers, embeds := len(typed(m, 17)), len(m.Embeds())
			if v2 := shape == config.ComponentsV2; v2 != (containers == 1) || v2 != (embeds == 0) {
				t.Errorf("%d containers, %d embeds", containers, embeds)
			}
			if !strings.Contains(string(m.Raw()), `"url":"https://milvus.io/docs/troubleshooting.md#2-etcd-pod-crash"`) {
				t.Error("no button leads to the source")
			}
			w.press(ada, "help", m, actSolved)
			w.reply(ada, "help", "✅", "etcd pod crashes")
		})
	}
}

// TestEditKeepsItsShape replaces an answer by a plain sentence and back: a
// message with layout components has to keep them.
func TestEditKeepsItsShape(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	mention := "<@" + w.local.BotID() + "> "
	asked := w.say(ada, "general", mention+badMember)
	w.reply(ada, "general", "etcd pod crashes")
	for text, want := range map[string]string{mention: "no text in it", mention + "etcd": "What I know about etcd"} {
		if _, err := ada.Edit("general", asked.ID(), text); err != nil {
			t.Fatal(err)
		}
		w.reply(ada, "general", want)
	}
}

// TestLongAnswerIsAFile has more to say than a message holds: whole pieces,
// and everything in an attached file, without the steps that delete data.
func TestLongAnswerIsAFile(t *testing.T) {
	for _, shape := range []string{config.ComponentsV2, config.ComponentsClassic} {
		w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Components = shape })
		ada := w.local.As("Ada")
		var files []playground.SayOption
		for n := range 9 {
			files = append(files, playground.WithFile(fmt.Sprintf("%s-%d.bin", strings.Repeat("coredump--", 25), n), []byte("\x7fELF\x02\x01\x00\x00\x00\x00")))
		}
		w.say(ada, "general", "<@"+w.local.BotID()+"> "+badMember, files...)
		m := w.reply(ada, "general", "--copy-to=etcd-shell", "The rest is in the attached file")
		sent := m.Attachments()
		if len(sent) != 1 || sent[0].Filename != cardFile {
			t.Fatalf("%s: files %+v", shape, sent)
		}
		if strings.Count(m.Text(), "```")%2 != 0 || strings.Contains(m.Text(), "-8.bin") {
			t.Errorf("%s: a code block is split, or the message is whole after all", shape)
		}
		all := w.download(sent[0].URL)
		if !strings.Contains(all, "-8.bin") || !strings.Contains(all, "--copy-to=etcd-shell") || strings.Contains(all, deleting) {
			t.Errorf("%s: the file is not whole, or not safe:\n%s", shape, all)
		}
	}
}

// download reads a file of the local Discord.
func (w *world) download(address string) string {
	w.t.Helper()
	body, err := w.bot.session.Fetch(w.ctx(), address, 1<<20)
	if err != nil {
		w.t.Fatal(err)
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// TestSeveralProblems wants the root cause first, what follows from it named
// as such, and how often each stands in the paste.
func TestSeveralProblems(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.say(ada, "help", "", playground.WithFile("milvus.log", []byte(strings.Repeat(unreachable+"\n", 3)+badMember+"\n"+badMember+"\n")))
	m := w.reply(ada, "help", "2 problems in your paste. This is the root cause", "(×2)", "follows from it", "(×3)")
	if title := m.Text(); !strings.HasPrefix(title, "### etcd pod crashes") {
		t.Errorf("the root cause is not first:\n%s", title)
	}
	w.press(ada, "help", m, actPick, "etcd-unreachable-startup")
	w.reply(ada, "help", "etcd-unreachable-startup")
	// Two that have nothing to do with each other.
	w.slash(ada, "general", playground.Opt(optionProblem, wrongArch+"\n"+badMember))
	w.reply(ada, "general", "2 problems in your paste. Start with this one", "a problem of its own")
}

// TestDestructiveStepsAreFolded wants commands that delete data nowhere but
// behind their button, privately, with the backup first.
func TestDestructiveStepsAreFolded(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	if strings.Contains(string(m.Raw()), deleting) || !strings.Contains(m.Text(), "This step deletes data") {
		t.Error("the step that deletes data is not folded")
	}
	w.press(ada, "help", m, actReveal)
	steps := w.reply(ada, "help", "Steps that delete data", deleting)
	if !steps.Ephemeral() {
		t.Error("the steps are public")
	}
	backup, command := strings.Index(steps.Text(), "First make a backup"), strings.Index(steps.Text(), deleting)
	if backup < 0 || backup > command || !strings.Contains(steps.Text(), "Delete only the file") {
		t.Errorf("the backup does not come first, or the danger is not said:\n%s", steps.Text())
	}
	w.press(w.local.As("Grace"), "help", m, actReveal)
	w.reply(w.local.As("Grace"), "help", "Only the person who asked")
}

// TestSwitchDeployment wants the commands of the deployment that the paste
// shows, and others when the reader chooses.
func TestSwitchDeployment(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, "helm upgrade milvus\n"+noIndexNode))
	m := w.reply(ada, "general", "helm ")
	if strings.Contains(m.Text(), "docker compose") {
		t.Error("a reader with Helm sees the commands of compose")
	}
	w.press(ada, "general", m, actWhere, "compose")
	again := w.reply(ada, "general", "docker compose")
	if again.ID() != m.ID() || strings.Contains(again.Text(), "helm ") {
		t.Errorf("the switch made a new message, or left the commands of Helm:\n%s", again.Text())
	}
	// Also where nothing is known but which log to send.
	w.slash(ada, "help", playground.Opt(optionProblem, nonsense+" error"))
	m = w.reply(ada, "help", "docker compose logs")
	w.press(ada, "help", m, actWhere, "helm")
	w.reply(ada, "help", "kubectl -n <namespace> logs <pod> --previous")
}

func TestVersionMismatch(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, "milvusdb/milvus:v2.3.4 with pymilvus 2.6.1\n"+noIndexNode))
	w.reply(ada, "general", "Server 2.3.4 and pymilvus 2.6.1 are not of the same release line. Use pymilvus 2.3.x.")
	w.slash(ada, "help", playground.Opt(optionProblem, "milvusdb/milvus:v2.4.4 with pymilvus 2.4.9\n"+noIndexNode))
	if m := w.reply(ada, "help", "IndexNode"); strings.Contains(m.Text(), "release line") {
		t.Errorf("2.4.4 and 2.4.9 fit:\n%s", m.Text())
	}
}
