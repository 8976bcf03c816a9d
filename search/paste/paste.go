// Package paste turns what users send into text that is safe to handle.
//
// Users send log excerpts, whole log files, archives of them, screenshots by
// mistake, and now and then a bomb. Read and FromText take such input in and
// give back a Paste: a value whose text has been
//
//  1. decoded to valid UTF-8 with "\n" line ends,
//  2. unwrapped (code fences, quote marks, escapes) and cleaned (terminal
//     colours, control and invisible characters),
//  3. cut to a size that can be handled, keeping the lines that tell most,
//  4. redacted: credentials and private data are replaced by placeholders
//     such as <secret-1> or <ip-2>.
//
// The order matters: a secret split by an invisible character is found only
// after cleaning. Everything behind this package takes a Paste and never a
// string from a user, so what it shows, stores, logs or files is redacted.
// Raw bytes do not leave the package.
//
// Placeholders are stable within one Paste: the same value always has the
// same placeholder, so a log stays readable. What they stand for is kept
// only as a hash under a key that lives as long as the process.
package paste

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// Paste is what one user sent, ready to be used. It is immutable; the zero
// value is an empty paste.
type Paste struct {
	text    string
	match   string
	names   []string
	headed  bool // the text names its files itself
	removed tally
	skipped []Skip
	labels  *labels
}

// FromText makes a Paste of text typed or pasted by a user. Text over the
// default limits is reduced as Read would do it.
func FromText(s string) Paste {
	lim := DefaultLimits()
	c := newCollector(lim)
	if len(s) > lim.Kept {
		red := newReducer(lim.Kept, lim)
		red.write([]byte(s))
		s = red.finish()
		c.noteReduced("", red)
	}
	c.add("", s)
	return c.paste()
}

func (p *Paste) setText(s string) { p.text, p.match = s, fold(s).text }

// Text is the text to show to people and to store: cleaned and redacted,
// valid UTF-8, lines ended by "\n", without a "\n" at the end.
func (p Paste) Text() string { return p.text }

// Match is the text to recognise errors in. It has the lines of Text, but
// typographic quotes and full-width letters, digits and punctuation are
// folded to ASCII.
func (p Paste) Match() string { return p.match }

// Lines splits Text into lines; an empty paste has none. It allocates a new
// slice with each call.
func (p Paste) Lines() []string {
	if p.text == "" {
		return nil
	}
	return strings.Split(p.text, "\n")
}

// MatchLines splits Match into lines, as many as Lines gives.
func (p Paste) MatchLines() []string {
	if p.text == "" {
		return nil
	}
	return strings.Split(p.match, "\n")
}

// Removed lists what was redacted, credentials first, then by kind.
func (p Paste) Removed() []Removal { return p.removed.list() }

// Skipped lists what was left out and why, in the order of the input.
func (p Paste) Skipped() []Skip { return slices.Clone(p.skipped) }

// Names lists the files the text comes from, cleaned and redacted.
func (p Paste) Names() []string { return slices.Clone(p.names) }

// Empty reports whether there is no text.
func (p Paste) Empty() bool { return p.text == "" }

// HasSecrets reports whether a credential was redacted, so that the user can
// be told to replace it.
func (p Paste) HasSecrets() bool {
	for k := range p.removed {
		if k.Secret() {
			return true
		}
	}
	return false
}

// String describes the paste without its text, so that a stray %v or log
// call does not spread it.
func (p Paste) String() string {
	return "paste of " + plural(len(p.text), "byte")
}

// Format prints what String gives, whatever the verb.
func (p Paste) Format(f fmt.State, _ rune) { io.WriteString(f, p.String()) }

// LogValue gives loggers the size of the paste and not its text.
func (p Paste) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int("bytes", len(p.text)),
		slog.Int("files", len(p.names)),
		slog.Int("skipped", len(p.skipped)),
	)
}

// Join makes one paste of several, in order: a message and its attachments.
// Placeholders are renumbered so that the same value has the same placeholder
// throughout. Empty pastes add their skips only.
func Join(pastes ...Paste) Paste {
	var filled []Paste
	var skipped []Skip
	for _, p := range pastes {
		skipped = append(skipped, p.skipped...)
		if !p.Empty() {
			filled = append(filled, p)
		}
	}
	if len(filled) == 0 {
		return Paste{skipped: capSkips(skipped)}
	}
	if len(filled) == 1 {
		p := filled[0]
		p.skipped = capSkips(skipped)
		return p
	}
	out := Paste{headed: true, removed: tally{}, skipped: capSkips(skipped), labels: newLabels()}
	var text strings.Builder
	for i, p := range filled {
		if i > 0 {
			text.WriteString("\n")
		}
		if len(p.names) == 1 && !p.headed {
			text.WriteString(fileHeader(out.labels.adopt(p.names[0], p.labels)))
		}
		text.WriteString(out.labels.adopt(p.text, p.labels))
		for _, n := range p.names {
			out.names = append(out.names, out.labels.adopt(n, p.labels))
		}
		for k, n := range p.removed {
			out.removed[k] += n
		}
	}
	out.setText(text.String())
	return out
}

// fileHeader is the line above the text of one file among several.
func fileHeader(name string) string { return "==> " + name + " <==\n" }
