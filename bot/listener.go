package bot

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search"
)

// message answers a message of a channel, a thread or a DM. Where the bot
// was addressed it always answers; elsewhere only to what it knows.
func (b *Bot) message(ctx context.Context, e *session.MessageEvent) error {
	m := e.Message
	addressed := b.addressed(m)
	if read, reason := b.worthReading(e, addressed); !read {
		e.Log.Debug("message skipped", "reason", reason)
		b.metrics.skipped(reason)
		return nil
	}
	a := b.asks(m, addressed)
	if addressed {
		return b.reply(ctx, m, b.answerMessage(ctx, a), true)
	}
	return b.overheard(ctx, m, a)
}

// asks makes a question of a message, without the mention of the bot.
func (b *Bot) asks(m *discordgo.Message, addressed bool) asked {
	a := asked{owner: m.Author.ID, guild: m.GuildID, channel: m.ChannelID, topics: addressed}
	a.addMessage(m)
	if me := b.session.Me(); me != nil {
		for i := range a.texts {
			a.texts[i] = strings.NewReplacer("<@"+me.ID+">", "", "<@!"+me.ID+">", "").Replace(a.texts[i])
		}
	}
	return a
}

// reply answers a message, once: the nonce is that of the message, so that
// a second delivery, or a second process, posts nothing new.
func (b *Bot) reply(ctx context.Context, m *discordgo.Message, answer session.Message, addressed bool) error {
	answer.Nonce = m.ID
	posted, err := b.session.Send(ctx, m.ChannelID, answer, m.ID)
	if err != nil {
		return err
	}
	if !b.replies.put(m.ID, sent{channel: m.ChannelID, reply: posted.ID, addressed: addressed}) {
		return b.withdraw(ctx, m.ID)
	}
	return nil
}

// overheard answers a message that was not meant for the bot, if it holds a
// known problem.
func (b *Bot) overheard(ctx context.Context, m *discordgo.Message, a asked) error {
	p, _ := b.read(ctx, a)
	if p.Empty() {
		return nil
	}
	lang := languageOf("", p.Text(), b.cfg.Language)
	answer, err := b.Ask(ctx, p, lang)
	if err != nil {
		return err
	}
	grade := answer.Verdict.Grade()
	if grade < search.Likely {
		b.log.Info("silent", "message", m.ID, "channel", m.ChannelID, "reason", "nothing known", "grade", grade.String())
		b.metrics.skipped("nothing known")
		return nil
	}
	entry := answer.Reply.Answer.ID
	if !b.cooldown.allow(m.ChannelID, entry, time.Now()) {
		b.log.Info("silent", "message", m.ID, "channel", m.ChannelID, "reason", "cooldown", "doc", entry)
		b.metrics.skipped("cooldown")
		return nil
	}
	reply := b.post(a, p, lang, answer)
	if b.cfg.Discord.DryRun {
		b.log.Info("dry run", "message", m.ID, "channel", m.ChannelID, "doc", entry, "grade", grade.String())
		return nil
	}
	return b.reply(ctx, m, reply, false)
}

// addressed tells whether a message speaks to the bot: a DM, a mention, or a
// reply to one of its messages.
func (b *Bot) addressed(m *discordgo.Message) bool {
	if m.GuildID == "" {
		return true
	}
	me := b.session.Me()
	if me == nil {
		return false
	}
	if slices.ContainsFunc(m.Mentions, func(u *discordgo.User) bool { return u.ID == me.ID }) {
		return true
	}
	return m.ReferencedMessage != nil && m.ReferencedMessage.Author != nil && m.ReferencedMessage.Author.ID == me.ID
}

// worthReading says whether to read a message and, if not, why.
func (b *Bot) worthReading(m *session.MessageEvent, addressed bool) (ok bool, reason string) {
	switch {
	case m.Author == nil || m.Bot || m.Webhook || m.Own:
		return false, "bot or webhook"
	case m.Type != discordgo.MessageTypeDefault && m.Type != discordgo.MessageTypeReply:
		return false, "system message"
	case !addressed && !slices.Contains(b.cfg.Discord.Channels, m.ChannelID):
		return false, "channel not watched"
	case m.Content == "" && len(m.Attachments) == 0 && len(m.MessageSnapshots) == 0:
		return false, "no content"
	}
	return true, ""
}

// cooldown keeps the bot from answering the same problem in the same channel
// again and again.
type cooldown struct {
	mu    sync.Mutex
	wait  time.Duration
	until map[[2]string]time.Time
}

// maxCooldowns is when the past ones are thrown away.
const maxCooldowns = 10000

func (c *cooldown) allow(channel, entry string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until == nil {
		c.until = map[[2]string]time.Time{}
	}
	if len(c.until) > maxCooldowns {
		for k, t := range c.until {
			if t.Before(now) {
				delete(c.until, k)
			}
		}
	}
	k := [2]string{channel, entry}
	if now.Before(c.until[k]) {
		return false
	}
	c.until[k] = now.Add(c.wait)
	return true
}
