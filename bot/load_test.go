package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/milvus-medic/medic/bot/playground"
)

// What BenchmarkLoad does; make bench sets them to what the bot is held to.
var (
	loadRate     = flag.Float64("load.rate", 50, "interactions in a second")
	loadDuration = flag.Duration("load.duration", 2*time.Second, "how long at that rate")
	loadTotal    = flag.Int("load.total", 0, "interactions in all, for the growth of memory; 0: those of load.duration only")
	loadFast     = flag.Float64("load.fast", 300, "interactions in a second once the latency has been measured")
)

// loadCommand is the name under which the test binary is the bot under load.
const loadCommand = "medic-load"

// runLoaded is the bot under load in a process of its own. For each line on
// its standard input it collects garbage and prints what it weighs.
func runLoaded() {
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			if err := json.NewEncoder(os.Stdout).Encode(weigh()); err != nil {
				os.Exit(ExitFailure)
			}
		}
		os.Exit(ExitAnswered) // whoever measures is gone
	}()
	os.Exit(Main(context.Background(), Process{Args: []string{"run"}, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: os.Stderr, Env: os.LookupEnv}))
}

// weight is what a process uses.
type weight struct {
	RSS, Peak, Heap int64 // bytes; the heap after a collection
	Goroutines      int
}

func weigh() weight {
	w := weight{RSS: statusBytes("VmRSS:"), Peak: statusBytes("VmHWM:")}
	runtime.GC()
	runtime.GC() // finalisers have run
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.Heap, w.Goroutines = int64(m.HeapAlloc), runtime.NumGoroutine()
	return w
}

// statusBytes reads a line of /proc/self/status; 0 where there is none.
func statusBytes(name string) int64 {
	src, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(src), name)
	if f := strings.Fields(after); len(f) > 0 {
		n, _ := strconv.ParseInt(f[0], 10, 64)
		return n << 10
	}
	return 0
}

// loaded is a local Discord with a bot on it that runs in another process.
type loaded struct {
	tb     testing.TB
	local  *playground.Server
	people []*playground.Person
	in     io.Writer
	out    *bufio.Scanner

	mu       sync.Mutex
	answered map[string]time.Time // first answers by id of the interaction
}

func newLoaded(tb testing.TB) *loaded {
	tb.Helper()
	l := &loaded{tb: tb, answered: map[string]time.Time{}}
	l.local = playground.New(playground.Options{Observe: l.observe, RouteLimit: 1 << 20, GlobalLimit: 1 << 20})
	if err := l.local.Start("127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(l.local.Close)
	for n := range 40 {
		p, err := l.local.AddMember(fmt.Sprint("member-", n))
		if err != nil {
			tb.Fatal(err)
		}
		l.people = append(l.people, p)
	}
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := &exec.Cmd{Path: self, Args: []string{loadCommand}, Stderr: io.Discard,
		Env: append(os.Environ(), "DISCORD_TOKEN="+l.local.Token(), "DISCORD_API_URL="+l.local.APIURL(), "MEDIC_ADDR=")}
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		in.Close()
		_ = cmd.Process.Kill() // it may have gone with its input
		_ = cmd.Wait()
	})
	l.in, l.out = in, bufio.NewScanner(out)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := l.local.Wait(ctx, func() bool { return len(l.local.Commands()) == len(definitions()) }); err != nil {
		tb.Fatal(err)
	}
	return l
}

// observe notes when a first answer arrived.
func (l *loaded) observe(r *http.Request, _ []byte) {
	_, after, ok := strings.Cut(r.URL.Path, "/interactions/")
	if !ok {
		return
	}
	id, _, _ := strings.Cut(after, "/")
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, again := l.answered[id]; !again {
		l.answered[id] = time.Now()
	}
}

// weigh asks the bot what it weighs.
func (l *loaded) weigh() weight {
	l.tb.Helper()
	fmt.Fprintln(l.in)
	if !l.out.Scan() {
		l.tb.Fatalf("the bot is gone: %v", l.out.Err())
	}
	var w weight
	if err := json.Unmarshal(l.out.Bytes(), &w); err != nil {
		l.tb.Fatal(err)
	}
	return w
}

