package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// pure is all that app/shop may import: nothing that reads or writes, and no clock. What is new comes from outside: an id,
// and the random bytes of a token.
var pure = []string{
	"cmp", "crypto/rand", "crypto/sha256", "encoding/base64", "encoding/hex", "encoding/json", "errors", "fmt", "maps", "math", "net/mail", "net/netip", "net/url", "path",
	"regexp", "slices", "strconv", "strings", "time", "unicode", "unicode/utf8",
	"github.com/google/uuid", "github.com/shopspring/decimal", "golang.org/x/text/unicode/norm",
}

// impure are functions and values of those packages that tell or wait for the time, know the machine's zone, or print.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"},
	"fmt":  {"Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln", "Scan", "Scanf", "Scanln", "Fscan", "Fscanf", "Fscanln"},
}

// TestRulesArePure holds app/shop: no I/O, and time is an argument.
func TestRulesArePure(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dbtest.Root(t), "app", "shop", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	used := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range impurities(f, used) {
			t.Errorf("app/shop/%s: %s", filepath.Base(file), why)
		}
	}
	for _, name := range pure {
		if !used[name] {
			t.Errorf("app/shop may import %s and does not: take it out of the list", name)
		}
	}
}

// impurities says what in a file is not for a rule, and marks the packages it imports as used.
func impurities(f *ast.File, used map[string]bool) (wrong []string) {
	denied := map[string][]string{} // by the name that the file has for a package
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		used[name] = true
		as := path.Base(name)
		if spec.Name != nil {
			as = spec.Name.Name
		}
		switch denied[as] = impure[name]; {
		case !slices.Contains(pure, name):
			wrong = append(wrong, "it imports "+name+": rules do no I/O")
		case as == ".":
			wrong = append(wrong, "it imports "+name+" without a name")
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		of, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := of.X.(*ast.Ident); ok && slices.Contains(denied[x.Name], of.Sel.Name) {
			wrong = append(wrong, x.Name+"."+of.Sel.Name+": rules take the time as an argument, and print nothing")
		}
		return true
	})
	return wrong
}

func TestImpuritiesAreFound(t *testing.T) {
	for source, fine := range map[string]bool{
		`import "strings"; var x = strings.ToUpper("a")`:                true,
		`import "time"; func f(now time.Time) time.Time { return now }`: true,
		`import "time"; var x = time.Now()`:                             false,
		`import clock "time"; var x = clock.Now`:                        false,
		`import . "time"; var x = Now()`:                                false,
		`import "fmt"; func f() { fmt.Println("x") }`:                   false,
		`import "os"; var x = os.Args`:                                  false,
		`import "net/http"; var x = http.DefaultClient`:                 false,
		`import "database/sql"; var x sql.DB`:                           false,
		`import "math/rand"; var x = rand.Int()`:                        false,
		`import "buildplate/slicer"; var x slicer.Mesh`:                 false,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package shop; "+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if wrong := impurities(f, map[string]bool{}); (len(wrong) == 0) != fine {
			t.Errorf("%s: %q", source, wrong)
		}
	}
}
