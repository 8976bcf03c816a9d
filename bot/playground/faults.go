package playground

import (
	"net/http"
	"strings"
	"time"
)

// Fault is a scripted failure of the REST API or of an attachment address. The
// zero values of its fields mean "any" or "nothing special".
type Fault struct {
	// Method is the HTTP method it applies to; empty is any.
	Method string
	// Path is matched without /api and version: "*" stands for one segment and a
	// trailing "**" for the rest, as in "/channels/*/messages" or "/webhooks/**".
	// Empty is any path.
	Path string
	// Status is answered; 0 lets the call through, for a fault that only delays.
	Status int
	// Body is answered as it is. Empty gives Discord's body for the status.
	Body string
	// Headers are added to the answer.
	Headers map[string]string
	// RetryAfter is put into the headers and body of a 429.
	RetryAfter time.Duration
	// Global makes a 429 a global one. As in Discord's own example it then has
	// Retry-After but no X-RateLimit-Reset-After.
	Global bool
	// Delay passes before the answer, and before the effect unless AfterEffect.
	Delay time.Duration
	// Hang gives no answer until the client goes away.
	Hang bool
	// Cut sends half of the body and breaks the connection.
	Cut bool
	// AfterEffect carries the call out before it fails.
	AfterEffect bool
	// Times is how often it strikes; 0 is once, a negative number for ever.
	Times int

	hits int
	gone bool
}

// Scripted is a fault that was put in place.
type Scripted struct {
	s *Server
	f *Fault
}

// Fail puts a fault in place. Faults are tried in the order they were added.
func (s *Server) Fail(f Fault) Scripted {
	if f.Times == 0 {
		f.Times = 1
	}
	s.do(func() { s.faults = append(s.faults, &f) })
	return Scripted{s, &f}
}

// Hits is how often the fault has struck.
func (x Scripted) Hits() int {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return x.f.hits
}

// Remove takes the fault away.
func (x Scripted) Remove() { x.s.do(func() { x.f.gone = true }) }

// matchFault finds the fault that strikes this call and counts it.
func (s *Server) matchFault(method, path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.gone || f.Method != "" && f.Method != method || f.Path != "" && !matchPath(f.Path, path) {
			continue
		}
		f.hits++
		s.notify()
		if f.hits == f.Times {
			f.gone = true
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return f
	}
	return nil
}

func matchPath(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, w := range want {
		if w == "**" && i == len(want)-1 {
			return true
		}
		if i >= len(have) || w != "*" && w != have[i] {
			return false
		}
	}
	return len(want) == len(have)
}

// delayed reports whether the fault only makes a call late.
func (f *Fault) delayed() bool { return f.Status == 0 && !f.Hang && !f.Cut }

// wait lets the delay pass, or the client go away.
func (f *Fault) wait(s *Server, r *http.Request) bool {
	if f.Delay <= 0 {
		return true
	}
	t := time.NewTimer(f.Delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
	case <-s.closed:
	}
	return false
}

// play answers in the fault's way.
func (f *Fault) play(s *Server, w http.ResponseWriter, r *http.Request, rec *Request) {
	if !f.wait(s, r) {
		return
	}
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		return
	}
	a := s.finish(rec, f.answer())
	if f.Cut {
		w.Header().Set("Content-Length", itoa(len(a.body)+64))
		a.write(w)
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	a.write(w)
}

func (f *Fault) answer() answer {
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	var a answer
	switch {
	case status == http.StatusTooManyRequests:
		a = tooMany(f.RetryAfter, scope(f.Global), f.Global)
	case status >= 400:
		a = errorAnswer(plainError(status))
	default:
		a = jsonAnswer(status, obj{})
	}
	if f.Body != "" {
		a.body = []byte(f.Body)
		if !strings.HasPrefix(strings.TrimSpace(f.Body), "{") {
			a.headers.Set("Content-Type", "text/html; charset=UTF-8")
		}
	}
	for k, v := range f.Headers {
		a.headers.Set(k, v)
	}
	return a
}

func scope(global bool) string {
	if global {
		return "global"
	}
	return "user"
}

// ErrorBody is the body of a refusal with one of Discord's JSON error codes, for
// a [Fault], together with the status it comes with.
func ErrorBody(code int) (status int, body string) {
	e := refuse(code)
	if e.status == 0 {
		e.status, e.message = http.StatusBadRequest, "Error"
	}
	return e.status, string(encode(e.body()))
}

// serveCDN serves attachments, faults permitting.
func (s *Server) serveCDN(w http.ResponseWriter, r *http.Request) {
	f := s.matchFault(r.Method, r.URL.Path)
	if f == nil || f.delayed() {
		if f == nil || f.wait(s, r) {
			s.serveFile(w, r)
		}
		return
	}
	f.play(s, w, r, s.record(r.Method, r.URL.Path, nil))
}
