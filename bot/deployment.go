package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/kb"
)

// deployments are what a reader can choose from, by the names of the products.
var deployments = []struct{ id, name string }{
	{"compose", "Docker Compose"}, {"docker", "Docker (standalone)"}, {"helm", "Helm"},
	{"operator", "Milvus Operator"}, {"kubernetes", "Kubernetes (kubectl)"}, {"lite", "Milvus Lite"},
}

// deployments are the choices that would show other commands than each
// other; the one shown now is marked.
func (r Reply) deployments(say func(string, ...data) string) []discordgo.SelectMenuOption {
	var options []discordgo.SelectMenuOption
	seen := map[string]bool{}
	add := func(id, name string) {
		commands := r.commandsFor(id)
		if commands == "" || seen[commands] {
			return
		}
		seen[commands] = true
		options = append(options, discordgo.SelectMenuOption{Label: say("only", data{"Deployment": name}), Value: id, Default: id == r.Deployment})
	}
	for _, d := range deployments { // the one shown now, before any that says the same
		if d.id == r.Deployment {
			add(d.id, d.name)
		}
	}
	for _, d := range deployments {
		add(d.id, d.name)
	}
	return options
}

// commandsFor returns all commands that a reader of a deployment would see,
// or "" if none is meant for it.
func (r Reply) commandsFor(deployment string) string {
	if r.Answer == nil {
		for _, c := range collectCommands {
			if c.deployment == deployment {
				return c.command
			}
		}
		return ""
	}
	wanted := fits(deployment)
	if !slices.ContainsFunc(r.Text.Fix, func(b kb.Block) bool { return matches(b.For, wanted) }) {
		return ""
	}
	var code []string
	for _, b := range r.Text.Fix {
		if b.Code && (len(b.For) == 0 || matches(b.For, wanted)) {
			code = append(code, b.Text)
		}
	}
	return strings.Join(code, "\n")
}

// pressWhere shows the commands of another deployment in the same message.
func (b *Bot) pressWhere(ctx context.Context, i *session.Interaction, r *report) error {
	d, _ := i.Component()
	chosen := firstOf(d.Values)
	reply, solved := r.reply()
	say := func(id string, values ...data) string { return b.words.say(reply.Lang, id, values...) }
	known := slices.ContainsFunc(reply.deployments(say), func(o discordgo.SelectMenuOption) bool { return o.Value == chosen })
	if !known || solved {
		return b.session.AcknowledgeUpdate(ctx, i)
	}
	r.mu.Lock()
	r.answer.Reply.Deployment = chosen
	r.answer.Verdict.Env.Deployment = chosen // the reader knows best, also in an issue
	reply = r.answer.Reply
	r.mu.Unlock()
	return b.session.UpdateMessage(ctx, i, b.renderDiscord(reply, r.id, r.private))
}
