// Package openapi holds exchanges with the peer against GitHub's description
// of its API: what a client may ask and what it must get. Tests use it; the
// program does not.
package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/milvus-medic/medic/github/peer"
)

// Checker checks exchanges. It is safe for concurrent use.
type Checker struct {
	doc    *openapi3.T
	router routers.Router
}

// File is the name of GitHub's description in a data directory.
const File = "specs/github-openapi-subset.json"

// Load reads File in a data directory. Where there is none the Checker is nil,
// which has nothing to say to any exchange.
func Load(dir string) (*Checker, error) {
	description, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(File)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("openapi: description: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("openapi: description: %w", err)
	}
	doc.Servers = nil // the paths are checked, not the host
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi: description: %w", err)
	}
	return &Checker{doc, router}, nil
}

// Watch returns what [peer.Options] need to fail a test whose exchanges are not
// as described.
func (c *Checker) Watch(t testing.TB) func(peer.Exchange) {
	return func(x peer.Exchange) {
		if err := c.Check(x); err != nil {
			t.Error(err)
		}
	}
}

// Check reports where an exchange is not as described. Requests that were
// refused are not held against the description, their answers are. Calls by
// the number of a repository, which only redirects name, are not described.
func (c *Checker) Check(x peer.Exchange) error {
	if c == nil || strings.HasPrefix(x.Path, "/repositories/") {
		return nil
	}
	req := x.Request.Clone(context.Background())
	path := x.Path
	// The description takes the path of a file as one part.
	if before, file, ok := strings.Cut(path, "/contents/"); ok {
		path = before + "/contents/" + strings.ReplaceAll(file, "/", "%2F")
	}
	req.URL = &url.URL{Scheme: "http", Host: "api", Path: path, RawQuery: x.Request.URL.RawQuery}
	req.Host = "api"
	req.Body = io.NopCloser(bytes.NewReader(x.Body))
	where := fmt.Sprintf("%s %s: %d", req.Method, x.Path, x.Status)
	route, params, err := c.router.FindRoute(req)
	if err != nil && x.Status == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return fmt.Errorf("openapi: %s: %w", where, err)
	}
	in := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if x.Status < 300 {
		if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
			return fmt.Errorf("openapi: %s: request: %w", where, err)
		}
	}
	if general[x.Status] && route.Operation.Responses.Status(x.Status) == nil {
		return nil
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Status, Header: x.Header, Options: in.Options}
	out.SetBodyBytes(x.Response)
	if err := openapi3filter.ValidateResponse(req.Context(), out); err != nil {
		return fmt.Errorf("openapi: %s: response: %w", where, err)
	}
	return nil
}

// general are answers that any call may get; few descriptions repeat them.
var general = map[int]bool{
	http.StatusMovedPermanently: true, http.StatusTemporaryRedirect: true, http.StatusUnauthorized: true, http.StatusTooManyRequests: true,
	http.StatusBadRequest: true, http.StatusUnsupportedMediaType: true,
}

// CheckEvent holds the body of a webhook against the description of its
// event, where there is one.
func (c *Checker) CheckEvent(event string, body []byte) error {
	if c == nil {
		return nil
	}
	var payload map[string]any
	if err := json.Unmarshal(body, &payload); err != nil {
		return fmt.Errorf("openapi: event %s: %w", event, err)
	}
	name := strings.ReplaceAll("webhook-"+event+"-"+fmt.Sprint(payload["action"]), "_", "-")
	schema := c.doc.Components.Schemas[name]
	if schema == nil {
		return nil
	}
	if err := schema.Value.VisitJSON(payload); err != nil {
		return fmt.Errorf("openapi: event %s: %w", name, err)
	}
	return nil
}
