package session

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// Permissions returns what a member may do in a channel or thread, computed from
// roles and overwrites that are fetched now. A thread has those of its parent.
// discordgo's own computation takes a thread's empty overwrites instead. For who
// pressed a button use Interaction.Member.Permissions, which costs no request.
func (s *Session) Permissions(ctx context.Context, channelID, userID string) (int64, error) {
	channel, err := s.Channel(ctx, channelID)
	if err != nil {
		return 0, err
	}
	if channel.IsThread() {
		if channel, err = s.Channel(ctx, channel.ParentID); err != nil {
			return 0, err
		}
	}
	if channel.GuildID == "" {
		return 0, &FormError{"channel", "is a direct message, where there are no permissions"}
	}
	guild, err := s.Guild(ctx, channel.GuildID)
	if err != nil {
		return 0, err
	}
	member, err := get[discordgo.Member](ctx, s, endpoint(http.MethodGet, "/guilds/{guild}/members/{user}", channel.GuildID, userID))
	if err != nil {
		return 0, err
	}
	return permissions(guild, channel, member.Roles, userID), nil
}

// permissions follows Discord's documented order: the owner and administrators
// may do all; otherwise everyone's and the roles' bits, then the channel's
// overwrites for everyone, for the roles together, for the member.
func permissions(g *discordgo.Guild, c *discordgo.Channel, roles []string, userID string) int64 {
	if g.OwnerID == userID {
		return discordgo.PermissionAll
	}
	has := map[string]bool{g.ID: true}
	for _, id := range roles {
		has[id] = true
	}
	var p int64
	for _, r := range g.Roles {
		if has[r.ID] {
			p |= r.Permissions
		}
	}
	if p&discordgo.PermissionAdministrator != 0 {
		return discordgo.PermissionAll
	}
	var everyone, role, member discordgo.PermissionOverwrite
	for _, o := range c.PermissionOverwrites {
		switch {
		case o.ID == g.ID:
			everyone = *o
		case o.Type == discordgo.PermissionOverwriteTypeRole && has[o.ID]:
			role.Allow |= o.Allow
			role.Deny |= o.Deny
		case o.Type == discordgo.PermissionOverwriteTypeMember && o.ID == userID:
			member = *o
		}
	}
	for _, o := range []discordgo.PermissionOverwrite{everyone, role, member} {
		p = p&^o.Deny | o.Allow
	}
	return p
}
