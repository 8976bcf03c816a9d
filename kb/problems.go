package kb

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Problem is one thing wrong with a file.
type Problem struct {
	File, Field, Text string
}

// String returns "file: field: text".
func (p Problem) String() string { return p.File + ": " + p.Field + ": " + p.Text }

// Problems are all things found wrong; as an error it lists each on a line.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps *Problems) add(file, field, format string, args ...any) {
	*ps = append(*ps, Problem{file, field, fmt.Sprintf(format, args...)})
}

func (ps *Problems) addErr(file string, err error) {
	var fe *fieldError
	if errors.As(err, &fe) {
		ps.add(file, fe.field, "%s", fe.text)
		return
	}
	ps.add(file, "file", "%v", err)
}

// err returns the problems sorted, or nil when there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].File < ps[j].File })
	return ps
}

// fieldError is a problem of one file whose name the caller knows.
type fieldError struct{ field, text string }

func (e *fieldError) Error() string { return e.field + ": " + e.text }
