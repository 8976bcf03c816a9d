package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestFetchRefusesForeignAddresses(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, ok)
	for _, address := range []string{
		"http://cdn.discordapp.com/attachments/1/2/a.log", "https://evil.example/a", "https://cdn.discordapp.com.evil.example/a",
		"https://cdn.discordapp.com@evil.example/a", "https://u:p@cdn.discordapp.com/a", "https://cdn.discordapp.com:444/a",
		"https://169.254.169.254/latest", "file:///etc/passwd", "//cdn.discordapp.com/a", "https://discord.com/api/v9/users/@me", "", "https://%zz",
	} {
		if _, err := s.Fetch(t.Context(), address, 100); !errors.Is(err, ErrHost) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if sc.count() != 0 {
		t.Errorf("%d calls", sc.count())
	}
}

func TestFetchReadsUpToTheLimit(t *testing.T) {
	const address = "https://cdn.discordapp.com/attachments/1/2/a.log?ex=1&is=2&hm=canary"
	for _, test := range []struct {
		name  string
		res   *http.Response
		limit int64
		want  string
		err   error
	}{
		{"exactly", reply(200, "12345"), 5, "12345", nil},
		{"shorter", reply(200, "123"), 5, "123", nil},
		{"announced too large", reply(200, "123456"), 5, "", ErrTooLarge},
		{"larger than announced", &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(endless{})}, 5, "xxxxx", ErrTooLarge},
		{"one byte more", &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: -1, Body: io.NopCloser(strings.NewReader("123456"))}, 5, "12345", ErrTooLarge},
		{"expired", reply(404, "This content is no longer available."), 5, "", ErrGone},
		{"not allowed", reply(403, ""), 5, "", ErrForbidden},
		{"cut", &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: 5, Body: io.NopCloser(&cutBody{})}, 5, "", io.ErrUnexpectedEOF},
		{"compressed unasked", reply(200, "x", "Content-Encoding", "gzip"), 5, "", &Error{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return test.res, nil })
			var got []byte
			r, err := s.Fetch(t.Context(), address, test.limit)
			if err == nil {
				got, err = io.ReadAll(r)
				r.Close()
			}
			var any *Error
			typed := test.err != nil && errors.As(test.err, &any) && errors.As(err, &any)
			if !errors.Is(err, test.err) && !typed || string(got) != test.want {
				t.Errorf("read %q, %v", got, err)
			}
			if sc.call(0).auth != "" {
				t.Error("the token was sent along")
			}
			noLeak(t, err)
		})
	}
}

func TestFetchFollowsNoRedirect(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(302, "", "Location", "https://media.discordapp.net/other"), nil
	})
	if _, err := s.Fetch(t.Context(), "https://cdn.discordapp.com/a", 10); err == nil || sc.count() != 1 {
		t.Errorf("%v after %d calls", err, sc.count())
	}
}

func TestAPIURLTakesEverythingElsewhere(t *testing.T) {
	f := newFake(t)
	f.answer(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/attachments/") {
			w.Write(bytes.Repeat([]byte("log "), 3))
			return
		}
		fmt.Fprint(w, aMessage)
	})
	s, err := New(Options{Token: testToken, APIURL: f.url})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Fetch(t.Context(), "https://media.discordapp.net/attachments/1/2/a%20b.log?ex=1", 100)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); string(got) != "log log log " || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	if c := f.waitCall("/attachments/"); c.path != "/attachments/1/2/a%20b.log" || c.query != "ex=1" || c.auth != "" {
		t.Errorf("asked for %+v", c)
	}
	if _, err := s.Channel(t.Context(), "a/b"); err != nil {
		t.Fatal(err)
	}
	if c := f.waitCall("/channels/"); c.path != "/api/v9/channels/a%2Fb" || c.auth != "Bot "+testToken {
		t.Errorf("asked for %+v", c)
	}
}

func TestTransportReachesNothingButDiscord(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, ok)
	for _, address := range []string{"https://evil.example/api/v9/users", "https://discord.com/login", "https://discord.com:81/api/v9/x"} {
		c := endpoint("GET", "/x")
		c.url = address
		if _, err := s.api.do(t.Context(), c); !errors.Is(err, errRefusedHost) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if sc.count() != 0 {
		t.Errorf("%d calls", sc.count())
	}
}
