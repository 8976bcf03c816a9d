package store

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// crashVariable holds the file that the child process writes to.
const crashVariable = "STORE_CRASH_FILE"

// TestCrash kills a writing process at random points, with no chance to clean
// up, and wants everything that it had reported as stored, and a sound file.
func TestCrash(t *testing.T) {
	if path := os.Getenv(crashVariable); path != "" {
		writeUntilKilled(t, path)
		return
	}
	kills := 25
	if testing.Short() {
		kills = 5
	}
	rng := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), FileName)
	stored := map[string]string{} // by kind and id, the last state reported
	for k := range kills {
		for _, line := range killAfter(t, path, 1+rng.IntN(120)) {
			key, state, _ := strings.Cut(line, " ")
			stored[key] = state
		}
		s, err := Open(t.Context(), path) // checks the file too
		if err != nil {
			t.Fatalf("kill %d: %v", k, err)
		}
		for key, state := range stored {
			checkStored(t, s, key, state)
		}
		must(t, s.Close())
	}
	if len(stored) < kills {
		t.Errorf("only %d rows were written", len(stored))
	}
}

// order is how far a state is on the way that the child takes.
var order = map[State]int{StateDrafted: 0, StateConfirmed: 1, StatePosting: 2, StateFiled: 3}

func checkStored(t *testing.T, s *Store, key, state string) {
	t.Helper()
	kind, id, _ := strings.Cut(key, ":")
	if kind == "m" {
		if a, ok, err := s.Answer(t.Context(), id); err != nil || !ok || state == "replied" && a.Reply != "r" {
			t.Errorf("message %s, reported as %s: %+v, %v, %v", id, state, a, ok, err)
		}
		return
	}
	in, err := s.Intent(t.Context(), id)
	// The child may have got further than it could say.
	if err != nil || order[in.State] < order[State(state)] || in.Body != "body" {
		t.Errorf("intent %s, reported as %s: %+v, %v", id, state, in, err)
	}
}

// killAfter starts a child, reads lines of it, kills it, and returns all lines
// that it wrote whole.
func killAfter(t *testing.T, path string, lines int) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$", "-test.v")
	cmd.Env = append(os.Environ(), crashVariable+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var got []string
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			break
		}
		if s, ok := strings.CutPrefix(strings.TrimSpace(line), "stored "); ok {
			got = append(got, s)
		}
		if len(got) == lines {
			must(t, cmd.Process.Kill()) // SIGKILL; what is in the pipe is read on
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v; after %d lines", err, len(got))
	}
	return got
}

// writeUntilKilled reports each step after it is stored.
func writeUntilKilled(t *testing.T, path string) {
	s := openAt(t, path)
	base := strconv.Itoa(os.Getpid()) + "-"
	ctx := t.Context()
	say := func(err error, key string, state any) {
		must(t, err)
		fmt.Printf("stored %s %v\n", key, state)
	}
	for n := 0; ; n++ {
		id := base + strconv.Itoa(n)
		_, _, err := s.Claim(ctx, Answer{Message: id, At: noon})
		say(err, "m:"+id, "claimed")
		say(s.SetReply(ctx, id, "r", "e", "p"), "m:"+id, "replied")
		in, err := s.AddIntent(ctx, Intent{Repository: "o/n", Title: "title", Body: "body"}, noon)
		say(err, "i:"+in.ID, StateDrafted)
		say(s.Confirm(ctx, in.ID, Digest("o/n", "title", "body"), "u", noon), "i:"+in.ID, StateConfirmed)
		say(s.Post(ctx, in.ID, noon, noon), "i:"+in.ID, StatePosting)
		say(s.Filed(ctx, in.ID, n+1, noon), "i:"+in.ID, StateFiled)
	}
}
