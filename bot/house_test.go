package bot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/milvus-medic/medic/"

// imports is the plan of the house: what each room may import of ours.
var imports = map[string][]string{
	".":              {"bot"},
	"bot":            {"bot/playground", "bot/session", "bot/store", "github", "github/peer", "search", "search/paste", "search/model", "kb", "config"},
	"bot/playground": {},
	// Only tests use what holds the local Discord and the local GitHub against
	// the descriptions that these publish, see TestBinaryHasNoValidator.
	"bot/playground/openapi": {},
	"bot/session":            {},
	"bot/store":              {},
	"github":                 {"search/paste"},
	"github/peer":            {},
	"github/peer/kill":       {}, // tests only, as above
	"github/peer/openapi":    {"github/peer"},
	"search":                 {"kb", "search/paste"},
	"search/paste":           {},
	"search/paste/plant":     {}, // tests only, as above
	"search/model":           {"kb", "search/paste"},
	"search/model/peer":      {}, // tests only, as above
	"kb":                     {},
	"config":                 {},
}

// onlyIn names the one room, with its folders, that may import a library.
var onlyIn = map[string]string{
	"github.com/bwmarrin/discordgo":     "bot",
	"github.com/google/go-github":       "github",
	"github.com/blevesearch/bleve":      "search",
	"github.com/sashabaranov/go-openai": "search/model",
}

// topLevel is everything that may stand at the root, dot-files aside.
var topLevel = strings.Fields("bot kb search github config go.mod go.sum Dockerfile Makefile main.go README.md LICENSE CONTRIBUTING.md SECURITY.md compose.yaml")

// goFile is one parsed source file of the module.
type goFile struct {
	path, room string
	lines      int
	test       bool
	tree       *ast.File
}

// house parses every Go file of the module once.
func house(t *testing.T) (*token.FileSet, []goFile) {
	t.Helper()
	set := token.NewFileSet()
	var files []goFile
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(set, path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		room, err := filepath.Rel("..", filepath.Dir(path))
		files = append(files, goFile{path, filepath.ToSlash(room), strings.Count(string(src), "\n"), strings.HasSuffix(path, "_test.go"), tree})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, files
}

func TestImports(t *testing.T) {
	_, files := house(t)
	for _, f := range files {
		allowed, known := imports[f.room]
		if !known {
			t.Errorf("%s: %s is no room of the house", f.path, f.room)
		}
		for _, imp := range f.tree.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(path, module); ok && !f.test && ours != f.room && !contains(allowed, ours) {
				t.Errorf("%s: %s must not import %s", f.path, f.room, ours)
			}
			for lib, room := range onlyIn {
				if strings.HasPrefix(path, lib) && f.room != room && !strings.HasPrefix(f.room, room+"/") {
					t.Errorf("%s: only %s may import %s", f.path, room, lib)
				}
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func TestTopLevel(t *testing.T) {
	dir, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dir {
		if !strings.HasPrefix(d.Name(), ".") && !contains(topLevel, d.Name()) {
			t.Errorf("%s does not belong at the top level", d.Name())
		}
	}
}

// TestBudgets holds the size of files and functions, and that every exported
// name and every package has a doc comment.
func TestBudgets(t *testing.T) {
	const maxFile, maxFunc, p90Func = 400, 80, 40
	set, files := house(t)
	var sizes []int
	packageDoc := map[string]bool{}
	for _, f := range files {
		if f.lines > maxFile {
			t.Errorf("%s has %d lines, at most %d", f.path, f.lines, maxFile)
		}
		if f.test {
			continue
		}
		packageDoc[f.room] = packageDoc[f.room] || f.tree.Doc != nil
		for _, d := range f.tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				n := set.Position(d.End()).Line - set.Position(d.Pos()).Line + 1
				sizes = append(sizes, n)
				if n > maxFunc {
					t.Errorf("%s: %s has %d lines, at most %d", f.path, d.Name.Name, n, maxFunc)
				}
				if d.Name.IsExported() && exportedReceiver(d) && !startsWith(d.Doc, d.Name.Name) {
					t.Errorf("%s: %s has no doc comment that starts with its name", f.path, d.Name.Name)
				}
			case *ast.GenDecl:
				checkDecl(t, f.path, d)
			}
		}
	}
	for room, ok := range packageDoc {
		if !ok {
			t.Errorf("package %s has no doc comment", room)
		}
	}
	over := 0
	for _, n := range sizes {
		if n > p90Func {
			over++
		}
	}
	if over*10 > len(sizes) {
		t.Errorf("%d of %d functions have more than %d lines; at most a tenth may", over, len(sizes), p90Func)
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}

func startsWith(doc *ast.CommentGroup, name string) bool {
	if doc == nil {
		return false
	}
	text := doc.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		text = strings.TrimPrefix(text, article)
	}
	return strings.HasPrefix(text, name) || strings.HasPrefix(text, "Deprecated:")
}

// checkDecl wants a comment on every exported type, constant and variable,
// or one on their group.
func checkDecl(t *testing.T, path string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && !startsWith(s.Doc, s.Name.Name) && !startsWith(d.Doc, s.Name.Name) {
				t.Errorf("%s: type %s has no doc comment that starts with its name", path, s.Name.Name)
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					t.Errorf("%s: %s has no doc comment", path, n.Name)
				}
			}
		}
	}
}

// readSource returns the text of a source file.
func readSource(t *testing.T, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// TestBinaryHasNoValidator keeps what only tests need out of the program.
func TestBinaryHasNoValidator(t *testing.T) {
	forTests := []string{"bot/playground/openapi", "github/peer/openapi", "search/model/peer", "search/paste/plant"}
	_, files := house(t)
	for _, f := range files {
		for _, imp := range f.tree.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, _ := strings.CutPrefix(path, module); contains(forTests, ours) && !f.test {
				t.Errorf("%s imports %s, which is for tests", f.path, ours)
			}
		}
	}
}
