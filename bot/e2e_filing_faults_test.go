package bot

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/github/peer"
)

const issuesPath = "repos/" + hubRepo + "/issues"

// cutWire is a network that can be cut.
type cutWire struct {
	cut  atomic.Bool
	base http.RoundTripper
}

func (c *cutWire) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.cut.Load() {
		return nil, errors.New("network is unreachable")
	}
	return c.base.RoundTrip(req)
}

// postFault is a fault of the request that files.
func postFault(f peer.Fault) func(*hubWorld, *cutWire) {
	f.Method, f.Path, f.Suffix = "POST", issuesPath, "/issues"
	if f.Times == 0 {
		f.Times = 1
	}
	return func(h *hubWorld, _ *cutWire) { h.peer.Fail(f) }
}

// TestGitHubFaultsAreSaid: whatever GitHub does when a report is filed, its
// author reads what happened and what to do, nothing is lost, and in the end
// there is one issue.
func TestGitHubFaultsAreSaid(t *testing.T) {
	reset := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	const kept = "nothing is lost"
	for name, c := range map[string]struct {
		arrange func(*hubWorld, *cutWire)
		want    []string
		mend    func(*hubWorld, *cutWire) // nil: it was filed
	}{
		"H2 timeout after the effect": {postFault(peer.Fault{Hang: true, After: true}), []string{"Filed as"}, nil},
		"H3 bad gateway after":        {postFault(peer.Fault{Status: 502, After: true, Body: "<html>"}), []string{"Filed as"}, nil},
		"H3 dropped after":            {postFault(peer.Fault{Drop: true, After: true}), []string{"Filed as"}, nil},
		"H4 primary limit": {postFault(peer.Fault{Status: 403, Body: `{"message":"API rate limit exceeded"}`,
			Header: map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}}), []string{"lets me send no more", "<t:", kept}, func(*hubWorld, *cutWire) {}},
		"H5 secondary limit": {postFault(peer.Fault{Status: 429, Header: map[string]string{"Retry-After": "600"}, Body: `{"message":"secondary rate limit"}`}),
			[]string{"lets me send no more", "<t:", kept}, func(*hubWorld, *cutWire) {}},
		"H6 unauthorised": {postFault(peer.Fault{Status: 401, Body: `{"message":"Bad credentials"}`}), []string{"does not accept my access", kept}, again},
		"forbidden":       {postFault(peer.Fault{Status: 403, Body: `{"message":"Resource not accessible"}`}), []string{"permission to write issues is missing", kept}, again},
		"H7 not found":    {postFault(peer.Fault{Status: 404, Body: `{"message":"Not Found"}`}), []string{"does not show me that repository", kept}, again},
		"H8 issues off": {func(h *hubWorld, _ *cutWire) { h.peer.SetIssues(hubRepo, false) }, []string{"takes no issues any more", kept},
			func(h *hubWorld, _ *cutWire) { h.peer.SetIssues(hubRepo, true); again(h, nil) }},
		"H9 invalid": {postFault(peer.Fault{Status: 422, Body: `{"message":"Validation Failed","errors":[{"message":"title is too odd"}]}`}),
			[]string{"refuses the text", "title is too odd", kept}, again},
		"H11 index lags": {func(h *hubWorld, w *cutWire) {
			h.peer.HoldSearch(hubRepo, true)
			postFault(peer.Fault{Drop: true, After: true})(h, w)
		}, []string{"Filed as"}, nil},
		"H14 renamed": {func(h *hubWorld, _ *cutWire) { h.peer.Rename(hubRepo, "lf-ai/milvus") }, []string{"another name now", kept}, func(*hubWorld, *cutWire) {}},
		"H15 slow":    {postFault(peer.Fault{After: true, Trickle: 20 * time.Millisecond, Status: 201}), []string{"Filed as"}, nil},
		"no network": {func(_ *hubWorld, w *cutWire) { w.cut.Store(true) }, []string{"cannot be reached", kept},
			func(h *hubWorld, w *cutWire) { w.cut.Store(false); again(h, nil) }},
		"not understood": {postFault(peer.Fault{Status: 418, Body: `{"message":"tea"}`}), nil, func(*hubWorld, *cutWire) {}},
	} {
		t.Run(name, func(t *testing.T) {
			wire := &cutWire{base: &http.Transport{MaxIdleConnsPerHost: 10}}
			h := newHubWorld(t, func(o *Options) {
				o.GitHub.Client.Transport, o.GitHub.Client.Timeout, o.GitHub.Poll = wire, 300*time.Millisecond, time.Hour
				o.GitHub.Filer = github.FilerOptions{LookAfter: []time.Duration{time.Millisecond, 50 * time.Millisecond}, AbsentAfter: time.Minute}
				o.Config.GitHub.Quota = config.Quota{}
			})
			ada := h.local.As("Ada")
			preview := h.report(ada, "general", widget)
			c.arrange(h, wire)
			h.press(ada, "general", preview, actFile)
			if c.want == nil {
				h.reply(ada, "general", "it is not known yet")
				return
			}
			said := h.reply(ada, "general", c.want...)
			if !said.Ephemeral() {
				t.Error("trouble is told to all")
			}
			if c.mend == nil {
				h.issues(1)
				page := httptest.NewRecorder()
				h.bot.handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
				if !strings.Contains(page.Body.String(), `medic_issues_created_total{result="adopted"} 1`) {
					t.Error("what was found on GitHub is not counted as such")
				}
				return
			}
			c.mend(h, wire)
		})
	}
}

