package bot

import (
	"errors"

	"github.com/milvus-medic/medic/bot/session"
	"github.com/milvus-medic/medic/search/paste"
)

// unread is something of a question that was not read, and why.
type unread struct {
	name     string // of the file, as it can be shown; may be empty
	sentence string // id of the reason; empty for a picture that shows no text
	count    int64
}

// say gives it in one line.
func (u unread) say(say speaker) string {
	if u.sentence == "" {
		return u.name
	}
	text := say(u.sentence, data{"Count": u.count, "Most": maxAttachments})
	if u.name == "" {
		return text
	}
	return u.name + ": " + text
}

// sayAll gives each in one line.
func sayAll(list []unread, say speaker) []string {
	var lines []string
	for _, u := range list {
		lines = append(lines, u.say(say))
	}
	return lines
}

// skips are the sentences for what is left out of a paste.
var skips = map[paste.SkipKind]string{
	paste.SkipBinary: "skipBinary", paste.SkipMoreFiles: "skipFiles", paste.SkipRepeated: "skipRepeated", paste.SkipLongLine: "skipLongLine",
	paste.SkipEncrypted: "skipEncrypted", paste.SkipDamaged: "skipDamaged", paste.SkipNested: "skipNested", paste.SkipEmpty: "skipEmpty",
	paste.SkipTooBig: "skipTooBig", paste.SkipUnusual: "skipUnusual", paste.SkipMore: "skipMore",
}

// refusals are the sentences for why a file cannot be read.
var refusals = map[paste.Reason]string{
	paste.ErrEmpty: "readEmpty", paste.ErrBinary: "readBinary", paste.ErrTooLarge: "readTooLarge", paste.ErrLineTooLong: "readLongLine",
	paste.ErrBomb: "readBomb", paste.ErrEncrypted: "readEncrypted", paste.ErrCorrupt: "readCorrupt", paste.ErrSlow: "readSlow",
	paste.ErrNested: "readNested",
}

// skippedOf lists what was left out of a paste.
func skippedOf(p paste.Paste) (list []unread) {
	for _, s := range p.Skipped() {
		list = append(list, unread{s.Name, skips[s.Kind], s.Count})
	}
	return list
}

// fileTrouble says why a file was not read. Texts of the network and of
// Discord stay in the log.
func fileTrouble(name string, err error) unread {
	u := unread{name: shownName(name), sentence: "readFetch"}
	var known paste.Reason
	switch {
	case errors.As(err, &known):
		u.sentence = refusals[known]
	case errors.Is(err, session.ErrTooLarge):
		u.sentence = refusals[paste.ErrTooLarge]
	}
	return u
}
