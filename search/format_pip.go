package search

import "strings"

// readPip reads what the package installers of Python say of versions that
// do not fit: pip, conda, poetry and uv. Their reasons stand on the lines
// behind the first.
func readPip(r *reader, i int) int {
	line := strings.TrimSpace(r.lines[i].text)
	switch {
	case strings.HasPrefix(line, "ERROR: pip's dependency resolver"):
		return readConflicts(r, i)
	case isConflict(line):
		return readConflicts(r, i-1) - 1
	case strings.HasPrefix(line, "ERROR: Cannot install"):
		return readBlock(r, i, line, "ResolutionImpossible")
	case strings.HasPrefix(line, "ERROR: ResolutionImpossible"):
		return 1 // the block above said why
	case strings.HasPrefix(line, "Because ") && solvingFails(r, i):
		return readBlock(r, i, line, "version solving failed")
	case strings.Contains(line, "No solution found when resolving"):
		return readBlock(r, i, strings.TrimLeft(line, "×x "), "\x00")
	}
	name, _, ok := strings.Cut(line, ":")
	if ok && condaErrors[name] {
		return readListed(r, i, line)
	}
	for _, mark := range pipMarks {
		if strings.HasPrefix(line, mark) {
			_, message, _ := strings.Cut(line, ": ")
			r.add(i, Problem{Severity: Error, Message: message, Component: "pip"})
			return 1
		}
	}
	return 0
}

// pipMarks begin pip's errors on one line.
var pipMarks = []string{
	"ERROR: Could not find a version that satisfies", "ERROR: No matching distribution found", "ERROR: Failed building wheel for",
	"ERROR: Could not build wheels for", "ERROR: Failed to build installable wheels", "ERROR: Could not install packages due to",
	"error: subprocess-exited-with-error", "error: metadata-generation-failed", "error: externally-managed-environment",
}

// condaErrors are followed by a list of packages.
var condaErrors = map[string]bool{
	"PackagesNotFoundError": true, "UnsatisfiableError": true, "LibMambaUnsatisfiableError": true, "ResolvePackageNotFound": true,
}

const (
	// maxReasons is how many lines of reasons join a message.
	maxReasons = 6
	// maxResolver is how many lines a resolver's report may be long.
	maxResolver = 40
)

// readConflicts reads the lines "a 1.0 requires b<2, but you have b 3 which is
// incompatible." below pip's warning, each one a problem.
func readConflicts(r *reader, i int) int {
	n := 1
	for ; n < maxResolver; n++ {
		line := strings.TrimSpace(r.text(i + n))
		if !isConflict(line) {
			break
		}
		r.add(i+n, Problem{Severity: Error, Message: line, Component: "pip"})
	}
	if n == 1 {
		_, message, _ := strings.Cut(strings.TrimSpace(r.lines[i].text), ": ")
		r.add(i, Problem{Severity: Error, Message: message, Component: "pip"})
	}
	return n
}

// isConflict tells pip's line on a package that asks for another version.
func isConflict(line string) bool {
	return strings.Contains(line, " requires ") && (strings.Contains(line, ", but you have ") || strings.Contains(line, "which is not installed"))
}

// readBlock joins a resolver's report as far as the line that holds last, or
// an empty line if none does.
func readBlock(r *reader, i int, message, last string) int {
	n := 1
	reasons := 0
	for ; n < maxResolver && i+n < len(r.lines); n++ {
		line := strings.Trim(r.text(i+n), " ╰─▶\t")
		if line == "" && last == "\x00" {
			break
		}
		if strings.HasPrefix(line, "ERROR: ") && last != "\x00" && strings.Contains(line, last) {
			n++
			break
		}
		if line != "" && reasons < maxReasons && !strings.HasPrefix(line, "To fix this") && !strings.HasPrefix(line, "1. ") && !strings.HasPrefix(line, "2. ") {
			message += " " + line
			reasons++
		}
		if strings.Contains(line, last) {
			n++
			break
		}
	}
	message = strings.TrimPrefix(message, "ERROR: ")
	r.add(i, Problem{Severity: Error, Message: message, Component: "pip"})
	return n
}

// solvingFails tells whether poetry's verdict follows.
func solvingFails(r *reader, i int) bool {
	for k := i; k < i+maxResolver; k++ {
		line := r.text(k)
		if strings.Contains(line, "version solving failed") {
			return true
		}
		if line == "" && k > i+maxReasons {
			return false
		}
	}
	return false
}

// readListed joins conda's error with the packages listed below it.
func readListed(r *reader, i int, message string) int {
	n := 1
	for listed := 0; n < maxResolver && listed < maxReasons; n++ {
		line := strings.TrimSpace(r.text(i + n))
		if line != "" && !strings.HasPrefix(line, "- ") {
			break
		}
		if line != "" {
			message += " " + line
			listed++
		} else if listed > 0 {
			break
		}
	}
	r.add(i, Problem{Severity: Error, Message: message, Component: "conda"})
	return n
}
