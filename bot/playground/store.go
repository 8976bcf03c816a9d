package playground

import (
	"strings"
	"unicode"
)

// Message flags, by Discord's names.
const (
	flagSuppressEmbeds = 1 << 2
	flagHasThread      = 1 << 5
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagSilent         = 1 << 12
	flagV2             = 1 << 15
)

// Message types.
const (
	typeDefault       = 0
	typeThreadCreated = 18
	typeReply         = 19
	typeSlash         = 20
	typeThreadStarter = 21
	typeContextMenu   = 23
)

// Caps that keep a demo which runs for weeks at a constant size.
const (
	keepMessages  = 500       // per channel
	keepFileBytes = 256 << 20 // over all attachments
	keepThreads   = 1000      // over all channels, as Discord caps active threads
)

// message is one message as Discord would present it, author included. The
// body changes only under the server's lock and leaves it as bytes.
type message struct {
	id, channelID, authorID string
	body                    obj
	only                    string       // the one person who sees an ephemeral message
	made                    *interaction // the interaction it answers, nil for ordinary messages
	dead                    bool
	reactions               []*reaction
}

type reaction struct {
	emoji obj
	users []string
}

func (m *message) flags() int64      { return number(m.body, "flags") }
func (m *message) is(bit int64) bool { return m.flags()&bit != 0 }

func (m *message) setFlag(bit int64, on bool) {
	if on {
		m.body["flags"] = m.flags() | bit
	} else {
		m.body["flags"] = m.flags() &^ bit
	}
}

// json is the message with its reactions, as an answer to the bot.
func (m *message) json(viewer string) obj {
	if len(m.reactions) == 0 {
		return m.body
	}
	out := make(obj, len(m.body)+1)
	for k, v := range m.body {
		out[k] = v
	}
	list := []any{}
	for _, r := range m.reactions {
		me := false
		for _, u := range r.users {
			me = me || u == viewer
		}
		list = append(list, obj{"emoji": r.emoji, "count": len(r.users), "me": me, "me_burst": false,
			"count_details": obj{"burst": 0, "normal": len(r.users)}, "burst_colors": []any{}})
	}
	out["reactions"] = list
	return out
}

// store is the messages of one channel, oldest first.
type store struct {
	msgs   []*message
	byID   map[string]*message
	lastID string
}

func (st *store) add(m *message) (dropped []*message) {
	st.msgs = append(st.msgs, m)
	st.byID[m.id] = m
	if m.only == "" {
		st.lastID = m.id
	}
	for len(st.msgs) > keepMessages {
		dropped = append(dropped, st.msgs[0])
		delete(st.byID, st.msgs[0].id)
		st.msgs[0] = nil
		st.msgs = st.msgs[1:]
	}
	return dropped
}

func (st *store) remove(m *message) {
	delete(st.byID, m.id)
	for i, x := range st.msgs {
		if x == m {
			st.msgs = append(st.msgs[:i:i], st.msgs[i+1:]...)
			return
		}
	}
}

// file is a stored attachment.
type file struct {
	id, path, name, contentType string
	data                        []byte
}

// upload is a file on its way in. index is the n of "files[n]", or -1.
type upload struct {
	index             int
	name, contentType string
	data              []byte
}

// files keeps attachments by path, the oldest going first when space runs out.
type files struct {
	byPath map[string]*file
	order  []*file
	bytes  int
}

func (fs *files) put(f *file) {
	fs.byPath[f.path] = f
	fs.order = append(fs.order, f)
	fs.bytes += len(f.data)
	for fs.bytes > keepFileBytes && len(fs.order) > 1 {
		fs.drop(fs.order[0])
	}
}

func (fs *files) drop(f *file) {
	if fs.byPath[f.path] != f {
		return
	}
	delete(fs.byPath, f.path)
	fs.bytes -= len(f.data)
	for i, x := range fs.order {
		if x == f {
			fs.order = append(fs.order[:i:i], fs.order[i+1:]...)
			return
		}
	}
}

// safeName reduces a file name to what Discord keeps of it.
func safeName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		return '_'
	}, name)
	if strings.Trim(name, "._") == "" {
		return "unknown"
	}
	return name
}
