// Package openapi checks REST calls against Discord's OpenAPI file, for tests:
// what the bot sends must be what the documents describe, whatever the
// playground lets pass. No program imports it, so that the validator is not
// part of the binary.
//
// The file describes version 10 of the API. Calls of another version are
// checked as if they were of that one, for the bodies are the same.
package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

const (
	jsonType = "application/json"
	// maxFiles is how many files one message may carry.
	maxFiles = 10
	// maxDepth bounds the walk through a body; Discord's own are far flatter.
	maxDepth = 32
)

// Spec is Discord's API as its OpenAPI file describes it. Its methods may be
// called from any goroutine.
type Spec struct {
	router routers.Router

	mu   sync.Mutex
	seen map[string]error
}

// Load reads the OpenAPI file at path.
func Load(path string) (*Spec, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("openapi: %s: %w", path, err)
	}
	doc.Servers = nil // calls are matched by path, whatever host they went to
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("openapi: %s: %w", path, err)
	}
	return &Spec{router: router, seen: map[string]error{}}, nil
}

// Check returns what is wrong with a call: an address or method that does not
// exist, parameters or a body against the schema, or a property that the
// schema does not know. body is the whole body of r, whose own is not read.
func (s *Spec) Check(r *http.Request, body []byte) error {
	path, err := withoutVersion(r.URL.Path)
	if err != nil {
		return err
	}
	body, contentType, err := payload(r, body)
	if err != nil {
		return fmt.Errorf("openapi: %s %s: %w", r.Method, template(path), err)
	}
	key := template(r.Method + " " + path + "?" + r.URL.RawQuery + " " + string(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.seen[key]; ok {
		return known
	}
	err = s.check(r, path, contentType, body)
	if err != nil {
		err = fmt.Errorf("openapi: %s %s: %w\n%s", r.Method, template(path), err, body)
	}
	s.seen[key] = err
	return err
}

// idRE finds what differs between calls that are alike: ids and tokens.
var idRE = regexp.MustCompile(`[0-9]{15,20}|[0-9a-zA-Z_-]{20,}`)

// template puts a placeholder in the place of ids and tokens. Calls that differ
// in nothing else are checked once, since a check compiles the schema.
func template(s string) string { return idRE.ReplaceAllString(s, "*") }

// withoutVersion takes "/api/v9" off a path.
func withoutVersion(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "/api")
	if !ok {
		return "", fmt.Errorf("openapi: %s is not below /api", template(path))
	}
	if strings.HasPrefix(rest, "/v") {
		number, tail, _ := strings.Cut(rest[2:], "/")
		if _, err := strconv.Atoi(number); err == nil {
			rest = "/" + tail
		}
	}
	return rest, nil
}

// payload returns the JSON of a call: its body, or payload_json of a form. The
// file describes forms as flat fields, which no client sends, so what is
// around payload_json is checked here.
func payload(r *http.Request, body []byte) ([]byte, string, error) {
	contentType := r.Header.Get("Content-Type")
	if contentType == "" {
		return body, "", nil
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, "", fmt.Errorf("content type %q: %w", contentType, err)
	}
	if kind != "multipart/form-data" {
		return body, kind, nil
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	var out []byte
	files := 0
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		switch name := part.FormName(); {
		case name == "payload_json":
			if out, err = io.ReadAll(part); err != nil {
				return nil, "", err
			}
		case name == fmt.Sprintf("files[%d]", files) && part.FileName() != "" && files < maxFiles:
			files++
		default:
			return nil, "", fmt.Errorf("the form has a part %q where payload_json or files[%d] belongs", name, files)
		}
	}
	if out == nil {
		return nil, "", errors.New("the form has no payload_json")
	}
	return out, jsonType, nil
}

func (s *Spec) check(r *http.Request, path, contentType string, body []byte) error {
	call := r.Clone(context.Background())
	call.URL.Path, call.URL.RawPath = path, ""
	call.Body = io.NopCloser(bytes.NewReader(body))
	call.ContentLength = int64(len(body))
	call.Header.Del("Content-Type")
	if contentType != "" {
		call.Header.Set("Content-Type", contentType)
	}
	route, params, err := s.router.FindRoute(call)
	if err != nil {
		return err
	}
	err = openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
		Request: call, PathParams: params, Route: route,
		// Security is the playground's to check, which knows the token.
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
	if err != nil {
		return err
	}
	if route.Operation.RequestBody == nil {
		if len(body) > 0 {
			return errors.New("the operation takes no body")
		}
		return nil
	}
	media := route.Operation.RequestBody.Value.Content.Get(jsonType)
	if media == nil || len(body) == 0 {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	return unknown(value, []*openapi3.SchemaRef{media.Schema}, "body", 0)
}

// unknown finds properties that no branch of the schemas has. The file leaves
// additional properties open, and Discord ignores them, so that a misspelt name
// would go unnoticed.
func unknown(value any, schemas []*openapi3.SchemaRef, at string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s is too deep", at)
	}
	var all []*openapi3.Schema
	for _, s := range schemas {
		all = append(all, branches(s, 0)...)
	}
	switch v := value.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			below, free := properties(all, name)
			if len(below) == 0 && !free {
				return fmt.Errorf("%s.%s is not a property that Discord knows", at, name)
			}
			if err := unknown(v[name], below, at+"."+name, depth+1); err != nil {
				return err
			}
		}
	case []any:
		var items []*openapi3.SchemaRef
		for _, s := range all {
			if s.Items != nil {
				items = append(items, s.Items)
			}
		}
		for i, item := range v {
			if err := unknown(item, items, fmt.Sprintf("%s[%d]", at, i), depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// properties returns the schemas of a property in any of the branches; free
// says that a branch is a map, which has names of its own.
func properties(all []*openapi3.Schema, name string) (below []*openapi3.SchemaRef, free bool) {
	for _, s := range all {
		if p := s.Properties[name]; p != nil {
			below = append(below, p)
		}
		if extra := s.AdditionalProperties.Schema; extra != nil {
			below = append(below, extra)
		}
		free = free || len(s.Properties) == 0 && s.Type.Is("object")
	}
	return below, free
}

// branches returns a schema with all that it may be instead.
func branches(ref *openapi3.SchemaRef, depth int) []*openapi3.Schema {
	if ref == nil || ref.Value == nil || depth > maxDepth {
		return nil
	}
	out := []*openapi3.Schema{ref.Value}
	for _, list := range []openapi3.SchemaRefs{ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf} {
		for _, s := range list {
			out = append(out, branches(s, depth+1)...)
		}
	}
	return out
}
