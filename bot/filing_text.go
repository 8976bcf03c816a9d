package bot

import (
	"fmt"
	"time"

	"github.com/milvus-medic/medic/github"
)

// troubles are the sentences for what can go wrong with a request to GitHub.
var troubles = map[github.Kind]string{
	github.KindNetwork: "githubNetwork", github.KindServer: "githubServer", github.KindAuth: "githubAuth",
	github.KindForbidden: "githubForbidden", github.KindLimit: "githubLimit", github.KindNotFound: "githubNotFound",
	github.KindGone: "githubGone", github.KindInvalid: "githubInvalid", github.KindMoved: "githubMoved",
	github.KindRights: "githubRights", github.KindOther: "githubOther",
}

// githubTrouble says what GitHub did not do, and what to do now.
func githubTrouble(e *github.Error, say func(string, ...data) string) string {
	id, ok := troubles[e.Kind]
	if !ok {
		id = troubles[github.KindOther]
	}
	text := say(id)
	switch {
	case e.Kind == github.KindLimit && !e.Until.IsZero():
		text += " " + say("githubUntil", data{"When": moment(e.Until)})
	case e.Kind == github.KindInvalid && e.Message != "":
		text += "\n" + fence("", e.Message)
	}
	return text
}

// quotaText says which of the bot's own limits is reached.
func (b *Bot) quotaText(no github.Refusal, say func(string, ...data) string) string {
	ids := map[github.Scope]string{github.ScopeUser: "quotaUser", github.ScopeGuild: "quotaGuild", github.ScopeAll: "quotaAll"}
	return say(ids[no.Scope]) + " " + say("githubUntil", data{"When": moment(no.Until)})
}

// moment shows a time as each reader's own clock has it.
func moment(t time.Time) string { return fmt.Sprintf("<t:%d:R>", t.Unix()) }
