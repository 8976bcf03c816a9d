package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
)

// answerState is how far an interaction has been answered. It makes the second
// of two first answers fail here, and tells the guard how to apologise.
type answerState struct{ v atomic.Int32 }

const (
	unanswered   int32 = iota
	answering          // a first answer is under way
	deferred           // type 5: the placeholder awaits its text
	deferredEdit       // type 6: the component's message may be edited
	answered           // a message, an update, suggestions or a modal
)

// lateAnswer is how much longer than Timings.FirstResponse Discord's own answer
// is waited for: it counts when the request reached Discord, and to hang up on a
// slow answer would only lose it.
const lateAnswer = time.Second

// Acknowledge answers with "thinking…", to be filled in by EditOriginal within
// fifteen minutes. Whether only the invoker sees it is decided here for good. If
// nobody knows whether it arrived it counts as arrived: what comes after it
// either works or is refused as too late.
func (s *Session) Acknowledge(ctx context.Context, i *Interaction, ephemeral bool) error {
	data := struct {
		Flags discordgo.MessageFlags `json:"flags,omitempty"`
	}{}
	if ephemeral {
		data.Flags = discordgo.MessageFlagsEphemeral
	}
	return hopeful(i, s.answer(ctx, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, data, nil, deferred))
}

// AcknowledgeUpdate answers a component without showing anything; EditOriginal
// then edits the message that the component belongs to. An unknown outcome
// counts as arrived, as with Acknowledge.
func (s *Session) AcknowledgeUpdate(ctx context.Context, i *Interaction) error {
	return hopeful(i, s.answer(ctx, i, discordgo.InteractionResponseDeferredMessageUpdate, nil, nil, deferredEdit))
}

// hopeful lets the handler go on after an acknowledgement whose outcome is
// unknown.
func hopeful(i *Interaction, err error) error {
	if !errors.Is(err, ErrUnknownOutcome) {
		return err
	}
	i.Log.Warn("nobody knows whether the acknowledgement arrived, going on", "err", err)
	return nil
}

// Respond answers with a message.
func (s *Session) Respond(ctx context.Context, i *Interaction, m Message) error {
	p, err := m.payload(forAnswer)
	if err != nil {
		return err
	}
	return s.answer(ctx, i, discordgo.InteractionResponseChannelMessageWithSource, p, m.Files, answered)
}

// UpdateMessage answers a component by replacing the message it belongs to.
func (s *Session) UpdateMessage(ctx context.Context, i *Interaction, m Message) error {
	p, err := m.payload(forEdit)
	if err != nil {
		return err
	}
	return s.answer(ctx, i, discordgo.InteractionResponseUpdateMessage, p, m.Files, answered)
}

