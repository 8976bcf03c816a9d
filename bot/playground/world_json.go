package playground

import (
	"sort"
	"strconv"
)

// The functions of this file write the world as Discord's JSON.

func (u *user) json() obj {
	o := obj{"id": u.id, "username": u.name, "global_name": nil, "discriminator": "0",
		"avatar": nil, "public_flags": 0}
	if u.global != "" {
		o["global_name"] = u.global
	}
	if u.bot {
		o["bot"] = true
		o["discriminator"] = "0000"
	}
	return o
}

// json leaves the user out where Discord does (in messages and resolved data).
func (m *member) json(withUser bool) obj {
	o := obj{"roles": anyList(m.roles), "joined_at": stamp(m.joined), "nick": nil, "avatar": nil,
		"premium_since": nil, "deaf": false, "mute": false, "pending": false, "flags": 0,
		"communication_disabled_until": nil}
	if m.nick != "" {
		o["nick"] = m.nick
	}
	if withUser {
		o["user"] = m.user.json()
	}
	return o
}

func bits(p uint64) string { return strconv.FormatUint(p, 10) }

func (r *role) json() obj {
	o := obj{"id": r.id, "name": r.name, "permissions": bits(r.perms), "position": r.position,
		"color": r.color, "hoist": false, "managed": r.botID != "", "mentionable": false, "flags": 0}
	if r.botID != "" {
		o["tags"] = obj{"bot_id": r.botID}
	}
	return o
}

func (w *world) roleList() []any {
	out := make([]any, 0, len(w.roleOrder))
	for _, id := range w.roleOrder {
		out = append(out, w.roles[id].json())
	}
	return out
}

func (w *world) channelJSON(c *channel) obj {
	o := obj{"id": c.id, "type": c.kind, "last_message_id": nil, "flags": 0}
	if c.lastID != "" {
		o["last_message_id"] = c.lastID
	}
	if c.kind == kindDM {
		rec := []any{}
		for _, id := range c.recipients {
			if u := w.users[id]; u != nil && !u.bot {
				rec = append(rec, u.json())
			}
		}
		o["recipients"] = rec
		return o
	}
	o["guild_id"], o["name"], o["rate_limit_per_user"] = w.guildID, c.name, c.slowmode
	o["parent_id"] = nil
	if c.parentID != "" {
		o["parent_id"] = c.parentID
	}
	if c.isThread() {
		c.threadJSON(o)
		return o
	}
	o["position"], o["nsfw"], o["topic"] = c.position, false, nil
	if c.topic != "" {
		o["topic"] = c.topic
	}
	o["permission_overwrites"] = overwriteList(c.overwrites)
	if c.kind == kindForum {
		c.forumJSON(o)
	}
	return o
}

func (c *channel) threadJSON(o obj) {
	o["owner_id"], o["member_count"] = c.ownerID, len(c.members)
	o["message_count"], o["total_message_sent"] = min(c.sent, 50), c.sent
	o["applied_tags"] = anyList(c.applied)
	o["thread_metadata"] = obj{"archived": c.archived, "locked": c.locked,
		"auto_archive_duration": c.autoArchive, "archive_timestamp": stamp(c.archiveChanged),
		"create_timestamp": stamp(c.created)}
	if c.pinned {
		o["flags"] = 1 << 1
	}
	if c.kind == kindPrivateThread {
		object(o, "thread_metadata")["invitable"] = true
	}
}

func (c *channel) forumJSON(o obj) {
	tags := []any{}
	for _, t := range c.tags {
		tags = append(tags, obj{"id": t.id, "name": t.name, "moderated": t.moderated, "emoji_id": nil, "emoji_name": nil})
	}
	o["available_tags"], o["default_reaction_emoji"] = tags, nil
	o["default_sort_order"], o["default_forum_layout"] = nil, 0
	if c.requireTag {
		o["flags"] = 1 << 4
	}
}

func overwriteList(in []overwrite) []any {
	out := []any{}
	for _, o := range in {
		out = append(out, obj{"id": o.id, "type": o.kind, "allow": bits(o.allow), "deny": bits(o.deny)})
	}
	return out
}

// guildJSON is the guild without its channels and members.
func (w *world) guildJSON() obj {
	return obj{"id": w.guildID, "name": w.guildName, "owner_id": w.ownerID, "icon": nil, "splash": nil,
		"discovery_splash": nil, "banner": nil, "description": "A playground", "afk_channel_id": nil,
		"afk_timeout": 300, "verification_level": 1, "default_message_notifications": 1,
		"explicit_content_filter": 0, "roles": w.roleList(), "emojis": []any{}, "stickers": []any{},
		"features": []any{"COMMUNITY"}, "mfa_level": 0, "application_id": nil, "system_channel_id": nil,
		"system_channel_flags": 0, "rules_channel_id": nil, "vanity_url_code": nil, "premium_tier": 0,
		"premium_subscription_count": 0, "preferred_locale": w.locale, "public_updates_channel_id": nil,
		"nsfw_level": 0, "premium_progress_bar_enabled": false, "max_members": 500000}
}

// guildCreate is the GUILD_CREATE payload for a session of the bot.
func (w *world) guildCreate(botID string, allMembers bool) obj {
	g := w.guildJSON()
	g["joined_at"], g["large"], g["unavailable"] = stamp(w.members[botID].joined), false, false
	g["member_count"] = len(w.members)
	g["channels"], g["threads"] = w.channelLists(botID)
	g["members"] = w.memberList(botID, allMembers)
	for _, k := range []string{"presences", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds"} {
		g[k] = []any{}
	}
	return g
}

// channelLists splits what a user may see into channels and active threads.
func (w *world) channelLists(userID string) (channels, threads []any) {
	channels, threads = []any{}, []any{}
	for _, id := range w.channelOrder {
		c := w.channels[id]
		switch {
		case c.kind == kindDM || !w.may(userID, c, PermissionViewChannel):
		case c.isThread() && !c.archived:
			threads = append(threads, w.channelJSON(c))
		case !c.isThread():
			channels = append(channels, w.channelJSON(c))
		}
	}
	return channels, threads
}

func (w *world) memberList(botID string, all bool) []any {
	out := []any{w.members[botID].json(true)}
	if !all {
		return out
	}
	var others []string
	for id := range w.members {
		if id != botID {
			others = append(others, id)
		}
	}
	sort.Strings(others)
	for _, id := range others {
		out = append(out, w.members[id].json(true))
	}
	return out
}
