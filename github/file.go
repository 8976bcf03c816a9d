package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gh "github.com/google/go-github/v60/github"
)

// Intents keep what is about to be filed, durably: every method has written
// to disk when it returns. Of several callers in any number of processes one
// alone may take an intent for posting.
//
//	confirmed ─Post▶ posting ─Filed▶ filed
//	    ▲               │  └──Lost▶ unknown ─Filed▶ filed
//	    └───Refused─────┘              │
//	    └───Absent──(posting or unknown)
type Intents interface {
	// Post takes a confirmed intent for posting. It must fail if the intent is
	// in any other state, as somebody else was first, or has changed since
	// changed: what is confirmed now may be another text than the caller holds.
	Post(ctx context.Context, id string, changed, at time.Time) error
	// Lost notes that a request was sent and its outcome is not known.
	Lost(ctx context.Context, id string, at time.Time) error
	// Refused notes that GitHub has refused it, or that it was not sent.
	Refused(ctx context.Context, id string, at time.Time) error
	// Absent notes that it was looked up and is not there. It must fail unless
	// the intent is posting or unknown and has not changed since changed: a
	// second process may have taken it in the meantime.
	Absent(ctx context.Context, id string, changed, at time.Time) error
	// Filed notes the issue, from posting or unknown.
	Filed(ctx context.Context, id string, issue int, at time.Time) error
}

// Intent is a confirmed text that is to become an issue or a comment.
type Intent struct {
	ID string
	// Marker is random and stands in Body, hidden, see [Marker].
	Marker string
	Repo   Repo
	// OnIssue is the issue to comment on; 0: a new issue.
	OnIssue     int
	Title, Body string // Title only for a new issue
	// Labels are set if the rights allow; GitHub drops them in silence
	// otherwise, see [Outcome.Dropped].
	Labels []string
	// Changed is when the state of the intent changed last. Read it together
	// with the state.
	Changed time.Time
}

// Outcome is what became of an intent.
type Outcome struct {
	Issue int    // its number; of a comment, that of the issue it is on
	URL   string // of the page for people
	// Adopted is true if it was found on GitHub instead of filed now.
	Adopted bool
	// Dropped are labels that were asked for and are not there.
	Dropped []string
}

var (
	// ErrUnknown means that the request was sent, no answer came, and nothing
	// was found yet. The intent is to be settled later and not filed again.
	ErrUnknown = errors.New("github: it is not known yet whether the report was filed; it is looked up again, do not file it anew")
	// ErrAbsent means that GitHub does not have what was sent, after a time in
	// which it would have come up. A person decides about another try.
	ErrAbsent = errors.New("github: the report did not reach GitHub; ask whether to file it again")
)

// FilerOptions tune a [Filer]; the zero value is for GitHub itself.
type FilerOptions struct {
	// LookAfter are the pauses before the look-ups that follow a request
	// without an answer; nil: 2 s, 5 s and 15 s.
	LookAfter []time.Duration
	// AbsentAfter is how old a request must be before a look-up that finds
	// nothing counts; 0: five minutes. It is at least four times the client's
	// timeout.
	AbsentAfter time.Duration
}

// Filer files each intent at most once. It is safe for concurrent use, also
// by several processes with one set of intents.
type Filer struct {
	c       *Client
	intents Intents
	look    []time.Duration
	absent  time.Duration
}

const (
	defaultAbsentAfter = 5 * time.Minute
	// storeTime bounds a note to the store that must be made although the
	// caller's context may have ended.
	storeTime = 10 * time.Second
	// maxTitleAPI is GitHub's limit for titles, in characters.
	maxTitleAPI = 256
)

// NewFiler returns a filer that keeps its states in intents.
func NewFiler(c *Client, intents Intents, o FilerOptions) *Filer {
	f := &Filer{c: c, intents: intents, look: o.LookAfter, absent: o.AbsentAfter}
	if f.look == nil {
		f.look = []time.Duration{2 * time.Second, 5 * time.Second, 15 * time.Second}
	}
	if f.absent == 0 {
		f.absent = defaultAbsentAfter
	}
	f.absent = max(f.absent, 4*c.timeout)
	return f
}

