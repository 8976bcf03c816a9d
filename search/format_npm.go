package search

import "strings"

// maxNpm is how many lines of a block of npm are read.
const maxNpm = 60

// readNpm reads the block that npm prints of an error, pnpm's errors, and
// yarn's:
//
//	npm ERR! code ERESOLVE
//	npm ERR! ERESOLVE unable to resolve dependency tree
func readNpm(r *reader, i int) int {
	line := r.lines[i].text
	if at := strings.Index(line, "ERR_PNPM_"); at >= 0 {
		r.add(i, Problem{Severity: Error, Message: line[at:], Component: "npm"})
		return 1
	}
	if text, ok := strings.CutPrefix(line, "error "); ok && strings.HasPrefix(r.text(i+1), "info Visit ") {
		r.add(i, Problem{Severity: Error, Message: text, Component: "npm"})
		return 2
	}
	if _, ok := npmText(line); !ok {
		return 0
	}
	code, text, main, n := "", "", i, 0
	for ; n < maxNpm; n++ {
		t, ok := npmText(r.text(i + n))
		word, rest, _ := strings.Cut(t, " ")
		if !ok || word == "code" && n > 0 {
			break // the next block
		}
		switch {
		case word == "code":
			code = rest
		case text == "" && t != "" && !npmFields[word]:
			text, main = t, i+n
			if strings.EqualFold(word, code) && word != code {
				text = rest
			}
		}
	}
	if text == "" && code == "" {
		return n
	}
	if !strings.Contains(strings.ToUpper(text), code) {
		text = strings.TrimSuffix(code+": "+text, ": ")
	}
	r.add(main, Problem{Severity: Error, Message: text, Component: "npm"})
	return max(1, n)
}

// npmFields begin lines of a block that say nothing of what went wrong.
var npmFields = map[string]bool{
	"syscall": true, "path": true, "errno": true, "command": true, "cwd": true, "A": true, "File:": true, "While": true, "dest": true, "file": true,
}

func npmText(line string) (string, bool) {
	for _, p := range []string{"npm ERR!", "npm error"} {
		if rest, ok := strings.CutPrefix(line, p); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}
