package paste

import (
	"fmt"
	"sort"
)

// Kind says what was taken out of a paste.
type Kind string

// The kinds of values that are replaced. The first group are credentials
// (see [Kind.Secret]), the second is personal or private data.
const (
	Password     Kind = "password"
	Token        Kind = "token"
	APIKey       Kind = "api key"
	AccessKey    Kind = "access key"
	PrivateKey   Kind = "private key"
	Webhook      Kind = "webhook"
	Signature    Kind = "signature"
	PasswordHash Kind = "password hash"

	Email     Kind = "e-mail"
	IPAddress Kind = "ip address"
	HostName  Kind = "host name"
	UserName  Kind = "user name"
)

// Secret reports whether a value of this kind gives access to something and
// should be replaced by its owner once it has been posted. The others are
// private, but need no rotating.
func (k Kind) Secret() bool {
	switch k {
	case Email, IPAddress, HostName, UserName:
		return false
	}
	return true
}

// word is the stem of the placeholder for the kind: <word-1>.
func (k Kind) word() string {
	switch k {
	case Email:
		return "email"
	case IPAddress:
		return "ip"
	case HostName:
		return "host"
	case UserName:
		return "user"
	}
	return "secret"
}

// Removal tells how many places of a paste held a value of one kind. It never
// holds the value.
type Removal struct {
	Kind  Kind
	Count int
}

// SkipKind says why something was left out of a paste.
type SkipKind string

// The reasons for a Skip.
const (
	SkipBinary    SkipKind = "binary"      // a file that is not text
	SkipMoreFiles SkipKind = "more files"  // files after the limit of files
	SkipRepeated  SkipKind = "repeated"    // routine lines in the middle of a long log
	SkipLongLine  SkipKind = "long line"   // the middle of very long lines
	SkipEncrypted SkipKind = "encrypted"   // a file that needs a password
	SkipDamaged   SkipKind = "damaged"     // a file, or its rest, that cannot be unpacked
	SkipNested    SkipKind = "nested"      // an archive too deep inside archives
	SkipEmpty     SkipKind = "empty"       // a file without text
	SkipTooBig    SkipKind = "too big"     // a file that alone is over a limit
	SkipMore      SkipKind = "more skips"  // further skips that are not listed
	SkipUnusual   SkipKind = "unusual way" // packed in a way this program cannot read
)

// Skip is one thing that was left out of a paste, for the user to see.
type Skip struct {
	Kind   SkipKind
	Name   string // the file, cleaned and redacted; empty for the whole paste
	Detail string // what it is, in a few words: "PNG image"
	Count  int64  // how much: lines, bytes or files, by Kind; 0 for one file
}

// String renders the skip as one plain English phrase.
func (s Skip) String() string {
	prefix := ""
	if s.Name != "" {
		prefix = s.Name + ": "
	}
	switch s.Kind {
	case SkipBinary:
		return prefix + "left out, it is " + s.Detail
	case SkipMoreFiles:
		return prefix + "only the first files of the archive were read" + countOf(s.Count, "left out")
	case SkipRepeated:
		return fmt.Sprintf("%s%d lines in the middle of the log left out, routine or repeated", prefix, s.Count)
	case SkipLongLine:
		return fmt.Sprintf("%s%d bytes in the middle of very long lines left out", prefix, s.Count)
	case SkipEncrypted:
		return prefix + "left out, it is protected with a password"
	case SkipDamaged:
		return prefix + "damaged or cut short, only what could be unpacked was read"
	case SkipNested:
		return prefix + "left out, it is an archive too deep inside other archives"
	case SkipEmpty:
		return prefix + "left out, it is empty"
	case SkipTooBig:
		return prefix + "left out, it is too big"
	case SkipUnusual:
		return prefix + "left out, it is packed with " + s.Detail
	case SkipMore:
		return fmt.Sprintf("%s%d further parts left out", prefix, s.Count)
	}
	return prefix + "left out"
}

func countOf(n int64, what string) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

// tally counts removals by kind.
type tally map[Kind]int

// list returns the removals, credentials first, each group by name.
func (t tally) list() []Removal {
	if len(t) == 0 {
		return nil
	}
	out := make([]Removal, 0, len(t))
	for k, n := range t {
		out = append(out, Removal{Kind: k, Count: n})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].Kind, out[j].Kind
		if a.Secret() != b.Secret() {
			return a.Secret()
		}
		return a < b
	})
	return out
}
