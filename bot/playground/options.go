package playground

import (
	"fmt"
	"math"
	"strconv"
)

// resolved gathers the objects that ids in an interaction stand for.
type resolved struct {
	s *Server
	c *channel
	o obj
}

func newResolved(s *Server, c *channel) *resolved { return &resolved{s: s, c: c, o: obj{}} }

func (r *resolved) json() obj { return r.o }

func (r *resolved) add(kind, id string, v obj) {
	if r.o[kind] == nil {
		r.o[kind] = obj{}
	}
	object(r.o, kind)[id] = v
}

func (r *resolved) user(u *user) {
	r.add("users", u.id, u.json())
	if m := r.s.world.members[u.id]; m != nil && r.c.kind != kindDM {
		o := m.json(false)
		o["permissions"] = bits(r.s.world.perms(u.id, r.c))
		r.add("members", u.id, o)
	}
}

func (r *resolved) channel(c *channel, forUser string) {
	o := obj{"id": c.id, "name": c.name, "type": c.kind, "permissions": bits(r.s.world.perms(forUser, c))}
	if c.isThread() {
		c.threadJSON(o)
		o["parent_id"] = c.parentID
	}
	r.add("channels", c.id, o)
}

// optionFill turns what a person typed into the options of an interaction.
type optionFill struct {
	s       *Server
	res     *resolved
	typing  bool
	focused bool
}

// level fills one level of options against their definitions.
func (f *optionFill) level(defs []any, in []Option) ([]any, error) {
	byName := map[string]Option{}
	for _, o := range in {
		byName[o.Name] = o
	}
	var out []any
	subs := false
	for _, v := range defs {
		def := v.(obj)
		name, kind := str(def, "name"), int(number(def, "type"))
		o, given := byName[name]
		delete(byName, name)
		subs = subs || kind <= optGroup
		if !given {
			if boolean(def, "required") && !f.typing {
				return nil, fmt.Errorf("playground: the option %q is required", name)
			}
			continue
		}
		filled, err := f.one(def, kind, o)
		if err != nil {
			return nil, fmt.Errorf("playground: option %q: %w", name, err)
		}
		out = append(out, filled)
	}
	for name := range byName {
		return nil, fmt.Errorf("playground: there is no option %q", name)
	}
	if subs && len(out) != 1 {
		return nil, fmt.Errorf("playground: choose one subcommand")
	}
	return out, nil
}

func (f *optionFill) one(def obj, kind int, o Option) (obj, error) {
	out := obj{"name": def["name"], "type": kind}
	if kind <= optGroup {
		inner, err := f.level(list(def, "options"), o.Options)
		if err != nil {
			return nil, err
		}
		out["options"] = anyList(inner)
		return out, nil
	}
	if o.Focused && f.typing {
		if !boolean(def, "autocomplete") {
			return nil, fmt.Errorf("it has no autocomplete")
		}
		f.focused = true
		out["focused"], out["value"] = true, fmt.Sprint(o.Value)
		return out, nil
	}
	value, err := f.value(def, kind, o)
	if err != nil {
		return nil, err
	}
	out["value"] = value
	return out, nil
}

func (f *optionFill) value(def obj, kind int, o Option) (any, error) {
	switch kind {
	case optString:
		return textValue(def, o.Value)
	case optInteger, optNumber:
		return numberValue(def, kind, o.Value)
	case optBoolean:
		if b, ok := o.Value.(bool); ok {
			return b, nil
		}
		b, err := strconv.ParseBool(fmt.Sprint(o.Value))
		return b, err
	case optAttachment:
		if o.File == nil {
			return nil, fmt.Errorf("it needs a file")
		}
		if len(o.File.Data) > maxFileBytes {
			return nil, fmt.Errorf("the file is larger than 10 MiB")
		}
		up := o.File.upload(0)
		a := f.s.storeFile(up, safeName(up.name), seedBot, true)
		f.res.add("attachments", str(a, "id"), a)
		return a["id"], nil
	}
	return f.reference(def, kind, fmt.Sprint(o.Value))
}

// reference resolves a user, channel, role or either of two.
func (f *optionFill) reference(def obj, kind int, ref string) (any, error) {
	w := f.s.world
	if kind == optUser || kind == optMentionable {
		if u := w.findUser(ref); u != nil {
			f.res.user(u)
			return u.id, nil
		}
	}
	if kind == optRole || kind == optMentionable {
		if r := w.findRole(ref); r != nil {
			f.res.add("roles", r.id, r.json())
			return r.id, nil
		}
	}
	if kind == optChannel {
		c := w.findChannel(ref)
		types := list(def, "channel_types")
		ok := c != nil && len(types) == 0
		for _, t := range types {
			n, _ := asInt(t)
			ok = ok || c != nil && int(n) == c.kind
		}
		if ok {
			f.res.channel(c, seedBot)
			return c.id, nil
		}
	}
	return nil, fmt.Errorf("%q is nothing it can be", ref)
}

func textValue(def obj, v any) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("it takes text")
	}
	if opts := list(def, "choices"); len(opts) > 0 && !isChoice(opts, s) {
		return nil, fmt.Errorf("%q is not among its choices", s)
	}
	hi := number(def, "max_length")
	if hi == 0 {
		hi = maxOptionLength
	}
	if n := int64(length(s)); n < number(def, "min_length") || n > hi || n == 0 {
		return nil, fmt.Errorf("its length must be between %d and %d", max(1, number(def, "min_length")), hi)
	}
	return s, nil
}

func isChoice(opts []any, v any) bool {
	for _, c := range opts {
		have := c.(obj)["value"]
		if have == v {
			return true
		}
		a, okA := asFloat(have)
		b, okB := asFloat(v)
		if okA && okB && a == b {
			return true
		}
	}
	return false
}

func numberValue(def obj, kind int, v any) (any, error) {
	if s, ok := v.(string); ok {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("it takes a number")
		}
		v = f
	}
	n, ok := asFloat(v)
	if !ok || math.Abs(n) > maxSafeInteger || kind == optInteger && n != math.Trunc(n) {
		return nil, fmt.Errorf("it takes a number of at most 53 bits")
	}
	if opts := list(def, "choices"); len(opts) > 0 && !isChoice(opts, n) {
		return nil, fmt.Errorf("%v is not among its choices", v)
	}
	lo, hasLo := asFloat(def["min_value"])
	hi, hasHi := asFloat(def["max_value"])
	if hasLo && n < lo || hasHi && n > hi {
		return nil, fmt.Errorf("%v is out of its range", v)
	}
	if kind == optInteger {
		return int64(n), nil
	}
	return n, nil
}