// Choice is one suggestion of an autocomplete answer.
type Choice struct {
	// Name is shown, Value is sent; both 1 to MaxChoice characters.
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Choices answers an autocompletion with at most MaxChoices suggestions; none is
// a fine answer.
func (s *Session) Choices(ctx context.Context, i *Interaction, choices []Choice) error {
	err := above("choices", len(choices), MaxChoices)
	for k, c := range choices {
		if c.Name == "" || c.Value == "" {
			return &FormError{fmt.Sprintf("choices[%d]", k), "needs a name and a value"}
		}
		err = first(err, over(fmt.Sprintf("choices[%d].name", k), c.Name, MaxChoice),
			over(fmt.Sprintf("choices[%d].value", k), c.Value, MaxChoice))
	}
	if err != nil {
		return err
	}
	data := struct {
		Choices []Choice `json:"choices"`
	}{append([]Choice{}, choices...)}
	return s.answer(ctx, i, discordgo.InteractionApplicationCommandAutocompleteResult, data, nil, answered)
}

// Modal answers a command or component with a form.
func (s *Session) Modal(ctx context.Context, i *Interaction, m Modal) error {
	if err := m.check(); err != nil {
		return err
	}
	data := struct {
		CustomID   string                       `json:"custom_id"`
		Title      string                       `json:"title"`
		Components []discordgo.MessageComponent `json:"components"`
	}{m.CustomID, m.Title, m.Components}
	return s.answer(ctx, i, discordgo.InteractionResponseModal, data, nil, answered)
}

// answer sends a first answer within Timings.FirstResponse of the receipt, and
// waits a little longer for Discord's own. It is
// repeated once after an unknown outcome: Discord takes only one, and its refusal
// of the second proves the first.
func (s *Session) answer(ctx context.Context, i *Interaction, kind discordgo.InteractionResponseType, data any, files []File, then int32) error {
	if !i.state.v.CompareAndSwap(unanswered, answering) {
		return ErrAnswered
	}
	c, err := encode(endpoint(http.MethodPost, "/interactions/{id}/{token}/callback", i.ID, i.Token), struct {
		Type discordgo.InteractionResponseType `json:"type"`
		Data any                               `json:"data,omitempty"`
	}{kind, data}, files)
	if err != nil {
		i.state.v.Store(unanswered)
		return err
	}
	c.public, c.retries, c.settled = true, 1, codeAlreadyAnswered
	deadline := i.Received.Add(s.opt.Timings.FirstResponse)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(lateAnswer))
	defer cancel()
	if !time.Now().Before(deadline) {
		i.state.v.Store(unanswered)
		return ErrExpired
	}
	_, err = s.api.do(ctx, c)
	switch {
	case err == nil, errors.Is(err, ErrUnknownOutcome), errors.Is(err, ErrAnswered):
		i.state.v.Store(then)
	default:
		i.state.v.Store(unanswered)
	}
	if err == nil {
		s.opt.Observe("first_response", time.Since(i.Received))
	}
	return err
}

// EditOriginal replaces the first answer, or fills in its placeholder. Edits of
// different interactions do not wait for each other.
func (s *Session) EditOriginal(ctx context.Context, i *Interaction, m Message) (*discordgo.Message, error) {
	p, err := m.payload(forEdit)
	if err != nil {
		return nil, err
	}
	c, err := encode(endpoint(http.MethodPatch, "/webhooks/{app}/{token}/messages/@original", i.AppID, i.Token), p, m.Files)
	if err != nil {
		return nil, err
	}
	c.public = true
	out, err := s.message(ctx, c)
	if err == nil {
		i.state.v.Store(answered)
	}
	return out, err
}

// DeleteOriginal removes the first answer.
func (s *Session) DeleteOriginal(ctx context.Context, i *Interaction) error {
	c := endpoint(http.MethodDelete, "/webhooks/{app}/{token}/messages/@original", i.AppID, i.Token)
	c.public = true
	return s.delete(ctx, c, codeUnknownMessage)
}

// FollowUp sends a further message after the first answer. Discord offers no
// way to repeat it safely, so after an unknown outcome it is not repeated: the
// error is then ErrUnknownOutcome.
func (s *Session) FollowUp(ctx context.Context, i *Interaction, m Message) (*discordgo.Message, error) {
	p, err := m.payload(forAnswer)
	if err != nil {
		return nil, err
	}
	c, err := encode(endpoint(http.MethodPost, "/webhooks/{app}/{token}", i.AppID, i.Token), p, m.Files)
	if err != nil {
		return nil, err
	}
	c.url += "?wait=true"
	c.public = true
	return s.message(ctx, c)
}

// answerFor tells the user a sentence in whatever way is still open. It is the
// guard's last resort: what fails here is logged and left.
func (s *Session) answerFor(i *Interaction, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	m := Message{Content: text, Ephemeral: true}
	var err error
	switch {
	case i.Type == discordgo.InteractionApplicationCommandAutocomplete:
		err = s.Choices(ctx, i, nil)
	case i.state.v.Load() == unanswered:
		err = s.Respond(ctx, i, m)
	case i.state.v.Load() == deferred:
		_, err = s.EditOriginal(ctx, i, m)
	default:
		_, err = s.FollowUp(ctx, i, m)
	}
	if err != nil && !errors.Is(err, ErrAnswered) {
		i.Log.Warn("the user could not be told", "err", err)
	}
}
