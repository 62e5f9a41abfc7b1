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

// asksLater lists the use cases that cannot ask first, with the reason. They ask all the same.
var asksLater = map[string]string{
	"order.SentFileLink":       "whose file it is stands in its row",
	"order.ReturnFromCheckout": "anybody may know how a payment stands; the order's link is for the browser that ordered",
}

// TestUseCasesAskForRights holds every use case with an actor: the first thing it does is to ask whether the actor may, or
// to hand the actor on to what asks. The door asks too, so that no test of a route would notice.
func TestUseCasesAskForRights(t *testing.T) {
	services := parseServices(t, filepath.Join(dbtest.Root(t), "app"))
	checked, late := 0, map[string]bool{}
	for pkg, p := range services {
		for name, fn := range p.methods {
			who := actorOf(fn)
			if who == "" || !fn.Name.IsExported() || takes(fn, "db.Tx") {
				continue
			}
			checked++
			name = pkg + "." + name
			_, later := asksLater[name]
			late[name] = later
			switch first := services.asks(pkg, fn); {
			case later && first:
				t.Errorf("%s is excepted and need not be", name)
			case later && !refuses(fn.Body, who):
				t.Errorf("%s never asks whether its actor may", name)
			case !later && !first:
				t.Errorf("%s does not ask first whether its actor may: if err := %s.Must(...); err != nil { return ... }", name, who)
			}
		}
	}
	for name := range asksLater {
		if !late[name] {
			t.Errorf("%s is excepted and is no use case", name)
		}
	}
	if checked < 55 {
		t.Errorf("only %d use cases were found", checked)
	}
}

// services are the packages of the shop that have a Service, by name.
type services map[string]*service

// service is a package's Service: its methods, and of which package's Service its fields are.
type service struct {
	methods map[string]*ast.FuncDecl
	fields  map[string]string
}

func parseServices(t *testing.T, root string) services {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	all := services{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all.add(filepath.Base(filepath.Dir(path)), f)
	}
	return all
}

func (all services) add(pkg string, f *ast.File) {
	if all[pkg] == nil {
		all[pkg] = &service{map[string]*ast.FuncDecl{}, map[string]string{}}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if receiver(d) == "Service" && d.Body != nil {
				all[pkg].methods[d.Name.Name] = d
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				of, ok := spec.(*ast.TypeSpec)
				if !ok || of.Name.Name != "Service" {
					continue
				}
				body, ok := of.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, field := range body.Fields.List {
					if its, ok := strings.CutSuffix(strings.TrimPrefix(typeName(field.Type), "*"), ".Service"); ok && len(field.Names) == 1 {
						all[pkg].fields[field.Names[0].Name] = its
					}
				}
			}
		}
	}
}

// asks reports whether the first thing that a method does is to refuse an actor who may not. Values that are only made
// ready may stand before it; both ways of a branch must ask.
func (all services) asks(pkg string, fn *ast.FuncDecl) bool {
	if fn == nil {
		return false
	}
	who := actorOf(fn)
	return who != "" && all.blockAsks(pkg, fn.Body, who)
}

func (all services) blockAsks(pkg string, block *ast.BlockStmt, who string) bool {
	for _, s := range block.List {
		switch branch, isIf := s.(*ast.IfStmt); {
		case isMust(s, who), all.handsOn(pkg, s, who):
			return true
		case isIf && branch.Init == nil && branch.Else == nil && all.blockAsks(pkg, branch.Body, who):
		case isIf, callsAny(s):
			return false
		}
	}
	return false
}

// isMust reports whether a statement is if err := who.Must(...); err != nil { return ... }.
func isMust(s ast.Stmt, who string) bool {
	branch, ok := s.(*ast.IfStmt)
	if !ok || len(branch.Body.List) == 0 {
		return false
	}
	set, ok := branch.Init.(*ast.AssignStmt)
	if !ok || len(set.Lhs) != 1 || !mentions(set, who, "Must") {
		return false
	}
	cond, ok := branch.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.NEQ || typeName(cond.X) != typeName(set.Lhs[0]) || typeName(cond.Y) != "nil" {
		return false
	}
	_, ends := branch.Body.List[len(branch.Body.List)-1].(*ast.ReturnStmt)
	return ends
}

