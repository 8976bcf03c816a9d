package session

import (
	"fmt"
	"slices"

	"github.com/bwmarrin/discordgo"
)

// node is what the limits of components look at.
type node struct {
	Type        discordgo.ComponentType `json:"type"`
	CustomID    string                  `json:"custom_id"`
	Label       string                  `json:"label"`
	URL         string                  `json:"url"`
	Content     string                  `json:"content"`
	Placeholder string                  `json:"placeholder"`
	Description string                  `json:"description"`
	Value       string                  `json:"value"`
	Options     []node                  `json:"options,omitempty"`
	Components  []node                  `json:"components,omitempty"`
	Component   *node                   `json:"component"`
	Accessory   *node                   `json:"accessory"`
}

// place says where in a message something stands. It is written out for an
// error only.
type place struct {
	up    *place // nil at the top
	field string
	index int // in a list, else -1
}

func (p *place) String() string {
	s := p.field
	if p.index >= 0 {
		s = fmt.Sprintf("%s[%d]", p.field, p.index)
	}
	if p.up != nil {
		return p.up.String() + "." + s
	}
	return s
}

// over is over for a field of what stands here.
func (p *place) over(field, s string, limit int) error {
	if n := Length(s); n > limit {
		return above(p.String()+"."+field, n, limit)
	}
	return nil
}

// walker counts while it goes down a tree of components.
type walker struct {
	v2    bool
	modal bool
	ids   []string // seen so far, of at most MaxV2Components
	count int
	text  int
}

func (w *walker) visit(at *place, n *node, depth int) error {
	w.count++
	if depth > 5 {
		return &FormError{at.String(), "is nested too deeply"}
	}
	if n.CustomID != "" {
		if slices.Contains(w.ids, n.CustomID) {
			return &FormError{at.String(), "repeats the custom_id of another component"}
		}
		w.ids = append(w.ids, n.CustomID)
	}
	if err := first(at.over("custom_id", n.CustomID, MaxCustomID), w.checkType(at, n)); err != nil {
		return err
	}
	for i := range n.Components {
		if err := w.visit(&place{at, "components", i}, &n.Components[i], depth+1); err != nil {
			return err
		}
	}
	for _, child := range []*node{n.Component, n.Accessory} {
		if child != nil {
			if err := w.visit(&place{at, "component", -1}, child, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkType holds one component against the limits of its type.
func (w *walker) checkType(at *place, n *node) error {
	switch n.Type {
	case discordgo.ActionsRowComponent:
		switch {
		case len(n.Components) == 0:
			return &FormError{at.String(), "is an empty row"}
		case len(n.Components) > 5:
			return above(at.String()+".components", len(n.Components), 5)
		}
		return nil
	case discordgo.ButtonComponent:
		return first(at.over("label", n.Label, 80), at.over("url", n.URL, 512))
	case discordgo.UserSelectMenuComponent, discordgo.RoleSelectMenuComponent,
		discordgo.MentionableSelectMenuComponent, discordgo.ChannelSelectMenuComponent:
		return at.over("placeholder", n.Placeholder, 150)
	case discordgo.SelectMenuComponent:
		return first(at.over("placeholder", n.Placeholder, 150), checkOptions(at, n.Options))
	case discordgo.TextInputComponent:
		return first(at.over("label", n.Label, 45), at.over("placeholder", n.Placeholder, 100), at.over("value", n.Value, 4000))
	case labelType:
		return first(at.over("label", n.Label, 45), at.over("description", n.Description, 100))
	case discordgo.TextDisplayComponent:
		w.text += Length(n.Content)
		if n.Content == "" {
			return &FormError{at.String(), "is an empty text"}
		}
	}
	if !w.v2 && !w.modal {
		return &FormError{at.String(), fmt.Sprintf("has type %d, which needs a row or V2", n.Type)}
	}
	return nil
}

func checkOptions(at *place, options []node) error {
	if len(options) == 0 {
		return &FormError{at.String(), "has no options"}
	}
	if len(options) > 25 {
		return above(at.String()+".options", len(options), 25)
	}
	for i := range options {
		o, in := &options[i], &place{at, "options", i}
		if err := first(in.over("label", o.Label, 100), in.over("value", o.Value, 100), in.over("description", o.Description, 100)); err != nil {
			return err
		}
	}
	return nil
}
