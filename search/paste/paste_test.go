package paste

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

func TestFromText(t *testing.T) {
	p := FromText("```yaml\r\npassword: “hunter2”\r\nhost: 10.1.2.3\r\n```\r\n")
	if got, want := p.Text(), "password: “<secret-1>”\nhost: <ip-1>"; got != want {
		t.Errorf("Text %q, want %q", got, want)
	}
	if got, want := p.Match(), "password: \"<secret-1>\"\nhost: <ip-1>"; got != want {
		t.Errorf("Match %q, want %q", got, want)
	}
	if got, want := p.Lines(), []string{"password: “<secret-1>”", "host: <ip-1>"}; !reflect.DeepEqual(got, want) {
		t.Errorf("Lines %q, want %q", got, want)
	}
	if len(p.MatchLines()) != len(p.Lines()) {
		t.Errorf("%d lines to match, %d to show", len(p.MatchLines()), len(p.Lines()))
	}
	if got, want := p.Removed(), []Removal{{Password, 1}, {IPAddress, 1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("Removed %v, want %v", got, want)
	}
	if p.Empty() || !p.HasSecrets() || p.Names() != nil || p.Skipped() != nil {
		t.Errorf("Empty %v, HasSecrets %v, Names %v, Skipped %v", p.Empty(), p.HasSecrets(), p.Names(), p.Skipped())
	}
}

func TestZeroPaste(t *testing.T) {
	for name, p := range map[string]Paste{"zero": {}, "no text": FromText(""), "blanks": FromText(" \r\n\u200b\n"), "joined": Join(), "joined empty": Join(Paste{}, FromText(""))} {
		if !p.Empty() || p.Text() != "" || p.Match() != "" || len(p.Lines()) != 0 || len(p.MatchLines()) != 0 || len(p.Removed()) != 0 || p.HasSecrets() {
			t.Errorf("%s is not empty: %q %v", name, p.Text(), p.Removed())
		}
	}
}

// TestPasteDoesNotPrint keeps the text out of logs and debug output.
func TestPasteDoesNotPrint(t *testing.T) {
	p := FromText("a line of a user with password=hunter2")
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "paste", p)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		fmt.Fprintf(&b, verb+" ", p)
	}
	for _, part := range []string{"hunter2", "a line of a user", "6120"} {
		if strings.Contains(b.String(), part) {
			t.Errorf("%q is printed: %s", part, b.String())
		}
	}
}

func TestPasteIsImmutable(t *testing.T) {
	p, err := Read(context.Background(), bytes.NewReader(zipped("a.log", "text", "b.png", "\x89PNG\r\n\x1a\n\x00")), "x.zip", DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	p.Names()[0] = "changed"
	p.Skipped()[0].Name = "changed"
	p.Lines()[0] = "changed"
	if p.Names()[0] != "a.log" || p.Skipped()[0].Name != "b.png" || p.Lines()[0] != "text" {
		t.Error("a caller changed the paste")
	}
}

func TestFromTextReducesLongText(t *testing.T) {
	p := FromText(string(milvusLog(5<<20, 1)))
	if n := len(p.Text()); n > 4<<20 || n < 1<<20 {
		t.Errorf("%d bytes kept", n)
	}
	if s := p.Skipped(); len(s) != 1 || s[0].Kind != SkipRepeated || s[0].Count < 1000 {
		t.Errorf("skipped %v", s)
	}
}

func TestPlaceholdersAreStable(t *testing.T) {
	p := FromText("10.0.0.1 10.0.0.2 10.0.0.1\nthe text had <ip-2> and <ip-7> before\n10.0.0.3")
	if got, want := p.Text(), "<ip-8> <ip-9> <ip-8>\nthe text had <ip-2> and <ip-7> before\n<ip-10>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if again := FromText(p.Text()); again.Text() != p.Text() || len(again.Removed()) != 0 {
		t.Errorf("again: %q %v", again.Text(), again.Removed())
	}
}

