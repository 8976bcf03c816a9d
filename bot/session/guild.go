package session

import (
	"context"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// Guild fetches a server: its roles, its preferred locale and the like.
func (s *Session) Guild(ctx context.Context, guildID string) (*discordgo.Guild, error) {
	return get[discordgo.Guild](ctx, s, endpoint(http.MethodGet, "/guilds/{guild}", guildID))
}

// SetTags replaces the tags of a forum post by those with these ids. The bot
// needs MANAGE_THREADS for posts that it did not open.
func (s *Session) SetTags(ctx context.Context, postID string, tags []string) error {
	c, err := endpoint(http.MethodPatch, "/channels/{channel}", postID).json(struct {
		Tags []string `json:"applied_tags"`
	}{append([]string{}, tags...)})
	if err != nil {
		return err
	}
	c.retries = 1 // setting them twice is setting them once
	_, err = s.api.do(ctx, c)
	return err
}
