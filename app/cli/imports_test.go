package cli

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// inOrder lists the shop's packages: each imports only what stands before it. The sample shop of a demonstration does what
// people do, by the services alone, and so stands behind app and before what speaks HTTP.
var inOrder = []string{
	"app/logging", "app/lock", "app/shop", "db", "app/event", "app/task", "app/file", "app/setting", "app/account", "app/catalog", "app/client", "app/slice",
	"app/job", "app/cart", "app/billing", "app/card", "app/order", "app/ops", "app", "app/demo", "app/api", "app/cli", "",
}

// apart lists the packages that know nothing of a shop, and what of ours each may import. The packages in order may
// import the first five, and only through their faces.
var apart = map[string][]string{
	"storage":           {"storage/failpoint", "storage/packed"},
	"storage/failpoint": {},
	"storage/packed":    {},
	"web":               {},
	"slicer/shape":      {},
	"slicer":            {"slicer/internal/engine", "slicer/internal/fault", "slicer/internal/gcode", "slicer/internal/mesh", "slicer/internal/picture", "slicer/internal/plate", "slicer/internal/profile", "storage/packed"},

	"slicer/internal/engine":      {"slicer/internal/engine/cura", "slicer/internal/engine/host", "slicer/internal/fault"},
	"slicer/internal/engine/cura": {},
	"slicer/internal/engine/host": {"slicer/internal/engine/cura"},
	"slicer/internal/fault":       {},
	"slicer/internal/gcode":       {"slicer/internal/fault"},
	"slicer/internal/mesh":        {"slicer/internal/fault"},
	"slicer/internal/picture":     {"slicer/internal/mesh"},
	"slicer/internal/plate":       {},
	"slicer/internal/profile":     {"slicer/internal/fault"},
	"app/stripetest":              {},
}

// faces are what the shop's packages may import of those apart, and which of them do: whoever has to do with files, or with
// models and what printing them takes. The stand-in for Stripe serves demonstrations.
var faces = map[string][]string{
	"storage":           {"app/file", "app/slice", "app/cart", "app/order", "app/ops", "app", "app/cli"},
	"slicer":            {"app/file", "app/catalog", "app/slice", "app/cart", "app/ops", "app", "app/cli", ""},
	"web":               {"app/cli"},
	"storage/failpoint": {"app/demo", "app/cli"},
	"storage/packed":    {"app/cart"},
	"slicer/shape":      {"app/demo"},
	"app/stripetest":    {"app/demo", "app/cli"},
}

// alone are the packages in order that import none of ours, wherever they stand.
var alone = []string{"app/logging", "app/lock", "app/shop"}

// helpers are for building and testing; no package of the program imports them.
var helpers = []string{
	"app/apptest", "app/apptest/need", "app/apptest/standing", "app/apptest/wait", "app/hostile", "db/dbtest", "slicer/slicertest", "slicer/slicertest/meshtest", "slicer/slicertest/takeover", "slicer/bench",
	"slicer/internal/engine/cura/extract", "slicer/internal/engine/cura/guard", "slicer/internal/profile/pack", "web/source", ".ci",
}

// inTests are what test files may import beyond their package, and whose may. A whole shop is for tests from outside.
var inTests = map[string][]string{
	"app/apptest/need":            nil,                                                                // anybody's
	"app/apptest/standing":        {"app/shop"},                                                       // whose rules it makes a list of
	"app/apptest/wait":            {"app/apptest", "app/hostile", "slicer", "slicer/internal/engine"}, // who has to do with other processes
	"slicer/slicertest/meshtest":  nil,
	"slicer/slicertest/takeover":  {"app/hostile", "slicer/internal/engine"},
	"slicer/internal/engine/host": {"slicer/internal/engine/cura"}, // where the memory lies, for who touches it
	"db/dbtest":                   {"db", "app/event", "app/task", "app/file", "app/account", "app/card", "app/demo", "app/cli"},
	"slicer/slicertest":           {"slicer", "app/file", "app/cart", "app/order", "app/ops", "app/demo", "app/api"},
	"storage":                     {"app/demo", "app/api"},
	"slicer":                      {"app/demo", "app/api", "app/hostile"}, // which plays an engine
	"app/stripetest":              {"app/card", "app/demo", "app/api"},
	"app/apptest":                 {"app/hostile", "app/file", "app/cart", "app/order", "app/ops", "app/demo", "app/api"},
	"slicer/internal/gcode":       {"slicer/internal/engine"}, // whose output is read back
	"slicer/internal/mesh":        {"slicer/internal/engine"},
	"slicer/internal/profile":     {"slicer/internal/engine"},
}

// librariesInTests are what test files may use beyond the program: a database is harmed behind its back.
var librariesInTests = map[string][]string{"database/sql": {"app/api"}}

// only names the packages that may import a library at all: the place where its ideas end.
var only = map[string][]string{
	"github.com/gofiber/fiber/v2":                        {"app/api"},
	"github.com/danielgtaylor/huma/v2":                   {"app/api"},
	"github.com/stripe/stripe-go/v76":                    {"app/card", "app/stripetest"},
	"github.com/robfig/cron/v3":                          {"app/task"},
	"modernc.org/sqlite":                                 {"db"},
	"database/sql":                                       {"db", "db/dbtest"},
	"go.starlark.net":                                    {"slicer/internal/profile"},
	"golang.org/x/crypto":                                {"app/account"},
	"github.com/klauspost/compress":                      {"storage/packed"},
	"github.com/SaveTheRbtz/zstd-seekable-format-go/pkg": {"storage/packed"},
	// What a slice is held to.
	"github.com/landlock-lsm/go-landlock": {"slicer/internal/engine"},
	"golang.org/x/net":                    {"slicer/internal/engine"},
}

