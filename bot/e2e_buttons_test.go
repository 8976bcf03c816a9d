package bot

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
)

// answered asks a known problem in #help and returns the public reply.
func answered(w *world) (ada *playground.Person, m playground.Message) {
	ada = w.local.As("Ada")
	w.say(ada, "help", badMember)
	return ada, w.reply(ada, "help", "--copy-to=etcd-shell")
}

func TestSolved(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	w.press(w.local.As("Grace"), "help", m, actSolved)
	w.reply(w.local.As("Grace"), "help", "Only the person who asked")
	w.press(ada, "help", m, actSolved)
	if m := w.reply(ada, "help", "✅"); len(m.Buttons()) != 0 {
		t.Error("a solved reply keeps its buttons")
	}
}

func TestModeratorMaySolve(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	w.press(w.local.As("Mod"), "help", m, actSolved)
	w.reply(ada, "help", "✅")
}

func TestNotMyProblem(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	w.press(ada, "help", m, actWrong)
	why := w.reply(ada, "help", "What is wrong with this answer?")
	if !why.Ephemeral() || len(why.Buttons()) != 1 {
		t.Errorf("the question is public, or asks more than once: %s", why.Raw())
	}
	w.press(ada, "help", why, actReason, "fix")
	next := w.reply(ada, "help", "Noted.")
	if !next.Ephemeral() {
		t.Error("the follow-up is public")
	}
	w.press(ada, "help", next, actIssue)
	if _, err := ada.WaitModal(w.ctx()); err != nil {
		t.Error(err)
	}
}

func TestShare(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, grace := w.local.As("Ada"), w.local.As("Grace")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	m := w.reply(ada, "general", "--copy-to=etcd-shell")
	w.press(ada, "general", m, actShare)
	w.reply(ada, "general", "Shared in the channel")
	if m := w.reply(grace, "general", "--copy-to=etcd-shell", "Shared by"); m.Ephemeral() {
		t.Error("the shared answer is private")
	}
}

// TestOpenIssue goes from an unknown error to the preview of an issue.
func TestOpenIssue(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	const line = `[2025/03/04 05:06:07.089 +00:00] [ERROR] [querynode/segment.go:77] ["widget calibration drifted"] [error="sprocket 12 out of tune"]`
	w.slash(ada, "general", playground.Opt(optionProblem, "milvus v2.5.3 says\n"+line+"\npassword=hunter2hunter2 at 10.1.2.3"))
	m := w.reply(ada, "general", "I do not know this problem", "widget calibration drifted")
	w.press(ada, "general", m, actIssue)
	modal, err := ada.WaitModal(w.ctx())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, c := range modal.Components {
		if c.CustomID == "" {
			continue
		}
		values[c.CustomID] = "I ran /close and it said @maintainer #1 ```"
		if c.CustomID == titleInput {
			values[c.CustomID] = "widget calibration drifts after load"
		}
	}
	if len(values) < 2 || len(values) > 5 {
		t.Fatalf("the form asks %d questions", len(values))
	}
	if _, err := ada.Submit(modal, values); err != nil {
		t.Fatal(err)
	}
	preview := w.reply(ada, "general", "Nothing has been sent", "[Bug]: widget calibration drifts after load", "password", "ip address")
	if !preview.Ephemeral() {
		t.Error("the preview is public")
	}
	if strings.Contains(string(preview.Raw()), "hunter2") || strings.Contains(string(preview.Raw()), "10.1.2.3") {
		t.Error("the preview shows what was to be removed")
	}
	link := regexp.MustCompile(`\((https://github\.com/milvus-io/milvus/issues/new\?[^)]+)\)`).FindStringSubmatch(preview.Text())
	if link == nil {
		t.Fatalf("no prefilled link in %s", preview.Text())
	}
	u, err := url.Parse(link[1])
	if err != nil || len(link[1]) > maxLink {
		t.Fatalf("link of %d bytes: %v", len(link[1]), err)
	}
	body := u.Query().Get("body")
	for _, want := range []string{"### Environment", "2.5.3", "widget calibration drifted", "<ip-1>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the body lacks %q:\n%s", want, body)
		}
	}
	if regexp.MustCompile(`(?m)^/[a-z]`).MatchString(body) {
		t.Error("a line of the body is a command to the project's bot")
	}
	if files := preview.Attachments(); len(files) != 1 || files[0].Filename != "issue.md" {
		t.Errorf("attachments %+v", files)
	}
}

// TestForeignAndStalePresses wants one clear private line for each.
func TestForeignAndStalePresses(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	ada, m := answered(w)
	for _, a := range []action{actWrong, actIssue} {
		grace := w.local.As("Grace")
		w.press(grace, "help", m, a)
		if line := w.reply(grace, "help", "Only the person who asked"); !line.Ephemeral() {
			t.Error("the refusal is public")
		}
	}
	w.bot.reports.mu.Lock()
	for _, r := range w.bot.reports.byID {
		r.made = r.made.Add(-2 * reportAge)
	}
	w.bot.reports.mu.Unlock()
	w.press(ada, "help", m, actIssue)
	w.reply(ada, "help", "too old for its buttons")
}
