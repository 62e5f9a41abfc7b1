package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// TestTestsDoNotSleep holds all tests, and the packages that help them: they wait for an event, or move a clock. What sleeps
// in a synctest bubble moves one. Only app/apptest/wait may pause, and says for what.
func TestTestsDoNotSleep(t *testing.T) {
	root, checked := dbtest.Root(t), 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		pkg := filepath.ToSlash(filepath.Dir(rel))
		if d.IsDir() || !strings.HasSuffix(rel, ".go") || pkg == "app/apptest/wait" || !strings.HasSuffix(rel, "_test.go") && !slices.Contains(helpers, pkg) {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		checked++
		for _, at := range sleeps(f) {
			t.Errorf("%s:%d waits for a time: wait for what happens, run in a synctest bubble, or look with app/apptest/wait", rel, set.Position(at).Line)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 200 {
		t.Errorf("only %d files were read", checked)
	}
}

// sleeps is where a file waits for a time to pass and then goes on: time.Sleep and tickers outside of a bubble, and a
// receive from time.After that fails nothing. A file with bubbles may have helpers of theirs that wait so.
func sleeps(f *ast.File) (found []token.Pos) {
	bubbles := slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"testing/synctest"` })
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			switch typeName(n.Fun) {
			case "synctest.Test":
				return false
			case "time.Sleep", "time.Tick", "time.NewTicker":
				found = append(found, n.Pos())
			}
		case *ast.CommClause:
			if !bubbles && len(n.Body) == 0 && awaitsTime(n.Comm) {
				found = append(found, n.Pos())
			}
		case *ast.BlockStmt:
			for _, s := range n.List {
				if !bubbles && awaitsTime(s) {
					found = append(found, s.Pos())
				}
			}
		}
		return true
	})
	return found
}

// awaitsTime reports whether a statement is <-time.After(...).
func awaitsTime(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	receive, ok := e.X.(*ast.UnaryExpr)
	if !ok || receive.Op != token.ARROW {
		return false
	}
	call, ok := receive.X.(*ast.CallExpr)
	return ok && typeName(call.Fun) == "time.After"
}

func TestSleepsAreFound(t *testing.T) {
	const bubbles = `import "testing/synctest"; `
	for source, n := range map[string]int{
		`func f() { time.Sleep(time.Second) }`:                                                              1,
		`func f() { for ; !ok(); time.Sleep(d) { g() } }`:                                                   1,
		`func f() { look := time.NewTicker(d); for range time.Tick(d) { g(look) } }`:                        2,
		`func f() { <-time.After(d) }`:                                                                      1,
		`func f() { select { case <-done: case <-time.After(d): } }`:                                        1,
		`func f() { select { case <-done: case <-time.After(d): t.Fatal("it never came") } }`:               0,
		bubbles + `func f() { synctest.Test(t, func(t *testing.T) { time.Sleep(d) }); time.Sleep(d) }`:      1,
		bubbles + `func f() { synctest.Test(t, func(t *testing.T) { time.Sleep(d) }) }`:                     0,
		bubbles + `func works(ctx context.Context) { select { case <-ctx.Done(): case <-time.After(d): } }`: 0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x_test.go", "package x; "+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if found := sleeps(f); len(found) != n {
			t.Errorf("%s: %d", source, len(found))
		}
	}
}
