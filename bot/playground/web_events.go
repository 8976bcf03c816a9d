package playground

import (
	"net/http"
	"time"
)

const (
	// pageQueue is how many events may wait for a page. A page that falls
	// further behind is cut off; it connects again and reads everything anew.
	pageQueue = 512
	// pageBeat keeps proxies and browsers from dropping an idle stream.
	pageBeat = 15 * time.Second
)

// webStream is one page that listens for events.
type webStream struct {
	userID string
	ch     chan []byte
}

// toPage sends an event to the pages of everybody who may see it.
func (s *Server) toPage(kind string, data obj, visible func(userID string) bool) {
	var packet []byte
	for st := range s.web {
		if !visible(st.userID) {
			continue
		}
		if packet == nil {
			packet = append(append([]byte("data: "), encode(obj{"type": kind, "data": data})...), '\n', '\n')
		}
		select {
		case st.ch <- packet:
		default:
			delete(s.web, st)
			close(st.ch)
		}
	}
}

// webEvents is the stream of server-sent events.
func (s *Server) webEvents(w http.ResponseWriter, r *http.Request) {
	guard(w)
	if !sameOrigin(r) {
		jsonAnswer(http.StatusForbidden, obj{"message": "Requests from other sites are refused."}).write(w)
		return
	}
	p, err := s.pagePerson(&request{Request: r, body: obj{}})
	if err != nil {
		pageError(err).write(w)
		return
	}
	st := &webStream{userID: p.id, ch: make(chan []byte, pageQueue)}
	s.do(func() {
		s.web[st] = true
		s.notify()
	})
	defer s.do(func() { delete(s.web, st) })
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	w.Write([]byte(": connected\n\n"))
	out.Flush()
	beat := time.NewTicker(pageBeat)
	defer beat.Stop()
	for {
		select {
		case p, open := <-st.ch:
			if !open {
				return
			}
			w.Write(p)
		case <-beat.C:
			w.Write([]byte(": still here\n\n"))
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
		if out.Flush() != nil {
			return
		}
	}
}
