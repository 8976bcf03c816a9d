package bot

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// shutdownTime is how long the health server may take to end.
const shutdownTime = 2 * time.Second

// readTime is how long a request may take to arrive.
const readTime = 10 * time.Second

// handler serves /healthz (the program is alive: the session's watchdog),
// /readyz (the gateway is ready and the index open) and /metrics. Liveness
// depends on nothing outside the program, readiness on Discord only.
func (b *Bot) handler() http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, b.session.Alive(time.Now()))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !b.session.Ready() {
			answer(w, errors.New("the gateway is not ready"))
			return
		}
		answer(w, nil)
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.metrics.registry, promhttp.HandlerOpts{}))
	return mux
}

// serve runs the health server on addr until ctx ends.
func (b *Bot) serve(ctx context.Context, addr string) error {
	return b.listen(ctx, "health server", addr, b.handler(), "set server.addr (MEDIC_ADDR) to a free address, or to nothing")
}

// listen serves h on addr until ctx ends. The advice tells what to do when
// the address cannot be had.
func (b *Bot) listen(ctx context.Context, name, addr string, h http.Handler, advice string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("bot: %s: %w; %s", name, err, advice)
	}
	b.log.Info(name, "addr", l.Addr().String())
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: readTime, WriteTimeout: 2 * readTime, MaxHeaderBytes: 64 << 10}
	done := make(chan struct{})
	go func() {
		defer close(done)
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		_ = s.Shutdown(stop) // its error is the deadline; the process ends anyway
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("bot: %s: %w", name, err)
	}
	<-done
	return nil
}

// serveInteractions runs the interactions endpoint on addr until ctx ends.
func (b *Bot) serveInteractions(ctx context.Context, addr string, key ed25519.PublicKey) error {
	return b.listen(ctx, "interactions endpoint", addr, b.session.Interactions(key),
		"set discord.interactions_addr (--interactions-addr) to a free address, or to nothing")
}

// probe asks the health server at addr, for a container's health check.
func probe(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", res.Status)
	}
	return nil
}
