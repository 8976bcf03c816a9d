package playground

import "testing"

// FuzzBodies feeds any JSON to everything that reads a body: nothing may panic,
// and what is stored must be within the limits.
func FuzzBodies(f *testing.F) {
	for _, seed := range []string{
		`{"content":"<@1> @everyone ` + "`x`" + `","embeds":[{"title":"t","fields":[{"name":"n","value":"v"}],"image":{"url":"attachment://a.txt"}}]}`,
		`{"flags":32768,"components":[{"type":17,"components":[{"type":9,"components":[{"type":10,"content":"x"}],"accessory":{"type":2,"style":1,"custom_id":"a","label":"x"}}]}]}`,
		`{"components":[{"type":1,"components":[{"type":3,"custom_id":"s","options":[{"label":"a","value":"a","default":true}]}]}]}`,
		`{"custom_id":"m","title":"t","components":[{"type":18,"label":"l","component":{"type":4,"custom_id":"i","style":2}}]}`,
		`{"name":"a","description":"d","options":[{"type":2,"name":"g","description":"d","options":[{"type":1,"name":"s","description":"d"}]}]}`,
		`{"allowed_mentions":{"parse":[null,1],"users":[{}]},"attachments":[{"id":[]}],"message_reference":{"message_id":{}},"nonce":[]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := parseJSON(data)
		o, ok := v.(obj)
		if err != nil || !ok {
			return
		}
		s := New(Options{})
		defer s.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		c := s.world.channels[seedGeneral]
		m, err := s.create(draft{author: s.bot(), channel: c, body: cloneObj(o), files: []upload{{index: 0, name: "a.txt"}}})
		if err == nil {
			if length(str(m.body, "content")) > maxContent || length(textOf(m.body)) > maxContent+maxV2Text+maxV2 {
				t.Errorf("a text of %d characters was stored", length(textOf(m.body)))
			}
			s.edit(c, m, change{body: cloneObj(o)})
		}
		s.edit(c, mustSay(s, c), change{body: cloneObj(o)})
		var bad form
		checkCommand(&bad, o, "")
		checkModal(&bad, o)
		it := &interaction{kind: itAutocomplete}
		it.suggest(o)
		newMessage(o).Text()
	})
}

// mustSay puts a plain message of the bot into a channel.
func mustSay(s *Server, c *channel) *message {
	m, err := s.create(draft{author: s.bot(), channel: c, body: obj{"content": "x"}})
	if err != nil {
		panic(err)
	}
	return m
}
