package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/config"
	"github.com/milvus-medic/medic/kb"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/model"
)

const (
	// vectorsFile holds the embeddings and translationsDir the translated
	// entries, in the data directory.
	vectorsFile     = "vectors"
	translationsDir = "translations"
	// maxAssists is how many answers the model works on at once. What comes
	// when all are taken stays without it.
	maxAssists = 8
	// minTold is how many characters a question in prose has at least that is
	// put to the model: of less it can only guess what is meant.
	minTold = 40
)

// newModel makes the client of the model that the settings name; nil: none.
func newModel(m config.Model, log *slog.Logger, observe func(string)) (*model.Client, error) {
	if !m.Used() {
		return nil, nil
	}
	return model.New(model.Options{
		BaseURL: m.BaseURL, Key: m.Key.Reveal(), Chat: m.Chat, Embed: m.Embed, EmbedQuery: m.EmbedQuery,
		PassagePrefix: m.PassagePrefix, QueryPrefix: m.QueryPrefix, Timeout: m.Timeout, Log: log, Observe: observe,
		Budget: model.Budget{TokensPerDay: m.Budget.TokensPerDay, TokensPerGuild: m.Budget.TokensPerGuild,
			CentsPerMillion: m.Budget.CentsPerMillion, CentsPerDay: m.Budget.CentsPerDay},
	})
}

// addMeaning lets an index find by meaning with what medic index has embedded
// in the data directory.
func (b *Bot) addMeaning(x *search.Index) error {
	if !b.model.CanEmbed() {
		return nil
	}
	if b.dataDir == "" {
		b.log.Warn("nothing is found by meaning: the embeddings are in a data directory, and none is set")
		return nil
	}
	return x.AddDense(func(passages []kb.Doc) (search.Retriever, error) {
		d, missing, err := b.model.Open(filepath.Join(b.dataDir, vectorsFile), passages)
		if err != nil {
			return nil, fmt.Errorf("bot: %w", err)
		}
		if missing > 0 {
			b.log.Warn("not all is found by meaning; run medic index", "embedded", d.Len(), "missing", missing)
		}
		return d, nil
	}, b.cfg.Model.Wait)
}

// assistant adds to answers that are shown already what a model has to say:
// steps from the documentation where no reviewed entry fits, a question where
// these are lacking too, and reviewed entries in languages that they lack.
// Whatever fails, the answer stays as it is.
type assistant struct {
	client     *model.Client
	translator *model.Translator
	slots      chan struct{}
	ctx        context.Context // of what is under way
	cancel     context.CancelFunc
	under      sync.WaitGroup
}

// newAssistant makes an assistant; nil where no chat model is named.
func newAssistant(c *model.Client, dataDir string) *assistant {
	if !c.CanChat() {
		return nil
	}
	if dataDir != "" {
		dataDir = filepath.Join(dataDir, translationsDir)
	}
	a := &assistant{client: c, translator: c.NewTranslator(dataDir), slots: make(chan struct{}, maxAssists)}
	// It outlives the handler that starts it: this is no child of its context.
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// close ends what is under way.
func (a *assistant) close() {
	if a != nil {
		a.cancel()
		a.under.Wait()
	}
}

// deliver puts a message in the place of an answer.
type deliver func(context.Context, session.Message) error

// assist lets the model add to the answer of a report that is shown, and
// delivers it anew if there is anything to add. It does not wait.
func (b *Bot) assist(r *report, put deliver) {
	a := b.assistant
	if a == nil || r == nil {
		return
	}
	work := b.workOn(r)
	if work == nil {
		return
	}
	select {
	case a.slots <- struct{}{}:
	default:
		b.log.Info("model not asked", "reason", "too many at once", "channel", r.channel)
		return
	}
	a.under.Go(func() {
		defer func() { <-a.slots }()
		defer func() {
			if v := recover(); v != nil {
				b.log.Error("panic while the model was asked", "stack", string(debug.Stack()))
			}
		}()
		ctx, cancel := context.WithTimeout(a.ctx, b.cfg.Model.Timeout)
		defer cancel()
		change, err := work(ctx)
		if err == nil {
			err = b.amend(ctx, r, change, put)
		}
		var fault *model.Error
		switch {
		case err == nil, ctx.Err() != nil, errors.As(err, &fault): // which the client has logged
		default:
			b.log.Warn("the model's part was not shown", "channel", r.channel, "err", err)
		}
	})
}

// amend changes the reply of a report and delivers it, unless it is settled.
func (b *Bot) amend(ctx context.Context, r *report, change func(*Reply), put deliver) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	if r.solved {
		r.mu.Unlock()
		return nil
	}
	change(&r.answer.Reply)
	reply := r.answer.Reply
	r.mu.Unlock()
	return put(ctx, b.renderDiscord(reply, r.id, r.private))
}

