package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"buildplate/db/dbtest"
)

// withoutActor lists the exported methods of services that open a transaction and take no actor, with the reason.
var withoutActor = map[string]string{
	"account.Setup": becomes, "account.SetupState": becomes, "account.Login": becomes, "account.Logout": becomes, "account.Session": becomes,
	"account.GuestByLink": becomes, "account.GuestByCart": becomes, "account.Device": becomes, "cart.FindCart": becomes, "cart.BeginCart": becomes,

	"catalog.Shop": anybody, "setting.PublishedTerms": anybody, "file.OpenSigned": signed, "card.ReceiveWebhook": signed,

	"account.OpenLink": becomes, "account.UseLink": becomes, "account.NewOrderLink": step, "card.PayByCard": step, "card.CheckReturn": step, "card.FindCheckout": step, "card.WithoutCheckout": step, "card.WithoutCheckoutFor": step, "card.WithoutKey": step, "file.Link": step, "file.OrientedLink": step, "file.ViewMesh": step, "file.Toolpaths": step, "file.Thumbnail": step, "file.OpenMesh": step, "file.Open": step,
	"cart.Slice": step, "cart.FinishWhole": step, "cart.Returned": step, "setting.StripeKeys": step, "slice.Await": step, "slice.Ahead": step, "slice.DropUnwanted": step,

	"account.SetupLink": itself, "cart.Watch": itself, "task.RunDue": itself, "cart.Run": itself, "cart.Resume": itself, "cart.Inspect": itself, "cart.LayOut": itself, "cart.Propose": itself, "cart.SliceAhead": itself, "file.Run": itself, "file.Drain": itself,
	"file.SweepOlder": itself, "file.SweepAtStart": itself, "setting.Origin": itself, "task.Run": itself, "task.Recover": itself, "task.StartSchedule": itself,
}

// Reasons.
const (
	becomes = "it finds out who asks"
	anybody = "it is for everybody"
	signed  = "a signature says what may be had"
	step    = "a use case that took the actor calls it, outside of a transaction"
	itself  = "the shop does it by itself"
)

// TestUseCasesTakeTheActor holds every exported method of a Service that opens a transaction, itself or by what it calls
// in its package: the actor comes first after the context. A step that is given the transaction is no use case.
func TestUseCasesTakeTheActor(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(dbtest.Root(t), "app", "*"))
	if err != nil {
		t.Fatal(err)
	}
	seen, checked := map[string]bool{}, 0
	for _, dir := range dirs {
		for _, u := range useCases(t, dir) {
			checked++
			name := filepath.Base(dir) + "." + u.name
			seen[name] = seen[name] || u.actor == ""
			switch _, excepted := withoutActor[name]; {
			case u.actor == "" && !excepted:
				t.Errorf("%s opens a transaction and does not take the shop.Actor first", name)
			case u.actor != "" && u.actor != "who":
				t.Errorf("%s calls its actor %s, others who", name, u.actor)
			}
		}
	}
	for name := range withoutActor {
		if !seen[name] {
			t.Errorf("%s is excepted and need not be", name)
		}
	}
	if checked < 40 {
		t.Errorf("only %d use cases were found", checked)
	}
}

// useCase is an exported method of a Service that opens a transaction. actor is the name of its actor, "" without one.
type useCase struct{ name, actor string }

// useCases finds those of a package by its source.
func useCases(t *testing.T, dir string) (found []useCase) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	calls, opens := map[string][]string{}, map[string]bool{}
	var exported []*ast.FuncDecl
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			name := fn.Name.Name
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch callee := calleeOf(n); {
				case callee == "":
				case isTransaction(n):
					opens[name] = true
				default:
					calls[name] = append(calls[name], callee)
				}
				return true
			})
			if fn.Name.IsExported() && receiver(fn) == "Service" && !takes(fn, "db.Tx") {
				exported = append(exported, fn)
			}
		}
	}
	for again := true; again; {
		again = false
		for name, callees := range calls {
			if !opens[name] && slices.ContainsFunc(callees, func(c string) bool { return opens[c] }) {
				opens[name], again = true, true
			}
		}
	}
	for _, fn := range exported {
		if opens[fn.Name.Name] {
			found = append(found, useCase{fn.Name.Name, actorOf(fn)})
		}
	}
	return found
}

// calleeOf names what a node calls on its own package: f(...), s.f(...) with a plain receiver, or a transaction.
func calleeOf(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch fn := call.Fun.(type) {
	case *ast.Ident:
		return fn.Name
	case *ast.SelectorExpr:
		if _, plain := fn.X.(*ast.Ident); plain || isTransaction(n) {
			return fn.Sel.Name
		}
	}
	return ""
}

// isTransaction reports whether a node is s.db.Write(...), or another of db's ways to open a transaction.
func isTransaction(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Read", "Write", "WriteDetached"}, fn.Sel.Name) {
		return false
	}
	of, ok := fn.X.(*ast.SelectorExpr)
	return ok && of.Sel.Name == "db"
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	return strings.TrimPrefix(typeName(fn.Recv.List[0].Type), "*")
}

func takes(fn *ast.FuncDecl, what string) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(p *ast.Field) bool { return typeName(p.Type) == "*"+what })
}

// actorOf is the name of the parameter after the context, if it is an actor.
func actorOf(fn *ast.FuncDecl) string {
	params := fn.Type.Params.List
	if len(params) < 2 || typeName(params[0].Type) != "context.Context" || typeName(params[1].Type) != "shop.Actor" || len(params[0].Names) != 1 {
		return ""
	}
	return params[1].Names[0].Name
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	}
	return ""
}

func TestUseCasesAreFound(t *testing.T) {
	names := map[string]string{}
	for _, u := range useCases(t, filepath.Join(dbtest.Root(t), "app", "account")) {
		names[u.name] = u.actor
	}
	for _, u := range useCases(t, filepath.Join(dbtest.Root(t), "app", "job")) {
		names[u.name] = u.actor
	}
	if _, ok := names["Login"]; !ok || names["Move"] == "" {
		t.Errorf("found %v", slices.Sorted(maps.Keys(names)))
	}
}
