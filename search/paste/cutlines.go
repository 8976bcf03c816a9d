package paste

import (
	"fmt"
	"strings"
)

// cutLongLines shortens lines over limit, keeping their beginning and end. It
// reports how many bytes it left out.
func cutLongLines(text string, limit int) (string, int64) {
	if len(text) <= limit {
		return text, 0
	}
	var b strings.Builder
	var cut int64
	done := 0
	for i := 0; i < len(text); {
		end := len(text)
		if nl := strings.IndexByte(text[i:], '\n'); nl >= 0 {
			end = i + nl
		}
		if end-i > limit {
			short, n := cutLine(text[i:end], limit)
			b.WriteString(text[done:i])
			b.WriteString(short)
			done = end
			cut += n
		}
		i = end + 1
	}
	if cut == 0 {
		return text, 0
	}
	b.WriteString(text[done:])
	return b.String(), cut
}

// cutGuard is what goes besides the middle of a line before its end begins
// again: a value whose key was cut off must not survive.
const cutGuard = 1 << 10

// cutLine shortens one line. Both edges are moved away from the cut to a
// blank, so that no token is cut in two.
func cutLine(line string, limit int) (string, int64) {
	head := limit * 3 / 4
	tail := len(line) - limit/4
	return joinCut(line[:head], line[tail:], int64(tail-head))
}

// joinCut puts the two ends of a line together; between them cut bytes are
// missing already.
func joinCut(head, tail string, cut int64) (string, int64) {
	was := len(head) + len(tail)
	if at := strings.LastIndexAny(head, " \t"); at >= 0 && len(head)-at <= 4*cutGuard {
		head = head[:at]
	} else {
		head = cutRunes(head, max(0, len(head)-4*cutGuard))
	}
	tail = tail[min(cutGuard, len(tail)):]
	if at := strings.IndexAny(tail, " \t"); at >= 0 && at <= 4*cutGuard {
		tail = tail[at:]
	} else {
		tail = tail[min(len(tail), 4*cutGuard):]
	}
	for tail != "" && tail[0]&0xC0 == 0x80 {
		tail = tail[1:] // the rest of a rune
	}
	cut += int64(was - len(head) - len(tail))
	return head + fmt.Sprintf(" [… %d bytes left out …] ", cut) + tail, cut
}
