package config

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// keys lists the keys of the settings as "section.key".
func keys(t reflect.Type, prefix string) (list []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		switch {
		case name == "-":
		case f.Type.Kind() == reflect.Struct:
			list = append(list, keys(f.Type, prefix+name+".")...)
		default:
			list = append(list, prefix+name)
		}
	}
	return list
}

// TestDocumented wants every setting in the table of the README and in the
// example, neither with one that does not exist; and every environment
// variable that the table names to be read, with those it leaves out.
func TestDocumented(t *testing.T) {
	want := keys(reflect.TypeFor[Config](), "")
	slices.Sort(want)
	readme := read(t, "../README.md")
	var table []string
	rows := regexp.MustCompile("(?m)^\\| ([^|]*)\\| (`[a-z_.`, ]+`) \\| [^|]*\\| .+ \\|$").FindAllStringSubmatch(readme, -1)
	documented := map[string]bool{}
	for _, row := range rows {
		for name := range strings.SplitSeq(row[2], ", ") {
			table = append(table, strings.Trim(name, "`"))
		}
		for name := range strings.SplitSeq(row[1], ", ") {
			if name = strings.Trim(name, "` |"); strings.ToUpper(name) == name && name != "" {
				documented[name] = true
			}
		}
	}
	slices.Sort(table)
	if !slices.Equal(table, want) {
		t.Errorf("README has %q,\nthe settings are %q", table, want)
	}
	example := exampleKeys(read(t, "deploy/medic.example.yaml"))
	if !slices.Equal(example, want) {
		t.Errorf("the example has %q,\nthe settings are %q", example, want)
	}
	asked := map[string]bool{}
	if _, err := Load("", func(name string) (string, bool) { asked[name] = true; return "", false }); err != nil {
		t.Fatal(err)
	}
	for name := range asked {
		if !documented[name] {
			t.Errorf("README does not name %s", name)
		}
	}
	for name := range documented {
		if !asked[name] {
			t.Errorf("README names %s, which nothing reads", name)
		}
	}
}

// exampleKeys lists the keys of an example, also those commented out.
func exampleKeys(text string) (list []string) {
	type section struct {
		indent int
		path   string
	}
	var open []section
	for line := range strings.Lines(text) {
		m := regexp.MustCompile(`^( *)(?:# )?([a-z_]+):(.*)$`).FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		for len(open) > 0 && open[len(open)-1].indent >= len(m[1]) {
			open = open[:len(open)-1]
		}
		path := m[2]
		if len(open) > 0 {
			path = open[len(open)-1].path + "." + path
		}
		if value := strings.TrimSpace(m[3]); value == "" || value[0] == '#' {
			open = append(open, section{len(m[1]), path})
		} else {
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return list
}

func read(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