// later puts a message in the place of what was said to a talk, unless
// something else was said to it since, or the reply is gone.
func (b *Bot) later(ctx context.Context, t *talk, was said, m session.Message) error {
	if err := t.hold(ctx); err != nil {
		return err
	}
	defer t.release()
	now := b.talks.state(t, "")
	if now.anchor == "" || now.shape != was.shape {
		return nil
	}
	s, ok := b.replies.get(ctx, now.anchor)
	if !ok {
		return nil
	}
	return b.change(ctx, s, m)
}

// work asks the model and returns what that changes of a reply.
type work func(context.Context) (change func(*Reply), err error)

// workOn returns what the model can do for a report; nil: nothing.
func (b *Bot) workOn(r *report) work {
	answer := r.now()
	reply := answer.Reply
	switch {
	case reply.Answer != nil && reply.inEnglish() && reply.Text.Lang == english:
		return func(ctx context.Context) (func(*Reply), error) { return b.translate(ctx, r, reply) }
	case reply.Answer == nil && worthAsking(answer.Verdict, r.paste.Text()):
		return func(ctx context.Context) (func(*Reply), error) { return b.ground(ctx, r, answer) }
	}
	return nil
}

// worthAsking tells whether what was found is worth an answer from it: it is
// related, and the question says what it is about.
func worthAsking(v search.Verdict, text string) bool {
	return v.Grade() == search.Related && (len(v.Problems) > 0 || utf8.RuneCountInString(strings.TrimSpace(text)) >= minTold)
}

func (b *Bot) translate(ctx context.Context, r *report, reply Reply) (func(*Reply), error) {
	text, err := b.assistant.translator.Translate(ctx, r.payer(), reply.Text, reply.Lang)
	if err != nil {
		return nil, err
	}
	return func(now *Reply) { now.Text, now.Machine = text, true }, nil
}

// ground asks for steps from what was found; without any, for the question
// that would help most.
func (b *Bot) ground(ctx context.Context, r *report, answer Answer) (func(*Reply), error) {
	q := model.Question{Paste: r.paste, Key: questionKey(answer.Verdict), Lang: answer.Reply.Lang, Guild: r.payer()}
	g, err := b.assistant.client.Answer(ctx, q, excerptsOf(answer.Verdict))
	if err == nil {
		return func(now *Reply) { now.Grounded = &g }, nil
	}
	var fault *model.Error
	if !errors.As(err, &fault) || fault.Fault != model.FaultUngrounded {
		return nil, err
	}
	questions := make([]string, len(questionsBack))
	for i, id := range questionsBack {
		questions[i] = b.words.say(english, id)
	}
	n, err := b.assistant.client.Choose(ctx, q, questions)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, &model.Error{Fault: model.FaultUngrounded}
	}
	return func(now *Reply) { now.AskBack = questionsBack[n] }, nil
}

// questionsBack are the sentences that may be asked back, by their ids.
var questionsBack = []string{"backVersion", "backDeployment", "backStatement", "backLog", "backChange"}

// questionKey tells equal questions apart from others; empty: it cannot.
func questionKey(v search.Verdict) string {
	var keys []string
	for _, p := range v.Problems {
		keys = append(keys, p.Key)
	}
	return strings.Join(keys, "\n")
}

// excerptsOf are the documents that a model may answer from.
func excerptsOf(v search.Verdict) []kb.Doc {
	var docs []kb.Doc
	for _, h := range v.Hits {
		if h.Doc.Entry == nil {
			docs = append(docs, h.Doc)
			continue
		}
		docs = append(docs, h.Doc.Entry.AsDocs()[0])
	}
	return docs
}

// payer is whose budget a report is on: its server's, or its owner's in
// direct messages.
func (r *report) payer() string {
	if r.guild == "" {
		return "user " + r.owner
	}
	return r.guild
}
