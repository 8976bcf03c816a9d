package model

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/model/peer"
	"github.com/milvus-medic/medic/search/paste"
)

// scripted is an OpenAI-compatible server that says what a test tells it to.
type scripted struct {
	*peer.Server
	t *testing.T
}

func newScripted(t *testing.T) *scripted {
	s := &scripted{peer.New(t.Error), t}
	t.Cleanup(s.Close)
	return s
}

// client makes a client of the server.
func (s *scripted) client(change func(*Options)) *Client {
	s.t.Helper()
	o := Options{BaseURL: s.URL(), Key: peer.Key, Chat: "chat-model", Embed: "embed-model", Timeout: 5 * time.Second}
	if change != nil {
		change(&o)
	}
	c, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *scripted) says(format string, values ...any) {
	s.Says(func(string) string { return fmt.Sprintf(format, values...) })
}

// saysSteps lets the model give these steps.
func (s *scripted) saysSteps(list ...saidStep) { s.says("%s", steps(s.t, list...)) }

func steps(t *testing.T, list ...saidStep) string {
	b, err := json.Marshal(said{Answerable: true, Steps: list})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (s *scripted) asked() int { return len(s.Requests()) }

// manual is documentation for the tests.
var manual = []kb.Doc{
	{ID: "limits.md#Shards", Kind: kb.KindSection, Lang: "en", Title: "Shards of a collection", URL: "https://milvus.io/docs/limits.md#Shards",
		Body: "A collection can have up to 16 shards. To allow more, set rootCoord.maxGeneralCapacity in milvus.yaml and restart the root coordinator.\nThe number of shards cannot be changed once the collection exists.",
		Code: []string{"kubectl rollout restart deployment my-release-milvus-rootcoord", "client.create_collection(name, num_shards=4)"}},
	{ID: "mmap.md#Settings", Kind: kb.KindSection, Lang: "en", Title: "Settings for mmap", URL: "https://milvus.io/docs/mmap.md#Settings",
		Body: "With mmap a query node maps vector data from the disk. Set queryNode.mmap.mmapEnabled to true.\nmmap needs a fast local disk.",
		Code: []string{"helm upgrade my-release milvus/milvus --reuse-values -f mmap.yaml"}},
}

// good is a step that rests on the first page of the manual.
var good = saidStep{Text: "Set rootCoord.maxGeneralCapacity in milvus.yaml, then restart the root coordinator.", Citation: 1,
	Quote:   "To allow more, set rootCoord.maxGeneralCapacity in milvus.yaml and restart the root coordinator.",
	Command: "kubectl rollout restart deployment my-release-milvus-rootcoord"}

func question(text string) Question {
	return Question{Paste: paste.FromText(text), Lang: "en", Guild: "1"}
}
