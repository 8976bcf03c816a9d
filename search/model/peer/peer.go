// Package peer is an OpenAI-compatible server for tests, in one process. It
// says what a test tells it to, and refuses requests that the real ones would
// refuse. Nothing but tests imports it.
package peer

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Key is the API key that the server takes.
const Key = "key-canary"

// maxRequest is how long a request may be.
const maxRequest = 1 << 20

// Server is such a server. Its methods are safe for concurrent use.
type Server struct {
	http *httptest.Server
	fail func(args ...any)

	mu        sync.Mutex
	requests  []string
	chat      func(request string) string
	handle    http.HandlerFunc
	dimension int
}

// New starts a server on a loopback port. fail is told what goes wrong with it
// as such, such as testing.T.Error. Close it.
func New(fail func(args ...any)) *Server {
	s := &Server{fail: fail, dimension: 8}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// URL is the address of the API.
func (s *Server) URL() string { return s.http.URL + "/v1" }

// Close ends the server with the requests under way.
func (s *Server) Close() {
	s.http.CloseClientConnections()
	s.http.Close()
}

// Says lets the model say what f returns for the body of a request; nil: the
// server fails.
func (s *Server) Says(f func(request string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat = f
}

// Handle lets f answer all requests; nil: the server does again.
func (s *Server) Handle(f http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handle = f
}

// SetDimension gives the embeddings another length than 8.
func (s *Server) SetDimension(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dimension = n
}

// Requests returns the bodies of the requests so far.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		s.fail("model peer: read a request: ", err)
	}
	s.mu.Lock()
	s.requests = append(s.requests, string(body))
	handle, chat, dimension := s.handle, s.chat, s.dimension
	s.mu.Unlock()
	if handle != nil {
		handle(w, r)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Key {
		refuse(w, http.StatusUnauthorized, "no key")
		return
	}
	switch r.URL.Path {
	case "/v1/embeddings":
		s.embeddings(w, body, dimension)
	case "/v1/chat/completions":
		s.completion(w, body, chat)
	default:
		http.NotFound(w, r)
	}
}

// refuse answers with an error of the API's shape.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":{"message":%q,"type":"invalid_request_error"}}`, message)
}

// embeddings answers with vectors of letter counts, which are near for texts
// of the same words.
func (s *Server) embeddings(w http.ResponseWriter, body []byte, dimension int) {
	var req struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	if err := json.Unmarshal(body, &req); err != nil || req.Model == "" || len(req.Input) == 0 || len(req.Input) > 2048 {
		refuse(w, http.StatusBadRequest, "bad input")
		return
	}
	var data []map[string]any
	for i, text := range req.Input {
		v := make([]float64, dimension)
		for _, word := range strings.Fields(strings.ToLower(text)) {
			for _, c := range word {
				v[int(c)%dimension] += 1 / math.Sqrt(float64(len(word)))
			}
		}
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": v})
	}
	s.write(w, map[string]any{"object": "list", "data": data, "model": req.Model, "usage": map[string]int{"prompt_tokens": 3, "total_tokens": 3}})
}

func (s *Server) completion(w http.ResponseWriter, body []byte, chat func(string) string) {
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
		refuse(w, http.StatusBadRequest, "bad request")
		return
	}
	if chat == nil {
		refuse(w, http.StatusInternalServerError, "no script")
		return
	}
	s.write(w, Completion(chat(string(body)), "stop"))
}

func (s *Server) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		return // the client has gone
	}
}

// Completion is the answer of a chat model that said content, and why it
// ended: "stop", "length" or "content_filter".
func Completion(content, finish string) map[string]any {
	return map[string]any{"id": "1", "object": "chat.completion", "model": "m", "usage": map[string]int{"total_tokens": 50},
		"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "message": map[string]any{"role": "assistant", "content": content}}}}
}
