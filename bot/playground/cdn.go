package playground

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// cdnOrigin is where attachment addresses point. The same paths are served by
// this server, so a transport that rewrites the host finds them here.
const cdnOrigin = "https://cdn.discordapp.com"

// cdnLife is how long a signed address works, as long as Discord's.
const cdnLife = 24 * time.Hour

// storeFiles keeps the new files of a message and describes them.
func (s *Server) storeFiles(plan attachments, m *message) []any {
	out := []any{}
	for i, u := range plan.add {
		note := plan.notes[i]
		a := s.storeFile(u, plan.name(i, u), m.channelID, m.only != "")
		if note != nil && str(note, "description") != "" {
			a["description"] = str(note, "description")
		}
		out = append(out, a)
	}
	return out
}

// storeFile keeps one file and returns its attachment object.
func (s *Server) storeFile(u upload, name, channelID string, ephemeral bool) obj {
	dir := "/attachments/"
	if ephemeral {
		dir = "/ephemeral-attachments/"
	}
	id := s.ids.next()
	fl := &file{id: id, name: name, data: u.data, contentType: contentType(u, name), path: dir + channelID + "/" + id + "/" + name}
	s.files.put(fl)
	address := s.sign(fl.path, time.Now())
	a := obj{"id": id, "filename": name, "size": len(u.data), "url": address, "proxy_url": strings.Replace(address,
		cdnOrigin, "https://media.discordapp.net", 1), "content_type": fl.contentType}
	if ephemeral {
		a["ephemeral"] = true
	}
	return a
}

func contentType(u upload, name string) string {
	if u.contentType != "" && u.contentType != "application/octet-stream" {
		return u.contentType
	}
	switch path.Ext(name) {
	case ".log", ".txt":
		return "text/plain; charset=utf-8"
	case ".yaml", ".yml":
		return "application/yaml"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// sign makes the address of a stored path: when it expires, when it was issued,
// and a signature over both.
func (s *Server) sign(p string, now time.Time) string {
	ex := strconv.FormatInt(now.Add(cdnLife).Unix(), 16)
	is := strconv.FormatInt(now.Unix(), 16)
	segments := strings.Split(p, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return cdnOrigin + strings.Join(segments, "/") + "?ex=" + ex + "&is=" + is + "&hm=" + s.signature(p, ex, is)
}

func (s *Server) signature(p, ex, is string) string {
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte(p + "\n" + ex + "\n" + is))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) dropFiles(m *message) {
	for _, v := range list(m.body, "attachments") {
		s.dropFile(v.(obj))
	}
}

func (s *Server) dropFile(a obj) {
	u, err := url.Parse(str(a, "url"))
	if err != nil {
		return
	}
	if fl := s.files.byPath[u.Path]; fl != nil {
		s.files.drop(fl)
	}
}

// serveFile answers a signed attachment address. Anything wrong is a 404 with
// Discord's sentence.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	ex, err := strconv.ParseInt(q.Get("ex"), 16, 64)
	fresh := err == nil && time.Now().Unix() < ex
	right := hmac.Equal([]byte(q.Get("hm")), []byte(s.signature(r.URL.Path, q.Get("ex"), q.Get("is"))))
	s.mu.Lock()
	fl := s.files.byPath[r.URL.Path]
	s.mu.Unlock()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if fl == nil || !fresh || !right {
		h.Set("Content-Type", "text/plain;charset=UTF-8")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte("This content is no longer available."))
		return
	}
	h.Set("Content-Type", fl.contentType)
	h.Set("Content-Length", strconv.Itoa(len(fl.data)))
	if !strings.HasPrefix(fl.contentType, "image/") || strings.Contains(fl.contentType, "svg") {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fl.name}))
	}
	if r.Method != http.MethodHead {
		w.Write(fl.data)
	}
}
