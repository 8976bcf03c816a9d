package playground_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
)

type o = map[string]any

func rep(s string, n int) string { return strings.Repeat(s, n) }

func rows(n int) []any {
	var out []any
	for i := range n {
		out = append(out, o{"type": 1, "components": []any{o{"type": 2, "style": 1, "label": "x", "custom_id": fmt.Sprint("b", i)}}})
	}
	return out
}

func row(in ...any) o { return o{"type": 1, "components": in} }

func buttons(n int) []any {
	var out []any
	for i := range n {
		out = append(out, o{"type": 2, "style": 2, "label": "x", "custom_id": fmt.Sprint("c", i)})
	}
	return out
}

func options(n int) []any {
	var out []any
	for i := range n {
		out = append(out, o{"label": fmt.Sprint(i), "value": fmt.Sprint(i)})
	}
	return out
}

func embeds(n int, e o) []any {
	var out []any
	for range n {
		out = append(out, e)
	}
	return out
}

func v2(in ...any) o { return o{"flags": 1 << 15, "components": in} }

func text(s string) o { return o{"type": 10, "content": s} }

func texts(n int, s string) []any {
	var out []any
	for range n {
		out = append(out, text(s))
	}
	return out
}

// A body is accepted when want is empty; otherwise want is the JSON error code,
// or "path: error" for a fault in the form.
var messageLimits = []struct {
	name string
	body o
	want string
}{
	{"content 2000", o{"content": rep("界", 2000)}, ""},
	{"content 2001", o{"content": rep("界", 2001)}, "content: BASE_TYPE_MAX_LENGTH"},
	{"content trimmed", o{"content": rep(" ", 500) + rep("x", 2000) + "\n"}, ""},
	{"content a number", o{"content": 5}, "content: STRING_TYPE_CONVERT"},
	{"nothing", o{}, "50006"},
	{"spaces", o{"content": " \n "}, "50006"},
	{"empty embed", o{"embeds": []any{o{}}}, "50006"},
	{"10 embeds", o{"embeds": embeds(10, o{"title": "x"})}, ""},
	{"11 embeds", o{"embeds": embeds(11, o{"title": "x"})}, "embeds: BASE_TYPE_MAX_LENGTH"},
	{"embed title", o{"embeds": []any{o{"title": rep("x", 257)}}}, "embeds.0.title: BASE_TYPE_MAX_LENGTH"},
	{"embed description", o{"embeds": []any{o{"description": rep("x", 4097)}}}, "embeds.0.description: BASE_TYPE_MAX_LENGTH"},
	{"embed total 6000", o{"embeds": embeds(2, o{"description": rep("x", 3000)})}, ""},
	{"embed total 6001", o{"embeds": []any{o{"description": rep("x", 4000)}, o{"description": rep("x", 2001)}}}, "embeds: MAX_EMBED_SIZE_EXCEEDED"},
	{"embed field name missing", o{"embeds": []any{o{"fields": []any{o{"value": "x"}}}}}, "embeds.0.fields.0.name: BASE_TYPE_REQUIRED"},
	{"embed field value", o{"embeds": []any{o{"fields": []any{o{"name": "n", "value": rep("x", 1025)}}}}}, "embeds.0.fields.0.value: BASE_TYPE_BAD_LENGTH"},
	{"26 fields", o{"embeds": []any{o{"fields": embeds(26, o{"name": "n", "value": "v"})}}}, "embeds.0.fields: BASE_TYPE_MAX_LENGTH"},
	{"embed footer", o{"embeds": []any{o{"footer": o{"text": rep("x", 2049)}}}}, "embeds.0.footer.text: BASE_TYPE_BAD_LENGTH"},
	{"embed url scheme", o{"embeds": []any{o{"title": "x", "url": "ftp://a/b"}}}, "embeds.0.url: URL_TYPE_INVALID_SCHEME"},
	{"embed colour", o{"embeds": []any{o{"title": "x", "color": 1 << 24}}}, "embeds.0.color: NUMBER_TYPE_MAX"},
	{"embed timestamp", o{"embeds": []any{o{"title": "x", "timestamp": "yesterday"}}}, "embeds.0.timestamp: DATE_TIME_TYPE_PARSE"},
	{"5 rows", o{"components": rows(5)}, ""},
	{"6 rows", o{"components": rows(6)}, "components: BASE_TYPE_MAX_LENGTH"},
	{"5 buttons", o{"components": []any{row(buttons(5)...)}}, ""},
	{"6 buttons", o{"components": []any{row(buttons(6)...)}}, "components.0.components: BASE_TYPE_BAD_LENGTH"},
	{"empty row", o{"components": []any{row()}}, "components.0.components: BASE_TYPE_BAD_LENGTH"},
	{"a bare button", o{"components": buttons(1)}, "components.0.type: BASE_TYPE_CHOICES"},
	{"label 81", o{"components": []any{row(o{"type": 2, "style": 1, "label": rep("x", 81), "custom_id": "a"})}}, "components.0.components.0.label: BASE_TYPE_MAX_LENGTH"},
	{"custom id 101", o{"components": []any{row(o{"type": 2, "style": 1, "label": "x", "custom_id": rep("x", 101)})}}, "components.0.components.0.custom_id: BASE_TYPE_BAD_LENGTH"},
	{"custom id missing", o{"components": []any{row(o{"type": 2, "style": 1, "label": "x"})}}, "components.0.components.0.custom_id: BASE_TYPE_REQUIRED"},
	{"custom id twice", o{"components": append(rows(1), rows(1)...)}, "components.1.components.0.custom_id: COMPONENT_CUSTOM_ID_DUPLICATED"},
	{"no label", o{"components": []any{row(o{"type": 2, "style": 1, "custom_id": "a"})}}, "components.0.components.0: BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI"},
	{"emoji only", o{"components": []any{row(o{"type": 2, "style": 1, "custom_id": "a", "emoji": o{"name": "👍"}})}}, ""},
	{"bad emoji", o{"components": []any{row(o{"type": 2, "style": 1, "custom_id": "a", "emoji": o{"name": "thumb"}})}}, "components.0.components.0.emoji.name: COMPONENT_INVALID_EMOJI"},
	{"link 512", o{"components": []any{row(o{"type": 2, "style": 5, "label": "x", "url": "https://a.b/" + rep("x", 500)})}}, ""},
	{"link 513", o{"components": []any{row(o{"type": 2, "style": 5, "label": "x", "url": "https://a.b/" + rep("x", 501)})}}, "components.0.components.0.url: BASE_TYPE_BAD_LENGTH"},
	{"link with custom id", o{"components": []any{row(o{"type": 2, "style": 5, "label": "x", "url": "https://a.b/", "custom_id": "a"})}}, "components.0.components.0: BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"},
	{"select 25", o{"components": []any{row(o{"type": 3, "custom_id": "s", "options": options(25)})}}, ""},
	{"select 26", o{"components": []any{row(o{"type": 3, "custom_id": "s", "options": options(26)})}}, "components.0.components.0.options: BASE_TYPE_BAD_LENGTH"},
	{"select value twice", o{"components": []any{row(o{"type": 3, "custom_id": "s", "options": append(options(1), options(1)...)})}}, "components.0.components.0.options.1.value: SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"},
	{"placeholder", o{"components": []any{row(o{"type": 3, "custom_id": "s", "placeholder": rep("x", 151), "options": options(1)})}}, "components.0.components.0.placeholder: BASE_TYPE_MAX_LENGTH"},
	{"select beside a button", o{"components": []any{row(o{"type": 5, "custom_id": "s"}, buttons(1)[0])}}, "components.0.components: COMPONENT_LAYOUT_WIDTH_EXCEEDED"},
	{"text input in a message", o{"components": []any{row(o{"type": 4, "custom_id": "t", "style": 1, "label": "x"})}}, "components.0.components.0.type: BASE_TYPE_CHOICES"},
	{"v2 type without the flag", o{"components": []any{text("x")}}, "components.0.type: BASE_TYPE_CHOICES"},
	{"v2", v2(text("x"), o{"type": 17, "components": []any{text("y"), row(buttons(1)...)}}, o{"type": 14}), ""},
	{"v2 with content", o{"flags": 1 << 15, "content": "x", "components": []any{text("x")}}, "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
	{"v2 with embeds", o{"flags": 1 << 15, "embeds": []any{o{"title": "x"}}, "components": []any{text("x")}}, "embeds: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"},
	{"v2 40", v2(texts(40, "x")...), ""},
	{"v2 41", v2(texts(41, "x")...), "components: BASE_TYPE_MAX_LENGTH,COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"},
	{"v2 41 nested", v2(o{"type": 17, "components": texts(40, "x")}), "components: COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"},
	{"v2 4000 characters", v2(texts(2, rep("x", 2000))...), ""},
	{"v2 4001 characters", v2(text(rep("x", 2000)), text(rep("x", 2001))), "components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"},
	{"v2 container in container", v2(o{"type": 17, "components": []any{o{"type": 17, "components": texts(1, "x")}}}), "components.0.components.0.type: BASE_TYPE_CHOICES"},
	{"v2 section without accessory", v2(o{"type": 9, "components": texts(1, "x")}), "components.0.accessory: BASE_TYPE_REQUIRED"},
	{"v2 section", v2(o{"type": 9, "components": texts(3, "x"), "accessory": buttons(1)[0]}), ""},
	{"v2 file that is not there", v2(o{"type": 13, "file": o{"url": "attachment://a.txt"}}), "components.0.file.url: UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"},
	{"v2 component id twice", v2(o{"type": 10, "content": "x", "id": 5}, o{"type": 10, "content": "x", "id": 5}), "components.1.id: COMPONENT_ID_DUPLICATED"},
	{"v2 empty", o{"flags": 1 << 15}, "50006"},
	{"parse and list", o{"content": "x", "allowed_mentions": o{"parse": []any{"users"}, "users": []any{"1"}}}, "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
	{"parse nonsense", o{"content": "x", "allowed_mentions": o{"parse": []any{"all"}}}, "allowed_mentions.parse.0: BASE_TYPE_CHOICES"},
	{"nonce 26", o{"content": "x", "nonce": rep("x", 26)}, "nonce: BASE_TYPE_MAX_LENGTH"},
	{"reply to nothing", o{"content": "x", "message_reference": o{"message_id": "1"}}, "message_reference: REPLIES_UNKNOWN_MESSAGE"},
	{"reply to nothing, tolerated", o{"content": "x", "message_reference": o{"message_id": "1", "fail_if_not_exists": false}}, ""},
	{"attachment without data", o{"content": "x", "attachments": []any{o{"id": 0}}}, "attachments.0: ATTACHMENT_NOT_FOUND"},
}

func TestMessageLimits(t *testing.T) {
	s := start(t, playground.Options{RouteLimit: 1000, GlobalLimit: 1000})
	general := must(s.As("Ada").Channel("general"))(t).ID
	for _, c := range messageLimits {
		status, body, _ := call(t, s, "POST", "/channels/"+general+"/messages", c.body)
		check(t, c.name, status, body, c.want)
	}
}

// check compares an answer with what a table wants.
func check(t *testing.T, name string, status int, body o, want string) {
	t.Helper()
	path, codes, isForm := strings.Cut(want, ": ")
	switch {
	case want == "":
		if status >= 300 {
			t.Errorf("%s: refused with %d %v", name, status, body)
		}
	case !isForm:
		if fmt.Sprint(code(body)) != want {
			t.Errorf("%s: %d %v, want code %s", name, status, body, want)
		}
	default:
		if got := fault(body, path); status != 400 || code(body) != 50035 || got != codes {
			t.Errorf("%s: %d %v, want %s", name, status, body, want)
		}
	}
}

// postFiles sends files in a multipart body.
func postFiles(t *testing.T, s *playground.Server, path, payload string, sizes ...int) (int, o) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if payload != "" {
		w.WriteField("payload_json", payload)
	}
	for i, n := range sizes {
		f, err := w.CreateFormFile(fmt.Sprintf("files[%d]", i), fmt.Sprintf("f%d.log", i))
		if err != nil {
			t.Fatal(err)
		}
		f.Write(make([]byte, n))
	}
	w.Close()
	req, err := http.NewRequest("POST", s.APIURL()+"/v10"+path, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bot "+s.Token())
	return send(t, req)
}

func TestFileLimits(t *testing.T) {
	s := start(t, playground.Options{})
	path := "/channels/" + must(s.As("Ada").Channel("general"))(t).ID + "/messages"
	if status, body := postFiles(t, s, path, `{"attachments":[{"id":"1","description":"two"}]}`, 1, 1); status != 200 || len(body["attachments"].([]any)) != 2 {
		t.Errorf("two files: %d %v", status, body)
	}
	if status, body := postFiles(t, s, path, "", make([]int, 11)...); code(body) != 50035 {
		t.Errorf("11 files: %d %v", status, body)
	}
	if status, body := postFiles(t, s, path, "", 10<<20+1); status != 413 || code(body) != 40005 {
		t.Errorf("a file over 10 MiB: %d %v", status, body)
	}
	if status, body := postFiles(t, s, path, "", 9<<20, 9<<20, 9<<20); status != 413 {
		t.Errorf("a request over 25 MiB: %d %v", status, body)
	}
	if status, body := postFiles(t, s, path, `{"flags":32768,"components":[{"type":13,"file":{"url":"attachment://f0.log"}}]}`, 3); status != 200 {
		t.Errorf("a file component: %d %v", status, body)
	}
}

var commandLimits = []struct {
	name string
	body o
	want string
}{
	{"slash", o{"name": "ask", "description": "d"}, ""},
	{"chinese", o{"name": "询问", "description": "d"}, ""},
	{"upper case", o{"name": "Ask", "description": "d"}, "name: APPLICATION_COMMAND_INVALID_NAME"},
	{"space", o{"name": "a b", "description": "d"}, "name: APPLICATION_COMMAND_INVALID_NAME"},
	{"name 33", o{"name": rep("a", 33), "description": "d"}, "name: APPLICATION_COMMAND_INVALID_NAME"},
	{"no description", o{"name": "a"}, "description: BASE_TYPE_REQUIRED"},
	{"description 101", o{"name": "a", "description": rep("d", 101)}, "description: BASE_TYPE_BAD_LENGTH"},
	{"menu", o{"name": "Explain This", "type": 3}, ""},
	{"menu with description", o{"name": "X", "type": 3, "description": "d"}, "description: APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED"},
	{"locale", o{"name": "a", "description": "d", "name_localizations": o{"xx": "a"}}, "name_localizations.xx: BASE_TYPE_CHOICES"},
	{"localised name", o{"name": "a", "description": "d", "name_localizations": o{"de": "Frag"}}, "name_localizations.de: APPLICATION_COMMAND_INVALID_NAME"},
	{"25 options", o{"name": "a", "description": "d", "options": opts(25, 3)}, ""},
	{"26 options", o{"name": "a", "description": "d", "options": opts(26, 3)}, "options: BASE_TYPE_MAX_LENGTH"},
	{"option name twice", o{"name": "a", "description": "d", "options": append(opts(1, 3), opts(1, 3)...)}, "options.1.name: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
	{"required last", o{"name": "a", "description": "d", "options": []any{opts(1, 3)[0], o{"type": 3, "name": "z", "description": "d", "required": true}}}, "options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
	{"subcommand beside a value", o{"name": "a", "description": "d", "options": append(opts(1, 1), o{"type": 3, "name": "z", "description": "d"})}, "options: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
	{"nesting", o{"name": "a", "description": "d", "options": []any{o{"type": 1, "name": "s", "description": "d", "options": []any{o{"type": 2, "name": "g", "description": "d"}}}}}, "options.0.options.0.type: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
	{"26 choices", o{"name": "a", "description": "d", "options": []any{o{"type": 3, "name": "c", "description": "d", "choices": choiceList(26)}}}, "options.0.choices: BASE_TYPE_MAX_LENGTH"},
	{"choices and autocomplete", o{"name": "a", "description": "d", "options": []any{o{"type": 3, "name": "c", "description": "d", "choices": choiceList(1), "autocomplete": true}}}, "options.0: APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES"},
	{"autocomplete of a user", o{"name": "a", "description": "d", "options": []any{o{"type": 6, "name": "c", "description": "d", "autocomplete": true}}}, "options.0.autocomplete: APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_TYPE"},
	{"8000 characters", o{"name": "a", "description": rep("d", 100), "options": fat(25)}, ": APPLICATION_COMMAND_TOO_LARGE"},
	{"contexts", o{"name": "a", "description": "d", "contexts": []any{7}}, "contexts.0: BASE_TYPE_CHOICES"},
	{"permissions", o{"name": "a", "description": "d", "default_member_permissions": "x"}, "default_member_permissions: NUMBER_TYPE_COERCE"},
}

func opts(n, kind int) []any {
	var out []any
	for i := range n {
		out = append(out, o{"type": kind, "name": fmt.Sprint("o", i), "description": "d"})
	}
	return out
}

func choiceList(n int) []any {
	var out []any
	for i := range n {
		out = append(out, o{"name": fmt.Sprint(i), "value": fmt.Sprint(i)})
	}
	return out
}

func fat(n int) []any {
	out := opts(n, 3)
	for _, v := range out {
		v.(o)["description"] = rep("d", 100)
		v.(o)["description_localizations"] = o{"de": rep("d", 100)}
		v.(o)["choices"] = []any{o{"name": rep("n", 100), "value": rep("v", 100)}, o{"name": "n", "value": rep("v", 100)}}
	}
	return out
}

func TestCommandLimits(t *testing.T) {
	s := start(t, playground.Options{})
	path := "/applications/" + s.BotID() + "/commands"
	for _, c := range commandLimits {
		status, body, _ := call(t, s, "POST", path, c.body)
		check(t, c.name, status, body, c.want)
	}
	if status, body, _ := call(t, s, "PUT", path, []any{o{"name": "a", "description": "d"}, o{"name": "a", "description": "d"}}); fault(body, "1.name") == "" {
		t.Errorf("a name twice: %d %v", status, body)
	}
	if status, body, _ := call(t, s, "POST", "/applications/1/commands", o{}); code(body) != 20012 {
		t.Errorf("another application: %d %v", status, body)
	}
}
