package store

import (
	"context"
	"time"
)

// Verdict is what a reader said of an answer.
type Verdict string

// The verdicts.
const (
	Solved Verdict = "solved" // the answer helped
	Wrong  Verdict = "wrong"  // it was about another problem
)

// Feedback is one verdict. Of one reader on one report the last of each kind
// counts.
type Feedback struct {
	// Report is the id of the answered report, Author who pressed.
	Report, Author, Guild string
	Verdict               Verdict
	// Reason is one word out of a fixed list, never free text; may be empty.
	Reason string
	// Entry is what was answered with, Problem the fingerprint of the error.
	Entry, Problem string
	At             time.Time
}

// AddFeedback records a verdict.
func (s *Store) AddFeedback(ctx context.Context, f Feedback) error {
	_, err := s.exec(ctx, `INSERT INTO feedback (report, author, verdict, guild, reason, entry, problem, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (report, author, verdict) DO UPDATE SET reason = excluded.reason, entry = excluded.entry, problem = excluded.problem, at = excluded.at`,
		f.Report, f.Author, string(f.Verdict), f.Guild, f.Reason, f.Entry, f.Problem, millis(f.At))
	return s.failed("record feedback", err)
}

// Outcome is what became of a question.
type Outcome string

// The outcomes that are counted.
const (
	Answered Outcome = "answered" // with an entry
	Unknown  Outcome = "unknown"  // nothing known fits
	Drafted  Outcome = "drafted"  // a report was filled in
)

// Count adds one to the outcomes of a day (UTC) in a guild. Nothing in it
// leads back to a person. entry may be empty.
func (s *Store) Count(ctx context.Context, guild string, what Outcome, entry string, at time.Time) error {
	_, err := s.exec(ctx, `INSERT INTO tallies (guild, day, what, entry, times) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (guild, day, what, entry) DO UPDATE SET times = tallies.times + 1`, guild, dayOf(at), string(what), entry)
	return s.failed("count", err)
}

func dayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

// Stats sums up what happened in a guild.
type Stats struct {
	// Outcomes and Verdicts are how often each came.
	Outcomes map[Outcome]int
	Verdicts map[Verdict]int
	// Entries are what was answered with, the most frequent first.
	Entries []EntryCount
}

// EntryCount is how an entry fared.
type EntryCount struct {
	Entry                   string
	Answered, Solved, Wrong int
}

// Stats sums up a guild since a time; outcomes since the beginning of that
// day (UTC). At most top entries are listed.
func (s *Store) Stats(ctx context.Context, guild string, since time.Time, top int) (Stats, error) {
	out := Stats{Outcomes: map[Outcome]int{}, Verdicts: map[Verdict]int{}}
	type row struct {
		name string
		n    int
	}
	pair := func(r scanner) (v row, err error) { return v, r.Scan(&v.name, &v.n) }
	outcomes, err := list(ctx, s.read, pair, `SELECT what, SUM(times) FROM tallies WHERE guild = $1 AND day >= $2 GROUP BY what`, guild, dayOf(since))
	if err != nil {
		return out, s.failed("stats", err)
	}
	for _, r := range outcomes {
		out.Outcomes[Outcome(r.name)] = r.n
	}
	verdicts, err := list(ctx, s.read, pair, `SELECT verdict, COUNT(*) FROM feedback WHERE guild = $1 AND at >= $2 GROUP BY verdict`, guild, millis(since))
	if err != nil {
		return out, s.failed("stats", err)
	}
	for _, r := range verdicts {
		out.Verdicts[Verdict(r.name)] = r.n
	}
	out.Entries, err = list(ctx, s.read, func(r scanner) (v EntryCount, err error) {
		return v, r.Scan(&v.Entry, &v.Answered, &v.Solved, &v.Wrong)
	}, `SELECT t.entry, SUM(t.times) AS answered,
			(SELECT COUNT(*) FROM feedback f WHERE f.guild = $1 AND f.entry = t.entry AND f.verdict = 'solved' AND f.at >= $2),
			(SELECT COUNT(*) FROM feedback f WHERE f.guild = $1 AND f.entry = t.entry AND f.verdict = 'wrong' AND f.at >= $2)
		FROM tallies t WHERE t.guild = $1 AND t.day >= $3 AND t.what = 'answered' AND t.entry <> ''
		GROUP BY t.entry ORDER BY answered DESC, t.entry LIMIT $4`, guild, millis(since), dayOf(since), top)
	return out, s.failed("stats", err)
}
