package playground

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"time"
)

// discordEpoch is the first millisecond of 2015, where snowflakes start.
const discordEpoch = 1420070400000

// Ids of what exists from the start. They lie in the past, so everything made
// later sorts after them.
const (
	seedGuild    = "1100000000000000000"
	seedGeneral  = "1100000000000000011"
	seedHelp     = "1100000000000000012"
	seedForum    = "1100000000000000013"
	seedMod      = "1100000000000000021"
	seedAdmin    = "1100000000000000022"
	seedBotRole  = "1100000000000000023"
	seedSolved   = "1100000000000000031"
	seedBug      = "1100000000000000032"
	seedQuestion = "1100000000000000033"
	seedAda      = "1100000000000000101"
	seedGrace    = "1100000000000000102"
	seedModUser  = "1100000000000000103"
	seedRoot     = "1100000000000000104"
	seedBot      = "1100000000000000200"
)

// Ids that are the same in every playground.
const (
	// GuildID is the one guild.
	GuildID = seedGuild
	// BotID is the user id of the bot.
	BotID = seedBot
	// ForumID is the forum support-forum.
	ForumID = seedForum
	// SolvedTagID is the forum's tag Solved.
	SolvedTagID = seedSolved
	// ModeratorRoleID is the role of Mod.
	ModeratorRoleID = seedMod
)

// ids hands out snowflakes that always grow.
type ids struct{ last int64 }

func (g *ids) next() string {
	v := (time.Now().UnixMilli() - discordEpoch) << 22
	if v <= g.last {
		v = g.last + 1
	}
	g.last = v
	return strconv.FormatInt(v, 10)
}

// secret makes a token nobody can guess.
func secret(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// stamp writes a time as Discord does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

func itoa(n int) string { return strconv.Itoa(n) }

// later reports whether snowflake a was made after b.
func later(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
