package playground

import (
	"encoding/json"
	"errors"
)

// webState is everything the page needs besides messages.
func (s *Server) webState(r *pageRequest) (any, error) {
	var out json.RawMessage
	err := r.person.act(func(u *user) error {
		w := s.world
		people := []any{}
		for _, id := range w.people {
			if w.members[id] != nil {
				people = append(people, w.webUser(id))
			}
		}
		channels := []any{}
		for _, id := range w.channelOrder {
			if c := w.channels[id]; c.kind != kindDM && w.may(u.id, c, PermissionViewChannel) {
				channels = append(channels, w.channelJSON(c))
			}
		}
		dm, _ := w.dm(&s.ids, seedBot, u.id)
		langs := []any{}
		for _, l := range locales {
			langs = append(langs, obj{"id": l.id, "name": l.name})
		}
		samples := s.opts.Samples
		if samples == nil {
			samples = []Sample{}
		}
		out = encode(obj{"me": w.webUser(u.id), "users": people, "bot": w.webUser(seedBot), "connected": s.gw.connected(),
			"guild": obj{"id": w.guildID, "name": w.guildName, "channels": channels}, "dm": obj{"id": dm.id},
			"commands": anyList(s.commands.all(w.guildID)), "locales": langs, "samples": samples})
		return nil
	})
	return out, err
}

func (w *world) webUser(id string) obj {
	u := w.users[id]
	names := []any{}
	if m := w.members[id]; m != nil {
		for _, rid := range m.roles {
			if r := w.roles[rid]; r != nil {
				names = append(names, r.name)
			}
		}
	}
	o := u.json()
	o["bot"], o["roles"] = u.bot, names
	return o
}

func (s *Server) webMessages(r *pageRequest) (any, error) {
	out := []any{}
	ref := r.URL.Query().Get("channel")
	if _, err := r.person.Channel(ref); err != nil {
		return nil, err
	}
	for _, m := range r.person.Sees(ref) {
		out = append(out, m.Raw())
	}
	return obj{"messages": out}, nil
}

func (r *pageRequest) options() []SayOption {
	opts := []SayOption{func(out *sending) { out.files = r.files }}
	if id := str(r.body, "reply_to"); id != "" {
		opts = append(opts, ReplyTo(id))
	}
	for _, t := range strList(list(r.body, "tags")) {
		opts = append(opts, WithTags(t))
	}
	return opts
}

func (s *Server) webSay(r *pageRequest) (any, error) {
	m, err := r.person.Say(str(r.body, "channel_id"), str(r.body, "content"), r.options()...)
	return m.Raw(), err
}

func (s *Server) webPost(r *pageRequest) (any, error) {
	c, m, err := r.person.Post(str(r.body, "channel_id"), str(r.body, "title"), str(r.body, "content"), r.options()...)
	return obj{"channel": c.Raw, "message": m.Raw()}, err
}

func (s *Server) webEdit(r *pageRequest) (any, error) {
	m, err := r.person.Edit(str(r.body, "channel_id"), r.PathValue("message"), str(r.body, "content"))
	return m.Raw(), err
}

func (s *Server) webDelete(r *pageRequest) (any, error) {
	return obj{}, r.person.Delete(str(r.body, "channel_id"), r.PathValue("message"))
}

// webCall reads the command a page names by id.
func (s *Server) webCall(u *user, r *pageRequest) (call, error) {
	c, err := s.channelFor(u, str(r.body, "channel_id"))
	if err != nil {
		return call{}, err
	}
	id := str(r.body, "command_id")
	cmd := s.commands.byID(s.world.guildID, id)
	if cmd == nil || c.kind == kindDM {
		cmd = s.commands.byID("", id)
	}
	if cmd == nil {
		return call{}, errors.New("playground: that command no longer exists here: reload the page")
	}
	opts, err := r.readOptions(list(r.body, "options"))
	return call{channel: c, command: cmd, locale: r.person.language(u), options: opts, target: str(r.body, "target_id")}, err
}

// readOptions turns the page's options into ours; an attachment is the index of
// its file.
func (r *pageRequest) readOptions(in []any) ([]Option, error) {
	var out []Option
	for _, v := range in {
		o, ok := v.(obj)
		if !ok {
			return nil, errors.New("playground: an option is not an object")
		}
		inner, err := r.readOptions(list(o, "options"))
		if err != nil {
			return nil, err
		}
		op := Option{Name: str(o, "name"), Value: o["value"], Options: inner, Focused: boolean(o, "focused")}
		if op.Value == nil {
			op.Value = ""
		}
		if number(o, "type") == optAttachment {
			n, ok := asInt(o["value"])
			if !ok || n < 0 || int(n) >= len(r.files) {
				return nil, errors.New("playground: the file of an attachment option is missing")
			}
			f := r.files[n]
			op.File = &File{Name: f.name, ContentType: f.contentType, Data: f.data}
		}
		out = append(out, op)
	}
	return out, nil
}

func (s *Server) webCommand(r *pageRequest) (any, error) {
	var it *interaction
	err := r.person.act(func(u *user) error {
		in, err := s.webCall(u, r)
		if err != nil {
			return err
		}
		it, err = s.invoke(u, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return obj{"interaction_id": it.id}, nil
}

func (s *Server) webAutocomplete(r *pageRequest) (any, error) {
	var it *interaction
	err := r.person.act(func(u *user) error {
		in, err := s.webCall(u, r)
		if err != nil {
			return err
		}
		in.typing = true
		it, err = s.invoke(u, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, err := s.suggestions(r.Context(), it)
	if found == nil {
		found = []Choice{}
	}
	return obj{"choices": found}, err
}

func (s *Server) webComponent(r *pageRequest) (any, error) {
	it, err := r.person.Press(str(r.body, "channel_id"), str(r.body, "message_id"), str(r.body, "custom_id"),
		strList(list(r.body, "values"))...)
	if err != nil {
		return nil, err
	}
	return obj{"interaction_id": it.ID()}, nil
}

func (s *Server) webModal(r *pageRequest) (any, error) {
	values := map[string][]string{}
	for k, v := range object(r.body, "values") {
		switch v := v.(type) {
		case string:
			values[k] = []string{v}
		case []any:
			values[k] = strList(v)
		case bool:
			if v {
				values[k] = []string{"true"}
			} else {
				values[k] = []string{"false"}
			}
		}
	}
	it, err := r.person.SubmitAll(&Modal{InteractionID: str(r.body, "interaction_id")}, values, nil)
	if err != nil {
		return nil, err
	}
	return obj{"interaction_id": it.ID()}, nil
}
