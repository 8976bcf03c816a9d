package session

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestErrorsAreTypedAndHoldNoToken(t *testing.T) {
	for _, test := range []struct {
		status, code int
		is           error
	}{
		{404, 10062, ErrExpired}, {404, 10015, ErrExpired}, {401, 50027, ErrExpired},
		{400, 40060, ErrAnswered}, {404, 10008, ErrGone}, {404, 10003, ErrGone}, {403, 50013, ErrForbidden}, {403, 50001, ErrForbidden},
	} {
		s, _, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
			return reply(test.status, fmt.Sprintf(`{"code":%d,"message":"no"}`, test.code)), nil
		})
		_, err := s.EditOriginal(t.Context(), interaction(s, "7"), Message{Content: "x"})
		var e *Error
		if !errors.Is(err, test.is) || !errors.As(err, &e) || e.Status != test.status || e.Code != test.code {
			t.Errorf("%d gives %v", test.code, err)
		}
		if errors.Is(err, ErrUnauthorized) {
			t.Errorf("%d counts against the bot's token", test.code)
		}
		noLeak(t, err)
	}
	s, _, _ := scripted(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
		return nil, &url.Error{Op: "Patch", URL: r.URL.String(), Err: errors.New("no route")}
	})
	_, err := s.EditOriginal(t.Context(), interaction(s, "7"), Message{Content: "x"})
	if err == nil || !strings.Contains(err.Error(), "no route") {
		t.Errorf("got %v", err)
	}
	noLeak(t, err)
}

func TestFormErrorsNameTheFieldsNotTheTexts(t *testing.T) {
	s, _, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(400, `{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"canary"}]}}}}}`), nil
	})
	_, err := s.Send(t.Context(), "2", Message{Content: "x"}, "")
	if err == nil || !strings.Contains(err.Error(), "embeds.0.title: BASE_TYPE_MAX_LENGTH") {
		t.Errorf("got %v", err)
	}
	noLeak(t, err)
}

func TestRefusedTokenEndsRun(t *testing.T) {
	f := newFake(t)
	f.answer(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(401)
		fmt.Fprint(w, `{"message":"401: Unauthorized","code":0}`)
	})
	b := startBot(t, f, Options{})
	f.start("one")
	eventually(t, "readiness", b.Ready)
	if _, err := b.Channel(t.Context(), "2"); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("got %v", err)
	}
	var fatal *FatalError
	if err := b.wait(t); !errors.As(err, &fatal) || fatal.Code != 401 {
		t.Errorf("Run returned %v", err)
	}
}

func TestTooManyRefusalsStopAllRequestsForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sc, l := scripted(t, Options{RefusalLimit: 5}, func(int, *http.Request) (*http.Response, error) {
			return reply(403, `{"code":50013,"message":"Missing Permissions"}`), nil
		})
		for range 5 {
			if _, err := s.Channel(t.Context(), "2"); !errors.Is(err, ErrForbidden) {
				t.Fatal(err)
			}
		}
		if _, err := s.Channel(t.Context(), "2"); !errors.Is(err, ErrStopped) || sc.count() != 5 {
			t.Errorf("%v after %d calls", err, sc.count())
		}
		if !strings.Contains(l.String(), "too many refusals") {
			t.Error("not logged")
		}
		time.Sleep(11 * time.Minute)
		if _, err := s.Channel(t.Context(), "2"); !errors.Is(err, ErrForbidden) {
			t.Errorf("still stopped: %v", err)
		}
	})
}

func TestSharedRateLimitsAreNotRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, _ := scripted(t, Options{RefusalLimit: 2}, func(n int, _ *http.Request) (*http.Response, error) {
			if n < 5 {
				return reply(429, `{"retry_after":0.1}`, "X-RateLimit-Scope", "shared"), nil
			}
			return reply(200, aMessage), nil
		})
		if _, err := s.Channel(t.Context(), "2"); err != nil {
			t.Error(err)
		}
	})
}

func TestIDsCannotChangeThePath(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) { return reply(200, aMessage), nil })
	if _, err := s.Channel(t.Context(), "../../users/@me?x=#"); err != nil {
		t.Fatal(err)
	}
	if got := sc.call(0).url; got != "https://discord.com/api/v9/channels/..%2F..%2Fusers%2F@me%3Fx=%23" {
		t.Errorf("asked for %s", got)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	s, sc, _ := scripted(t, Options{}, func(int, *http.Request) (*http.Response, error) {
		return reply(302, "", "Location", "https://evil.example/"), nil
	})
	if _, err := s.Channel(t.Context(), "2"); err == nil || sc.count() != 1 {
		t.Errorf("%v after %d calls", err, sc.count())
	}
}

func TestMemoryDoesNotGrowWithInteractions(t *testing.T) {
	var n atomic.Int64
	s, sc, _ := scripted(t, Options{}, func(_ int, r *http.Request) (*http.Response, error) {
		n.Add(1)
		return reply(200, aMessage, "X-RateLimit-Bucket", "abc", "X-RateLimit-Limit", "5", "X-RateLimit-Remaining", "4", "X-RateLimit-Reset-After", "1"), nil
	})
	one := func(k int) {
		i := interaction(s, fmt.Sprint(k))
		err := s.Acknowledge(t.Context(), i, true)
		_, edit := s.EditOriginal(t.Context(), i, Message{Content: "x"})
		_, follow := s.FollowUp(t.Context(), i, Message{Content: "y"})
		if err := errors.Join(err, edit, follow); err != nil {
			t.Fatal(err)
		}
		s.seen.first(fmt.Sprint(k))
		sc.mu.Lock()
		sc.calls = sc.calls[:0]
		sc.mu.Unlock()
	}
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for k := range 500 {
		one(k)
	}
	before := heap()
	for k := range 5000 {
		one(1000 + k)
	}
	if grown := heap() - before; grown > 1<<20 {
		t.Errorf("5000 interactions left %d bytes, that is %d each", grown, grown/5000)
	}
	if len(s.api.limits.buckets) != 0 {
		t.Errorf("%d buckets kept for interactions", len(s.api.limits.buckets))
	}
}

func TestBucketsAreBounded(t *testing.T) {
	l := newLimits()
	h := http.Header{}
	h.Set("X-RateLimit-Remaining", "1")
	h.Set("X-RateLimit-Reset-After", "1000000000")
	for k := range 5 * maxBuckets {
		c := endpoint("GET", "/channels/{channel}", fmt.Sprint(k))
		l.note(&c, h, time.Now())
	}
	if len(l.buckets) > maxBuckets {
		t.Errorf("%d buckets", len(l.buckets))
	}
}
