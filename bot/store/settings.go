package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Settings are what the admins of one guild chose. What they left open (nil,
// empty) is for the program's own settings to say.
type Settings struct {
	Guild string
	// Channels and Forums are where the bot answers without being addressed,
	// StaffRoles who answers in its place. Nil is open, an empty list is none.
	Channels, Forums, StaffRoles []string
	// Language is that of the guild, Languages those of single channels.
	Language  string
	Languages map[string]string
	// Repository is where reports go, "owner/name".
	Repository string
	// AutoReply says whether to answer what the bot overhears, DryRun whether
	// to log such answers only.
	AutoReply, DryRun *bool
	// ChangedBy is who set something last, and ChangedAt when; empty and zero
	// if nobody did.
	ChangedBy string
	ChangedAt time.Time
}

// queryer reads in a transaction or outside of one.
type queryer interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Settings returns those of a guild; where nothing is stored, all is open.
func (s *Store) Settings(ctx context.Context, guild string) (Settings, error) {
	out, err := readSettings(ctx, s.read, guild)
	return out, s.failed("settings of guild "+guild, err)
}

// ChangeSettings reads the settings of a guild, lets change alter them, and
// stores them with who did it and when, all in one transaction. An error of
// change is returned and nothing is stored. change must not use the store.
func (s *Store) ChangeSettings(ctx context.Context, guild, by string, at time.Time, change func(*Settings) error) (Settings, error) {
	var out Settings
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var err error
		if out, err = readSettings(ctx, tx, guild); err != nil {
			return err
		}
		if err := change(&out); err != nil {
			return err
		}
		out.Guild, out.ChangedBy, out.ChangedAt = guild, by, moment(millis(at))
		return writeSettings(ctx, tx, out)
	})
	if err != nil {
		return Settings{}, s.failed("change the settings of guild "+guild, err)
	}
	return out, nil
}

func readSettings(ctx context.Context, q queryer, guild string) (Settings, error) {
	out := Settings{Guild: guild, Languages: map[string]string{}}
	var channels, forums, staff sql.NullString
	var auto, dry sql.NullBool
	var at int64
	err := q.QueryRowContext(ctx, `SELECT channels, forums, staff_roles, language, repository, auto_reply, dry_run, changed_by, changed_at
		FROM settings WHERE guild = $1`, guild).Scan(&channels, &forums, &staff, &out.Language, &out.Repository, &auto, &dry, &out.ChangedBy, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.AutoReply, out.DryRun, out.ChangedAt = choice(auto), choice(dry), moment(at)
	for _, l := range []struct {
		from sql.NullString
		to   *[]string
	}{{channels, &out.Channels}, {forums, &out.Forums}, {staff, &out.StaffRoles}} {
		if !l.from.Valid {
			continue
		}
		if err := json.Unmarshal([]byte(l.from.String), l.to); err != nil {
			return out, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
	}
	return out, readLanguages(ctx, q, out)
}

func readLanguages(ctx context.Context, q queryer, s Settings) error {
	rows, err := q.QueryContext(ctx, `SELECT channel, language FROM channel_languages WHERE guild = $1`, s.Guild)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var channel, language string
		if err := rows.Scan(&channel, &language); err != nil {
			return err
		}
		s.Languages[channel] = language
	}
	return rows.Err()
}

func writeSettings(ctx context.Context, tx *sql.Tx, s Settings) error {
	var lists [3]any
	for n, l := range [][]string{s.Channels, s.Forums, s.StaffRoles} {
		if l == nil {
			continue
		}
		src, err := json.Marshal(l)
		if err != nil {
			return err
		}
		lists[n] = string(src)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO settings (guild, channels, forums, staff_roles, language, repository, auto_reply, dry_run, changed_by, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (guild) DO UPDATE SET channels = excluded.channels, forums = excluded.forums, staff_roles = excluded.staff_roles,
			language = excluded.language, repository = excluded.repository, auto_reply = excluded.auto_reply, dry_run = excluded.dry_run,
			changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
		s.Guild, lists[0], lists[1], lists[2], s.Language, s.Repository, s.AutoReply, s.DryRun, s.ChangedBy, millis(s.ChangedAt))
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM channel_languages WHERE guild = $1`, s.Guild); err != nil {
		return err
	}
	for channel, language := range s.Languages {
		if _, err := tx.ExecContext(ctx, `INSERT INTO channel_languages (guild, channel, language) VALUES ($1, $2, $3)`, s.Guild, channel, language); err != nil {
			return err
		}
	}
	return nil
}

func choice(b sql.NullBool) *bool {
	if !b.Valid {
		return nil
	}
	return &b.Bool
}

// AllSettings returns those of every guild that has some, by guild.
func (s *Store) AllSettings(ctx context.Context) ([]Settings, error) {
	guilds, err := list(ctx, s.read, func(r scanner) (g string, err error) { return g, r.Scan(&g) }, `SELECT guild FROM settings ORDER BY guild`)
	if err != nil {
		return nil, s.failed("settings", err)
	}
	var all []Settings
	for _, g := range guilds {
		one, err := s.Settings(ctx, g)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}
