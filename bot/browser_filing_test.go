package bot

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserFiling goes the whole way of an unknown error in the page: not
// known, existing issues, form, preview, filed, the issue's own page, closed
// there with a fix, told in the channel, and the next one gets the issue.
func TestBrowserFiling(t *testing.T) {
	if os.Getenv("MEDIC_BROWSER") == "" {
		t.Skip("needs Chromium: make test-all installs it and sets MEDIC_BROWSER=1")
	}
	h := newHubWorld(t, func(o *Options) { o.GitHub.Hush = patience })
	h.hooked()
	seedIssues(h.peer, hubRepo)
	h.bot.refreshMirrors(t.Context())
	ctx := browser(t, h.local.URL())
	run(t, ctx, "paste", chromedp.Click(id("channel-general")), chromedp.SendKeys(id("composer"), "<@"+h.local.BotID()+"> milvus v2.6.1 "+widget+" password=hunter2hunter2 at 10.1.2.3"), chromedp.Click(id("send")))
	waitPage(t, ctx, "I do not know this problem")
	click(t, ctx, actIssue, "")
	waitPage(t, ctx, "These may be about the same problem")
	shot(t, ctx, "filing-duplicates", true)
	click(t, ctx, actForm, "")
	run(t, ctx, "form", chromedp.WaitVisible(id("modal")))
	script[int](t, ctx, "fill the form", `Array.from(document.querySelectorAll('[data-testid^="modal-input-"]')).filter(e => !e.value).map(e => {
		e.value = "it drifts after a load"; e.dispatchEvent(new Event("input", {bubbles: true})) }).length`)
	shot(t, ctx, "filing-form", true)
	run(t, ctx, "submit", chromedp.Click(id("modal-submit")))
	waitPage(t, ctx, "Nothing has been sent")
	waitPage(t, ctx, "password")
	shot(t, ctx, "filing-preview", true)
	click(t, ctx, actFile, "")
	waitPage(t, ctx, "is reported as")
	shot(t, ctx, "filing-filed", true)
	link := script[string](t, ctx, "link", `(Array.from(document.querySelectorAll('[data-testid="message"] a')).map(e => e.href).filter(e => e.endsWith("/issues/6")).pop() || "")`)
	if link != h.site+"/"+hubRepo+"/issues/6" {
		t.Fatalf("the link to the issue is %q", link)
	}

	run(t, ctx, "issue page", chromedp.Navigate(link), chromedp.WaitVisible(`textarea[name="comment"]`))
	page := script[string](t, ctx, "issue page", `document.body.innerText`)
	for _, want := range []string{"widget calibration drifted", "Environment", "kind/bug", "As a maintainer"} {
		if !strings.Contains(page, want) {
			t.Errorf("the issue's page lacks %q: %s", want, page)
		}
	}
	if strings.Contains(page, "hunter2") || strings.Contains(page, "10.1.2.3") {
		t.Error("the issue's page shows what was to be removed")
	}
	run(t, ctx, "close", chromedp.SendKeys(`textarea[name="comment"]`, "Fixed in v2.6.5"), chromedp.Click(`button[value="completed"]`), chromedp.WaitVisible(`button[value="reopen"]`))

	run(t, ctx, "back", chromedp.Navigate(h.local.URL()), chromedp.WaitVisible(id("composer")), chromedp.Click(id("channel-general")))
	waitPage(t, ctx, "is fixed in 2.6.5")
	waitPage(t, ctx, "You run 2.6.1: upgrade to 2.6.5 or later")
	shot(t, ctx, "filing-fixed", true)
	grace := h.local.As("Grace")
	h.say(grace, "help", strings.ReplaceAll(widget, "nodeID=7", "nodeID=12"))
	h.reply(grace, "help", "This error is reported on GitHub", "is fixed in 2.6.5")
	run(t, ctx, "help", chromedp.Click(id("channel-help")))
	waitPage(t, ctx, "This error is reported on GitHub")
	shot(t, ctx, "filing-next", true)
}