// again presses once more, when the fault is over: one issue.
func again(h *hubWorld, _ *cutWire) {
	h.t.Helper()
	ada := h.local.As("Ada")
	h.press(ada, "general", h.reply(ada, "general", "nothing is lost"), actFile)
	h.reply(ada, "general", "Filed as")
	h.issues(1)
}

// TestH1LostRequestIsAskedFor: nobody knows whether it arrived, the bot looks,
// and when it certainly is not there its author decides.
func TestH1LostRequestIsAskedFor(t *testing.T) {
	h := newHubWorld(t, func(o *Options) { o.GitHub.Client.Timeout = 150 * time.Millisecond })
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	postFault(peer.Fault{Hang: true})(h, nil)
	h.press(ada, "general", preview, actFile)
	h.reply(ada, "general", "it is not known yet")
	note := h.reply(h.local.As("Grace"), "general", "did not arrive")
	h.press(h.local.As("Grace"), "general", note, actAgain)
	h.reply(h.local.As("Grace"), "general", "Only the person who asked")
	h.issues(0)
	h.press(ada, "general", note, actAgain)
	h.reply(ada, "general", "Filed as")
	h.issues(1)
	h.press(ada, "general", note, actAgain)
	h.issues(1)
	if posts := h.posts(); posts != 1 {
		t.Errorf("%d requests to file arrived, want the one that was asked for", posts)
	}
}

// TestAnotherTryThatCannotLook: where GitHub cannot be asked whether a report
// is there, nobody reads that it is not, and no report of the day is given back.
func TestAnotherTryThatCannotLook(t *testing.T) {
	wire := &cutWire{base: &http.Transport{MaxIdleConnsPerHost: 10}}
	h := newHubWorld(t, func(o *Options) {
		o.GitHub.Client.Transport, o.GitHub.Client.Timeout = wire, 150*time.Millisecond
		o.Config.GitHub.Quota = config.Quota{UserPerDay: 1}
	})
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	postFault(peer.Fault{Hang: true})(h, nil)
	h.press(ada, "general", preview, actFile)
	note := h.reply(h.local.As("Grace"), "general", "did not arrive")
	wire.cut.Store(true)
	h.press(ada, "general", note, actAgain)
	h.logged("report not looked up before another try")
	h.eventually("the second answer says that nobody knows", func() bool {
		n := 0
		for _, m := range ada.Sees("general") {
			if strings.Contains(m.Text(), "Nothing was filed") {
				t.Errorf("%s", m.Text())
			}
			if strings.Contains(m.Text(), "it is not known yet") {
				n++
			}
		}
		return n == 2
	})
	if _, ok := h.bot.hub.quota.Take(ada.ID(), "", time.Now()); ok {
		t.Error("a report of the day was given back")
	}
	wire.cut.Store(false)
	h.press(ada, "general", note, actAgain)
	h.reply(ada, "general", "Filed as")
	h.issues(1)
}

