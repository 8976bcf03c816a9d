package bot

import (
	"cmp"
	"context"
	"slices"

	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/github"
)

// inForce are the settings of one guild: what its admins stored, over those
// of the program.
type inForce struct {
	channels, forums, staff []string
	autoReply, dryRun       bool
	language                string
	languages               map[string]string // of single channels
	target                  github.Repo
	stored                  store.Settings
}

// settings returns what is in force in a guild now. When the store fails, the
// program's own settings hold, and nothing is answered unasked: the admins
// may have switched that off.
func (b *Bot) settings(ctx context.Context, guild string) inForce {
	s := b.programSettings()
	if guild == "" || b.store == nil {
		return s
	}
	stored, err := b.store.Settings(ctx, guild)
	if err != nil {
		b.log.Error("settings not read", "guild", guild, "err", err)
		s.autoReply = false
		return s
	}
	return s.with(stored)
}

// programSettings are those of who runs the program.
func (b *Bot) programSettings() inForce {
	return inForce{
		channels: b.cfg.Discord.Channels, forums: b.cfg.Discord.Forums, staff: b.cfg.Discord.StaffRoles, autoReply: true, dryRun: b.cfg.Discord.DryRun, language: b.cfg.Language, target: b.target,
	}
}

// with puts stored settings over those of the program.
func (s inForce) with(stored store.Settings) inForce {
	s.stored, s.languages = stored, stored.Languages
	if stored.Channels != nil {
		s.channels = stored.Channels
	}
	if stored.Forums != nil {
		s.forums = stored.Forums
	}
	if stored.StaffRoles != nil {
		s.staff = stored.StaffRoles
	}
	if stored.AutoReply != nil {
		s.autoReply = *stored.AutoReply
	}
	if stored.DryRun != nil {
		s.dryRun = *stored.DryRun
	}
	s.language = cmp.Or(stored.Language, s.language)
	if target, err := github.ParseRepo(stored.Repository); err == nil {
		s.target = target
	}
	return s
}

// storedLanguages returns what the admins chose for a channel and its guild.
func (b *Bot) storedLanguages(ctx context.Context, guild, channel string) (ofChannel, ofGuild string) {
	s := b.settings(ctx, guild)
	return s.languages[channel], s.stored.Language
}

// watchedEverywhere are the channels and forums of all guilds in which there
// may be something to answer; what is in force in each is looked at when its
// messages are read.
func (b *Bot) watchedEverywhere(ctx context.Context) inForce {
	all := b.programSettings()
	// Sorting must not touch the lists of the program.
	all.channels, all.forums = slices.Clone(all.channels), slices.Clone(all.forums)
	stored, err := b.store.AllSettings(ctx)
	if err != nil {
		b.log.Error("settings not read", "err", err)
	}
	for _, s := range stored {
		all.channels, all.forums = slices.Concat(all.channels, s.Channels), slices.Concat(all.forums, s.Forums)
	}
	slices.Sort(all.channels)
	slices.Sort(all.forums)
	all.channels, all.forums = slices.Compact(all.channels), slices.Compact(all.forums)
	return all
}
