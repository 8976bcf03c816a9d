package peer

import (
	"net/http"
	"strings"
	"time"
)

// Fault is something that goes wrong with requests.
type Fault struct {
	Method string // "": any
	Path   string // what the path without /api/v3/ starts with
	Suffix string // and what it ends with
	Times  int    // how often; 0: until Clear
	// After lets the request take effect before it goes wrong.
	After bool
	// Hang keeps the request open until the client gives up.
	Hang bool
	// Drop closes the connection without an answer.
	Drop bool
	// Delay waits before anything else happens.
	Delay time.Duration
	// Trickle sends the answer so slowly that it never ends: one byte each so
	// often.
	Trickle time.Duration
	Status  int
	Header  map[string]string
	Body    string
}

// Fail adds a fault. The first that fits a request acts.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = -1
	}
	s.faults = append(s.faults, &f)
}

// Clear removes all faults.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// fault takes the fault for a request, if there is one.
func (s *Server) fault(method, path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times == 0 || f.Method != "" && f.Method != method || !strings.HasPrefix(path, f.Path) || !strings.HasSuffix(path, f.Suffix) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		return f
	}
	return nil
}

// run does what the fault does, and reports whether that was the answer.
func (f *Fault) run(w http.ResponseWriter, r *http.Request) bool {
	if f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	switch {
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Trickle > 0:
		f.trickle(w, r)
		return true
	case f.Status == 0:
		return false
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, v := range f.Header {
		w.Header().Set(name, v)
	}
	w.WriteHeader(f.Status)
	w.Write([]byte(f.Body))
	return true
}

func (f *Fault) trickle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	out := http.NewResponseController(w)
	for {
		if _, err := w.Write([]byte(" ")); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-time.After(f.Trickle):
		case <-r.Context().Done():
			return
		}
	}
}
