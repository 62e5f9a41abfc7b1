package shop_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"buildplate/app/shop"
)

var update = flag.Bool("update", false, "write testdata anew")

// codeAt is which argument of a constructor is the code; the format stands at the end of its fixed arguments.
var codeAt = map[string]struct {
	code, format int
	kind         shop.Kind
}{
	"Invalidf":         {0, 2, shop.Invalid},
	"Unauthenticatedf": {0, 1, shop.Unauthenticated},
	"Forbiddenf":       {0, 1, shop.Forbidden},
	"NotFoundf":        {0, 1, shop.NotFound},
	"Conflictf":        {0, 1, shop.Conflict},
	"TooLargef":        {0, 1, shop.TooLarge},
	"TooManyf":         {0, 1, shop.TooMany},
	"Unavailablef":     {0, 1, shop.Unavailable},
	"NoSpacef":         {0, 1, shop.NoSpace},
	"Gonef":            {0, 1, shop.Gone},
	"IfNotFound":       {1, 2, shop.NotFound},
}

// madeError is one place of the source that makes an error.
type madeError struct {
	at, code, kind, message string
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// named gives the name of what package shop declares, as it is written inside and outside of it.
func named(e ast.Expr, inShop bool) string {
	switch e := e.(type) {
	case *ast.Ident:
		if inShop {
			return e.Name
		}
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name == "shop" {
			return e.Sel.Name
		}
	}
	return ""
}

// faultsIn gives the errors that api's table of faults makes of values that fit no type: they are {expected, code, message}.
func faultsIn(table *ast.CompositeLit, at func(ast.Node) string) (all []madeError) {
	of, ok := table.Type.(*ast.ArrayType)
	if !ok || named(of.Elt, true) != "fault" {
		return nil
	}
	for _, row := range table.Elts {
		cells := row.(*ast.CompositeLit).Elts
		code, _ := literal(cells[1])
		message, _ := literal(cells[2])
		all = append(all, madeError{at(row), code, shop.Invalid.String(), message})
	}
	return all
}

// errorsMade parses the whole source for errors of package shop.
func errorsMade(t *testing.T) (all []madeError) {
	t.Helper()
	fset := token.NewFileSet()
	each := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "error.go" && filepath.Dir(path) == filepath.Join("..", "shop") {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		inShop := file.Name.Name == "shop"
		ast.Inspect(file, func(n ast.Node) bool {
			where := func(n ast.Node) string { return fset.Position(n.Pos()).String() }
			at := func() string { return where(n) }
			switch n := n.(type) {
			case *ast.CallExpr:
				c, ok := codeAt[named(n.Fun, inShop)]
				if !ok {
					break
				}
				code, isText := literal(n.Args[c.code])
				if !isText {
					t.Errorf("%s: write the code as a literal, so that it can be found", at())
				}
				message, _ := literal(n.Args[c.format])
				all = append(all, madeError{at(), code, c.kind.String(), message})
			case *ast.CompositeLit:
				all = append(all, faultsIn(n, where)...)
				if named(n.Type, inShop) != "Error" {
					break
				}
				m := madeError{at: at(), kind: shop.Internal.String()}
				for _, e := range n.Elts {
					kv, ok := e.(*ast.KeyValueExpr)
					if !ok {
						continue
					}
					switch key, _ := kv.Key.(*ast.Ident); key.Name {
					case "Code":
						m.code, _ = literal(kv.Value)
					case "Message":
						m.message, _ = literal(kv.Value)
					case "Kind":
						for k := shop.Internal; k <= shop.NoSpace; k++ {
							if strings.EqualFold(named(kv.Value, inShop), strings.ReplaceAll(k.String(), "_", "")) {
								m.kind = k.String()
							}
						}
					}
				}
				if m.code != "" {
					all = append(all, m)
				}
			}
			return true
		})
		return nil
	}
	for _, root := range []string{"..", filepath.Join("..", "..", "db")} {
		if err := filepath.WalkDir(root, each); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var wellFormed = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$|^[a-z]+$`)

// Every code has one form and belongs to one kind, and the list of them all, with what people read, is kept: a code
// that changes its meaning or goes away shows there.
func TestCodesAreKept(t *testing.T) {
	kinds := map[string]string{}
	messages := map[string]map[string]bool{}
	reserved := map[string]bool{}
	for k := shop.Internal; k <= shop.NoSpace; k++ {
		reserved[k.String()] = true
	}
	for _, m := range errorsMade(t) {
		switch {
		case !wellFormed.MatchString(m.code):
			t.Errorf("%s: %q is no code: lower-case words joined by underscores", m.at, m.code)
		case reserved[m.code]:
			t.Errorf("%s: %q is the name of a kind", m.at, m.code)
		case kinds[m.code] != "" && kinds[m.code] != m.kind:
			t.Errorf("%s: %s is %s here and %s elsewhere", m.at, m.code, m.kind, kinds[m.code])
		}
		kinds[m.code] = m.kind
		if messages[m.code] == nil {
			messages[m.code] = map[string]bool{}
		}
		messages[m.code][m.message] = true
	}
	if len(kinds) < 50 {
		t.Fatalf("only %d codes were found: the source is not where it was", len(kinds))
	}
	var list strings.Builder
	for _, code := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(&list, "%s (%s)\n", code, kinds[code])
		for _, m := range slices.Sorted(maps.Keys(messages[code])) {
			fmt.Fprintf(&list, "\t%s\n", m)
		}
	}
	golden := filepath.Join("testdata", "codes.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != list.String() {
		t.Errorf("%s is stale: look at what changed, then run go test ./app/shop -update", golden)
	}
}
