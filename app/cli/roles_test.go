package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// TestRolesAreComparedByRightsAlone holds all packages but app/shop: who may do what is asked of an actor with a permission
// (Can, Must), whose table stands in app/shop/permission.go. To carry a role, give one or show it is no decision.
func TestRolesAreComparedByRightsAlone(t *testing.T) {
	root, checked := dbtest.Root(t), 0
	for _, pattern := range []string{"app/*/*.go", "app/*.go", "db/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			pkg := filepath.Base(filepath.Dir(file))
			if pkg == "shop" || strings.HasSuffix(file, "_test.go") || slices.Contains(helpers, "app/"+pkg) {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			checked++
			for _, at := range comparedRoles(f) {
				t.Errorf("%s compares a role: give what it means a permission (app/shop/permission.go), and ask for it", set.Position(at))
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d files were read", checked)
	}
}

// comparedRoles is where a file decides by a role: in a comparison, a switch, a map's index, or a search among values.
func comparedRoles(f *ast.File) (found []token.Pos) {
	look := func(all ...ast.Expr) {
		for _, e := range all {
			if isRole(e) {
				found = append(found, e.Pos())
				return
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			look(n.X, n.Y)
		case *ast.SwitchStmt:
			look(n.Tag)
		case *ast.CaseClause:
			look(n.List...)
		case *ast.IndexExpr:
			look(n.Index)
		case *ast.CallExpr:
			if strings.HasPrefix(typeName(n.Fun), "slices.") {
				look(n.Args...)
			}
		}
		return true
	})
	return found
}

// isRole reports whether an expression is somebody's role, or one of the roles there are.
func isRole(e ast.Expr) bool {
	of, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	name := of.Sel.Name
	return name == "Role" || typeName(of.X) == "shop" && (name == "Nobody" || strings.HasPrefix(name, "Role"))
}

func TestComparedRolesAreFound(t *testing.T) {
	for source, n := range map[string]int{
		`var x = who.Role == shop.RoleAdmin`:                                        1,
		`var x = a.b().Role != role`:                                                1,
		`var x = shop.Nobody != role`:                                               1,
		`func f() { switch who.Role { case shop.RoleStaff, shop.RoleAdmin: g() } }`: 2,
		`var x = slices.Contains(p.Roles(), shop.RoleStaff)`:                        1,
		`var x = may[who.Role]`:                                                     1,
		`var x = shop.Actor{Role: shop.RoleAdmin}`:                                  0,
		`var x = View{Role: u.Role}`:                                                0,
		`var x, y, err = shop.CleanUser(name, email, shop.RoleAdmin)`:               0,
		`var x = who.Can(shop.Work, shop.TheShop)`:                                  0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if found := comparedRoles(f); len(found) != n {
			t.Errorf("%s: %d", source, len(found))
		}
	}
}
