package session

import (
	"cmp"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/playground/openapi"
)

// discordAPI is Discord's OpenAPI file, nil where the shared data is missing.
var discordAPI = sync.OnceValues(func() (*openapi.Spec, error) {
	dir := cmp.Or(os.Getenv("MEDIC_DATA"), "../../../shared")
	path := filepath.Join(dir, "specs", "discord-openapi.json")
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	return openapi.Load(path)
})

// watch makes a playground check every call against Discord's OpenAPI file. It
// returns how many calls there were so far; 0 where the file is missing.
func watch(t *testing.T, o *playground.Options) func() int64 {
	t.Helper()
	spec, err := discordAPI()
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	if spec == nil {
		return n.Load
	}
	var mu sync.Mutex
	var wrong []error
	o.Observe = func(r *http.Request, body []byte) {
		n.Add(1)
		if err := spec.Check(r, body); err != nil {
			mu.Lock()
			defer mu.Unlock()
			wrong = append(wrong, err)
		}
	}
	t.Cleanup(func() { // registered first, so it runs when nothing is sent any more
		for _, err := range wrong {
			t.Error(err)
		}
	})
	return n.Load
}

// TestRequestsFollowTheSpec makes the calls that no other test makes in a
// playground; what the others make is checked too, see settle.
func TestRequestsFollowTheSpec(t *testing.T) {
	if spec, err := discordAPI(); err != nil || spec == nil {
		t.Skipf("Discord's OpenAPI file is missing (set MEDIC_DATA): %v", err)
	}
	v := settle(t, playground.Options{}, Options{})
	help := need(v.As("Ada").Channel("help"))(t).ID
	file := File{Name: "a.log", Data: []byte("x")}
	m := need(v.bot.Send(v.ctx, help, Message{V2: true, Files: []File{file, file}, Components: displays(1, 5)}, ""))(t)
	need(v.bot.Edit(v.ctx, help, m.ID, Message{V2: true, Components: displays(2, 5), Files: []File{file}}))(t)
	need(v.bot.Message(v.ctx, help, m.ID))(t)
	thread := need(v.bot.StartThread(v.ctx, help, m.ID, Thread{Name: "About it"}))(t)
	need(v.bot.Channel(v.ctx, thread.ID))(t)
	need(v.bot.Permissions(v.ctx, thread.ID, v.As("Ada").ID()))(t)
	need(v.bot.RegisterCommands(v.ctx, "", v.GuildID(), nil))(t)
	for _, err := range []error{
		v.bot.Typing(v.ctx, help), v.bot.React(v.ctx, help, m.ID, "✅"), v.bot.Unreact(v.ctx, help, m.ID, "✅"), v.bot.Delete(v.ctx, help, m.ID),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if n := v.calls(); n < 12 {
		t.Errorf("%d calls were checked", n)
	}
}
