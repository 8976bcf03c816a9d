// Package github turns what a user pasted and said into an issue that a
// maintainer can work with, and brings it to GitHub.
//
// A [Form] is the project's own issue form. A [Draft] is that form, filled as
// far as the paste allows; it knows what is missing and how to ask for it,
// and renders itself as the body a submitted form would have
// ([Draft.Body]), as a file ([Draft.Markdown]) and as a link that opens
// GitHub with everything filled in ([Draft.Link]).
//
// A [Client] talks to GitHub, as an app, with a token or anonymously; its
// failures are of type [*Error] and say what to do. [TemplateCache] keeps the
// form up to date, [Mirror] a copy of the issues to find duplicates in, and a
// [Filer] files a draft at most once, whatever fails on the way. What happens
// to an issue later arrives as an [Event], by webhook ([NewHook]) or by
// [Client.Poll]. [Quota] bounds how much is filed.
//
// # What holds for every text that is rendered
//
//   - Words of a user and lines of a log stand inside code fences, and
//     nowhere else. A fence is longer than any run of backticks inside it.
//     Inside a fence GitHub makes no mentions, references, links or HTML.
//   - A fence does not stop bots that read the raw text for commands such as
//     "/close". A line that starts with "/" and a letter gets one space in
//     front, inside fences too.
//   - Only "\n" ends a line inside a fence. Other line ends become spaces,
//     control characters but tabs are dropped, and so is white space at the
//     end of a text.
//   - Texts come in as [paste.Paste] and are redacted. The few plain strings
//     of a [Report] are redacted here once more.
//   - A text that is too long is cut at whole lines or words, and the text
//     beside it says so. A log loses its oldest lines first; the lines around
//     the problem stay longest.
//
// Drafts and forms are not safe for concurrent use; all else is.
package github

import (
	"fmt"
	"regexp"
	"strings"
)

// Repo is a repository on GitHub.
type Repo struct {
	Owner string
	Name  string
}

var (
	ownerPattern = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9]|-[A-Za-z0-9]){0,38}$`)
	namePattern  = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
)

// maxOwner is GitHub's limit for user and organisation names.
const maxOwner = 39

// ParseRepo reads "owner/name". It fails on what GitHub does not allow as a
// name, and on addresses: the host is not part of it.
func ParseRepo(s string) (Repo, error) {
	owner, name, ok := strings.Cut(s, "/")
	switch {
	case !ok || strings.Contains(name, "/"):
		return Repo{}, fmt.Errorf("github: repository %q: write it as owner/name", s)
	case len(owner) > maxOwner || !ownerPattern.MatchString(owner):
		return Repo{}, fmt.Errorf("github: repository %q: owner must be letters, digits and single hyphens, at most %d", s, maxOwner)
	case !namePattern.MatchString(name) || name == "." || name == "..":
		return Repo{}, fmt.Errorf("github: repository %q: name must be letters, digits, '.', '_' and '-', at most 100", s)
	}
	return Repo{Owner: owner, Name: name}, nil
}

// String returns "owner/name".
func (r Repo) String() string { return r.Owner + "/" + r.Name }
