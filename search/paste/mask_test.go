package paste

import (
	"math/rand/v2"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing variable", "connection refused", "connection refused"},
		{"empty", "", ""},
		{"number", "took 12 retries", "took # retries"},
		{"sign, decimals, exponent", "x=-1.5 y=(-3) z=1e-05 n-1", "x=# y=(#) z=# n-#"},
		{"list", "[0.1, -0.2,3, 4.5e+10]", "[#]"},
		{"zap time", "[2023/11/01 03:46:24.369 +00:00] [INFO]", "[# # +#] [INFO]"},
		{"ISO time", "2023-10-06T00:17:09.669794202Z done", "# done"},
		{"address", "dial tcp 10.0.0.1:2379: refused", "dial tcp #: refused"},
		{"durations", "after 1m30.5s, 12ms, 3h and 7µs", "after # and #"},
		{"sizes", "used 512MiB of 2Gi (10 GB)", "used # of # (# GB)"},
		{"words with digits", "by-dev-rootcoord-dml_3_446538628793368757v0", "by-dev-rootcoord-dml_#_#v#"},
		{"hexadecimal", "traceID=4bf92f3577b34da6a3ce929d0e0e4736 ptr=0xc000553a40 sum=deadbeef", "traceID=# ptr=# sum=deadbeef"},
		{"UUID", "client-aed4564f-4618-492a-8ace-e87654538daf/x", "client-#/x"},
		{"UUID of digits first", "12345678-4618-492a-8ace-e87654538daf", "#"},
		{"pod", "milvus-querynode-7f9c8d6b5-x2x9z", "milvus-querynode-#-#"},
		{"quoted number", `key="12" other='x9'`, `key="#" other='x#'`},
		{"version", "v2.4.13 of 2.4.13", "v# of #"},
		{"source line", "session_util.go:448", "session_util.go:#"},
		{"path", "/go/src/v2/a_1/b.go", "/go/src/v#/a_#/b.go"},
		{"Chinese", "节点7已下线", "节点#已下线"},
		{"code", "(code=1100, message=x)", "(code=#, message=x)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Mask(tt.in); got != tt.want {
				t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestMaskHash checks that lines have the same hash if and only if they have
// the same mask.
func TestMaskHash(t *testing.T) {
	byMask := map[string]uint64{}
	byHash := map[uint64]string{}
	w := newLogWriter(11)
	for n := range 4000 {
		w.b.Reset()
		if n%2 == 0 {
			w.serverLine()
		} else {
			w.otherLine()
		}
		line := w.b.String()
		m, h := Mask(line), MaskHash([]byte(line))
		if other, ok := byMask[m]; ok && other != h {
			t.Fatalf("two hashes for %q", m)
		}
		if other, ok := byHash[h]; ok && other != m {
			t.Fatalf("one hash for %q\nand %q", m, other)
		}
		byMask[m], byHash[h] = h, m
	}
	if len(byMask) > 400 {
		t.Errorf("%d templates for a few statements", len(byMask))
	}
}

// TestMaskHashAtTheEnd hashes lines that lie at the end of their memory and
// in the middle of it.
func TestMaskHashAtTheEnd(t *testing.T) {
	line := "x1yyyyyyy2zz"
	want := MaskHash([]byte(line))
	long := append([]byte(line), "and more behind it 123"...)
	if got := MaskHash(long[:len(line)]); got != want {
		t.Error("the hash depends on what lies behind the line")
	}
}

func FuzzMask(f *testing.F) {
	f.Add("[2023/11/01 03:46:24.369 +00:00] x2x9z 0x1f -1e-5, 7")
	f.Fuzz(func(t *testing.T, line string) {
		masked := Mask(line)
		if len(masked) > len(line) {
			t.Errorf("Mask(%q) = %q is longer", line, masked)
		}
		for i := range len(masked) {
			if isDigit(masked[i]) {
				t.Errorf("Mask(%q) = %q has a digit", line, masked)
			}
		}
		if MaskHash([]byte(line)) != MaskHash([]byte(line+"")) {
			t.Error("the hash changes")
		}
		r := rand.New(rand.NewPCG(1, uint64(len(line))))
		other := []byte(line)
		for i := range other {
			if isDigit(other[i]) && (i == 0 || !isWord(other[i-1])) && (i+1 == len(other) || !isWord(other[i+1])) {
				other[i] = '1' + byte(r.Uint32()%9)
			}
		}
		if got := Mask(string(other)); got != masked {
			t.Errorf("Mask(%q) = %q, but Mask(%q) = %q", line, masked, other, got)
		}
	})
}
