package playground

import (
	"sort"
	"time"
)

// commandSet holds the application's commands, the global ones under "".
type commandSet struct {
	scopes  map[string][]obj
	created []time.Time // of the last day, for the daily cap
}

func newCommandSet() commandSet { return commandSet{scopes: map[string][]obj{}} }

// dailyCreates is how many commands may be created in a day.
const dailyCreates = 200

// commandCaps is how many commands of each type a scope takes.
var commandCaps = map[int]int{1: 100, 2: 15, 3: 15}

func (s *Server) commandRoutes(add func(string, endpoint)) {
	for _, base := range []string{"/applications/{app}/commands", "/applications/{app}/guilds/{guild}/commands"} {
		add("GET "+base, s.inApp(s.listCommands))
		add("POST "+base, s.inApp(s.createCommand))
		add("PUT "+base, s.inApp(s.replaceCommands))
		add("GET "+base+"/{command}", s.inApp(s.getCommand))
		add("PATCH "+base+"/{command}", s.inApp(s.patchCommand))
		add("DELETE "+base+"/{command}", s.inApp(s.deleteCommand))
	}
}

func (s *Server) inApp(h endpoint) endpoint {
	return func(r *request) (int, any, error) {
		if r.PathValue("app") != seedBot {
			return 0, nil, refuse(codeNotOurApp)
		}
		if g := r.PathValue("guild"); g != "" && g != s.world.guildID {
			return 0, nil, refuse(codeMissingAccess)
		}
		return h(r)
	}
}

func (s *Server) listCommands(r *request) (int, any, error) {
	out := []any{}
	full := r.URL.Query().Get("with_localizations") == "true"
	for _, c := range s.commands.scopes[r.PathValue("guild")] {
		if !full {
			c = withoutMaps(c)
		}
		out = append(out, c)
	}
	return 200, out, nil
}

// withoutMaps leaves out what a list omits unless it is asked for.
func withoutMaps(c obj) obj {
	out := cloneObj(c)
	delete(out, "name_localizations")
	delete(out, "description_localizations")
	var clean func(in []any)
	clean = func(in []any) {
		for _, v := range in {
			o, ok := v.(obj)
			if !ok {
				continue
			}
			delete(o, "name_localizations")
			delete(o, "description_localizations")
			clean(list(o, "options"))
			clean(list(o, "choices"))
		}
	}
	clean(list(out, "options"))
	return out
}

func (s *Server) findCommand(r *request) (obj, error) {
	if c := s.commands.byID(r.PathValue("guild"), r.PathValue("command")); c != nil {
		return c, nil
	}
	return nil, refuse(codeUnknownCommand)
}

func (cs *commandSet) byID(scope, id string) obj {
	for _, c := range cs.scopes[scope] {
		if str(c, "id") == id {
			return c
		}
	}
	return nil
}

// named finds a command by type and name in one scope.
func (cs *commandSet) named(scope string, kind int64, name string) obj {
	for _, c := range cs.scopes[scope] {
		if number(c, "type") == kind && str(c, "name") == name {
			return c
		}
	}
	return nil
}

// all lists every command a person could meet: the guild's first, then the
// global ones, sorted by type and name.
func (cs *commandSet) all(guild string) []obj {
	var out []obj
	for _, scope := range []string{guild, ""} {
		part := append([]obj(nil), cs.scopes[scope]...)
		sort.SliceStable(part, func(i, j int) bool {
			a, b := part[i], part[j]
			if number(a, "type") != number(b, "type") {
				return number(a, "type") < number(b, "type")
			}
			return str(a, "name") < str(b, "name")
		})
		out = append(out, part...)
	}
	return out
}

func (s *Server) getCommand(r *request) (int, any, error) {
	c, err := s.findCommand(r)
	return 200, c, err
}

// register completes a command object: id, version and defaults.
func (s *Server) register(scope string, body obj) (c obj, fresh bool) {
	c = cloneObj(body)
	if number(c, "type") == 0 {
		c["type"] = int64(1)
	}
	old := s.commands.named(scope, number(c, "type"), str(c, "name"))
	c["application_id"], c["version"] = seedBot, s.ids.next()
	if old != nil {
		c["id"] = old["id"]
	} else {
		c["id"] = s.ids.next()
	}
	defaults := obj{"default_member_permissions": nil, "nsfw": false, "description": "", "name_localizations": nil,
		"description_localizations": nil}
	for k, v := range defaults {
		if _, given := c[k]; !given {
			c[k] = v
		}
	}
	if v := c["default_member_permissions"]; v != nil {
		c["default_member_permissions"] = snowflake(v) // taken as a number too, and always shown as a string
	}
	if scope != "" {
		c["guild_id"] = scope
		delete(c, "contexts")
		delete(c, "integration_types")
	} else {
		if !has(c, "integration_types") {
			c["integration_types"] = []any{0}
		}
		if _, given := c["contexts"]; !given {
			c["contexts"] = nil
		}
	}
	return c, old == nil
}

