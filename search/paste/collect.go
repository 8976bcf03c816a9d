package paste

import (
	"strconv"
	"strings"
)

const (
	maxSkips     = 40  // listed one by one, the rest is counted
	maxNameBytes = 120 // of a file name that is shown
)

// collector gathers the texts of one paste, cleans and redacts them and
// remembers what was left out.
type collector struct {
	lim     Limits
	parts   []part
	skipped []Skip
	labels  *labels
	removed tally
}

type part struct{ name, text string }

func newCollector(lim Limits) *collector {
	return &collector{lim: lim, labels: newLabels(), removed: tally{}}
}

// add takes raw text in. It reports whether anything was left of it after
// cleaning.
func (c *collector) add(name, raw string) bool {
	text := clean(raw)
	text, cut := cutLongLines(text, c.lim.LineBytes)
	if cut > 0 {
		c.skip(Skip{Kind: SkipLongLine, Name: name, Count: cut})
	}
	if text == "" {
		return false
	}
	c.parts = append(c.parts, part{name, redact(text, c.labels, c.removed)})
	return true
}

// skip notes something left out. Its name must be safe already.
func (c *collector) skip(s Skip) { c.skipped = append(c.skipped, s) }

// noteReduced tells what the reducer left out.
func (c *collector) noteReduced(name string, red *reducer) {
	if n := red.dropped(); n > 0 {
		c.skip(Skip{Kind: SkipRepeated, Name: name, Count: n})
	}
	if n := red.cutBytes; n > 0 {
		c.skip(Skip{Kind: SkipLongLine, Name: name, Count: n})
	}
}

// name makes a file name fit to be shown: one short line, redacted.
func (c *collector) name(raw string) string {
	s := strings.Join(strings.Fields(clean(raw)), " ")
	return cutRunes(redact(s, c.labels, tally{}), maxNameBytes)
}

// paste finishes the collection.
func (c *collector) paste() Paste {
	p := Paste{skipped: capSkips(c.skipped), labels: c.labels, removed: c.removed}
	for _, part := range c.parts {
		if part.name != "" {
			p.names = append(p.names, part.name)
		}
	}
	if len(c.parts) == 1 {
		p.setText(c.parts[0].text) // not copied
		return p
	}
	var b strings.Builder
	for i, part := range c.parts {
		if i > 0 {
			b.WriteString("\n")
		}
		if part.name != "" {
			b.WriteString(fileHeader(part.name))
		}
		b.WriteString(part.text)
	}
	p.headed = len(c.parts) > 1
	p.setText(b.String())
	return p
}

// capSkips keeps a list of skips short.
func capSkips(all []Skip) []Skip {
	if len(all) <= maxSkips {
		return all
	}
	out := append([]Skip(nil), all[:maxSkips-1]...)
	return append(out, Skip{Kind: SkipMore, Count: int64(len(all) - len(out))})
}

// cutRunes cuts s to at most n bytes at a rune boundary.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
