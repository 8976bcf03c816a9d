package bot

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/github/peer"
)

// filedWorld is a hub world with issue 1 filed from #general.
func filedWorld(t *testing.T, change func(*Options)) *hubWorld {
	t.Helper()
	h := newHubWorld(t, change)
	ada := h.local.As("Ada")
	h.press(ada, "general", h.report(ada, "general", "milvus v2.6.1\n"+widget), actFile)
	h.reply(ada, "general", "Filed as")
	h.reply(h.local.As("Grace"), "general", "is reported as")
	return h
}

// notes counts the bot's messages in #general that everybody sees.
func (h *hubWorld) notes() (n int) {
	for _, m := range h.local.As("Grace").Sees("general") {
		if m.FromBot() {
			n++
		}
	}
	return n
}

// eventually waits for what no message on Discord tells of.
func (h *hubWorld) eventually(what string, cond func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("not so: %s; log:\n%s", what, h.log.String())
		}
	}
}

// TestWayBack: whatever happens to the issue comes back as one line, whichever
// way the bot hears of it.
func TestWayBack(t *testing.T) {
	ways := map[string]struct {
		change func(*Options)
		hooked bool
	}{
		"webhooks": {func(o *Options) { o.GitHub.Poll = time.Hour }, true},
		"polling":  {nil, false},
		"both":     {nil, true},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			h := filedWorld(t, way.change)
			if way.hooked {
				h.hooked()
			}
			grace := h.local.As("Grace")
			said := h.notes()
			step := func(want string, act func()) {
				t.Helper()
				act()
				h.reply(grace, "general", want)
				if said++; h.notes() != said {
					t.Errorf("after %q: %d notes, want %d", want, h.notes(), said)
				}
			}
			step("need more information", func() { h.peer.Label(hubRepo, 1, "triage/needs-information") })
			step("A maintainer has answered", func() { h.peer.Comment(hubRepo, 1, "maintainer", "MEMBER", "which index is it?") })
			step("a change is not planned", func() { h.peer.Close(hubRepo, 1, "not_planned") })
			step("is open again", func() { h.peer.Reopen(hubRepo, 1) })
			h.peer.AddRepo("milvus-io/pymilvus")
			step("was moved to", func() { h.peer.Transfer(hubRepo, 1, "milvus-io/pymilvus") })
			h.eventually("it is followed to its new home", func() bool {
				i, err := h.bot.store.Issue(t.Context(), "milvus-io/pymilvus", 1)
				return err == nil && !i.Gone
			})
		})
	}
}

