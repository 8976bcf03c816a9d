package playground_test

import (
	"fmt"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
)

func selectOf(change o) o {
	m := menu(2)
	for k, v := range change {
		m[k] = v
	}
	return o{"components": []any{row(m)}}
}

func buttonOf(change o) o {
	b := o{"type": 2, "style": 1, "label": "x", "custom_id": "a"}
	for k, v := range change {
		b[k] = v
	}
	return o{"components": []any{row(b)}}
}

func ids(n int) []any {
	var out []any
	for i := range n {
		out = append(out, fmt.Sprint(i+1))
	}
	return out
}

func embed(key string, v any) o { return o{"embeds": []any{o{"title": "x", key: v}}} }

// rareLimits goes on where messageLimits ends.
var rareLimits = []struct {
	name string
	body o
	want string
}{
	{"embeds no list", o{"embeds": "x"}, "embeds: LIST_TYPE_CONVERT"},
	{"embed no object", o{"embeds": []any{"x"}}, "embeds.0: DICT_TYPE_CONVERT"},
	{"embed title 256", embed("title", rep("x", 256)), ""},
	{"embed description 4096", embed("description", rep("x", 4096)), ""},
	{"embed 25 fields", embed("fields", embeds(25, o{"name": rep("n", 100), "value": "v"})), ""},
	{"embed field name 256", embed("fields", []any{o{"name": rep("n", 256), "value": rep("v", 1024)}}), ""},
	{"embed field name 257", embed("fields", []any{o{"name": rep("n", 257), "value": "v"}}), "embeds.0.fields.0.name: BASE_TYPE_BAD_LENGTH"},
	{"embed footer 2048", embed("footer", o{"text": rep("x", 2048)}), ""},
	{"embed author 256", embed("author", o{"name": rep("x", 256)}), ""},
	{"embed author 257", embed("author", o{"name": rep("x", 257)}), "embeds.0.author.name: BASE_TYPE_BAD_LENGTH"},
	{"embed url of no form", embed("url", "not an address"), "embeds.0.url: URL_TYPE_INVALID_URL"},
	{"embed url 2049", embed("url", "https://a.b/"+rep("x", 2037)), "embeds.0.url: BASE_TYPE_MAX_LENGTH"},
	{"embed image", embed("image", o{"url": "ftp://a/b"}), "embeds.0.image.url: URL_TYPE_INVALID_SCHEME"},
	{"embed colour negative", embed("color", -1), "embeds.0.color: NUMBER_TYPE_MIN"},
	{"embed colour text", embed("color", "red"), "embeds.0.color: NUMBER_TYPE_COERCE"},
	{"components no list", o{"content": "x", "components": o{}}, "components: LIST_TYPE_CONVERT"},
	{"component no object", o{"content": "x", "components": []any{"x"}}, "components.0: DICT_TYPE_CONVERT"},
	{"label 80", buttonOf(o{"label": rep("x", 80)}), ""},
	{"custom id 100", buttonOf(o{"custom_id": rep("x", 100)}), ""},
	{"button style 0", buttonOf(o{"style": 0}), "components.0.components.0.style: BASE_TYPE_CHOICES"},
	{"button style missing", buttonOf(o{"style": nil}), "components.0.components.0.style: BASE_TYPE_REQUIRED"},
	{"button with both", buttonOf(o{"url": "https://a.b"}), "components.0.components.0: BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"},
	{"link scheme", buttonOf(o{"style": 5, "custom_id": "", "url": "javascript:x"}), "components.0.components.0.url: URL_TYPE_INVALID_URL"},
	{"select placeholder 150", selectOf(o{"placeholder": rep("x", 150)}), ""},
	{"select label 101", selectOf(o{"options": []any{o{"label": rep("l", 101), "value": "v"}}}), "components.0.components.0.options.0.label: BASE_TYPE_BAD_LENGTH"},
	{"select value 101", selectOf(o{"options": []any{o{"label": "l", "value": rep("v", 101)}}}), "components.0.components.0.options.0.value: BASE_TYPE_BAD_LENGTH"},
	{"select description 101", selectOf(o{"options": []any{o{"label": "l", "value": "v", "description": rep("d", 101)}}}), "components.0.components.0.options.0.description: BASE_TYPE_MAX_LENGTH"},
	{"select of nothing", selectOf(o{"options": []any{}}), "components.0.components.0.options: BASE_TYPE_BAD_LENGTH"},
	{"select max over options", selectOf(o{"max_values": 3}), "components.0.components.0.options: SELECT_COMPONENT_MAX_VALUES_TOO_LARGE"},
	{"select min over max", selectOf(o{"min_values": 2}), "components.0.components.0: SELECT_COMPONENT_MIN_VALUES_TOO_LARGE"},
	{"select max 26", selectOf(o{"max_values": 26, "options": options(25)}), "components.0.components.0.max_values: NUMBER_TYPE_MAX"},
	{"select two defaults", selectOf(o{"options": []any{o{"label": "a", "value": "a", "default": true}, o{"label": "b", "value": "b", "default": true}}}),
		"components.0.components.0.options: SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"},
	{"user select with options", o{"components": []any{row(o{"type": 5, "custom_id": "s", "options": options(1)})}}, "components.0.components.0.options: BASE_TYPE_MAX_LENGTH"},
	{"v2 text 4000", v2(text(rep("x", 4000))), ""},
	{"v2 text 4001", v2(text(rep("x", 4001))), "components.0.content: BASE_TYPE_BAD_LENGTH"},
	{"v2 text empty", v2(text("")), "components.0.content: BASE_TYPE_REQUIRED"},
	{"v2 section of 4", v2(o{"type": 9, "components": texts(4, "x"), "accessory": buttons(1)[0]}), "components.0.components: BASE_TYPE_BAD_LENGTH"},
	{"v2 gallery of 11", v2(o{"type": 12, "items": embeds(11, o{"media": o{"url": "https://a.b/c.png"}})}), "components.0.items: BASE_TYPE_BAD_LENGTH"},
	{"v2 gallery description 1025", v2(o{"type": 12, "items": []any{o{"media": o{"url": "https://a.b/c.png"}, "description": rep("d", 1025)}}}), "components.0.items.0.description: BASE_TYPE_MAX_LENGTH"},
	{"v2 separator", v2(text("x"), o{"type": 14, "spacing": 3}), "components.1.spacing: NUMBER_TYPE_MAX"},
	{"v2 container colour", v2(o{"type": 17, "components": texts(1, "x"), "accent_color": 1 << 24}), "components.0.accent_color: NUMBER_TYPE_MAX"},
	{"v2 container empty", v2(o{"type": 17, "components": []any{}}), "components.0.components: BASE_TYPE_BAD_LENGTH"},
	{"v2 file from the web", v2(o{"type": 13, "file": o{"url": "https://a.b/c.log"}}), "components.0.file.url: URL_TYPE_INVALID_SCHEME"},
	{"v2 with stickers", o{"flags": 1 << 15, "sticker_ids": ids(1), "components": []any{text("x")}}, "sticker_ids: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
	{"v2 with a poll", o{"flags": 1 << 15, "poll": o{"question": o{}}, "components": []any{text("x")}}, "poll: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
	{"100 mentions", o{"content": "x", "allowed_mentions": o{"users": ids(100)}}, ""},
	{"101 mentions", o{"content": "x", "allowed_mentions": o{"users": ids(101)}}, "allowed_mentions.users: BASE_TYPE_MAX_LENGTH"},
	{"101 roles", o{"content": "x", "allowed_mentions": o{"roles": ids(101)}}, "allowed_mentions.roles: BASE_TYPE_MAX_LENGTH"},
	{"nonce 25", o{"content": "x", "nonce": rep("x", 25)}, ""},
	{"nonce of a list", o{"content": "x", "nonce": []any{}}, "nonce: NONCE_TYPE_TOO_LONG"},
	{"11 attachments", o{"content": "x", "attachments": embeds(11, o{"id": "0"})}, "attachments: BASE_TYPE_MAX_LENGTH"},
}

func TestRareLimits(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000})
	general := must(s.As("Ada").Channel("general"))(t).ID
	path := "/channels/" + general + "/messages"
	for _, c := range rareLimits {
		status, body, _ := call(t, s, "POST", path, c.body)
		check(t, c.name, status, body, c.want)
	}
	help := must(s.As("Ada").Channel("help"))(t).ID
	said := must(s.As("Ada").Say("help", "x"))(t)
	status, body, _ := call(t, s, "POST", path, o{"content": "x", "message_reference": o{"message_id": said.ID(), "channel_id": help}})
	check(t, "reply to another channel", status, body, "message_reference: REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL")
	status, body, _ = call(t, s, "POST", path, "text")
	check(t, "a body that is text", status, body, ": DICT_TYPE_CONVERT")
	status, body, _ = call(t, s, "GET", path+"?limit=101", nil)
	check(t, "101 messages", status, body, "limit: NUMBER_TYPE_MAX")
	status, body, _ = call(t, s, "POST", "/users/@me/channels", o{"recipient_id": "1"})
	check(t, "DM to nobody", status, body, "recipient_id: USER_INVALID")
	status, body, _ = call(t, s, "POST", "/channels/"+general+"/threads", o{"name": rep("n", 100), "type": 11, "auto_archive_duration": 60})
	check(t, "thread name 100", status, body, "")
	status, body, _ = call(t, s, "POST", "/channels/"+general+"/threads", o{"name": rep("n", 101), "type": 11})
	check(t, "thread name 101", status, body, "name: BASE_TYPE_BAD_LENGTH")
}

