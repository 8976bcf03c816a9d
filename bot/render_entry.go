package bot

import (
	"sync"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/kb"
)

// entryParts are the parts of a card that are the same for each paste that is
// answered with one entry, in one language, for one deployment. Cards share
// them: nothing changes them.
type entryParts struct {
	cause       []string // pieces of Markdown, with their heading
	fix         []string // likewise, commands that delete data folded
	footer      string
	destructive bool
	deployments []discordgo.SelectMenuOption
}

func newEntryParts(r Reply, say func(string, ...data) string) *entryParts {
	p := &entryParts{
		destructive: r.destructive(),
		deployments: r.deployments(say),
		footer:      say("about") + " " + say("reviewed", data{"ID": r.Answer.ID}),
	}
	r.Text = r.shownText(say)
	p.cause = append([]string{"**" + say("cause") + "**"}, blockPieces(r.Text.Cause, say)...)
	if len(r.Text.Danger) > 0 {
		p.fix = append(p.fix, "⚠️ **"+say("danger")+"**: "+proseOf(r.Text.Danger))
	}
	p.fix = append(p.fix, "**"+say("fix")+"**")
	p.fix = append(p.fix, blockPieces(blocksFor(r.Text.Fix, r.Deployment), say)...)
	if r.inEnglish() {
		p.fix = append(p.fix, "*"+say("english")+"*")
	}
	if r.Machine {
		p.fix = append(p.fix, "🤖 *"+say("machine")+"*")
	}
	return p
}

// shownText is the text of the answer as cards show it.
func (r Reply) shownText(say func(string, ...data) string) kb.Text {
	if r.destructive() {
		return folded(r.Text, say("folded"))
	}
	return r.Text
}

// maxParts is how many entryParts are kept: some megabytes, more than all
// entries in the languages of one server.
const maxParts = 1000

// partsKey names entryParts. Entries that are read again are others.
type partsKey struct {
	entry            *kb.Entry
	lang, deployment string
}

// partsCache keeps entryParts. The zero value is ready; it starts over when
// it is full.
type partsCache struct {
	mu   sync.RWMutex
	kept map[partsKey]*entryParts
}

// of returns the parts of r's answer.
func (c *partsCache) of(r Reply, say func(string, ...data) string) *entryParts {
	if r.Machine {
		return newEntryParts(r, say) // the text is not the entry's own
	}
	key := partsKey{r.Answer, r.Lang, r.Deployment}
	c.mu.RLock()
	p := c.kept[key]
	c.mu.RUnlock()
	if p != nil {
		return p
	}
	p = newEntryParts(r, say)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= maxParts {
		c.kept = map[partsKey]*entryParts{}
	}
	c.kept[key] = p
	return p
}

// reset forgets all parts, as their entries are no more.
func (c *partsCache) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
}