func TestJoin(t *testing.T) {
	a := FromText("from 10.0.0.1 to 10.0.0.2")
	b := FromText("from 10.0.0.2 to 10.0.0.3, token=abcDEF123456")
	c := FromText("and <ip-1> is what it said before")
	got := Join(a, Paste{}, b, c)
	want := "from <ip-1> to <ip-2>\nfrom <ip-2> to <ip-3>, token=<secret-1>\nand <ip-4> is what it said before"
	if got.Text() != want || got.Match() != want {
		t.Errorf("got %q\nwant %q", got.Text(), want)
	}
	if r, want := got.Removed(), []Removal{{Token, 1}, {IPAddress, 4}}; !reflect.DeepEqual(r, want) {
		t.Errorf("Removed %v, want %v", r, want)
	}
	if a.Text() != "from <ip-1> to <ip-2>" {
		t.Errorf("Join changed its argument: %q", a.Text())
	}
	if one := Join(Paste{}, a); one.Text() != a.Text() {
		t.Errorf("joined alone: %q", one.Text())
	}
}

func TestJoinNamesFiles(t *testing.T) {
	log, err := Read(context.Background(), strings.NewReader("a log from 10.0.0.2"), "a.log", DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	arch, err := Read(context.Background(), bytes.NewReader(zipped("b.log", "b", "10.0.0.2.log", "c", "x.png", "\x89PNG\r\n\x1a\n\x00")), "all.zip", DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	got := Join(FromText("10.0.0.1 and 10.0.0.2 fail"), log, arch)
	want := "<ip-1> and <ip-2> fail\n==> a.log <==\na log from <ip-2>\n==> b.log <==\nb\n==> <ip-2>.log <==\nc"
	if got.Text() != want {
		t.Errorf("got %q\nwant %q", got.Text(), want)
	}
	if n := strings.Join(got.Names(), " "); n != "a.log b.log <ip-2>.log" {
		t.Errorf("names %q", n)
	}
	if s := got.Skipped(); len(s) != 1 || s[0].String() != "x.png: left out, it is a PNG image" {
		t.Errorf("skipped %v", s)
	}
}

func TestSkipsAreCapped(t *testing.T) {
	var files []string
	for i := range 100 {
		files = append(files, fmt.Sprintf("%d.png", i), "\x89PNG\r\n\x1a\n\x00")
	}
	p := mustRead(t, zipped(append(files, "a.log", "text")...))
	s := p.Skipped()
	if len(s) != maxSkips || s[len(s)-1].Kind != SkipMore || s[len(s)-1].Count != 61 {
		t.Errorf("%d skips, the last %v", len(s), s[len(s)-1])
	}
}

func TestSentences(t *testing.T) {
	for _, r := range []Reason{ErrEmpty, ErrBinary, ErrTooLarge, ErrLineTooLong, ErrBomb, ErrEncrypted, ErrCorrupt, ErrSlow, ErrNested} {
		e := &Error{Reason: r, Name: "a.log", Detail: "some fact"}
		s := e.Sentence()
		if !strings.Contains(s, "; ") || strings.HasSuffix(s, ".") || !strings.Contains(s, "a.log: ") || !strings.Contains(s, "(some fact)") {
			t.Errorf("sentence %q", s)
		}
		if !strings.HasPrefix(e.Error(), "paste: ") {
			t.Errorf("error %q", e.Error())
		}
	}
}

func TestKinds(t *testing.T) {
	for _, k := range []Kind{Password, Token, APIKey, AccessKey, PrivateKey, Webhook, Signature, PasswordHash} {
		if !k.Secret() || k.word() != "secret" {
			t.Errorf("%s: Secret %v, word %s", k, k.Secret(), k.word())
		}
	}
	seen := map[string]bool{}
	for _, k := range []Kind{Email, IPAddress, HostName, UserName} {
		if k.Secret() || seen[k.word()] {
			t.Errorf("%s: Secret %v, word %s", k, k.Secret(), k.word())
		}
		seen[k.word()] = true
	}
}
