package github

import (
	"net/url"
	"strings"
)

const (
	// DefaultLinkBytes is the length of a link that [Draft.Link] keeps to when
	// it is given none. GitHub refuses addresses of about 8,190 bytes, and some
	// browsers and proxies on the way less. Discord's places for text are
	// smaller still (a message 2,000, an embed's description 4,096 characters):
	// who shows a link there gives that limit.
	DefaultLinkBytes = 6000
	// maxLinkBytes is the longest link made, whatever is asked for.
	maxLinkBytes = 8000
)

// Link returns an address that opens GitHub's page for a new issue with title
// and body filled in, at most limit bytes long; 0 means [DefaultLinkBytes].
// Logs are cut first, down to a third of the link, then other long texts, at
// whole lines and characters and before anything is encoded. What does not fit is named in cut, a
// sentence for the user that refers to the attached file, which is to be
// [Draft.Markdown]; it is empty if nothing was left out. A limit too small
// for the form's headings gives a link with the title only or without it, and
// "" if not even that fits.
func (d *Draft) Link(limit int) (link, cut string) {
	if limit <= 0 {
		limit = DefaultLinkBytes
	}
	limit = min(limit, maxLinkBytes)
	link = d.Site + "/" + url.PathEscape(d.Repo.Owner) + "/" + url.PathEscape(d.Repo.Name) +
		"/issues/new?"
	if d.Template != "" {
		link += "template=" + url.QueryEscape(d.Template) + "&"
	}
	titled := link + "title=" + url.QueryEscape(d.Title())

	doc := d.document()
	room := limit - len(titled) - len("&body=")
	body := doc.fit(room, escapedLen)
	if escapedLen(body) <= room {
		if left := doc.left(); len(left) > 0 {
			cut = "The link leaves out " + list(left) + "; the complete report is the attached file."
		}
		return titled + "&body=" + url.QueryEscape(body), cut
	}
	cut = "The report is too long for a link; the complete report is the attached file."
	switch {
	case len(titled) <= limit:
		return titled, cut
	case len(link) <= limit:
		return strings.TrimRight(link, "?&"), cut
	}
	return "", cut
}

// escapedLen is len(url.QueryEscape(s)) without making the string.
func escapedLen(s string) int {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~', c == ' ':
			n++
		default:
			n += 3
		}
	}
	return n
}