// Marker is the hidden comment by which a text is found again on GitHub. The
// id is random letters and digits; [Draft.ID] puts it into a draft.
func Marker(id string) string { return "<!-- milvus-medic:" + id + " -->" }

func (in Intent) op() string {
	if in.OnIssue != 0 {
		return "comment on issue " + fmt.Sprint(in.OnIssue)
	}
	return "file the issue"
}

func (in Intent) check() error {
	switch {
	case in.ID == "" || !markerID.MatchString(in.Marker) || strings.Count(in.Body, Marker(in.Marker)) != 1:
		return errors.New("github: intent: the body must hold its marker once")
	case in.OnIssue == 0 && (strings.TrimSpace(in.Title) == "" || utf8.RuneCountInString(in.Title) > maxTitleAPI):
		return fmt.Errorf("github: intent: a title of 1 to %d characters is needed", maxTitleAPI)
	case bodyCost(in.Body) > MaxBody:
		return fmt.Errorf("github: intent: the body is longer than %d characters", MaxBody)
	}
	return nil
}

// File takes a confirmed intent, sends it once and notes what became of it.
// An [*Error] means that nothing was filed and the intent is confirmed as
// before; read it anew for another try. [ErrUnknown] means that nobody knows
// yet: call [Filer.Settle] later, also after a restart. An error of the
// intents' Post means that somebody else is at it, or has had another text
// confirmed. If the issue is there but could not be noted, the outcome comes
// with an error, and Settle will note it.
func (f *Filer) File(ctx context.Context, in Intent) (Outcome, error) {
	if err := in.check(); err != nil {
		return Outcome{}, err
	}
	if f.c.Rights() == RightsNone {
		return Outcome{}, &Error{Op: in.op(), Repo: in.Repo, Kind: KindRights}
	}
	// Without the account's name nothing could be looked up later.
	if _, err := f.c.login(ctx, in.Repo); err != nil {
		return Outcome{}, err
	}
	done, err := f.c.turn(ctx, in.op(), in.Repo)
	if err != nil {
		return Outcome{}, err
	}
	out, sent, err := f.post(ctx, in)
	done()
	switch {
	case err == nil:
		return out, f.filed(ctx, in, out)
	case !sent:
		return Outcome{}, err
	}
	for _, pause := range f.look {
		if sleep(ctx, pause) != nil {
			break
		}
		if out, ok, _ := f.find(ctx, in); ok {
			return out, f.filed(ctx, in, out)
		}
	}
	return Outcome{}, errors.Join(ErrUnknown, err)
}

// post takes the intent and sends it. sent is true if it may have taken
// effect.
func (f *Filer) post(ctx context.Context, in Intent) (out Outcome, sent bool, err error) {
	taken := time.Now().Round(0) // the wall clock: the machine may sleep
	if err := f.intents.Post(ctx, in.ID, in.Changed, taken); err != nil {
		return out, false, fmt.Errorf("github: %s: take the report: %w", in.op(), err)
	}
	if f.held(taken) {
		return out, true, errHeld
	}
	if in.OnIssue != 0 {
		out, err = f.c.createComment(ctx, in)
	} else {
		out, err = f.c.createIssue(ctx, in)
	}
	var e *Error
	sent = err != nil && (!errors.As(err, &e) || e.Sent)
	switch {
	case err == nil:
	case f.held(taken):
		sent = true
	case sent:
		err = errors.Join(err, f.note(ctx, func(ctx context.Context) error { return f.intents.Lost(ctx, in.ID, time.Now()) }))
	default:
		err = errors.Join(err, f.note(ctx, func(ctx context.Context) error { return f.intents.Refused(ctx, in.ID, time.Now()) }))
	}
	return out, sent, err
}

