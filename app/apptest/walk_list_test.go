package apptest

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"buildplate/app"
	"buildplate/db"
)

// notWalked lists what the services can do and no step of the walk does, with the reason.
var notWalked = map[string]string{
	"account.Setup": once, "account.SetupLink": once, "account.SetupState": once,

	"account.NewOrderLink": within, "card.PayByCard": within, "card.CheckReturn": within, "card.FindCheckout": within, "card.WithoutCheckout": within, "card.WithoutCheckoutFor": within, "card.RetryEvent": within,
	"cart.CopyBack": within, "cart.DiscardBack": within, "cart.Returned": within, "file.CopyToCart": within,
	"cart.FinishWhole": within, "cart.DropStaging": within, "file.CopyToOrder": within, "file.Discard": within, "file.Link": within, "file.Open": within, "file.OrientedLink": within,
	"file.OpenMesh": within, "file.Put": within, "file.PutPacked": within, "file.Thumbnail": within, "file.Toolpaths": within, "file.ViewMesh": within, "setting.StripeKeys": within, "task.Retry": within, "task.RunChore": within,

	"card.WithoutKey": "the walk needs the key to the end", "setting.MaySave": "it asks what Save asks, before the key goes",
	"card.ReceiveWebhook": "the stand-in for Stripe sends its events to the door",

	"account.GuestByCart": "it is GuestByLink for the cookie of a cart, and changes nothing",

	"cart.Resume": loop, "cart.Run": loop, "cart.Watch": loop, "file.KeepBallast": loop, "file.Run": loop, "file.SweepAtStart": loop, "file.TendBallast": loop,
	"slice.Run": loop, "task.Recover": loop, "task.Run": loop, "task.StartSchedule": loop,
	"file.Drain": "the end of every scenario does it", "file.SweepOlder": "the end of the walk does it, by FilesAgree",
}

// Reasons.
const (
	once   = "a shop is set up once, before anybody works there"
	within = "other use cases of the walk call it"
	loop   = "the shop does it by itself, at its start or for ever; the walk calls what it does"
)

// What can be done in the shop is part of the walk, or stands on the list above: a use case that is added is found here.
func TestTheWalkDoesAllThatCanBeDone(t *testing.T) {
	services, can := canBeDone()
	if len(can) < 90 {
		t.Errorf("only %d things can be done: %v", len(can), slices.Sorted(maps.Keys(can)))
	}
	does := walked(t, services)
	for _, name := range slices.Sorted(maps.Keys(can)) {
		switch reason, left := notWalked[name]; {
		case does[name] && left:
			t.Errorf("%s is left out because %s, and the walk does it", name, reason)
		case !does[name] && !left:
			t.Errorf("no step of the walk does %s: add it to one, or to the list with the reason", name)
		}
	}
	for name := range notWalked {
		if !can[name] {
			t.Errorf("%s is left out, and nothing is called that", name)
		}
	}
}

// canBeDone is every method of a service that takes a context and no transaction, and by which field of an App one calls the
// service of a package.
func canBeDone() (services map[string]string, can map[string]bool) {
	services, can = map[string]string{}, map[string]bool{}
	ctx, tx := reflect.TypeFor[context.Context](), reflect.TypeFor[*db.Tx]()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[app.App]()) {
		if !field.IsExported() || field.Type.Kind() != reflect.Pointer || field.Type.Elem().Name() != "Service" {
			continue
		}
		pkg := field.Type.Elem().PkgPath()
		pkg = pkg[strings.LastIndexByte(pkg, '/')+1:]
		services[field.Name] = pkg
		for i := range field.Type.NumMethod() {
			m := field.Type.Method(i)
			takes := func(what reflect.Type) bool {
				for n := range m.Type.NumIn() {
					if m.Type.In(n) == what {
						return true
					}
				}
				return false
			}
			if takes(ctx) && !takes(tx) {
				can[pkg+"."+m.Name] = true
			}
		}
	}
	return services, can
}

// walked is what the walk calls: w.Orders.CancelOrder(...), or s. in what it shares with other scenarios.
func walked(t *testing.T, services map[string]string) (does map[string]bool) {
	t.Helper()
	does = map[string]bool{}
	files, err := filepath.Glob("walk_*_test.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files of the walk, %v", len(files), err)
	}
	for _, path := range append(files, "random_test.go", "parts.go") {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := method.X.(*ast.SelectorExpr); ok && services[of.Sel.Name] != "" {
				does[services[of.Sel.Name]+"."+method.Sel.Name] = true
			}
			return true
		})
	}
	return does
}
