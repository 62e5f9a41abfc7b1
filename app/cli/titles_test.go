package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"buildplate/app/shop"
	"buildplate/db/dbtest"
)

// TestWorkHasATitle holds every kind of background work that is made in the program: staff read what it does.
func TestWorkHasATitle(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(dbtest.Root(t), "app", "*"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	for _, dir := range dirs {
		for _, kind := range taskKinds(t, dir) {
			kinds++
			if shop.TaskTitle(kind) == kind {
				t.Errorf("%s of %s has no title: app/shop/task.go", kind, filepath.Base(dir))
			}
		}
	}
	if kinds < 19 {
		t.Errorf("only %d kinds were found", kinds)
	}
}

// taskKinds are the names in a package's task.Kind{Name: ...}, which are written there or are constants of it or of db.
func taskKinds(t *testing.T, dir string) (kinds []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := filepath.Glob(filepath.Join(dbtest.Root(t), "db", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	constants, names := map[string]string{}, []ast.Expr{}
	for _, path := range slices.Concat(rows, files) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						constants[name.Name] = text(n.Values[i])
					}
				}
			case *ast.CompositeLit:
				names = append(names, kindNames(n)...)
			}
			return true
		})
	}
	for _, name := range names {
		kind := text(name)
		if kind == "" {
			kind = constants[strings.TrimPrefix(typeName(name), "db.")]
		}
		if kind == "" {
			t.Errorf("%s: the name of a kind of work is no constant", dir)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// kindNames are the names that a literal gives: of a kind, or of those in a list of kinds that do not repeat its type.
func kindNames(lit *ast.CompositeLit) (names []ast.Expr) {
	isKind := func(e ast.Expr) bool { return typeName(e) == "Kind" || typeName(e) == "task.Kind" }
	if list, ok := lit.Type.(*ast.ArrayType); ok && isKind(list.Elt) {
		for _, e := range lit.Elts {
			if one, ok := e.(*ast.CompositeLit); ok && one.Type == nil {
				names = append(names, nameIn(one)...)
			}
		}
	}
	if isKind(lit.Type) {
		names = append(names, nameIn(lit)...)
	}
	return names
}

func nameIn(lit *ast.CompositeLit) []ast.Expr {
	for _, e := range lit.Elts {
		if field, ok := e.(*ast.KeyValueExpr); ok && typeName(field.Key) == "Name" {
			return []ast.Expr{field.Value}
		}
	}
	return nil
}

// text is a string as it is written, or "".
func text(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}
