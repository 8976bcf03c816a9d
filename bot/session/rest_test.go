package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// script is a transport that answers from a function, without sockets, so that
// tests of waits run on the fake clock of synctest.
type script struct {
	mu    sync.Mutex
	calls []scriptCall
	reply func(n int, r *http.Request) (*http.Response, error)
}

type scriptCall struct {
	at     time.Time
	method string
	url    string
	auth   string
	body   string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	s.calls = append(s.calls, scriptCall{time.Now(), r.Method, r.URL.String(), r.Header.Get("Authorization"), string(body)})
	n := len(s.calls)
	s.mu.Unlock()
	return s.reply(n, r)
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

func (s *script) call(i int) scriptCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[i]
}

// reply makes an answer; headers come in pairs.
func reply(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

const aMessage = `{"id":"1","channel_id":"2"}`

// scripted returns a session over a scripted transport.
func scripted(t *testing.T, opt Options, f func(n int, r *http.Request) (*http.Response, error)) (*Session, *script, *logs) {
	t.Helper()
	sc, l := &script{reply: f}, new(logs)
	opt.Token, opt.Transport, opt.Log = testToken, sc, l.logger()
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if strings.Contains(l.String(), "canary") {
			t.Errorf("a secret was logged: %s", l)
		}
	})
	return s, sc, l
}

func noLeak(t *testing.T, err error) {
	t.Helper()
	for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v", err)} {
		if strings.Contains(text, "canary") {
			t.Errorf("an error shows a token: %s", text)
		}
	}
}

func TestRateLimitOfARouteIsWaitedForAndLeavesOthersAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				return reply(429, `{"message":"slow down","retry_after":4.5,"global":false}`, "Retry-After", "5"), nil
			}
			return reply(200, aMessage), nil
		})
		start := time.Now()
		done := make(chan error)
		go func() {
			_, err := s.Send(t.Context(), "2", Message{Content: "x"}, "")
			done <- err
		}()
		synctest.Wait()
		if _, err := s.Send(t.Context(), "3", Message{Content: "y"}, ""); err != nil || time.Since(start) != 0 {
			t.Errorf("another channel waited %s: %v", time.Since(start), err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 4500*time.Millisecond || sc.count() != 3 {
			t.Errorf("%d calls in %s", sc.count(), took)
		}
	})
}

func TestGlobalRateLimitHoldsEverythingButInteractions(t *testing.T) {
	for name, answer := range map[string]*http.Response{
		"by the body":                    reply(429, `{"retry_after":3,"global":true}`),
		"by the header, no Reset-After":  reply(429, `{"retry_after":3}`, "X-RateLimit-Global", "true", "Retry-After", "3"),
		"of the proxy, which sends HTML": reply(429, `<html>1015</html>`, "Retry-After", "3"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, _ := scripted(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
					if n == 1 {
						return answer, nil
					}
					return reply(200, aMessage), nil
				})
				start := time.Now()
				go s.Send(t.Context(), "2", Message{Content: "x"}, "")
				synctest.Wait()
				if err := s.Acknowledge(t.Context(), interaction(s, "7"), false); err != nil || time.Since(start) != 0 {
					t.Errorf("an interaction waited %s: %v", time.Since(start), err)
				}
				if _, err := s.Channel(t.Context(), "5"); err != nil || time.Since(start) != 3*time.Second {
					t.Errorf("another call went after %s: %v", time.Since(start), err)
				}
			})
		})
	}
}

