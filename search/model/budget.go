package model

import (
	"sync"
	"time"
)

// Budget bounds what the model may cost. Zero means no limit.
type Budget struct {
	// TokensPerDay bounds tokens, in and out, of all servers together.
	TokensPerDay int
	// TokensPerGuild bounds those of one server a day. What is nobody's, such as
	// the embedding of the documentation, counts for the day alone.
	TokensPerGuild int
	// CentsPerMillion is the price of a million tokens and CentsPerDay what
	// may be spent.
	CentsPerMillion, CentsPerDay float64
}

// ledger counts what was spent today.
type ledger struct {
	budget Budget
	now    func() time.Time

	mu    sync.Mutex
	day   int64
	total int
	guild map[string]int
}

func newLedger(b Budget, now func() time.Time) *ledger {
	return &ledger{budget: b, now: now, guild: map[string]int{}}
}

// reserve takes tokens out of the budget of a guild. It fails if there are
// not so many. The caller settles with what was used in the end.
func (l *ledger) reserve(guild string, tokens int) (settle func(used int), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	day := l.now().UTC().Unix() / (24 * 60 * 60)
	if day != l.day {
		l.day, l.total = day, 0
		clear(l.guild)
	}
	b := l.budget
	if b.TokensPerDay > 0 && l.total+tokens > b.TokensPerDay ||
		b.TokensPerGuild > 0 && guild != "" && l.guild[guild]+tokens > b.TokensPerGuild ||
		b.CentsPerDay > 0 && float64(l.total+tokens)*b.CentsPerMillion/1e6 > b.CentsPerDay {
		return nil, &Error{Fault: FaultBudget}
	}
	l.total += tokens
	l.guild[guild] += tokens
	return func(used int) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.day == day {
			l.total += used - tokens
			l.guild[guild] += used - tokens
		}
	}, nil
}

// estimate returns about how many tokens a text has, rather too many.
func estimate(texts ...string) int {
	n := 0
	for _, s := range texts {
		n += len(s)/3 + 1
	}
	return n
}
