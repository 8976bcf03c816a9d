package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Answer is the bot's reply to one message.
type Answer struct {
	// Message is the id of the message answered; Guild is empty in a direct
	// message.
	Message, Guild, Channel, Author string
	// Reply is the id of the bot's message, "" while it is on its way.
	Reply string
	// Addressed tells a message to the bot from one that it overheard.
	Addressed bool
	// Entry is what was answered with, Problem the fingerprint of the error;
	// both may be empty.
	Entry, Problem string
	// At is when the message was claimed, in full milliseconds.
	At time.Time
}

// Claim takes a message for answering. If nobody has it yet, a is stored
// without a reply and fresh is true; otherwise what is stored is returned,
// whose Reply is empty if a reply is on its way or got lost in a crash.
func (s *Store) Claim(ctx context.Context, a Answer) (_ Answer, fresh bool, err error) {
	n, err := s.exec(ctx, `INSERT INTO answers (message, guild, channel, author, reply, addressed, entry, problem, at)
		VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8) ON CONFLICT (message) DO NOTHING`,
		a.Message, a.Guild, a.Channel, a.Author, a.Addressed, a.Entry, a.Problem, millis(a.At))
	if err != nil {
		return Answer{}, false, s.failed("claim message "+a.Message, err)
	}
	if n == 1 {
		a.Reply, a.At = "", moment(millis(a.At))
		return a, true, nil
	}
	a, err = s.answer(ctx, s.write, a.Message)
	return a, false, s.failed("claim message", err)
}

// SetReply records the reply to a claimed message, and what it says. Without
// a claim it is ErrNotFound.
func (s *Store) SetReply(ctx context.Context, message, reply, entry, problem string) error {
	n, err := s.exec(ctx, `UPDATE answers SET reply = $2, entry = $3, problem = $4 WHERE message = $1`, message, reply, entry, problem)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return s.failed("record the reply to message "+message, err)
}

// Answer returns the reply to a message; ok is false when there is none.
func (s *Store) Answer(ctx context.Context, message string) (a Answer, ok bool, err error) {
	a, err = s.answer(ctx, s.read, message)
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	return a, err == nil, s.failed("answer to message "+message, err)
}

func (s *Store) answer(ctx context.Context, db *sql.DB, message string) (Answer, error) {
	return scanAnswer(db.QueryRowContext(ctx, `SELECT message, guild, channel, author, reply, addressed, entry, problem, at
		FROM answers WHERE message = $1`, message))
}

func scanAnswer(r scanner) (a Answer, err error) {
	var at int64
	err = r.Scan(&a.Message, &a.Guild, &a.Channel, &a.Author, &a.Reply, &a.Addressed, &a.Entry, &a.Problem, &at)
	a.At = moment(at)
	return a, err
}

// DropAnswer forgets the reply to a message and returns what it was; ok is
// false when there was none.
func (s *Store) DropAnswer(ctx context.Context, message string) (a Answer, ok bool, err error) {
	a, err = scanAnswer(s.write.QueryRowContext(ctx, `DELETE FROM answers WHERE message = $1
		RETURNING message, guild, channel, author, reply, addressed, entry, problem, at`, message))
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	return a, err == nil, s.failed("forget message "+message, err)
}

// FirstSeen notes an event that may be delivered again, such as that of a
// webhook, and tells whether this is the first time. Kinds keep ids apart.
func (s *Store) FirstSeen(ctx context.Context, kind, id string, at time.Time) (bool, error) {
	n, err := s.exec(ctx, `INSERT INTO seen (kind, id, at) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO NOTHING`, kind, id, millis(at))
	return n == 1, s.failed("note event "+kind, err)
}
