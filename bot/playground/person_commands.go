package playground

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Option is an argument of a slash command. Its type comes from the command's
// registration: a user, channel or role is given by id or name.
type Option struct {
	// Name is the option's name.
	Name string
	// Value is a string, number or bool.
	Value any
	// File is the file of an attachment option.
	File *File
	// Options are the arguments of a subcommand.
	Options []Option
	// Focused marks the option being typed, for autocomplete.
	Focused bool
}

// Opt is an option with a value.
func Opt(name string, value any) Option { return Option{Name: name, Value: value} }

// OptFile is an attachment option.
func OptFile(name, filename string, data []byte) Option {
	return Option{Name: name, File: &File{Name: filename, Data: data}}
}

// Sub is a subcommand or a group with what is below it.
func Sub(name string, options ...Option) Option { return Option{Name: name, Options: options} }

// Slash runs a slash command. Subcommands may be written into the name
// ("issue create") or given with [Sub].
func (p *Person) Slash(channel, name string, options ...Option) (*Interaction, error) {
	words := strings.Fields(strings.TrimPrefix(name, "/"))
	if len(words) == 0 {
		return nil, fmt.Errorf("playground: a slash command needs a name")
	}
	for i := len(words) - 1; i > 0; i-- {
		options = []Option{Sub(words[i], options...)}
	}
	return p.invoke(channel, 1, words[0], "", options)
}

// Menu runs a context menu command on a message.
func (p *Person) Menu(channel, name, messageID string) (*Interaction, error) {
	return p.invoke(channel, 3, name, messageID, nil)
}

// UserMenu runs a context menu command on a user.
func (p *Person) UserMenu(channel, name, userID string) (*Interaction, error) {
	return p.invoke(channel, 2, name, userID, nil)
}

