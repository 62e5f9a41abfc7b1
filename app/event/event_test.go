package event

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"testing"
)

// TestAllAreAll holds the list of events against the types of the package that have topics.
func TestAllAreAll(t *testing.T) {
	declared := map[string]bool{}
	f, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil && m.Name.Name == "Topics" {
			declared[m.Recv.List[0].Type.(*ast.Ident).Name] = true
		}
	}
	listed, names := map[string]bool{}, map[string]bool{}
	for _, e := range All {
		listed[reflect.TypeOf(e).Name()] = true
		names[e.Name()] = true
	}
	if !maps.Equal(declared, listed) || len(declared) == 0 {
		t.Errorf("All lists %v, the package has %v", slices.Sorted(maps.Keys(listed)), slices.Sorted(maps.Keys(declared)))
	}
	if len(names) != len(All) {
		t.Errorf("%d names for %d events", len(names), len(All))
	}
}
