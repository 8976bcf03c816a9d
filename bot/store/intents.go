package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is how far an issue is on its way.
type State string

// The states of an intent. Issues come of Posting only, and one caller alone
// gets an intent there, so that one issue at most is filed for each
// confirmation:
//
//	drafted ─▶ confirmed ─▶ posting ─▶ filed
//	   ▲            │   ▲       │        ▲
//	   └────────────┘   │       ▼        │
//	   text changed     ├──── unknown ───┘
//	                    └── refused, or looked up and not there
const (
	StateDrafted   State = "drafted"   // the text may still change
	StateConfirmed State = "confirmed" // somebody saw this very text and pressed
	StatePosting   State = "posting"   // the request may be on its way
	StateUnknown   State = "unknown"   // it was sent, and no answer came
	StateFiled     State = "filed"     // there is an issue
)

// moves are the states that follow on each.
var moves = map[State][]State{
	StateDrafted:   {StateConfirmed},
	StateConfirmed: {StateDrafted, StatePosting},
	StatePosting:   {StateConfirmed, StateUnknown, StateFiled},
	StateUnknown:   {StateConfirmed, StateFiled},
}

var (
	// ErrState means that an intent is in another state than the step needs:
	// somebody else was first.
	ErrState = errors.New("the report is in another state; look it up again")
	// ErrChanged means that the text is not the one that was previewed.
	ErrChanged = errors.New("the text has changed since the preview; show it again before it is filed")
)

// Intent is an issue that somebody wants to file. All of its texts are
// redacted before they come here.
type Intent struct {
	// ID and Marker are random; the marker goes into the issue's body, hidden,
	// to find it again.
	ID, Marker string
	State      State
	// Author is who asked for it; ThreadLink leads back to the conversation.
	Author, Guild, Channel, ThreadLink string
	// Repository is "owner/name".
	Repository  string
	Title, Body string
	// Draft is the form behind the text, for going on with it; any encoding.
	Draft string
	// Digest is that of the text confirmed, see Digest.
	Digest      string
	ConfirmedBy string
	ConfirmedAt time.Time
	// OnIssue is the issue that the text is a comment on; 0: a new issue.
	OnIssue int
	// Language is what its place is told in, Milvus the version that the
	// reporter runs, Problem the fingerprint of the error; all may be empty.
	Language, Milvus, Problem string
	// Issue is its number, 0 until it is filed.
	Issue                int
	CreatedAt, ChangedAt time.Time
}

// Digest returns the SHA-256 of a previewed text in hexadecimal digits.
func Digest(repository, title, body string) string {
	h := sha256.New()
	for _, s := range []string{repository, title, body} {
		fmt.Fprintf(h, "%d:%s", len(s), s) // lengths keep the parts apart
	}
	return hex.EncodeToString(h.Sum(nil))
}

const intentColumns = `id, marker, state, author, guild, channel, thread_link, repository, title, body, draft, digest, confirmed_by, confirmed_at, issue, created_at, changed_at, on_issue, language, milvus, problem`

