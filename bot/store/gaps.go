package store

import (
	"context"
	"strings"
	"time"
)

// MaxMasked is how many bytes of a gap's masked text are kept.
const MaxMasked = 300

// Gap is an error that nobody knows yet.
type Gap struct {
	Guild string
	// Fingerprint stands for the error: equal ones, same error.
	Fingerprint string
	// Masked is the error line, redacted and with its variable parts masked,
	// cut to MaxMasked bytes.
	Masked    string
	Component string // may be empty
	Code      int    // 0 if none was printed
	// Times is how often it was asked about, First and Last when.
	Times       int
	First, Last time.Time
}

// AddGap counts an unknown error once more; g.Times, g.First and g.Last are
// not read.
func (s *Store) AddGap(ctx context.Context, g Gap, at time.Time) error {
	if len(g.Masked) > MaxMasked {
		g.Masked = strings.ToValidUTF8(g.Masked[:MaxMasked], "")
	}
	_, err := s.exec(ctx, `INSERT INTO gaps (guild, fingerprint, masked, component, code, times, first_at, last_at)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $6)
		ON CONFLICT (guild, fingerprint) DO UPDATE SET times = gaps.times + 1, last_at = excluded.last_at`,
		g.Guild, g.Fingerprint, g.Masked, g.Component, g.Code, millis(at))
	return s.failed("count an unknown error", err)
}

// Gaps returns the unknown errors of a guild, the most frequent first and of
// those the latest.
func (s *Store) Gaps(ctx context.Context, guild string, limit int) ([]Gap, error) {
	out, err := list(ctx, s.read, func(r scanner) (g Gap, err error) {
		var first, last int64
		err = r.Scan(&g.Guild, &g.Fingerprint, &g.Masked, &g.Component, &g.Code, &g.Times, &first, &last)
		g.First, g.Last = moment(first), moment(last)
		return g, err
	}, `SELECT guild, fingerprint, masked, component, code, times, first_at, last_at FROM gaps
		WHERE guild = $1 ORDER BY times DESC, last_at DESC, fingerprint LIMIT $2`, guild, limit)
	return out, s.failed("unknown errors", err)
}
