package kb

import (
	"fmt"
	"strings"
	"unicode"
)

// WordMacros are the word choices with a name, which the recogniser expands.
var WordMacros = []string{"@milvus"}

// Part is one piece of a signature's template: literal text or a variable.
type Part struct {
	Literal string // empty for a variable
	Name    string // of a variable
	Int     bool   // the variable stands for a whole number only
}

// ParseTemplate splits a signature's template into its parts. "{name}" is a
// variable, "{name:int}" one that stands for digits, "{{" and "}}" are braces.
func ParseTemplate(s string) ([]Part, error) {
	var parts []Part
	var lit strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "{{") || strings.HasPrefix(s[i:], "}}"):
			lit.WriteByte(s[i])
			i++
		case s[i] == '{':
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return nil, fmt.Errorf("template %q: { without }; write {{ for a brace", s)
			}
			name, kind, _ := strings.Cut(s[i+1:i+end], ":")
			if !isName(name) || kind != "" && kind != "int" {
				return nil, fmt.Errorf("template %q: %q is not a variable; write {name}, {name:int} or {{ for a brace", s, s[i:i+end+1])
			}
			if lit.Len() > 0 {
				parts = append(parts, Part{Literal: lit.String()})
				lit.Reset()
			}
			parts = append(parts, Part{Name: name, Int: kind == "int"})
			i += end
		case s[i] == '}':
			return nil, fmt.Errorf("template %q: } without {; write }} for a brace", s)
		default:
			lit.WriteByte(s[i])
		}
	}
	if lit.Len() > 0 {
		parts = append(parts, Part{Literal: lit.String()})
	}
	if len(parts) == 0 || parts[0].Name != "" || parts[len(parts)-1].Name != "" {
		return nil, fmt.Errorf("template %q: must begin and end with literal text", s)
	}
	return parts, nil
}

func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	})
}

// literalLen counts the literal characters that a match rests on, without
// white space and quotes: all of them, and those of the longest part.
func literalLen(parts []Part) (all, longest int) {
	for _, p := range parts {
		n := 0
		for _, r := range p.Literal {
			if !unicode.IsSpace(r) && !strings.ContainsRune("\"'`\\", r) {
				n++
			}
		}
		all += n
		longest = max(longest, n)
	}
	return all, longest
}