// act does the n-th thing: known and unknown pastes, long ones, topics and menus,
// as people mix them.
func (l *loaded) act(n int) (*playground.Interaction, error) {
	p := l.people[n%len(l.people)]
	switch n % 10 {
	case 0, 1, 2, 3, 4:
		return p.Slash("general", commandName, playground.Opt(optionProblem, badMember))
	case 5, 6:
		return p.Slash("general", commandName, playground.Opt(optionProblem, pasteOf2000("Error: sprocket "+strconv.Itoa(n)+" is out of tune")))
	case 7:
		return p.Slash("general", commandName, playground.Opt(optionProblem, "etcd"))
	case 8:
		return p.Slash("general", commandName, playground.Opt(optionProblem, pasteOf2000(badMember)))
	}
	m, err := p.Say("general", badMember)
	if err != nil {
		return nil, err
	}
	return p.Menu("general", menuName, m.ID())
}

// run sends n interactions at a rate and returns how long each waited for its
// first answer, shortest first.
func (l *loaded) run(n int, rate float64) []time.Duration {
	l.tb.Helper()
	made := make(map[string]time.Time, n)
	pace := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer pace.Stop()
	var last *playground.Interaction
	for k := range n {
		<-pace.C
		start := time.Now()
		i, err := l.act(k)
		if err != nil {
			l.tb.Fatal(err)
		}
		made[i.ID()], last = start, i
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := last.Reply(ctx); err != nil {
		l.tb.Error(err)
	}
	var waits []time.Duration
	missing := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		for id, start := range made {
			if at, ok := l.answered[id]; ok {
				waits = append(waits, at.Sub(start))
				delete(made, id)
				delete(l.answered, id)
			}
		}
		return len(made)
	}
	if err := l.local.Wait(ctx, func() bool { return missing() == 0 }); err != nil {
		l.tb.Errorf("%d of %d interactions were not answered: %v", missing(), n, err)
	}
	slices.Sort(waits)
	return waits
}

// BenchmarkLoad is the load the bot must bear on two cores: 50 interactions in a
// second for two minutes, the first answer within 500 ms for 99 of 100 and
// within Discord's 3 s for all, less than 256 MB; then 100 000 in all, after
// which the heap is what it was after 10 000 and no goroutine is left over. The
// bot runs in a process of its own, Discord and the people in this one.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		l := newLoaded(b)
		waits := l.run(int(*loadRate*loadDuration.Seconds()), *loadRate)
		if len(waits) == 0 {
			b.Fatal("nothing was answered")
		}
		w := l.weigh()
		b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1000, "max-ms")
		b.ReportMetric(float64(w.Peak)/(1<<20), "peak-MB")
		done := len(waits)
		if *loadTotal <= done {
			continue
		}
		early := min(*loadTotal/10, *loadTotal)
		if early > done {
			l.run(early-done, *loadFast)
			done = early
		}
		before := l.weigh()
		l.run(*loadTotal-done, *loadFast)
		after := l.weigh()
		b.ReportMetric(float64(after.Heap)/float64(before.Heap), "heap-ratio")
		b.ReportMetric(float64(after.Heap)/(1<<20), "heap-MB")
		b.ReportMetric(float64(after.Peak)/(1<<20), "peak-MB-total")
		b.ReportMetric(float64(after.Goroutines-before.Goroutines), "goroutines-more")
	}
}

// TestLoad is a second of BenchmarkLoad: everything is answered, and nothing is
// left running for it. It measures nothing.
func TestLoad(t *testing.T) {
	l := newLoaded(t)
	idle := l.weigh().Goroutines
	if n := len(l.run(50, 50)); n != 50 {
		t.Errorf("%d of 50 interactions were answered", n)
	}
	for ctx, cancel := context.WithTimeout(context.Background(), patience); ; time.Sleep(50 * time.Millisecond) {
		defer cancel()
		// Idle connections to Discord keep two goroutines each.
		if more := l.weigh().Goroutines - idle; more <= 40 {
			return
		} else if ctx.Err() != nil {
			t.Fatalf("%d goroutines more than before", more)
		}
	}
}