func TestRateLimitForEverEnds(t *testing.T) {
	always := func(int, *http.Request) (*http.Response, error) {
		return reply(429, `{"retry_after":2,"global":false}`), nil
	}
	t.Run("at the context's deadline, without waiting for it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, always)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			start := time.Now()
			_, err := s.Send(ctx, "2", Message{Content: "x"}, "")
			var e *Error
			if !errors.Is(err, ErrRateLimited) || !errors.As(err, &e) || e.RetryAfter != 2*time.Second {
				t.Errorf("got %v", err)
			}
			if took := time.Since(start); took != 4*time.Second || sc.count() != 3 {
				t.Errorf("%d calls in %s", sc.count(), took)
			}
		})
	})
	t.Run("when the context is cancelled in a wait", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, _, _ := scripted(t, Options{}, always)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(500*time.Millisecond, cancel)
			start := time.Now()
			if _, err := s.Send(ctx, "2", Message{Content: "x"}, ""); err == nil || time.Since(start) != 500*time.Millisecond {
				t.Errorf("%v after %s", err, time.Since(start))
			}
		})
	})
	t.Run("after some attempts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, always)
			if _, err := s.Send(t.Context(), "2", Message{Content: "x"}, ""); !errors.Is(err, ErrRateLimited) || sc.count() != maxLimited+1 {
				t.Errorf("%v after %d calls", err, sc.count())
			}
		})
	})
	t.Run("at once if the wait is too long", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
				return reply(429, `{"retry_after":3600}`), nil
			})
			start := time.Now()
			if _, err := s.Send(t.Context(), "2", Message{Content: "x"}, ""); !errors.Is(err, ErrRateLimited) || sc.count() != 1 || time.Since(start) != 0 {
				t.Errorf("%v after %d calls and %s", err, sc.count(), time.Since(start))
			}
		})
	})
}

func TestSpentBucketIsWaitedForBeforeSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
			return reply(200, aMessage, "X-RateLimit-Bucket", "abc", "X-RateLimit-Limit", "2",
				"X-RateLimit-Remaining", fmt.Sprint(1-(n-1)%2), "X-RateLimit-Reset-After", "5"), nil
		})
		start := time.Now()
		for range 4 {
			if _, err := s.Send(t.Context(), "2", Message{Content: "x"}, ""); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 5*time.Second || sc.count() != 4 {
			t.Errorf("%d calls in %s", sc.count(), took)
		}
	})
}

func TestUnknownOutcomeIsRepeatedOnlyWhereThatIsSafe(t *testing.T) {
	broken := errors.New("connection reset")
	for _, failure := range []struct {
		name string
		res  *http.Response
		err  error
	}{
		{"502", reply(502, "<html>bad gateway</html>"), nil},
		{"500", reply(500, ""), nil},
		{"connection lost", nil, broken},
		{"cut body", &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(&cutBody{})}, nil},
	} {
		t.Run(failure.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, sc, _ := scripted(t, Options{}, func(n int, r *http.Request) (*http.Response, error) {
					if n == 1 {
						return failure.res, failure.err
					}
					return reply(200, aMessage), nil
				})
				if m, err := s.Send(t.Context(), "2", Message{Content: "x"}, ""); err != nil || m.ID != "1" {
					t.Fatalf("got %v, %v", m, err)
				}
				var a, b struct {
					Nonce   string `json:"nonce"`
					Enforce bool   `json:"enforce_nonce"`
				}
				if err := errors.Join(json.Unmarshal([]byte(sc.call(0).body), &a), json.Unmarshal([]byte(sc.call(1).body), &b)); err != nil {
					t.Fatal(err)
				}
				if sc.count() != 2 || a != b || len(a.Nonce) == 0 || len(a.Nonce) > MaxNonce || !a.Enforce {
					t.Errorf("%d calls with nonces %+v and %+v", sc.count(), a, b)
				}
			})
		})
	}
}

type cutBody struct{}

func (*cutBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestFollowUpIsNeverRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(502, ""), nil })
		_, err := s.FollowUp(t.Context(), interaction(s, "7"), Message{Content: "x"})
		if !errors.Is(err, ErrUnknownOutcome) || sc.count() != 1 {
			t.Errorf("%v after %d calls", err, sc.count())
		}
		noLeak(t, err)
	})
}

func TestEditsAreRepeatedAndGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(503, ""), nil })
		_, err := s.Edit(t.Context(), "2", "3", Message{Content: "x"})
		if !errors.Is(err, ErrUnknownOutcome) || sc.count() != 3 {
			t.Errorf("%v after %d calls", err, sc.count())
		}
	})
}

func TestWhatNeverLeftIsRepeatedWhateverItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, _ := scripted(t, Options{}, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				return nil, &url.Error{Op: "Post", URL: "https://discord.com/canary", Err: &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}}
			}
			return reply(200, aMessage), nil
		})
		if _, err := s.FollowUp(t.Context(), interaction(s, "7"), Message{Content: "x"}); err != nil || sc.count() != 2 {
			t.Errorf("%v after %d calls", err, sc.count())
		}
	})
}