// TestMoveAfterACrash: an issue that was transferred is followed although the
// bot ended between the note of it and the move.
func TestMoveAfterACrash(t *testing.T) {
	h := filedWorld(t, func(o *Options) { o.GitHub.Poll = time.Hour })
	from, to := github.Repo{Owner: "milvus-io", Name: "milvus"}, github.Repo{Owner: "milvus-io", Name: "pymilvus"}
	e := github.Event{Kind: github.EventTransferred, Repo: from, Number: 1, MovedTo: to, MovedNumber: 7}
	issue, err := h.bot.store.Issue(t.Context(), from.String(), 1)
	if err != nil {
		t.Fatal(err)
	}
	note := store.Note{ID: e.Key(), Kind: store.NoteKind(e.Kind), Detail: "{}", Due: time.Now()}
	if fresh, err := h.bot.store.Happened(t.Context(), issue, false, note, time.Now()); err != nil || !fresh {
		t.Fatalf("fresh %v, %v", fresh, err)
	}
	for range 2 { // GitHub says it again and again
		if err := h.bot.happened(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.bot.store.Issue(t.Context(), to.String(), 7); err != nil {
		t.Error(err)
	}
}

// TestOneMessageForCommentAndClosing: what a maintainer does in one go is told
// in one line.
func TestOneMessageForCommentAndClosing(t *testing.T) {
	h := filedWorld(t, func(o *Options) { o.GitHub.Hush, o.GitHub.Poll = time.Hour, time.Hour })
	h.hooked()
	said := h.notes()
	h.peer.Comment(hubRepo, 1, "maintainer", "MEMBER", "Fixed in v2.6.0")
	h.logged(`"kind":"maintainer"`)
	h.peer.Close(hubRepo, 1, "completed")
	h.reply(h.local.As("Grace"), "general", "is fixed in 2.6.0", "You run 2.6.1, which should have the fix")
	h.eventually("no note is left", func() bool {
		notes, err := h.bot.store.UnsentNotes(t.Context())
		return err == nil && len(notes) == 0
	})
	if n := h.notes(); n != said+1 {
		t.Errorf("%d notes, want one more than %d", n, said)
	}
}

// TestNextAsker: a fixed issue answers unasked, an open one only when asked,
// and neither stands above a reviewed entry.
func TestNextAsker(t *testing.T) {
	h := filedWorld(t, nil)
	grace := h.local.As("Grace")
	later := strings.ReplaceAll(widget, "nodeID=7", "nodeID=11")
	h.say(grace, "help", later)
	h.logged(`"reason":"nothing known"`)
	h.slash(grace, "help", playground.Opt(optionProblem, later))
	h.reply(grace, "help", "This error is reported on GitHub", "is open", "Open an issue")
	h.slash(grace, "help", playground.Opt(optionProblem, later+"\n"+badMember))
	if m := h.reply(grace, "help", "--copy-to=etcd-shell"); strings.Contains(m.Text(), "reported on GitHub") {
		t.Error("an issue stands beside a reviewed entry")
	}
	h.peer.Comment(hubRepo, 1, "maintainer", "MEMBER", "Fixed in v2.6.5")
	h.peer.Close(hubRepo, 1, "completed")
	h.reply(grace, "general", "is fixed in 2.6.5")
	h.slash(grace, "general", playground.Opt(optionProblem, "milvus v2.6.3\n"+later))
	h.reply(grace, "general", "This error is reported on GitHub", "You run 2.6.3: upgrade to 2.6.5", "not reviewed")
	h.slash(grace, "general", playground.Opt(optionProblem, strings.ReplaceAll(widget, "widget calibration", "gadget alignment")))
	h.reply(grace, "general", "I do not know this problem")
}

// TestWebhookMustBeSigned: what is not GitHub's changes nothing, and neither
// does a repeat; the port of health and metrics takes none.
func TestWebhookMustBeSigned(t *testing.T) {
	h := filedWorld(t, func(o *Options) { o.GitHub.Poll = time.Hour })
	handler, err := h.bot.webhooks()
	if err != nil {
		t.Fatal(err)
	}
	var seen *http.Request
	var body []byte
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		b.ReadFrom(r.Body)
		seen, body = r, b.Bytes()
	}))
	t.Cleanup(front.Close)
	h.peer.AddHook(hubRepo, front.URL, hubSecret)
	h.peer.Close(hubRepo, 1, "completed")
	h.peer.Wait()
	post := func(to http.Handler, change func(http.Header)) int {
		req := httptest.NewRequest(http.MethodPost, hookPath, bytes.NewReader(body))
		req.Header = seen.Header.Clone()
		change(req.Header)
		rec := httptest.NewRecorder()
		to.ServeHTTP(rec, req)
		return rec.Code
	}
	if code := post(handler, func(h http.Header) { h.Del("X-Hub-Signature-256") }); code != http.StatusForbidden {
		t.Errorf("unsigned: %d", code)
	}
	if code := post(h.bot.handler(), func(http.Header) {}); code != http.StatusNotFound {
		t.Errorf("on the private port: %d", code)
	}
	if i, err := h.bot.store.Issue(t.Context(), hubRepo, 1); err != nil || i.Closed {
		t.Errorf("closed by a stranger: %+v, %v", i, err)
	}
	for k, want := range []int{http.StatusAccepted, http.StatusNoContent} {
		if code := post(handler, func(http.Header) {}); code != want {
			t.Errorf("delivery %d: %d, want %d", k, code, want)
		}
	}
	h.reply(h.local.As("Grace"), "general", "was closed as completed")
}

// TestForgetAfterFiling: who filed is gone from the store, and the channel
// still hears of the issue.
func TestForgetAfterFiling(t *testing.T) {
	h := filedWorld(t, nil)
	if _, err := h.bot.store.ForgetUser(t.Context(), h.local.As("Ada").ID(), time.Now()); err != nil {
		t.Fatal(err)
	}
	in, err := h.bot.store.IntentOfIssue(t.Context(), hubRepo, 1)
	if err != nil || in.Author != "" || in.ConfirmedBy != "" || in.Body != "" || in.Draft != "" || in.State != store.StateFiled {
		t.Errorf("%+v, %v", in, err)
	}
	h.peer.Close(hubRepo, 1, "duplicate")
	h.reply(h.local.As("Grace"), "general", "as a duplicate of another issue")
}

// TestLocalGitHub: the playground's GitHub takes a report, and its webhooks
// reach the bot.
func TestLocalGitHub(t *testing.T) {
	hub, err := newLocalGitHub(hubRepo)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = serveOn(t.Context(), hub.pages, hub.peer) }()
	w := newWorldWith(t, playground.Options{}, func(o *Options) { o.Config.GitHub = hub.settings(o.Config.GitHub) })
	handler, err := w.bot.webhooks()
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = serveOn(t.Context(), hub.hooks, handler) }()
	ada := w.local.As("Ada")
	w.press(ada, "general", w.report(ada, "general", widget), actFile)
	w.reply(ada, "general", "Filed as", hub.url)
	var filed *peer.Issue
	for _, i := range hub.peer.Issues(hubRepo) {
		if i.Author != "somebody" {
			filed = &i
		}
	}
	if filed == nil {
		t.Fatal("nothing was filed")
	}
	hub.peer.Close(hubRepo, filed.Number, "completed")
	w.reply(w.local.As("Grace"), "general", "was closed as completed")
}
