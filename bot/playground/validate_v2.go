package playground

import "strings"

// layout checks the component types that came with Components V2.
func (c *componentCheck) layout(o obj, at string, kind int) {
	switch kind {
	case compTextDisplay:
		c.f.size(o, "content", at+".content", 1, maxV2Text)
		c.text += length(str(o, "content"))
	case compSection:
		c.section(o, at)
	case compThumbnail:
		c.f.size(o, "description", at+".description", 0, 1024)
		c.media(o, "media", at)
	case compGallery:
		c.gallery(o, at)
	case compFile:
		c.media(o, "file", at)
		if u := str(object(o, "file"), "url"); u != "" && !strings.HasPrefix(u, "attachment://") {
			c.f.add(at+".file.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment').")
		}
	case compSeparator:
		c.f.within(o, "spacing", at+".spacing", 1, 2)
	case compContainer:
		in := list(o, "components")
		if len(in) == 0 || len(in) > maxV2 {
			c.f.add(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxV2)
		}
		c.f.within(o, "accent_color", at+".accent_color", 0, 0xffffff)
		c.children(in, at+".components", []int{compRow, compSection, compTextDisplay, compGallery, compFile, compSeparator})
	}
}

// section is one to three texts beside a button or a thumbnail.
func (c *componentCheck) section(o obj, at string) {
	in := list(o, "components")
	if len(in) == 0 || len(in) > 3 {
		c.f.add(at+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.")
	}
	c.children(in, at+".components", []int{compTextDisplay})
	acc := object(o, "accessory")
	if acc == nil {
		c.f.required(at + ".accessory")
		return
	}
	c.one(acc, at+".accessory", []int{compButton, compThumbnail})
}

func (c *componentCheck) gallery(o obj, at string) {
	in := list(o, "items")
	if len(in) == 0 || len(in) > 10 {
		c.f.add(at+".items", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
	}
	for i, v := range in {
		it, _ := v.(obj)
		p := at + ".items." + itoa(i)
		c.f.size(it, "description", p+".description", 0, 1024)
		c.media(it, "media", p)
	}
}

// media is a web address or a reference to a file of the same message.
func (c *componentCheck) media(o obj, key, at string) {
	m := object(o, key)
	if m == nil {
		c.f.required(at + "." + key)
		return
	}
	path := at + "." + key + ".url"
	c.f.size(m, "url", path, 1, 2048)
	checkURL(c.f, m, "url", path, "http", "https", "attachment")
	name, ref := strings.CutPrefix(str(m, "url"), "attachment://")
	if ref && !c.names[name] {
		c.f.add(path, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
			"The referenced attachment '%s' was not found", name)
	}
}

// walkComponents calls f for every component of a tree, parents first.
func walkComponents(in []any, f func(obj)) {
	for _, v := range in {
		o, ok := v.(obj)
		if !ok {
			continue
		}
		f(o)
		walkComponents(list(o, "components"), f)
		for _, k := range []string{"accessory", "component"} {
			if a := object(o, k); a != nil {
				walkComponents([]any{a}, f)
			}
		}
	}
}

// numberComponents gives every component the id Discord would have given it.
func numberComponents(in []any) {
	used := map[int64]bool{}
	walkComponents(in, func(o obj) { used[number(o, "id")] = true })
	next := int64(1)
	walkComponents(in, func(o obj) {
		if number(o, "id") != 0 {
			return
		}
		for used[next] {
			next++
		}
		used[next] = true
		o["id"] = next
	})
}

// textOf gathers what a message says where mentions count: its content, or its
// text displays.
func textOf(body obj) string {
	parts := []string{str(body, "content")}
	walkComponents(list(body, "components"), func(o obj) {
		if kindOf(o) == compTextDisplay {
			parts = append(parts, str(o, "content"))
		}
	})
	return strings.Join(parts, "\n")
}
