package bot

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/github/peer"
	"github.com/milvus-medic/medic/github/peer/openapi"
)

const (
	hubToken  = "github_pat_canary_0123456789abcdef"
	hubSecret = "a-webhook-secret-for-tests"
	hubRepo   = "milvus-io/milvus"
	// widget is an error that nobody knows.
	widget = `[2025/03/04 05:06:07.089 +00:00] [ERROR] [querynode/segment.go:77] ["widget calibration drifted"] [nodeID=7] [error="sprocket 12 out of tune"]`
)

// quickHub shortens what is waited for on the way to GitHub.
var quickHub = GitHubTimings{
	Client: github.Options{Timeout: 2 * time.Second, MaxWait: -1, WriteGap: time.Nanosecond},
	Filer:  github.FilerOptions{LookAfter: []time.Duration{time.Millisecond}, AbsentAfter: 300 * time.Millisecond},
	Settle: 50 * time.Millisecond, Hush: time.Millisecond, Poll: 50 * time.Millisecond,
}

// apiChecker holds every exchange with GitHub against its own description,
// where that is at hand.
var apiChecker = sync.OnceValues(func() (*openapi.Checker, error) {
	return openapi.Load(cmp.Or(os.Getenv("MEDIC_DATA"), "../../shared"))
})

// hubWorld is a world with a GitHub.
type hubWorld struct {
	*world
	peer *peer.Server
	site string
}

// newPeer starts a GitHub with one repository in which the bot may file.
func newPeer(t *testing.T) (*peer.Server, string) {
	t.Helper()
	c, err := apiChecker()
	if err != nil {
		t.Fatal(err)
	}
	p := peer.New(peer.Options{Maintain: true, Watch: c.Watch(t)})
	srv := httptest.NewServer(p)
	t.Cleanup(srv.Close)
	p.SetURL(srv.URL)
	p.AddRepo(hubRepo, "kind/bug", "needs-triage")
	p.AddToken(hubToken, "medic-helper", true)
	return p, srv.URL
}