// AddIntent stores a new draft under a random id and returns it. A marker is
// made where it has none; of the rest of in the texts and who and where it
// came from are read.
func (s *Store) AddIntent(ctx context.Context, in Intent, at time.Time) (Intent, error) {
	in.ID, in.Marker = strings.ToLower(rand.Text()[:20]), cmp.Or(in.Marker, strings.ToLower(rand.Text()))
	in.State, in.Digest, in.ConfirmedBy, in.ConfirmedAt, in.Issue = StateDrafted, "", "", time.Time{}, 0
	in.CreatedAt = moment(millis(at))
	in.ChangedAt = in.CreatedAt
	_, err := s.exec(ctx, `INSERT INTO intents (`+intentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, 0, $12, $12, $13, $14, $15, $16)`,
		in.ID, in.Marker, string(in.State), in.Author, in.Guild, in.Channel, in.ThreadLink, in.Repository, in.Title, in.Body, in.Draft, millis(at),
		in.OnIssue, in.Language, in.Milvus, in.Problem)
	return in, s.failed("keep a draft", err)
}

// Intent returns the intent with this id, or ErrNotFound.
func (s *Store) Intent(ctx context.Context, id string) (Intent, error) {
	in, err := scanIntent(s.read.QueryRowContext(ctx, `SELECT `+intentColumns+` FROM intents WHERE id = $1`, id))
	return in, s.failed("report "+id, err)
}

// IntentOfIssue returns the intent that became an issue, or ErrNotFound.
func (s *Store) IntentOfIssue(ctx context.Context, repository string, issue int) (Intent, error) {
	in, err := scanIntent(s.read.QueryRowContext(ctx, `SELECT `+intentColumns+` FROM intents WHERE repository = $1 AND issue = $2
		ORDER BY created_at, id LIMIT 1`, repository, issue))
	return in, s.failed(fmt.Sprintf("report of issue %s#%d", repository, issue), err)
}

// IntentsOf returns what a user has not filed yet, the latest change first, at
// most limit.
func (s *Store) IntentsOf(ctx context.Context, author string, limit int) ([]Intent, error) {
	out, err := list(ctx, s.read, scanIntent, `SELECT `+intentColumns+` FROM intents WHERE author = $1 AND state <> 'filed'
		ORDER BY changed_at DESC, id LIMIT $2`, author, limit)
	return out, s.failed("drafts", err)
}

// Unsettled returns the intents of which nobody knows whether there is an
// issue: after a start they are to be looked up, and never posted blindly.
func (s *Store) Unsettled(ctx context.Context) ([]Intent, error) {
	out, err := list(ctx, s.read, scanIntent, `SELECT `+intentColumns+` FROM intents WHERE state IN ('posting', 'unknown') ORDER BY changed_at, id`)
	return out, s.failed("unsettled reports", err)
}

func scanIntent(r scanner) (in Intent, err error) {
	var confirmed, created, changed int64
	err = r.Scan(&in.ID, &in.Marker, &in.State, &in.Author, &in.Guild, &in.Channel, &in.ThreadLink, &in.Repository, &in.Title, &in.Body,
		&in.Draft, &in.Digest, &in.ConfirmedBy, &confirmed, &in.Issue, &created, &changed,
		&in.OnIssue, &in.Language, &in.Milvus, &in.Problem)
	in.ConfirmedAt, in.CreatedAt, in.ChangedAt = moment(confirmed), moment(created), moment(changed)
	return in, err
}

// SaveDraft puts another text in the place of the draft's, which takes back
// its confirmation. milvus is the version that the reporter runs, as far as
// it is known. Once the draft is on its way it is ErrState.
func (s *Store) SaveDraft(ctx context.Context, id, title, body, draft, milvus string, at time.Time) error {
	return s.step(ctx, id, StateDrafted, at, func(_ *sql.Tx, in *Intent) error {
		in.Title, in.Body, in.Draft, in.Milvus, in.Digest, in.ConfirmedBy, in.ConfirmedAt = title, body, draft, milvus, "", "", time.Time{}
		return nil
	})
}

// Confirm records who agreed to file the text with this digest, and when. A
// text that has changed since is ErrChanged, what is no draft any more
// ErrState: a late press must not take from another process what it is sending.
func (s *Store) Confirm(ctx context.Context, id, digest, by string, at time.Time) error {
	return s.step(ctx, id, StateConfirmed, at, func(_ *sql.Tx, in *Intent) error {
		if in.State != StateDrafted {
			return fmt.Errorf("confirm what is %s: %w", in.State, ErrState)
		}
		if digest != Digest(in.Repository, in.Title, in.Body) {
			return ErrChanged
		}
		in.Digest, in.ConfirmedBy, in.ConfirmedAt = digest, by, at
		return nil
	})
}

// Post takes a confirmed intent for posting. Of several callers one gets nil
// and may send the request, once; the others get ErrState. So does who read
// the intent before it changed last: another process may have had another
// text confirmed in the meantime.
func (s *Store) Post(ctx context.Context, id string, changed, at time.Time) error {
	return s.step(ctx, id, StatePosting, at, func(_ *sql.Tx, in *Intent) error { return unchanged(in, changed) })
}

// unchanged refuses a step that rests on an outdated view of the intent.
func unchanged(in *Intent, changed time.Time) error {
	if millis(in.ChangedAt) != millis(changed) {
		return fmt.Errorf("changed since it was read: %w", ErrState)
	}
	return nil
}

// Lost notes that the request was sent and its outcome is not known.
func (s *Store) Lost(ctx context.Context, id string, at time.Time) error {
	return s.step(ctx, id, StateUnknown, at, nil)
}

// Refused notes that what is posting was refused, or not sent: there is no
// issue, for certain, and it may be posted again. Of what is unknown nobody
// can say so but who looked it up, see Absent.
func (s *Store) Refused(ctx context.Context, id string, at time.Time) error {
	return s.step(ctx, id, StateConfirmed, at, func(_ *sql.Tx, in *Intent) error { return takeBack(in, StatePosting) })
}

// takeBack confirms again only what is in one of these states: a draft is
// confirmed by a person alone.
func takeBack(in *Intent, from ...State) error {
	if !slices.Contains(from, in.State) {
		return fmt.Errorf("take back what is %s: %w", in.State, ErrState)
	}
	return nil
}

// Absent notes that an intent was looked up and is not there. It is ErrState
// when the intent has changed since it was read at changed: another process
// may have taken it.
func (s *Store) Absent(ctx context.Context, id string, changed, at time.Time) error {
	return s.step(ctx, id, StateConfirmed, at, func(_ *sql.Tx, in *Intent) error {
		if err := unchanged(in, changed); err != nil {
			return err
		}
		return takeBack(in, StatePosting, StateUnknown)
	})
}

// Filed records the issue, once: what is filed already is ErrState. From then
// on the issue is followed, and its place gets a note.
func (s *Store) Filed(ctx context.Context, id string, issue int, at time.Time) error {
	return s.step(ctx, id, StateFiled, at, func(tx *sql.Tx, in *Intent) error {
		in.Issue = issue
		return follow(ctx, tx, *in, at)
	})
}

// step moves an intent to another state, if that follows on the one it is in.
func (s *Store) step(ctx context.Context, id string, to State, at time.Time, change func(*sql.Tx, *Intent) error) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		in, err := scanIntent(tx.QueryRowContext(ctx, `SELECT `+intentColumns+` FROM intents WHERE id = $1`, id))
		if err != nil {
			return err
		}
		// A draft may be saved again and again.
		if !slices.Contains(moves[in.State], to) && (in.State != to || to != StateDrafted) {
			return fmt.Errorf("%s to %s: %w", in.State, to, ErrState)
		}
		from := in.State
		if change != nil {
			if err := change(tx, &in); err != nil {
				return err
			}
		}
		res, err := tx.ExecContext(ctx, `UPDATE intents SET state = $3, title = $4, body = $5, draft = $6, digest = $7, confirmed_by = $8,
			confirmed_at = $9, issue = $10, changed_at = $11, milvus = $12 WHERE id = $1 AND state = $2 AND changed_at = $13`,
			id, string(from), string(to), in.Title, in.Body, in.Draft, in.Digest, in.ConfirmedBy, millis(in.ConfirmedAt), in.Issue, millis(at), in.Milvus,
			millis(in.ChangedAt))
		if err != nil {
			return err
		}
		// Two transactions can have read the same row where the database does not
		// lock at the start of one. The state alone does not tell: it may have
		// gone round, or another text of the draft may have been saved.
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(ErrState, err)
		}
		return nil
	})
	return s.failed("report "+id, err)
}
