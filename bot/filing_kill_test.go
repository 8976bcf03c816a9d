package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/github"
	"github.com/milvus-medic/medic/github/peer"
	"github.com/milvus-medic/medic/github/peer/kill"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/paste"
)

// typedWords are what the person of the child types into the form.
const typedWords = "typed once and never again"

// killIntents are the real store, with a step before and after each write.
type killIntents struct {
	*kill.Child
	store *store.Store
}

func (k killIntents) around(write func() error) error {
	k.Step()
	err := write()
	k.Step()
	return err
}

func (k killIntents) Post(ctx context.Context, id string, changed, at time.Time) error {
	return k.around(func() error { return k.store.Post(ctx, id, changed, at) })
}
func (k killIntents) Lost(ctx context.Context, id string, at time.Time) error {
	return k.around(func() error { return k.store.Lost(ctx, id, at) })
}
func (k killIntents) Refused(ctx context.Context, id string, at time.Time) error {
	return k.around(func() error { return k.store.Refused(ctx, id, at) })
}
func (k killIntents) Absent(ctx context.Context, id string, changed, at time.Time) error {
	return k.around(func() error { return k.store.Absent(ctx, id, changed, at) })
}
func (k killIntents) Filed(ctx context.Context, id string, issue int, at time.Time) error {
	return k.around(func() error { return k.store.Filed(ctx, id, issue, at) })
}

// killBot is a bot without Discord, on the files of the child.
func killBot(t *testing.T, self *kill.Child) *Bot {
	t.Helper()
	index, err := search.New(kb.Builtin()[:1], nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	st, err := store.Open(t.Context(), filepath.Join(self.Dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Config: config.Default(), Index: index, Store: st, GitHub: quickHub}
	o.Config.GitHub.Token, o.Config.GitHub.APIURL, o.Config.GitHub.Quota = hubToken, self.API, config.Quota{}
	o.GitHub.Client.Timeout = 150 * time.Millisecond
	o.GitHub.Client.Transport = self.Wire(&http.Transport{})
	o.GitHub.Filer.AbsentAfter = 400 * time.Millisecond // long against what the peer does with a request that it has
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	b.hub.intents = killIntents{self, st}
	return b
}

// TestFilingKillChild is the bot that dies: it carries one report on from
// wherever it stands until it is filed. The person always agrees.
func TestFilingKillChild(t *testing.T) {
	self, ok, err := kill.Self()
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skip("started by TestFilingKilled")
	}
	b := killBot(t, self)
	for range 200 {
		done, err := carryOn(t.Context(), b, self)
		if done {
			return
		}
		if err != nil {
			t.Log(err)
			time.Sleep(20 * time.Millisecond)
		}
	}
	t.Fatal("never filed")
}

// carryOn takes the next step of the one report there is.
func carryOn(ctx context.Context, b *Bot, self *kill.Child) (done bool, err error) {
	filed, err := b.store.FollowedIssues(ctx, time.Now())
	if err != nil || len(filed) > 0 {
		return err == nil, err
	}
	open, err := b.store.IntentsOf(ctx, "u", 9)
	if err != nil {
		return false, err
	}
	if len(open) == 0 {
		return false, begin(ctx, b, self)
	}
	in := open[0]
	d, err := draftOf(in)
	if err != nil {
		return false, err
	}
	switch {
	case settled(in):
		_, err = b.settleOne(ctx, in)
		if errors.Is(err, github.ErrAbsent) {
			_, err = b.send(ctx, in.ID, "u", d, (*github.Filer).FileAgain)
		}
	case !strings.Contains(in.Body, typedWords):
		if err = takeAnswers(d, map[string][]string{d.Questions(1)[0].ID: {typedWords}}); err == nil {
			self.Step()
			_, err = b.saveDraft(ctx, in, d)
			self.Step()
		}
	default:
		self.Step()
		_, err = b.file(ctx, in, "u", store.Digest(in.Repository, in.Title, in.Body)[:digestDigits])
	}
	return false, err
}

func begin(ctx context.Context, b *Bot, self *kill.Child) error {
	p := paste.FromText(widget)
	answer, err := b.Ask(ctx, p, "en")
	if err != nil {
		return err
	}
	self.Step()
	_, _, err = b.beginReport(ctx, &report{owner: "u", channel: "c", lang: "en", paste: p, answer: answer}, b.target)
	self.Step()
	return err
}

// TestFilingKilled kills the bot before and after every durable step and every
// request, then once more somewhere, and lets it finish: one issue, one report,
// one note, and what was typed is there at any time.
func TestFilingKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of processes; left out with -short")
	}
	const firsts, least = 24, 100
	var kills atomic.Int64
	t.Run("faults", func(t *testing.T) {
		for name, fault := range map[string]*peer.Fault{
			"none": nil, "dropped before": {Drop: true}, "dropped after": {Drop: true, After: true}, "no answer after": {Hang: true, After: true},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel() // most of the time is waiting
				random := rand.New(rand.NewPCG(1, uint64(len(name))))
				for first := 1; first <= firsts; first++ {
					kills.Add(killScenario(t, fmt.Sprintf("%s, %d", name, first), first, 1+random.IntN(12), fault))
				}
			})
		}
	})
	if n := kills.Load(); n < least {
		t.Errorf("only %d kills", n)
	} else {
		t.Logf("%d kills", n)
	}
}

func killScenario(t *testing.T, name string, first, second int, fault *peer.Fault) (kills int64) {
	t.Helper()
	p, _ := newPeer(t)
	if fault != nil {
		f := *fault
		f.Method, f.Path, f.Times = "POST", issuesPath, 1
		p.Fail(f)
	}
	dir := t.TempDir()
	typed := false
	for _, at := range []int{first, second, 0} {
		died, err := kill.Run(t.Context(), "TestFilingKillChild", dir, p.API(), at)
		if err != nil {
			t.Fatal(err)
		}
		typed = checkDraft(t, name, dir, typed)
		if !died {
			break
		}
		kills++
	}
	list := p.Issues(hubRepo)
	if len(list) != 1 || !strings.Contains(list[0].Body, typedWords) || strings.Count(list[0].Body, "<!-- milvus-medic:") != 1 {
		t.Errorf("%s and %d: %d issues: %+v", name, second, len(list), list)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in, err := s.IntentOfIssue(t.Context(), hubRepo, 1)
	notes, noted := s.UnsentNotes(t.Context())
	if err != nil || in.State != store.StateFiled || in.ConfirmedBy != "u" || noted != nil || len(notes) != 1 {
		t.Errorf("%s and %d: report %+v, %v; notes %+v, %v", name, second, in, err, notes, noted)
	}
	return kills
}

// checkDraft wants what was typed to stay, once it was stored.
func checkDraft(t *testing.T, name, dir string, typed bool) bool {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer s.Close()
	open, err := s.IntentsOf(t.Context(), "u", 9)
	if err != nil || len(open) > 1 {
		t.Errorf("%s: %d open reports, %v", name, len(open), err)
	}
	if len(open) == 0 {
		return typed
	}
	has := strings.Contains(open[0].Body, typedWords) && strings.Contains(open[0].Draft, typedWords)
	if typed && !has {
		t.Errorf("%s: what was typed is lost", name)
	}
	return has
}
