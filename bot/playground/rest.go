package playground

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"
)

// request is one REST call with its body already read.
type request struct {
	*http.Request
	body  obj    // of a JSON object or payload_json
	items []any  // of a JSON array
	raw   []byte // as it came, for the record
	files []upload
}

// endpoint handles one route under the server's lock.
type endpoint func(*request) (status int, body any, err error)

// route is a row of the REST table.
type route struct {
	pattern string // for http.ServeMux, without the version
	handle  endpoint
	open    bool // needs no bot token
	exempt  bool // does not count for the global limit
}

// routes is the REST API as far as it exists here.
func (s *Server) routes() []route {
	var out []route
	add := func(pattern string, h endpoint) { out = append(out, route{pattern: pattern, handle: h}) }
	out = append(out,
		route{pattern: "GET /gateway", handle: s.getGateway, open: true},
		route{pattern: "POST /interactions/{id}/{token}/callback", handle: s.callback, open: true, exempt: true},
		route{pattern: "POST /webhooks/{app}/{token}", handle: s.followUp, open: true, exempt: true},
		route{pattern: "GET /webhooks/{app}/{token}/messages/{message}", handle: s.webhookGet, open: true, exempt: true},
		route{pattern: "PATCH /webhooks/{app}/{token}/messages/{message}", handle: s.webhookEdit, open: true, exempt: true},
		route{pattern: "DELETE /webhooks/{app}/{token}/messages/{message}", handle: s.webhookDelete, open: true, exempt: true})
	add("GET /gateway/bot", s.getGatewayBot)
	s.guildRoutes(add)
	s.channelRoutes(add)
	s.messageRoutes(add)
	s.threadRoutes(add)
	s.commandRoutes(add)
	return out
}

func (s *Server) getGateway(*request) (int, any, error) {
	return 200, obj{"url": "ws://" + s.addr + "/gateway"}, nil
}

func (s *Server) getGatewayBot(*request) (int, any, error) {
	left := max(0, s.opts.IdentifyBudget-s.gw.identifies)
	return 200, obj{"url": "ws://" + s.addr + "/gateway", "shards": 1, "session_start_limit": obj{
		"total": s.opts.IdentifyBudget, "remaining": left, "reset_after": 86400000, "max_concurrency": 1}}, nil
}

// handler puts the parts of the server together.
func (s *Server) handler() http.Handler {
	api := http.NewServeMux()
	table := map[string]route{}
	for _, rt := range s.routes() {
		table[rt.pattern] = rt
		api.HandleFunc(rt.pattern, func(http.ResponseWriter, *http.Request) {})
	}
	rest := func(w http.ResponseWriter, r *http.Request) { s.serveREST(w, r, api, table) }
	top := http.NewServeMux()
	top.HandleFunc("/api/", rest)
	top.HandleFunc("/gateway/", s.serveGateway)
	top.HandleFunc("/gateway", s.serveGateway)
	top.HandleFunc("GET /attachments/", s.serveCDN)
	top.HandleFunc("GET /ephemeral-attachments/", s.serveCDN)
	s.pageRoutes(top)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.knownHost(r.Host) {
			http.Error(w, "this server answers only under its own address", http.StatusMisdirectedRequest)
			return
		}
		if s.enter() {
			defer s.wg.Done()
			top.ServeHTTP(w, r)
		}
	})
}

// enter counts a handler in, so that Close can wait for it; it fails once the
// server has been closed.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closed:
		return false
	default:
		s.wg.Add(1)
		return true
	}
}

// stripVersion removes /api and the version; ok is false for versions that are
// not served.
func stripVersion(path string) (rest string, ok bool) {
	rest = strings.TrimPrefix(path, "/api")
	if !strings.HasPrefix(rest, "/v") {
		return rest, true
	}
	for _, v := range []string{"/v9/", "/v10/"} {
		if tail, found := strings.CutPrefix(rest, v); found {
			return "/" + tail, true
		}
	}
	return rest, false
}

// answer collects what will be sent.
type answer struct {
	status  int
	code    int // JSON error code of a refusal
	headers http.Header
	body    []byte
}

func jsonAnswer(status int, v any) answer {
	a := answer{status: status, headers: http.Header{}}
	if status != http.StatusNoContent && v != nil {
		a.headers.Set("Content-Type", "application/json")
		a.body = encode(v)
	}
	return a
}

func errorAnswer(err error) answer {
	e, ok := err.(*apiError)
	if !ok {
		return jsonAnswer(500, obj{"message": "500: Internal Server Error", "code": 0})
	}
	a := jsonAnswer(e.status, e.body())
	a.code = e.code
	for k, v := range e.headers {
		a.headers.Set(k, v)
	}
	return a
}

