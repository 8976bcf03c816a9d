package bot

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/milvus-medic/medic/bot/playground"
)

var pictures = flag.Bool("pictures", false, "rewrite the pictures of README from the browser test")

// browser opens the playground's page in headless Chromium.
func browser(t *testing.T, address string) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Fatal("MEDIC_BROWSER is set, and there is no Chromium on PATH")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.WindowSize(1280, 1000))
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	run(t, ctx, "open", chromedp.Navigate(address), chromedp.WaitVisible(id("composer")))
	return ctx
}

// id is the selector of an element with a test id.
func id(name string) string { return `[data-testid="` + name + `"]` }

// run does steps in the page, within patience each.
func run(t *testing.T, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// script evaluates an expression in the page.
func script[T any](t *testing.T, ctx context.Context, what, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return v
}

// lastMessage is the text of the newest message of the page.
const lastMessage = `((Array.from(document.querySelectorAll('[data-testid="message"]')).pop() || {}).innerText || "")`

// waitMessage waits until the newest message holds want, and returns it.
func waitMessage(t *testing.T, ctx context.Context, want string) string {
	t.Helper()
	quoted, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](lastMessage+".includes("+string(quoted)+")", chromedp.WithPollingTimeout(patience))); err != nil {
		t.Fatalf("no message with %q: %v; the last is %q", want, err, script[string](t, ctx, "last message", lastMessage))
	}
	return script[string](t, ctx, "last message", lastMessage)
}

// picture keeps what the page shows for README.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if !*pictures {
		return
	}
	script[bool](t, ctx, name, `(e => { e.scrollIntoView({block: "start"}); return true })(Array.from(document.querySelectorAll('[data-testid="message"]')).pop())`)
	run(t, ctx, name, chromedp.Sleep(300*time.Millisecond))
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", ".github", "images", name), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestBrowser is the walk of a newcomer: paste, read the fix, switch to
// Korean, open an issue, fill the form, see the preview.
func TestBrowser(t *testing.T) {
	if os.Getenv("MEDIC_BROWSER") == "" {
		t.Skip("needs Chromium: make test-all installs it and sets MEDIC_BROWSER=1")
	}
	const command = "--copy-to=etcd-shell"
	w := newWorld(t, playground.Options{Samples: samples("")}, nil)
	ctx := browser(t, w.local.URL())
	run(t, ctx, "paste", chromedp.Click(id("channel-help")), chromedp.SendKeys(id("composer"), badMember), chromedp.Click(id("send")))
	if text := waitMessage(t, ctx, command); !strings.Contains(text, "bad member ID arg") {
		t.Errorf("the reply does not quote the line: %s", text)
	}
	picture(t, ctx, "answer-en.png")

	script[bool](t, ctx, "korean", `(e => { e.value = "ko"; return e.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector('`+id("locale")+`'))`)
	run(t, ctx, "command", chromedp.SendKeys(id("composer"), "/"), chromedp.WaitVisible(id("command-option")))
	script[bool](t, ctx, "command", `(e => { e.click(); return true })(Array.from(document.querySelectorAll('`+id("command-option")+`')).find(e => e.innerText.includes("문제해결")))`)
	run(t, ctx, "option", chromedp.Sleep(200*time.Millisecond), chromedp.KeyEvent(badMember), chromedp.Sleep(600*time.Millisecond), chromedp.KeyEvent("\r"))
	if text := waitMessage(t, ctx, "해결 방법"); !strings.Contains(text, command) {
		t.Errorf("the Korean reply lacks the command: %s", text)
	}
	picture(t, ctx, "answer-ko.png")

	script[bool](t, ctx, "open an issue", `(e => { e.click(); return true })(Array.from(document.querySelectorAll('[data-testid^="button-m1:issue:"]')).pop())`)
	run(t, ctx, "form", chromedp.WaitVisible(id("modal")))
	filled := script[int](t, ctx, "fill the form", `Array.from(document.querySelectorAll('[data-testid^="modal-input-"]')).filter(e => !e.value).map(e => {
		e.value = "it crashed after a power cut"; e.dispatchEvent(new Event("input", {bubbles: true})) }).length`)
	if filled == 0 {
		t.Error("the form has nothing to fill in")
	}
	run(t, ctx, "submit", chromedp.Click(id("modal-submit")))
	text := waitMessage(t, ctx, "issue.md")
	for _, want := range []string{"아직 아무것도 전송되지 않았습니다", "### Environment"} {
		if !strings.Contains(text, want) {
			t.Errorf("the preview lacks %q: %s", want, text)
		}
	}
	picture(t, ctx, "preview.png")
}
