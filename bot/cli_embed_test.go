package bot

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/model/peer"
	"github.com/milvus-medic/medic/search/paste"
)

// withEmbeddings runs the program with a model for embeddings.
func withEmbeddings(url, stdin string, args ...string) (code int, out, errs string) {
	env := map[string]string{"OPENAI_BASE_URL": url, "OPENAI_API_KEY": peer.Key, "MEDIC_EMBED_MODEL": "embed-model"}
	var stdout, stderr bytes.Buffer
	code = Main(context.Background(), Process{Args: args, Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr,
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }})
	return code, stdout.String(), stderr.String()
}

// TestIndexEmbeds embeds the entries, an interruption aside, and asks with
// what was embedded; a server that is gone changes no answer for the worse.
func TestIndexEmbeds(t *testing.T) {
	server := peer.New(t.Error)
	defer server.Close()
	data := t.TempDir()
	server.Handle(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, `{"error":{"message":"no"}}`, http.StatusBadRequest)
	})
	code, _, errs := withEmbeddings(server.URL(), "", "index", "--data", data)
	if code != ExitFailure || !strings.Contains(errs, "0 passages so far; run it again to go on") {
		t.Fatalf("interrupted: %d %s", code, errs)
	}
	server.Handle(nil)
	code, out, errs := withEmbeddings(server.URL(), "", "index", "--data", data)
	if code != ExitAnswered || !regexp.MustCompile(`^[1-9]\d+ passages embedded with embed-model; [1-9]\d+ new\n$`).MatchString(out) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	if code, out, _ = withEmbeddings(server.URL(), "", "index", "--data", data); code != ExitAnswered || !strings.Contains(out, "; 0 new") {
		t.Errorf("again: %d %s", code, out)
	}
	const told = "All our files are gone from the thing since the night."
	asked := len(server.Requests())
	code, with, _ := withEmbeddings(server.URL(), told, "ask", "--json", "--data", data)
	if code != ExitUnknown || !strings.Contains(with, `"meaning: near in meaning"`) || len(server.Requests()) != asked+1 {
		t.Errorf("%d after %d requests: %s", code, len(server.Requests())-asked, with)
	}
	server.Close()
	code, without, _ := withEmbeddings(server.URL(), told, "ask", "--json", "--data", data)
	if code != ExitUnknown || strings.Contains(without, "near in meaning") {
		t.Errorf("without the server: %d %s", code, without)
	}
}

// BenchmarkModelDown asks for what nobody knows, in turns with the model off
// and with one that is down: the 99th percentiles are to be within a tenth of
// each other.
func BenchmarkModelDown(b *testing.B) {
	server := peer.New(b.Error)
	data := b.TempDir()
	if code, _, errs := withEmbeddings(server.URL(), "", "index", "--data", data); code != ExitAnswered {
		b.Fatal(errs)
	}
	down := config.Default()
	down.Model.BaseURL, down.Model.Key, down.Model.Embed = server.URL(), config.Secret(peer.Key), "embed-model"
	server.Close()
	bots := []*Bot{}
	for _, cfg := range []config.Config{config.Default(), down} {
		bot, err := New(Options{Config: cfg, DataDir: data})
		if err != nil {
			b.Fatal(err)
		}
		defer bot.Close()
		if err := bot.known().index.Warm(); err != nil {
			b.Fatal(err)
		}
		bots = append(bots, bot)
	}
	p := paste.FromText(pasteOf2000("Error: sprocket twelve is out of tune with the widget"))
	took := make([][]time.Duration, len(bots))
	for b.Loop() {
		for i, bot := range bots {
			start := time.Now()
			if _, err := bot.Ask(b.Context(), p, "en"); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	for i, name := range []string{"off", "down"} {
		slices.Sort(took[i])
		b.ReportMetric(float64(took[i][len(took[i])*99/100].Nanoseconds()), "p99-"+name+"-ns")
		b.ReportMetric(float64(took[i][len(took[i])/2].Nanoseconds()), "p50-"+name+"-ns")
	}
}
