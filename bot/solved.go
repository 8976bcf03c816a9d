package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/milvus-medic/medic/bot/session"
)

// maxTags is how many tags a forum post carries at most.
const maxTags = 5

// solvedTags are the names under which forums keep their tag for solved
// posts, in lower case, in the languages of the interface.
var solvedTags = []string{
	"solved", "resolved", "fixed", "answered", "done", "closed", "gelöst", "erledigt", "resuelto", "solucionado", "résolu", "risolto",
	"解決済み", "解決", "해결", "해결됨", "resolvido", "решено", "已解决", "解决", "已解決",
}

// tagSolved puts the forum's tag for solved posts on the post that a press
// comes from, if it is a post, the forum has such a tag and the bot may. The
// bot's rights come with the press, so that it asks for nothing in vain.
func (b *Bot) tagSolved(ctx context.Context, i *session.Interaction) (tagged bool, err error) {
	const needed = discordgo.PermissionManageThreads | discordgo.PermissionAdministrator
	if i.GuildID == "" || i.AppPermissions&needed == 0 {
		return false, nil
	}
	post, err := b.session.Channel(ctx, i.ChannelID)
	if err != nil || !post.IsThread() || post.ThreadMetadata != nil && (post.ThreadMetadata.Archived || post.ThreadMetadata.Locked) {
		return false, err
	}
	forum, err := b.session.Channel(ctx, post.ParentID)
	if err != nil || forum.Type != discordgo.ChannelTypeGuildForum && forum.Type != discordgo.ChannelTypeGuildMedia {
		return false, err
	}
	at := slices.IndexFunc(forum.AvailableTags, func(t discordgo.ForumTag) bool { return isSolvedTag(t.Name) })
	if at < 0 {
		return false, nil
	}
	tag := forum.AvailableTags[at].ID
	if slices.Contains(post.AppliedTags, tag) || len(post.AppliedTags) >= maxTags {
		return false, nil
	}
	err = b.session.SetTags(ctx, post.ID, append(slices.Clone(post.AppliedTags), tag))
	return err == nil, err
}

// isSolvedTag tells whether a tag's name says solved, whatever marks stand
// around it.
func isSolvedTag(name string) bool {
	return slices.Contains(solvedTags, strings.Join(splitWords(name), " "))
}
