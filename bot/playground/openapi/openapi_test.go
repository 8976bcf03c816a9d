package openapi

import (
	"bytes"
	"cmp"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// load reads Discord's file, or skips the test where it is not.
func load(t *testing.T) *Spec {
	t.Helper()
	dir := cmp.Or(os.Getenv("MEDIC_DATA"), "../../../../shared")
	path := filepath.Join(dir, "specs", "discord-openapi.json")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("Discord's OpenAPI file is not at %s (set MEDIC_DATA)", path)
	}
	s, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCheck(t *testing.T) {
	s := load(t)
	const messages = "/api/v9/channels/900000000000000001/messages"
	for _, c := range []struct {
		name, method, path, body, want string
	}{
		{"message", "POST", messages, `{"content":"x","nonce":"a","enforce_nonce":true,"allowed_mentions":{"parse":[]}}`, ""},
		{"components", "POST", messages, `{"components":[{"type":1,"components":[{"type":2,"style":1,"label":"x","custom_id":"y"}]}]}`, ""},
		{"wrong type", "POST", messages, `{"content":5}`, "/content"},
		{"too long", "POST", messages, `{"components":[{"type":1,"components":[{"type":2,"style":1,"label":"` + strings.Repeat("x", 81) + `","custom_id":"y"}]}]}`, "label"},
		{"misspelt", "POST", messages, `{"contents":"x"}`, "body.contents is not a property"},
		{"misspelt below", "POST", messages, `{"embeds":[{"titel":"x"}]}`, "body.embeds[0].titel is not a property"},
		{"map", "PUT", "/api/v9/applications/900000000000000001/commands", `[{"name":"a","description":"d","name_localizations":{"ko":"b"}}]`, ""},
		{"no body", "POST", messages, ``, "body"},
		{"unasked body", "GET", messages, `{"content":"x"}`, "takes no body"},
		{"unknown address", "POST", "/api/v9/nonsense", `{}`, "no matching operation"},
		{"unknown method", "PUT", messages, `{}`, "method not allowed"},
		{"outside", "GET", "/channels/1", ``, "not below /api"},
		{"bad id", "GET", "/api/v9/channels/abc", ``, "channel_id"},
	} {
		r, err := http.NewRequest(c.method, "http://127.0.0.1"+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		for range 2 { // the second answer comes from memory
			err = s.Check(r, []byte(c.body))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	}
}

func TestCheckForm(t *testing.T) {
	s := load(t)
	for _, c := range []struct {
		name  string
		parts []string
		want  string
	}{
		{"files", []string{"payload_json", "files[0]", "files[1]"}, ""},
		{"no payload", []string{"files[0]"}, "no payload_json"},
		{"gap", []string{"payload_json", "files[1]"}, `"files[1]" where`},
		{"other", []string{"payload_json", "content"}, `"content" where`},
	} {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, part := range c.parts {
			if part == "payload_json" {
				if err := w.WriteField(part, `{"content":"x"}`); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if _, err := w.CreateFormFile(part, "a.log"); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		r, err := http.NewRequest("POST", "http://127.0.0.1/api/v9/channels/1/messages", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", w.FormDataContentType())
		err = s.Check(r, b.Bytes())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