var errHeld = errors.New("github: the program was held up while it was filing")

// held reports that this process stood still for so long, as in a machine
// that sleeps, that others may have taken the intent over: it must neither
// send it nor note anything but a number. The intent stays posting and is
// settled.
func (f *Filer) held(taken time.Time) bool {
	d := time.Now().Round(0).Sub(taken)
	return d > f.absent/2 || d < -f.absent/2
}

func (f *Filer) filed(ctx context.Context, in Intent, out Outcome) error {
	return f.note(ctx, func(ctx context.Context) error { return f.intents.Filed(ctx, in.ID, out.Issue, time.Now()) })
}

// note writes to the store although the caller may be gone.
func (f *Filer) note(ctx context.Context, write func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	if err := write(ctx); err != nil {
		return fmt.Errorf("github: note what became of the report: %w", err)
	}
	return nil
}

// Settle looks up an intent that is posting or unknown. If GitHub has it, it
// is noted as filed. Otherwise the error is [ErrUnknown] while it may still
// come up, [ErrAbsent] when it no longer will, or the failure of the look-up.
func (f *Filer) Settle(ctx context.Context, in Intent) (Outcome, error) {
	asked := time.Now().Round(0)
	out, ok, err := f.find(ctx, in)
	switch {
	case err != nil:
		return Outcome{}, err
	case ok:
		return out, f.filed(ctx, in, out)
	case asked.Sub(in.Changed.Round(0)) < f.absent:
		return Outcome{}, ErrUnknown
	}
	return Outcome{}, ErrAbsent
}

// FileAgain is for the person's decision after [ErrAbsent]: it looks once
// more, and files if there is still nothing.
func (f *Filer) FileAgain(ctx context.Context, in Intent) (Outcome, error) {
	out, err := f.Settle(ctx, in)
	if !errors.Is(err, ErrAbsent) {
		return out, err
	}
	now := time.Now()
	if err := f.intents.Absent(ctx, in.ID, in.Changed, now); err != nil {
		return Outcome{}, fmt.Errorf("github: %s: take the report: %w", in.op(), err)
	}
	in.Changed = now
	return f.File(ctx, in)
}

func (c *Client) createIssue(ctx context.Context, in Intent) (Outcome, error) {
	var out Outcome
	err := c.write(ctx, in.op(), in.Repo, in.Repo.path("issues"), func(ctx context.Context, g *gh.Client) error {
		req := &gh.IssueRequest{Title: &in.Title, Body: &in.Body}
		if len(in.Labels) > 0 {
			req.Labels = &in.Labels
		}
		got, _, err := g.Issues.Create(ctx, in.Repo.Owner, in.Repo.Name, req)
		if err != nil {
			return err
		}
		i := issueOf(in.Repo, got)
		if i.Number <= 0 {
			return errNoNumber
		}
		out = Outcome{Issue: i.Number, URL: i.URL, Dropped: missing(in.Labels, i.Labels)}
		return nil
	})
	return out, err
}

var errNoNumber = errors.New("the answer holds no number")

func (c *Client) createComment(ctx context.Context, in Intent) (Outcome, error) {
	var out Outcome
	err := c.write(ctx, in.op(), in.Repo, in.Repo.path(fmt.Sprintf("issues/%d/comments", in.OnIssue)), func(ctx context.Context, g *gh.Client) error {
		got, _, err := g.Issues.CreateComment(ctx, in.Repo.Owner, in.Repo.Name, in.OnIssue, &gh.IssueComment{Body: &in.Body})
		if err != nil {
			return err
		}
		out = Outcome{Issue: in.OnIssue, URL: got.GetHTMLURL()}
		return nil
	})
	return out, err
}

// missing returns the labels of want that got lacks; GitHub ignores case.
func missing(want, got []string) []string {
	var out []string
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.EqualFold(g, w) }) {
			out = append(out, w)
		}
	}
	return out
}