// TestH10LabelsAreNotPromised where they would be dropped.
func TestH10LabelsAreNotPromised(t *testing.T) {
	h := newHubWorld(t, nil)
	h.peer.AddToken(hubToken, "medic-helper", false)
	ada := h.local.As("Ada")
	preview := h.report(ada, "general", widget)
	if strings.Contains(preview.Text(), "Labels") {
		t.Errorf("labels are promised: %s", preview.Text())
	}
	h.press(ada, "general", preview, actFile)
	h.reply(ada, "general", "Filed as")
	if i := h.issues(1)[0]; len(i.Labels) != 0 {
		t.Errorf("labels %v", i.Labels)
	}
}

// TestH12PartialSearchIsSaid: there may be more than what is shown.
func TestH12PartialSearchIsSaid(t *testing.T) {
	h := newHubWorld(t, nil)
	h.peer.PartialSearch(hubRepo, true)
	ada := h.local.As("Ada")
	h.slash(ada, "general", playground.Opt(optionProblem, widget))
	h.press(ada, "general", h.reply(ada, "general", "I do not know this problem"), actIssue)
	h.reply(ada, "general", "Before you report", "there may be more")
}

// TestH13FormOfTheRepository: a changed form changes the draft, and one that
// cannot be read leaves the built-in one.
func TestH13FormOfTheRepository(t *testing.T) {
	form := "name: Bug\ntitle: \"[Broken]: \"\nbody:\n- type: textarea\n  id: what\n  attributes: {label: What went wrong today}\n- type: textarea\n  id: log\n  attributes: {label: Server Log, render: shell}\n"
	for name, c := range map[string]struct{ form, want string }{
		"changed": {form, "### What went wrong today"},
		"broken":  {"name: [broken", "### Current Behavior"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHubWorld(t, nil)
			h.peer.PutFile(hubRepo, ".github/ISSUE_TEMPLATE/bug_report.yaml", []byte(c.form))
			ada := h.local.As("Ada")
			h.press(ada, "general", h.report(ada, "general", widget), actFile)
			h.reply(ada, "general", "Filed as")
			if body := h.issues(1)[0].Body; !strings.Contains(body, c.want) {
				t.Errorf("the body lacks %q:\n%s", c.want, body)
			}
		})
	}
}

// TestQuotaIsSaid: the fourth report of a day waits, and is kept.
func TestQuotaIsSaid(t *testing.T) {
	h := newHubWorld(t, func(o *Options) { o.Config.GitHub.Quota = config.Quota{UserPerDay: 1} })
	ada := h.local.As("Ada")
	h.press(ada, "general", h.report(ada, "general", widget), actFile)
	h.reply(ada, "general", "Filed as")
	other := strings.ReplaceAll(widget, "widget calibration drifted", "gadget alignment slipped again")
	h.press(ada, "help", h.report(ada, "help", other), actFile)
	h.reply(ada, "help", "as many reports as one person may in a day", "<t:")
	h.issues(1)
}

// TestOtherRepositoryGoesByLink: what a server's admins choose, and whoever
// runs the bot has not listed, is not written to with the bot's rights.
func TestOtherRepositoryGoesByLink(t *testing.T) {
	h := newHubWorld(t, nil)
	target, err := github.ParseRepo("someone/else")
	if err != nil {
		t.Fatal(err)
	}
	h.bot.target = target
	ada := h.local.As("Ada")
	h.slash(ada, "general", playground.Opt(optionProblem, widget))
	h.press(ada, "general", h.reply(ada, "general", "I do not know this problem"), actIssue)
	h.fill(ada)
	preview := h.reply(ada, "general", "Nothing has been sent", "under your own GitHub name", "/someone/else/issues/new?")
	if strings.Contains(string(preview.Raw()), idVersion+":"+actFile.name+":") {
		t.Error("the bot offers to file")
	}
}
