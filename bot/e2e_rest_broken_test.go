package bot

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
)

// TestR14PageOfAProxy answers with HTML, as the proxy before Discord does.
func TestR14PageOfAProxy(t *testing.T) {
	const page = "<!DOCTYPE html><title>discord.com | 5xx</title>bad member ID"
	w := newWorld(t, playground.Options{}, nil)
	for _, status := range []int{http.StatusBadGateway, http.StatusServiceUnavailable, 520, http.StatusTooManyRequests} {
		f := w.local.Fail(playground.Fault{Path: createRoute, Status: status, Body: page, Headers: map[string]string{"Retry-After": "0.05"}})
		w.answersOnce(http.StatusText(status))
		w.hits(f, 1)
	}
	f := w.local.Fail(playground.Fault{Path: editRoute, Status: http.StatusForbidden, Body: page})
	w.slash(w.local.As("Ada"), "general", playground.Opt(optionProblem, badMember))
	w.reply(w.local.As("Ada"), "general", "Something went wrong on my side")
	w.logged("HTTP 403")
	w.hits(f, 1)
}

// TestR15CutBody breaks the answer off after the message was taken.
func TestR15CutBody(t *testing.T) {
	w := newWorld(t, playground.Options{}, nil)
	for _, route := range []string{createRoute, editRoute} {
		f := w.local.Fail(playground.Fault{Path: route, Status: http.StatusOK, Body: `{"id":"1","channel_id`, Cut: true, AfterEffect: true})
		w.answer(w.local.As("Ada"))
		w.answersOnce("cut")
		w.hits(f, 1)
	}
}

// TestR16Attachment has files that are expired, forbidden, slow, cut and larger
// than said. The user reads which file and what to do; nothing else is lost.
func TestR16Attachment(t *testing.T) {
	huge := strings.Repeat("x", 26<<20)
	for name, c := range map[string]struct {
		fault playground.Fault
		says  string
	}{
		"expired":               {playground.Fault{Status: http.StatusNotFound}, "milvus.log: could not be fetched; attach it again"},
		"forbidden":             {playground.Fault{Status: http.StatusForbidden}, "milvus.log: could not be fetched; attach it again"},
		"slow":                  {playground.Fault{Hang: true}, "milvus.log: could not be fetched; attach it again"},
		"cut":                   {playground.Fault{Status: http.StatusOK, Body: badMember, Cut: true}, "milvus.log: could not be fetched; attach it again"},
		"larger than it said":   {playground.Fault{Status: http.StatusOK, Body: huge}, "milvus.log: "},
		"a page of a proxy":     {playground.Fault{Status: http.StatusBadGateway, Body: "<html>"}, "milvus.log: could not be fetched; attach it again"},
		"moved somewhere else":  {playground.Fault{Status: http.StatusFound, Headers: map[string]string{"Location": "http://127.0.0.1:1/"}}, "milvus.log: could not be fetched; attach it again"},
		"compressed though not": {playground.Fault{Status: http.StatusOK, Body: "x", Headers: map[string]string{"Content-Encoding": "gzip"}}, "milvus.log: could not be fetched; attach it again"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorldWith(t, playground.Options{}, func(o *Options) { o.Timings.Fetch = 300 * time.Millisecond })
			ada := w.local.As("Ada")
			c.fault.Path = "/attachments/**"
			f := w.local.Fail(c.fault)
			asked := w.say(ada, "@bot", "", playground.WithFile("milvus.log", []byte(badMember)))
			m, err := ada.WaitMessage(w.ctx(), "@bot", func(m playground.Message) bool { return m.FromBot() && m.ReplyTo() == asked.ID() })
			if err != nil || !strings.Contains(m.Text(), c.says) || strings.Contains(m.Text(), "member_id") {
				t.Errorf("said %q, %v", m.Text(), err)
			}
			w.logged(`"msg":"attachment not read"`)
			w.hits(f, 1)
			if n := reportCount(w.bot); n != 0 {
				t.Errorf("%d reports are kept", n)
			}
			// Ada's next message would be read with the first one.
			w.answer(w.local.As("Grace"))
		})
	}
}
