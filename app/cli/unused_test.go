package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// testers are the helpers that only tests use. The others are tools, run by make, and use what they need of the program.
var testers = []string{"app/apptest", "app/apptest/need", "app/apptest/standing", "app/apptest/wait", "app/hostile", "db/dbtest", "slicer/slicertest", "slicer/slicertest/meshtest"}

// forTests lists what is exported for the tests of other packages, with the reason why it cannot stand in a test file.
var forTests = map[string]string{
	"db.AlarmCauses": "the rows that alarms are about: their SQL is that of what must hold in db",
	"db.OnWrite":     "how long a write keeps others waiting, for benchmarks of whole use cases",

	"app/stripetest.Calls":        "the stand-in tells what it was asked",
	"app/stripetest.CloseDispute": "the stand-in does what a bank does",
}

// forLibraries are methods that a library calls: of encoding/json, container/heap and huma.
var forLibraries = []string{"MarshalJSON", "Less", "Swap", "Pop", "GetStatus", "ContentType"}

// engineHost is the package whose methods the translated engine calls, by names of its own. It is made by a build, and not
// always there.
const engineHost = "slicer/internal/engine/host.X"

// TestExportedFunctionsAreCalled holds every exported function and method: the program calls it, or a tool does. What only
// tests call belongs into a test file. It goes by names, so a method with a common one may slip through.
func TestExportedFunctionsAreCalled(t *testing.T) {
	root, calls := dbtest.Root(t), newCalls()
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		pkg := path.Dir(rel)
		if d.IsDir() || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") || strings.HasSuffix(rel, "_gen.go") || slices.Contains(testers, pkg) {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		calls.add(pkg, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	unused := calls.unused()
	for _, name := range unused {
		if _, excepted := forTests[name]; !excepted && !strings.HasPrefix(name, engineHost) {
			t.Errorf("%s is exported and called by tests alone: move it to them", name)
		}
	}
	for name := range forTests {
		if !slices.Contains(unused, name) {
			t.Errorf("%s is excepted and need not be", name)
		}
	}
	if len(calls.declared) < 500 {
		t.Errorf("only %d functions were found", len(calls.declared))
	}
}

// calls are what packages export, and what of it is named anywhere.
type calls struct {
	declared map[string]bool // "app/shop.NewID", and whether it is a method
	named    map[string]bool // a function by its package, a method as .Name
}

func newCalls() calls { return calls{map[string]bool{}, map[string]bool{}} }

func (c calls) add(pkg string, f *ast.File) {
	imports, own := map[string]string{}, map[*ast.Ident]bool{}
	for _, spec := range f.Imports {
		if of, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "buildplate/"); ok {
			name := path.Base(of)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			imports[name] = of
		}
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			own[fn.Name] = true
			if fn.Name.IsExported() {
				c.declared[pkg+"."+fn.Name.Name] = fn.Recv != nil
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			c.named["."+n.Sel.Name] = true
			if of, ok := imports[typeName(n.X)]; ok {
				c.named[of+"."+n.Sel.Name] = true
			}
		case *ast.Ident:
			if !own[n] {
				c.named[pkg+"."+n.Name] = true
			}
		case *ast.InterfaceType:
			for _, m := range n.Methods.List { // whoever has it is called by it
				for _, name := range m.Names {
					c.named["."+name.Name] = true
				}
			}
		}
		return true
	})
}

func (c calls) unused() (names []string) {
	for name, method := range c.declared {
		short := name[strings.LastIndexByte(name, '.'):]
		if !c.named[name] && !(method && (c.named[short] || slices.Contains(forLibraries, short[1:]))) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestUncalledFunctionsAreFound(t *testing.T) {
	c := newCalls()
	for pkg, source := range map[string]string{
		"app/one": `package one
			func Called() { inside() }
			func Uncalled() {}
			func Value() {}
			func inside() { f := Value; f() }
			type T struct{}
			func (T) Used() {}
			func (T) Unused() {}
			func (T) Promised() {}
			func (T) MarshalJSON() {}`,
		"app/two": `package two
			import uno "buildplate/app/one"
			type I interface { Promised() }
			func f(t uno.T) { uno.Called(); t.Used() }`,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		c.add(pkg, f)
	}
	if got := c.unused(); !slices.Equal(got, []string{"app/one.Uncalled", "app/one.Unused"}) {
		t.Errorf("found %q", got)
	}
}
