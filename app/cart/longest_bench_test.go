package cart_test

import (
	"fmt"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// BenchmarkLongestWrite changes fifty parts at once to what none of them was before, over and over: there is one writer,
// and whoever else wants to write waits for the longest of its transactions.
func BenchmarkLongestWrite(b *testing.B) {
	c := apptest.NewScenario(b, apptest.Setup{Engine: apptest.Blocked{}, Quiet: true, NoDoors: true})
	cart := c.NewCart()
	for i := range shop.MaxCartFiles {
		c.Drop(cart, fmt.Sprintf("block %d.stl", i), meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i))))
	}
	longest := c.LongestWrite()
	who := shop.Visitor(cart)
	for n := 0; b.Loop(); n++ {
		infill, supports := 10+n%90, []shop.Supports{shop.SupportsOn, shop.SupportsOff}[n/90%2]
		longest.Begin()
		if _, err := c.Carts.PatchParts(b.Context(), who, 0, nil, shop.ChoicesPatch{Infill: &infill, Supports: &supports}); err != nil {
			b.Fatal(err)
		}
		longest.End()
	}
	for _, p := range c.Parts(cart) {
		if p.State != shop.PartQueued || p.SliceKey == "" {
			b.Fatalf("%s is %s: %s", p.Name, p.State, p.Message)
		}
	}
	longest.Report(b)
}
