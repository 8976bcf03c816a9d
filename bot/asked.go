package bot

import (
	"context"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
	"github.com/milvus-medic/medic/search/paste"
)

const (
	// maxAttachments is how many files of one message are read.
	maxAttachments = 10
)

// asked is one question from Discord, whichever way it came.
type asked struct {
	texts   []string
	files   []*discordgo.MessageAttachment
	locale  string
	owner   string
	guild   string
	channel string
	private bool
	topics  bool // a short text may be a topic
}

// addMessage takes over the text and files of a message and of what it
// forwards.
func (a *asked) addMessage(m *discordgo.Message) {
	a.texts = append(a.texts, session.Contents(m)...)
	a.files = append(a.files, session.Attachments(m)...)
}

// reading is what was read of one question.
type reading struct {
	paste paste.Paste
	// trouble says what was not read, and why.
	trouble []unread
	// files is how many were sent along.
	files int
	// pictures wait to be read, until the text beside them turns out to be no
	// answer; unread are the names of those that could not be.
	pictures []*discordgo.MessageAttachment
	unread   []string
	// looked is set when text was read from a picture.
	looked bool
}

// weight is about how many bytes of memory a reading takes.
func (r *reading) weight() int { return 2 * len(r.paste.Text()) }

// together makes one reading of several.
func together(list []*reading) reading {
	var all reading
	var pastes []paste.Paste
	for _, r := range list {
		pastes = append(pastes, r.paste)
		all.trouble = append(all.trouble, r.trouble...)
		all.pictures = append(all.pictures, r.pictures...)
		all.unread = append(all.unread, r.unread...)
		all.files += r.files
		all.looked = all.looked || r.looked
	}
	all.paste = paste.Join(pastes...)
	return all
}

// read makes one paste of the texts and files. What cannot be read is
// reported beside it; pictures are kept for later.
func (b *Bot) read(ctx context.Context, a asked) *reading {
	r := &reading{files: len(a.files)}
	var parts []paste.Paste
	for _, t := range a.texts {
		if strings.TrimSpace(t) != "" {
			parts = append(parts, paste.FromText(t))
		}
	}
	for n, f := range a.files {
		if n == maxAttachments {
			r.trouble = append(r.trouble, unread{sentence: "readTooMany", count: int64(len(a.files) - n)})
			break
		}
		if isPicture(f) {
			r.pictures = append(r.pictures, f)
			continue
		}
		p, err := b.readFile(ctx, f)
		if err != nil {
			b.log.Info("attachment not read", "channel", a.channel, "err", err)
			r.trouble = append(r.trouble, fileTrouble(f.Filename, err))
			continue
		}
		parts = append(parts, p)
	}
	r.paste = paste.Join(parts...)
	return r
}

func (b *Bot) readFile(ctx context.Context, f *discordgo.MessageAttachment) (paste.Paste, error) {
	lim := b.known().index.Limits()
	if int64(f.Size) > lim.Sent {
		return paste.Paste{}, paste.ErrTooLarge
	}
	body, err := b.session.Fetch(ctx, f.URL, lim.Sent)
	if err != nil {
		return paste.Paste{}, err
	}
	defer body.Close()
	return paste.Read(ctx, body, f.Filename, lim)
}

// shownName is the name of a file as it can be shown to others.
func shownName(name string) string { return plainText(paste.FromText(name).Text()) }

// judged is a question with its answer.
type judged struct {
	reading
	lang   string
	answer Answer
}

// grade is how certain the answer is.
func (j judged) grade() search.Grade { return j.answer.Verdict.Grade() }

// known tells whether there is an answer that may be given unasked.
func (j judged) known() bool { return j.grade() >= search.Likely || j.answer.Reply.Issue.fixed() }

// entry is the id of the answer, or the issue that says how the problem was
// fixed; empty for none.
func (j judged) entry() string {
	if j.answer.Reply.Answer == nil && j.answer.Reply.Issue.fixed() {
		return j.answer.Reply.Issue.ref()
	}
	if j.answer.Reply.Answer == nil {
		return ""
	}
	return j.answer.Reply.Answer.ID
}

