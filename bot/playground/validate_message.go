package playground

import (
	"net/url"
	"strings"
	"time"
)

// Limits of a message. Source: Discord's documentation of messages and uploads.
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedTotal  = 6000
	maxFiles       = 10
	maxFileBytes   = 10 << 20
	maxRequest     = 25 << 20
	maxNonce       = 25
	maxMentionIDs  = 100
	maxDescription = 1024 // of an attachment
)

// checkBody notes every fault of the message fields that body sets. names are
// the file names an attachment:// reference may point at.
func checkBody(f *form, body obj, v2 bool, names map[string]bool) {
	f.size(body, "content", "content", 0, maxContent)
	checkLegacy(f, body, v2)
	checkEmbeds(f, body)
	checkMentions(f, body)
	checkNonce(f, body)
	if has(body, "components") {
		rows, ok := body["components"].([]any)
		if !ok {
			f.add("components", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
			return
		}
		c := newComponentCheck(f, v2, names)
		c.top(rows)
	}
}

// checkLegacy refuses the fields that Components V2 replaces.
func checkLegacy(f *form, body obj, v2 bool) {
	if !v2 {
		return
	}
	bad := func(k string) {
		f.add(k, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
			"The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", k)
	}
	if strings.TrimSpace(str(body, "content")) != "" {
		bad("content")
	}
	if len(list(body, "embeds")) > 0 {
		bad("embeds")
	}
	if has(body, "poll") {
		bad("poll")
	}
	if len(list(body, "sticker_ids")) > 0 {
		bad("sticker_ids")
	}
}

func checkNonce(f *form, body obj) {
	switch v := body["nonce"].(type) {
	case string:
		if length(v) > maxNonce {
			f.add("nonce", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxNonce)
		}
	case bool, obj, []any:
		f.add("nonce", "NONCE_TYPE_TOO_LONG", "Nonce must be a string or an integer.")
	}
}

func checkEmbeds(f *form, body obj) {
	if !has(body, "embeds") {
		return
	}
	embeds, ok := body["embeds"].([]any)
	if !ok {
		f.add("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return
	}
	if len(embeds) > maxEmbeds {
		f.add("embeds", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbeds)
	}
	total := 0
	for i, e := range embeds {
		path := "embeds." + itoa(i)
		em, ok := e.(obj)
		if !ok {
			f.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
			continue
		}
		total += checkEmbed(f, em, path)
	}
	if total > maxEmbedTotal {
		f.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedTotal)
	}
}

// checkEmbed returns how many characters of the embed count for the total.
func checkEmbed(f *form, e obj, path string) int {
	f.size(e, "title", path+".title", 0, 256)
	f.size(e, "description", path+".description", 0, 4096)
	f.within(e, "color", path+".color", 0, 0xffffff)
	checkURL(f, e, "url", path+".url", "http", "https")
	if t := str(e, "timestamp"); t != "" {
		if _, err := time.Parse(time.RFC3339, t); err != nil {
			f.add(path+".timestamp", "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", t)
		}
	}
	footer, author := object(e, "footer"), object(e, "author")
	if footer != nil {
		f.size(footer, "text", path+".footer.text", 1, 2048)
	}
	if author != nil {
		f.size(author, "name", path+".author.name", 1, 256)
		checkURL(f, author, "url", path+".author.url", "http", "https")
	}
	for _, k := range []string{"image", "thumbnail"} {
		if im := object(e, k); im != nil {
			checkURL(f, im, "url", path+"."+k+".url", "http", "https", "attachment")
		}
	}
	fields := list(e, "fields")
	if len(fields) > 25 {
		f.add(path+".fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	total := length(str(e, "title")) + length(str(e, "description")) + length(str(footer, "text")) + length(str(author, "name"))
	for i, v := range fields {
		fd, _ := v.(obj)
		at := path + ".fields." + itoa(i)
		f.size(fd, "name", at+".name", 1, 256)
		f.size(fd, "value", at+".value", 1, 1024)
		total += length(str(fd, "name")) + length(str(fd, "value"))
	}
	return total
}

// embedShows reports whether an embed has anything to see.
func embedShows(e obj) bool {
	for _, k := range []string{"title", "description", "image", "thumbnail", "author", "footer"} {
		switch v := e[k].(type) {
		case string:
			if strings.TrimSpace(v) != "" {
				return true
			}
		case obj:
			if len(v) > 0 {
				return true
			}
		}
	}
	return len(list(e, "fields")) > 0
}

// checkURL accepts an absent or empty address, else demands a known scheme.
func checkURL(f *form, o obj, key, path string, schemes ...string) {
	raw, present := o[key].(string)
	if !present || raw == "" {
		return
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme == "" || u.Host == "" {
		f.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
		return
	}
	if len(raw) > 2048 {
		f.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 2048 or fewer in length.")
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return
		}
	}
	f.add(path, "URL_TYPE_INVALID_SCHEME", "Scheme \"%s\" is not supported. Scheme must be one of ('%s').",
		u.Scheme, strings.Join(schemes, "', '"))
}

func checkMentions(f *form, body obj) {
	am := object(body, "allowed_mentions")
	if am == nil {
		return
	}
	parse := list(am, "parse")
	for i, p := range parse {
		switch p {
		case "users", "roles", "everyone":
		default:
			f.add("allowed_mentions.parse."+itoa(i), "BASE_TYPE_CHOICES",
				"Value must be one of ('users', 'roles', 'everyone').")
		}
		if (p == "users" || p == "roles") && len(list(am, p.(string))) > 0 {
			f.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
				"parse:[\"%s\"] and %s: [ids...] are mutually exclusive.", p, p)
		}
	}
	for _, k := range []string{"users", "roles"} {
		if len(list(am, k)) > maxMentionIDs {
			f.add("allowed_mentions."+k, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxMentionIDs)
		}
	}
}

// attachments is what a message's attachments will be: kept ones and new ones.
type attachments struct {
	keep  []any
	add   []upload
	notes []obj // the attachment object that describes each new file, or nil
}

// planAttachments pairs uploaded files with the attachments field. existing is
// nil for a new message.
func planAttachments(f *form, body obj, ups []upload, existing []any) attachments {
	var plan attachments
	if len(ups) > maxFiles {
		f.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFiles)
	}
	notes := map[int]obj{}
	listed, given := body["attachments"].([]any)
	if !given {
		plan.keep = existing
	}
	if len(listed) > maxFiles {
		f.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFiles)
	}
	for i, v := range listed {
		a, _ := v.(obj)
		path := "attachments." + itoa(i)
		f.size(a, "description", path+".description", 0, maxDescription)
		if old := findByID(existing, snowflake(a["id"])); old != nil {
			plan.keep = append(plan.keep, old)
			continue
		}
		n, ok := asInt(a["id"])
		if s := str(a, "id"); s != "" {
			n, ok = parseIndex(s)
		}
		if !ok || !hasIndex(ups, int(n)) {
			f.add(path, "ATTACHMENT_NOT_FOUND", "Attachment data not found.")
			continue
		}
		notes[int(n)] = a
	}
	for _, u := range ups {
		plan.add = append(plan.add, u)
		plan.notes = append(plan.notes, notes[u.index])
	}
	if len(plan.keep)+len(plan.add) > maxFiles && len(ups) <= maxFiles {
		f.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxFiles)
	}
	return plan
}

// names is the set of file names that attachment:// may refer to.
func (p attachments) names() map[string]bool {
	out := map[string]bool{}
	for _, v := range p.keep {
		if a, ok := v.(obj); ok {
			out[str(a, "filename")] = true
		}
	}
	for i, u := range p.add {
		out[p.name(i, u)] = true
	}
	return out
}

func (p attachments) name(i int, u upload) string {
	if n := p.notes[i]; n != nil && str(n, "filename") != "" {
		return safeName(str(n, "filename"))
	}
	return safeName(u.name)
}

func findByID(list []any, id string) obj {
	for _, v := range list {
		if a, ok := v.(obj); ok && id != "" && str(a, "id") == id {
			return a
		}
	}
	return nil
}

func parseIndex(s string) (int64, bool) {
	var n int64
	for _, r := range s {
		if r < '0' || r > '9' || n > 1<<40 {
			return 0, false
		}
		n = n*10 + int64(r-'0')
	}
	return n, s != ""
}

func hasIndex(ups []upload, n int) bool {
	for _, u := range ups {
		if u.index == n {
			return true
		}
	}
	return false
}
