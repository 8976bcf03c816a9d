package session

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"
)

// components writes a list of components as discordgo would. Fields that the
// bot never sets, and types that it does not use, are left to discordgo.
func (w *jsonWriter) components(list []discordgo.MessageComponent) {
	if list == nil {
		w.any(nil)
		return
	}
	w.open('[')
	for _, c := range list {
		w.next()
		w.component(c)
	}
	w.close(']')
}

func (w *jsonWriter) component(c discordgo.MessageComponent) {
	switch c := c.(type) {
	case discordgo.TextDisplay:
		w.object(c, func() { w.str("content", c.Content) })
	case discordgo.Separator:
		w.object(c, func() { w.separator(c) })
	case discordgo.Button:
		w.object(c, func() { w.button(c) })
	case discordgo.SelectMenu:
		w.object(c, func() { w.selectMenu(c) })
	case discordgo.ActionsRow:
		w.object(c, func() {
			w.key("components")
			w.components(c.Components)
			w.numIf("id", c.ID)
		})
	case discordgo.Section:
		w.object(c, func() {
			w.numIf("id", c.ID)
			w.key("components")
			w.components(c.Components)
			w.key("accessory")
			w.component(c.Accessory)
		})
	case discordgo.Container:
		w.object(c, func() { w.container(c) })
	default:
		w.any(c)
	}
}

// object writes an object of the fields and, last, the component's type.
func (w *jsonWriter) object(c discordgo.MessageComponent, fields func()) {
	w.open('{')
	fields()
	w.num("type", int(c.Type()))
	w.close('}')
}

func (w *jsonWriter) separator(c discordgo.Separator) {
	w.numIf("id", c.ID)
	if c.Divider != nil {
		w.flag("divider", *c.Divider)
	}
	if c.Spacing != nil {
		w.num("spacing", int(*c.Spacing))
	}
}

func (w *jsonWriter) container(c discordgo.Container) {
	w.numIf("id", c.ID)
	if c.AccentColor != nil {
		w.num("accent_color", *c.AccentColor)
	}
	w.flag("spoiler", c.Spoiler)
	w.key("components")
	w.components(c.Components)
}

func (w *jsonWriter) button(c discordgo.Button) {
	if c.Style == 0 {
		c.Style = discordgo.PrimaryButton
	}
	w.str("label", c.Label)
	w.num("style", int(c.Style))
	w.flag("disabled", c.Disabled)
	w.emoji(c.Emoji)
	w.strIf("url", c.URL)
	w.strIf("custom_id", c.CustomID)
	w.strIf("sku_id", c.SKUID)
	w.numIf("id", c.ID)
}

func (w *jsonWriter) emoji(e *discordgo.ComponentEmoji) {
	if e != nil {
		w.key("emoji")
		w.any(e)
	}
}

func (w *jsonWriter) selectMenu(c discordgo.SelectMenu) {
	w.strIf("custom_id", c.CustomID)
	w.str("placeholder", c.Placeholder)
	if c.MinValues != nil {
		w.num("min_values", *c.MinValues)
	}
	w.numIf("max_values", c.MaxValues)
	if len(c.DefaultValues) > 0 {
		w.key("default_values")
		w.any(c.DefaultValues)
	}
	if len(c.Options) > 0 {
		w.key("options")
		w.options(c.Options)
	}
	w.flag("disabled", c.Disabled)
	if len(c.ChannelTypes) > 0 {
		w.key("channel_types")
		w.any(c.ChannelTypes)
	}
	w.numIf("id", c.ID)
}

func (w *jsonWriter) options(list []discordgo.SelectMenuOption) {
	w.open('[')
	for _, o := range list {
		w.next()
		w.open('{')
		w.strIf("label", o.Label)
		w.str("value", o.Value)
		w.str("description", o.Description)
		w.emoji(o.Emoji)
		w.flag("default", o.Default)
		w.close('}')
	}
	w.close(']')
}

// nodesOf returns what the limits look at of components; of types that the
// bot does not use, from the JSON they become.
func nodesOf(list []discordgo.MessageComponent) ([]node, error) {
	nodes := make([]node, len(list))
	for i, c := range list {
		if err := nodes[i].of(c); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

func (n *node) of(c discordgo.MessageComponent) (err error) {
	switch c := c.(type) {
	case discordgo.TextDisplay:
		n.Content = c.Content
	case discordgo.Separator:
	case discordgo.Button:
		n.CustomID, n.Label, n.URL = c.CustomID, c.Label, c.URL
	case discordgo.SelectMenu:
		n.CustomID, n.Placeholder = c.CustomID, c.Placeholder
		n.Options = make([]node, len(c.Options))
		for i, o := range c.Options {
			n.Options[i] = node{Label: o.Label, Value: o.Value, Description: o.Description}
		}
	case discordgo.ActionsRow:
		n.Components, err = nodesOf(c.Components)
	case discordgo.Container:
		n.Components, err = nodesOf(c.Components)
	case discordgo.Section:
		if n.Components, err = nodesOf(c.Components); err == nil && c.Accessory != nil {
			n.Accessory = &node{}
			err = n.Accessory.of(c.Accessory)
		}
	default:
		return n.ofJSON(c)
	}
	n.Type = c.Type()
	return err
}

// ofJSON reads the node out of the JSON of any component.
func (n *node) ofJSON(c discordgo.MessageComponent) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return &FormError{"components", "cannot be encoded: " + err.Error()}
	}
	if json.Unmarshal(raw, n) != nil {
		return &FormError{"components", "are not a list of objects"}
	}
	return nil
}