// onlyFile narrows a library to one file of its package.
var onlyFile = map[string]string{"github.com/stripe/stripe-go/v76": "app/card/stripe.go", "github.com/robfig/cron/v3": "app/task/schedule.go"}

func TestImportsKeepTheLayout(t *testing.T) {
	root, used := dbtest.Root(t), map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkImports(t, path, filepath.ToSlash(rel), used)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for face, packages := range faces {
		for _, pkg := range packages {
			if !slices.Contains(used[face], pkg) {
				t.Errorf("%q may import %s and does not: take it out of the list", pkg, face)
			}
		}
	}
}

// checkImports holds a file against the lists, and adds its package to the users of what the program imports of ours.
func checkImports(t *testing.T, path, rel string, used map[string][]string) {
	pkg := filepath.ToSlash(filepath.Dir(rel))
	if pkg == "." {
		pkg = ""
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	if why := unknown(pkg); why != "" {
		t.Errorf("%s: %s", rel, why)
		return
	}
	test := strings.HasSuffix(rel, "_test.go")
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if own, ok := strings.CutPrefix(name, "buildplate/"); ok {
			why := forbidden(pkg, own)
			if test {
				why = forbiddenInTest(pkg, own, strings.HasSuffix(f.Name.Name, "_test"))
			} else {
				used[own] = append(used[own], pkg)
			}
			if why != "" {
				t.Errorf("%s imports %s: %s", rel, own, why)
			}
		}
		for library, packages := range only {
			if name != library && !strings.HasPrefix(name, library+"/") {
				continue
			}
			file := onlyFile[library]
			switch {
			case test && slices.Contains(librariesInTests[library], pkg):
			case !slices.Contains(packages, pkg):
				t.Errorf("%s imports %s, which only %v may", rel, name, packages)
			case !test && file != "" && filepath.Dir(file) == filepath.Dir(rel) && rel != file:
				t.Errorf("%s imports %s, which belongs in %s", rel, name, file)
			}
		}
	}
}

// unknown says that a package stands in no list.
func unknown(pkg string) string {
	_, known := apart[pkg]
	if known || slices.Contains(inOrder, pkg) || slices.Contains(helpers, pkg) {
		return ""
	}
	return "this package has no place in the layout: put it into the ordered list"
}

// forbidden says why a package may not import another of ours, or nothing.
func forbidden(pkg, own string) string {
	if slices.Contains(helpers, pkg) {
		return ""
	}
	if allowed, ok := apart[pkg]; ok {
		if !slices.Contains(allowed, own) {
			return "it knows nothing of that package"
		}
		return ""
	}
	if slices.Contains(alone, pkg) {
		return "it imports none of ours"
	}
	if who, face := faces[own]; face {
		if !slices.Contains(who, pkg) {
			return fmt.Sprintf("only %q may", who)
		}
		return ""
	}
	at, to := slices.Index(inOrder, pkg), slices.Index(inOrder, own)
	switch {
	case to < 0:
		return "it is not for the shop's packages"
	case to >= at:
		return "it stands later in the ordered list"
	}
	return ""
}

// forbiddenInTest says why a test of a package may not import another of ours, or nothing. outside is a test in a package
// of its own, which also imports what it tests.
func forbiddenInTest(pkg, own string, outside bool) string {
	if own == pkg && outside {
		return ""
	}
	if who, helps := inTests[own]; helps && (who == nil || slices.Contains(who, pkg)) {
		if own == "app/apptest" && !outside {
			return "a whole shop is for tests from outside"
		}
		return ""
	}
	return forbidden(pkg, own)
}

func TestTheLayoutRefusesInTests(t *testing.T) {
	for _, c := range []struct {
		pkg, own string
		outside  bool
		fine     bool
	}{
		{"app/cart", "app/order", true, false},
		{"app/cart", "app/apptest", true, true},
		{"app/cart", "app/apptest", false, false},
		{"app/cart", "app/cart", true, true},
		{"app/shop", "db", true, false},
		{"app/job", "app/apptest/need", false, true},
		{"app/api", "storage", true, true},
		{"db", "storage", true, false},
		{"slicer", "app/apptest", true, false},
		{"storage", "db/dbtest", true, false},
	} {
		if why := forbiddenInTest(c.pkg, c.own, c.outside); (why == "") != c.fine {
			t.Errorf("a test of %q imports %q: %q", c.pkg, c.own, why)
		}
	}
}

func TestTheLayoutRefuses(t *testing.T) {
	for _, c := range []struct {
		pkg, own string
		fine     bool
	}{
		{"app/order", "app/cart", true},
		{"app/cart", "app/order", false},
		{"app/cart", "app/cart", false},
		{"app/shop", "db", false},
		{"app/shop", "app/lock", false},
		{"app/shop", "slicer", false},
		{"db", "storage", false},
		{"app/event", "storage", false},
		{"app/billing", "slicer", false},
		{"app/slice", "slicer", true},
		{"app/order", "storage", true},
		{"app/order", "storage/failpoint", false},
		{"app/slice", "slicer/internal/mesh", false},
		{"app/job", "web", false},
		{"app/job", "db/dbtest", false},
		{"slicer", "app/shop", false},
		{"storage", "db", false},
		{"db/dbtest", "db", true},
		{"", "app/cli", true},
	} {
		if why := forbidden(c.pkg, c.own); (why == "") != c.fine {
			t.Errorf("%q imports %q: %q", c.pkg, c.own, why)
		}
	}
	if unknown("app/surprise") == "" {
		t.Error("a package without a place is accepted")
	}
}