// newHubWorld starts a local Discord, a local GitHub and a bot between them.
func newHubWorld(t *testing.T, change func(*Options)) *hubWorld {
	t.Helper()
	p, site := newPeer(t)
	h := &hubWorld{peer: p, site: site}
	t.Cleanup(func() { // after the bot has ended
		for _, secret := range []string{hubToken, hubSecret} {
			if strings.Contains(h.log.String(), secret) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
	h.world = newWorldWith(t, playground.Options{}, func(o *Options) {
		useHub(o, p)
		if change != nil {
			change(o)
		}
	})
	return h
}

func useHub(o *Options, p *peer.Server) {
	o.Config.GitHub.Token, o.Config.GitHub.APIURL = hubToken, p.API()
	o.Config.GitHub.WebhookSecret = hubSecret
	o.GitHub = quickHub
	o.GitHub.Client.Transport = &http.Transport{MaxIdleConnsPerHost: 10}
}

// hooked lets GitHub's webhooks reach the bot.
func (h *hubWorld) hooked() {
	h.t.Helper()
	handler, err := h.bot.webhooks()
	if err != nil {
		h.t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	h.t.Cleanup(srv.Close)
	h.t.Cleanup(h.peer.Wait)
	h.peer.AddHook(hubRepo, srv.URL+hookPath, hubSecret)
}

// report goes from an unknown error to the preview of its issue.
func (w *world) report(p *playground.Person, channel, text string) playground.Message {
	w.t.Helper()
	w.slash(p, channel, playground.Opt(optionProblem, text))
	w.press(p, channel, w.reply(p, channel, "I do not know this problem"), actIssue)
	w.press(p, channel, w.reply(p, channel, "Before you report"), actForm)
	w.fill(p)
	return w.reply(p, channel, "Nothing has been sent")
}

// fill fills in the form that is open.
func (w *world) fill(p *playground.Person) {
	w.t.Helper()
	modal, err := p.WaitModal(w.ctx())
	if err != nil {
		w.t.Fatalf("%v; log:\n%s", err, w.log.String())
	}
	values := map[string]string{}
	for _, c := range modal.Components {
		if c.CustomID != "" && c.CustomID != titleInput {
			values[c.CustomID] = "it happens after a load, password=hunter2hunter2"
		}
	}
	if _, err := p.Submit(modal, values); err != nil {
		w.t.Fatal(err)
	}
}

// issues waits for n issues.
func (h *hubWorld) issues(n int) []peer.Issue {
	h.t.Helper()
	deadline := time.Now().Add(patience)
	for len(h.peer.Issues(hubRepo)) != n && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	list := h.peer.Issues(hubRepo)
	if len(list) != n {
		h.t.Fatalf("%d issues, want %d; log:\n%s", len(list), n, h.log.String())
	}
	for _, i := range list {
		if strings.Contains(i.Title+i.Body+strings.Join(i.Comments, " "), "hunter2") {
			h.t.Errorf("issue %d holds a secret:\n%s", i.Number, i.Body)
		}
	}
	return list
}

// TestFilingEndToEnd is the whole way: unknown, duplicates, form, preview,
// filed, closed by a webhook, told, and the next one who has the same error
// gets the issue.
func TestFilingEndToEnd(t *testing.T) {
	h := newHubWorld(t, nil)
	h.hooked()
	ada := h.local.As("Ada")
	h.say(ada, "general", "<@"+h.local.BotID()+"> milvus v2.6.1 says\n"+widget+"\ntoken=hunter2hunter2 at 10.1.2.3")
	h.press(ada, "general", h.reply(ada, "general", "I do not know this problem"), actIssue)
	dups := h.reply(ada, "general", "Before you report", "By going on you state", "I have searched the existing issues")
	if !dups.Ephemeral() {
		t.Error("what may be the same is shown to all")
	}
	h.press(ada, "general", dups, actForm)
	h.fill(ada)
	preview := h.reply(ada, "general", "Nothing has been sent", "ip address", "File it", "kind/bug")
	if !preview.Ephemeral() {
		t.Error("the preview is public")
	}
	h.press(ada, "general", preview, actFile)
	h.reply(ada, "general", "Filed as", h.site+"/"+hubRepo+"/issues/1")
	issue := h.issues(1)[0]
	for _, want := range []string{"### Environment", "widget calibration drifted", "2.6.1", "<ip-1>", "- [x] I have searched", "https://discord.com/channels/"} {
		if !strings.Contains(issue.Body, want) {
			t.Errorf("the issue lacks %q:\n%s", want, issue.Body)
		}
	}
	if strings.Contains(issue.Body, "hunter2") || strings.Contains(issue.Body, "10.1.2.3") || strings.Join(issue.Labels, " ") != "kind/bug needs-triage" {
		t.Errorf("secrets or labels %v in\n%s", issue.Labels, issue.Body)
	}
	grace := h.local.As("Grace")
	if m := h.reply(grace, "general", "is reported as", "/issues/1"); m.Ephemeral() {
		t.Error("the channel is not told")
	}
	in, err := h.bot.store.IntentOfIssue(t.Context(), hubRepo, 1)
	if err != nil || in.ConfirmedBy != ada.ID() || in.ConfirmedAt.IsZero() || in.Digest != store.Digest(hubRepo, issue.Title, issue.Body) {
		t.Errorf("the confirmation is %+v, %v", in, err)
	}

	h.peer.Comment(hubRepo, 1, "maintainer", "MEMBER", "Fixed in v2.6.5 by #48211")
	h.peer.Close(hubRepo, 1, "completed")
	h.reply(grace, "general", "is fixed in 2.6.5 (", "/pull/48211", "You run 2.6.1: upgrade to 2.6.5")

	h.say(grace, "help", strings.ReplaceAll(strings.ReplaceAll(widget, "nodeID=7", "nodeID=9"), "05:06", "09:11"))
	h.reply(grace, "help", "This error is reported on GitHub", "is fixed in 2.6.5", "not reviewed")
	if n := len(h.peer.Issues(hubRepo)); n != 1 {
		t.Errorf("%d issues", n)
	}
}

// TestFilingOnce presses a hundred times at once: one issue.
func TestFilingOnce(t *testing.T) {
	h := newHubWorld(t, func(o *Options) { o.Config.GitHub.Quota = config.Quota{} })
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	id := h.button(preview, actFile)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if _, err := ada.Press("general", preview.ID(), id); err != nil && !strings.Contains(err.Error(), "no control") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.reply(ada, "general", "Filed as")
	h.issues(1)
	h.logged(`"msg":"filed"`)
	if posts := h.posts(); posts != 1 {
		t.Errorf("%d requests to file", posts)
	}
}

// posts counts the requests that made an issue.
func (h *hubWorld) posts() (n int) {
	for _, r := range h.peer.Requests() {
		if strings.HasPrefix(r, "POST repos/"+hubRepo+"/issues ") {
			n++
		}
	}
	return n
}

// TestFilingTwoBots lets two bots on one store take the press of one person.
func TestFilingTwoBots(t *testing.T) {
	h := newHubWorld(t, nil)
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	id, digest, _ := strings.Cut(strings.TrimPrefix(h.button(preview, actFile), idVersion+":"+actFile.name+":"), ".")
	options := h.options
	options.Store = h.bot.store
	other, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	other.session = h.bot.session
	in, err := h.bot.store.Intent(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 20 {
		b := []*Bot{h.bot, other}[n%2]
		all.Go(func() {
			if _, err := b.file(t.Context(), in, ada.ID(), digest); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.issues(1)
	if posts := h.posts(); posts != 1 {
		t.Errorf("%d requests to file", posts)
	}
}

// TestFilingRestart: a report outlives the bot, at the preview and at the form.
func TestFilingRestart(t *testing.T) {
	p, site := newPeer(t)
	h := &hubWorld{peer: p, site: site}
	h.world = emptyWorld(t, playground.Options{}, func(o *Options) { useHub(o, p) })
	path := filepath.Join(t.TempDir(), store.FileName)
	restart := func() {
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		h.start(s)
	}
	restart()
	ada := h.local.As("Ada")
	h.slash(ada, "general", playground.Opt(optionProblem, widget))
	h.press(ada, "general", h.reply(ada, "general", "I do not know this problem"), actIssue)
	dups := h.reply(ada, "general", "Before you report")
	h.stop()
	restart()
	h.press(ada, "general", dups, actForm)
	modal, err := ada.WaitModal(h.ctx())
	if err != nil {
		t.Fatal(err)
	}
	h.stop()
	restart()
	values := map[string]string{}
	for _, c := range modal.Components {
		if c.CustomID != "" && c.CustomID != titleInput {
			values[c.CustomID] = "typed before the restart"
			break
		}
	}
	if len(values) == 0 {
		values[titleInput] = "typed before the restart"
	}
	if _, err := ada.Submit(modal, values); err != nil {
		t.Fatal(err)
	}
	preview := h.reply(ada, "general", "Nothing has been sent")
	h.stop()
	restart()
	h.press(ada, "general", preview, actFile)
	h.reply(ada, "general", "Filed as")
	if body := h.issues(1)[0].Body; !strings.Contains(body, "typed before the restart") {
		t.Errorf("what was typed is lost:\n%s", body)
	}
	h.reply(h.local.As("Grace"), "general", "is reported as")
	h.stop()
	restart()
	h.peer.Close(hubRepo, 1, "not_planned") // heard of by polling
	h.reply(h.local.As("Grace"), "general", "a change is not planned")
	said := 0
	for _, m := range h.local.As("Grace").Sees("general") {
		if strings.Contains(m.Text(), "is reported as") || strings.Contains(m.Text(), "not planned") {
			said++
		}
	}
	if said != 2 {
		t.Errorf("%d notes, want two", said)
	}
}

// TestStalePreview: a press files the text that it was shown with, or nothing.
func TestStalePreview(t *testing.T) {
	h := newHubWorld(t, nil)
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	old := h.button(preview, actFile)
	parts := strings.Split(old, ".")
	in, err := h.bot.store.Intent(t.Context(), strings.TrimPrefix(parts[0], idVersion+":"+actFile.name+":"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := draftOf(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := takeAnswers(d, map[string][]string{titleInput: {"another title for the widget problem"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.bot.saveDraft(t.Context(), in, d); err != nil {
		t.Fatal(err)
	}
	h.press(ada, "general", preview, actFile)
	next := h.reply(ada, "general", "has changed since that preview", "another title")
	h.issues(0)
	h.press(ada, "general", next, actFile)
	h.reply(ada, "general", "Filed as")
	if title := h.issues(1)[0].Title; !strings.Contains(title, "another title") {
		t.Errorf("title %q", title)
	}
}

// TestMeToo adds to an issue that is there instead of filing another.
func TestMeToo(t *testing.T) {
	h := newHubWorld(t, func(o *Options) { o.GitHub.Poll = time.Hour })
	n := h.peer.Open(hubRepo, "someone", "[Bug]: widget calibration drifted", "```\n"+widget+"\n```")
	h.peer.Open(hubRepo, "someone", "[Bug]: something else entirely", "the moon is blue")
	h.bot.refreshMirrors(t.Context())
	ada := h.local.As("Ada")
	h.slash(ada, "general", playground.Opt(optionProblem, widget))
	h.press(ada, "general", h.reply(ada, "general", "I do not know this problem"), actIssue)
	dups := h.reply(ada, "general", "These may be about the same problem", "The same error stands in it", "Open", "/issues/1")
	h.press(ada, "general", dups, actMine, fmt.Sprint(n))
	preview := h.reply(ada, "general", "Nothing has been sent", hubRepo+"#1", "Add the comment")
	h.press(ada, "general", preview, actFile)
	h.reply(ada, "general", "Your details are on")
	h.reply(h.local.As("Grace"), "general", "were added to")
	list := h.peer.Issues(hubRepo)
	if len(list) != 2 || len(list[0].Comments) != 1 || !strings.Contains(list[0].Comments[0], "widget calibration drifted") {
		t.Errorf("%+v", list)
	}
}
