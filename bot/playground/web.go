package playground

import (
	"embed"
	"errors"
	"net"
	"net/http"
	"path"
	"strings"
)

//go:embed web/*.html web/*.css web/*.js web/*.svg
var pageFiles embed.FS

// pageTypes are the kinds of files the page consists of.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// pagePolicy lets the page load nothing but itself and pictures it was given.
const pagePolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// discordHosts are the names a client may keep in its Host header when its
// transport sends Discord's traffic here.
var discordHosts = map[string]bool{"discord.com": true, "gateway.discord.gg": true,
	"cdn.discordapp.com": true, "media.discordapp.net": true}

// knownHost refuses every name that is neither this machine's nor Discord's: a
// web site whose name was made to point here would come under its own name.
func (s *Server) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(strings.ToLower(name), "[]")
	if name == "localhost" || discordHosts[name] {
		return true
	}
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() {
		return true
	}
	s.mu.Lock()
	own, _, err := net.SplitHostPort(s.addr)
	s.mu.Unlock()
	return err == nil && name == own
}

// sameOrigin reports whether a browser's request comes from our own page.
func sameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == "http://"+r.Host
}

// pageRoutes adds the page and the calls it makes.
func (s *Server) pageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.serveAsset(w, "index.html") })
	mux.HandleFunc("GET /assets/{name}", func(w http.ResponseWriter, r *http.Request) { s.serveAsset(w, r.PathValue("name")) })
	mux.HandleFunc("GET /web/events", s.webEvents)
	mux.HandleFunc("GET /web/state", s.page(s.webState))
	mux.HandleFunc("GET /web/messages", s.page(s.webMessages))
	mux.HandleFunc("POST /web/messages", s.page(s.webSay))
	mux.HandleFunc("PATCH /web/messages/{message}", s.page(s.webEdit))
	mux.HandleFunc("DELETE /web/messages/{message}", s.page(s.webDelete))
	mux.HandleFunc("POST /web/posts", s.page(s.webPost))
	mux.HandleFunc("POST /web/commands", s.page(s.webCommand))
	mux.HandleFunc("POST /web/autocomplete", s.page(s.webAutocomplete))
	mux.HandleFunc("POST /web/components", s.page(s.webComponent))
	mux.HandleFunc("POST /web/modals", s.page(s.webModal))
}

func guard(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

func (s *Server) serveAsset(w http.ResponseWriter, name string) {
	guard(w)
	data, err := pageFiles.ReadFile("web/" + name)
	kind := pageTypes[path.Ext(name)]
	if err != nil || kind == "" {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(data)
}

// pageCall handles one call of the page, without the lock.
type pageCall func(*pageRequest) (any, error)

// pageRequest is a call of the page with its person.
type pageRequest struct {
	*request
	person *Person
}

// page wraps a call with the checks and forms all have in common.
func (s *Server) page(h pageCall) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		guard(w)
		if !sameOrigin(r) {
			jsonAnswer(http.StatusForbidden, obj{"message": "Requests from other sites are refused."}).write(w)
			return
		}
		req, err := readRequest(r)
		if err != nil {
			pageError(err).write(w)
			return
		}
		if err := req.unfold(); err != nil {
			pageError(err).write(w)
			return
		}
		p, err := s.pagePerson(req)
		if err != nil {
			pageError(err).write(w)
			return
		}
		v, err := h(&pageRequest{request: req, person: p})
		if err != nil {
			pageError(err).write(w)
			return
		}
		jsonAnswer(http.StatusOK, v).write(w)
	}
}

// unfold reads the JSON texts inside of a multipart form: payload is a whole
// body, tags a list.
func (req *request) unfold() error {
	if text := str(req.body, "payload"); text != "" {
		v, err := parseJSON([]byte(text))
		o, ok := v.(obj)
		if err != nil || !ok {
			return errors.New("playground: payload is not a JSON object")
		}
		req.body = o
	}
	if text, ok := req.body["tags"].(string); ok {
		v, err := parseJSON([]byte(text))
		if err != nil {
			return errors.New("playground: tags is not a JSON list")
		}
		req.body["tags"] = v
	}
	for i := range req.files {
		req.files[i].index = i
	}
	return nil
}

// pagePerson is whom a call acts for; without a name it is the first person.
func (s *Server) pagePerson(req *request) (*Person, error) {
	id := str(req.body, "as")
	if id == "" {
		id = req.URL.Query().Get("as")
	}
	if id == "" {
		id = seedAda
	}
	p := s.As(id)
	if locale := str(req.body, "locale"); locale != "" {
		p = p.In(locale)
	}
	return p, p.err
}

func pageError(err error) answer {
	status := http.StatusBadRequest
	if e, ok := err.(*apiError); ok {
		status = e.status
	}
	text := strings.TrimPrefix(err.Error(), "playground: ")
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return jsonAnswer(status, obj{"message": text})
}
