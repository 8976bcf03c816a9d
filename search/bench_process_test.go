package search

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/kb"
)

// process is a program to be run as a whole.
type process struct {
	program string
	args    []string
	stdin   string
}

// run runs it once and returns how long it took.
func (p process) run(b *testing.B) time.Duration {
	cmd := exec.Command(p.program, p.args...)
	cmd.Stdin, cmd.Stdout = strings.NewReader(p.stdin), io.Discard
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s: %v", p.program, err)
	}
	return time.Since(start)
}

// resident starts it, waits until it is ready and waits for its input, and
// returns the most memory in bytes that it has had by then, 0 where the system
// does not tell.
func (p process) resident(b *testing.B) float64 {
	cmd := exec.Command(p.program, p.args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	most, same := 0.0, 0
	for same < 10 {
		time.Sleep(5 * time.Millisecond)
		now := peakMemory(cmd.Process.Pid)
		if now == most {
			same++
		} else {
			most, same = now, 0
		}
	}
	if _, err := io.WriteString(in, p.stdin); err != nil {
		b.Fatal(err)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		b.Fatalf("%s: %v", p.program, err)
	}
	return most
}

// peakMemory is the peak resident set of a process on Linux.
func peakMemory(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes := 0.0
	fmt.Sscan(rest, &kilobytes)
	return kilobytes * 1024
}

// BenchmarkProcess runs whole programs in turn: ask with a log of 25 MB beside
// grep with the same signatures, and ask with one line beside a program that
// has the same libraries and does nothing.
func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	medic := buildProgram(b, filepath.Join(dir, "medic"), ".")
	b.Run("log", func(b *testing.B) {
		grep, err := exec.LookPath("grep")
		if err != nil {
			b.Skip("needs grep")
		}
		log, signatures := filepath.Join(dir, "milvus.log"), filepath.Join(dir, "signatures")
		text := newLogMaker(3, serverStatements).log(logSize-1, []string{"collection not loaded[collection=docs]"})
		writeFiles(b, map[string][]byte{log: text, signatures: longestLiterals(b)})
		comparePrograms(b, process{program: medic, args: []string{"ask", log}}, process{program: grep, args: []string{"-F", "-c", "-f", signatures, log}}, "grep")
	})
	b.Run("line", func(b *testing.B) {
		source := filepath.Join(dir, "main.go")
		writeFiles(b, map[string][]byte{source: idleSource(b)})
		idle := buildProgram(b, filepath.Join(dir, "idle"), source)
		ours, other := process{program: medic, args: []string{"ask"}, stdin: "collection not loaded[collection=docs]\n"}, process{program: idle}
		comparePrograms(b, ours, other, "idle")
		mine := ours.resident(b)
		b.ReportMetric(mine/(1<<20), "MiB")
		b.ReportMetric(mine/other.resident(b), "memory/idle")
	})
}

// comparePrograms reports how long ours takes and its time over that of the
// other one, as medians of pairs run in turn.
func comparePrograms(b *testing.B, ours, other process, name string) {
	const rounds = 11
	var times, ratios []float64
	ours.run(b)
	other.run(b)
	for n := 0; n < rounds || b.Loop(); n++ {
		mine := ours.run(b)
		times = append(times, float64(mine)/float64(time.Millisecond))
		ratios = append(ratios, float64(mine)/float64(other.run(b)))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(times), "ms")
	b.ReportMetric(median(ratios), "time/"+name)
}

// buildProgram builds a main package of the module as a release is built.
func buildProgram(b *testing.B, program, source string) string {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, source)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v: %s", source, err, out)
	}
	return program
}

// idleSource is a program that imports the libraries that the module's own
// packages import, and waits for the end of its input.
func idleSource(b *testing.B) []byte {
	cmd := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	libraries := strings.Fields(string(out))
	slices.Sort(libraries)
	var src bytes.Buffer
	src.WriteString("package main\nimport \"io\"\nimport \"os\"\n")
	for _, l := range slices.Compact(libraries) {
		if host, _, _ := strings.Cut(l, "/"); strings.Contains(host, ".") && !strings.HasPrefix(l, "github.com/milvus-medic/") {
			fmt.Fprintf(&src, "import _ %q\n", l)
		}
	}
	src.WriteString("func main() { io.Copy(io.Discard, os.Stdin) }\n")
	return src.Bytes()
}

// longestLiterals are those of all templates, one a line.
func longestLiterals(b *testing.B) []byte {
	var list bytes.Buffer
	for _, e := range builtIn(b).Entries() {
		for _, s := range e.Signatures {
			if s.Fact != "" {
				continue
			}
			parts, err := kb.ParseTemplate(s.Text)
			if err != nil {
				b.Fatal(err)
			}
			longest := ""
			for _, p := range parts {
				if len(p.Literal) > len(longest) {
					longest = p.Literal
				}
			}
			if longest != "" {
				list.WriteString(longest + "\n")
			}
		}
	}
	return list.Bytes()
}

func writeFiles(b *testing.B, files map[string][]byte) {
	for name, src := range files {
		if err := os.WriteFile(name, src, 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