// Autocomplete types into an option of a slash command and waits for the bot's
// suggestions, at most until the deadline of interactions.
func (p *Person) Autocomplete(ctx context.Context, channel, name, option, typed string, others ...Option) ([]Choice, error) {
	words := strings.Fields(strings.TrimPrefix(name, "/"))
	if len(words) == 0 {
		return nil, fmt.Errorf("playground: a slash command needs a name")
	}
	options := append(append([]Option{}, others...), Option{Name: option, Value: typed, Focused: true})
	for i := len(words) - 1; i > 0; i-- {
		options = []Option{Sub(words[i], options...)}
	}
	var it *interaction
	err := p.act(func(u *user) error {
		c, cmd, err := p.s.commandFor(u, channel, 1, words[0])
		if err != nil {
			return err
		}
		it, err = p.s.invoke(u, call{channel: c, command: cmd, locale: p.language(u), options: options, typing: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.s.suggestions(ctx, it)
}

// suggestions waits for the choices of an autocomplete.
func (s *Server) suggestions(ctx context.Context, it *interaction) ([]Choice, error) {
	out, err := (&Interaction{s, it}).Wait(ctx)
	if err == nil && out.Failed != "" {
		err = fmt.Errorf("playground: autocomplete: %s", out.Failed)
	}
	return out.Choices, err
}

func (p *Person) invoke(channel string, kind int64, name, target string, options []Option) (*Interaction, error) {
	var it *interaction
	err := p.act(func(u *user) error {
		c, cmd, err := p.s.commandFor(u, channel, kind, name)
		if err != nil {
			return err
		}
		it, err = p.s.invoke(u, call{channel: c, command: cmd, locale: p.language(u), options: options, target: target})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Interaction{p.s, it}, nil
}

// commandFor finds a command by name where a person is; the guild's own ones win.
func (s *Server) commandFor(u *user, channel string, kind int64, name string) (*channel, obj, error) {
	c, err := s.channelFor(u, channel)
	if err != nil {
		return nil, nil, err
	}
	scopes := []string{s.world.guildID, ""}
	if c.kind == kindDM || !s.world.inside() {
		scopes = []string{""}
	}
	for _, scope := range scopes {
		if cmd := s.commands.named(scope, kind, name); cmd != nil {
			return c, cmd, nil
		}
	}
	return nil, nil, fmt.Errorf("playground: no command %q is registered here", name)
}

// call is a command about to be run.
type call struct {
	channel *channel
	command obj
	locale  string
	options []Option
	target  string
	typing  bool // for autocomplete
}

// invoke checks what the client would and sends the interaction.
func (s *Server) invoke(u *user, in call) (*interaction, error) {
	if err := s.mayUse(u, in.channel, in.command); err != nil {
		return nil, err
	}
	kind := number(in.command, "type")
	data := obj{"id": in.command["id"], "name": in.command["name"], "type": kind}
	if g := str(in.command, "guild_id"); g != "" {
		data["guild_id"] = g
	}
	it := &interaction{kind: itCommand, user: u, channelID: in.channel.id, locale: in.locale,
		command: in.command, commandType: int(kind)}
	res := newResolved(s, in.channel)
	switch kind {
	case 1:
		fill := optionFill{s: s, res: res, typing: in.typing}
		out, err := fill.level(list(in.command, "options"), in.options)
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			data["options"] = out
		}
		if in.typing {
			if !fill.focused {
				return nil, fmt.Errorf("playground: no autocompleted option is being typed")
			}
			it.kind = itAutocomplete
		}
	default:
		if err := s.target(u, it, in, res); err != nil {
			return nil, err
		}
		data["target_id"] = it.targetID
	}
	if r := res.json(); len(r) > 0 {
		data["resolved"] = r
	}
	return s.open(it, data), nil
}

// target resolves the message or user of a context menu. The message comes whole,
// whatever intents the bot has.
func (s *Server) target(u *user, it *interaction, in call, res *resolved) error {
	if it.commandType == 2 {
		who := s.world.findUser(in.target)
		if who == nil {
			return fmt.Errorf("playground: nobody here is called %q", in.target)
		}
		it.targetID, it.targetOf = who.id, "user"
		res.user(who)
		return nil
	}
	m := in.channel.byID[in.target]
	if m == nil || !s.sees(u.id, in.channel, m) {
		return fmt.Errorf("playground: %s sees no message %q in #%s", u.global, in.target, in.channel.name)
	}
	if m.only != "" {
		return fmt.Errorf("playground: Discord offers no apps menu on an ephemeral message")
	}
	it.targetID, it.targetOf = m.id, "message"
	res.add("messages", m.id, m.json(seedBot))
	return nil
}

// mayUse checks the channel, the permissions and the contexts of a command.
func (s *Server) mayUse(u *user, c *channel, cmd obj) error {
	name := str(cmd, "name")
	if !s.world.may(u.id, c, PermissionViewChannel|PermissionUseApplicationCommands) || !c.holdsText() {
		return fmt.Errorf("playground: %s may not use commands in #%s", u.global, c.name)
	}
	if c.isThread() && c.archived {
		return fmt.Errorf("playground: #%s is archived: commands do not work in it", c.name)
	}
	where := s.context(c)
	if where == inPrivate || where == inGuild && !s.world.inside() {
		if !holds(cmd["integration_types"], 1) {
			return fmt.Errorf("playground: /%s cannot be installed by a user, and the bot is not here", name)
		}
	}
	if ctx, given := cmd["contexts"].([]any); given {
		if !holds(ctx, where) {
			return fmt.Errorf("playground: /%s is not offered here", name)
		}
	}
	if v := cmd["default_member_permissions"]; v != nil && where == 0 {
		need, _ := strconv.ParseUint(snowflake(v), 10, 64)
		have := s.world.perms(u.id, c)
		if have&PermissionAdministrator == 0 && (need == 0 || have&need != need) {
			return fmt.Errorf("playground: %s lacks the permission for /%s", u.global, name)
		}
	}
	return nil
}

// holds reports whether a list of numbers has n in it.
func holds(numbers any, n int64) bool {
	in, _ := numbers.([]any)
	for _, v := range in {
		if got, ok := asInt(v); ok && got == n {
			return true
		}
	}
	return false
}