// judge answers what was read of a question. Where the text holds no answer, the pictures
// beside it are read too. Nothing to read is no error: the paste is empty.
func (b *Bot) judge(ctx context.Context, a asked, list ...*reading) (judged, error) {
	j, err := b.judgeText(ctx, a, list)
	if err != nil || j.grade() >= search.Likely || len(j.pictures) == 0 {
		return j, err
	}
	for _, r := range list {
		b.lookAt(ctx, r)
	}
	return b.judgeText(ctx, a, list)
}

func (b *Bot) judgeText(ctx context.Context, a asked, list []*reading) (judged, error) {
	j := judged{reading: together(list)}
	j.lang = b.languageFor(ctx, a, j.paste.Text())
	if j.paste.Empty() {
		j.answer.Reply.Lang = j.lang
		return j, nil
	}
	answer, err := b.Ask(ctx, j.paste, j.lang)
	b.recognise(ctx, &answer)
	j.answer = answer
	j.answer.Reply.Skipped = append(j.answer.Reply.Skipped, j.trouble...)
	for _, name := range j.unread {
		j.answer.Reply.Skipped = append(j.answer.Reply.Skipped, unread{name: name})
	}
	j.answer.Reply.FromPicture = j.looked
	return j, err
}

// answerQuestion answers a question with a message, whatever happens, and
// returns the report of the answer, if it has one.
func (b *Bot) answerQuestion(ctx context.Context, a asked) (session.Message, *report) {
	j, err := b.judge(ctx, a, b.read(ctx, a))
	if err != nil {
		b.log.Error("ask failed", "channel", a.channel, "err", err)
		return b.renderNote(b.words.say(j.lang, "failed"), a.private), nil
	}
	if !j.paste.Empty() {
		b.record(ctx, a.guild, j.answer)
	}
	return b.respond(a, j)
}

// respond renders what there is to say to a question, and returns the report
// of it, unless it is no answer.
func (b *Bot) respond(a asked, j judged) (session.Message, *report) {
	if j.paste.Empty() {
		return b.renderNote(b.nothingRead(j), a.private), nil
	}
	if a.topics && !j.known() && j.files == 0 {
		if m, ok := b.topicMessage(a, j.paste, j.lang, j.answer); ok {
			return m, nil
		}
	}
	return b.post(a, j.paste, j.lang, j.answer)
}

// post keeps the report for the buttons and renders the reply.
func (b *Bot) post(a asked, p paste.Paste, lang string, answer Answer) (session.Message, *report) {
	r := b.reports.add(&report{owner: a.owner, guild: a.guild, channel: a.channel, lang: lang, paste: p, answer: answer, private: a.private})
	b.metrics.answered(answer.Reply, a.private)
	b.metrics.redacted(p)
	return b.renderDiscord(answer.Reply, r.id, a.private), r
}

// topicMessage answers a short text that names an entry or a topic.
func (b *Bot) topicMessage(a asked, p paste.Paste, lang string, answer Answer) (session.Message, bool) {
	topic := strings.TrimSpace(p.Text())
	found := b.known().topics.find(topic)
	if len(found) == 0 {
		return session.Message{}, false
	}
	if len(found) == 1 {
		answer.Reply = entryReply(found[0], lang, "")
		m, _ := b.post(a, p, lang, answer)
		return m, true
	}
	r := b.reports.add(&report{owner: a.owner, guild: a.guild, channel: a.channel, lang: lang, paste: p, answer: answer, private: a.private})
	say := func(id string, values ...data) string { return b.words.say(lang, id, values...) }
	var list []Candidate
	for _, e := range found[:min(len(found), maxOptions)] {
		list = append(list, Candidate{ID: e.ID, Title: e.In(lang).Title, URL: e.URL(lang), Entry: true})
	}
	text := say("listText", data{"Count": len(list)}) + "\n" + titles(list)
	if more := len(found) - len(list); more > 0 {
		text += "\n" + say("listMore", data{"Count": more})
	}
	return b.render(card{
		title: say("listTitle", data{"Topic": plainText(topic)}), colour: colourAnswer, footer: say("about"), private: a.private,
		sections: [][]string{{text}}, selects: []discordgo.MessageComponent{pickMenu(list, r.id, say("listPick"))},
		all: func() string { return text }, cut: say("cut"),
	}), true
}

func titles(list []Candidate) string {
	var lines []string
	for _, c := range list {
		lines = append(lines, "- "+c.Title)
	}
	return strings.Join(lines, "\n")
}
