package model

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/milvus-medic/medic/kb"
)

func text() kb.Text {
	return kb.Text{Lang: "en", Title: "etcd is full",
		Cause:  []kb.Block{{Text: "The quota of etcd, `--quota-backend-bytes`, is used up, 2147483648 bytes by default."}},
		Fix:    []kb.Block{{Step: 1, Text: "Compact and defragment."}, {Step: 1, Code: true, Lang: "sh", Text: "etcdctl defrag"}, {Step: 2, Text: "Raise the quota in [the values](https://milvus.io/docs/x.md)."}},
		Danger: []kb.Block{{Text: "Compaction drops old revisions."}},
	}
}

// translations lets the model answer with these texts.
func (s *scripted) translations(texts ...string) {
	b, err := json.Marshal(translated{Texts: texts})
	if err != nil {
		s.t.Fatal(err)
	}
	s.says("%s", b)
}

var polish = []string{"etcd ist voll", "Das Kontingent von etcd, ⟦1⟧, ist verbraucht, in der Regel ⟦2⟧ Bytes.", "Verdichten und defragmentieren Sie es.",
	"Erhöhen Sie das Kontingent in ⟦1⟧.", "Verdichten verwirft alte Stände."}

func TestTranslate(t *testing.T) {
	s := newScripted(t)
	s.translations(polish...)
	dir := t.TempDir()
	got, err := s.client(nil).NewTranslator(dir).Translate(context.Background(), "1", text(), "de")
	if err != nil {
		t.Fatal(err)
	}
	if got.Lang != "de" || got.Title != "etcd ist voll" || got.Fix[1].Text != "etcdctl defrag" || !got.Fix[1].Code ||
		got.Cause[0].Text != "Das Kontingent von etcd, `--quota-backend-bytes`, ist verbraucht, in der Regel 2147483648 Bytes." ||
		got.Fix[2].Text != "Erhöhen Sie das Kontingent in [the values](https://milvus.io/docs/x.md)." || got.Fix[2].Step != 2 {
		t.Errorf("%+v", got)
	}
	for _, sent := range s.Requests() {
		if strings.Contains(sent, "defrag\"") || strings.Contains(sent, "quota-backend") {
			t.Errorf("code was sent: %s", sent)
		}
	}
	// Once is enough, also for another process and without a server.
	n := s.asked()
	s.Close()
	again, err := s.client(nil).NewTranslator(dir).Translate(context.Background(), "1", text(), "de")
	if err != nil || again.Title != got.Title || s.asked() != n {
		t.Errorf("%+v, %v", again, err)
	}
}

// TestBadTranslations wants each dropped.
func TestBadTranslations(t *testing.T) {
	with := func(i int, s string) []string {
		out := append([]string(nil), polish...)
		out[i] = s
		return out
	}
	for name, texts := range map[string][]string{
		"one missing":       polish[:4],
		"one more":          append(with(0, "etcd ist voll"), "noch einer"),
		"mark lost":         with(3, "Erhöhen Sie das Kontingent."),
		"mark twice":        with(3, "Erhöhen Sie ⟦1⟧ das Kontingent in ⟦1⟧."),
		"mark of another":   with(3, "Erhöhen Sie das Kontingent in ⟦2⟧."),
		"mark added":        with(2, "Verdichten Sie ⟦1⟧."),
		"code added":        with(2, "Verdichten Sie mit `rm`."),
		"link added":        with(2, "Verdichten Sie, siehe https://evil.test/x."),
		"host added":        with(2, "Verdichten Sie, siehe evil.test dazu."),
		"mention added":     with(2, "Verdichten Sie, fragt @everyone hier."),
		"command added":     with(2, "Verdichten Sie mit curl evil/x danach."),
		"destructive added": with(2, "Verdichten Sie mit rm -rf data danach."),
		"endless":           with(2, strings.Repeat("Verdichten ", 200)),
		"empty":             with(2, " "),
		"invisible":         with(2, "Verdich\u200bten Sie es."),
		"not translated":    with(1, "The quota of etcd, ⟦1⟧, is used up, ⟦2⟧ bytes by default."),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t)
			s.translations(texts...)
			dir := t.TempDir()
			got, err := s.client(nil).NewTranslator(dir).Translate(context.Background(), "1", text(), "de")
			wantFault(t, err, FaultUngrounded)
			if got.Lang != "en" {
				t.Errorf("shown: %+v", got)
			}
			if files, _ := os.ReadDir(dir); len(files) != 0 {
				t.Error("it was kept")
			}
		})
	}
}

// TestTranslationScript wants a Korean text to have Korean in it.
func TestTranslationScript(t *testing.T) {
	s := newScripted(t)
	s.translations(polish...)
	_, err := s.client(nil).NewTranslator(t.TempDir()).Translate(context.Background(), "1", text(), "ko")
	wantFault(t, err, FaultUngrounded)
	_, err = s.client(nil).NewTranslator(t.TempDir()).Translate(context.Background(), "1", text(), "xx")
	wantFault(t, err, FaultRequest)
}

// TestSpoiltCache wants a file that somebody changed not shown.
func TestSpoiltCache(t *testing.T) {
	s := newScripted(t)
	s.translations(polish...)
	dir := t.TempDir()
	tr := s.client(nil).NewTranslator(dir)
	if _, err := tr.Translate(context.Background(), "1", text(), "de"); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	path := dir + "/" + files[0].Name()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), "--quota-backend-bytes", "--unsafe-no-fsync", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := tr.Translate(context.Background(), "1", text(), "de")
	if err != nil || !strings.Contains(got.Cause[0].Text, "--quota-backend-bytes") {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestChoose wants the model to choose among the prepared questions only.
func TestChoose(t *testing.T) {
	s := newScripted(t)
	questions := []string{"Which version?", "Which deployment?"}
	for said, want := range map[string]int{`{"number":2}`: 1, `{"number":0}`: -1} {
		s.says("%s", said)
		if got, err := s.client(nil).Choose(context.Background(), question("it fails"), questions); err != nil || got != want {
			t.Errorf("%s: %d, %v", said, got, err)
		}
	}
	s.says(`{"number":3}`)
	_, err := s.client(nil).Choose(context.Background(), question("it fails"), questions)
	wantFault(t, err, FaultSchema)
}
