package paste

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/milvus-medic/medic/search/paste/plant"
)

// TestPlantedSecrets plants secrets and private data of all kinds in all
// shapes. None may be left, in what is shown or in what is matched.
func TestPlantedSecrets(t *testing.T) {
	g := plant.New(1, 2)
	count := 0
	for _, p := range append(plant.Secrets(), plant.Private()...) {
		for _, sh := range plant.Shapes() {
			for range 6 {
				pl := p.Make(g)
				if sh.Name == plant.Base64Shape && !allASCII(pl.Line) {
					continue
				}
				count++
				in := sh.Wrap(pl.Line)
				got := FromText(in)
				checkGone(t, p.Name+", "+sh.Name, in, got, pl.Secret, sh.Seen(pl.Secret))
			}
		}
	}
	if count < 500 {
		t.Errorf("planted %d secrets, want at least 500", count)
	}
	t.Logf("planted %d secrets of %d kinds in %d shapes", count, len(plant.Secrets())+len(plant.Private()), len(plant.Shapes()))
}

func checkGone(t *testing.T, what, in string, got Paste, forms ...string) {
	t.Helper()
	b64 := ""
	if strings.Contains(what, "base64") {
		b64 = in[len("data: "):]
	}
	for _, f := range append(forms, b64) {
		if f != "" && (strings.Contains(got.Text(), f) || strings.Contains(got.Match(), f)) {
			t.Errorf("%s: %q survived\n in %q\nout %q", what, f, in, got.Text())
			return
		}
	}
	if len(got.Removed()) == 0 {
		t.Errorf("%s: nothing reported as removed for %q", what, in)
	}
}

func allASCII(s string) bool { return isASCII([]byte(s)) }

// TestPlantedInvisible puts invisible and control characters into secrets and
// their keys.
func TestPlantedInvisible(t *testing.T) {
	g := plant.New(3, 4)
	odd := []string{"\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060", "\u202e", "\x00", "\x07", "\x1b[0m", "\U000E0041", "\ufe0f", "\u034f", "\u3164"}
	for _, p := range plant.Secrets() {
		for range 20 {
			pl := p.Make(g)
			at := g.IntN(len(pl.Line))
			for at > 0 && pl.Line[at]&0xC0 == 0x80 {
				at--
			}
			if strings.HasPrefix(pl.Line[at:], "\n") {
				continue // it would wrap the line
			}
			in := pl.Line[:at] + odd[g.IntN(len(odd))] + pl.Line[at:]
			checkGone(t, p.Name, in, FromText(in), pl.Secret)
		}
	}
}

// TestPlantedEncodings sends secrets through Read in UTF-16 and in archives.
func TestPlantedEncodings(t *testing.T) {
	g := plant.New(5, 6)
	for _, p := range plant.Secrets() {
		pl := p.Make(g)
		text := "first line of the log\n" + pl.Line + "\nlast line of the log\n"
		for name, data := range map[string][]byte{
			"UTF-16LE": utf16Bytes(text, false, true), "UTF-16BE": utf16Bytes(text, true, true),
			"gzip": gzipped([]byte(text)), "zip": zipped("a.log", text), "NUL": []byte("\x00\x00\x00" + text),
		} {
			got, err := Read(context.Background(), bytes.NewReader(data), "x", DefaultLimits())
			if err != nil {
				t.Errorf("%s, %s: %v", p.Name, name, err)
				continue
			}
			checkGone(t, p.Name+", "+name, text, got, pl.Secret)
			if !strings.Contains(got.Text(), "last line of the log") {
				t.Errorf("%s, %s: text is lost: %q", p.Name, name, got.Text())
			}
		}
	}
}

func utf16Bytes(s string, big, mark bool) []byte {
	var out []byte
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xFEFF}, units...)
	}
	for _, u := range units {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// TestPlantedTogether mixes secrets of all kinds in all shapes in one paste, as
// in a report that is put together from several places. TOGETHER sets how many
// times all of them are dealt, for a longer run.
func TestPlantedTogether(t *testing.T) {
	rounds := 5
	if n, err := strconv.Atoi(os.Getenv("TOGETHER")); err == nil {
		rounds = n
	}
	type planted struct {
		what, text string
		forms      []string
	}
	for round := range rounds {
		g := plant.New(uint64(round), 9)
		var all []planted
		for _, kind := range append(plant.Secrets(), plant.Private()...) {
			for _, sh := range plant.Shapes() {
				p := kind.Make(g)
				if sh.Name == plant.Base64Shape && !allASCII(p.Line) {
					continue
				}
				text := sh.Wrap(p.Line)
				forms := []string{p.Secret, sh.Seen(p.Secret)}
				if sh.Name == plant.Base64Shape {
					forms = append(forms, strings.TrimPrefix(text, "data: "))
				}
				all = append(all, planted{kind.Name + ", " + sh.Name, text, forms})
			}
		}
		g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for chunk := range slices.Chunk(all, 15) {
			in := ""
			for _, p := range chunk {
				in += p.text + "\n"
			}
			got := FromText(in)
			for _, p := range chunk {
				for _, f := range p.forms {
					if strings.Contains(got.Text(), f) || strings.Contains(got.Match(), f) {
						t.Errorf("round %d: %s: %q survived\n in %q\nout %q", round, p.what, f, in, got.Text())
						break
					}
				}
			}
		}
	}
}
