package kb

import (
	_ "embed" // for codes.tsv
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Code is one meaning of a Milvus error code.
type Code struct {
	Code int
	// Table is "merr" (servers since 2.3), "old" (2.2.x) or "status" (the
	// enum of servers before that). One number means different things in each.
	Table   string
	Name    string // the name in the source
	Meaning string // as the server prints it; empty in table "status"
	// Retriable tells whether the server marks it as worth another try.
	Retriable bool
}

//go:embed codes.tsv
var codesSource string

var codes = sync.OnceValues(func() (map[int][]Code, error) { return readCodes(codesSource) })

// readCodes parses lines of code, table, name, meaning and retriable.
func readCodes(src string) (map[int][]Code, error) {
	table := map[int][]Code{}
	for n, line := range strings.Split(src, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			return nil, fmt.Errorf("kb: codes.tsv:%d: %d fields, want 5", n+1, len(f))
		}
		code, err := strconv.Atoi(f[0])
		if err != nil {
			return nil, fmt.Errorf("kb: codes.tsv:%d: %w", n+1, err)
		}
		table[code] = append(table[code], Code{Code: code, Table: f[1], Name: f[2], Meaning: f[3], Retriable: f[4] == "yes"})
	}
	return table, nil
}

// LookupCode returns what a code that was printed with message means, if
// that is certain: the codes 1 and 65535 say nothing, and a number that older
// servers used for something else counts only where the message repeats the
// meaning.
func LookupCode(code int, message string) (Code, bool) {
	table, err := codes()
	if err != nil || code <= 1 || code == 65535 {
		return Code{}, false
	}
	message = strings.ToLower(message)
	known := table[code]
	for _, c := range known {
		if c.Table == "merr" && (len(known) == 1 || strings.Contains(message, c.Meaning)) {
			return c, true
		}
	}
	return Code{}, false
}
