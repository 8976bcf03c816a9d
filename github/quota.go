package github

import (
	"slices"
	"sync"
	"time"
)

// QuotaLimits bound what may be filed; 0 means no bound. GitHub allows about
// 80 writes a minute and 500 an hour and may suspend who overdoes it.
type QuotaLimits struct {
	UserPerDay   int
	GuildPerHour int
	PerHour      int
}

// Quota counts reports by person, guild and hour. It is safe for concurrent
// use.
type Quota struct {
	limits QuotaLimits

	mu    sync.Mutex
	taken []taken // of the last day, oldest first
}

type taken struct {
	user, guild string
	at          time.Time
}

// NewQuota returns a quota of which nothing is used.
func NewQuota(l QuotaLimits) *Quota { return &Quota{limits: l} }

// Scope is what a quota counts by.
type Scope string

// The scopes, narrowest first.
const (
	ScopeUser  Scope = "user"
	ScopeGuild Scope = "guild"
	ScopeAll   Scope = "all"
)

// Refusal says which limit is reached and when the next report may come.
type Refusal struct {
	Scope Scope
	Until time.Time
}

// Take counts a report, if all limits allow it; otherwise nothing is counted
// and ok is false. Reports without a guild, from direct messages, count for
// the person and in all.
func (q *Quota) Take(user, guild string, now time.Time) (no Refusal, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	day := now.Add(-24 * time.Hour)
	q.taken = slices.DeleteFunc(q.taken, func(t taken) bool { return !t.at.After(day) })
	for _, s := range []struct {
		scope Scope
		most  int
		span  time.Duration
		fits  func(taken) bool
	}{
		{ScopeUser, q.limits.UserPerDay, 24 * time.Hour, func(t taken) bool { return t.user == user }},
		{ScopeGuild, q.limits.GuildPerHour, time.Hour, func(t taken) bool { return guild != "" && t.guild == guild }},
		{ScopeAll, q.limits.PerHour, time.Hour, func(taken) bool { return true }},
	} {
		var used []time.Time
		for _, t := range q.taken {
			if s.fits(t) && t.at.After(now.Add(-s.span)) {
				used = append(used, t.at)
			}
		}
		if s.most > 0 && len(used) >= s.most {
			until := used[len(used)-s.most].Add(s.span)
			if no.Until.Before(until) {
				no = Refusal{s.scope, until}
			}
		}
	}
	if !no.Until.IsZero() {
		return no, false
	}
	q.taken = append(q.taken, taken{user, guild, now})
	return no, true
}

// Return gives back the latest report of a person, if it came to nothing.
func (q *Quota) Return(user, guild string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.taken) - 1; i >= 0; i-- {
		if t := q.taken[i]; t.user == user && t.guild == guild {
			q.taken = slices.Delete(q.taken, i, i+1)
			return
		}
	}
}
