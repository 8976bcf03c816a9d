package playground

import (
	"context"
	"fmt"
)

// Sees lists the messages of a channel that the person can see, oldest first.
// It is empty for a channel they cannot see.
func (p *Person) Sees(channel string) []Message {
	var out []Message
	p.act(func(u *user) error {
		c, err := p.s.channelFor(u, channel)
		if err != nil {
			return err
		}
		for _, m := range c.msgs {
			if p.s.sees(u.id, c, m) {
				out = append(out, newMessage(m.json(u.id)))
			}
		}
		return nil
	})
	return out
}

// Channels lists the channels and threads the person can see.
func (p *Person) Channels() []Channel {
	var out []Channel
	p.act(func(u *user) error {
		for _, id := range p.s.world.channelOrder {
			if c := p.s.world.channels[id]; p.s.world.may(u.id, c, PermissionViewChannel) {
				out = append(out, newChannel(p.s.world.channelJSON(c)))
			}
		}
		return nil
	})
	return out
}

// Channel returns a channel or thread by name or id; "@bot" is the direct
// message channel with the bot.
func (p *Person) Channel(ref string) (Channel, error) {
	var out Channel
	err := p.act(func(u *user) error {
		c, err := p.s.channelFor(u, ref)
		if err == nil {
			out = newChannel(p.s.world.channelJSON(c))
		}
		return err
	})
	return out, err
}

// WaitMessage waits until the person sees a message in the channel for which
// want holds, new or changed by an edit, and returns the newest such. A nil
// want takes any message of the bot that is not a placeholder.
func (p *Person) WaitMessage(ctx context.Context, channel string, want func(Message) bool) (Message, error) {
	if p.err != nil {
		return Message{}, p.err
	}
	if want == nil {
		want = func(m Message) bool { return m.FromBot() && !m.Loading() }
	}
	var found Message
	err := p.s.Wait(ctx, func() bool {
		all := p.Sees(channel)
		for i := len(all) - 1; i >= 0; i-- {
			if want(all[i]) {
				found = all[i]
				return true
			}
		}
		return false
	})
	if err != nil {
		return Message{}, fmt.Errorf("%w (no such message in %q; %d are visible)", err, channel, len(p.Sees(channel)))
	}
	return found, nil
}

// WaitGone waits until the person no longer sees a message.
func (p *Person) WaitGone(ctx context.Context, channel, messageID string) error {
	if p.err != nil {
		return p.err
	}
	return p.s.Wait(ctx, func() bool {
		for _, m := range p.Sees(channel) {
			if m.ID() == messageID {
				return false
			}
		}
		return true
	})
}

// WaitModal waits until a modal is open before the person and returns the
// newest. A modal closes when its submission is answered.
func (p *Person) WaitModal(ctx context.Context) (*Modal, error) {
	if p.err != nil {
		return nil, p.err
	}
	var found *Modal
	err := p.s.Wait(ctx, func() bool {
		p.s.do(func() {
			if it := p.s.openModal(p.id, ""); it != nil {
				found = newModal(it)
			}
		})
		return found != nil
	})
	return found, err
}

// openModal finds the modal a person has open: a certain one, or the newest.
func (s *Server) openModal(userID, interactionID string) *interaction {
	var best *interaction
	for _, it := range s.interactions {
		if it.user.id != userID || it.modal == nil || it.modalDone || interactionID != "" && it.id != interactionID {
			continue
		}
		if best == nil || later(it.id, best.id) {
			best = it
		}
	}
	return best
}

// Interaction is something a person did with the bot: a command, a press of a
// button, a submitted modal.
type Interaction struct {
	s  *Server
	it *interaction
}

// ID is the interaction's id.
func (i *Interaction) ID() string { return i.it.id }

// Outcome is what became of an interaction.
type Outcome struct {
	// Answer is the callback type: 4 message, 5 deferred message, 6 deferred
	// update, 7 update, 8 choices, 9 modal; 0 when it failed.
	Answer int
	// Failed is what the person reads when the bot did not answer in time.
	Failed string
	// Modal is the modal that opened.
	Modal *Modal
	// Choices are the suggestions of an autocomplete.
	Choices []Choice
}

// Wait waits for the bot's first answer, or for the deadline to pass.
func (i *Interaction) Wait(ctx context.Context) (Outcome, error) {
	var out Outcome
	err := i.s.Wait(ctx, func() bool {
		i.s.mu.Lock()
		defer i.s.mu.Unlock()
		it := i.it
		out = Outcome{Answer: it.answered, Failed: it.failed}
		if it.answered == cbModal {
			out.Modal = newModal(it)
		}
		for _, v := range it.choices {
			o := v.(obj)
			out.Choices = append(out.Choices, Choice{Name: str(o, "name"), Value: o["value"]})
		}
		return it.answered != 0 || it.failed != ""
	})
	return out, err
}

// Reply waits for the message that answers the interaction, a placeholder not
// counted; for an update, deferred or not, that is the message with the control.
// It fails when the deadline passed or the answer was no message.
func (i *Interaction) Reply(ctx context.Context) (Message, error) {
	var out Message
	var failed string
	err := i.s.Wait(ctx, func() bool {
		i.s.mu.Lock()
		defer i.s.mu.Unlock()
		it := i.it
		switch {
		case it.failed != "":
			failed = it.failed
		case it.answered == cbModal || it.answered == cbAutocomplete:
			failed = "the answer was not a message"
		case it.answered != 0 && it.original != nil && it.original.dead:
			failed = "the answer was deleted"
		case it.answered != 0 && it.original != nil && !it.original.is(flagLoading):
			out = newMessage(it.original.json(it.user.id))
		}
		return failed != "" || out.raw != nil
	})
	if err == nil && failed != "" {
		err = fmt.Errorf("playground: interaction: %s", failed)
	}
	return out, err
}
