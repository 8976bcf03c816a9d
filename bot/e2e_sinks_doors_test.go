package bot

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/milvus-medic/medic/bot/playground"
	"github.com/milvus-medic/medic/bot/store"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/search/model/peer"
	"github.com/milvus-medic/medic/search/paste/plant"
)

// sinkWorld is a bot with all that it can write to: a data directory, a
// GitHub, a model.
type sinkWorld struct {
	*world
	hub    *hubWorld
	model  *peer.Server
	github *tap
	dir    string
	gen    *plant.Gen
	hay    *haystack
}

// fluxPage is the page flux in a documentation tree.
const fluxPage = "---\nid: flux.md\ntitle: Drift of the flux shard\n---\n\n# Drift of the flux shard\n\n" + fluxQuote + "\n\n```shell\nkubectl rollout restart deployment my-release-milvus-proxy\n```\n"

func newSinkWorld(t *testing.T) *sinkWorld {
	t.Helper()
	dir, docs := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(docs, "en"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(docs, "en", "flux.md"), []byte(fluxPage), 0o600); err != nil {
		t.Fatal(err)
	}
	model := peer.New(t.Error)
	t.Cleanup(model.Close)
	if code, out, errs := withEmbeddings(model.URL(), "", "index", "--data", dir, "--docs", docs); code != ExitAnswered {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	model.Says(func(request string) string { return scripted(t, request) })
	hub, site := newPeer(t)
	s := &sinkWorld{model: model, dir: dir, gen: plant.New(7, 8), hay: newHaystack(),
		github: &tap{next: &http.Transport{MaxIdleConnsPerHost: 10}}}
	s.world = emptyWorld(t, playground.Options{}, func(o *Options) {
		useHub(o, hub)
		o.GitHub.Client.Transport = s.github
		o.Config.GitHub.Quota = config.Quota{}
		o.Config.Discord.Cooldown = 0
		o.Index, o.DataDir = nil, dir
		o.Config.Model.BaseURL, o.Config.Model.Key = model.URL(), config.Secret(peer.Key)
		o.Config.Model.Chat, o.Config.Model.Embed, o.Config.Model.Timeout = "chat-model", "embed-model", patience
	})
	s.hub = &hubWorld{world: s.world, peer: hub, site: site}
	s.startOn(filepath.Join(dir, store.FileName))
	return s
}

// textList is the list of texts in a request to translate.
var textList = regexp.MustCompile(`(?s)\[.*\]`)

// scripted is what the model says: an answer from the page flux, the texts
// that are to be translated with a word before them, or the second question.
func scripted(t *testing.T, request string) string {
	if strings.Contains(request, `"choice"`) {
		return `{"number":2}`
	}
	var body struct {
		Messages []struct{ Content string }
	}
	var texts []string
	if err := json.Unmarshal([]byte(request), &body); err != nil {
		t.Error(err)
	}
	if json.Unmarshal([]byte(textList.FindString(body.Messages[1].Content)), &texts) != nil {
		return answerJSON(t, goodStep())
	}
	for i := range texts {
		texts[i] = "Tradotto: " + texts[i]
	}
	out, err := json.Marshal(map[string]any{"texts": texts})
	if err != nil {
		t.Error(err)
	}
	return string(out)
}

// sinkPaste is an error with lines that hold secrets.
type sinkPaste struct {
	problem string
	lines   []string
}

// perPaste is how many secrets a paste holds.
const perPaste = 15

// deal plants each kind in each shape once and deals all of it into pastes.
func (s *sinkWorld) deal() (pastes []sinkPaste) {
	var lines []string
	for _, kind := range append(plant.Secrets(), plant.Private()...) {
		for _, shape := range plant.Shapes() {
			p := kind.Make(s.gen)
			if shape.Name == plant.Base64Shape && strings.ContainsFunc(p.Line, func(r rune) bool { return r > unicode.MaxASCII }) {
				continue
			}
			s.hay.add(s.t, kind.Name, shape, p)
			lines = append(lines, shape.Wrap(p.Line))
		}
	}
	s.gen.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for chunk := range slices.Chunk(lines, perPaste) {
		// A word of its own makes each an error that nobody knows.
		problem := strings.ReplaceAll(widget, "widget", s.gen.From("bcdfglmnprst", 7))
		pastes = append(pastes, sinkPaste{problem, chunk})
	}
	return pastes
}

// typed is an extra secret in a line that fits into a form.
func (s *sinkWorld) typed() string {
	kinds := append(plant.Secrets(), plant.Private()...)
	for {
		kind := kinds[s.gen.IntN(len(kinds))]
		if p := kind.Make(s.gen); len(p.Line) < 90 && !strings.Contains(p.Line, "\n") {
			s.hay.add(s.t, kind.Name, plant.Shapes()[0], p)
			return p.Line
		}
	}
}

// fit is the paste as a text of at most so many bytes and the rest of it.
func (p sinkPaste) fit(limit int) (text, rest string) {
	text = p.problem
	for i, l := range p.lines {
		if len(text)+1+len(l) > limit {
			return text, strings.Join(p.lines[i:], "\n")
		}
		text += "\n" + l
	}
	return text, ""
}

// file is the whole paste.
func (p sinkPaste) file() []byte { return []byte(p.problem + "\n" + strings.Join(p.lines, "\n")) }

// sinkDoors are the ways on which a paste reaches the bot.
var sinkDoors = []func(s *sinkWorld, n int, p sinkPaste){
	(*sinkWorld).byMessage, (*sinkWorld).byText, (*sinkWorld).byFile, (*sinkWorld).byEdit, (*sinkWorld).byMenu, (*sinkWorld).byWatched, (*sinkWorld).byPost,
}

// messageBytes is how much of a paste stands in a message; a file has the rest.
const messageBytes = 1500

// somebody joins for one paste, so that each is a question of its own.
func (s *sinkWorld) somebody(n int) *playground.Person {
	s.t.Helper()
	p, err := s.local.AddMember("Member " + string(rune('A'+n/10)) + string(rune('a'+n%10)))
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// seen waits for a message of the bot.
func (s *sinkWorld) seen(p *playground.Person, channel string, want func(playground.Message) bool) playground.Message {
	s.t.Helper()
	m, err := p.WaitMessage(s.ctx(), channel, func(m playground.Message) bool { return m.FromBot() && !m.Loading() && want(m) })
	if err != nil {
		var all []string
		for _, m := range p.Sees(channel) {
			all = append(all, m.Text())
		}
		s.t.Fatalf("%v; seen:\n%.3000s\nlog:\n%.3000s", err, strings.Join(all, "\n--\n"), s.log.String())
	}
	return m
}

// told waits for a private message with the control of an action: what it says
// is in the language of the paste.
func (s *sinkWorld) told(p *playground.Person, channel string, a action) playground.Message {
	s.t.Helper()
	return s.seen(p, channel, func(m playground.Message) bool { return m.Ephemeral() && offers(m, a) })
}

// offers tells whether a message has the control of an action.
func offers(m playground.Message, a action) bool {
	return slices.ContainsFunc(m.Components(), func(c playground.Component) bool {
		return strings.HasPrefix(c.CustomID, idVersion+":"+a.name+":")
	})
}

func repliesTo(asked playground.Message) func(playground.Message) bool {
	return func(m playground.Message) bool { return m.ReplyTo() == asked.ID() }
}

func (s *sinkWorld) byMessage(n int, p sinkPaste) {
	ada := s.somebody(n)
	text, rest := p.fit(messageBytes)
	asked := s.say(ada, "general", "<@"+s.local.BotID()+"> "+text, playground.WithFile("rest.log", []byte(rest)))
	s.goOn(ada, "general", s.seen(ada, "general", repliesTo(asked)))
}

func (s *sinkWorld) byText(n int, p sinkPaste) {
	ada := s.somebody(n)
	if n%2 == 1 { // an answer that is translated
		text, rest := sinkPaste{badMember, p.lines}.fit(maxProblemOption)
		s.slash(ada.In("it"), "general", playground.Opt(optionProblem, text), playground.OptFile(optionFile, "rest.log", []byte(rest+"\n")))
		m := s.told(ada, "general", actShare)
		s.press(ada, "general", m, actShare)
		return
	}
	text, rest := p.fit(maxProblemOption)
	s.slash(ada, "general", playground.Opt(optionProblem, text), playground.OptFile(optionFile, "rest.log", []byte(rest+"\n")))
	s.goOn(ada, "general", s.told(ada, "general", actIssue))
}

func (s *sinkWorld) byFile(n int, p sinkPaste) {
	ada := s.somebody(n)
	name, data := "milvus.log", p.file()
	if n%2 == 1 {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write(data); err != nil {
			s.t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			s.t.Fatal(err)
		}
		name, data = "milvus.log.gz", packed.Bytes()
	}
	s.slash(ada, "general", playground.OptFile(optionFile, name, data))
	s.goOn(ada, "general", s.told(ada, "general", actIssue))
}

func (s *sinkWorld) byEdit(n int, p sinkPaste) {
	ada := s.somebody(n)
	mention := "<@" + s.local.BotID() + "> "
	asked := s.say(ada, "general", mention+nonsense)
	first := s.seen(ada, "general", repliesTo(asked))
	text, rest := p.fit(messageBytes)
	if _, err := ada.Edit("general", asked.ID(), mention+text, playground.WithFile("rest.log", []byte(rest))); err != nil {
		s.t.Fatal(err)
	}
	s.goOn(ada, "general", s.seen(ada, "general", func(m playground.Message) bool { return m.ID() == first.ID() && m.Edited() }))
}

func (s *sinkWorld) byMenu(n int, p sinkPaste) {
	ada, grace := s.somebody(n), s.local.As("Grace")
	text, rest := p.fit(messageBytes)
	asked := s.say(grace, "general", text, playground.WithFile("rest.log", []byte(rest)))
	if _, err := ada.Menu("general", menuName, asked.ID()); err != nil {
		s.t.Fatal(err)
	}
	s.goOn(ada, "general", s.told(ada, "general", actIssue))
}

// byWatched says what only the documentation knows, so that the model is
// asked, or what the bot knows.
func (s *sinkWorld) byWatched(n int, p sinkPaste) {
	ada := s.somebody(n)
	p.problem = badMember
	mention := ""
	if n%2 == 0 {
		p.problem, mention = documented, "<@"+s.local.BotID()+"> "
	}
	text, rest := p.fit(messageBytes)
	asked := s.say(ada, "help", mention+text, playground.WithFile("rest.log", []byte(rest)))
	s.controls(ada, "help", s.seen(ada, "help", repliesTo(asked)))
}

func (s *sinkWorld) byPost(n int, p sinkPaste) {
	ada := s.somebody(n)
	text, rest := p.fit(messageBytes)
	post, _ := s.openPost(ada, "cannot connect, "+s.typed(), "<@"+s.local.BotID()+"> "+text, playground.WithFile("rest.log", []byte(rest)))
	s.goOn(ada, post.ID, s.seen(ada, post.ID, func(playground.Message) bool { return true }))
}

// controls presses what is under an answer and only shows something.
func (s *sinkWorld) controls(p *playground.Person, channel string, m playground.Message) {
	s.t.Helper()
	for _, a := range []action{actShare, actWrong, actReveal} {
		if offers(m, a) {
			s.press(p, channel, m, a)
		}
	}
}

// goOn goes from an answer to an issue on GitHub, with secrets in the form.
func (s *sinkWorld) goOn(p *playground.Person, channel string, m playground.Message) {
	s.t.Helper()
	s.controls(p, channel, m)
	s.press(p, channel, m, actIssue)
	s.press(p, channel, s.told(p, channel, actForm), actForm)
	s.typeSecrets(p)
	preview := s.told(p, channel, actFile)
	s.press(p, channel, preview, actFile)
	s.seen(p, channel, func(m playground.Message) bool {
		return m.ID() == preview.ID() && strings.Contains(m.Text(), s.hub.site+"/"+hubRepo+"/issues/")
	})
}

// typeSecrets fills every field of the open form with a secret.
func (s *sinkWorld) typeSecrets(p *playground.Person) {
	s.t.Helper()
	modal, err := p.WaitModal(s.ctx())
	if err != nil {
		s.t.Fatal(err)
	}
	values := map[string]string{}
	for _, c := range modal.Components {
		if c.CustomID != "" {
			values[c.CustomID] = "it happens after a load: " + s.typed()
		}
	}
	if _, err := p.Submit(modal, values); err != nil {
		s.t.Fatal(err)
	}
}
