package paste

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/search/paste/plant"
)

// reduced sends a log through the reducer in chunks.
func reduced(log string, budget, chunk int) (string, *reducer) {
	r := newReducer(budget, Limits{LineBytes: 64 << 10})
	for len(log) > 0 {
		n := min(chunk, len(log))
		r.write([]byte(log[:n]))
		log = log[n:]
	}
	return r.finish(), r
}

const testStack = `[2024/03/01 10:00:00.000 +00:00] [FATAL] [roles/roles.go:100] ["component crashed"] [unique=rare]
panic: runtime error: index out of range [3] with length 3

goroutine 77 [running]:
github.com/milvus-io/milvus/internal/rare.Function(0xc000123456)
	/go/src/github.com/milvus-io/milvus/internal/rare/rare.go:42 +0x1d
created by github.com/milvus-io/milvus/internal/rare.Start
	/go/src/github.com/milvus-io/milvus/internal/rare/rare.go:17 +0x2e
`

func TestReduceKeepsWhatTells(t *testing.T) {
	banner := "    __  _________ _   ____  ______\nWelcome to use Milvus!\nVersion:   v2.4.13\nBuilt:     Fri Oct 11\n"
	first, second := string(milvusLog(1<<20, 1)), string(milvusLog(1<<20, 2))
	log := banner + first + "\na line of context right before\n" + testStack + "a line after\n" + second + "\nthe very last line"
	const budget = 256 << 10
	for _, chunk := range []int{1 << 20, 99_991, 4096} {
		text, r := reduced(log, budget, chunk)
		if len(text) > budget {
			t.Errorf("chunk %d: %d bytes kept of a budget of 256 KiB", chunk, len(text))
		}
		if !strings.HasPrefix(text, banner+first[:10_000]) {
			t.Errorf("chunk %d: the head is gone: %.200q", chunk, text)
		}
		if !strings.HasSuffix(text, second[len(second)-50_000:]+"\nthe very last line") {
			t.Errorf("chunk %d: the tail is gone", chunk)
		}
		stack := strings.ReplaceAll(testStack, "\n\n", "\n")
		if got := strings.ReplaceAll(text, "\n[… 1 lines left out …]", ""); !strings.Contains(got, "a line of context right before\n"+stack+"a line after\n") {
			i := strings.Index(got, "unique=rare")
			t.Errorf("chunk %d: the crash is gone or cut:\n%s", chunk, got[max(0, i-400):min(len(got), max(0, i)+1200)])
		}
		checkGaps(t, text, strings.Count(log, "\n")+1, r)
		if again, _ := reduced(log, budget, chunk+1); again != text {
			t.Errorf("chunk %d: another chunk size gives another text", chunk)
		}
	}
}

// TestReduceKeepsWhatIsAsked asks for lines in the middle of errors that are
// all too many.
func TestReduceKeepsWhatIsAsked(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var log strings.Builder
	word := func() (s string) {
		for range 8 {
			s += string(rune('a' + rng.IntN(26)))
		}
		return s
	}
	for n := range 20_000 {
		if n%4000 == 1000 {
			fmt.Fprintf(&log, "wanted %s\n", word())
		}
		fmt.Fprintf(&log, "[ERROR] [%s.go:17] [\"failed to %s the %s\"]\n", word(), word(), word())
	}
	for _, asked := range []bool{true, false} {
		lim := Limits{LineBytes: 64 << 10}
		if asked {
			lim.Keep = func(line []byte) bool { return bytes.HasPrefix(line, []byte("wanted ")) }
		}
		r := newReducer(128<<10, lim)
		r.write([]byte(log.String()))
		text := r.finish()
		if n := strings.Count(text, "wanted "); len(text) > 128<<10 || (n == 5) != asked {
			t.Errorf("asked for: %v; %d of 5 lines kept, %d bytes", asked, n, len(text))
		}
	}
}

