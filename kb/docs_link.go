package kb

import (
	"net/url"
	"path"
	"strings"
)

const (
	docsHost    = "https://milvus.io"
	docsAddress = docsHost + "/docs/"
)

// docsBase returns the address that a language's pages follow.
func docsBase(lang string) string {
	switch folder, ok := DocsLanguages[lang]; {
	case ok:
		return docsAddress + folder + "/"
	case lang == "en" || lang == "":
		return docsAddress
	}
	return docsAddress + url.PathEscape(lang) + "/"
}

// fragment returns "#anchor" as it stands in an address.
func fragment(anchor string) string {
	if anchor == "" {
		return ""
	}
	return "#" + (&url.URL{Fragment: anchor}).EscapedFragment()
}

// resolveLink returns the absolute address of a link on the page at address,
// or "" for one that leads nowhere a reader of another place can follow.
func resolveLink(address, href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return ""
	}
	switch {
	case u.Scheme == "http" || u.Scheme == "https":
		return u.String()
	case u.Scheme != "" || u.Opaque != "":
		return "" // mailto and the like
	case u.Host != "":
		return "https:" + u.String()
	case strings.HasPrefix(u.Path, "/"):
		return docsHost + u.String()
	case u.Path == "" && u.Fragment == "":
		return ""
	case u.Path == "":
		return address + "#" + u.EscapedFragment()
	}
	if ext := path.Ext(u.Path); ext != ".md" && ext != "" {
		return "" // a file of the source tree, which the site does not serve
	}
	// Addresses are flat, wherever in the source tree the path leads.
	u.Path, u.RawPath = path.Base(u.Path), ""
	return address[:strings.LastIndexByte(address, '/')+1] + strings.TrimPrefix(u.String(), "./")
}