func optionOf(change o) o {
	opt := o{"type": 3, "name": "c", "description": "d"}
	for k, v := range change {
		opt[k] = v
	}
	return o{"name": "a", "description": "d", "options": []any{opt}}
}

func TestRareCommandLimits(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000})
	path := "/applications/" + s.BotID() + "/commands"
	for _, c := range []struct {
		name string
		body o
		want string
	}{
		{"name 32", o{"name": rep("a", 32), "description": "d"}, ""},
		{"description 100", o{"name": "a", "description": rep("d", 100)}, ""},
		{"menu name 33", o{"name": rep("M", 33), "type": 3}, "name: BASE_TYPE_BAD_LENGTH"},
		{"menu with options", o{"name": "M", "type": 3, "options": opts(1, 3)}, "options: APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED"},
		{"type 4", o{"name": "a", "description": "d", "type": 4}, "type: BASE_TYPE_CHOICES"},
		{"localised description 101", o{"name": "a", "description": "d", "description_localizations": o{"de": rep("d", 101)}}, "description_localizations.de: BASE_TYPE_BAD_LENGTH"},
		{"option type 12", optionOf(o{"type": 12}), "options.0.type: BASE_TYPE_CHOICES"},
		{"option name", optionOf(o{"name": "Not OK"}), "options.0.name: APPLICATION_COMMAND_INVALID_NAME"},
		{"option description 101", optionOf(o{"description": rep("d", 101)}), "options.0.description: BASE_TYPE_BAD_LENGTH"},
		{"25 choices", optionOf(o{"choices": choiceList(25)}), ""},
		{"choice name 101", optionOf(o{"choices": []any{o{"name": rep("n", 101), "value": "v"}}}), "options.0.choices.0.name: BASE_TYPE_BAD_LENGTH"},
		{"choice value 101", optionOf(o{"choices": []any{o{"name": "n", "value": rep("v", 101)}}}), "options.0.choices.0.value: BASE_TYPE_BAD_LENGTH"},
		{"choice name twice", optionOf(o{"choices": []any{o{"name": "n", "value": "v"}, o{"name": "n", "value": "w"}}}), "options.0.choices.1.name: APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"},
		{"choices of a user", optionOf(o{"type": 6, "choices": choiceList(1)}), "options.0.choices: APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID"},
		{"choice beyond 53 bits", optionOf(o{"type": 4, "choices": []any{o{"name": "n", "value": 1 << 53}}}), "options.0.choices.0.value: NUMBER_TYPE_COERCE"},
		{"max_length 6000", optionOf(o{"max_length": 6000}), ""},
		{"max_length 6001", optionOf(o{"max_length": 6001}), "options.0.max_length: NUMBER_TYPE_MAX"},
		{"min_length -1", optionOf(o{"min_length": -1}), "options.0.min_length: NUMBER_TYPE_MIN"},
		{"contexts empty", o{"name": "a", "description": "d", "contexts": []any{}}, "contexts: BASE_TYPE_BAD_LENGTH"},
		{"integration types", o{"name": "a", "description": "d", "integration_types": []any{2}}, "integration_types.0: BASE_TYPE_CHOICES"},
	} {
		status, body, _ := call(t, s, "POST", path, c.body)
		check(t, c.name, status, body, c.want)
	}
	for name, c := range map[string]struct {
		body []any
		want string
	}{
		"no object":  {[]any{"x"}, "0: DICT_TYPE_CONVERT"},
		"name twice": {[]any{o{"name": "a", "description": "d"}, o{"name": "a", "description": "d"}}, "1.name: APPLICATION_COMMANDS_DUPLICATE_NAME"},
	} {
		status, body, _ := call(t, s, "PUT", path, c.body)
		check(t, name, status, body, c.want)
	}
}
