package session

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// FatalError ends Run: trying again would not help and would burn the day's
// IDENTIFYs. Its text says what a person has to do.
type FatalError struct {
	// Code is the gateway's close code, or 401 for a token that REST refused.
	Code int
	// Reason says in a few words what is wrong.
	Reason string
	// Advice says what to do.
	Advice string
}

// Error returns code, reason and advice in one line.
func (e *FatalError) Error() string {
	return fmt.Sprintf("session: Discord refuses this bot (%d, %s): %s", e.Code, e.Reason, e.Advice)
}

// Close codes of the gateway that matter here. Source: Discord's table of
// gateway close event codes.
const (
	closeBadToken          = 4004
	closeInvalidSequence   = 4007
	closeSessionTimedOut   = 4009
	closeInvalidShard      = 4010
	closeShardingRequired  = 4011
	closeInvalidVersion    = 4012
	closeInvalidIntents    = 4013
	closeDisallowedIntents = 4014
	// closeKeepSession is what we send when we give a link up: any code but 1000
	// and 1001 keeps the session resumable.
	closeKeepSession = 4000
)

// fatalFor returns the FatalError that err means, or nil if trying again may
// help.
func fatalFor(err error, intents discordgo.Intent) *FatalError {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return fatalClose(closed.Code, intents)
	}
	var fatal *FatalError
	if errors.As(err, &fatal) {
		return fatal
	}
	return nil
}

func fatalClose(code int, intents discordgo.Intent) *FatalError {
	const report = "this is a fault of the bot, please report it with the version you run"
	switch code {
	case closeBadToken:
		return &FatalError{code, "the token is not valid",
			"make a new one in the developer portal under Bot > Reset Token and restart with it"}
	case closeInvalidShard:
		return &FatalError{code, "invalid shard", report}
	case closeShardingRequired:
		return &FatalError{code, "sharding required",
			"the bot is on too many servers for one connection: remove it from some"}
	case closeInvalidVersion:
		return &FatalError{code, "invalid gateway version", "update the bot"}
	case closeInvalidIntents:
		return &FatalError{code, "invalid intents", report}
	case closeDisallowedIntents:
		return &FatalError{code, "an intent is not allowed", "switch on " + privileged(intents) +
			" in the developer portal under Bot > Privileged Gateway Intents, or turn off what needs it in the bot's configuration"}
	}
	return nil
}

func unauthorized() *FatalError {
	return &FatalError{http.StatusUnauthorized, "the token was refused",
		"make a new one in the developer portal under Bot > Reset Token and restart with it"}
}

// privileged names the privileged intents among those asked for, as the
// developer portal calls them.
func privileged(intents discordgo.Intent) string {
	var names []string
	for _, p := range []struct {
		intent discordgo.Intent
		name   string
	}{
		{discordgo.IntentMessageContent, "MESSAGE CONTENT INTENT"},
		{discordgo.IntentGuildMembers, "SERVER MEMBERS INTENT"},
		{discordgo.IntentGuildPresences, "PRESENCE INTENT"},
	} {
		if intents&p.intent != 0 {
			names = append(names, p.name)
		}
	}
	if len(names) == 0 {
		return "the privileged intents"
	}
	return strings.Join(names, " and ")
}
