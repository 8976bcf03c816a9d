package session

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// RegisterCommands makes the application's commands, of one guild or with an
// empty guildID everywhere, exactly the list given. An empty appID means the
// application that READY named. It first reads what is there and writes only if
// something differs: writing a list drops the permissions that admins gave to
// commands missing from it, and new names count against 200 a day. It reports
// whether it wrote.
func (s *Session) RegisterCommands(ctx context.Context, appID, guildID string, commands []*discordgo.ApplicationCommand) (bool, error) {
	if appID == "" {
		appID = s.AppID()
	}
	if appID == "" {
		return false, errors.New("session: register commands: the application's id is not known before the Ready event")
	}
	template, ids := "/applications/{app}/commands", []string{appID}
	if guildID != "" {
		template, ids = "/applications/{app}/guilds/{guild}/commands", append(ids, guildID)
	}
	read := endpoint(http.MethodGet, template, ids...)
	read.url += "?with_localizations=true"
	have, err := get[[]*discordgo.ApplicationCommand](ctx, s, read)
	if err != nil {
		return false, fmt.Errorf("session: register commands: reading those there are: %w", err)
	}
	same, err := sameCommands(*have, commands)
	if err != nil || same {
		return false, err
	}
	body, err := wireCommands(commands)
	if err != nil {
		return false, err
	}
	write, err := endpoint(http.MethodPut, template, ids...).json(body)
	if err != nil {
		return false, err
	}
	if _, err := s.api.do(ctx, write); err != nil {
		return false, fmt.Errorf("session: register commands: %w", err)
	}
	return true, nil
}

// wireCommands are commands as Discord's OpenAPI file wants them: permissions
// go out as a number, which discordgo writes as a string, as they come back.
func wireCommands(commands []*discordgo.ApplicationCommand) ([]any, error) {
	const permissions = "default_member_permissions"
	out := make([]any, 0, len(commands))
	for _, c := range commands {
		raw, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("session: register commands: %s: %w", c.Name, err)
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("session: register commands: %s: %w", c.Name, err)
		}
		if c.DefaultMemberPermissions != nil {
			m[permissions] = json.RawMessage(strconv.FormatInt(*c.DefaultMemberPermissions, 10))
		}
		out = append(out, m)
	}
	return out, nil
}

// sameCommands compares two lists as far as discordgo's fields go, without what
// Discord adds and without the difference between a default and nothing.
func sameCommands(a, b []*discordgo.ApplicationCommand) (bool, error) {
	x, err := normalCommands(a)
	if err != nil {
		return false, err
	}
	y, err := normalCommands(b)
	if err != nil {
		return false, err
	}
	return reflect.DeepEqual(x, y), nil
}

func normalCommands(list []*discordgo.ApplicationCommand) ([]any, error) {
	out := make([]any, 0, len(list))
	sorted := slices.Clone(list)
	if slices.Contains(sorted, nil) {
		return nil, errors.New("session: register commands: a command is nil")
	}
	slices.SortFunc(sorted, func(a, b *discordgo.ApplicationCommand) int {
		return cmp.Or(cmp.Compare(max(a.Type, 1), max(b.Type, 1)), cmp.Compare(a.Name, b.Name))
	})
	for _, c := range sorted {
		raw, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("session: register commands: %s: %w", c.Name, err)
		}
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			return nil, fmt.Errorf("session: register commands: %s: %w", c.Name, err)
		}
		out = append(out, normalCommand(m))
	}
	return out, nil
}

// normalCommand drops the fields that Discord sets, and the defaults it fills in.
func normalCommand(m map[string]any) any {
	for _, k := range []string{"id", "application_id", "guild_id", "version", "default_permission"} {
		delete(m, k)
	}
	if m["dm_permission"] == true {
		delete(m, "dm_permission")
	}
	if m["type"] == float64(discordgo.ChatApplicationCommand) {
		delete(m, "type")
	}
	if reflect.DeepEqual(m["integration_types"], []any{float64(discordgo.ApplicationIntegrationGuildInstall)}) {
		delete(m, "integration_types")
	}
	return withoutEmpty(m)
}

// withoutEmpty removes null, false, "", [] and {} from objects, at any depth.
func withoutEmpty(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			if e = withoutEmpty(e); empty(e) {
				delete(t, k)
			} else {
				t[k] = e
			}
		}
	case []any:
		for i, e := range t {
			t[i] = withoutEmpty(e)
		}
	}
	return v
}

func empty(v any) bool {
	switch t := v.(type) {
	case nil:
		return true
	case bool:
		return !t
	case string:
		return t == ""
	case []any:
		return len(t) == 0
	case map[string]any:
		return len(t) == 0
	}
	return false
}