// checkGaps checks that kept and dropped lines add up.
func checkGaps(t *testing.T, text string, total int, r *reducer) {
	t.Helper()
	kept, dropped := 0, 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		var n int
		if _, err := fmt.Sscanf(line, "[… %d lines left out …]", &n); err == nil {
			dropped += n
		} else {
			kept++
		}
	}
	if kept+dropped != total || int64(dropped) != r.dropped() {
		t.Errorf("%d lines kept and %d dropped (reported %d) of %d", kept, dropped, r.dropped(), total)
	}
}

func TestReduceKeepsSmallLogsWhole(t *testing.T) {
	log := string(milvusLog(1<<20, 4))
	if got, r := reduced(log, 1<<20, 10_000); got != log || r.dropped() != 0 {
		t.Errorf("a log of the size of the budget was changed to %d bytes", len(got))
	}
}

// TestReduceKeepsOrder numbers lines and looks at what is left of them.
func TestReduceKeepsOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var b strings.Builder
	for i := range 60_000 {
		switch rng.IntN(30) {
		case 0:
			fmt.Fprintf(&b, "%d ERROR number %s failed\n", i, strings.Repeat("x", 1+rng.IntN(40)))
		case 1:
			fmt.Fprintf(&b, "%d other %s\n", i, strings.Repeat("yz", 1+rng.IntN(400)))
		default:
			fmt.Fprintf(&b, "%d routine line of the log\n", i)
		}
	}
	text, r := reduced(b.String(), 256<<10, 50_000)
	last := -1
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		var n int
		if _, err := fmt.Sscanf(line, "%d ", &n); err != nil {
			continue
		}
		if n <= last {
			t.Fatalf("line %d comes after line %d", n, last)
		}
		last = n
	}
	if last != 59_999 {
		t.Errorf("the last line is %d", last)
	}
	checkGaps(t, text, 60_000, r)
}

// TestReduceBoundsMemory feeds lines that are all of different templates.
func TestReduceBoundsMemory(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	line := make([]byte, 300)
	used := allocated(func() {
		r := newReducer(1<<20, Limits{LineBytes: 64 << 10})
		var chunk []byte
		for range 60_000 {
			for i := range line {
				line[i] = 'a' + byte(rng.Uint32()%26)
			}
			chunk = append(append(chunk[:0], line...), '\n')
			r.write(chunk)
		}
		if n := len(r.finish()); n > 1<<20 {
			t.Errorf("kept %d bytes", n)
		}
	})
	if used > 60<<20 {
		t.Errorf("allocated %d MiB for 18 MB", used>>20)
	}
}

// TestReduceLeavesNoHalfSecret repeats secrets over several lines so often
// that most of their lines are dropped.
func TestReduceLeavesNoHalfSecret(t *testing.T) {
	g := plant.New(10, 10)
	var b bytes.Buffer
	var secrets []string
	note := func(secret string) string {
		secrets = append(secrets, secret)
		return secret
	}
	for range 1500 {
		fmt.Fprintf(&b, "[INFO] loading configuration\n")
		fmt.Fprintf(&b, "password:\n  %s\n", note(g.Mixed(plant.Alnums, 20)))
		fmt.Fprintf(&b, "- name: MINIO_SECRET_KEY\n  value: %s\n", note(g.Mixed(plant.Alnums, 20)))
		fmt.Fprintf(&b, "-----BEGIN PRI"+"VATE KEY-----\n%s\n%s\n-----END PRI"+"VATE KEY-----\n", note(g.Mixed(plant.Base64, 64)), note(g.Mixed(plant.Base64, 64)))
		b.Write(milvusLog(500, g.Uint64()))
		b.WriteByte('\n')
	}
	lim := DefaultLimits()
	lim.Kept = 128 << 10
	c := newCollector(lim)
	text, _ := reduced(b.String(), lim.Kept, 64<<10)
	c.add("", text)
	got := c.paste().Text()
	left := 0
	for _, s := range secrets {
		if strings.Contains(got, s) {
			left++
		}
	}
	if left > 0 {
		t.Errorf("%d of %d secrets are left", left, len(secrets))
	}
}
