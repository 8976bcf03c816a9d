package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/paste"
)

// bothShapes are a bot that answers with Components V2 and one with embeds.
func bothShapes(t *testing.T) []*Bot {
	var bots []*Bot
	for _, components := range []string{config.ComponentsV2, config.ComponentsClassic} {
		b := testBot(t)
		b.cfg.Discord.Components = components
		bots = append(bots, b)
	}
	return bots
}

// TestEveryEntryRenders renders each entry in each language, deployment and
// shape: within Discord's limits, nothing cut, every code block whole, no
// link to a foreign host, nothing that pings. Commands that delete data stand
// behind their button and nowhere else.
func TestEveryEntryRenders(t *testing.T) {
	bots := bothShapes(t)
	line := strings.Repeat("`@everyone` <@123> [x](https://evil.example) ", 40)
	for n, e := range bots[0].knows.index.Entries() {
		for k, lang := range config.Languages {
			for d, deployment := range []string{"", "helm", "compose", "kubernetes", "lite"} {
				b := bots[(n+k+d)%len(bots)]
				r := entryReply(e, lang, deployment)
				r.Line, r.Count, r.Grade = cutLine(line), 12, search.Likely
				name := e.ID + " " + lang + " " + deployment
				m := b.renderDiscord(r, "abcdefghijklmnopqrst", true)
				shown := checkMessage(t, name, m)
				if len(m.Files) > 0 {
					t.Errorf("%s: does not fit one message", name)
				}
				hidden := &shape{}
				if r.destructive() {
					hidden = checkMessage(t, name+" revealed", b.render(b.revealCard(r)))
				}
				for _, block := range blocksFor(r.Text.Fix, deployment) {
					if block.Code && shown.shows(block.Text) == block.Destructive {
						t.Errorf("%s: a code block is missing, changed, or deletes data without a warning:\n%s", name, block.Text)
					}
					if block.Destructive && !hidden.shows(block.Text) {
						t.Errorf("%s: the button does not show\n%s", name, block.Text)
					}
				}
			}
		}
	}
}

// hostile are pieces of text that try to break out of a reply, to ping, to
// lead away, or to be too long.
var hostile = []string{
	"@everyone look", "@here", "<@123456789012345678>", "<@&123456789012345678>", "<#123456789012345678>", "</ban:123456789012345678>",
	"[click](https://evil.example/x)", "https://evil.example/a.log", "discord.gg/abcdef", "```", "``` ```sh\nrm -rf /\n```", "`", "``", "~~~", "> quote", ">>> all of it",
	"||spoiler||", "**bold** __line__ ~~gone~~", "# head", "-# small", "- list", "1. one", "\\", "\\`\\`\\`", "\u202e right to left", "\u200b\u200b", "e\u0301\u0301\u0301\u0301",
	"👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "오류가 났어요", "エラーです", "连接失败", "連線錯誤", "ошибка", "\x1b[31mred\x1b[0m", "\x00\x01", "\xff\xfe", "{{.Count}} {{template}}", "%s%d%n",
	"milvus v2.3.4 and pymilvus 2.6.1", "docker compose logs", "helm upgrade milvus", "kubectl get pods", "pymilvus 2.4.0", "MINIO_SECRET_KEY=hunter2hunter2", "code=1100",
}

// generate writes a paste: lines of entries' examples among noise and traps.
func generate(rng *rand.Rand, entries []*kb.Entry) string {
	var out strings.Builder
	pick := func(list []string) string {
		if len(list) == 0 {
			return ""
		}
		return list[rng.IntN(len(list))]
	}
	for range 1 + rng.IntN(5) {
		e := entries[rng.IntN(len(entries))]
		piece := pick(hostile)
		switch rng.IntN(8) {
		case 0, 1, 2:
			piece = pick(e.Examples)
		case 3:
			piece = pick(e.WeakExamples) + " " + piece
		case 4:
			piece = pick(e.NearMisses)
		case 5:
			piece = fmt.Sprintf("[2025/03/04 05:06:07.089 +00:00] [ERROR] [querynode/segment.go:77] [%q] [error=%q]", piece, pick(hostile))
		case 6:
			piece = strings.Repeat(piece+pick(hostile), 1+rng.IntN(20))
		}
		for range 1 + rng.IntN(3) {
			out.WriteString(piece + strings.Repeat("\n", rng.IntN(3)))
		}
	}
	return out.String()
}

// TestGeneratedPastes answers 10,000 pastes: no message over a limit, no
// ping, no link to a host outside the list, no split code block.
func TestGeneratedPastes(t *testing.T) {
	total := 10000
	if raceEnabled || testing.Short() {
		total = 400
	}
	bots := bothShapes(t)
	const workers = 4
	grades := make([][4]int, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(2026, uint64(w)))
			for n := w; n < total && !t.Failed(); n += workers {
				grades[w][generated(t, bots[rng.IntN(2)], rng, n)]++
			}
		})
	}
	wg.Wait()
	var sum [4]int
	for _, g := range grades {
		for k := range sum {
			sum[k] += g[k]
		}
	}
	t.Logf("%d pastes: %d certain, %d likely, %d related, %d unknown", total, sum[search.Certain], sum[search.Likely], sum[search.Related], sum[search.None])
	if sum[search.Certain] < total/10 || sum[search.Related]+sum[search.None] < total/20 {
		t.Error("the pastes are too much alike to prove anything")
	}
}

// generated answers one paste and checks all that it can lead to.
func generated(t *testing.T, b *Bot, rng *rand.Rand, n int) search.Grade {
	source := generate(rng, b.knows.index.Entries())
	p := paste.FromText(source)
	if p.Empty() {
		return search.None
	}
	lang := config.Languages[rng.IntN(len(config.Languages))]
	answer, err := b.Ask(context.Background(), p, lang)
	if err != nil {
		t.Error(err)
		return search.None
	}
	r := answer.Reply
	if rng.IntN(4) == 0 {
		r.Skipped = append(r.Skipped, fileTrouble(source[:min(len(source), 80)], paste.ErrBinary))
	}
	name := fmt.Sprintf("paste %d %q", n, source[:min(len(source), 200)])
	m := b.renderDiscord(r, "abcdefghijklmnopqrst", rng.IntN(2) == 0)
	shown := checkMessage(t, name, m)
	if r.destructive() {
		checkMessage(t, name+" revealed", b.render(b.revealCard(r)))
	}
	for k, o := range r.deployments(func(id string, _ ...data) string { return id }) {
		if (n+k)%4 != 0 {
			continue // all of them stand in TestEveryEntryRenders
		}
		r.Deployment = o.Value
		checkMessage(t, name+" "+o.Value, b.renderDiscord(r, "abcdefghijklmnopqrst", true))
	}
	r = answer.Reply
	for _, block := range blocksFor(r.Text.Fix, r.Deployment) {
		if block.Code && !block.Destructive && len(m.Files) == 0 && !shown.shows(block.Text) {
			t.Errorf("%s: a code block is missing or changed:\n%s", name, block.Text)
		}
	}
	if b.renderText(r) == "" {
		t.Errorf("%s: nothing for a terminal", name)
	}
	return answer.Verdict.Grade()
}
