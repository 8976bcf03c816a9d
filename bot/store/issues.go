package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Issue is what became of an issue that somebody was told of here. It holds
// no text of anybody.
type Issue struct {
	// Repository is "owner/name".
	Repository string
	Number     int
	// Closed with Reason (completed, not_planned, duplicate or ""), and in
	// which version and pull request it is fixed, as far as that is known.
	Closed     bool
	Reason     string
	FixVersion string
	FixPR      int
	// Gone means that nothing more will come of it.
	Gone bool
	// Watched is how it stood when it was last asked for; any encoding.
	Watched   string
	ChangedAt time.Time
}

// Place is where people want to hear of an issue.
type Place struct {
	Guild, Channel, Language string
	// Milvus is the version that the reporter runs, "" if not known.
	Milvus string
}

const issueColumns = `repository, number, closed, reason, fix_version, fix_pr, gone, watched, at`

func scanIssue(r scanner) (i Issue, err error) {
	var at int64
	err = r.Scan(&i.Repository, &i.Number, &i.Closed, &i.Reason, &i.FixVersion, &i.FixPR, &i.Gone, &i.Watched, &at)
	i.ChangedAt = moment(at)
	return i, err
}

// follow notes the issue of an intent, where it is talked of, the error it is
// about, and that its place is to be told. All of it may be there already.
func follow(ctx context.Context, tx *sql.Tx, in Intent, at time.Time) error {
	kind := NoteFiled
	if in.OnIssue != 0 {
		kind = NoteCommented
	}
	for _, e := range []erasure{
		{`INSERT INTO issues (` + issueColumns + `) VALUES ($1, $2, $3, '', '', 0, $3, '', $4) ON CONFLICT (repository, number) DO NOTHING`,
			[]any{in.Repository, in.Issue, false, millis(at)}},
		{`INSERT INTO issue_places (repository, number, channel, guild, language, milvus) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (repository, number, channel) DO UPDATE SET language = excluded.language, milvus = excluded.milvus`,
			[]any{in.Repository, in.Issue, in.Channel, in.Guild, in.Language, in.Milvus}},
	} {
		if _, err := tx.ExecContext(ctx, e.query, e.args...); err != nil {
			return err
		}
	}
	if in.Problem != "" {
		_, err := tx.ExecContext(ctx, `INSERT INTO issue_problems (repository, number, problem) VALUES ($1, $2, $3)
			ON CONFLICT (repository, number, problem) DO NOTHING`, in.Repository, in.Issue, in.Problem)
		if err != nil {
			return err
		}
	}
	return addNote(ctx, tx, Note{
		ID: string(kind) + " " + in.ID, Kind: kind, Repository: in.Repository, Number: in.Issue,
		Place: Place{Guild: in.Guild, Channel: in.Channel, Language: in.Language, Milvus: in.Milvus}, Due: at,
	}, at)
}

// Issue returns an issue that is followed, or ErrNotFound.
func (s *Store) Issue(ctx context.Context, repository string, number int) (Issue, error) {
	i, err := scanIssue(s.read.QueryRowContext(ctx, `SELECT `+issueColumns+` FROM issues WHERE repository = $1 AND number = $2`, repository, number))
	return i, s.failed(fmt.Sprintf("issue %s#%d", repository, number), err)
}

// FollowedIssues returns the issues of which something may still come: those
// that are not gone and open, or closed since a time.
func (s *Store) FollowedIssues(ctx context.Context, since time.Time) ([]Issue, error) {
	out, err := list(ctx, s.read, scanIssue, `SELECT `+issueColumns+` FROM issues WHERE gone = $1 AND (closed = $1 OR at >= $2)
		ORDER BY repository, number`, false, millis(since))
	return out, s.failed("followed issues", err)
}

// IssuesOfProblem returns the issues about an error, by its fingerprint: the
// fixed ones first, then the latest.
func (s *Store) IssuesOfProblem(ctx context.Context, problem string) ([]Issue, error) {
	if problem == "" {
		return nil, nil
	}
	out, err := list(ctx, s.read, scanIssue, `SELECT i.repository, i.number, closed, reason, fix_version, fix_pr, gone, watched, at
		FROM issues i JOIN issue_problems p ON p.repository = i.repository AND p.number = i.number
		WHERE p.problem = $1 ORDER BY closed DESC, fix_version DESC, i.number DESC`, problem)
	return out, s.failed("issues of a problem", err)
}

// SetWatched notes how an issue stood when it was asked for.
func (s *Store) SetWatched(ctx context.Context, repository string, number int, watched string, gone bool) error {
	_, err := s.exec(ctx, `UPDATE issues SET watched = $3, gone = $4 WHERE repository = $1 AND number = $2`, repository, number, watched, gone)
	return s.failed(fmt.Sprintf("issue %s#%d", repository, number), err)
}

// Happened leaves a note for each of an issue's places and, if changed, keeps
// how the issue stands now, in one step; else that stays as it is, for events
// may be told at the same time. It is false when the event was noted before:
// webhooks, their repeats and polling report the same ones. The note's ID is
// that of the event; its repository, number and place are filled in here. An
// issue that nobody follows changes nothing.
func (s *Store) Happened(ctx context.Context, i Issue, changed bool, n Note, at time.Time) (bool, error) {
	fresh := false
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO seen (kind, id, at) VALUES ('issue event', $1, $2) ON CONFLICT (kind, id) DO NOTHING`, n.ID, millis(at))
		if err != nil {
			return err
		}
		if rows, err := res.RowsAffected(); err != nil || rows == 0 {
			return err
		}
		places, err := placesOf(ctx, tx, i.Repository, i.Number)
		if err != nil || len(places) == 0 {
			return err
		}
		fresh = true
		if changed {
			_, err := tx.ExecContext(ctx, `UPDATE issues SET closed = $3, reason = $4, fix_version = $5, fix_pr = $6, gone = $7, at = $8
				WHERE repository = $1 AND number = $2`, i.Repository, i.Number, i.Closed, i.Reason, i.FixVersion, i.FixPR, i.Gone, millis(at))
			if err != nil {
				return err
			}
		}
		for _, p := range places {
			one := n
			one.ID, one.Repository, one.Number, one.Place = n.ID+" "+p.Channel, i.Repository, i.Number, p
			if err := addNote(ctx, tx, one, at); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, s.failed(fmt.Sprintf("issue %s#%d", i.Repository, i.Number), err)
}

// Moved follows an issue to where it was transferred.
func (s *Store) Moved(ctx context.Context, from Issue, repository string, number int, at time.Time) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var there int
		err := tx.QueryRowContext(ctx, `SELECT number FROM issues WHERE repository = $1 AND number = $2`, repository, number).Scan(&there)
		if err == nil {
			return nil // it was followed there already
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		for _, table := range []string{"issue_places", "issue_problems"} {
			if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET repository = $3, number = $4 WHERE repository = $1 AND number = $2`,
				from.Repository, from.Number, repository, number); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE issues SET repository = $3, number = $4, watched = '', gone = $5, at = $6 WHERE repository = $1 AND number = $2`,
			from.Repository, from.Number, repository, number, false, millis(at))
		return err
	})
	return s.failed(fmt.Sprintf("issue %s#%d", from.Repository, from.Number), err)
}

func placesOf(ctx context.Context, tx *sql.Tx, repository string, number int) (out []Place, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT guild, channel, language, milvus FROM issue_places WHERE repository = $1 AND number = $2 ORDER BY channel`,
		repository, number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Place
		if err := rows.Scan(&p.Guild, &p.Channel, &p.Language, &p.Milvus); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