// handsOn reports whether a statement is a call of what asks, with the actor: return s.change(ctx, who, ...), or
// err := s.tasks.Retry(ctx, who, id).
func (all services) handsOn(pkg string, s ast.Stmt, who string) bool {
	var results []ast.Expr
	switch s := s.(type) {
	case *ast.ReturnStmt:
		results = s.Results
	case *ast.AssignStmt:
		if typeName(s.Lhs[len(s.Lhs)-1]) != "_" {
			results = s.Rhs
		}
	case *ast.IfStmt:
		if set, ok := s.Init.(*ast.AssignStmt); ok {
			return all.handsOn(pkg, set, who)
		}
	}
	return slices.ContainsFunc(results, func(e ast.Expr) bool {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 || typeName(call.Args[1]) != who {
			return false
		}
		method, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		of := pkg
		if field, ok := method.X.(*ast.SelectorExpr); ok {
			of = all[pkg].fields[field.Sel.Name]
		}
		return all[of] != nil && all.asks(of, all[of].methods[method.Sel.Name])
	})
}

// refuses reports whether something in a body depends on what its actor may.
func refuses(body *ast.BlockStmt, who string) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if branch, ok := n.(*ast.IfStmt); ok {
			found = found || isMust(branch, who) || mentions(branch.Cond, who, "Can")
		}
		return true
	})
	return found
}

// mentions reports whether who.method(...) is called in a node.
func mentions(n ast.Node, who, method string) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			found = found || typeName(call.Fun) == who+"."+method
		}
		return true
	})
	return found
}

func callsAny(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		_, ok := n.(*ast.CallExpr)
		found = found || ok
		return true
	})
	return found
}

// What each of the ways to leave the question out comes to.
func TestRightsAreMissed(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		asks bool
	}{
		"first":                  {`if err := who.Must(shop.Work, shop.TheShop); err != nil { return err }; return s.db.Read(ctx, f)`, true},
		"after a value":          {`var v View; w := View{}; if err := who.Must(shop.Work, shop.TheShop); err != nil { return err }; return use(v, w)`, true},
		"of several":             {`if err := errors.Join(who.Must(shop.Work, shop.TheShop), who.Must(shop.UseCart, shop.TheShop)); err != nil { return err }; return nil`, true},
		"handed on":              {`return s.change(ctx, who, id)`, true},
		"handed on, with result": {`err := s.change(ctx, who, id); return err`, true},
		"handed to another":      {`return s.tasks.Retry(ctx, who, id)`, true},
		"on both ways":           {`if id == "" { return s.change(ctx, who, id) }; return s.tasks.Retry(ctx, who, id)`, true},

		"not at all":                {`return s.db.Read(ctx, f)`, false},
		"blank":                     {`_ = who.Must(shop.Work, shop.TheShop); return s.db.Read(ctx, f)`, false},
		"without a return":          {`if err := who.Must(shop.Work, shop.TheShop); err != nil { log(err) }; return s.db.Read(ctx, f)`, false},
		"never true":                {`if err := who.Must(shop.Work, shop.TheShop); err == nil { return err }; return s.db.Read(ctx, f)`, false},
		"too late":                  {`err := s.db.Read(ctx, f); if err := who.Must(shop.Work, shop.TheShop); err != nil { return err }; return err`, false},
		"on one way":                {`if id == "" { return s.change(ctx, who, id) }; return s.db.Read(ctx, f)`, false},
		"for somebody else":         {`if err := shop.System("x").Must(shop.Work, shop.TheShop); err != nil { return err }; return nil`, false},
		"handed on, as another":     {`return s.change(ctx, shop.System("x"), id)`, false},
		"handed on, answer blank":   {`_ = s.change(ctx, who, id); return nil`, false},
		"handed to what never asks": {`return s.tasks.Free(ctx, who, id)`, false},
	} {
		all := services{}
		for pkg, source := range map[string]string{
			"job": `package job
				type Service struct { db *db.DB; tasks *task.Service }
				func (s *Service) change(ctx context.Context, who shop.Actor, id string) error { if err := who.Must(shop.Work, shop.TheShop); err != nil { return err }; return nil }
				func (s *Service) Use(ctx context.Context, who shop.Actor, id string) error {` + c.body + `}`,
			"task": `package task
				type Service struct {}
				func (s *Service) Free(ctx context.Context, who shop.Actor, id string) error { return nil }
				func (s *Service) Retry(ctx context.Context, who shop.Actor, id string) error { if err := who.Must(shop.Work, shop.TheShop); err != nil { return err }; return nil }`,
		} {
			f, err := parser.ParseFile(token.NewFileSet(), pkg+".go", source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all.add(pkg, f)
		}
		if asks := all.asks("job", all["job"].methods["Use"]); asks != c.asks {
			t.Errorf("%s: %v", name, asks)
		}
	}
}
