package order_test

import (
	"fmt"
	"testing"

	"buildplate/app/apptest"
	"buildplate/app/shop"
	"buildplate/slicer/slicertest/meshtest"
)

// BenchmarkLongestWrite orders fifty parts: items, plates and some two hundred files are written in one transaction, for
// which everybody else who writes waits.
func BenchmarkLongestWrite(b *testing.B) {
	c := apptest.NewScenario(b, apptest.Setup{NoDoors: true})
	longest := c.LongestWrite()
	for b.Loop() {
		b.StopTimer()
		cart := c.NewCart()
		for i := range shop.MaxCartFiles {
			file := meshtest.BinarySTL(meshtest.Box(20, 20, 10+float64(i)))
			c.Begin(cart, fmt.Sprintf("block %d.stl", i), file, len(file))
		}
		c.AwaitSliced(cart)
		longest.Reset()
		b.StartTimer()
		if _, err := c.Review(cart); err != nil {
			b.Fatal(err)
		}
	}
	longest.Report(b)
}
