package cli

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// mayImport is who may import whom among our own packages; a package may always import its own sub-packages' users
// listed here and nothing else of ours. Test files may reach further.
var mayImport = map[string][]string{
	"":                   {"app/cli", "slicer", "slicer/engine"},
	"app/cli":            {"app", "app/api", "app/logging", "app/shop", "app/stripetest", "db", "slicer", "slicer/engine", "slicer/mesh", "slicer/profile", "storage", "storage/failpoint", "web"},
	"app/api":            {"app", "app/live", "app/logging", "app/shop"},
	"app":                {"app/live", "app/shop", "db", "slicer", "slicer/engine", "slicer/mesh", "slicer/profile", "storage", "storage/failpoint"},
	"app/logging":        {},
	"app/shop":           {},
	"app/live":           {},
	"app/stripetest":     {},
	"db":                 {"app/shop"},
	"db/dbtest":          {"db", "app/shop"},
	"storage":            {"storage/failpoint"},
	"slicer":             {"slicer/engine", "slicer/gcode", "slicer/mesh", "slicer/profile"},
	"slicer/engine":      {"slicer/engine/cura", "slicer/engine/host"},
	"slicer/engine/host": {"slicer/engine/cura"},
	"slicer/mesh":        {},
	"slicer/profile":     {},
	"slicer/gcode":       {},
	"web":                {},
}

// only names the packages that may import a library at all: the place where its ideas end.
var only = map[string][]string{
	"github.com/gofiber/fiber/v2":      {"app/api"},
	"github.com/danielgtaylor/huma/v2": {"app/api"},
	"github.com/stripe/stripe-go/v76":  {"app", "app/stripetest"},
	"github.com/robfig/cron/v3":        {"app"},
	"modernc.org/sqlite":               {"db"},
	"database/sql":                     {"db"},
	"go.starlark.net":                  {"slicer/profile"},
}

// onlyFile narrows a library to one file of its package.
var onlyFile = map[string]string{"github.com/stripe/stripe-go/v76": "app/stripe.go", "github.com/robfig/cron/v3": "app/schedule.go"}

func TestImportsKeepTheLayout(t *testing.T) {
	root := dbtest.Root(t)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkImports(t, path, filepath.ToSlash(rel))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, path, rel string) {
	pkg := filepath.ToSlash(filepath.Dir(rel))
	if pkg == "." {
		pkg = ""
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	allowed, known := mayImport[pkg]
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if own, ok := strings.CutPrefix(name, "buildplate/"); ok && known && !contains(allowed, own) {
			t.Errorf("%s imports %s, which %q may not", rel, own, pkg)
		}
		for library, packages := range only {
			if (name == library || strings.HasPrefix(name, library+"/")) && !contains(packages, pkg) {
				t.Errorf("%s imports %s, which only %v may", rel, name, packages)
			}
			if file := onlyFile[library]; file != "" && strings.HasPrefix(name, library) && strings.HasPrefix(file, pkg+"/") && strings.Count(file, "/") == strings.Count(rel, "/") && rel != file {
				t.Errorf("%s imports %s, which belongs in %s", rel, name, file)
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
