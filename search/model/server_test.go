package model

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search/paste"
)

// scripted is an OpenAI-compatible server that says what a test tells it to
// and refuses requests that the real one would refuse.
type scripted struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	requests []string // the bodies
	// chat is what the model says; nil: an error.
	chat func(request string) string
	// handle, if set, answers instead.
	handle http.HandlerFunc
	dim    int
}

func newScripted(t *testing.T) *scripted {
	s := &scripted{t: t, dim: 8}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

func (s *scripted) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	s.requests = append(s.requests, string(body))
	handle, chat, dim := s.handle, s.chat, s.dim
	s.mu.Unlock()
	if handle != nil {
		handle(w, r)
		return
	}
	if r.Header.Get("Authorization") != "Bearer key-canary" {
		http.Error(w, `{"error":{"message":"no key","type":"invalid_request_error"}}`, http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/v1/embeddings":
		s.embeddings(w, body, dim)
	case "/v1/chat/completions":
		s.completion(w, body, chat)
	default:
		http.NotFound(w, r)
	}
}

// embeddings answers with vectors of letter counts, which are near for texts
// of the same words.
func (s *scripted) embeddings(w http.ResponseWriter, body []byte, dim int) {
	var req struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	if err := json.Unmarshal(body, &req); err != nil || req.Model == "" || len(req.Input) == 0 || len(req.Input) > 2048 {
		http.Error(w, `{"error":{"message":"bad input"}}`, http.StatusBadRequest)
		return
	}
	var data []map[string]any
	for i, text := range req.Input {
		v := make([]float64, dim)
		for _, word := range strings.Fields(strings.ToLower(text)) {
			for _, c := range word {
				v[int(c)%dim] += 1 / math.Sqrt(float64(len(word)))
			}
		}
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": v})
	}
	json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "model": req.Model, "usage": map[string]int{"prompt_tokens": 3, "total_tokens": 3}})
}

func (s *scripted) completion(w http.ResponseWriter, body []byte, chat func(string) string) {
	var req struct {
		Model    string `json:"model"`
		Messages []struct{ Role, Content string }
		Format   struct {
			Type   string
			Schema struct {
				Name   string
				Strict bool
				Schema map[string]any
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &req); err != nil || req.Model == "" || len(req.Messages) < 2 || req.Format.Type != "json_schema" ||
		req.Format.Schema.Name == "" || req.Format.Schema.Schema["additionalProperties"] != false {
		http.Error(w, `{"error":{"message":"bad request"}}`, http.StatusBadRequest)
		return
	}
	if chat == nil {
		http.Error(w, `{"error":{"message":"no script"}}`, http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(completion(chat(string(body)), "stop"))
}

func completion(content, finish string) map[string]any {
	return map[string]any{"id": "1", "object": "chat.completion", "model": "m", "usage": map[string]int{"total_tokens": 50},
		"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "message": map[string]any{"role": "assistant", "content": content}}}}
}

// client makes a client of the server.
func (s *scripted) client(change func(*Options)) *Client {
	s.t.Helper()
	o := Options{BaseURL: s.URL + "/v1", Key: "key-canary", Chat: "chat-model", Embed: "embed-model", Timeout: 5 * time.Second}
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
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat = func(string) string { return fmt.Sprintf(format, values...) }
}

// saysSteps lets the model give these steps.
func (s *scripted) saysSteps(steps ...saidStep) {
	b, err := json.Marshal(said{Answerable: true, Steps: steps})
	if err != nil {
		s.t.Fatal(err)
	}
	s.says("%s", b)
}

func (s *scripted) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.requests)
}

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
