package playground

import (
	"strings"
	"time"
)

// Channel types, by Discord's numbers.
const (
	kindText          = 0
	kindDM            = 1
	kindPublicThread  = 11
	kindPrivateThread = 12
	kindForum         = 15
)

// world is the guild with its people and channels.
type world struct {
	guildID, guildName, ownerID string
	locale                      string
	users                       map[string]*user
	members                     map[string]*member
	people                      []string // user ids in the order they came, without the bot
	roles                       map[string]*role
	roleOrder                   []string
	channels                    map[string]*channel
	channelOrder                []string
	unavailable                 bool
}

type user struct {
	id, name, global string
	bot              bool
	locale           string
}

type member struct {
	user   *user
	nick   string
	roles  []string
	joined time.Time
}

type role struct {
	id, name string
	perms    uint64
	position int
	color    int
	botID    string
}

type tag struct {
	id, name  string
	moderated bool
}

type channel struct {
	id, name, topic, parentID string
	kind, position            int
	overwrites                []overwrite
	recipients                []string // of a DM
	tags                      []tag    // of a forum
	requireTag                bool
	thread                    // of a thread
	store
}

// thread holds what only threads have.
type thread struct {
	ownerID          string
	archived, locked bool
	pinned           bool
	autoArchive      int
	slowmode         int
	created          time.Time
	archiveChanged   time.Time
	applied          []string
	members          map[string]bool
	sent             int // messages ever sent, the starter of a forum post left out
}

func (c *channel) isThread() bool { return c.kind == kindPublicThread || c.kind == kindPrivateThread }

// holdsText reports whether messages can be sent straight into c.
func (c *channel) holdsText() bool { return c.kind != kindForum }

func (m *member) hasRole(id string) bool {
	for _, r := range m.roles {
		if r == id {
			return true
		}
	}
	return false
}

// newWorld seeds the guild the package doc describes, with or without the bot
// as a member.
func newWorld(botName string, inside bool) *world {
	w := &world{
		guildID: seedGuild, guildName: "Milvus", ownerID: seedRoot, locale: "en-US",
		users: map[string]*user{}, members: map[string]*member{},
		roles: map[string]*role{}, channels: map[string]*channel{},
	}
	w.addRole(&role{id: seedGuild, name: "@everyone", perms: memberPermissions})
	w.addRole(&role{id: seedMod, name: "Moderator", perms: moderatorPermissions, color: 0x2ecc71})
	w.addRole(&role{id: seedAdmin, name: "Administrator", perms: PermissionAdministrator, color: 0xe74c3c})
	w.addRole(&role{id: seedBotRole, name: botName, perms: botPermissions, botID: seedBot})
	w.addMember(&user{id: seedAda, name: "ada", global: "Ada"})
	w.addMember(&user{id: seedGrace, name: "grace", global: "Grace"})
	w.addMember(&user{id: seedModUser, name: "mod", global: "Mod"}, seedMod)
	w.addMember(&user{id: seedRoot, name: "root", global: "Root"}, seedAdmin)
	w.addMember(&user{id: seedBot, name: botName, bot: true}, seedBotRole)
	if !inside {
		delete(w.members, seedBot)
	}
	w.addChannel(&channel{id: seedGeneral, name: "general", kind: kindText, topic: "Talk about Milvus"})
	w.addChannel(&channel{id: seedHelp, name: "help", kind: kindText, topic: "Ask here when something fails"})
	w.addChannel(&channel{id: seedForum, name: "support-forum", kind: kindForum,
		topic: "One post per problem: version, deployment, and the log around the error",
		tags:  []tag{{id: seedSolved, name: "Solved"}, {id: seedBug, name: "Bug"}, {id: seedQuestion, name: "Question"}}})
	return w
}

func (w *world) addRole(r *role) {
	r.position = len(w.roleOrder)
	w.roles[r.id] = r
	w.roleOrder = append(w.roleOrder, r.id)
}

func (w *world) addMember(u *user, roles ...string) *member {
	if u.locale == "" {
		u.locale = "en-US"
	}
	w.users[u.id] = u
	m := &member{user: u, roles: roles, joined: time.Now()}
	w.members[u.id] = m
	if !u.bot {
		w.people = append(w.people, u.id)
	}
	return m
}

func (w *world) addChannel(c *channel) *channel {
	c.store.byID = map[string]*message{}
	if c.members == nil {
		c.members = map[string]bool{}
	}
	if !c.isThread() && c.kind != kindDM {
		c.position = len(w.channelOrder)
	}
	w.channels[c.id] = c
	w.channelOrder = append(w.channelOrder, c.id)
	return c
}

// dropChannel forgets a channel and, with a parent, its threads; it returns all
// that went.
func (w *world) dropChannel(id string) []*channel {
	var gone []*channel
	keep := w.channelOrder[:0:0]
	for _, cid := range w.channelOrder {
		c := w.channels[cid]
		if cid == id || c.isThread() && c.parentID == id {
			gone = append(gone, c)
			delete(w.channels, cid)
			continue
		}
		keep = append(keep, cid)
	}
	w.channelOrder = keep
	return gone
}

// findUser looks a person up by id, user name or display name.
func (w *world) findUser(ref string) *user {
	if u := w.users[ref]; u != nil {
		return u
	}
	for _, u := range w.users {
		if strings.EqualFold(u.name, ref) || strings.EqualFold(u.global, ref) {
			return u
		}
	}
	return nil
}

// findChannel looks a channel or thread up by id or by name, with or without #.
func (w *world) findChannel(ref string) *channel {
	if c := w.channels[ref]; c != nil {
		return c
	}
	ref = strings.TrimPrefix(ref, "#")
	for _, id := range w.channelOrder {
		if c := w.channels[id]; c.kind != kindDM && c.name == ref {
			return c
		}
	}
	return nil
}

func (w *world) findRole(ref string) *role {
	if r := w.roles[ref]; r != nil {
		return r
	}
	for _, id := range w.roleOrder {
		if strings.EqualFold(w.roles[id].name, ref) {
			return w.roles[id]
		}
	}
	return nil
}

// inside reports whether the bot is a member of the guild.
func (w *world) inside() bool { return w.members[seedBot] != nil }

// with reports whether a user takes part in a direct message channel.
func (c *channel) with(userID string) bool {
	return c.kind == kindDM && (c.recipients[0] == userID || c.recipients[1] == userID)
}

// dm returns the direct message channel of two users, made when missing.
func (w *world) dm(g *ids, a, b string) (c *channel, fresh bool) {
	for _, id := range w.channelOrder {
		c := w.channels[id]
		if c.kind == kindDM && (c.recipients[0] == a && c.recipients[1] == b || c.recipients[0] == b && c.recipients[1] == a) {
			return c, false
		}
	}
	return w.addChannel(&channel{id: g.next(), kind: kindDM, recipients: []string{a, b}}), true
}