func (a answer) write(w http.ResponseWriter) {
	for k, v := range a.headers {
		w.Header()[k] = v
	}
	w.WriteHeader(a.status)
	w.Write(a.body)
}

// serveREST runs one call through faults, token, limits and its endpoint.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request, api *http.ServeMux, table map[string]route) {
	s.observe(r)
	path, ok := stripVersion(r.URL.Path)
	if !ok {
		errorAnswer(refuse(codeBadVersion)).write(w)
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = path, ""
	fault := s.matchFault(r.Method, path)
	late := fault != nil && fault.delayed()
	switch {
	case fault == nil || late && !fault.AfterEffect:
		if late && !fault.wait(s, r) {
			return
		}
		a, _ := s.serve(inner, path, api, table)
		a.write(w)
	case late:
		if a, _ := s.serve(inner, path, api, table); fault.wait(s, r) {
			a.write(w)
		}
	case fault.AfterEffect:
		_, rec := s.serve(inner, path, api, table)
		fault.play(s, w, r, rec)
	default:
		fault.play(s, w, r, s.record(r.Method, path, readCapped(r)))
	}
}

// observe tells Options.Observe of a call. The body can be read again after it.
func (s *Server) observe(r *http.Request) {
	if s.opts.Observe == nil {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		return // the client went away; whoever reads on finds out
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	s.opts.Observe(r, body)
}

// serve answers a call for real.
func (s *Server) serve(r *http.Request, path string, api *http.ServeMux, table map[string]route) (answer, *Request) {
	_, pattern := api.Handler(r)
	rt, found := table[pattern]
	if !found {
		e := plainError(http.StatusNotFound)
		if methodsFor(api, r) {
			e = plainError(http.StatusMethodNotAllowed)
		}
		rec := s.record(r.Method, path, readCapped(r))
		return s.finish(rec, errorAnswer(e)), rec
	}
	req, err := readRequest(r)
	rec := s.record(r.Method, path, req.raw)
	if err != nil {
		return s.finish(rec, errorAnswer(err)), rec
	}
	// Handler does not fill the path values in; serving the match does.
	api.ServeHTTP(discard{}, req.Request)
	s.mu.Lock()
	defer s.mu.Unlock()
	var a answer
	if !rt.open && !s.authorised(r) {
		a = errorAnswer(plainError(http.StatusUnauthorized))
	} else {
		a = s.limited(rt, req, func() answer {
			status, body, err := rt.handle(req)
			if err != nil {
				return errorAnswer(err)
			}
			return jsonAnswer(status, body)
		})
	}
	return s.finishLocked(rec, a), rec
}

func (s *Server) authorised(r *http.Request) bool {
	t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bot ")
	return ok && s.rightToken(t) && !strings.HasPrefix(t, "Bot ")
}

// methodsFor reports whether the path exists for another method.
func methodsFor(api *http.ServeMux, r *http.Request) bool {
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, p := api.Handler(other); p != "" {
			return true
		}
	}
	return false
}

// discard is a ResponseWriter that nothing is written to.
type discard struct{}

// Header returns a header nobody reads.
func (discard) Header() http.Header { return http.Header{} }

// Write drops p.
func (discard) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader does nothing.
func (discard) WriteHeader(int) {}

// Request is one REST call as the server saw it.
type Request struct {
	// Method and Path, the path without /api and version.
	Method, Path string
	// Body is the JSON that was sent, of a multipart request its payload_json;
	// at most 256 KiB are kept.
	Body []byte
	// Status is what was answered, 0 while there is no answer, and Code the
	// JSON error code of a refusal.
	Status, Code int
	// At is when the call came.
	At time.Time
}

// keepRequests and keepBody bound the record of calls.
const (
	keepRequests = 2000
	keepBody     = 256 << 10
)

// Requests lists the bot's REST calls, oldest first; the last 2000 are kept.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.requests))
	for i, r := range s.requests {
		out[i] = *r
		out[i].Body = bytes.Clone(r.Body)
	}
	return out
}

// Invalid counts the answers 401, 403 and 429, of which Discord tolerates
// 10 000 in ten minutes.
func (s *Server) Invalid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid
}

func (s *Server) record(method, path string, body []byte) *Request {
	rec := &Request{Method: method, Path: path, Body: body[:min(len(body), keepBody)], At: time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, rec)
	if len(s.requests) > keepRequests {
		s.requests[0] = nil
		s.requests = s.requests[1:]
	}
	return rec
}

func (s *Server) finish(rec *Request, a answer) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.finishLocked(rec, a)
}

func (s *Server) finishLocked(rec *Request, a answer) answer {
	rec.Status, rec.Code = a.status, a.code
	switch a.status {
	case 401, 403, 429:
		s.invalid++
	}
	s.notify()
	return a
}
