package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Fiber asks for a fasthttp of 2023 that two readers can be made to disagree about (request smuggling), and SQLite's
// driver fits one libc only: the module file overrides both on purpose, and tidying must not take that back.
func TestModulePins(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(moduleRoot(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	pinned := func(module string) string {
		m := regexp.MustCompile(`(?m)^\s*(?:require )?` + regexp.QuoteMeta(module) + ` v(\S+)`).FindSubmatch(text)
		if m == nil {
			t.Fatalf("%s is not in go.mod", module)
		}
		return string(m[1])
	}
	for module, least := range map[string]string{"github.com/valyala/fasthttp": "1.77.0", "github.com/klauspost/compress": "1.18.7"} {
		if got := pinned(module); !atLeast(got, least) {
			t.Errorf("%s is %s, want at least %s", module, got, least)
		}
	}
	if got := pinned("modernc.org/libc"); got != "1.79.0" {
		t.Errorf("modernc.org/libc is %s, want 1.79.0: the one SQLite's driver was made with", got)
	}
}

func atLeast(version, least string) bool {
	have, want := strings.Split(version, "."), strings.Split(least, ".")
	for i := range want {
		h, err := strconv.Atoi(strings.SplitN(have[i], "-", 2)[0])
		w, _ := strconv.Atoi(want[i])
		if err != nil || h != w {
			return err == nil && h > w
		}
	}
	return true
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("no go.mod above the test")
	}
}

// banned are Fiber's calls that are unsafe for what visitors send or fetch: paths decoded twice, bodies inflated
// without limit, files written before any check; and streaming, which switches the body limit off.
var banned = map[string]string{
	"SendFile": "decodes its path again", "Download": "uses SendFile", "Static": "uses SendFile", "FormFile": "inflates without limit",
	"BodyParser": "inflates without limit", "MultipartForm": "writes files before any check", "SaveFile": "takes the visitor's file", "StreamRequestBody": "switches the body limit off",
	"Params": "is not cleaned: use param", "ParamsInt": "is not cleaned: use param", "AllParams": "is not cleaned: use param", "Queries": "is not cleaned", "QueryParser": "is not cleaned",
}

func TestBannedCalls(t *testing.T) {
	checked := 0
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		checked++
		for _, at := range bannedCalls(t, path, nil) {
			t.Errorf("%s", at)
		}
		return nil
	})
	if err != nil || checked < 15 {
		t.Errorf("%d files checked: %v", checked, err)
	}
	// The check itself finds what it is for.
	const bad = `package x
func f(c *fiber.Ctx) error { _ = c.Body(); _ = c.Request().Body(); c.SendFile("x"); return c.BodyParser(nil) }
func g() { _ = fiber.Config{StreamRequestBody: true}; order.Static("/", ".") }`
	if got := bannedCalls(t, "bad.go", bad); len(got) != 5 {
		t.Errorf("found %q", got)
	}
}

func bannedCalls(t *testing.T, path string, source any) (found []string) {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if why := banned[sel.Sel.Name]; why != "" && (path != "text.go" || sel.Sel.Name != "Params") { // param itself
				found = append(found, set.Position(n.Pos()).String()+": "+sel.Sel.Name+" "+why)
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "c" && sel.Sel.Name == "Body" {
				found = append(found, set.Position(n.Pos()).String()+": Body inflates without limit")
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "StreamRequestBody" {
				found = append(found, set.Position(n.Pos()).String()+": StreamRequestBody "+banned[key.Name])
			}
		}
		return true
	})
	return found
}
