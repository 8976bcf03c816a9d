package playground

import (
	"strconv"
	"time"
)

// Interaction types.
const (
	itCommand      = 2
	itComponent    = 3
	itAutocomplete = 4
	itModal        = 5
)

// Callback types.
const (
	cbMessage        = 4
	cbDeferMessage   = 5
	cbDeferUpdate    = 6
	cbUpdate         = 7
	cbAutocomplete   = 8
	cbModal          = 9
	maxSuggestions   = 25
	keepInteractions = 20000
)

// interaction is one thing a person did and what became of it.
type interaction struct {
	id, token          string
	kind               int
	user               *user
	channelID          string
	locale             string
	command            obj // the registered command, for commands
	commandType        int
	followUps          int
	installed          obj // for whom the application is installed there
	made               time.Time
	timer              *time.Timer
	source             *message // the message of a component, or of the modal's component
	original           *message // what @original means
	pending            bool     // a placeholder waits to be filled
	hidden             bool     // the first answer was ephemeral
	answered           int      // callback type, 0 until answered
	failed             string   // why the user saw "interaction failed"
	modal              obj      // the modal it opened
	modalDone          bool     // that was submitted
	opener             *interaction
	choices            []any
	targetID, targetOf string // of a context menu: the id, and "message" or "user"
}

// open makes an interaction, sends it to the bot and starts its clock.
func (s *Server) open(it *interaction, data obj) *interaction {
	it.id, it.token, it.made = s.ids.next(), "aW50ZXJhY3Rpb246"+secret(40), time.Now()
	it.installed = s.installedBy(it)
	s.interactions[it.token] = it
	it.timer = time.AfterFunc(s.opts.InteractionDeadline, func() {
		s.do(func() { s.expire(it) })
	})
	s.pruneInteractions()
	payload := s.interactionJSON(it, data)
	if s.out.url != "" {
		s.deliverHTTP(it, payload)
	} else {
		s.dispatch(event{name: "INTERACTION_CREATE", data: payload})
	}
	s.notify()
	return it
}

// expire marks an interaction that nobody answered in time.
func (s *Server) expire(it *interaction) {
	if it.answered != 0 || it.failed != "" {
		return
	}
	it.failed = "The application did not respond"
	if it.kind != itAutocomplete {
		s.toPage("interaction_failed", obj{"interaction_id": it.id, "reason": it.failed},
			func(id string) bool { return id == it.user.id })
	}
	s.notify()
}

// pruneInteractions forgets tokens that have run out, so that their use is
// answered as one of an unknown token.
func (s *Server) pruneInteractions() {
	if len(s.interactions) < 64 || len(s.interactions)%64 != 0 && len(s.interactions) < keepInteractions {
		return
	}
	for t, it := range s.interactions {
		if time.Since(it.made) > s.opts.TokenLifetime || len(s.interactions) > keepInteractions && it.answered != 0 {
			delete(s.interactions, t)
		}
	}
}

// interactionJSON is the INTERACTION_CREATE payload.
func (s *Server) interactionJSON(it *interaction, data obj) obj {
	w := s.world
	c := w.channels[it.channelID]
	o := obj{"id": it.id, "application_id": seedBot, "type": it.kind, "data": data, "token": it.token, "version": 1,
		"channel_id": c.id, "channel": w.channelJSON(c), "locale": it.locale, "entitlements": []any{},
		"entitlement_sku_ids": []any{}, "attachment_size_limit": maxFileBytes,
		"app_permissions": strconv.FormatUint(w.perms(seedBot, c), 10)}
	if it.source != nil {
		o["message"] = it.source.json(seedBot)
	}
	o["authorizing_integration_owners"] = it.installed
	if c.kind == kindDM {
		o["user"], o["context"] = it.user.json(), s.context(c)
		return o
	}
	m := w.members[it.user.id].json(true)
	m["permissions"] = strconv.FormatUint(w.perms(it.user.id, c), 10)
	o["member"], o["context"], o["guild_id"], o["guild_locale"] = m, 0, w.guildID, w.locale
	o["guild"] = obj{"id": w.guildID, "locale": w.locale, "features": []any{"COMMUNITY"}}
	return o
}

// Contexts of an interaction.
const (
	inGuild   = 0
	inBotDM   = 1
	inPrivate = 2
)

func (s *Server) context(c *channel) int64 {
	switch {
	case c.kind != kindDM:
		return inGuild
	case c.with(seedBot):
		return inBotDM
	}
	return inPrivate
}

// installedBy says for whom the application is installed where an interaction
// comes from: the guild or, where the bot is not, the person.
func (s *Server) installedBy(it *interaction) obj {
	switch c := s.world.channels[it.channelID]; {
	case s.context(c) == inBotDM:
		return obj{"0": "0"}
	case s.context(c) == inGuild && s.world.inside():
		return obj{"0": s.world.guildID}
	}
	return obj{"1": it.user.id}
}

// sign marks a message as the answer to an interaction.
func (it *interaction) sign(b obj) {
	b["webhook_id"], b["application_id"] = seedBot, seedBot
	b["interaction_metadata"] = it.metadata()
	if it.kind == itCommand {
		b["interaction"] = obj{"id": it.id, "type": it.kind, "name": it.commandName(), "user": it.user.json()}
	}
}

func (it *interaction) metadata() obj {
	o := obj{"id": it.id, "type": it.kind, "user": it.user.json(), "authorizing_integration_owners": it.installed}
	if it.kind == itCommand {
		o["name"], o["command_type"] = it.commandName(), it.commandType
	}
	if it.targetOf == "message" {
		o["target_message_id"] = it.targetID
	}
	if it.kind == itComponent && it.source != nil {
		o["interacted_message_id"] = it.source.id
	}
	if it.kind == itModal && it.opener != nil {
		o["triggering_interaction_metadata"] = it.opener.metadata()
	}
	return o
}

func (it *interaction) commandName() string { return str(it.command, "name") }

// live finds an interaction whose webhook can be used. Before the first answer
// there is no webhook; after its time the token is invalid.
func (s *Server) live(appID, token string) (*interaction, error) {
	it := s.interactions[token]
	if it == nil || time.Since(it.made) > s.opts.TokenLifetime {
		return nil, refuse(codeBadToken)
	}
	if appID != seedBot || it.answered == 0 || it.answered == cbAutocomplete {
		return nil, refuse(codeUnknownWebhook)
	}
	if s.world.channels[it.channelID] == nil {
		return nil, refuse(codeUnknownChannel)
	}
	return it, nil
}
