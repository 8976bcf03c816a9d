package bot

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
)

// shot keeps what the page shows in the directory MEDIC_SHOTS, for people to
// look at. end scrolls to the end of the newest message.
func shot(t *testing.T, ctx context.Context, name string, end bool) {
	t.Helper()
	dir := os.Getenv("MEDIC_SHOTS")
	if dir == "" {
		return
	}
	block := map[bool]string{true: "end", false: "start"}[end]
	script[bool](t, ctx, name, `(e => { e.scrollIntoView({block: "`+block+`"}); return true })(Array.from(document.querySelectorAll('[data-testid="message"]')).pop())`)
	run(t, ctx, name, chromedp.Sleep(300*time.Millisecond))
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

// click clicks the newest control of an action, or an option of its menu.
func click(t *testing.T, ctx context.Context, a action, value string) {
	t.Helper()
	control := "button"
	if value != "" {
		control = "select"
	}
	script[bool](t, ctx, a.name, `(e => { e.click(); return true })(Array.from(document.querySelectorAll('[data-testid^="`+control+`-m1:`+a.name+`:"]')).pop())`)
	if value == "" {
		return
	}
	option := `[data-testid="select-option"][data-value="` + value + `"]`
	run(t, ctx, a.name, chromedp.Sleep(200*time.Millisecond))
	script[bool](t, ctx, value, `(e => { e.click(); return true })(Array.from(document.querySelectorAll('`+option+`')).filter(e => e.offsetParent !== null).pop())`)
}

// waitPage waits until any message holds want.
func waitPage(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	quoted, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	all := `Array.from(document.querySelectorAll('[data-testid="message"]')).map(e => e.innerText).join("\n")`
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](`(`+all+`).includes(`+string(quoted)+`)`, chromedp.WithPollingTimeout(patience))); err != nil {
		t.Fatalf("no message with %q: %v; the page shows %q", want, err, script[string](t, ctx, "messages", all))
	}
}

// TestBrowserAnswers walks through what an answer offers, in both shapes:
// another deployment, the folded steps, the question what is wrong, solved.
func TestBrowserAnswers(t *testing.T) {
	if os.Getenv("MEDIC_BROWSER") == "" {
		t.Skip("needs Chromium: make test-all installs it and sets MEDIC_BROWSER=1")
	}
	for _, shape := range []string{config.ComponentsV2, config.ComponentsClassic} {
		t.Run(shape, func(t *testing.T) {
			w := newWorld(t, playground.Options{}, func(c *config.Config) { c.Discord.Components = shape })
			ctx := browser(t, w.local.URL())
			run(t, ctx, "channel", chromedp.Click(id("channel-help")), chromedp.SendKeys(id("composer"),
				"helm upgrade milvus, milvusdb/milvus:v2.3.4, pymilvus 2.6.1 "+noIndexNode), chromedp.Click(id("send")))
			waitMessage(t, ctx, "Use pymilvus 2.3.x")
			shot(t, ctx, shape+"-helm", true)
			click(t, ctx, actWhere, "compose")
			if text := waitMessage(t, ctx, "docker compose"); strings.Contains(text, "helm upgrade") && strings.Contains(text, "--reuse-values") {
				t.Errorf("the commands of Helm are still there: %s", text)
			}
			shot(t, ctx, shape+"-compose", true)

			// What one person says in a row in one channel is one question.
			w.say(w.local.As("Ada"), "general", "<@"+w.local.BotID()+"> "+badMember)
			w.reply(w.local.As("Ada"), "general", "This step deletes data")
			run(t, ctx, "channel", chromedp.Click(id("channel-general")), chromedp.Sleep(500*time.Millisecond)) // the page fetches what was said
			text := waitMessage(t, ctx, "This step deletes data")
			if strings.Contains(text, deleting) {
				t.Error("the command that deletes data is not folded")
			}
			shot(t, ctx, shape+"-controls", true)
			click(t, ctx, actReveal, "")
			waitMessage(t, ctx, deleting)
			shot(t, ctx, shape+"-revealed", true)
			click(t, ctx, actWrong, "")
			waitMessage(t, ctx, "What is wrong with this answer?")
			shot(t, ctx, shape+"-why", true)
			click(t, ctx, actReason, "tried")
			waitMessage(t, ctx, "Noted.")
			click(t, ctx, actSolved, "")
			waitPage(t, ctx, "✅")
			shot(t, ctx, shape+"-solved", true)
		})
	}
}
