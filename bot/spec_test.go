package bot

import (
	"cmp"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/playground/openapi"
)

// discordAPI is Discord's OpenAPI file, nil where the shared data is missing.
var discordAPI = sync.OnceValues(func() (*openapi.Spec, error) {
	path := specPath()
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	return openapi.Load(path)
})

func specPath() string {
	dir := cmp.Or(os.Getenv("MEDIC_DATA"), "../../shared")
	return filepath.Join(dir, "specs", "discord-openapi.json")
}

// calls keeps what a bot asked of Discord during a test.
type calls struct {
	mu   sync.Mutex
	made []observed
}

type observed struct {
	r    *http.Request
	body []byte
}

// add is a playground's observer.
func (c *calls) add(r *http.Request, body []byte) {
	r = r.Clone(r.Context())
	r.Body = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, observed{r, body})
}

// check holds every call against Discord's OpenAPI file, and returns how many
// there were; 0 where the file is missing.
func (c *calls) check(t *testing.T) int {
	t.Helper()
	spec, err := discordAPI()
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if spec == nil {
		return 0
	}
	for _, call := range c.made {
		if err := spec.Check(call.r, call.body); err != nil {
			t.Error(err)
		}
	}
	return len(c.made)
}

// refused lists the calls that Discord would not have understood: nothing that
// a test does to the world makes up for a malformed call. A refusal that a test
// scripted is not told apart here, so only what no test scripts is listed.
func refused(s *playground.Server) []playground.Request {
	var out []playground.Request
	for _, r := range s.Requests() {
		switch r.Status {
		case http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType:
			out = append(out, r)
		case http.StatusBadRequest:
			if r.Code == 50035 || r.Code == 50006 || r.Code == 50109 {
				out = append(out, r)
			}
		}
	}
	return out
}

// TestRequestsFollowTheSpec makes the bot use every kind of call once. The
// check itself runs after this and every other test of the bot, see
// world.check; this one says so when it cannot.
func TestRequestsFollowTheSpec(t *testing.T) {
	if spec, err := discordAPI(); err != nil || spec == nil {
		t.Skipf("Discord's OpenAPI file is not at %s (set MEDIC_DATA): %v", specPath(), err)
	}
	w := newWorld(t, playground.Options{}, nil)
	ada := w.local.As("Ada")
	w.slash(ada, "general", playground.Opt(optionProblem, badMember))
	w.reply(ada, "general", remedy)
	w.stillAnswers("and by message")
	if n := w.calls.check(t); n < 5 {
		t.Errorf("%d calls were checked", n)
	}
}
