package session

import (
	"encoding/json"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// Component types that discordgo v0.29 does not have.
const (
	labelType      discordgo.ComponentType = 18
	fileUploadType discordgo.ComponentType = 19
)

// Limits of modals. Source: the documents on modals; the OpenAPI file allows
// more components than they do.
const (
	MaxModalTitle      = 45
	MaxModalComponents = 5
	MaxModalInput      = 4000
)

// Modal is a form. It can only be the first answer to a command or a component.
type Modal struct {
	// CustomID comes back with the submit.
	CustomID string
	// Title stands above the form.
	Title string
	// Components are one to five, mostly Labels.
	Components []discordgo.MessageComponent
}

func (m Modal) check() error {
	if m.CustomID == "" || strings.TrimSpace(m.Title) == "" || len(m.Components) == 0 {
		return &FormError{"modal", "needs a custom id, a title and a component"}
	}
	if err := first(
		over("modal.custom_id", m.CustomID, MaxCustomID),
		over("modal.title", m.Title, MaxModalTitle),
		above("modal.components", len(m.Components), MaxModalComponents),
	); err != nil {
		return err
	}
	list, err := nodesOf(m.Components)
	if err != nil {
		return err
	}
	w := walker{modal: true}
	for i := range list {
		if err := w.visit(&place{field: "modal.components", index: -1}, &list[i], 0); err != nil {
			return err
		}
	}
	return nil
}

// Label puts a text and a description above one component of a modal. discordgo
// v0.29 lacks it, and its own text input cannot stand inside one.
type Label struct {
	// Label is at most 45 characters, Description at most 100.
	Label, Description string
	// Component is a TextInput, a StringSelect or a FileUpload.
	Component discordgo.MessageComponent
}

// Type implements discordgo.MessageComponent.
func (Label) Type() discordgo.ComponentType { return labelType }

// MarshalJSON implements discordgo.MessageComponent.
func (l Label) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type        discordgo.ComponentType    `json:"type"`
		Label       string                     `json:"label"`
		Description string                     `json:"description,omitempty"`
		Component   discordgo.MessageComponent `json:"component"`
	}{labelType, l.Label, l.Description, l.Component})
}

// TextInput is a text field inside a Label.
type TextInput struct {
	CustomID    string
	Placeholder string
	// Value is filled in beforehand, at most MaxModalInput.
	Value string
	// Min and Max bound the length; 0 means no bound and MaxModalInput.
	Min, Max int
	// Optional fields may be left empty.
	Optional bool
	// Paragraph makes a field of several lines.
	Paragraph bool
}

// Type implements discordgo.MessageComponent.
func (TextInput) Type() discordgo.ComponentType { return discordgo.TextInputComponent }

// MarshalJSON implements discordgo.MessageComponent.
func (t TextInput) MarshalJSON() ([]byte, error) {
	style := discordgo.TextInputShort
	if t.Paragraph {
		style = discordgo.TextInputParagraph
	}
	return json.Marshal(struct {
		Type        discordgo.ComponentType  `json:"type"`
		CustomID    string                   `json:"custom_id"`
		Style       discordgo.TextInputStyle `json:"style"`
		Placeholder string                   `json:"placeholder,omitempty"`
		Value       string                   `json:"value,omitempty"`
		Min         int                      `json:"min_length,omitempty"`
		Max         int                      `json:"max_length,omitempty"`
		Required    bool                     `json:"required"`
	}{t.Type(), t.CustomID, style, t.Placeholder, t.Value, t.Min, t.Max, !t.Optional})
}

// StringSelect is a list to choose from inside a Label.
type StringSelect struct {
	CustomID    string
	Placeholder string
	Options     []discordgo.SelectMenuOption
	// Max is how many may be chosen; 0 means 1.
	Max int
	// Optional lists may be left without a choice.
	Optional bool
}

// Type implements discordgo.MessageComponent.
func (StringSelect) Type() discordgo.ComponentType { return discordgo.SelectMenuComponent }

// MarshalJSON implements discordgo.MessageComponent.
func (s StringSelect) MarshalJSON() ([]byte, error) {
	type option struct {
		Label       string                    `json:"label"`
		Value       string                    `json:"value"`
		Description string                    `json:"description,omitempty"`
		Emoji       *discordgo.ComponentEmoji `json:"emoji,omitempty"`
		Default     bool                      `json:"default,omitempty"`
	}
	options := make([]option, len(s.Options))
	for i, o := range s.Options {
		options[i] = option(o)
	}
	return json.Marshal(struct {
		Type        discordgo.ComponentType `json:"type"`
		CustomID    string                  `json:"custom_id"`
		Placeholder string                  `json:"placeholder,omitempty"`
		Options     []option                `json:"options"`
		Max         int                     `json:"max_values,omitempty"`
		Required    bool                    `json:"required"`
	}{s.Type(), s.CustomID, s.Placeholder, options, s.Max, !s.Optional})
}

// FileUpload lets the user add files inside a Label.
type FileUpload struct {
	CustomID string
	// Max is how many files, 1 to 10; 0 means 1.
	Max int
	// Optional uploads may be left empty.
	Optional bool
}

// Type implements discordgo.MessageComponent.
func (FileUpload) Type() discordgo.ComponentType { return fileUploadType }

// MarshalJSON implements discordgo.MessageComponent.
func (f FileUpload) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type     discordgo.ComponentType `json:"type"`
		CustomID string                  `json:"custom_id"`
		Max      int                     `json:"max_values,omitempty"`
		Required bool                    `json:"required"`
	}{fileUploadType, f.CustomID, f.Max, !f.Optional})
}