// spend counts created commands against the daily cap.
func (cs *commandSet) spend(n int) error {
	now := time.Now()
	keep := cs.created[:0]
	for _, t := range cs.created {
		if now.Sub(t) < 24*time.Hour {
			keep = append(keep, t)
		}
	}
	cs.created = keep
	if len(cs.created)+n > dailyCreates {
		return refuse(codeDailyCommands)
	}
	for range n {
		cs.created = append(cs.created, now)
	}
	return nil
}

func (s *Server) createCommand(r *request) (int, any, error) {
	scope := r.PathValue("guild")
	var f form
	checkCommand(&f, r.body, "")
	if err := f.err(); err != nil {
		return 0, nil, err
	}
	c, fresh := s.register(scope, r.body)
	if !fresh {
		s.swap(scope, c)
		return 200, c, nil
	}
	if err := s.commands.room(scope, c); err != nil {
		return 0, nil, err
	}
	if err := s.commands.spend(1); err != nil {
		return 0, nil, err
	}
	s.commands.scopes[scope] = append(s.commands.scopes[scope], c)
	s.commandsChanged()
	return 201, c, nil
}

// room checks the cap of the command's type.
func (cs *commandSet) room(scope string, c obj) error {
	n, kind := 0, number(c, "type")
	for _, have := range cs.scopes[scope] {
		if number(have, "type") == kind {
			n++
		}
	}
	if limit := commandCaps[int(kind)]; n >= limit {
		return refuse(codeCommandLimit)
	}
	return nil
}

func (s *Server) swap(scope string, c obj) {
	for i, have := range s.commands.scopes[scope] {
		if have["id"] == c["id"] {
			s.commands.scopes[scope][i] = c
		}
	}
	s.commandsChanged()
}

func (s *Server) commandsChanged() {
	s.toPage("state", obj{"connected": s.gw.connected()}, everybody)
	s.notify()
}

// replaceCommands is the bulk overwrite: what is not listed goes.
func (s *Server) replaceCommands(r *request) (int, any, error) {
	scope := r.PathValue("guild")
	var f form
	seen, counts := map[string]bool{}, map[int]int{}
	for i, v := range r.items {
		o, ok := v.(obj)
		at := itoa(i)
		if !ok {
			f.add(at, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			continue
		}
		checkCommand(&f, o, at+".")
		kind := int(max(1, number(o, "type")))
		counts[kind]++
		key := itoa(kind) + str(o, "name")
		if seen[key] {
			f.add(at+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key] = true
	}
	for kind, n := range counts {
		if n > commandCaps[kind] {
			f.add("", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", commandCaps[kind])
		}
	}
	if err := f.err(); err != nil {
		return 0, nil, err
	}
	next, fresh := []obj{}, 0
	for _, v := range r.items {
		c, isNew := s.register(scope, v.(obj))
		if isNew {
			fresh++
		}
		next = append(next, c)
	}
	if err := s.commands.spend(fresh); err != nil {
		return 0, nil, err
	}
	s.commands.scopes[scope] = next
	s.commandsChanged()
	return 200, anyList(next), nil
}

func (s *Server) patchCommand(r *request) (int, any, error) {
	old, err := s.findCommand(r)
	if err != nil {
		return 0, nil, err
	}
	c := cloneObj(old)
	for k, v := range r.body {
		c[k] = cloneAny(v)
	}
	c["id"], c["type"], c["version"] = old["id"], old["type"], s.ids.next()
	var f form
	checkCommand(&f, c, "")
	if twin := s.commands.named(r.PathValue("guild"), number(c, "type"), str(c, "name")); twin != nil && twin["id"] != c["id"] {
		f.add("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
	}
	if err := f.err(); err != nil {
		return 0, nil, err
	}
	s.swap(r.PathValue("guild"), c)
	return 200, c, nil
}

func (s *Server) deleteCommand(r *request) (int, any, error) {
	c, err := s.findCommand(r)
	if err != nil {
		return 0, nil, err
	}
	scope := r.PathValue("guild")
	keep := []obj{}
	for _, have := range s.commands.scopes[scope] {
		if have["id"] != c["id"] {
			keep = append(keep, have)
		}
	}
	s.commands.scopes[scope] = keep
	s.commandsChanged()
	return 204, nil, nil
}
