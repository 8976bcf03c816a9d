package session

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
)

func commandList() []*discordgo.ApplicationCommand {
	names := map[discordgo.Locale]string{discordgo.German: "diagnose"}
	perm := int64(discordgo.PermissionManageMessages)
	return []*discordgo.ApplicationCommand{
		{Name: "diagnose", Description: "Explain an error", NameLocalizations: &names, Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "text", Description: "The error", Required: true, MaxLength: 6000},
			{Type: discordgo.ApplicationCommandOptionString, Name: "kind", Description: "k", Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "A", Value: "a"}}},
		}},
		{Name: "Diagnose this", Type: discordgo.MessageApplicationCommand, DefaultMemberPermissions: &perm},
	}
}

// stored renders commands as Discord returns them: with ids, defaults and nulls.
func stored(t *testing.T, list []*discordgo.ApplicationCommand) string {
	t.Helper()
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	for _, c := range out {
		if c["type"] == nil {
			c["type"] = 1
		}
		c["id"], c["application_id"], c["version"], c["nsfw"], c["dm_permission"] = "5", "201", "6", false, true
		c["contexts"], c["integration_types"], c["description_localizations"] = nil, []int{0}, nil
		if c["description"] == nil {
			c["description"] = ""
		}
	}
	slices.Reverse(out)
	raw, _ = json.Marshal(out)
	return string(raw)
}

func TestCommandsAreWrittenOnlyWhenTheyDiffer(t *testing.T) {
	other := commandList()
	other[0].Options[0].Description = "Another text"
	lessOptions := commandList()
	lessOptions[0].Options = lessOptions[0].Options[:1]
	for _, test := range []struct {
		name  string
		there []*discordgo.ApplicationCommand
		write bool
	}{
		{"same", commandList(), false},
		{"a text differs", other, true},
		{"an option is missing", lessOptions, true},
		{"a command is missing", commandList()[:1], true},
		{"one too many", append(commandList(), &discordgo.ApplicationCommand{Name: "old", Description: "d"}), true},
		{"none there", nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			there := stored(t, test.there)
			s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(200, there), nil })
			wrote, err := s.RegisterCommands(t.Context(), "201", "", commandList())
			if err != nil || wrote != test.write {
				t.Fatalf("wrote %v, %v", wrote, err)
			}
			if c := sc.call(0); c.method != "GET" || !strings.HasSuffix(c.url, "/applications/201/commands?with_localizations=true") {
				t.Errorf("read %s %s", c.method, c.url)
			}
			if want := 1 + bool2int(test.write); sc.count() != want {
				t.Errorf("%d calls", sc.count())
			}
			if test.write && (sc.call(1).method != "PUT" || !strings.Contains(sc.call(1).body, `"Diagnose this"`)) {
				t.Errorf("wrote %+v", sc.call(1))
			}
		})
	}
}

func TestCommandsOfAGuild(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(200, "[]"), nil })
	if _, err := s.RegisterCommands(t.Context(), "", "", nil); err == nil {
		t.Error("the application's id is not missed")
	}
	s.me.Store(&identity{appID: "201"})
	if wrote, err := s.RegisterCommands(t.Context(), "", "3", nil); err != nil || wrote {
		t.Errorf("wrote %v, %v", wrote, err)
	}
	if c := sc.call(0); !strings.Contains(c.url, "/applications/201/guilds/3/commands") {
		t.Errorf("read %s", c.url)
	}
	if _, err := s.RegisterCommands(t.Context(), "", "", []*discordgo.ApplicationCommand{nil}); err == nil {
		t.Error("a nil command is taken")
	}
}

func TestCommandsNotReadableAreNotOverwritten(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(403, `{"code":50001,"message":"Missing Access"}`), nil
	})
	if _, err := s.RegisterCommands(t.Context(), "201", "", commandList()); !errors.Is(err, ErrForbidden) || sc.count() != 1 {
		t.Errorf("%v after %d calls", err, sc.count())
	}
}

func TestPermissionsFollowRolesAndOverwrites(t *testing.T) {
	const send, threads, manage = discordgo.PermissionSendMessages, discordgo.PermissionSendMessagesInThreads, discordgo.PermissionManageMessages
	guild := &discordgo.Guild{ID: "g", OwnerID: "owner", Roles: []*discordgo.Role{
		{ID: "g", Permissions: send | threads}, {ID: "mod", Permissions: manage}, {ID: "admin", Permissions: discordgo.PermissionAdministrator}}}
	role, member := discordgo.PermissionOverwriteTypeRole, discordgo.PermissionOverwriteTypeMember
	channel := &discordgo.Channel{PermissionOverwrites: []*discordgo.PermissionOverwrite{
		{ID: "g", Type: role, Deny: send}, {ID: "mod", Type: role, Allow: send, Deny: threads}, {ID: "u1", Type: member, Deny: manage}}}
	for _, test := range []struct {
		user  string
		roles []string
		want  int64
	}{
		{"u0", nil, threads}, {"u0", []string{"mod"}, send | manage}, {"u1", []string{"mod"}, send},
		{"u0", []string{"admin"}, discordgo.PermissionAll}, {"owner", nil, discordgo.PermissionAll},
	} {
		if got := permissions(guild, channel, test.roles, test.user); got != test.want {
			t.Errorf("%s with %v may %b, want %b", test.user, test.roles, got, test.want)
		}
	}
}

func TestPermissionsInAThreadAreItsParents(t *testing.T) {
	s, _, _ := scripted(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
		switch strings.TrimPrefix(r.URL.Path, "/api/v9") {
		case "/channels/thread":
			return reply(200, `{"id":"thread","type":11,"guild_id":"g","parent_id":"parent"}`), nil
		case "/channels/parent":
			return reply(200, `{"id":"parent","type":0,"guild_id":"g","permission_overwrites":[{"id":"g","type":0,"deny":"2048","allow":"0"}]}`), nil
		case "/guilds/g":
			return reply(200, `{"id":"g","owner_id":"o","roles":[{"id":"g","permissions":"3072"}]}`), nil
		case "/guilds/g/members/u":
			return reply(200, `{"user":{"id":"u"},"roles":[]}`), nil
		case "/channels/dm":
			return reply(200, `{"id":"dm","type":1}`), nil
		}
		return reply(404, ""), nil
	})
	if p, err := s.Permissions(t.Context(), "thread", "u"); err != nil || p != 1024 {
		t.Errorf("may %d, %v", p, err)
	}
	var form *FormError
	if _, err := s.Permissions(t.Context(), "dm", "u"); !errors.As(err, &form) {
		t.Errorf("in a direct message: %v", err)
	}
}
