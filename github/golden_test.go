package github

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/milvus-medic/medic/search/paste"
)

var update = flag.Bool("update", false, "write the golden files under testdata anew")

// goldenReport is the file report.yaml of a golden: what the bot knows.
type goldenReport struct {
	Title    string            `yaml:"title"`
	Lang     string            `yaml:"lang"`
	Detected map[string]string `yaml:"detected"`
	Told     map[string]string `yaml:"told"`
	Confirm  bool              `yaml:"confirm"`
	ID       string            `yaml:"id"`
	// Noise is how many routine lines stand before and after the log.
	Before int `yaml:"before"`
	After  int `yaml:"after"`
	// Answers come in after the draft has been made, as from a modal.
	Answers map[string]string `yaml:"answers"`
}

func (g goldenReport) environment() Environment {
	var e Environment
	parts := map[string]*Detail{
		"milvus": &e.MilvusVersion, "deployment": &e.Deployment, "mq": &e.MQ, "sdk": &e.SDK, "sdk_version": &e.SDKVersion,
		"os": &e.OS, "cpu": &e.CPUMemory, "gpu": &e.GPU, "others": &e.Others,
	}
	for name, v := range g.Detected {
		*parts[name] = Detail{v, true}
	}
	for name, v := range g.Told {
		*parts[name] = Detail{v, false}
	}
	return e
}

// noise makes routine log lines, a second apart, so that a golden need not
// hold thousands of them.
func noise(n, from int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "[2025/06/03 %02d:%02d:%02d.000 +00:00] [INFO] [datacoord/compaction_trigger.go:%d] [\"global generated plans\"] [collectionID=0] [\"plan count\"=%d]\n",
			i/3600%24, i/60%60, i%60, 300+i%7, i%3)
	}
	return b.String()
}

func readGolden(t *testing.T, a *txtar.Archive) (*Draft, goldenReport, map[string]string) {
	t.Helper()
	file := map[string]string{}
	for _, f := range a.Files {
		file[f.Name] = string(f.Data)
	}
	var g goldenReport
	dec := yaml.NewDecoder(strings.NewReader(file["report.yaml"]))
	dec.KnownFields(true)
	if err := dec.Decode(&g); err != nil {
		t.Fatal(err)
	}
	log := noise(g.Before, 0) + file["log"] + noise(g.After, g.Before)
	d := NewDraft(DefaultForm(), Report{
		Title: g.Title, Lang: g.Lang, Environment: g.environment(), Log: paste.FromText(log),
		Current: paste.FromText(file["current"]), Expected: paste.FromText(file["expected"]),
		Steps: paste.FromText(file["steps"]), Extra: paste.FromText(file["extra"]),
	})
	d.ID = g.ID
	for id, text := range g.Answers {
		if err := d.Answer(id, paste.FromText(text)); err != nil {
			t.Fatal(err)
		}
	}
	if g.Confirm {
		for _, c := range d.Confirmations() {
			if err := d.Confirm(c.ID, c.Option); err != nil {
				t.Fatal(err)
			}
		}
	}
	texts := map[string]string{"Milvus Log": redactedText(log)}
	for label, name := range map[string]string{
		"Current Behavior": "current", "Expected Behavior": "expected", "Steps To Reproduce": "steps", "Anything else?": "extra",
	} {
		if text := redactedText(file[name]); text != "" {
			texts[label] = text
		}
	}
	for id, text := range g.Answers {
		if fd, _ := d.Form().Field(id); id != "environment" {
			texts[fd.Label] = redactedText(text)
		}
	}
	return d, g, texts
}

// TestDraft reads testdata/draft/*.txt: reports of problems nobody has an
// answer for, and what becomes of them. Long code blocks are shown by their
// ends.
func TestDraft(t *testing.T) {
	files, err := filepath.Glob("testdata/draft/*.txt")
	if err != nil || len(files) < 19 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d, g, texts := readGolden(t, a)
			p := checkBody(t, d.Form(), d.Body(), texts)
			if p.marker != (g.ID != "") {
				t.Errorf("marker is there: %v", p.marker)
			}
			want := &txtar.Archive{Comment: a.Comment}
			for _, f := range a.Files {
				if !strings.HasPrefix(f.Name, "want/") {
					want.Files = append(want.Files, f)
				}
			}
			for _, f := range goldenOutput(t, d, texts) {
				f.Data = []byte(strings.TrimRight(string(f.Data), "\n") + "\n")
				want.Files = append(want.Files, f)
			}
			if *update {
				if err := os.WriteFile(name, txtar.Format(want), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			got := map[string]string{}
			for _, f := range a.Files {
				got[f.Name] = string(f.Data)
			}
			for _, f := range want.Files {
				if got[f.Name] != string(f.Data) {
					t.Errorf("%s is now:\n%s\nwant:\n%s", f.Name, f.Data, got[f.Name])
				}
			}
		})
	}
}

func goldenOutput(t *testing.T, d *Draft, texts map[string]string) []txtar.File {
	t.Helper()
	var missing, questions []string
	for _, fd := range d.Missing() {
		missing = append(missing, fd.ID)
	}
	for _, q := range d.Questions(MaxQuestions) {
		required := ""
		if q.Required {
			required = " (required)"
		}
		questions = append(questions, fmt.Sprintf("%s%s\n  hint: %s\n  value: %q", q.Label, required, q.Placeholder, q.Value))
	}
	link, cut := d.Link(0)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	inLink := u.Query().Get("body")
	checkBody(t, d.Form(), inLink, texts)
	if u.Query().Get("title") != d.Title() || len(link) > DefaultLinkBytes {
		t.Errorf("link of %d bytes: %s", len(link), link)
	}
	if inLink == d.Body() {
		inLink = "as the body"
	}
	body := d.Body()
	return []txtar.File{
		{Name: "want/title", Data: []byte(d.Title())},
		{Name: "want/missing", Data: []byte(strings.Join(missing, "\n"))},
		{Name: "want/questions", Data: []byte(strings.Join(questions, "\n"))},
		{Name: "want/body", Data: []byte(elide(body))},
		{Name: "want/size", Data: fmt.Appendf(nil, "body %d of %d\nlink %d of %d\nfile %d", bodyCost(body), MaxBody, len(link), DefaultLinkBytes, len(d.Markdown()))},
		{Name: "want/link", Data: []byte(elide(inLink))},
		{Name: "want/cut", Data: []byte(cut)},
	}
}

// elide leaves out the middle of long runs of log lines.
func elide(s string) string {
	lines := strings.Split(s, "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		end := i
		for end < len(lines) && strings.Contains(lines[end], "global generated plans") {
			end++
		}
		if end-i > 6 {
			out = append(out, lines[i:i+2]...)
			out = append(out, fmt.Sprintf("(%d more lines like these)", end-i-4))
			i = end - 2
		}
		out = append(out, lines[i])
	}
	return strings.Join(out, "\n")
}
