package bot

import (
	"context"
	"errors"
	"fmt"
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

// read makes one paste of the texts and files. What cannot be read is
// reported beside it.
func (b *Bot) read(ctx context.Context, a asked) (paste.Paste, []string) {
	var parts []paste.Paste
	var trouble []string
	for _, t := range a.texts {
		if strings.TrimSpace(t) != "" {
			parts = append(parts, paste.FromText(t))
		}
	}
	for n, f := range a.files {
		if n == maxAttachments {
			trouble = append(trouble, fmt.Sprintf("%d more files: at most %d are read", len(a.files)-n, maxAttachments))
			break
		}
		p, err := b.readFile(ctx, f)
		if err != nil {
			b.log.Info("attachment not read", "channel", a.channel, "err", err)
			trouble = append(trouble, fileTrouble(f.Filename, err))
			continue
		}
		parts = append(parts, p)
	}
	return paste.Join(parts...), trouble
}

func (b *Bot) readFile(ctx context.Context, f *discordgo.MessageAttachment) (paste.Paste, error) {
	lim := paste.DefaultLimits()
	if strings.HasPrefix(f.ContentType, "image/") {
		return paste.Paste{}, errImage
	}
	body, err := b.session.Fetch(ctx, f.URL, lim.Sent)
	if err != nil {
		return paste.Paste{}, err
	}
	defer body.Close()
	return paste.Read(ctx, body, f.Filename, lim)
}

// errImage is what is said of a screenshot.
var errImage = errors.New("an image; copy the text out of the terminal instead")

// fileTrouble says in one line why a file was not read. Texts of the network
// and of Discord stay in the log.
func fileTrouble(name string, err error) string {
	name = plainText(paste.FromText(name).Text())
	for _, known := range []error{errImage, paste.ErrEmpty, paste.ErrBinary, paste.ErrTooLarge, paste.ErrBomb, paste.ErrEncrypted, paste.ErrCorrupt} {
		if errors.Is(err, known) {
			return name + ": " + err.Error()
		}
	}
	return name + ": could not be fetched; attach it again"
}

// answerMessage answers a question with a message, whatever happens.
func (b *Bot) answerMessage(ctx context.Context, a asked) session.Message {
	p, trouble := b.read(ctx, a)
	lang := languageOf(a.locale, p.Text(), b.cfg.Language)
	if p.Empty() {
		text := b.words.say(lang, "empty")
		if len(trouble) > 0 {
			text = b.words.say(lang, "cannotRead") + ":\n- " + strings.Join(trouble, "\n- ")
		}
		return session.Message{Content: text, Ephemeral: a.private}
	}
	answer, err := b.Ask(ctx, p, lang)
	if err != nil {
		b.log.Error("ask failed", "channel", a.channel, "err", err)
		return session.Message{Content: b.words.say(lang, "failed"), Ephemeral: a.private}
	}
	answer.Reply.Skipped = append(answer.Reply.Skipped, trouble...)
	if a.topics && answer.Verdict.Grade() < search.Likely && len(a.files) == 0 {
		if m, ok := b.topicMessage(a, p, lang, answer); ok {
			return m
		}
	}
	return b.post(a, p, lang, answer)
}

// post keeps the report for the buttons and renders the reply.
func (b *Bot) post(a asked, p paste.Paste, lang string, answer Answer) session.Message {
	r := b.reports.add(&report{owner: a.owner, guild: a.guild, channel: a.channel, lang: lang, paste: p, answer: answer, private: a.private})
	b.metrics.answered(answer.Reply, a.private)
	b.metrics.redacted(p)
	return b.renderDiscord(answer.Reply, r.id, a.private)
}

// topicMessage answers a short text that names an entry or a topic.
func (b *Bot) topicMessage(a asked, p paste.Paste, lang string, answer Answer) (session.Message, bool) {
	topic := strings.TrimSpace(p.Text())
	found := b.topics.find(topic)
	if len(found) == 0 {
		return session.Message{}, false
	}
	if len(found) == 1 {
		answer.Reply = entryReply(found[0], lang, "")
		return b.post(a, p, lang, answer), true
	}
	r := b.reports.add(&report{owner: a.owner, guild: a.guild, channel: a.channel, lang: lang, paste: p, answer: answer, private: a.private})
	say := func(id string, values ...data) string { return b.words.say(lang, id, values...) }
	var list []Candidate
	for _, e := range found[:min(len(found), maxOptions)] {
		list = append(list, Candidate{ID: e.ID, Title: e.In(lang).Title, URL: e.URL(lang), Entry: true})
	}
	embed := &discordgo.MessageEmbed{
		Title: cutText(say("listTitle", data{"Topic": plainText(topic)}), maxEmbedTitle), Color: colourAnswer,
		Description: say("listText", data{"Count": len(list)}) + "\n" + titles(list),
		Footer:      &discordgo.MessageEmbedFooter{Text: say("about")},
	}
	if more := len(found) - len(list); more > 0 {
		embed.Description += "\n" + say("listMore", data{"Count": more})
	}
	return session.Message{
		Embeds:     []*discordgo.MessageEmbed{embed},
		Components: []discordgo.MessageComponent{pickRow(list, r.id, say("listPick"))},
		Ephemeral:  a.private,
	}, true
}

func titles(list []Candidate) string {
	var lines []string
	for _, c := range list {
		lines = append(lines, "- "+c.Title)
	}
	return strings.Join(lines, "\n")
}
