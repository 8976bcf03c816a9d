package playground

// Permission bits a support bot and its users meet, by Discord's names.
const (
	PermissionKickMembers            uint64 = 1 << 1
	PermissionAdministrator          uint64 = 1 << 3
	PermissionManageChannels         uint64 = 1 << 4
	PermissionManageGuild            uint64 = 1 << 5
	PermissionAddReactions           uint64 = 1 << 6
	PermissionViewChannel            uint64 = 1 << 10
	PermissionSendMessages           uint64 = 1 << 11
	PermissionManageMessages         uint64 = 1 << 13
	PermissionEmbedLinks             uint64 = 1 << 14
	PermissionAttachFiles            uint64 = 1 << 15
	PermissionReadMessageHistory     uint64 = 1 << 16
	PermissionMentionEveryone        uint64 = 1 << 17
	PermissionUseExternalEmojis      uint64 = 1 << 18
	PermissionChangeNickname         uint64 = 1 << 26
	PermissionManageRoles            uint64 = 1 << 28
	PermissionUseApplicationCommands uint64 = 1 << 31
	PermissionManageThreads          uint64 = 1 << 34
	PermissionCreatePublicThreads    uint64 = 1 << 35
	PermissionCreatePrivateThreads   uint64 = 1 << 36
	PermissionSendMessagesInThreads  uint64 = 1 << 38
	PermissionUseExternalApps        uint64 = 1 << 50
)

const (
	// allPermissions is every bit Discord defines today.
	allPermissions uint64 = 1<<53 - 1

	// memberPermissions is what everyone may do in a new community guild.
	memberPermissions = PermissionViewChannel | PermissionSendMessages | PermissionAddReactions |
		PermissionEmbedLinks | PermissionAttachFiles | PermissionReadMessageHistory |
		PermissionUseExternalEmojis | PermissionChangeNickname | PermissionUseApplicationCommands |
		PermissionCreatePublicThreads | PermissionSendMessagesInThreads | PermissionUseExternalApps

	moderatorPermissions = PermissionManageMessages | PermissionManageThreads

	// botPermissions is the small set a support bot asks for in its invite,
	// MANAGE_THREADS included for tags on other people's posts.
	botPermissions = PermissionViewChannel | PermissionSendMessages | PermissionEmbedLinks |
		PermissionAttachFiles | PermissionReadMessageHistory | PermissionCreatePublicThreads |
		PermissionSendMessagesInThreads | PermissionManageThreads

	// dmPermissions is what both sides may do in a direct message.
	dmPermissions = PermissionViewChannel | PermissionSendMessages | PermissionEmbedLinks |
		PermissionAttachFiles | PermissionReadMessageHistory | PermissionAddReactions |
		PermissionUseExternalEmojis | PermissionUseApplicationCommands
)

// overwrite is one channel permission overwrite: kind 0 is a role, 1 a member.
type overwrite struct {
	id          string
	kind        int
	allow, deny uint64
}

// base is what a member may do in the guild before channels are looked at.
func (w *world) base(m *member) uint64 {
	if m.user.id == w.ownerID {
		return allPermissions
	}
	perms := w.roles[w.guildID].perms
	for _, id := range m.roles {
		if r := w.roles[id]; r != nil {
			perms |= r.perms
		}
	}
	if perms&PermissionAdministrator != 0 {
		return allPermissions
	}
	return perms
}

// perms computes what a user may do in a channel. A thread takes the
// overwrites of its parent; somebody outside of the guild may do nothing.
func (w *world) perms(userID string, c *channel) uint64 {
	if c.kind == kindDM {
		for _, id := range c.recipients {
			if id == userID {
				return dmPermissions
			}
		}
		return 0
	}
	m := w.members[userID]
	if m == nil {
		return 0
	}
	perms := w.base(m)
	if perms == allPermissions {
		return perms
	}
	if c.isThread() {
		parent := w.channels[c.parentID]
		if parent == nil || c.kind == kindPrivateThread && !c.members[userID] {
			return 0
		}
		c = parent
	}
	perms = applyOverwrites(perms, m, w.guildID, c.overwrites)
	if perms&PermissionViewChannel == 0 {
		return 0
	}
	return perms
}

func applyOverwrites(perms uint64, m *member, everyone string, list []overwrite) uint64 {
	var allow, deny uint64
	for _, o := range list {
		if o.kind == 0 && o.id == everyone {
			perms = perms&^o.deny | o.allow
		}
		if o.kind == 0 && o.id != everyone && m.hasRole(o.id) {
			allow |= o.allow
			deny |= o.deny
		}
	}
	perms = perms&^deny | allow
	for _, o := range list {
		if o.kind == 1 && o.id == m.user.id {
			perms = perms&^o.deny | o.allow
		}
	}
	return perms
}

// may reports whether a user holds every bit of need in the channel.
func (w *world) may(userID string, c *channel, need uint64) bool {
	return w.perms(userID, c)&need == need
}

// sending is the bit that lets one write in c.
func (c *channel) sending() uint64 {
	if c.isThread() {
		return PermissionSendMessagesInThreads
	}
	return PermissionSendMessages
}

// need answers with Discord's two refusals: Missing Access where the channel
// cannot even be seen, Missing Permissions where a bit is lacking.
func (w *world) need(userID string, c *channel, bits uint64) error {
	have := w.perms(userID, c)
	if have&PermissionViewChannel == 0 {
		return refuse(codeMissingAccess)
	}
	if have&bits != bits {
		return refuse(codeMissingPermissions)
	}
	return nil
}
